"""The grain of StyleGAN2: a journey through independent fields of noise, which begins at the one in the file."""

from __future__ import annotations

import math
import zlib

import torch
from torch import Tensor


class Grain:
    """The noise of one layer, float32 [height, width] of variance one at every place of the journey."""

    def __init__(self, name: str, own: Tensor, size: tuple[int, int]) -> None:
        self._name, self._size = name, size
        self._own = self._widened(own.float().cpu())
        self._fields: dict[int, Tensor] = {0: self._own}

    def at(self, place: float) -> Tensor:
        """Return the field at `place`: independent ones at whole numbers, a fade of even loudness between them."""
        below = math.floor(place)
        part = place - below
        wanted = (below, below + 1) if part else (below,)
        self._fields = {number: self._field(number) for number in wanted}
        if not part:
            return self._fields[below]
        # Independent fields add by their squares: cos and sin keep the variance where it was.
        angle = part * math.pi / 2
        return self._fields[below] * math.cos(angle) + self._fields[below + 1] * math.sin(angle)

    def refill(self, own: Tensor) -> None:
        """Take another first field."""
        self._own = self._widened(own.float().cpu())
        self._fields = {}

    def _field(self, number: int) -> Tensor:
        if number == 0:
            return self._own
        return self._fields[number] if number in self._fields else self._drawn(number)

    def _drawn(self, number: int) -> Tensor:
        # Drawn on the CPU and from the layer's name: the same on every machine, and no two layers alike.
        seed = zlib.crc32(f"{self._name} {number}".encode())
        return torch.randn(self._size, generator=torch.Generator().manual_seed(seed))

    def _widened(self, own: Tensor) -> Tensor:
        """Return the file's field in the middle of a canvas that may be larger."""
        if tuple(own.shape) == self._size:
            return own
        field = self._drawn(0)
        top, left = ((wide - narrow) // 2 for wide, narrow in zip(self._size, own.shape, strict=True))
        field[top: top + own.shape[0], left: left + own.shape[1]] = own
        return field
