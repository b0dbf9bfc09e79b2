"""The steps of a StyleGAN3: the waves it begins with, its layers, and the picture."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .filter_products import Products
from .polyphase import Filters, Polyphase
from .style_net import Bend, Features, Layer, Scene, Step
from .winograd import convolved, turned_weight

Speed = Literal["auto", "phases", "products"]
TURNED_FROM = 128  # channels, in and out


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how the features are computed."""

    dtype: torch.dtype
    device: torch.device
    speed: Speed

    def inner(self, filters: Filters, size: tuple[int, int], channels: int) -> nn.Module:
        """Return the module that takes `[B, channels, *size]` through `filters`."""
        if self._in_phases:
            return Polyphase(filters, size, channels, self.dtype, self.device)
        return Products(filters, size, self.dtype, self.device)

    def turns(self, weight: Tensor) -> bool:
        """Return whether to convolve with `weight` by turned squares: where additions cost less than they save."""
        return self._in_phases and weight.shape[-1] == 3 and min(weight.shape[:2]) >= TURNED_FROM

    @property
    def _in_phases(self) -> bool:
        return self.device.type == "cpu" if self.speed == "auto" else self.speed == "phases"


class Affine(nn.Module):
    """Turns a row of the styles into what a layer needs of it: float32, gain folded in."""

    weight: Tensor
    bias: Tensor

    def __init__(self, tensors: Mapping[str, Tensor], name: str, gain: float, device: torch.device) -> None:
        super().__init__()
        self.name, self.gain, self.device = name, gain, device
        for own in ("weight", "bias"):
            self.register_buffer(own, None)
        self.refill(tensors)

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take the weight or the bias anew, whichever `tensors` has."""
        if (weight := tensors.get(f"{self.name}.affine.weight")) is not None:
            self.weight = weight.to(self.device, torch.float32) * (self.gain / math.sqrt(weight.shape[1]))
        if (bias := tensors.get(f"{self.name}.affine.bias")) is not None:
            self.bias = bias.to(self.device, torch.float32) * self.gain

    def forward(self, w: Tensor) -> Tensor:
        """Return [B, out] of w [B, style]."""
        return F.linear(w, self.weight, self.bias)


class WaveStep(Step):
    """The waves at the beginning: sines of the place on a plane that the style, and the performer, turn and shift."""

    NAME = "synthesis.input"
    freqs: Tensor
    phases: Tensor
    transform: Tensor
    weight: Tensor
    x: Tensor
    y: Tensor

    def __init__(self, tensors: Mapping[str, Tensor], spec: Mapping[str, Any], size: tuple[int, int],
                 place: Place) -> None:
        super().__init__()
        self.rows, self.place = (0,), place
        self.layers = (Layer("input", tensors[f"{self.NAME}.freqs"].shape[0], size, 0),)
        self.bandwidth, self.fall = spec["bandwidth"], spec["rate"] / 2 - spec["bandwidth"]
        self.affine = Affine(tensors, self.NAME, 1.0, place.device)
        for own in ("freqs", "phases", "transform", "weight"):
            self.register_buffer(own, None)
        for own, n in zip(("y", "x"), size, strict=True):
            middles = ((torch.arange(n, dtype=torch.float32) + 0.5) - n / 2) / spec["rate"]
            self.register_buffer(own, middles.to(place.device))
        self.refill(tensors)

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those of its weights anew that `tensors` has."""
        self.affine.refill(tensors)
        for own in ("freqs", "phases", "transform", "weight"):
            if (found := tensors.get(f"{self.NAME}.{own}")) is not None:
                gain = 1 / math.sqrt(found.shape[1]) if own == "weight" else 1.0
                setattr(self, own, found.to(self.place.device, torch.float32) * gain)

    def scene_key(self, scene: Scene) -> Hashable:
        """It depends on how the plane is turned."""
        return scene.turn

    def given(self, scene: Scene) -> tuple[Tensor, ...]:
        """Return the way from a place in the picture to one in the stored plane, [3, 3]."""
        turn = torch.tensor([*scene.turn, (0.0, 0.0, 1.0)], device=self.place.device)
        return (self.transform @ turn,)

    def forward(self, x: Features | None, picture: Tensor | None, rows: Tensor, given: tuple[Tensor, ...],
                bends: Sequence[Sequence[Bend]] = ()) -> tuple[Features, Tensor | None]:
        """Return the waves, mixed; `x` and `picture` are None."""
        matrix = _plane_of(self.affine(rows[:, 0])) @ given[0]  # [B, 3, 3]
        freqs = self.freqs @ matrix[:, :2, :2]  # [B, C, 2]
        phases = self.phases + (self.freqs @ matrix[:, :2, 2:])[:, :, 0]
        # Waves too short for the grid fade out, so that nothing flickers when one zooms out.
        amplitude = (1 - (freqs.norm(dim=2) - self.bandwidth) / self.fall).clamp(0, 1)
        across = self.x[:, None] * freqs[:, None, :, 0] + phases[:, None]  # [B, width, C]
        down = self.y[:, None] * freqs[:, None, :, 1]  # [B, height, C]
        waves = torch.sin((across[:, None] + down[:, :, None]) * (2 * math.pi))
        mixed = waves @ (self.weight * amplitude[:, None]).transpose(1, 2)[:, None]  # [B, height, width, C]
        return _bent_by(mixed.to(self.place.dtype).permute(0, 3, 1, 2), bends), None


class LayerStep(Step):
    """A modulated convolution, and an activation at a higher sampling rate between two filters."""

    weight: Tensor
    energy: Tensor
    bias: Tensor
    calm: Tensor  # brings what comes in to the length that it had on average in training

    def __init__(self, tensors: Mapping[str, Tensor], layer: Mapping[str, Any], row: int, size: tuple[int, int],
                 place: Place) -> None:
        super().__init__()
        self.rows, self.place, self.name = (row,), place, f"synthesis.{layer['name']}"
        weight = tensors[f"{self.name}.weight"]
        self.around, self.fan_in = weight.shape[-1] - 1, weight[0].numel()
        self.is_turned = place.turns(weight)
        self.affine = Affine(tensors, self.name, 1.0, place.device)
        for own in ("weight", "energy", "bias", "calm"):
            self.register_buffer(own, None)
        self.refill(tensors)
        filters = _filters(tensors, self.name, layer)
        convolved = (size[0] + self.around, size[1] + self.around)
        self.inner = place.inner(filters, convolved, len(weight))
        self.layers = (Layer(layer["name"], len(weight), filters.outer(convolved), row),)

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those of its weights anew that `tensors` has."""
        self.affine.refill(tensors)
        if (weight := tensors.get(f"{self.name}.weight")) is not None:
            # Brought to length one: with styles of at most one, half precision can't overflow.
            weight = weight.to(self.place.device, torch.float32) / math.sqrt(self.fan_in)
            self.energy = weight.square().sum((2, 3))  # [out, in]
            self.weight = (turned_weight(weight, self.place.dtype) if self.is_turned
                           else weight.to(self.place.dtype).contiguous(memory_format=torch.channels_last))
        if (bias := tensors.get(f"{self.name}.bias")) is not None:
            self.bias = bias.to(self.place.device, self.place.dtype)
        if (ema := tensors.get(f"{self.name}.magnitude_ema")) is not None:
            self.calm = ema.to(self.place.device, torch.float32).rsqrt()

    def forward(self, x: Features | None, picture: Tensor | None, rows: Tensor, given: tuple[Tensor, ...],
                bends: Sequence[Sequence[Bend]] = ()) -> tuple[Features, Tensor | None]:
        """Return the layer's features; there is no picture yet."""
        assert x is not None, "the waves come first"
        return _bent_by(self.inner(self._convolved(x, rows[:, 0])), bends), None

    def _convolved(self, x: Features, w: Tensor) -> Features:
        style = self.affine(w)  # [B, in]
        most = style.abs().amax(dim=1, keepdim=True).clamp_min(1e-8)
        scale = torch.rsqrt(F.linear(style.square(), self.energy) + 1e-8 / self.fan_in) * (most * self.calm)
        style = style / most
        if not self.is_turned and len(x) == 1 and x.numel() > self.weight.numel():
            # One large picture: scaling the few weights is cheaper than scaling all pixels twice.
            weight = self.weight * (scale[0, :, None] * style)[:, :, None, None]
            return F.conv2d(x, weight.to(x.dtype), self.bias, padding=self.around)
        x = x * _over_maps(style, x.dtype)
        x = convolved(x, self.weight, 2) if self.is_turned else F.conv2d(x, self.weight, padding=self.around)
        return torch.addcmul(self.bias[:, None, None], x, _over_maps(scale, x.dtype))


class PictureStep(Step):
    """The last layer, which draws: modulated, not demodulated, without filters, in float32."""

    weight: Tensor
    bias: Tensor
    calm: Tensor

    def __init__(self, tensors: Mapping[str, Tensor], layer: Mapping[str, Any], row: int, canvas: tuple[int, int],
                 output_scale: float, place: Place) -> None:
        super().__init__()
        self.rows, self.layers, self.place, self.name = (row,), (), place, f"synthesis.{layer['name']}"
        self.canvas, self.output_scale = canvas, output_scale
        self.padding, self.clamp = list(layer["padding"]), layer["clamp"]
        weight = tensors[f"{self.name}.weight"]
        self.around = weight.shape[-1] - 1
        self.affine = Affine(tensors, self.name, 1 / math.sqrt(weight[0].numel()), place.device)
        for own in ("weight", "bias", "calm"):
            self.register_buffer(own, None)
        self.refill(tensors)

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those of its weights anew that `tensors` has."""
        self.affine.refill(tensors)
        for own, name in (("weight", "weight"), ("bias", "bias"), ("calm", "magnitude_ema")):
            if (found := tensors.get(f"{self.name}.{name}")) is not None:
                found = found.to(self.place.device, torch.float32)
                setattr(self, own, found.rsqrt() if own == "calm" else found)

    def forward(self, x: Features | None, picture: Tensor | None, rows: Tensor, given: tuple[Tensor, ...],
                bends: Sequence[Sequence[Bend]] = ()) -> tuple[Features, Tensor | None]:
        """Return the features as they came, and the picture: the middle of them, as large as the canvas."""
        assert x is not None, "the waves come first"
        style = self.affine(rows[:, 0]) * self.calm
        drawn = F.conv2d(x.float() * _over_maps(style, torch.float32), self.weight, self.bias, padding=self.around)
        drawn = F.pad(drawn, self.padding)
        if self.clamp:
            drawn = drawn.clamp(-self.clamp, self.clamp)
        top, left = ((has - wanted) // 2 for has, wanted in zip(drawn.shape[2:], self.canvas, strict=True))
        drawn = drawn[:, :, top : top + self.canvas[0], left : left + self.canvas[1]]
        return x, drawn * self.output_scale


def _plane_of(t: Tensor) -> Tensor:
    """Return how a style turns and shifts the plane, [B, 3, 3] of t [B, 4]: first it is shifted, then turned."""
    c, s, tx, ty = (t / t[:, :2].norm(dim=1, keepdim=True)).unbind(dim=1)
    zero, one = torch.zeros_like(c), torch.ones_like(c)
    places = [c, -s, s * ty - c * tx, s, c, -s * tx - c * ty, zero, zero, one]
    return torch.stack(places, dim=1).view(-1, 3, 3)


def _filters(tensors: Mapping[str, Tensor], name: str, layer: Mapping[str, Any]) -> Filters:
    nothing = torch.ones(1)  # the filter of a layer that has none
    x0, x1, y0, y1 = layer["padding"]
    return Filters(tensors.get(f"{name}.up_filter", nothing), tensors.get(f"{name}.down_filter", nothing),
                   layer["up"], layer["down"], (x0, x1, y0, y1), layer["clamp"])


def _over_maps(scale: Tensor, dtype: torch.dtype) -> Tensor:  # [B, C] to [B, C, 1, 1]
    return scale.to(dtype)[:, :, None, None]


def _bent_by(x: Features, bends: Sequence[Sequence[Bend]]) -> Features:
    for bend in bends[0] if bends else ():
        x = bend.apply(x)
    return x
