"""The shipped family of picture generators: a mapping network and a styled, checkerboard-free synthesis."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .layers import EqualLinear, ModulatedConv, lrelu, pixel_norm, upsample

GRAIN_FROM = 64  # pixels: the smallest size of feature maps that gets grain


class Mapping(nn.Module):
    """Turns a latent `z` of normal numbers into a style `w`. `[B, latent] -> [B, width]`."""

    def __init__(self, latent: int, width: int, layers: int, equalised: bool, normalise: bool) -> None:
        super().__init__()
        self.normalise = normalise
        widths = [latent] + [width] * layers
        # A lower learning rate than the synthesis has, as in arXiv 1812.04948.
        self.layers = nn.ModuleList(
            EqualLinear(a, b, rate=0.1, equalised=equalised) for a, b in itertools.pairwise(widths)
        )

    def forward(self, z: Tensor) -> Tensor:
        w = pixel_norm(z.float()) if self.normalise else z.float()
        w = w.to(next(self.parameters()).dtype)
        for layer in self.layers:
            w = lrelu(layer(w))
        return w


class Stage(nn.Module):
    """One resolution: a convolution before the up-sampling, one after it, and a picture of what is there so far.

    Convolving first at the small size halves the work, and a convolution after the bilinear step has no
    stride in it, so nothing can print a checkerboard.
    """

    noise_a: Tensor
    noise_b: Tensor

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: int,
        style: int,
        channels: int,
        equalised: bool,
        grained: bool,
    ) -> None:
        super().__init__()
        self.conv_a = ModulatedConv(inputs, outputs, style, equalised=equalised)
        self.conv_b = ModulatedConv(outputs, outputs, style, equalised=equalised)
        self.to_rgb = ModulatedConv(outputs, channels, style, kernel=1, demodulate=False, equalised=equalised)
        self.grained = grained
        if grained:
            self.register_buffer("noise_a", torch.randn(1, 1, size, size))
            self.register_buffer("noise_b", torch.randn(1, 1, size, size))
            self.strength = nn.Parameter(torch.zeros(2))

    def forward(self, x: Tensor, w: Tensor, rgb: Tensor, noise: float) -> tuple[Tensor, Tensor]:
        """Return features and picture at twice the size of `x` `[B, C, H, W]` and `rgb`."""
        x = upsample(self.conv_a(x, w))
        x = lrelu(x.add_(self._grain(self.noise_a, x, 0, noise)) if self.grained else x)
        x = self.conv_b(x, w)
        x = lrelu(x.add_(self._grain(self.noise_b, x, 1, noise)) if self.grained else x)
        return x, upsample(rgb) + self.to_rgb(x, w).float()

    def _grain(self, fixed: Tensor, x: Tensor, which: int, noise: float) -> Tensor:
        grain = torch.randn_like(x[:, :1]) if self.training else fixed
        return (grain * (self.strength[which] * noise)).to(x.dtype)


class StyledGenerator(nn.Module):
    """A picture `[B, channels, size, size]` in -1..1 from a latent `[B, latent]`.

    `widths` holds the number of channels at 4x4, 8x8, … so it also sets the size. Method: Karras and others,
    StyleGAN2, arXiv 1912.04958 (modulation, skip pictures, no progressive growing), with the 4x4 start computed
    from the style instead of a constant: on small data the large shapes are found sooner.
    """

    w_mean: Tensor

    def __init__(
        self,
        latent: int = 64,
        widths: Sequence[int] = (160, 160, 96, 64, 32, 16),
        style: int = 128,
        mapping: int = 2,
        channels: int = 3,
        equalised: bool = False,
        normalise: bool = True,
    ) -> None:
        super().__init__()
        self.latent, self.channels, self.levels = latent, channels, len(widths) - 1
        self.size = 4 << self.levels
        self.mapping = Mapping(latent, style, mapping, equalised, normalise)
        self.start = EqualLinear(style, widths[0] * 16, equalised=equalised, gain=1.0)
        self.first = ModulatedConv(widths[0], widths[0], style, equalised=equalised)
        self.first_rgb = ModulatedConv(widths[0], channels, style, 1, demodulate=False, equalised=equalised)
        # Only the two finest stages have grain: on coarser ones it would fix shapes to their places.
        self.stages = nn.ModuleList(
            Stage(a, b, 8 << i, style, channels, equalised, i >= self.levels - 2)
            for i, (a, b) in enumerate(itertools.pairwise(widths))
        )
        self.register_buffer("w_mean", torch.zeros(style))

    def forward(self, z: Tensor, psi: float = 1.0, level: int = 0, noise: float = 1.0) -> Tensor:
        """Return the picture of `z` `[B, latent]`; each `level` halves its size and saves most of the work left.

        `psi` 0..1 draws the style towards the mean one (truncation), above 1 away from it; `noise` scales the
        fixed grain.
        """
        w = self.mapping(z)
        if psi != 1.0:
            w = self.w_mean + (w - self.w_mean) * psi
        return self.synthesise(w, level, noise)

    def synthesise(self, w: Tensor, level: int = 0, noise: float = 1.0) -> Tensor:
        """Return the picture of the style `w` `[B, style]`."""
        x = self.start(w).view(len(w), -1, 4, 4).contiguous(memory_format=torch.channels_last)
        x = lrelu(self.first(x, w))
        rgb = self.first_rgb(x, w).float()
        for stage in list(self.stages)[: self.levels - level]:
            x, rgb = stage(x, w, rgb, noise)
        # No tanh: where it is flat, nothing is learnt. While training the losses keep the range.
        picture: Tensor = rgb if self.training else rgb.clamp(-1.0, 1.0)
        return picture
