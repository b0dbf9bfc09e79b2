"""Bending by value: what features are, not where they are, is changed. Pure functions of [B, C, H, W].

Idea: Broad, Leymarie and Grierson 2020, "Network Bending", arXiv 2005.12420. All return the shape, type and memory
format of `x`, leave `x` as it was, return `x` itself for an amount of 0, and give finite numbers for finite ones.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from liveart.nets.bend_moves import blurred
from liveart.nets.style_net import Features

_Pick = Callable[..., Tensor]  # torch.maximum or torch.minimum
_SMALL = 1e-6  # keeps a layer that is the same everywhere from dividing by zero


def multiply(x: Features, factor: float) -> Features:
    """Return `x` times `factor`, -2..4 in a show."""
    return x if factor == 1.0 else _held(x * factor)


def ablate(x: Features, amount: float, keep: float = 0.0) -> Features:
    """Return `x` faded by `amount` 0..1 to 0, or by a `keep` of 1 to the mean of each map: form goes, colour stays."""
    if amount == 0.0:
        return x
    faded = x * (1.0 - amount)
    return faded if keep == 0.0 else faded.add_(_mean(x).mul_(amount * keep).to(x.dtype))


def invert(x: Features, amount: float) -> Features:
    """Return each map mirrored about its own mean, as a negative is: 1 wholly, 0.5 flat; below 0 more contrast."""
    if amount == 0.0:
        return x
    return _held(torch.lerp(x, _mean(x).to(x.dtype), 2.0 * amount))


def threshold(x: Features, amount: float, level: float = 0.0) -> Features:
    """Return `x` faded into two values: none, and twice its root mean square where it lies above a level.

    amount  -1..1: how far, and how hard the edge is; below 0 what lies under the level is lit
    level   in deviations from the mean; mean and deviation are those of each map
    """
    if amount == 0.0:
        return x
    wide = x.float() if x.dtype == torch.float16 else x  # squares of half precision run over
    share, mean = abs(amount), _mean(x)
    lit = wide - mean.to(wide.dtype)
    variance = _mean(lit.square())
    std = variance.sqrt()
    rise = 0.5 / ((1.0 - share) * std + _SMALL)  # a hard edge at 1
    lit.sub_((level * std).to(wide.dtype)).mul_(rise.to(wide.dtype)).add_(0.5).clamp_(0.0, 1.0)
    if amount < 0:
        lit.neg_().add_(1.0)
    peak = (variance + mean.square()).sqrt().mul_(2.0 * share)
    return _held(lit.mul_(peak.to(wide.dtype)).add_(wide, alpha=1.0 - share).to(x.dtype))


def dilate(x: Features, radius: float) -> Features:
    """Return, for each pixel, the greatest value within a square of `radius` pixels to each side; below 0 the least.

    Between whole radii the two next to it are blended. Bright parts grow, or with a radius below 0 shrink (erosion).
    """
    if radius == 0.0:
        return x
    pick = torch.maximum if radius > 0 else torch.minimum
    whole = int(abs(radius))
    inner = _spread(x, whole, pick)
    share = abs(radius) - whole
    return inner if share == 0.0 else torch.lerp(inner, _spread(inner, 1, pick), share)


def sharpen(x: Features, amount: float, reach: int) -> Features:
    """Return `x` with detail of about `reach` pixels raised to 1 + 3 * amount times, or for -1..0 taken away."""
    if amount == 0.0:
        return x
    gain = 3.0 * amount if amount > 0 else amount
    return _held((x * (1.0 + gain)).sub_(blurred(x, reach), alpha=gain))


def _spread(x: Features, radius: int, pick: _Pick) -> Features:
    """Return the extreme within `radius` pixels to each side along both axes, in steps that double."""
    for dim in (2, 3):
        done, wanted = 0, min(radius, x.shape[dim] - 1)
        while done < wanted:
            step = min(done + 1, wanted - done)  # a longer one would leave a gap
            x = _stepped(x, step, dim, pick)
            done += step
    return x


def _stepped(x: Features, step: int, dim: int, pick: _Pick) -> Features:
    """Return the extreme of each pixel and of those `step` before and behind it."""
    y, length = x.clone(), x.shape[dim] - step
    for here, there in ((step, 0), (0, step)):
        part = y.narrow(dim, here, length)
        pick(part, x.narrow(dim, there, length), out=part)
    return y


def _mean(x: Features) -> Tensor:
    """Return the mean of each map, float32 [B, C, 1, 1]."""
    return x.mean((2, 3), keepdim=True, dtype=torch.float32)


def _held(y: Features) -> Features:
    """Return `y` within what half precision can hold, in place; the wider types need no such care."""
    return y.clamp_(-65504.0, 65504.0) if y.dtype == torch.float16 else y
