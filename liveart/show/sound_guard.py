"""Guard: stands between what a player makes and the loudspeaker. Nothing that is no sound passes, and no step."""

from __future__ import annotations

from typing import Any

import numpy as np

from liveart.core.contract import Moment
from liveart.errors import MaterialError
from liveart.show.sound_block import check_sound

FALL_SECONDS = 0.005  # in which the last sample is led to zero
RISE_SECONDS = 0.02   # in which a player that was silenced comes back
LOUD_SECONDS = 1.0    # for which it may be louder than full scale
DC_HZ = 10.0          # below this a foreign model is not heard
_PIECE = 2048         # samples: longer stretches of a recursion in closed form would lose digits


class Guard:
    """Judges block after block of one player: `check` what came, then `give` it, or `hush` when there is none.

    `is_foreign`: a constant offset is taken out, and the first sound rises.
    """

    def __init__(self, rate: int, is_foreign: bool = False) -> None:
        self._rate = rate
        self._falling = max(int(FALL_SECONDS * rate), 1)
        self._rising = max(int(RISE_SECONDS * rate), 1)
        self._blocker = DcBlocker(rate) if is_foreign else None
        self._last = np.zeros(2, np.float32)
        self._fallen = self._falling  # samples since the sound broke off
        self._risen = 0 if is_foreign else self._rising  # its offset may begin with a step
        self._loud = 0

    def check(self, material: Any, now: Moment) -> np.ndarray:
        """Return the block [frames, 2] of what a generator gave. Raises MaterialError when it must not be heard."""
        block = check_sound(material, now)
        power = float(np.einsum("nc,nc->c", block, block, dtype=np.float64).max()) / max(now.frames, 1)
        self._loud = self._loud + now.frames if power > 1.0 else 0
        if self._loud >= LOUD_SECONDS * self._rate:
            raise MaterialError(f"it was louder than full scale for {LOUD_SECONDS:g} s.",
                                "Turn its own params down; the gain comes after.")
        return block

    def give(self, block: np.ndarray) -> np.ndarray:
        """Return what is heard of a good block: all of it, or its rise after a silence."""
        if self._blocker is not None:
            block = self._blocker.step(block)
        left = self._rising - self._risen
        if left > 0:
            steps = np.arange(self._risen + 1, self._risen + min(left, len(block)) + 1, dtype=np.float32)
            block = block.copy()
            block[: len(steps)] *= (steps / self._rising)[:, None]
            self._risen += len(steps)
        if len(block):
            self._last = block[-1].copy()
        self._fallen = 0
        return block

    def hush(self, frames: int) -> np.ndarray:
        """Return a block of silence; where the sound has just broken off, its last sample is led to zero."""
        block = np.zeros((frames, 2), np.float32)
        left = min(self._falling - self._fallen, frames)
        if left > 0:
            steps = np.arange(self._fallen + 1, self._fallen + left + 1, dtype=np.float32)
            block[:left] = (1.0 - steps / self._falling)[:, None] * self._last
            self._fallen += left
        self._risen = 0
        return block

    def reset(self) -> None:
        """Judge anew: what was heard so far says nothing of what comes."""
        self._loud = 0
        if self._blocker is not None:
            self._blocker.reset()


class DcBlocker:
    """A high-pass of first order at DC_HZ, -3 dB there: y[n] = x[n] - x[n-1] + a y[n-1]."""

    def __init__(self, rate: int) -> None:
        self._decay = float(np.exp(-2.0 * np.pi * DC_HZ / rate))
        self._powers = self._decay ** np.arange(1, _PIECE + 1)[:, None]  # [piece, 1]
        self.reset()

    def reset(self) -> None:
        """Begin anew: the first sample that comes is taken for the offset."""
        self._before: np.ndarray | None = None
        self._held = np.zeros(2)

    def step(self, block: np.ndarray) -> np.ndarray:
        """Return float32 [frames, 2] without its offset; blocks of any length give the same to 1e-6."""
        out = np.empty_like(block)
        for start in range(0, len(block), _PIECE):
            out[start : start + _PIECE] = self._piece(block[start : start + _PIECE])
        return out

    def _piece(self, block: np.ndarray) -> np.ndarray:
        first = block[:1].astype(np.float64) if self._before is None else self._before
        steps = np.diff(block, axis=0, prepend=first)
        powers = self._powers[: len(block)]
        made: np.ndarray = powers * (self._held + np.cumsum(steps / powers, axis=0))
        self._before, self._held = block[-1:].astype(np.float64), made[-1]
        return made
