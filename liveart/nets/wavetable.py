"""The wavetable VAE: from the harmonic levels of a single cycle to a small latent space, and back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn


def _stack(sizes: Sequence[int]) -> nn.Sequential:
    """Return linear layers through `sizes` with SiLU between them, none after the last."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.SiLU()]
    return nn.Sequential(*layers[:-1])


class WavetableEncoder(nn.Module):
    """Mean and log-variance, each `[B, latent]`, of the latent of levels `[B, harmonics]`."""

    def __init__(self, latent: int = 8, widths: Sequence[int] = (64, 128), harmonics: int = 256) -> None:
        super().__init__()
        self.body = _stack((harmonics, *(2 * width for width in reversed(widths)), 2 * latent))

    def forward(self, levels: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = self.body(levels * 2.0 - 1.0).chunk(2, dim=1)
        return mean, logvar.clamp(-12.0, 4.0)


class WavetableDecoder(nn.Module):
    """Harmonic levels `[B, harmonics]` in 0..1 from a latent `[B, latent]` of normal numbers.

    `shift` and `mixing` are the mean and the Cholesky factor of the codes of the training cycles: they lead the
    normal numbers that are played to where cycles are. During training they are zero and identity.
    """

    shift: Tensor
    mixing: Tensor

    def __init__(self, latent: int = 8, widths: Sequence[int] = (64, 128), harmonics: int = 256) -> None:
        super().__init__()
        self.latent, self.harmonics = latent, harmonics
        self.body = _stack((latent, *widths, harmonics))
        self.register_buffer("shift", torch.zeros(latent))
        self.register_buffer("mixing", torch.eye(latent))

    def forward(self, z: Tensor) -> Tensor:
        return self.decode(self.shift + z @ self.mixing.T)

    def decode(self, code: Tensor) -> Tensor:
        """Return the levels of an encoder's `code` `[B, latent]`."""
        return torch.sigmoid(self.body(code))


class WavetableVAE(nn.Module):
    """Encoder and decoder for training (Kingma and Welling 2013, arXiv 1312.6114); the decoder alone plays."""

    def __init__(self, latent: int = 8, widths: Sequence[int] = (64, 128), harmonics: int = 256) -> None:
        super().__init__()
        self.encoder = WavetableEncoder(latent, widths, harmonics)
        self.decoder = WavetableDecoder(latent, widths, harmonics)

    def forward(self, levels: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the rebuilt levels, mean and log-variance; `noise` `[B, latent]` is standard normal."""
        mean, logvar = self.encoder(levels)
        return self.decoder.decode(mean + noise * torch.exp(0.5 * logvar)), mean, logvar


def difference(rebuilt: Tensor, levels: Tensor) -> Tensor:
    """Return how far apart two sets of levels `[B, harmonics]` sound, `[B]`.

    Squares in units of a tenth of the scale (8 dB). Each octave counts alike, as it does to the ear, and
    harmonics near the floor count little: nobody hears whether they are at -65 or -75 dB.
    """
    harmonics = levels.shape[1]
    octave = 1.0 / torch.arange(1, harmonics + 1, device=levels.device, dtype=levels.dtype)
    heard = 0.1 + torch.maximum(levels, rebuilt.detach())
    return (octave * heard * ((rebuilt - levels) * 10.0) ** 2).sum(1)


def divergence(mean: Tensor, logvar: Tensor) -> Tensor:
    """Return the KL divergence `[B]` of the codes from the standard normal distribution."""
    return 0.5 * (mean**2 + logvar.exp() - 1.0 - logvar).sum(1)
