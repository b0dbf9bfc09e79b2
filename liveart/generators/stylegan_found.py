"""What is known of a model beside its weights, for the `stylegan` generator: directions as sliders, and keyframes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import numpy as np

from liveart.checkpoints.directions import Direction, find_directions, read_directions
from liveart.checkpoints.keyframes import read_keyframes
from liveart.checkpoints.model import Model
from liveart.core.style_rows import rows_of
from liveart.errors import LiveartError
from liveart.generators.stylegan_names import ELSEWHERE, free_names
from liveart.generators.stylegan_params import Slider
from liveart.nets.style_net import StyleNet

Kept = TypeVar("Kept")
Tell = Callable[[str], None]


def keyframes_of(model: Model, tell: Tell) -> dict[str, np.ndarray]:
    """Return the keyframes kept for a model; what can't be used is told, and played without."""
    return _kept(read_keyframes, model, tell) or {}


def sliders_of(model: Model, net: StyleNet, count: int, groups: Mapping[str, range], taken: Iterable[str],
               tell: Tell) -> tuple[Slider, ...]:
    """Return a slider for each direction kept for a model, or for `count` that are found now when none are kept.

    `taken` are the names of other params. Directions of another model are told, and played without.
    """
    directions = _kept(read_directions, model, tell) or ()
    if not directions and count:
        directions = find_directions(net, min(count, net.style))
    names = free_names([one.name for one in directions], (*taken, *ELSEWHERE), ("", "_layers"))
    return tuple(_slider(name, one, net.rows, groups) for name, one in zip(names, directions, strict=True))


def _kept(read: Callable[[Model], Kept], model: Model, tell: Tell) -> Kept | None:
    try:
        return read(model)
    except LiveartError as error:
        tell(f"{error.what} Played without. {error.hint}".strip())
        return None


def _slider(name: str, direction: Direction, rows: int, groups: Mapping[str, range]) -> Slider:
    ranges = {"all": range(rows), **groups}
    ranges.setdefault(direction.layers, rows_of(direction.layers, rows))
    found = f" (found by {direction.method})" if direction.method else ""
    words = f"pushes the picture along the direction {direction.name}{found}"
    return Slider(name, direction.vector, ranges, direction.layers, words, direction.picture)
