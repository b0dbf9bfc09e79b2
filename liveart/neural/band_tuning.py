"""The pitches of streams: half frames of every partial, for all streams together or for each its own."""

from __future__ import annotations

import numpy as np

from liveart.nets.band_ear import HOP, RATE
from liveart.nets.band_synth import half_frames, partials

SEMITONES = 60.0  # by which a pitch may differ
_FINE = 32        # pitches to the semitone: 3 cents apart, a step that no one hears


class Tuning:
    """`cosines` and `sines`, [count, HOP] when all streams agree, else [B, count, HOP]; `step` [B, count], turns a hop.

    Only the tables of streams whose pitch changes are made anew: a glide of one voice costs one table a block.
    """

    def __init__(self, count: int, batch: int) -> None:
        self._count = count
        self._rows = np.zeros(batch, np.int64)
        self._make_shared()

    def follow(self, semitones: np.ndarray) -> None:
        """Take the pitch of each stream, [batch], clipped to SEMITONES."""
        rows = np.rint(np.clip(semitones, -SEMITONES, SEMITONES) * _FINE).astype(np.int64)
        changed = np.flatnonzero(rows != self._rows)
        self._rows = rows
        if len(changed) == 0:
            return
        if (rows == rows[0]).all():
            self._make_shared()
        else:
            self._make_own(changed)

    def _make_shared(self) -> None:
        hertz = partials(self._count, float(self._rows[0]) / _FINE)
        self.cosines, self.sines = half_frames(hertz)
        self.step = (hertz * (HOP / RATE)).expand(len(self._rows), -1).clone()

    def _make_own(self, changed: np.ndarray) -> None:
        if self.cosines.ndim == 2:
            batch = len(self._rows)
            self.cosines = self.cosines.expand(batch, -1, -1).clone()
            self.sines = self.sines.expand(batch, -1, -1).clone()
        for row in changed.tolist():
            hertz = partials(self._count, float(self._rows[row]) / _FINE)
            self.cosines[row], self.sines[row] = half_frames(hertz)
            self.step[row] = hertz * (HOP / RATE)
