"""What became of the messages: counters, and sentences that are said once and not for each of a flood."""

from __future__ import annotations

import time
from collections.abc import Callable

COUNTED = ("received", "applied", "clipped", "refused", "unknown", "late", "dropped")


class Sayings:
    """Decides what is worth saying: the same thing once a second, and only a few things a second."""

    def __init__(self, most: int = 5) -> None:
        self._most = most
        self._since = float("-inf")
        self._said: set[str] = set()

    def allow(self, key: str, now: float) -> bool:
        """Return whether to say what `key` stands for at `now`."""
        if now - self._since >= 1.0:
            self._since = now
            self._said.clear()
        if key in self._said or len(self._said) >= self._most:
            return False
        self._said.add(key)
        return True


class Tally:
    """Counts, and says what is wrong. Each counter is written by the receiver's thread alone."""

    def __init__(self, on_trouble: Callable[[str], None]) -> None:
        self.counts = dict.fromkeys(COUNTED, 0)
        self._on_trouble = on_trouble
        self._sayings = Sayings()

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        self.counts[name] += by

    def say(self, text: str, key: str = "") -> None:
        """Say a sentence, unless it (or its `key`) was said within the second."""
        if self._sayings.allow(key or text, time.monotonic()):
            self._on_trouble(text)
