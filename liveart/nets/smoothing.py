"""The smoothing filter [1, 3, 3, 1] per axis as shifted sums that can be trained through, any number of times."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def fir(x: Tensor, pad: int) -> Tensor:
    """Return `x` `[B, C, H, W]` with zeros around, filtered on both axes: H and W change by `2 * pad - 3`.

    The sum of the filter is 64: whoever calls it has a factor near by into which 1/64 fits at no cost.
    """
    filtered: Tensor = _Fir.apply(x, pad)  # type: ignore[no-untyped-call]
    return filtered


class _Fir(torch.autograd.Function):
    """Autograd would copy the picture for each of eight slices; the filter is symmetric, so it is its own slope."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, pad: int) -> Tensor:
        ctx.pad = pad
        x = F.pad(x, [pad] * 4)
        x = torch.add(x[:, :, :-3] + x[:, :, 3:], x[:, :, 1:-2] + x[:, :, 2:-1], alpha=3)
        return torch.add(x[..., :-3] + x[..., 3:], x[..., 1:-2] + x[..., 2:-1], alpha=3)

    @staticmethod
    def backward(ctx: Any, *slopes: Any) -> Any:
        return fir(slopes[0], 3 - ctx.pad), None


def up2(picture: Tensor) -> Tensor:
    """Return a picture `[B, C, H, W]` at twice the size: per axis (x[i-1] + 3 x[i]) / 4 and (3 x[i] + x[i+1]) / 4."""
    channels = picture.shape[1]
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], device=picture.device, dtype=picture.dtype) / 4.0
    kernel = (taps[:, None] * taps).expand(channels, 1, 4, 4)
    with torch.autocast(picture.device.type, enabled=False):
        return F.conv_transpose2d(picture, kernel, stride=2, padding=1, groups=channels)
