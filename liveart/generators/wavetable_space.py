"""Space: a stereo reverb for steady sounds, a feedback delay network that works in whole blocks.

After Jot and Chaigne, "Digital delay networks for designing artificial reverberators" (AES 90, 1991): eight delays,
mixed by a lossless matrix, each with the loss that its own length needs. All delays are longer than a block, so a
block needs no loop over samples. The taps drift slowly, which keeps a drone from ringing at fixed pitches.
"""

from __future__ import annotations

import numpy as np

LINES = 8
_SECONDS = np.array([0.0297, 0.0371, 0.0411, 0.0437, 0.0533, 0.0611, 0.0677, 0.0731])
_WOBBLE = 0.0007  # s, how far the taps drift
_SIZE = 8192      # samples of a line at 48 kHz


class Space:
    """Holds the tails. `longest` is how many frames one `play` may have."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._size = max(int(_SIZE * rate / 48000), 64)
        self._delays = _SECONDS * rate
        self.longest = int((_SECONDS[0] - 2 * _WOBBLE) * rate) - 4
        signs = np.array([[(-1.0) ** bin(i & j).count("1") for j in range(LINES)] for i in range(LINES)])
        self._mixing = signs / np.sqrt(LINES)  # Hadamard: what goes round keeps its power
        even = np.arange(LINES) % 2 == 0
        self._into = np.stack([np.where(even, 1.0, 0.25), np.where(even, 0.25, 1.0)]) / np.sqrt(LINES)
        # The minus makes both sides of the echoes independent, however alike they go in.
        self._out = np.stack([np.where(even, 1.0, 0.25), np.where(even, -0.25, 1.0)]) * np.sqrt(2.0)
        self._speeds = np.linspace(0.11, 0.37, LINES)
        self.reset()

    def reset(self) -> None:
        """Forget all tails."""
        self._lines = np.zeros((LINES, self._size))
        self._place = 0
        self._played = 0
        self._losses: np.ndarray | None = None

    def play(self, dry: np.ndarray, decay: float) -> np.ndarray:
        """Return the echoes [2, frames] of `dry` [2, frames], about as loud; `decay` is the time to -60 dB in s."""
        frames = dry.shape[1]
        losses = 10.0 ** (-3.0 * _SECONDS / decay)
        before = losses if self._losses is None else self._losses
        self._losses = losses
        ramped = before[:, None] + (losses - before)[:, None] * (np.arange(1, frames + 1) / frames)
        heard = self._taps(frames) * ramped
        back = self._mixing @ heard + self._into.T @ dry
        places = (self._place + np.arange(frames)) % self._size
        self._lines[:, places] = back
        self._place = (self._place + frames) % self._size
        self._played += frames
        # What goes round many times adds up; this takes it back, so that a longer tail is not a louder one.
        echoes: np.ndarray = (self._out @ heard) * np.sqrt(1.0 / (ramped * ramped).mean(0) - 1.0)
        return echoes

    def _taps(self, frames: int) -> np.ndarray:
        """Return what leaves the lines [LINES, frames], a little duller than it went in."""
        times = (self._played + np.array([0, frames])) / self._rate
        wobble = np.sin(2.0 * np.pi * (self._speeds[:, None] * times + np.arange(LINES)[:, None] / LINES))
        begin, end = (self._delays[:, None] + _WOBBLE * self._rate * wobble).T
        count = np.arange(frames)
        delay = begin[:, None] + (end - begin)[:, None] * (count / frames)
        place = self._place + count - delay + self._size
        left = place.astype(np.int64)
        within = place - left
        rows = np.arange(LINES)[:, None] * self._size
        flat = self._lines.ravel()
        before, low, high, after = (flat.take(rows + (left + k) % self._size) for k in (-1, 0, 1, 2))
        # A straight line between samples, and a short average: each round takes some of the highest tones away.
        soft_low, soft_high = 0.7 * low + 0.15 * (before + high), 0.7 * high + 0.15 * (low + after)
        heard: np.ndarray = soft_low + (soft_high - soft_low) * within
        return heard
