"""StyleGAN3 as the mathematics is written down: slow, and easy to see that it is right. The yardstick of the live form.

Nothing is kept from frame to frame, zeros are really put between the samples, and every filter is a square of taps.
Source: Karras and others 2021, arXiv 2106.12423; names and gains are those of the checkpoints' files. Used by tests and
`liveart bench`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .plain_stylegan2 import PlainStyleGan2
from .style_net import STILL, Turn


class PlainStyleGan3:
    """A StyleGAN3 generator (T or R) that computes with `tensors` as a file names them. float32 or what they are."""

    def __init__(self, tensors: Mapping[str, Tensor], net: Mapping[str, Any]) -> None:
        self.tensors, self.net = tensors, net

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return w [B, style] of z [B, latent] and labels [B, classes]; the mapping is that of StyleGAN2."""
        return PlainStyleGan2(self.tensors, self.net).mapping(z, labels)

    def synthesis(self, ws: Tensor, turn: Turn = STILL) -> Tensor:
        """Return the picture [B, channels, size, size] of the rows of styles `ws` [B, rows, style]."""
        x = self.plane(ws[:, 0], turn)
        for row, layer in enumerate(self.net["layers"], start=1):
            x = self.layer(x, ws[:, row], layer)
        return x * float(self.net["output_scale"])

    def plane(self, w: Tensor, turn: Turn = STILL) -> Tensor:
        """Return the waves [B, C, height, width] that the synthesis begins with."""
        name, spec = "synthesis.input", self.net["input"]
        freqs, phases = self.tensors[f"{name}.freqs"], self.tensors[f"{name}.phases"]
        matrix = self._matrix(w) @ self.tensors[f"{name}.transform"] @ _square(turn).to(w)
        turned = freqs @ matrix[:, :2, :2]  # [B, C, 2]
        phases = phases + (freqs @ matrix[:, :2, 2:])[:, :, 0]  # [B, C]
        fall = (turned.norm(dim=2) - spec["bandwidth"]) / (spec["rate"] / 2 - spec["bandwidth"])
        amplitude = (1 - fall).clamp(0, 1)  # [B, C]: waves too short for the grid fade out
        x, y = (((torch.arange(n) + 0.5) / n * 2 - 1) * 0.5 * n / spec["rate"] for n in spec["size"])
        places = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=2).to(w)  # [height, width, 2]
        angle = torch.einsum("hwd,bcd->bhwc", places, turned) + phases[:, None, None]
        waves = torch.sin(2 * math.pi * angle) * amplitude[:, None, None]
        weight = self.tensors[f"{name}.weight"]
        mixed: Tensor = waves @ (weight / math.sqrt(weight.shape[1])).T
        return mixed.permute(0, 3, 1, 2)

    def layer(self, x: Tensor, w: Tensor, layer: Mapping[str, Any]) -> Tensor:
        """Return the features after a layer: convolved, and bent by an activation at a higher sampling rate."""
        name = f"synthesis.{layer['name']}"
        weight, bias = self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"]
        style, is_rgb = self._style(w, name), bool(layer["is_rgb"])
        if is_rgb:
            style = style / math.sqrt(weight[0].numel())
        x = modulated(x, weight, style, 1 / self.tensors[f"{name}.magnitude_ema"].sqrt(), demodulate=not is_rgb)
        x = x + bias[:, None, None]
        x = spread(x, layer["up"])
        x = F.pad(x, list(layer["padding"]))  # a negative one crops
        x = filtered(x, self.tensors.get(f"{name}.up_filter")) * layer["up"] ** 2
        if not is_rgb:
            x = F.leaky_relu(x, 0.2) * math.sqrt(2)
        if layer["clamp"]:
            x = x.clamp(-layer["clamp"], layer["clamp"])
        x = filtered(x, self.tensors.get(f"{name}.down_filter"))
        return x[:, :, :: layer["down"], :: layer["down"]]

    def _style(self, w: Tensor, name: str) -> Tensor:
        weight, bias = self.tensors[f"{name}.affine.weight"], self.tensors[f"{name}.affine.bias"]
        return w @ (weight / math.sqrt(weight.shape[1])).T + bias

    def _matrix(self, w: Tensor) -> Tensor:
        """Return how each style turns and shifts the plane [B, 3, 3]."""
        t = self._style(w, "synthesis.input")
        c, s, tx, ty = (t / t[:, :2].norm(dim=1, keepdim=True)).unbind(dim=1)
        zero, one = torch.zeros_like(c), torch.ones_like(c)
        turn = torch.stack([c, -s, zero, s, c, zero, zero, zero, one], dim=1).view(-1, 3, 3)
        shift = torch.stack([one, zero, -tx, zero, one, -ty, zero, zero, one], dim=1).view(-1, 3, 3)
        return turn @ shift


def modulated(x: Tensor, weight: Tensor, style: Tensor, gain: Tensor, demodulate: bool) -> Tensor:
    """Return the convolution of every sample with its own weights, over all places that see the picture at all."""
    batch, inputs, height, width = x.shape
    own = weight[None] * style[:, None, :, None, None]  # [B, out, in, k, k]
    if demodulate:
        own = own * torch.rsqrt(own.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8)
    x = x.reshape(1, batch * inputs, height, width) * gain
    x = F.conv2d(x, own.flatten(0, 1), padding=weight.shape[-1] - 1, groups=batch)
    return x.reshape(batch, weight.shape[0], x.shape[2], x.shape[3])


def spread(x: Tensor, up: int) -> Tensor:
    """Return `x` with up-1 zeros after every sample, along both axes."""
    batch, channels, height, width = x.shape
    spaced = x.new_zeros(batch, channels, height, up, width, up)
    spaced[:, :, :, 0, :, 0] = x
    return spaced.reshape(batch, channels, height * up, width * up)


def filtered(x: Tensor, taps: Tensor | None) -> Tensor:
    """Return `x` convolved with a filter `[n]`, meant for both axes, or `[n, n]`; smaller by n-1. None: as it is."""
    if taps is None:
        return x
    square = taps[:, None] * taps if taps.dim() == 1 else taps
    kernel = square.flip(0, 1).expand(x.shape[1], 1, -1, -1)  # conv2d correlates
    return F.conv2d(x, kernel.to(x), groups=x.shape[1])


def _square(turn: Turn) -> Tensor:
    return torch.tensor([*turn, (0.0, 0.0, 1.0)])
