"""Draws a StyleGAN-class net frame after frame: only what has changed, at the size that there is time for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from .drawing_graph import Captured
from .drawing_steps import Resumed
from .style_net import Scene, StyleNet

Route = Literal["auto", "steps", "graph"]


class Drawing:
    """Runs the steps of `net`.

    route    "steps" one by one, resumed where something changed; "graph" captured as one (CUDA); "auto" chooses
    on_note  told, once, in words, when the route that was chosen can't be taken

    A net that is filled anew is noticed by its `refilled`; call `forget` after any other change of its weights.
    """

    def __init__(self, net: StyleNet, route: Route = "auto", on_note: Callable[[str], None] | None = None) -> None:
        self._net, self._wish, self._on_note = net, route, on_note
        self._resumed, self._captured = Resumed(net), Captured(net)
        self._can_capture, self._refilled = True, net.refilled
        self._matches: Mapping[int, tuple[Tensor, Tensor]] = {}
        self._level, self._pictures, self._shown = 0, list[Tensor | None](), torch.empty(0)

    @torch.inference_mode()
    def draw(self, ws: Tensor, scene: Scene) -> Tensor:
        """Return float32 [B, channels, height, width] of `ws`, float32 [B, rows, style]; about -1..1.

        Keep `ws` on the CPU whatever the net is on: what has moved is then seen without waiting for the device.
        The same object comes back as long as nothing moves. It is only to be read, and holds till the next call.
        A picture of a higher level gets the brightness and contrast of the full one as it was last seen.
        """
        if self._refilled != self._net.refilled:
            self.forget()
        level = min(max(scene.level, 0), self._net.levels - 1)
        if level > 0 and self._level == 0 and self._pictures:
            self._matches = matches(self._net, self._pictures)
        has_changed, pictures = self._run(ws, replace(scene, level=level))
        if has_changed or level != self._level or not self._pictures:
            # Before the first call there is no match: what was never seen full keeps its own brightness.
            self._level, self._pictures = level, pictures
            self._shown = self._cut(self._matched(pictures[-1], level), level)
        return self._shown

    def forget(self) -> None:
        """Draw all of it at the next call."""
        self._resumed.forget()
        self._captured.forget()
        self._refilled, self._pictures = self._net.refilled, []

    def _run(self, ws: Tensor, scene: Scene) -> tuple[bool, list[Tensor | None]]:
        device = self._net.w_mean.device.type
        route = choose_route(self._wish, device, bool(scene.bends), self._can_capture)
        if route == "graph":
            self._resumed.forget()  # its features would only take room on the card
            try:
                return self._captured.run(ws, scene)
            except RuntimeError as error:
                self._can_capture = False
                if self._on_note is not None:
                    self._on_note(f"the net can't be captured ({error}); its steps are run one by one.")
        self._captured.pause()
        return self._resumed.run(ws, scene)

    def _matched(self, picture: Tensor | None, level: int) -> Tensor:
        assert picture is not None, "the last step of a level makes a picture"
        if level == 0 or level not in self._matches:
            return picture
        scale, shift = self._matches[level]
        return picture * scale + shift

    def _cut(self, picture: Tensor, level: int) -> Tensor:
        """Return the middle of a picture whose canvas is larger than it was asked for."""
        height, width = (max(side >> level, 1) for side in self._net.canvas)
        top, left = (picture.shape[2] - height) // 2, (picture.shape[3] - width) // 2
        return picture[:, :, max(top, 0): max(top, 0) + height, max(left, 0): max(left, 0) + width]


def choose_route(wish: Route, device: str, has_bends: bool, can_capture: bool) -> Literal["steps", "graph"]:
    """Return the route of a frame. Bends are made anew each frame, which a captured graph could not follow."""
    if wish == "steps" or device != "cuda" or has_bends or not can_capture:
        return "steps"
    return "graph"


def matches(net: StyleNet, pictures: list[Tensor | None]) -> dict[int, tuple[Tensor, Tensor]]:
    """Return (scale, shift) per inner level, each [1, channels, 1, 1], that give it the full picture's look.

    `pictures` are those after each step of the full picture, which holds the smaller ones within it.
    """
    full = pictures[-1]
    assert full is not None, "the last step makes a picture"
    spread, mean = torch.std_mean(full, dim=(0, 2, 3), keepdim=True)
    found = {}
    for level in range(1, net.levels):
        small = pictures[net.last(level) - 1]
        if small is not None:
            own_spread, own_mean = torch.std_mean(small, dim=(0, 2, 3), keepdim=True)
            # A flat picture has no contrast to be scaled; a strange one must not be blown up.
            scale = (spread / own_spread.clamp_min(1e-3)).clamp(0.25, 4.0)
            found[level] = (scale, mean - own_mean * scale)
    return found
