"""Delay: a sound as it came, so much later that it lies on what a model made of it."""

from __future__ import annotations

import numpy as np


class Delay:
    """Gives stereo samples back `samples` later; silence comes first."""

    def __init__(self, samples: int) -> None:
        self.samples = max(samples, 0)
        self.reset()

    def reset(self) -> None:
        """Forget what waits."""
        self._waiting = np.zeros((self.samples, 2), np.float32)

    def pass_on(self, block: np.ndarray) -> np.ndarray:
        """Return float32 [frames, 2] of `samples` ago, for the same number now."""
        joined = np.concatenate([self._waiting, block])
        self._waiting = joined[len(block) :]
        return joined[: len(block)]

    def seconds(self, rate: int) -> float:
        """Return how long that is."""
        return self.samples / rate
