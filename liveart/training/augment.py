"""Differentiable augmentation: the discriminator sees changed pictures, the generator learns clean ones.

Source: Zhao and others 2020, arXiv 2006.10738.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def augmented(x: Tensor, kinds: Sequence[str]) -> Tensor:
    """Return pictures `[B, C, H, W]` in -1..1 changed at random; gradients pass through to `x`."""
    for kind in kinds:
        x = _KINDS[kind](x)
    return x


def _random(x: Tensor) -> Tensor:
    return torch.rand(len(x), 1, 1, 1, device=x.device, dtype=x.dtype)


def _colour(x: Tensor) -> Tensor:
    x = x + (_random(x) - 0.5)  # brightness
    grey = x.mean(dim=1, keepdim=True)
    x = grey + (x - grey) * (_random(x) * 2)  # saturation
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (x - mean) * (_random(x) + 0.5)  # contrast


def _shift(x: Tensor) -> Tensor:
    """Move each picture by up to an eighth of its size; what enters is black's neutral grey (0)."""
    height, width = x.shape[2:]
    reach = max(1, width // 8)
    padded = F.pad(x, [reach] * 4)
    offsets = torch.randint(0, 2 * reach + 1, (len(x), 2)).tolist()  # drawn on the CPU: no wait for a GPU
    return torch.stack(
        [one[:, top : top + height, left : left + width] for one, (top, left) in zip(padded, offsets, strict=True)]
    )


def _cutout(x: Tensor) -> Tensor:
    """Hide a square of half the size of each picture."""
    height, width = x.shape[2:]
    centre = torch.rand(len(x), 2, 1, device=x.device)
    rows = (torch.arange(height, device=x.device)[None] / height - centre[:, 0]).abs() > 0.25  # [B, H]
    columns = (torch.arange(width, device=x.device)[None] / width - centre[:, 1]).abs() > 0.25  # [B, W]
    return x * (rows[:, None, :, None] | columns[:, None, None, :]).to(x.dtype)


_KINDS = {"colour": _colour, "shift": _shift, "cutout": _cutout}
