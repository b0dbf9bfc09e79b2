"""A whole net captured as one CUDA graph, so that a frame costs a single launch.

Written without a graphics card at hand and never run on one: what needs none is tested, the rest is kept small.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import torch
from torch import Tensor

from .style_net import Scene, StyleNet

WARM_UPS = 3  # runs before the capture: libraries choose their kernels and take their memory in them


class Captured:
    """Replays `net` on its CUDA device. Captured anew when the level, the batch or the shape of the grain changes.

    Pictures lie in the graph's own memory: they hold till the next call.
    """

    def __init__(self, net: StyleNet) -> None:
        self._net, self._seen = net, torch.empty(0)
        self.forget()

    def forget(self) -> None:
        """Let go of the graph; the next call captures again."""
        self._graph: Any = None
        self._layout: tuple[Any, ...] | None = None
        self._pictures: list[Tensor | None] = []
        self.pause()

    def pause(self) -> None:
        """Draw at the next call, whatever moved in between; the graph stays."""
        self._keys: tuple[Hashable, ...] | None = None

    def run(self, ws: Tensor, scene: Scene) -> tuple[bool, list[Tensor | None]]:
        """Return whether anything was drawn, and the picture after each step. Raises RuntimeError when it can't."""
        steps = self._net.steps[: self._net.last(scene.level)]
        keys = tuple(step.scene_key(scene) for step in steps)
        is_same = self._layout is not None and self._layout[:2] == (scene.level, tuple(ws.shape))
        if is_same and self._keys == keys and torch.equal(self._seen, ws):
            return False, self._pictures
        if not is_same or self._keys != keys:
            self._give(ws, scene, [step.given(scene) for step in steps])
        self._keys, self._seen = keys, ws.clone()
        self._ws.copy_(ws)
        self._graph.replay()
        return True, self._pictures

    def _give(self, ws: Tensor, scene: Scene, given: list[tuple[Tensor, ...]]) -> None:
        """Put what the steps are given in its place; capture first where it does not fit."""
        layout = (scene.level, tuple(ws.shape), [[part.shape for part in parts] for parts in given])
        if layout != self._layout:
            self.forget()
            self._capture(ws, scene, given)
            self._layout = layout
        for parts, fresh in zip(self._given, given, strict=True):
            for part, new in zip(parts, fresh, strict=True):
                part.copy_(new)

    def _capture(self, ws: Tensor, scene: Scene, given: list[tuple[Tensor, ...]]) -> None:
        self._ws = ws.to(self._net.w_mean, copy=True)
        self._given = [tuple(part.clone() for part in parts) for parts in given]
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                draw_all(self._net, self._ws, scene, self._given)
        torch.cuda.current_stream().wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._pictures = draw_all(self._net, self._ws, scene, self._given)


def draw_all(net: StyleNet, ws: Tensor, scene: Scene, given: list[tuple[Tensor, ...]]) -> list[Tensor | None]:
    """Return the picture after each step of the scene's level; `given` are the tensors of each step."""
    features, picture, pictures = None, None, list[Tensor | None]()
    for step, parts in zip(net.steps[: net.last(scene.level)], given, strict=True):
        rows = ws[:, step.rows[0]: step.rows[-1] + 1]
        features, picture = step(features, picture, rows, parts)
        pictures.append(picture)
    return pictures
