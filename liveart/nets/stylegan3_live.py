"""StyleGAN3 as it is played: the pictures of nets/plain_stylegan3.py, in steps, without zeros and without groups.

Weights stay as they are: styles scale what goes into a convolution, and what leaves it. Source: Karras and others 2021,
arXiv 2106.12423; names and gains are those of the checkpoints' files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from liveart.errors import ModelError

from .style_mapping import StyleMapping
from .style_net import Step, StyleNet
from .stylegan3_steps import LayerStep, PictureStep, Place, Speed, WaveStep

AnyStep = WaveStep | LayerStep | PictureStep


class LiveStyleGan3(StyleNet):
    """Plays a StyleGAN3 (T or R) of a file's tensors and its `net` table.

    dtype    of the features: float32, bfloat16 or float16; styles, places and picture are float32
    stretch  (height, width), 1 or more: how far the square canvas is widened; its middle stays as it was
    speed    how filters are done: "phases" is best for processors, "products" for graphics cards; "auto" chooses

    Raises ModelError when the layers don't lead to the size that the net has.
    """

    def __init__(self, tensors: Mapping[str, Tensor], net: Mapping[str, Any], dtype: torch.dtype = torch.float32,
                 device: torch.device | str = "cpu", stretch: tuple[float, float] = (1.0, 1.0),
                 speed: Speed = "auto") -> None:
        super().__init__()
        self.latent, self.classes, self.style, self.rows = (net[key] for key in ("latent", "classes", "style", "rows"))
        self.size, self.channels, self.levels = net["size"], net["channels"], 1
        height, width = (self.size + 2 * round((factor - 1) * self.size / 2) for factor in stretch)
        self.canvas = (height, width)
        self.to_style = StyleMapping(tensors, device)
        self.w_mean = self.to_style.w_mean
        self._steps = _steps(tensors, net, self.canvas, Place(dtype, torch.device(device), speed))
        self.parts = nn.ModuleList(self._steps)

    @property
    def steps(self) -> Sequence[Step]:
        """The waves, the layers, the picture."""
        return self._steps

    def last(self, level: int) -> int:
        """Return how many steps make the picture: all of them, as there is one size only."""
        return len(self._steps)

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return w, float32 [B, style], of z [B, latent] and labels [B, classes]."""
        w: Tensor = self.to_style(z, labels)
        return w

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those weights anew that `tensors` names as the file does, but no filters; adds one to `refilled`."""
        self.to_style.refill(tensors)
        self.w_mean = self.to_style.w_mean
        for step in self._steps:
            step.refill(tensors)
        self.refilled += 1


def _steps(tensors: Mapping[str, Tensor], net: Mapping[str, Any], canvas: tuple[int, int], place: Place
           ) -> list[AnyStep]:
    width, height = net["input"]["size"]
    size = (height + _more(net, canvas[0]), width + _more(net, canvas[1]))
    steps: list[AnyStep] = [WaveStep(tensors, net["input"], size, place)]
    for row, layer in enumerate(net["layers"], start=1):
        if layer["is_rgb"]:
            steps.append(PictureStep(tensors, layer, row, canvas, net["output_scale"], place))
        else:
            step = LayerStep(tensors, layer, row, size, place)
            size = step.layers[0].size
            steps.append(step)
    if min(size[0] - canvas[0], size[1] - canvas[1]) < 0:
        raise ModelError(f"its layers make {size[1]}x{size[0]} pixels, fewer than the {net['size']} it should have.",
                         "The file's paddings or filters are not those of its weights; fetch it again.")
    return steps


def _more(net: Mapping[str, Any], wanted: int) -> int:
    """Return by how many samples the input must be wider for a picture of `wanted` pixels.

    An even number: then the samples of the square lie where they lay, and its middle stays the same.
    """
    ratio: float = math.prod(layer["up"] / layer["down"] for layer in net["layers"])
    return 2 * math.ceil((wanted - int(net["size"])) / (2 * ratio))
