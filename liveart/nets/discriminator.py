"""The judge of GAN training, and the same trunk as a feature extractor for the VAE's encoder."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import ROOT_TWO, EqualConv, EqualLinear, lrelu


class Down(nn.Module):
    """Half the size, more channels: a strided convolution beside an averaged short cut."""

    def __init__(self, inputs: int, outputs: int, equalised: bool) -> None:
        super().__init__()
        self.conv = EqualConv(inputs, outputs, 3, stride=2, equalised=equalised)
        self.skip = EqualConv(inputs, outputs, 1, equalised=equalised, gain=1.0)

    def forward(self, x: Tensor) -> Tensor:
        half: Tensor = (lrelu(self.conv(x)) + self.skip(F.avg_pool2d(x, 2))) / ROOT_TWO
        return half


class Trunk(nn.Module):
    """Features `[B, widths[-1], 4, 4]` of a picture `[B, channels, size, size]`.

    Each 2x2 block of pixels becomes channels at once (space to depth): the first layer, the dearest one of a
    usual discriminator, then works at half the size and loses nothing.
    """

    def __init__(self, widths: Sequence[int], channels: int, equalised: bool) -> None:
        super().__init__()
        self.size = 8 << (len(widths) - 1)
        self.entry = EqualConv(channels * 4, widths[0], equalised=equalised)
        self.downs = nn.ModuleList(Down(a, b, equalised) for a, b in itertools.pairwise(widths))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return the last features, and those of every resolution (for feature matching)."""
        x = F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last)
        x = lrelu(self.entry(x))
        steps = [x]
        for down in self.downs:
            x = down(x)
            steps.append(x)
        return x, steps


def spread(x: Tensor, group: int = 4) -> Tensor:
    """Return `x` with one more channel: how much the pictures of a batch differ (arXiv 1710.10196, section 3)."""
    group = min(group, len(x))
    while len(x) % group:
        group -= 1
    y = x.float().reshape(group, -1, *x.shape[1:])  # [G, N, C, H, W]
    y = (y.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))  # [N]
    y = y.repeat(group).view(-1, 1, 1, 1).expand(-1, 1, *x.shape[2:])
    return torch.cat([x, y.to(x.dtype)], dim=1)


class Discriminator(nn.Module):
    """A score `[B]` of how real a picture `[B, channels, size, size]` looks; `widths` run from size/2 down to 4."""

    def __init__(
        self, widths: Sequence[int] = (32, 64, 96, 160, 192), channels: int = 3, equalised: bool = True
    ) -> None:
        super().__init__()
        self.trunk = Trunk(widths, channels, equalised)
        last = widths[-1]
        self.conv = EqualConv(last + 1, last, equalised=equalised)
        self.hidden = EqualLinear(last * 16, last, equalised=equalised)
        self.score = EqualLinear(last, 1, equalised=equalised, gain=1.0)

    def forward(self, x: Tensor) -> Tensor:
        return self.judge(self.trunk(x)[0])

    def judge(self, features: Tensor) -> Tensor:
        """Return the score `[B]` of trunk features `[B, C, 4, 4]`."""
        x = lrelu(self.conv(spread(features)))
        x = lrelu(self.hidden(x.flatten(1)))
        score: Tensor = self.score(x).float().squeeze(1)
        return score
