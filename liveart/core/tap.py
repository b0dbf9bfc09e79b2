"""Tap: tempo from taps."""

from __future__ import annotations


class Tap:
    """Taps to tempo."""

    def __init__(self) -> None:
        self._taps: list[float] = []

    def tap(self, time: float) -> float | None:
        """Return the tempo, or None before the third tap."""
        if self._taps and time - self._taps[-1] > 2.0:
            self._taps = []
        self._taps = [*self._taps, time][-8:]
        if len(self._taps) < 3:
            return None
        return 60.0 * (len(self._taps) - 1) / (time - self._taps[0])
