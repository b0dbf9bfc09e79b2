"""The small parts that the picture nets are made of: equalised layers and the modulated convolution."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ROOT_TWO = math.sqrt(2.0)


def lrelu(x: Tensor) -> Tensor:
    """Return leaky ReLU (0.2), in place; the layer before it carries the gain that keeps the variance."""
    return F.leaky_relu(x, 0.2, inplace=True)


def pixel_norm(z: Tensor) -> Tensor:
    """Return `z` with every row scaled to root-mean-square 1. `[B, D] -> [B, D]`."""
    return z * torch.rsqrt(z.square().mean(dim=1, keepdim=True) + 1e-8)


def upsample(x: Tensor) -> Tensor:
    """Return `x` twice as large, bilinear. `[B, C, H, W] -> [B, C, 2H, 2W]`, in the type of `x`."""
    # Autocast would compute this in float32, at twice the memory traffic and no visible gain.
    with torch.autocast(x.device.type, enabled=False):
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class EqualLinear(nn.Module):
    """A linear layer whose weights are drawn with variance 1 and scaled when used.

    With `equalised` false (the form that is shipped) the scale is already in the weights.
    Source: Karras and others 2017, arXiv 1710.10196, section 4.1.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        bias: float = 0.0,
        rate: float = 1.0,
        equalised: bool = False,
        gain: float = ROOT_TWO,
    ) -> None:
        super().__init__()
        scale = gain / math.sqrt(inputs)
        self.rate = rate if equalised else 1.0
        self.gain = rate * scale if equalised else 1.0
        std = 1.0 / rate if equalised else scale
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * std)
        self.bias = nn.Parameter(torch.full((outputs,), bias / self.rate))

    def forward(self, x: Tensor) -> Tensor:
        if self.gain == 1.0 and self.rate == 1.0:
            return F.linear(x, self.weight, self.bias)
        return F.linear(x, self.weight * self.gain, self.bias * self.rate)

    def fold(self) -> None:
        """Put the scale into the weights, so that none is applied from now on."""
        self.weight.data.mul_(self.gain)
        self.bias.data.mul_(self.rate)
        self.gain = self.rate = 1.0


class EqualConv(nn.Module):
    """A convolution with equalised weights (see `EqualLinear`), padded to keep the size."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int = 3,
        stride: int = 1,
        equalised: bool = False,
        gain: float = ROOT_TWO,
    ) -> None:
        super().__init__()
        scale = gain / math.sqrt(inputs * kernel * kernel)
        self.gain = scale if equalised else 1.0
        self.stride, self.padding = stride, kernel // 2
        std = 1.0 if equalised else scale
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel) * std)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight if self.gain == 1.0 else self.weight * self.gain
        return F.conv2d(x, weight, self.bias.to(weight.dtype), self.stride, self.padding)

    def fold(self) -> None:
        """Put the scale into the weights, so that none is applied from now on."""
        self.weight.data.mul_(self.gain)
        self.gain = 1.0


def _conv(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return the convolution, padded to keep the size; one pixel wide, it is a product of matrices."""
    if weight.shape[-1] > 1:
        return F.conv2d(x, weight, bias, padding=weight.shape[-1] // 2)
    return F.linear(x.permute(0, 2, 3, 1), weight[:, :, 0, 0], bias).permute(0, 3, 1, 2)


class ModulatedConv(nn.Module):
    """A convolution whose input channels are scaled by a style, its outputs brought back to variance 1.

    Scaling the activations instead of the weights gives the same numbers as a grouped convolution with one
    weight per sample, and is much faster on a CPU. Source: Karras and others 2019, arXiv 1912.04958, section 2.2.
    """

    energy: Tensor

    def __init__(
        self,
        inputs: int,
        outputs: int,
        style: int,
        kernel: int = 3,
        demodulate: bool = True,
        equalised: bool = False,
    ) -> None:
        super().__init__()
        # Without demodulation it draws a picture, which is the sum of several: each starts small.
        scale = (1.0 if demodulate else 0.4) / math.sqrt(inputs * kernel * kernel)
        self.gain = scale if equalised else 1.0
        self.demodulate, self.folded = demodulate, not equalised
        std = 1.0 if equalised else scale
        self.style = EqualLinear(style, inputs, bias=1.0, equalised=equalised, gain=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel) * std)
        self.bias = nn.Parameter(torch.zeros(outputs))
        # The weights' energy per pair of channels: constant while playing, so it is kept instead of computed.
        self.register_buffer("energy", self.weight.detach().square().sum((2, 3)) if self.folded else None)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Return the convolution of `x` `[B, C, H, W]` in the style `w` `[B, S]`, with bias, before activation."""
        style = self.style(w).float()  # [B, C]
        weight = self.weight if self.gain == 1.0 else self.weight * self.gain
        scale = self._scale(style, weight) if self.demodulate else torch.ones_like(style[:, :1])  # [B, O or 1]
        if len(x) == 1 and x.numel() > weight.numel() and not torch.is_grad_enabled():
            # One large picture, as on stage: scaling the few weights is cheaper than scaling all pixels twice.
            weight = weight * (style[0][:, None, None] * scale[0][:, None, None, None])
            return _conv(x, weight.to(x.dtype), self.bias.to(x.dtype))
        y = _conv(x * style.to(x.dtype)[:, :, None, None], weight.to(x.dtype))
        if self.demodulate:
            y = y * scale.to(y.dtype)[:, :, None, None]
        return y.add_(self.bias.to(y.dtype)[:, None, None])

    def _scale(self, style: Tensor, weight: Tensor) -> Tensor:
        """Return the factor `[B, O]` that undoes what the style does to the size of the outputs."""
        energy = self.energy.float() if self.folded else weight.square().sum((2, 3))  # [O, C]
        return torch.rsqrt(F.linear(style.square(), energy) + 1e-8) * ROOT_TWO

    def fold(self) -> None:
        """Put the scale into the weights and keep their energy, as the shipped form has it."""
        self.weight.data.mul_(self.gain)
        self.gain, self.folded = 1.0, True
        self.energy = self.weight.detach().square().sum((2, 3))


def fold(net: nn.Module) -> nn.Module:
    """Bring every equalised layer of `net` into its shipped form, in place; returns `net`."""
    for part in net.modules():
        if part is not net and isinstance(part, EqualLinear | EqualConv | ModulatedConv):
            part.fold()
    return net
