"""The modulated convolution as it is played: ungrouped, its energy known beforehand, for one picture or a few.

Modulating and demodulating the weights of every sample (Karras and others 2019, arXiv 1912.04958, section 2.2) is the
same as scaling the input by the style, convolving with constant weights, and scaling the output.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fir import smoothing_kernel
from .packed_conv import can_pack, pack, packed_conv, unpacked
from .winograd import convolved, turned_weight, weight_of

CHANNELS_LAST = torch.channels_last
Form = Literal["modulated", "plain", "packed", "tiles"]
# From here on Winograd's way was faster.
TILED_CHANNELS, TILED_PIXELS = 256, 256


class StyledConv(nn.Module):
    """A 3x3 convolution in a style, twice as large when `up`; its outputs have the variance of its inputs.

    size   (height, width) of its input: that decides the form in which the weights are kept
    speed  "plain" keeps to the ordinary calls of torch

    Forms: "modulated" (few weights, many pixels: the weights are scaled, in float32), "plain" (as they are), "packed"
    (in the order that oneDNN computes with, else it would re-order them at every call), "tiles" (for Winograd's way).
    """

    weight: Tensor
    energy: Tensor
    kernel: Tensor

    def __init__(self, weight: Tensor, size: tuple[int, int], up: bool, dtype: torch.dtype,
                 device: torch.device | str, speed: str = "auto") -> None:
        super().__init__()
        self.up, self.size, self.dtype = up, size, dtype
        self.form = form_of(weight, size, up, dtype, torch.device(device), speed)
        for name in ("weight", "energy", "kernel"):
            self.register_buffer(name, None)
        if up:
            self.kernel = smoothing_kernel(len(weight), dtype, device)
        self.refill(weight.to(device))

    @torch.no_grad()
    def refill(self, weight: Tensor) -> None:
        """Take other weights [out, in, 3, 3] of the same shape."""
        # Brought to length one: with styles of at most one, half precision can't overflow.
        weight = weight.float() / math.sqrt(weight[0].numel())
        self.energy = weight.square().sum((2, 3))  # [out, in]
        if self.form == "tiles":
            self.weight = turned_weight(weight, self.dtype)
            return
        weight = (weight.transpose(0, 1) if self.up else weight).contiguous(memory_format=CHANNELS_LAST)
        weight = weight if self.form == "modulated" else weight.to(self.dtype)
        self.weight = pack(weight, self.size, self.up) if self.form == "packed" else weight

    def forward(self, x: Tensor, style: Tensor, gain: float, bias: Tensor) -> Tensor:
        """Return the convolution of `x` in `style` [B, in], times `gain`, plus `bias` [out]; of the features' type."""
        style = style / style.abs().amax(dim=1, keepdim=True).clamp_min(1e-8)
        scale = torch.rsqrt(F.linear(style.square(), self.energy) + 1e-12) * gain  # [B, out]
        if len(x) == 1 and self.form == "modulated":
            weight = self._modulated(style[0], scale[0])
            if self.up:
                return self._smooth(F.conv_transpose2d(x, weight, stride=2), self.kernel, bias)
            return F.conv2d(x, weight, bias, padding=1)
        if self.has_few_weights and len(x) == 1 and not torch.is_grad_enabled():
            weight = self.weight * (style[0][:, None] * scale[0]).to(self.dtype)
            return convolved(x, weight, padding=1).add_(bias[:, None, None])
        y = self._constant(x * style.to(x.dtype)[:, :, None, None])
        factor = scale.to(y.dtype)[:, :, None, None]
        if self.up and len(x) == 1:  # a channel's factor goes through its own kernel: one pass over the pixels less
            return self._smooth(y, self.kernel * factor.transpose(0, 1), bias)
        if self.up:
            return self._smooth(y.mul_(factor), self.kernel, bias)
        return y.mul_(factor).add_(bias[:, None, None])

    @property
    def has_few_weights(self) -> bool:
        """Whether turned weights are fewer than pixels, so that these are scaled in their place."""
        return self.form == "tiles" and self.weight.numel() < self.size[0] * self.size[1] * self.weight.shape[1]

    def _modulated(self, style: Tensor, scale: Tensor) -> Tensor:
        pair = style[:, None] * scale if self.up else scale[:, None] * style
        modulated: Tensor = self.weight * pair[:, :, None, None]
        return modulated.to(self.dtype)

    def _constant(self, x: Tensor) -> Tensor:
        if not torch.is_grad_enabled():
            if self.form == "tiles":
                return convolved(x, self.weight, padding=1)
            if self.form == "packed":
                return packed_conv(x, self.weight, self.up)
        weight = self._dense()
        return F.conv_transpose2d(x, weight, stride=2) if self.up else F.conv2d(x, weight, padding=1)

    def _dense(self) -> Tensor:
        """Return the weights as they were, for a gradient to go through."""
        if self.form == "tiles":
            return weight_of(self.weight)
        weight: Tensor = self.weight
        return unpacked(weight, self.up) if self.form == "packed" else weight.to(self.dtype)

    def _smooth(self, x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        return F.conv2d(x, kernel, bias, padding=1, groups=x.shape[1])


def form_of(weight: Tensor, size: tuple[int, int], up: bool, dtype: torch.dtype, device: torch.device,
            speed: str) -> Form:
    """Return the form in which the weights of a convolution over `size` pixels are kept."""
    outputs, inputs = weight.shape[:2]
    height, width = size
    is_large = height * width * inputs > weight.numel()
    if device.type == "cpu" and speed != "plain":
        if not up and min(inputs, outputs) >= TILED_CHANNELS and height * width >= TILED_PIXELS:
            return "tiles"
        if not is_large and (speed == "fast" or can_pack(dtype)):
            return "packed"
    return "modulated" if is_large else "plain"


class ToPicture(nn.Module):
    """The 1x1 convolution that draws: modulated, not demodulated, its outputs float32."""

    weight: Tensor
    bias: Tensor
    affine: Tensor
    offset: Tensor

    def __init__(self, tensors: Mapping[str, Tensor], name: str, device: torch.device | str, limit: float) -> None:
        super().__init__()
        self.name, self.device, self.limit = name, torch.device(device), limit
        for own in ("weight", "bias", "affine", "offset"):
            self.register_buffer(own, None)
        self.refill(tensors)

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those weights anew that `tensors` names."""
        names = {"weight": "weight", "bias": "bias", "affine": "affine.weight", "offset": "affine.bias"}
        for own, name in names.items():
            if (found := tensors.get(f"{self.name}.{name}")) is not None:
                found = found.to(self.device, torch.float32)
                scaled = found / math.sqrt(found.shape[1]) if found.ndim > 1 else found
                setattr(self, own, scaled.flatten(1) if found.ndim > 2 else scaled)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Return the drawing of `x` in the style of row `w` [B, style], float32 [B, channels, H, W]."""
        batch, inputs, height, width = x.shape
        style = F.linear(w, self.affine, self.offset)
        weight = (self.weight * style[:, None, :]).to(x.dtype)  # [B, channels, in]
        pixels = x.permute(0, 2, 3, 1).reshape(batch, height * width, inputs)
        drawn = torch.matmul(pixels, weight.transpose(1, 2)).float().add_(self.bias)
        drawn = drawn.clamp_(-self.limit, self.limit) if self.limit else drawn
        return drawn.view(batch, height, width, -1).permute(0, 3, 1, 2)
