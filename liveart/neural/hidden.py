"""The latents of a model that nobody plays: filled with seeded noise, so that a bookmark sounds the same again."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class HiddenNoise:
    """Widens latents to all that a decoder takes: for each stream its own noise, the same however blocks are cut.

    A decoder left to itself draws what it lacks anew at every run; this noise is drawn frame by frame from `seed`.
    """

    def __init__(self, seed: int, batch: int, width: int) -> None:
        self._seed, self._width = seed, width
        self._dice = [self._begun(row) for row in range(batch)]

    def widened(self, z: Tensor) -> Tensor:
        """Return `z` [batch, latent, frames] as [batch, width, frames], the rest normally distributed."""
        lacking = self._width - z.shape[1]
        if lacking <= 0:
            return z
        full = z.new_empty(z.shape[0], self._width, z.shape[2])
        full[:, : z.shape[1]] = z
        for row, dice in enumerate(self._dice):
            drawn = dice.standard_normal((z.shape[2], lacking), dtype=np.float32)
            full[row, z.shape[1]:] = torch.from_numpy(drawn).T
        return full

    def reset(self, row: int | None = None) -> None:
        """Begin anew, one stream or all."""
        for index in range(len(self._dice)) if row is None else [row]:
            self._dice[index] = self._begun(index)

    def _begun(self, row: int) -> np.random.Generator:
        return np.random.Generator(np.random.Philox(key=[self._seed & (2**64 - 1), row]))
