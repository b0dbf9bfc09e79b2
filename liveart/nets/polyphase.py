"""The activation of StyleGAN3 at a higher sampling rate, for processors: no zero is made, and nothing interleaved.

What would lie between the samples is kept apart as phases, each of them a short filter over every channel, and the work
goes in strips of rows that stay in the cache. Method: polyphase decomposition, Vaidyanathan 1990, Proc. IEEE 78(1).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from liveart.errors import ModelError

from .layers import ROOT_TWO

STRIP_BYTES = 4 << 20  # of one phase of one strip: a few of these fit into the last cache
SLOPE = 0.2


@dataclass(frozen=True, slots=True)
class Filters:
    """What a layer does after its convolution: the filters and the numbers a file gives with them.

    up_taps [U], down_taps [D] or, round ones, [D, D]; padding (x0, x1, y0, y1), negative crops; clamp 0: none
    """

    up_taps: Tensor
    down_taps: Tensor
    up: int
    down: int
    padding: tuple[int, int, int, int]
    clamp: float

    def inner(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return (height, width) at the higher rate, of what comes from the convolution."""
        x0, x1, y0, y1 = self.padding
        taken = self.up_taps.numel() - 1
        return size[0] * self.up + y0 + y1 - taken, size[1] * self.up + x0 + x1 - taken

    def outer(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return (height, width) of what the layer hands on."""
        height, width = (n - self.down_taps.shape[0] for n in self.inner(size))
        return height // self.down + 1, width // self.down + 1


@dataclass(frozen=True, slots=True)
class Axis:
    """How one axis is cut into phases.

    Phase p of the higher rate holds its samples p, p + up, …; it is what `taps[p]` makes of the samples
    first, first + 1, … that come in. As many phases as `down` says are needed apart for the way down; the `merge`
    phases of each of these classes are put back between one another.
    """

    taps: tuple[tuple[float, ...], ...]
    first: int
    merge: int
    length: int  # samples that come in

    @classmethod
    def of(cls, filters: Filters, length: int, pad: int) -> Axis:
        """Return the cut of an axis of `length` samples, padded by `pad` at its beginning."""
        up, gain = filters.up, filters.up * ROOT_TWO**0.5  # both axes together: up squared, and the activation's gain
        kernel = (filters.up_taps.flip(0).double() * gain).tolist()
        found = []
        for phase in range(up):
            skipped = (pad - phase) % up  # taps that would meet zeros before they meet a sample
            found.append(((phase + skipped - pad) // up, kernel[skipped::up]))
        first = min(shift for shift, _ in found)
        lined_up = [[0.0] * (shift - first) + taps for shift, taps in found]
        longest = max(map(len, lined_up))
        return cls(tuple(tuple(taps + [0.0] * (longest - len(taps))) for taps in lined_up),
                   first, up // filters.down, length)

    @property
    def gain(self) -> float:
        """How many times larger than what comes in a sample of the higher rate can be at most."""
        return max(sum(map(abs, taps)) for taps in self.taps)

    def needed(self, out: int, reach: int) -> int:
        """Return how many samples must come in for `out` ones, where the way down reaches over `reach` of a class."""
        return math.ceil((out + reach - 1) / self.merge) - 1 + len(self.taps[0])

    def part(self, begin: int, length: int) -> tuple[slice, int, int]:
        """Return which samples lie in a window that begins `begin` after the first, and the zeros on its sides."""
        offset = self.first + begin
        low = min(max(0, offset), self.length)
        high = max(low, min(self.length, offset + length))
        if low == high:
            return slice(low, high), length, 0
        return slice(low, high), low - offset, offset + length - high


class Polyphase(nn.Module):
    """Filters in phases: `[B, C, H, W]` to `[B, C, H', W']`, channels_last, in strips of rows."""

    def __init__(self, filters: Filters, size: tuple[int, int], channels: int, dtype: torch.dtype,
                 device: torch.device | str) -> None:
        super().__init__()
        if filters.up % filters.down:
            raise ModelError(f"a layer goes up by {filters.up} and down by {filters.down}, which liveart can't play.",
                             "Its way up must be a multiple of its way down.")
        self.down, self.clamp, self.size = filters.down, filters.clamp, filters.outer(size)
        self.rows = Axis.of(filters, size[0], filters.padding[2])
        self.columns = Axis.of(filters, size[1], filters.padding[0])
        self.reach = math.ceil(filters.down_taps.shape[0] / self.down)  # taps of a class on the way down
        self.channels, self.place = channels, (dtype, device)
        for klass in range(self.down):
            for at, taps in enumerate(self.rows.taps[klass::self.down]):
                self._keep(f"up_rows_{klass}_{at}", torch.tensor(taps).view(1, -1, 1))
            merged = torch.tensor(self.columns.taps[klass::self.down])  # [merge, taps]
            spread = merged.repeat_interleave(channels, dim=0)[:, None]  # [merge * channels, 1, taps]
            self._keep(f"up_columns_{klass}", spread, copies=1)
        self.is_round = filters.down_taps.dim() == 2
        self._keep_down(filters.down_taps.float())

    def _keep(self, name: str, kernel: Tensor, copies: int = 0) -> None:
        """Keep a kernel [1, height, width] for every channel, or with `copies` 1 as it is, [n, height, width]."""
        weight = kernel[:, None].repeat(copies or self.channels, 1, 1, 1).to(self.place[1], self.place[0])
        self.register_buffer(name, weight.contiguous(memory_format=torch.channels_last))

    def _keep_down(self, taps: Tensor) -> None:
        extra = self.reach * self.down - taps.shape[0]
        kernel = F.pad(taps.flip(0), (0, extra)) if taps.dim() == 1 else F.pad(taps.flip(0, 1), (0, extra, 0, extra))
        for a in range(self.down):
            if not self.is_round:
                self._keep(f"down_rows_{a}", kernel[a::self.down].view(1, -1, 1))
                self._keep(f"down_columns_{a}", kernel[a::self.down].view(1, 1, -1))
            for b in range(self.down if self.is_round else 0):
                self._keep(f"down_{a}_{b}", kernel[a::self.down, b::self.down][None])

    def forward(self, x: Tensor) -> Tensor:
        """Return the features of `x` [B, C, *size], `[B, C, *self.size]`."""
        row_bytes = x.shape[0] * x.shape[1] * self.columns.merge * x.shape[3] * x.element_size()
        strip = max(1, STRIP_BYTES // row_bytes // self.rows.merge) * self.rows.merge
        clamp = self._clamp_for(x)
        strips = [self._strip(x, top, min(strip, self.size[0] - top), clamp)
                  for top in range(0, self.size[0], strip)]
        return torch.cat(strips, dim=2)

    def _clamp_for(self, x: Tensor) -> float:
        """Return the clamp, or 0 where nothing can reach it: looking once costs less than clamping four phases."""
        if not self.clamp or x.requires_grad or not x.is_contiguous(memory_format=torch.channels_last):
            return self.clamp
        low, high = torch.aminmax(x.permute(0, 2, 3, 1).reshape(-1))
        most = max(-float(low), float(high)) * self.rows.gain * self.columns.gain
        return 0.0 if most < self.clamp * 0.99 else self.clamp  # a hundredth for what half precision rounds up

    def _strip(self, x: Tensor, top: int, count: int, clamp: float) -> Tensor:
        """Return `count` rows of the result, from row `top` on."""
        window = self._window(x, top // self.rows.merge, count)
        # Where phases are merged, one row or column more may come out than there are places for.
        parts = [part[:, :, :count, : self.size[1]]
                 for a in range(self.down) for part in self._down(self._up_rows(window, a), a, clamp)]
        return functools.reduce(torch.add, parts)

    def _window(self, x: Tensor, begin: int, count: int) -> Tensor:
        """Return what `count` rows of the result are made of, with zeros where nothing comes in."""
        rows, above, below = self.rows.part(begin, self.rows.needed(count, self.reach))
        columns, left, right = self.columns.part(0, self.columns.needed(self.size[1], self.reach))
        return F.pad(x[:, :, rows, columns], (left, right, above, below))

    def _up_rows(self, x: Tensor, klass: int) -> Tensor:
        phases = [_each(x, getattr(self, f"up_rows_{klass}_{at}")) for at in range(self.rows.merge)]
        if len(phases) == 1:
            return phases[0]
        return _channels_last(torch.stack([phase.permute(0, 2, 3, 1) for phase in phases], dim=2).flatten(1, 2))

    def _up_columns(self, x: Tensor, klass: int, clamp: float) -> Tensor:
        if (merge := self.columns.merge) > 1:
            x = torch.cat([x] * merge, dim=1)  # copies side by side come out as neighbours: nothing is interleaved
        x = _each(x, getattr(self, f"up_columns_{klass}")).permute(0, 2, 3, 1)
        x = _channels_last(x.reshape(x.shape[0], x.shape[1], x.shape[2] * merge, -1))
        return bent(x, clamp)

    def _down(self, x: Tensor, a: int, clamp: float) -> Sequence[Tensor]:
        """Return the parts, to be added, that the rows of class `a` have in the result."""
        if self.is_round:
            return [_each(self._up_columns(x, b, clamp), getattr(self, f"down_{a}_{b}")) for b in range(self.down)]
        lines = [_each(self._up_columns(x, b, clamp), getattr(self, f"down_columns_{b}")) for b in range(self.down)]
        return [_each(functools.reduce(torch.add, lines), getattr(self, f"down_rows_{a}"))]


def bent(x: Tensor, clamp: float) -> Tensor:
    """Return the leaky ReLU of `x`, clamped; in place, unless the way to a picture is sought by its gradient."""
    if x.requires_grad:
        x = F.leaky_relu(x, SLOPE)
        return x.clamp(-clamp, clamp) if clamp else x
    x = F.leaky_relu_(x, SLOPE)
    return x.clamp_(-clamp, clamp) if clamp else x


def _each(x: Tensor, weight: Tensor) -> Tensor:
    """Return every channel of `x` with its own short filter, weight [C, 1, height, width]."""
    return F.conv2d(x, weight, groups=weight.shape[0])


def _channels_last(x: Tensor) -> Tensor:  # [B, H, W, C] to [B, C, H, W], in the same memory
    return x.permute(0, 3, 1, 2)
