"""The progress of a run: a tqdm bar where there is one and a terminal, else a plain line every few seconds."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

try:
    from tqdm import tqdm
except ImportError:  # a plain line does as well
    tqdm = None

EVERY = 5.0  # seconds between plain lines


class Reporter:
    """Shows iterations done, speed, time left and losses."""

    def __init__(self, start: int, end: int, is_shown: bool = True) -> None:
        self.start, self.end, self.is_shown = start, end, is_shown
        self.began = self.told = time.monotonic()
        self.words = ""
        self.bar: Any = None
        if is_shown and tqdm is not None and sys.stderr.isatty():
            self.bar = tqdm(total=end, initial=start, unit="it", dynamic_ncols=True)

    def __enter__(self) -> Reporter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()

    def tick(self, iteration: int) -> None:
        """Note that `iteration` steps are done."""
        if self.bar is not None:
            self.bar.update(iteration - self.bar.n)
        elif self.is_shown and time.monotonic() - self.told >= EVERY:
            self.told = time.monotonic()
            print(self.line(iteration, self.told - self.began), file=sys.stderr, flush=True)

    def line(self, iteration: int, seconds: float) -> str:
        """Return the plain line for `iteration` steps done after `seconds`."""
        speed = (iteration - self.start) / max(seconds, 1e-9)
        left = (self.end - iteration) / max(speed, 1e-9)
        return f"{iteration}/{self.end}  {speed:.2f} it/s  {_clock(left)} left  {self.words}".rstrip()

    def losses(self, values: dict[str, float]) -> None:
        """Show these losses from now on."""
        self.words = "  ".join(f"{name} {value:.3f}" for name, value in values.items())
        if self.bar is not None:
            self.bar.set_postfix_str(self.words, refresh=False)


def _clock(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{int(seconds % 60):02d}"
