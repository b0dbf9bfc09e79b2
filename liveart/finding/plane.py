"""A map of w: the plane of its two strongest components, made even, and cut into cells that hold one picture each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from liveart.nets.style_directions import principal, sample_styles
from liveart.nets.style_net import StyleNet

SAMPLES = 10_000
ROOM = 1.2  # cells for each picture: some stay free, so that neighbours can be neighbours
QUANTILES = 33


@dataclass(frozen=True, slots=True)
class Plane:
    """Where a w lies on the map.

    mean, axes    of w: [style] and [2, style], such that `at` gives standard deviations
    spread        [2, QUANTILES]: what share of all w lies below which place, for each axis
    """

    mean: np.ndarray
    axes: np.ndarray
    spread: np.ndarray

    def at(self, styles: np.ndarray) -> np.ndarray:
        """Return places in standard deviations: `[N, style] -> [N, 2]`."""
        return np.asarray((styles - self.mean) @ self.axes.T)

    def even(self, places: np.ndarray) -> np.ndarray:
        """Return places so spread that each axis is used evenly, 0..1: `[N, 2] -> [N, 2]`; order is kept."""
        shares = np.linspace(0.0, 1.0, QUANTILES)
        return np.stack([np.interp(places[:, axis], self.spread[axis], shares) for axis in (0, 1)], axis=1)


def plane_of(net: StyleNet, seed: int = 0) -> Plane:
    """Return the map of a model's w."""
    styles = sample_styles(net, SAMPLES, seed)
    vectors = principal(styles, 2).numpy()
    axes = vectors / np.maximum(np.square(vectors).sum(1, keepdims=True), 1e-12)
    mean = styles.mean(0).numpy()
    places = (styles.numpy() - mean) @ axes.T
    spread = np.quantile(places, np.linspace(0.0, 1.0, QUANTILES), axis=0).T
    return Plane(mean, axes, spread)


def grid_for(count: int, shape: float = 1.15) -> tuple[int, int]:
    """Return (columns, rows) of a grid with room for `count` pictures, `shape` times as wide as high."""
    columns = max(1, math.ceil(math.sqrt(count * ROOM * shape)))
    return columns, max(1, math.ceil(count * ROOM / columns))


def cells_for(places: np.ndarray, grid: tuple[int, int]) -> list[tuple[int, int]]:
    """Return a (column, row) for each place [N, 2] of 0..1, the y axis upwards; no cell is taken twice.

    The pairs of place and cell that are nearest to each other come first. Needs at least N cells.
    """
    columns, rows = grid
    cells = np.array([(column, row) for row in range(rows) for column in range(columns)])
    wanted = np.stack([places[:, 0] * columns - 0.5, (1.0 - places[:, 1]) * rows - 0.5], axis=1)
    distances = np.square(wanted[:, None] - cells[None]).sum(2)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for pair in np.argsort(distances, axis=None, kind="stable"):
        place, cell = divmod(int(pair), len(cells))
        if place not in found and cell not in taken:
            found[place] = cell
            taken.add(cell)
    return [(int(cells[found[place]][0]), int(cells[found[place]][1])) for place in range(len(places))]


def as_styles(rows: torch.Tensor) -> np.ndarray:
    """Return one w for rows of styles, their mean: `[N, rows, style] -> [N, style]`."""
    return np.asarray(rows.float().mean(1).cpu().numpy())
