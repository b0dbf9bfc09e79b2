"""DeviceEar: a sound input, heard by a process of its own; what it moves is put as it comes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from liveart.core.event import CLOCKED, Event
from liveart.core.features import Frame
from liveart.core.param import Value
from liveart.device_process import DeviceProcess
from liveart.errors import LiveartError
from liveart.sound_devices import INPUT
from liveart.sources.sound_follow import Follower
from liveart.sources.sound_input import Order

ORIGIN = f"{CLOCKED} sound"  # no hand waits for it to be seen

Put = Callable[[list[Event]], Sequence[Any]]


class DeviceEar:
    """Hears the input that an order names, and puts what it moves as it comes."""

    def __init__(self, order: Order, make_follower: Callable[[float], Follower]) -> None:
        self._make_follower = make_follower
        self._process = DeviceProcess("liveart.sources.sound_input", INPUT, order, self._on_word, self._on_gone)
        self.follower: Follower | None = None
        self.delay = 0.0  # seconds from a sound to its coming in, by the device's own word
        self._troubles: deque[LiveartError] = deque(maxlen=4)
        self._label = order.name or "sound input"
        self._put: Put | None = None
        self._has_begun = False  # before the first tick a show has no players yet that could be moved

    def open(self, put: Put) -> None:
        self.close()
        self._troubles.clear()
        self._put, self._has_begun = put, False
        self._process.open()

    def tick(self, now: float) -> Iterable[tuple[str, Value]]:
        self._has_begun = True
        if self._troubles:
            raise self._troubles.popleft()
        return ()

    def close(self) -> None:
        self._process.close()

    def note(self) -> str:
        return f'"{self._label}"' if self._process.is_open else f'"{self._label}" is not there'

    def _on_word(self, word: Any) -> None:
        if isinstance(word, list):
            if self.follower is not None and self._has_begun:
                self._move(self.follower.step(Frame(*word)))
        elif "open" in word:
            self._label, self.delay = word["open"], word["delay"]
            self.follower = self._make_follower(word["dt"])

    def _on_gone(self) -> None:
        self._troubles.append(LiveartError(f'the sound input "{self._label}" is gone.',
                                           "It is used again as soon as it is back."))

    def _move(self, moves: list[tuple[str, Value]]) -> None:
        if not moves or self._put is None:
            return
        now = time.monotonic()
        try:
            self._put([Event(address, value, now, ORIGIN) for address, value in moves])
        except Exception as error:  # a fault elsewhere must not make the show deaf
            self._troubles.append(LiveartError(f"what was heard is lost to {type(error).__name__}: {error}."))
