"""The convolutional VAE: an encoder for training, and a decoder that plays latents of normal numbers."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .discriminator import Trunk
from .layers import EqualLinear, lrelu
from .styled import StyledGenerator


class Encoder(nn.Module):
    """Mean and log-variance, each `[B, latent]`, of the latent of a picture `[B, channels, size, size]`.

    Source: Kingma and Welling 2013, arXiv 1312.6114.
    """

    def __init__(
        self,
        latent: int = 64,
        widths: Sequence[int] = (32, 64, 96, 160, 192),
        channels: int = 3,
        equalised: bool = True,
    ) -> None:
        super().__init__()
        self.trunk = Trunk(widths, channels, equalised)
        self.hidden = EqualLinear(widths[-1] * 16, 256, equalised=equalised)
        self.out = EqualLinear(256, latent * 2, equalised=equalised, gain=1.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = lrelu(self.hidden(self.trunk(x)[0].flatten(1)))
        mean, logvar = self.out(h).float().chunk(2, dim=1)
        return mean, logvar.clamp(-12.0, 4.0)


class VaeDecoder(nn.Module):
    """A picture in -1..1 from a latent `[B, latent]` of normal numbers.

    The codes that a trained encoder gives do not quite follow the normal distribution that is played on stage.
    `shift` and `mixing` hold the mean and the Cholesky factor of the codes of the training pictures, so that
    normal numbers land where pictures are; during training they are zero and identity.
    """

    shift: Tensor
    mixing: Tensor

    def __init__(
        self,
        latent: int = 64,
        widths: Sequence[int] = (160, 160, 96, 64, 32, 16),
        style: int = 128,
        mapping: int = 2,
        channels: int = 3,
        equalised: bool = False,
    ) -> None:
        super().__init__()
        self.synthesis = StyledGenerator(latent, widths, style, mapping, channels, equalised, normalise=False)
        self.latent, self.channels = latent, channels
        self.size, self.levels = self.synthesis.size, self.synthesis.levels
        self.register_buffer("shift", torch.zeros(latent))
        self.register_buffer("mixing", torch.eye(latent))

    def forward(self, z: Tensor, psi: float = 1.0, level: int = 0, noise: float = 1.0) -> Tensor:
        """Return the picture of `z` `[B, latent]`; `psi` scales `z`, each `level` halves the size."""
        return self.decode(self.shift + (z * psi) @ self.mixing.T, level, noise)

    def decode(self, code: Tensor, level: int = 0, noise: float = 1.0) -> Tensor:
        """Return the picture of an encoder's `code` `[B, latent]`."""
        picture: Tensor = self.synthesis(code, level=level, noise=noise)
        return picture
