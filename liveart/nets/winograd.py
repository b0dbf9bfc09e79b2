"""A 3x3 convolution by fewer multiplications: squares of pixels are turned into sums, multiplied once, and turned back.

Method: Lavin and Gray 2015, arXiv 1509.09308. Four times fewer multiplications in float32 (squares of 4x4); 2.25 times
fewer in half precision, where larger squares would lose too many digits.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

STRIP_BYTES = 5 << 20  # of the turned squares that are worked on at a time: some of them fit into the last cache
# What a kernel's three taps become, for squares of 2 and of 4 pixels (arXiv 1509.09308, sections 4.1 and 4.3).
KERNELS = {2: ((1, 0, 0), (1 / 2, 1 / 2, 1 / 2), (1 / 2, -1 / 2, 1 / 2), (0, 0, 1)),
           4: ((1 / 4, 0, 0), (-1 / 6, -1 / 6, -1 / 6), (-1 / 6, 1 / 6, -1 / 6), (1 / 24, 1 / 12, 1 / 6),
               (1 / 24, -1 / 12, 1 / 6), (0, 0, 1))}
# What pixels become before the products, and sums after them.
TURN = {2: ((1, 0, -1, 0), (0, 1, 1, 0), (0, -1, 1, 0), (0, 1, 0, -1)),
        4: ((4, 0, -5, 0, 1, 0), (0, -4, -4, 1, 1, 0), (0, 4, -4, -1, 1, 0), (0, -2, -1, 2, 1, 0), (0, 2, -1, -2, 1, 0),
            (0, 4, 0, -5, 0, 1))}
BACK = {2: ((1, 1, 1, 0), (0, 1, -1, -1)),
        4: ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1))}


def square_of(dtype: torch.dtype) -> int:
    """Return the side of the squares for features of `dtype`."""
    return 4 if dtype in (torch.float32, torch.float64) else 2


def turned_weight(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """Return `weight` [out, in, 3, 3] as `convolved` takes it: [places of a turned square, in, out]."""
    both = _both_axes(square_of(dtype), weight.device)
    outputs, inputs = weight.shape[:2]
    turned = both @ weight.permute(3, 2, 1, 0).reshape(9, inputs * outputs)
    return turned.view(len(both), inputs, outputs).to(dtype)


def weight_of(turned: Tensor) -> Tensor:
    """Return the weight [out, in, 3, 3] that was turned, for ways that need a gradient."""
    places, inputs, outputs = turned.shape
    back = torch.linalg.pinv(_both_axes(math.isqrt(places) - 2, turned.device))
    weight: Tensor = back @ turned.float().flatten(1)
    return weight.view(3, 3, inputs, outputs).permute(3, 2, 1, 0).to(turned.dtype)


def _both_axes(side: int, device: torch.device) -> Tensor:  # [places, 9], columns first: see `_strip`
    kernel = torch.tensor(KERNELS[side], device=device)
    return torch.kron(kernel, kernel)


def convolved(x: Tensor, turned: Tensor, padding: int) -> Tensor:
    """Return the convolution of `x` [B, in, H, W], channels_last; what comes out is a part of a larger memory."""
    if x.requires_grad:  # sums written into ready memory have no gradient
        return F.conv2d(x, weight_of(turned), padding=padding)
    side = square_of(x.dtype)
    height, width = (n + 2 * padding - 2 for n in x.shape[2:])
    down, across = -(-height // side), -(-width // side)  # squares
    x = F.pad(x, (padding, side * across - width + padding, padding, side * down - height + padding))
    out = torch.empty(len(x), down, side, across, side, turned.shape[2], dtype=x.dtype, device=x.device)
    row_bytes = turned.shape[0] * across * max(turned.shape[1:]) * x.element_size()
    # No smaller than the weights, which are read once for every strip.
    strip = max(1, max(STRIP_BYTES, turned.numel() * turned.element_size()) // row_bytes)
    for pixels, result in zip(x.permute(0, 2, 3, 1), out, strict=True):
        for top in range(0, down, strip):
            count = min(strip, down - top)
            _strip(pixels[top * side : (top + count) * side + 2], turned, result[top : top + count], side)
    whole = out.view(len(x), down * side, across * side, -1).permute(0, 3, 1, 2)
    return whole[:, :, :height, :width]


def _strip(x: Tensor, turned: Tensor, out: Tensor, side: int) -> None:
    """Fill `out` [down, side, across, side, O] from the pixels `x` [side * down + 2, side * across + 2, C]."""
    (down, across), (inputs, outputs), length = (out.shape[0], out.shape[2]), turned.shape[1:], side + 2
    turn, back = _matrices(side, x.dtype, x.device)
    row, column, channel = x.stride()
    squares = x.as_strided((length, length, down, across, inputs), (column, row, side * row, side * column, channel),
                           x.storage_offset())
    # Both axes of all squares by one product: the copies that it needs cost less than many short sums.
    second = (turn @ squares.reshape(length * length, -1)).view(length * length, -1, inputs)
    made = torch.bmm(second, turned).view(length * length, -1)
    whole = (back @ made).view(side, side, down, across, outputs)  # [across in a square, down in it, …]
    out.copy_(whole.permute(2, 1, 3, 0, 4))


@lru_cache(maxsize=8)
def _matrices(side: int, dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return what turns the pixels of a square [places, places], and what turns sums back [side², places]."""
    with torch.inference_mode(False):
        turn, back = torch.tensor(TURN[side], dtype=dtype), torch.tensor(BACK[side], dtype=dtype)
        return torch.kron(turn, turn).to(device), torch.kron(back, back).to(device)
