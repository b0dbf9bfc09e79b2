"""A 3x3 convolution by fewer multiplications: squares of pixels are turned into sums, multiplied once, and turned back.

Method: Lavin and Gray 2015, arXiv 1509.09308. Four times fewer multiplications in float32 (squares of 4x4); 2.25 times
fewer in half precision, where larger squares would lose too many digits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

STRIP_BYTES = 16 << 20  # of the turned squares that are worked on at a time
# What a kernel's three taps become, for squares of 2 and of 4 pixels (arXiv 1509.09308, sections 4.1 and 4.3).
KERNELS = {2: ((1, 0, 0), (1 / 2, 1 / 2, 1 / 2), (1 / 2, -1 / 2, 1 / 2), (0, 0, 1)),
           4: ((1 / 4, 0, 0), (-1 / 6, -1 / 6, -1 / 6), (-1 / 6, 1 / 6, -1 / 6), (1 / 24, 1 / 12, 1 / 6),
               (1 / 24, -1 / 12, 1 / 6), (0, 0, 1))}


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
    strip = max(1, STRIP_BYTES // row_bytes)
    for pixels, result in zip(x.permute(0, 2, 3, 1), out, strict=True):
        for top in range(0, down, strip):
            count = min(strip, down - top)
            _strip(pixels[top * side : (top + count) * side + 2], turned, result[top : top + count], side)
    whole = out.view(len(x), down * side, across * side, -1).permute(0, 3, 1, 2)
    return whole[:, :, :height, :width]


def _strip(x: Tensor, turned: Tensor, out: Tensor, side: int) -> None:
    """Fill `out` [down, side, across, side, O] from the pixels `x` [side * down + 2, side * across + 2, C]."""
    down, across, length = out.shape[0], out.shape[2], side + 2
    rows = [x[t : t + side * (down - 1) + 1 : side] for t in range(length)]
    first = x.new_empty(length, down, *x.shape[1:])
    TURN[side](rows, list(first))
    columns = [first[:, :, t : t + side * (across - 1) + 1 : side] for t in range(length)]
    second = x.new_empty(length, length, down, across, x.shape[2])
    TURN[side](columns, list(second))
    made = torch.bmm(second.view(length * length, -1, x.shape[2]), turned)
    made = made.view(length, length, down, across, -1)
    third = made.new_empty(side, *made.shape[1:])
    BACK[side](list(made), list(third))
    BACK[side](list(third.unbind(1)), [out[:, a].permute(2, 0, 1, 3) for a in range(side)])


def _turn2(d: Sequence[Tensor], out: Sequence[Tensor]) -> None:
    torch.sub(d[0], d[2], out=out[0])
    torch.add(d[1], d[2], out=out[1])
    torch.sub(d[2], d[1], out=out[2])
    torch.sub(d[1], d[3], out=out[3])


def _back2(m: Sequence[Tensor], out: Sequence[Tensor]) -> None:
    torch.add(m[0], m[1], out=out[0]).add_(m[2])
    torch.sub(m[1], m[2], out=out[1]).sub_(m[3])


def _turn4(d: Sequence[Tensor], out: Sequence[Tensor]) -> None:
    torch.add(d[4], d[2], alpha=-5, out=out[0]).add_(d[0], alpha=4)
    even, odd = torch.sub(d[4], d[2], alpha=4), torch.sub(d[3], d[1], alpha=4)
    torch.add(even, odd, out=out[1])
    torch.sub(even, odd, out=out[2])
    torch.sub(d[4], d[2], out=even)
    torch.sub(d[3], d[1], out=odd)
    torch.add(even, odd, alpha=2, out=out[3])
    torch.sub(even, odd, alpha=2, out=out[4])
    torch.add(d[5], d[3], alpha=-5, out=out[5]).add_(d[1], alpha=4)


def _back4(m: Sequence[Tensor], out: Sequence[Tensor]) -> None:
    near, far = m[1] + m[2], m[3] + m[4]
    torch.add(m[0], near, out=out[0]).add_(far)
    torch.add(near, far, alpha=4, out=out[2])
    torch.sub(m[1], m[2], out=near)
    torch.sub(m[3], m[4], out=far)
    torch.add(near, far, alpha=2, out=out[1])
    torch.add(m[5], near, out=out[3]).add_(far, alpha=8)


TURN = {2: _turn2, 4: _turn4}
BACK = {2: _back2, 4: _back4}
