"""Morph: the way from one set of values to another, each value in the geometry that is its own.

Numbers go along their fader (so a pitch goes by ratio), angles the shorter way round, whole numbers in steps;
switches and choices change half way. What places a path is not mixed here: between two points of latent space the
way leads through latent space (see show/player.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from liveart.core.latent import ease
from liveart.core.param import Param

CURVES = ("smooth", "linear", "in", "out")


def bend(share: float, curve: int) -> float:
    """Return the share 0..1 of a morph at share 0..1 of its time; `curve` is a place in CURVES."""
    if curve == 1:
        return share
    if curve == 2:
        return share * share
    if curve == 3:
        return share * (2.0 - share)
    return ease(share)


def is_angle(param: Param) -> bool:
    """Return True for a param whose two ends are the same: one whole turn."""
    return param.kind == "float" and param.unit.startswith("turn") and param.high - param.low == 1.0


@dataclass(frozen=True)
class Mixer:
    """The places of a layout by the way in which they are mixed. Triggers, notes and paths are in none."""

    straight: np.ndarray
    ratio: np.ndarray
    square: np.ndarray
    square_low: np.ndarray
    angle: np.ndarray
    angle_low: np.ndarray
    whole: np.ndarray
    step: np.ndarray
    rates: tuple[int, ...]

    @classmethod
    def of(cls, params: Iterable[tuple[Param, int]]) -> Mixer:
        """Build it from (param, place) pairs."""
        sorts: dict[str, list[tuple[Param, int]]] = {}
        for param, place in params:
            sorts.setdefault(_sort(param), []).append((param, place))

        def places(sort: str) -> np.ndarray:
            return np.array([place for _, place in sorts.get(sort, [])], np.intp)

        def lows(sort: str) -> np.ndarray:
            return np.array([param.low for param, _ in sorts.get(sort, [])], np.float64)

        return cls(places("straight"), places("ratio"), places("square"), lows("square"), places("angle"),
                   lows("angle"), places("whole"), places("step"), tuple(place for _, place in sorts.get("rate", [])))

    def mix(self, numbers: np.ndarray, away: int, share: float) -> None:
        """Mix the values of a block in place with those that lie `away` places behind; share 0 gives those."""
        rates = np.array(self.rates, np.intp)
        for places in (self.straight, self.whole, rates):
            numbers[places] = _between(numbers[places + away], numbers[places], share)
        numbers[self.whole] = np.round(numbers[self.whole])
        a, b = np.log(numbers[self.ratio + away]), np.log(numbers[self.ratio])
        numbers[self.ratio] = np.exp(_between(a, b, share))
        a, b = (np.sqrt(np.maximum(numbers[place] - self.square_low, 0.0))
                for place in (self.square + away, self.square))
        numbers[self.square] = self.square_low + _between(a, b, share) ** 2
        a = numbers[self.angle + away]
        way = (numbers[self.angle] - a + 0.5) % 1.0 - 0.5
        numbers[self.angle] = self.angle_low + (a + way * share - self.angle_low) % 1.0
        if share < 0.5:
            numbers[self.step] = numbers[self.step + away]


def _between(a: np.ndarray, b: np.ndarray, share: float) -> np.ndarray:
    between: np.ndarray = a + (b - a) * share
    return between


def _sort(param: Param) -> str:
    if param.on_path or param.kind in ("trigger", "notes"):
        return ""
    if param.kind == "rate":
        return "rate"
    if param.kind == "int":
        return "whole"
    if param.kind != "float":
        return "step"
    if is_angle(param):
        return "angle"
    return {"log": "ratio", "square": "square"}.get(param.curve, "straight")
