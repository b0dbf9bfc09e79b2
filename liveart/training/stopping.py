"""A graceful Ctrl-C: the step under way is finished and saved before a run ends."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any


class Stopping:
    """Within it, a first Ctrl-C sets `is_asked`; a second one interrupts at once."""

    def __init__(self) -> None:
        self.is_asked = False
        # Only the main thread may set signal handlers; elsewhere Ctrl-C is someone else's.
        self._is_main = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Stopping:
        if self._is_main:
            self._before: Any = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_main:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_asked:
            raise KeyboardInterrupt
        self.is_asked = True
