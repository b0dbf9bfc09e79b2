"""StyleGAN2 as the mathematics is written down: slow, and easy to see that it is right. The yardstick of the live form.

Nothing is kept from frame to frame: styles, modulated weights and filters are made anew for every picture. Source:
Karras and others 2019, arXiv 1912.04958; names and gains are those of the files. Used by tests and `liveart bench`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

TAPS = (1.0, 3.0, 3.0, 1.0)


class PlainStyleGan2:
    """A StyleGAN2 generator that computes with `tensors` as a file names them. float32 or what they are."""

    def __init__(self, tensors: Mapping[str, Tensor], net: Mapping[str, Any]) -> None:
        self.tensors, self.net = tensors, net
        self.sizes = [2**power for power in range(2, int(math.log2(net["size"])) + 1)]

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return w [B, style] of z [B, latent] and labels [B, classes]."""
        x = _normalised(z)
        if labels is not None and "mapping.embed.weight" in self.tensors:
            x = torch.cat((x, _normalised(self._linear(labels, "mapping.embed"))), dim=1)
        layer = 0
        while f"mapping.fc{layer}.weight" in self.tensors:
            x = F.leaky_relu(self._linear(x, f"mapping.fc{layer}", rate=0.01), 0.2) * math.sqrt(2)
            layer += 1
        return x

    def synthesis(self, ws: Tensor, noise: float = 1.0) -> Tensor:
        """Return the picture [B, channels, size, size] of the rows of styles `ws` [B, rows, style]."""
        x = self.tensors["synthesis.b4.const"].expand(len(ws), -1, -1, -1)
        picture, row = None, 0
        for size in self.sizes:
            block, before = f"synthesis.b{size}", x
            if size > 4:
                x = self._layer(x, ws[:, row], f"{block}.conv0", noise, up=True)
                row += 1
            residual = size > 4 and self.net["architecture"] == "resnet"
            x = self._layer(x, ws[:, row], f"{block}.conv1", noise, gain=math.sqrt(0.5) if residual else 1.0)
            row += 1
            if residual:
                x = x + self._shortcut(before, f"{block}.skip")
            if picture is not None:
                picture = upsampled(picture)
            if f"{block}.torgb.weight" in self.tensors:
                drawn = self._to_rgb(x, ws[:, row], f"{block}.torgb")
                picture = drawn if picture is None else picture + drawn
        assert picture is not None, "the last block draws"
        return picture

    def _linear(self, x: Tensor, name: str, rate: float = 1.0) -> Tensor:
        weight, bias = self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"]
        return x @ (weight * (rate / math.sqrt(weight.shape[1]))).T + bias * rate

    def _layer(self, x: Tensor, w: Tensor, name: str, noise: float, up: bool = False, gain: float = 1.0) -> Tensor:
        weight = self.tensors[f"{name}.weight"]
        style = self._linear(w, f"{name}.affine")
        x = modulated(x, weight, style, demodulate=True, up=up)
        if f"{name}.noise_const" in self.tensors:
            x = x + self.tensors[f"{name}.noise_const"] * self.tensors[f"{name}.noise_strength"] * noise
        x = x + self.tensors[f"{name}.bias"][:, None, None]
        x = F.leaky_relu(x, 0.2)
        return self._clamped(x * (math.sqrt(2) * gain), gain)

    def _shortcut(self, x: Tensor, name: str) -> Tensor:
        weight = self.tensors[f"{name}.weight"]  # [out, in, 1, 1]
        return upsampled(F.conv2d(x, weight / math.sqrt(weight.shape[1]))) * math.sqrt(0.5)

    def _to_rgb(self, x: Tensor, w: Tensor, name: str) -> Tensor:
        weight = self.tensors[f"{name}.weight"]  # [channels, in, 1, 1]
        style = self._linear(w, f"{name}.affine") / math.sqrt(weight.shape[1])
        x = modulated(x, weight, style, demodulate=False, up=False)
        return self._clamped(x + self.tensors[f"{name}.bias"][:, None, None])

    def _clamped(self, x: Tensor, gain: float = 1.0) -> Tensor:
        limit = float(self.net["clamp"]) * gain
        return x.clamp(-limit, limit) if limit else x


def modulated(x: Tensor, weight: Tensor, style: Tensor, demodulate: bool, up: bool) -> Tensor:
    """Return the convolution of every sample with its own weights: scaled by its style, brought back to length one."""
    batch, inputs, height, width = x.shape
    own = weight[None] * style[:, None, :, None, None]  # [B, out, in, k, k]
    if demodulate:
        own = own * torch.rsqrt(own.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8)
    x = x.reshape(1, batch * inputs, height, width)
    if up:
        turned = own.transpose(1, 2).flatten(0, 1)  # [B * in, out, k, k]
        x = filtered(F.conv_transpose2d(x, turned, stride=2, groups=batch), pad=1)
    else:
        x = F.conv2d(x, own.flatten(0, 1), padding=weight.shape[-1] // 2, groups=batch)
    return x.reshape(batch, weight.shape[0], x.shape[2], x.shape[3])


def filtered(x: Tensor, pad: int) -> Tensor:
    """Return `x` low-passed by the 4x4 filter, with gain 4, after zeros are put around it."""
    taps = torch.tensor(TAPS, dtype=x.dtype, device=x.device) / 8
    kernel = (taps[:, None] * taps * 4).expand(x.shape[1], 1, 4, 4)
    return F.conv2d(F.pad(x, (pad, pad, pad, pad)), kernel, groups=x.shape[1])


def upsampled(x: Tensor) -> Tensor:
    """Return `x` twice as large: zeros put between the pixels, then low-passed."""
    batch, channels, height, width = x.shape
    spread = x.new_zeros(batch, channels, height, 2, width, 2)
    spread[:, :, :, 0, :, 0] = x
    spread = spread.reshape(batch, channels, 2 * height, 2 * width)
    return filtered(F.pad(spread, (1, 0, 1, 0)), pad=1)


def _normalised(x: Tensor) -> Tensor:
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)
