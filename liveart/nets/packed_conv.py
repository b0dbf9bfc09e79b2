"""Convolutions with weights in the order in which oneDNN computes: packed once, instead of at every call.

torch keeps these operations for its own compiler: they are tried before they are trusted, and done without if need be.
"""

from __future__ import annotations

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

ONE, NONE, TWO = [1, 1], [0, 0], [2, 2]


def pack(weight: Tensor, size: tuple[int, int], up: bool) -> Tensor:
    """Return `weight` packed for an input of `size` (height, width).

    [out, in, 3, 3] for a convolution padded by 1; [in, out, 3, 3] when `up`, for a transposed one with stride 2.
    """
    operations = torch.ops.mkldnn
    if up:
        shape = [1, weight.shape[0], *size]
        packed = operations._reorder_convolution_transpose_weight(weight, NONE, NONE, TWO, ONE, 1, shape)
    else:
        packed = operations._reorder_convolution_weight(weight, ONE, ONE, ONE, 1, [1, weight.shape[1], *size])
    assert isinstance(packed, Tensor)
    return packed


def unpacked(packed: Tensor, up: bool) -> Tensor:
    """Return the weights that `pack` was given."""
    return packed.to_dense().transpose(0, 1) if up else packed.to_dense()


def packed_conv(x: Tensor, packed: Tensor, up: bool) -> Tensor:
    """Return the convolution of `x` with what `pack` gave. Inference only."""
    operations = torch.ops.mkldnn
    if up:
        made = operations._convolution_transpose_pointwise(x, packed, None, NONE, NONE, TWO, ONE, 1, "none", [], "")
    else:
        made = operations._convolution_pointwise(x, packed, None, ONE, ONE, ONE, 1, "none", [], "")
    assert isinstance(made, Tensor)
    return made


@cache
def can_pack(dtype: torch.dtype) -> bool:
    """Return whether packed weights work here and give what plain ones give."""
    if dtype not in (torch.float32, torch.bfloat16):
        return False
    chance = torch.Generator().manual_seed(0)
    x, weight, turned = (torch.randn(shape, generator=chance).to(dtype).contiguous(memory_format=torch.channels_last)
                         for shape in ((1, 32, 8, 8), (48, 32, 3, 3), (32, 48, 3, 3)))
    with torch.no_grad():
        try:
            packed, packed_up = pack(weight, (8, 8), up=False), pack(turned, (8, 8), up=True)
            pairs = [(packed_conv(x, packed, up=False), F.conv2d(x, weight, padding=1)),
                     (packed_conv(x, packed_up, up=True), F.conv_transpose2d(x, turned, stride=2)),
                     (unpacked(packed, up=False), weight), (unpacked(packed_up, up=True), turned)]
        except (RuntimeError, AttributeError, NotImplementedError):
            return False  # a torch without oneDNN, or one that has changed its own operations: plain calls do it
    return all(got.shape == wanted.shape and torch.allclose(got.float(), wanted.float(), rtol=0.05, atol=0.5)
               for got, wanted in pairs)
