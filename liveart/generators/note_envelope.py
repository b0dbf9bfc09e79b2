"""Envelopes: attack, decay, sustain and release of many notes at once, exact to the sample, with no loop over samples.

What is kept for each slot is the root of its amplitude, which moves along exponentials: squared, a note starts
without a corner and fades evenly in decibels. Settings may change at any time; the level goes on from where it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_OVER = 1.03         # the attack aims a little above its end, so that it gets there in time, and without a corner
_QUICKEST = 0.005    # s, the fade of a note whose place another one takes …
_SLOWEST = 0.1       # … which follows the attack of the other, within these two
_SILENT = 0.003      # root of the amplitude: -100 dB


@dataclass(frozen=True, slots=True)
class Contour:
    """How notes come and go.

    attack   s to full loudness
    decay    s until all but 5 % of the way down to `sustain` is done
    sustain  amplitude 0..1 while held
    release  s to -60 dB
    """

    attack: float
    decay: float
    sustain: float
    release: float


class Envelopes:
    """One envelope for each slot; a slot that was never struck stays silent."""

    def __init__(self, slots: int, rate: int) -> None:
        self._rate = rate
        self.levels = np.zeros(slots, np.float32)
        self._is_rising = np.zeros(slots, bool)
        self._is_held = np.zeros(slots, bool)
        self._is_cut = np.zeros(slots, bool)
        self._before = np.zeros(slots, np.float32)  # where the level stood when it was cut …
        self._faded = np.zeros(slots, np.float32)   # … and how much of the fade, 0..1, is done

    def play(self, slots: np.ndarray, struck: np.ndarray, released: np.ndarray, cut: np.ndarray, contour: Contour,
             frames: int) -> np.ndarray:
        """Return the amplitudes [len(slots), frames], float32.

        `struck`, `released` and `cut` say at which sample that happens to each of `slots`; not at all: `frames`.
        A note is struck before it is released, and those that are cut are not struck.
        """
        count = np.arange(1, frames + 1, dtype=np.float32)
        levels = self._run(slots, np.broadcast_to(count, (len(slots), frames)), contour)
        for places, begin in ((struck, self._strike), (released, self._release), (cut, self._cut)):
            rows = np.flatnonzero(places < frames)
            if not len(rows):
                continue
            at = places[rows]
            self.levels[slots[rows]] = np.where(at > 0, levels[rows, at - 1], self.levels[slots[rows]])
            begin(slots[rows])
            since = count - at[:, None].astype(np.float32)
            levels[rows] = np.where(since > 0.0, self._run(slots[rows], np.maximum(since, 0.0), contour), levels[rows])
        self.levels[slots] = levels[:, -1]
        squared: np.ndarray = levels * levels
        return squared

    def clear(self, slot: int) -> None:
        """Make one slot silent at once."""
        self.levels[slot] = 0.0
        self._is_rising[slot] = self._is_held[slot] = self._is_cut[slot] = False

    def has_ended(self, slots: np.ndarray) -> np.ndarray:
        """Say for each of `slots` whether it has died away."""
        ended: np.ndarray = ~self._is_rising[slots] & (self.levels[slots] < _SILENT)
        return ended

    def _strike(self, slots: np.ndarray) -> None:
        self.levels[slots] = 0.0
        self._is_rising[slots] = self._is_held[slots] = True
        self._is_cut[slots] = False

    def _release(self, slots: np.ndarray) -> None:
        self._is_rising[slots] = self._is_held[slots] = False

    def _cut(self, slots: np.ndarray) -> None:
        self._is_rising[slots] = self._is_held[slots] = False
        self._is_cut[slots] = True
        self._before[slots], self._faded[slots] = self.levels[slots], 0.0

    def _run(self, slots: np.ndarray, since: np.ndarray, contour: Contour) -> np.ndarray:
        """Return the levels [slots, frames], `since` samples after `self.levels`; the last column is where it ends."""
        start, held = self.levels[slots, None], self._is_held[slots, None]
        target = np.where(held, np.float32(np.sqrt(contour.sustain)), np.float32(0.0))
        # In samples. The amplitude is the square: its way to -60 dB takes half as many turns of the exponential.
        slope = np.where(held, np.float32(contour.decay * self._rate / 3.0),
                         np.float32(2.0 * contour.release * self._rate / np.log(1000.0)))
        levels = target + (start - target) * np.exp(-since / slope)
        rising, cut = self._is_rising[slots], self._is_cut[slots]
        if rising.any():
            levels[rising] = self._rise(slots[rising], since[rising], contour, target[rising], slope[rising])
        if cut.any():
            levels[cut] = self._fade(slots[cut], since[cut], contour)
        return levels

    def _fade(self, slots: np.ndarray, since: np.ndarray, contour: Contour) -> np.ndarray:
        """Return a quarter of a cosine: squared it begins and ends without a corner, which in a bass would click."""
        length = np.float32(min(max(contour.attack, _QUICKEST), _SLOWEST) * self._rate)
        done = np.minimum(self._faded[slots, None] + since / length, 1.0)
        self._faded[slots] = done[:, -1]
        levels: np.ndarray = self._before[slots, None] * np.cos(np.float32(np.pi / 2.0) * done)
        return levels

    def _rise(self, slots: np.ndarray, since: np.ndarray, contour: Contour, target: np.ndarray,
              slope: np.ndarray) -> np.ndarray:
        start = self.levels[slots, None]
        climb = np.float32(contour.attack * self._rate / np.log(_OVER / (_OVER - 1.0)))
        top = climb * np.log((_OVER - start) / np.float32(_OVER - 1.0))  # samples until it is at 1
        up = _OVER - (_OVER - start) * np.exp(-since / climb)
        down = target + (1.0 - target) * np.exp(-np.maximum(since - top, 0.0) / slope)
        self._is_rising[slots] = since[:, -1] < top[:, 0]
        levels: np.ndarray = np.where(since < top, up, down)
        return levels
