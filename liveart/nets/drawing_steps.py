"""The steps of a net, run one by one: each keeps what went in and what came out, and rests while that is the same."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .style_net import Bend, Features, Scene, Step, StyleNet


@dataclass(frozen=True, slots=True)
class _Made:
    """What a step was asked for, and what it made of it."""

    rows: Tensor
    scene_key: Hashable
    bend_keys: tuple[tuple[Hashable, ...], ...]
    features: Features
    picture: Tensor | None

    def is_still(self, rows: Tensor, scene_key: Hashable, bend_keys: tuple[tuple[Hashable, ...], ...]) -> bool:
        """Return whether the step would make the same again. A bend of key None never does."""
        return (self.scene_key == scene_key and self.bend_keys == bend_keys
                and not any(key is None for keys in bend_keys for key in keys) and torch.equal(self.rows, rows))


class Resumed:
    """Runs the steps of `net` from the first one on that has something to do."""

    def __init__(self, net: StyleNet) -> None:
        self._net, self._steps = net, tuple(net.steps)
        self.forget()

    def forget(self) -> None:
        """Let go of all that was made."""
        self._made: list[_Made | None] = [None] * len(self._steps)
        self._given: list[tuple[Hashable, tuple[Tensor, ...]] | None] = [None] * len(self._steps)

    def run(self, ws: Tensor, scene: Scene) -> tuple[bool, list[Tensor | None]]:
        """Return whether anything was drawn, and the picture after each step of the level."""
        count = self._net.last(scene.level)
        bends = [_bends_of(step, scene) for step in self._steps[:count]]
        first = next((at for at in range(count) if not self._is_still(at, ws, scene, bends[at])), count)
        if first < count:
            # What comes after is void; letting it go before gives its memory to the new frame.
            self._made[first:] = [None] * (len(self._steps) - first)
            for at in range(first, count):
                self._made[at] = self._make(at, ws, scene, bends[at])
        return first < count, [made.picture for made in self._made[:count] if made is not None]

    def _is_still(self, at: int, ws: Tensor, scene: Scene, bends: Sequence[Sequence[Bend]]) -> bool:
        step, made = self._steps[at], self._made[at]
        return made is not None and made.is_still(_rows(step, ws), step.scene_key(scene), _keys(bends))

    def _make(self, at: int, ws: Tensor, scene: Scene, bends: Sequence[Sequence[Bend]]) -> _Made:
        step, before = self._steps[at], self._made[at - 1] if at else None
        key, kept = step.scene_key(scene), self._given[at]
        if kept is None or kept[0] != key:
            self._given[at] = kept = (key, step.given(scene))
        # A copy, since the caller may use its tensor again for the next frame.
        rows = _rows(step, ws).clone()
        placed = rows.to(self._net.w_mean)
        features, picture = step(before and before.features, before and before.picture, placed, kept[1], bends)
        return _Made(rows, key, _keys(bends), features, picture)


def _rows(step: Step, ws: Tensor) -> Tensor:
    """Return the rows that a step reads: a view, since they follow each other."""
    return ws[:, step.rows[0]: step.rows[-1] + 1]


def _bends_of(step: Step, scene: Scene) -> Sequence[Sequence[Bend]]:
    if not any(layer.name in scene.bends for layer in step.layers):
        return ()
    return tuple(tuple(scene.bends.get(layer.name, ())) for layer in step.layers)


def _keys(bends: Sequence[Sequence[Bend]]) -> tuple[tuple[Hashable, ...], ...]:
    return tuple(tuple(bend.key for bend in layer) for layer in bends)
