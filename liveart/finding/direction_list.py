"""The list of directions that is kept for a model: added to, renamed, given other layers, shortened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from liveart.checkpoints.directions import Direction, check_name
from liveart.core.style_rows import rows_of
from liveart.errors import UsageError, did_you_mean

Directions = tuple[Direction, ...]
SAME = 0.98  # cosine above which two directions are the same one


def added(kept: Directions, found: Sequence[Direction]) -> tuple[Directions, dict[str, str]]:
    """Return the list with what is new in `found`, and those found again: name → the name it is kept under.

    Nothing that is kept changes, whatever it was renamed to. A new one whose name is taken gets the next free number.
    """
    again: dict[str, str] = {}
    for one in found:
        same = next((old for old in kept if _is_same(old, one)), None)
        if same is not None:
            again[one.name] = same.name
        else:
            kept = (*kept, replace(one, name=_free(one.name, kept)))
    return kept, again


def _is_same(old: Direction, new: Direction) -> bool:
    """Say whether `new` adds nothing: the same way through w, for the same layers or none in particular."""
    cosine = float(np.dot(old.vector, new.vector)) / max(old.sigma * new.sigma, 1e-12)
    return abs(cosine) > SAME and new.layers in ("all", old.layers)


def _free(name: str, kept: Directions) -> str:
    taken, (stem, _, number) = {one.name for one in kept}, name.rpartition("_")
    count = int(number)
    while f"{stem}_{count}" in taken:
        count += 1
    return f"{stem}_{count}"


def renamed(kept: Directions, name: str, new: str) -> Directions:
    """Return the list with one renamed. Raises UsageError or ParamError for a name that is unknown, taken or unfit."""
    one = named(kept, name)
    check_name(new)
    if new.lower() in {other.name.lower() for other in kept if other is not one}:
        raise UsageError(f'there is a direction "{new}" already.', "Take another name, or remove that one first.")
    return tuple(replace(other, name=new) if other is one else other for other in kept)


def with_layers(kept: Directions, name: str, layers: str, rows: int) -> Directions:
    """Return the list with other layers for one. Raises UsageError or PatchError for wrong words."""
    one = named(kept, name)
    rows_of(layers, rows)
    return tuple(replace(other, layers=layers) if other is one else other for other in kept)


def without(kept: Directions, name: str) -> Directions:
    """Return the list without one. Raises UsageError when it is unknown."""
    one = named(kept, name)
    return tuple(other for other in kept if other is not one)


def named(kept: Directions, name: str) -> Direction:
    """Return the direction called `name`. Raises UsageError, with the nearest."""
    for one in kept:
        if one.name == name:
            return one
    hint = did_you_mean(name, [one.name for one in kept]) or "Find some first: liveart directions MODEL"
    raise UsageError(f'there is no direction "{name}".', hint)
