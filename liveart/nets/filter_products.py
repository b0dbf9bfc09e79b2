"""The activation of StyleGAN3 at a higher sampling rate, for graphics cards: each axis' filter is one matrix.

Far more arithmetic than phases (nets/polyphase.py), but of the kind that such a card does best: a few large products.
Tested on a processor; on a card it has not been run yet.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import ROOT_TWO
from .polyphase import Filters, bent


class Products(nn.Module):
    """Filters as one matrix for each axis and way; a round filter is a sum of a few such pairs. Any device."""

    up_rows: Tensor
    up_columns: Tensor
    down_rows: Tensor
    down_columns: Tensor

    def __init__(self, filters: Filters, size: tuple[int, int], dtype: torch.dtype, device: torch.device | str) -> None:
        super().__init__()
        self.clamp = filters.clamp
        inner, outer = filters.inner(size), filters.outer(size)
        up = (filters.up_taps.double() * filters.up * ROOT_TWO**0.5).cpu()
        x0, _, y0, _ = filters.padding
        self.register_buffer("up_rows", _up_matrix(up, size[0], inner[0], filters.up, y0).to(device, dtype))
        self.register_buffer("up_columns", _up_matrix(up, size[1], inner[1], filters.up, x0).T.to(device, dtype))
        pairs = _pairs(filters.down_taps.double().cpu())
        rows = [_down_matrix(a, inner[0], outer[0], filters.down) for a, _ in pairs]
        columns = [_down_matrix(b, inner[1], outer[1], filters.down).T for _, b in pairs]
        self.register_buffer("down_rows", torch.stack(rows).to(device, dtype))  # [pairs, H', inner]
        self.register_buffer("down_columns", torch.stack(columns).to(device, dtype))  # [pairs, inner, W']

    def forward(self, x: Tensor) -> Tensor:
        """Return the features of `x` [B, C, *size], channels_last."""
        x = x.contiguous()
        x = bent(self.up_rows @ (x @ self.up_columns), self.clamp)
        out = self.down_rows[0] @ (x @ self.down_columns[0])
        for rows, columns in zip(self.down_rows[1:], self.down_columns[1:], strict=True):
            out = out + rows @ (x @ columns)
        return out.contiguous(memory_format=torch.channels_last)


def _up_matrix(taps: Tensor, length: int, inner: int, up: int, pad: int) -> Tensor:
    """Return [inner, length]: zeros put between, padded, convolved."""
    eye = torch.zeros(length, length, up, dtype=torch.float64)
    eye[:, :, 0] = torch.eye(length, dtype=torch.float64)
    padded = F.pad(eye.flatten(1), (pad, inner + len(taps) - 1 - length * up - pad))
    return F.conv1d(padded[:, None], taps.flip(0)[None, None])[:, 0].T.contiguous()


def _down_matrix(taps: Tensor, inner: int, outer: int, down: int) -> Tensor:
    """Return [outer, inner]: convolved, and every `down`-th sample kept."""
    eye = torch.eye(inner, dtype=torch.float64)
    return F.conv1d(eye[:, None], taps.flip(0)[None, None], stride=down)[:, 0].T[:outer].contiguous()


def _pairs(taps: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return filters for rows and columns whose products add up to `taps` [D, D], or the one pair of `taps` [D]."""
    if taps.dim() == 1:
        return [(taps, taps)]
    left, weight, right = torch.linalg.svd(taps)
    count = int((weight > weight[0] * 1e-5).sum())
    return [(left[:, i] * weight[i], right[i]) for i in range(count)]
