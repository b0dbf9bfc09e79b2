"""The judge of StyleGAN2: residual, smoothed before every halving, so that it never rewards a checkerboard."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .discriminator import spread
from .layers import ROOT_TWO, EqualConv, EqualLinear, lrelu
from .smoothing import fir
from .stylegan2 import channels_at


class Halving(nn.Module):
    """Half the size: two convolutions beside a smoothed short cut. `[B, inputs, H, W] -> [B, outputs, H/2, W/2]`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv0 = EqualConv(inputs, inputs, equalised=True)
        self.conv1 = EqualConv(inputs, outputs, equalised=True)
        self.skip = EqualConv(inputs, outputs, 1, equalised=True, gain=1.0)

    def forward(self, x: Tensor) -> Tensor:
        # The filter's sum (64) and the square root of two of the sum of both ways are put into the weights.
        short = F.conv2d(fir(x, 1)[:, :, ::2, ::2], self.skip.weight * (self.skip.gain / 64 / ROOT_TWO))
        y = fir(lrelu(self.conv0(x)), 2)
        weight = self.conv1.weight * (self.conv1.gain / 64 / ROOT_TWO)
        y = F.conv2d(y, weight, stride=2) + (self.conv1.bias / ROOT_TWO).to(y.dtype)[:, None, None]
        return lrelu(y) + short


class StyleGan2Judge(nn.Module):
    """A score `[B]` of how real a picture `[B, channels, size, size]` looks."""

    def __init__(self, size: int, channels: int = 3, channel_base: int = 2048, channel_max: int = 192) -> None:
        super().__init__()
        sides = [size >> i for i in range(int(math.log2(size)) - 1)]  # size … 4
        widths = {side: channels_at(side, channel_base, channel_max) for side in sides}
        self.sides = sides[:-1]
        self.entry = EqualConv(channels, widths[size], 1, equalised=True)
        for side in self.sides:
            setattr(self, f"b{side}", Halving(widths[side], widths[side // 2]))
        last = widths[4]
        self.conv = EqualConv(last + 1, last, equalised=True)
        self.hidden = EqualLinear(last * 16, last, equalised=True)
        self.score = EqualLinear(last, 1, equalised=True, gain=1.0)

    def forward(self, picture: Tensor) -> Tensor:
        x = lrelu(self.entry(picture.contiguous(memory_format=torch.channels_last)))
        for side in self.sides:
            x = getattr(self, f"b{side}")(x)
        x = lrelu(self.conv(spread(x)))
        x = lrelu(self.hidden(x.flatten(1)))
        score: Tensor = self.score(x).float().squeeze(1)
        return score
