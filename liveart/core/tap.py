"""Tap: tempo and beat from a finger, sure from the third tap on, whatever one of them did."""

from __future__ import annotations

import math
from collections import deque
from statistics import median

PAUSE = 2.0  # seconds after which a tap begins anew
BOUNCE = 0.15  # seconds within which a second tap is the same one: 400 beats a minute
_FEWEST, _MOST = 3, 16  # taps that make a tempo, and that are remembered
_AHEAD = 1.75  # an interval this many times the usual one has a tap missing in it


class Tap:
    """Follows taps, one a beat. Pure: times are handed in, in seconds.

    The tempo is the median of the slopes between all pairs of taps (H. Theil 1950, P. K. Sen 1968), so that one
    tap too early, too late or left out does not spoil it.
    """

    def __init__(self) -> None:
        self._taps: deque[tuple[int, float]] = deque(maxlen=_MOST)  # beat number, time
        self._period = 0.0
        self._offset = 0.0  # when beat 0 was, by all taps

    def tap(self, time: float) -> float | None:
        """Take a tap; return the tempo in beats a minute, or None while there are fewer than three taps."""
        if not math.isfinite(time) or (self._taps and 0.0 <= time - self._taps[-1][1] < BOUNCE):
            return self.tempo
        if self._taps and not 0.0 <= time - self._taps[-1][1] <= PAUSE:
            self._taps.clear()
            self._period = 0.0
        self._taps.append((self._number(time), time))
        if len(self._taps) >= _FEWEST:
            self._learn()
        return self.tempo

    @property
    def tempo(self) -> float | None:
        """Beats a minute; None until it is known."""
        return 60.0 / self._period if self._period else None

    def beat_at(self, time: float) -> float | None:
        """Return the beats since the first tap, whole where the taps are; None until the tempo is known."""
        return (time - self._offset) / self._period if self._period else None

    def nearest(self, beat: float, time: float) -> float | None:
        """Return the beat nearest to `beat` that has the taps on whole beats: where a show at `beat` should be moved.

        None until the tempo is known.
        """
        tapped = self.beat_at(time)
        return None if tapped is None else tapped + round(beat - tapped)

    def _number(self, time: float) -> int:
        """Return which beat this tap is, as counted from the first."""
        if not self._taps:
            return 0
        number, last = self._taps[-1]
        beats = (time - last) / self._period if self._period else 1.0
        return number + (round(beats) if beats >= _AHEAD else 1)

    def _learn(self) -> None:
        taps = list(self._taps)
        self._period = median((later[1] - one[1]) / (later[0] - one[0])
                              for place, one in enumerate(taps) for later in taps[place + 1 :])
        self._offset = median(time - number * self._period for number, time in taps)
