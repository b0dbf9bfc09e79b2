"""The kinds of bends that a slot offers, in the order of its choices: what `amount` and `across` mean for each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from liveart.nets import bend, bend_moves
from liveart.nets.bend_echo import Echo
from liveart.nets.bend_moves import Edges
from liveart.nets.style_net import Features

Operator = Callable[[Features, float, float], Features]  # features, amount -1..1, across -1..1; amount 0: as it was


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of bend.

    operator   what it does; a class where it has a memory: one of it is made for each layer
    is_others  it is done to all channels but the chosen ones
    """

    operator: Operator | type[Echo]
    is_others: bool = False

    @property
    def has_memory(self) -> bool:
        """Say whether it does something else each time: equal features may then give others."""
        return isinstance(self.operator, type)

    def start(self) -> Operator:
        """Return an operator for one layer, with a memory of its own if it has any."""
        return self.operator() if isinstance(self.operator, type) else self.operator


def _shift(x: Features, amount: float, across: float, edges: Edges = "wrap") -> Features:
    angle = math.pi * across
    return bend_moves.translate(x, amount * math.cos(angle), amount * math.sin(angle), edges)


def _shift_mirrored(x: Features, amount: float, across: float) -> Features:
    return _shift(x, amount, across, "mirror")


def _scale(x: Features, amount: float, across: float) -> Features:
    octaves = 2.0 * amount  # a quarter to four times
    return bend_moves.scale(x, octaves * min(1.0, 1.0 + across), octaves * min(1.0, 1.0 - across))


def _flip(x: Features, amount: float, across: float) -> Features:
    return bend_moves.flip(x, abs(amount) * min(1.0, 1.0 - across), abs(amount * across))


def _dilate(x: Features, amount: float, across: float) -> Features:
    return bend.dilate(x, amount * _pixels(x, 1 / 16))


def _erode(x: Features, amount: float, across: float) -> Features:
    return bend.dilate(x, -amount * _pixels(x, 1 / 16))


def _sharpen(x: Features, amount: float, across: float) -> Features:
    return bend.sharpen(x, amount, max(1, round(_pixels(x, 1 / 32) * 4.0**across)))


def _threshold(x: Features, amount: float, across: float) -> Features:
    return bend.threshold(x, amount, 2.0 * across)


def _invert(x: Features, amount: float, across: float) -> Features:
    return bend.invert(x, amount)


def _multiply(x: Features, amount: float, across: float) -> Features:
    return bend.multiply(x, 1.0 + 3.0 * amount)


def _ablate(x: Features, amount: float, across: float) -> Features:
    return bend.ablate(x, abs(amount), across)


def _pixels(x: Features, share: float) -> float:
    """Return the length in pixels, 1 or more, that is this share of the picture: the same to the eye at every layer."""
    return max(1.0, min(x.shape[2:]) * share)


KINDS = {
    "translate": Kind(_shift),
    "translate mirrored": Kind(_shift_mirrored),
    "rotate": Kind(bend_moves.rotate),
    "scale": Kind(_scale),
    "flip": Kind(_flip),
    "dilate": Kind(_dilate),
    "erode": Kind(_erode),
    "sharpen": Kind(_sharpen),
    "threshold": Kind(_threshold),
    "invert": Kind(_invert),
    "multiply": Kind(_multiply),
    "ablate": Kind(_ablate),
    "solo": Kind(_ablate, is_others=True),
    "echo": Kind(Echo),
}
