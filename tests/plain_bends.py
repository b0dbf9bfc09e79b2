"""Every bending operator as its definition says it, pixel by pixel on one map [height, width]: slow, and plain."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.float64]


def at(x: Map, row: float, column: float, edges: str) -> float:
    """Return the value at a place between pixels, bilinear."""
    top, left = math.floor(row), math.floor(column)
    height, width = x.shape
    return sum(float(x[inside(r, height, edges), inside(c, width, edges)]) * (1 - abs(row - r)) * (1 - abs(column - c))
               for r in (top, top + 1) for c in (left, left + 1))


def inside(place: int, length: int, edges: str) -> int:
    """Return the pixel that stands in for one beyond the edge."""
    while not 0 <= place < length:
        if edges == "wrap":
            place += length if place < 0 else -length
        else:  # reflected, the edge itself being seen twice
            place = -1 - place if place < 0 else 2 * length - 1 - place
    return place


def each_pixel(x: Map, value: Callable[[int, int], float]) -> Map:
    return np.array([[value(row, column) for column in range(len(x[0]))] for row in range(len(x))])


def translate(x: Map, right: float, up: float, edges: str = "wrap") -> Map:
    height, width = x.shape
    return each_pixel(x, lambda row, column: at(x, row + up * height, column - right * width, edges))


def rotate(x: Map, turns: float, pivot: float = 0.0) -> Map:
    height, width = x.shape
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2 + pivot * width / 2
    angle = -2 * math.pi * turns  # where a pixel has come from lies a turn back

    def value(row: int, column: int) -> float:
        down, right = row - middle_row, column - middle_column
        came_right = right * math.cos(angle) - down * math.sin(angle)  # rows count downwards: this is clockwise
        came_down = right * math.sin(angle) + down * math.cos(angle)
        return at(x, middle_row + came_down, middle_column + came_right, "mirror")

    return each_pixel(x, value)


def scale(x: Map, wide: float, high: float) -> Map:
    height, width = x.shape
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
    return each_pixel(x, lambda row, column: at(
        x, middle_row + (row - middle_row) / 2**high, middle_column + (column - middle_column) / 2**wide, "mirror"))


def flip(x: Map, sideways: float, over: float) -> Map:
    height, width = x.shape
    x = (1 - sideways) * x + sideways * each_pixel(x, lambda row, column: x[row, width - 1 - column])
    return (1 - over) * x + over * each_pixel(x, lambda row, column: x[height - 1 - row, column])


def blurred(x: Map, reach: int) -> Map:
    height, width = x.shape
    weights = {-1: 0.25, 0: 0.5, 1: 0.25}
    return each_pixel(x, lambda row, column: sum(
        down * right * x[inside(row + i * reach, height, "mirror"), inside(column + j * reach, width, "mirror")]
        for i, down in weights.items() for j, right in weights.items()))


def sharpen(x: Map, amount: float, reach: int) -> Map:
    gain = 3 * amount if amount > 0 else amount
    return x + gain * (x - blurred(x, reach))


def dilate(x: Map, radius: float) -> Map:
    whole = math.floor(abs(radius))
    share = abs(radius) - whole
    return (1 - share) * extreme(x, whole, radius > 0) + share * extreme(x, whole + 1, radius > 0)


def extreme(x: Map, radius: int, greatest: bool) -> Map:
    def value(row: int, column: int) -> float:
        square = x[max(0, row - radius): row + radius + 1, max(0, column - radius): column + radius + 1]
        return float(square.max() if greatest else square.min())

    return each_pixel(x, value)


def multiply(x: Map, factor: float) -> Map:
    return x * factor


def ablate(x: Map, amount: float, keep: float = 0.0) -> Map:
    return x + amount * (keep * float(x.mean()) - x)


def invert(x: Map, amount: float) -> Map:
    return x + amount * (2 * float(x.mean()) - 2 * x)


def threshold(x: Map, amount: float, level: float = 0.0) -> Map:
    share, edge = abs(amount), float(x.mean() + level * x.std())
    peak = 2 * math.sqrt(np.square(x).mean())

    def value(row: int, column: int) -> float:
        half = (1 - share) * float(x.std()) + 1e-6  # of the ramp from dark to lit
        lit = min(max((x[row, column] - edge) / (2 * half) + 0.5, 0), 1)
        return (1 - share) * float(x[row, column]) + share * peak * (1 - lit if amount < 0 else lit)

    return each_pixel(x, value)
