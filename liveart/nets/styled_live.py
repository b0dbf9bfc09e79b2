"""The styled synthesis as it is played: the same picture as nets/styled.py, for one latent, in fewer and faster steps.

All styles come from one product, weights are modulated instead of pixels, grain is kept ready. Inference only.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import ROOT_TWO, upsample
from .styled import Stage, StyledGenerator


def for_stage(net: nn.Module, dtype: torch.dtype) -> nn.Module:
    """Return `net` with its styled synthesis, if it has one, in the form that is fastest live.

    `dtype` is that of the feature maps; styles and the picture stay float32. Other nets come back as they are.
    """
    if isinstance(net, StyledGenerator):
        return LiveStyled(net, dtype)
    if isinstance(synthesis := getattr(net, "synthesis", None), StyledGenerator):
        net.synthesis = LiveStyled(synthesis, dtype)
    return net


class LiveStyled(nn.Module):
    """Plays a trained StyledGenerator: `[1, latent]` to `[1, channels, size, size]` in -1..1."""

    affine: Tensor
    offset: Tensor

    def __init__(self, net: StyledGenerator, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.latent, self.channels, self.size, self.levels = net.latent, net.channels, net.size, net.levels
        self.dtype = dtype
        self.net = net.eval()
        self.stages = [stage for stage in net.stages if isinstance(stage, Stage)]
        self.convs = [net.first, net.first_rgb]
        for stage in self.stages:
            self.convs += [stage.conv_a, stage.conv_b, stage.to_rgb]
        self.widths = [conv.style.weight.shape[0] for conv in self.convs]
        self.register_buffer("affine", torch.cat([conv.style.weight.detach() for conv in self.convs]))
        self.register_buffer("offset", torch.cat([conv.style.bias.detach() for conv in self.convs]))
        for conv in self.convs:
            conv.weight.data = conv.weight.data.contiguous(memory_format=torch.channels_last)
        self._grain: list[Tensor | None] = []
        self._grain_for: float | None = None

    def forward(self, z: Tensor, psi: float = 1.0, level: int = 0, noise: float = 1.0) -> Tensor:
        """Return the picture; the arguments are those of StyledGenerator."""
        w = self.net.mapping(z)
        if psi != 1.0:
            w = self.net.w_mean + (w - self.net.w_mean) * psi
        styles = torch.split(F.linear(w, self.affine, self.offset), self.widths, dim=1)
        grain = self._grain_of(noise)
        x = self.net.start(w).view(1, -1, 4, 4).to(self.dtype).contiguous(memory_format=torch.channels_last)
        x = F.leaky_relu_(self._conv(x, 0, styles), 0.2)
        rgb = self._rgb(x, 1, styles)
        for stage in range(self.levels - level):
            first = 2 + 3 * stage
            x = self._activated(upsample(self._conv(x, first, styles)), grain[2 * stage])
            x = self._activated(self._conv(x, first + 1, styles), grain[2 * stage + 1])
            rgb = upsample(rgb) + self._rgb(x, first + 2, styles)
        return rgb.clamp(-1.0, 1.0)

    def _conv(self, x: Tensor, index: int, styles: tuple[Tensor, ...]) -> Tensor:
        conv, style = self.convs[index], styles[index]
        scale = torch.rsqrt(F.linear(style.square(), conv.energy.to(style.dtype)) + 1e-8) * ROOT_TWO  # [1, O]
        weight = conv.weight * (style * scale[0, :, None])[:, :, None, None]  # [O, C, 3, 3]
        return F.conv2d(x, weight.to(self.dtype), conv.bias.to(self.dtype), padding=1)

    def _rgb(self, x: Tensor, index: int, styles: tuple[Tensor, ...]) -> Tensor:
        conv = self.convs[index]
        weight = conv.weight * styles[index][0, :, None, None]  # [3, C, 1, 1]
        return F.conv2d(x, weight.to(self.dtype)).float() + conv.bias[:, None, None]

    def _activated(self, x: Tensor, grain: Tensor | None) -> Tensor:
        return F.leaky_relu_(x if grain is None else x.add_(grain), 0.2)

    def _grain_of(self, noise: float) -> list[Tensor | None]:
        """Return each step's grain at this strength, spread over the channels: adding it is then one fast pass."""
        if self._grain_for == noise:
            return self._grain
        self._grain, self._grain_for = [], noise
        for stage in self.stages:
            self._grain += [self._spread(stage, which, noise) for which in (0, 1)]
        return self._grain

    def _spread(self, stage: Stage, which: int, noise: float) -> Tensor | None:
        strength = float(stage.strength[which]) * noise if stage.grained else 0.0
        if not strength:
            return None
        fixed = (stage.noise_a, stage.noise_b)[which] * strength
        spread = fixed.to(self.dtype).expand(1, stage.conv_b.weight.shape[0], -1, -1)
        return spread.contiguous(memory_format=torch.channels_last)
