"""A StyleGAN2 generator to train: named as checkpoints of that family name it, so what is learnt here plays as they do.

Method: Karras and others, Analyzing and Improving the Image Quality of StyleGAN, arXiv 1912.04958. Modulation scales
activations instead of weights, which gives the same numbers without grouped convolutions, slow on a CPU.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import ROOT_TWO, lrelu, pixel_norm
from .smoothing import fir, up2

MAPPING_RATE = 0.01  # gain of the mapping's weights and biases, fixed by the format


class Linear(nn.Module):
    """A linear layer whose gains are applied when it runs. `[B, inputs] -> [B, outputs]`, float32."""

    def __init__(self, inputs: int, outputs: int, rate: float = 1.0, bias: float = 0.0) -> None:
        super().__init__()
        self.gain, self.rate = rate / math.sqrt(inputs), rate
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))

    def forward(self, x: Tensor) -> Tensor:
        # Styles are few numbers and steer everything: they stay in float32 whatever the precision.
        with torch.autocast(x.device.type, enabled=False):
            return F.linear(x.float(), self.weight * self.gain, self.bias * self.rate)


class Mapping(nn.Module):
    """Styles `w` `[B, style]` of latents `z` `[B, latent]`; `w_avg` follows the mean style while training."""

    w_avg: Tensor

    def __init__(self, latent: int, style: int, layers: int) -> None:
        super().__init__()
        self.depth = layers
        for i in range(layers):
            setattr(self, f"fc{i}", Linear(style if i else latent, style, rate=MAPPING_RATE))
        self.register_buffer("w_avg", torch.zeros(style))

    def forward(self, z: Tensor) -> Tensor:
        w = pixel_norm(z.float())
        for i in range(self.depth):
            w = lrelu(getattr(self, f"fc{i}")(w)) * ROOT_TWO
        if self.training:
            self.w_avg.lerp_(w.detach().mean(0), 0.005)
        return w


class Conv(nn.Module):
    """A modulated convolution with noise and activation; `up` doubles the size first.

    `grained` decides whether its noise strength is learnt or stays at 0.
    """

    noise_const: Tensor

    def __init__(self, inputs: int, outputs: int, size: int, style: int, up: bool, grained: bool) -> None:
        super().__init__()
        self.up = up
        self.affine = Linear(style, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("noise_const", torch.randn(size, size))
        if grained:
            self.noise_strength = nn.Parameter(torch.zeros(()))
        else:
            self.register_buffer("noise_strength", torch.zeros(()))
        self.grained = grained

    def forward(self, x: Tensor, w: Tensor, noise: float) -> Tensor:
        """Return the features `[B, outputs, size, size]` of `x`, in the style `w` `[B, style]`."""
        style = self.affine(w)
        energy = self.weight.square().sum((2, 3))
        # The activation's gain is put in here: a leaky ReLU passes positive factors through.
        scale = torch.rsqrt(style.square() @ energy.T + 1e-8) * ROOT_TWO  # [B, outputs]
        x = x * style.to(x.dtype)[:, :, None, None]
        if self.up:
            x = F.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2)
            x = fir(x * (scale / 16).to(x.dtype)[:, :, None, None], 1)
        else:
            x = F.conv2d(x, self.weight, padding=1)
            x = x * scale.to(x.dtype)[:, :, None, None]
        x = x + (self.bias * ROOT_TWO).to(x.dtype)[:, None, None]
        return lrelu(x.add_(self._grain(x, noise)) if self.grained else x)

    def _grain(self, x: Tensor, noise: float) -> Tensor:
        grain = torch.randn_like(x[:, :1]) if self.training else self.noise_const
        return (grain * (self.noise_strength * (noise * ROOT_TWO))).to(x.dtype)


class ToPicture(nn.Module):
    """What a block adds to the picture: `[B, inputs, H, W] -> [B, channels, H, W]`, float32."""

    def __init__(self, inputs: int, channels: int, style: int) -> None:
        super().__init__()
        self.affine = Linear(style, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(channels, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        style = self.affine(w) / math.sqrt(x.shape[1])
        x = x * style.to(x.dtype)[:, :, None, None]
        weight = self.weight[:, :, 0, 0].to(x.dtype)
        picture = F.linear(x.permute(0, 2, 3, 1), weight).permute(0, 3, 1, 2)  # one pixel wide: a product
        return picture.float() + self.bias[:, None, None]


class Block(nn.Module):
    """One resolution; the first holds the constant that everything grows from."""

    def __init__(self, inputs: int, outputs: int, size: int, style: int, channels: int, grained: bool) -> None:
        super().__init__()
        self.is_first = size == 4
        if self.is_first:
            self.const = nn.Parameter(torch.randn(outputs, 4, 4))
        else:
            self.conv0 = Conv(inputs, outputs, size, style, True, grained)
        self.conv1 = Conv(outputs, outputs, size, style, False, grained)
        self.torgb = ToPicture(outputs, channels, style)

    def forward(self, x: Tensor, picture: Tensor | None, rows: Tensor, noise: float) -> tuple[Tensor, Tensor]:
        """Return features and picture so far, of its rows of styles `[B, 2 or 3, style]`."""
        if not self.is_first:
            x = self.conv0(x, rows[:, 0], noise)
        x = self.conv1(x, rows[:, -2], noise)
        mine = self.torgb(x, rows[:, -1])
        return x, mine if picture is None else up2(picture) + mine


class Synthesis(nn.Module):
    """The picture `[B, channels, size, size]`, about -1..1, of rows of styles `[B, rows, style]`."""

    def __init__(self, size: int, widths: tuple[int, ...], style: int, channels: int, grain_from: int) -> None:
        super().__init__()
        self.sizes = tuple(4 << i for i in range(len(widths)))
        for i, side in enumerate(self.sizes):
            block = Block(widths[max(0, i - 1)], widths[i], side, style, channels, side >= grain_from)
            setattr(self, f"b{side}", block)

    def forward(self, rows: Tensor, noise: float = 1.0) -> Tensor:
        x = self.get_submodule("b4").get_parameter("const").expand(len(rows), -1, -1, -1)
        x = x.contiguous(memory_format=torch.channels_last)
        picture: Tensor | None = None
        for i, side in enumerate(self.sizes):
            at = max(0, 2 * i - 1)
            x, picture = getattr(self, f"b{side}")(x, picture, rows[:, at : 2 * i + 2], noise)
        assert picture is not None
        return picture


class StyleGan2(nn.Module):
    """A picture `[B, channels, size, size]` of a latent `[B, latent]`; architecture "skip", no labels.

    channels at r x r pixels: `channel_base / r`, at most `channel_max`. `grain_from` is the smallest size of features
    whose noise strength is learnt: coarser noise would fix shapes to their places.
    """

    def __init__(
        self, latent: int = 128, size: int = 128, channels: int = 3, style: int = 128, mapping: int = 2,
        channel_base: int = 2048, channel_max: int = 160, grain_from: int = 64,
    ) -> None:  # fmt: skip
        super().__init__()
        self.latent, self.size, self.channels = latent, size, channels
        self.rows = 2 * int(math.log2(size)) - 2
        widths = tuple(channels_at(4 << i, channel_base, channel_max) for i in range(int(math.log2(size)) - 1))
        self.mapping = Mapping(latent, style, mapping)
        self.synthesis = Synthesis(size, widths, style, channels, grain_from)

    def forward(self, z: Tensor, psi: float = 1.0, noise: float = 1.0, other: Tensor | None = None) -> Tensor:
        """Return the picture of `z`. Where `other` latents are given, they take over from a random row on."""
        rows = self.rows_of(z, psi)
        if other is not None:
            rows = torch.where(self._is_later(z), self.mapping(other)[:, None], rows)
        picture: Tensor = self.synthesis(rows, noise)
        return picture if self.training else picture.clamp(-1.0, 1.0)

    def rows_of(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Return `[B, rows, style]`: the style of `z` for every row, drawn towards the mean one by `psi`."""
        w = self.mapping(z)
        if psi != 1.0:
            w = self.mapping.w_avg.lerp(w, psi)
        rows: Tensor = w[:, None].expand(-1, self.rows, -1)
        return rows

    def _is_later(self, z: Tensor) -> Tensor:
        """Return `[B, rows, 1]`: which rows a second style takes; in half of the pictures none."""
        start = torch.randint(1, 2 * self.rows, (len(z), 1, 1), device=z.device)
        return torch.arange(self.rows, device=z.device)[None, :, None] >= start


def channels_at(size: int, base: int, most: int) -> int:
    """Return how many channels features of `size` x `size` have."""
    return max(1, min(base // size, most))
