"""Bending by feedback: what a layer made of the frame before is mixed into this one, so that movement leaves trails."""

from __future__ import annotations

import math

import torch

from liveart.nets.bend_moves import moved
from liveart.nets.style_net import Features, Turn

FADING = 0.02  # of this frame is always seen, so that every trail dies away
_GROWTH, _TURNS = 0.02, 0.004  # octaves and turns a frame at the ends of `across`: as fast as an eye can follow


class Echo:
    """The features of one layer as they were, bent, in the last frame."""

    def __init__(self) -> None:
        # float32: a short type would round the last steps of a fading trail away, and it would stay for ever.
        self._last: Features | None = None

    def __call__(self, x: Features, amount: float, across: float) -> Features:
        """Return `x` mixed with the last frame, below 0 with its opposite, and remember the outcome.

        amount  -1..1: the trail's length grows evenly, from none to about 50 frames
        across  -1..1: above 0 trails grow and turn clockwise, below 0 they shrink and turn back

        Features of another shape begin anew.
        """
        if amount == 0.0:
            self._last = None
            return x
        last = self._last
        if last is None or last.shape != x.shape or last.device != x.device:
            # A copy, as the net may go on in place; and a frame that overflowed must not stay.
            self._last = _finite(x.to(torch.float32, copy=True))
            return x
        if across:
            last = moved(last, drift(across), "mirror")
        share = 1.0 - FADING ** min(abs(amount), 1.0)
        self._last = _finite(torch.lerp(x.float(), last if amount > 0 else -last, share))
        return self._last.to(x.dtype, copy=True)


def drift(across: float) -> Turn:
    """Return where a trail's pixels come from at each frame (see `moved`)."""
    angle, size = 2 * math.pi * _TURNS * across, 2.0 ** (-_GROWTH * across)
    cos, sin = size * math.cos(angle), size * math.sin(angle)
    return (cos, sin, 0.0), (-sin, cos, 0.0)


def _finite(x: Features) -> Features:
    return torch.nan_to_num_(x, nan=0.0, posinf=0.0, neginf=0.0)
