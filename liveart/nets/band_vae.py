"""BandVAE: from sound to 16 numbers a hop and back, causal throughout, made to be played as a stream.

A variational autoencoder (Kingma and Welling, Auto-Encoding Variational Bayes, arXiv 1312.6114) between an ear of band
energies and a voice of tuned sinusoids and noise; `liveart/nets/band_synth.py` names its sources.
"""

# TorchScript can't read annotations of attributes that are put off: no `from __future__ import annotations` here.
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .band_ear import BANDS, BandEar, levels
from .band_layers import CausalStack
from .band_synth import BandSynth, partials

_STEEP = 2.6    # decibels of an amplitude for those of its sigmoid
_SHUT = 3e-4    # amplitudes below -70 dBFS are none: silence is silent


class BandEncoder(nn.Module):
    """Mean and log-variance, each [B, T, latent], of power in bands [B, T, BANDS]."""

    def __init__(self, latent: int, width: int) -> None:
        super().__init__()
        self.stack = CausalStack(BANDS, width, (1, 2))
        self.head = nn.Linear(width, 2 * latent)

    def forward(self, power: Tensor, past: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return mean, log-variance and the new past."""
        body, past = self.stack(levels(power), past)
        mean, logvar = self.head(body).chunk(2, 2)
        return mean, logvar.clamp(-10.0, 3.0), past


class BandDecoder(nn.Module):
    """Amplitudes of partials [B, T, count] and of noise bands [B, T, bands] from codes [B, T, latent]."""

    def __init__(self, latent: int, width: int, count: int, bands: int) -> None:
        super().__init__()
        self.count, self.steep, self.shut = count, _STEEP, _SHUT
        self.stack = CausalStack(latent, width, (1, 2, 4))
        self.head = nn.Linear(width, count + bands)
        nn.init.normal_(self.head.weight, std=0.5 * width**-0.5)
        with torch.no_grad():  # begin as a quiet sound that falls by 3 dB an octave
            tilt = -0.5 * torch.log2(partials(count) / 440.0).float()
            self.head.bias.copy_(torch.cat([-3.0 + 0.5 * tilt, torch.full((bands,), -4.0)]))

    def forward(self, code: Tensor, past: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return amplitudes, noise and the new past."""
        body, past = self.stack(code, past)
        # Much as in DDSP: steep enough to close, bounded above, a straight line of decibels between.
        opened = F.relu(1.3 * torch.sigmoid(self.head(body)) ** self.steep - self.shut)
        return opened[:, :, : self.count], 0.5 * opened[:, :, self.count :], past


class BandVAE(nn.Module):
    """Ear, encoder, decoder and voice. `shift` and `mixing` lead normal numbers to where the codes of sounds are.

    A played z [.., latent] stands for the code `shift + mixing @ z`; in training both are zero and identity.
    """

    shift: Tensor
    mixing: Tensor
    unmixing: Tensor
    if TYPE_CHECKING:  # TorchScript takes no annotations of modules
        encoder: BandEncoder
        decoder: BandDecoder
        synth: BandSynth

    def __init__(self, latent: int = 16, width: int = 192, count: int = 192, bands: int = 64) -> None:
        super().__init__()
        self.latent, self.count, self.bands = latent, count, bands
        self.ear = BandEar()
        self.encoder = BandEncoder(latent, width)
        self.decoder = BandDecoder(latent, width, count, bands)
        self.synth = BandSynth(count, bands)
        self.register_buffer("shift", torch.zeros(latent))
        self.register_buffer("mixing", torch.eye(latent))
        self.register_buffer("unmixing", torch.eye(latent))

    @torch.jit.export
    def code(self, z: Tensor) -> Tensor:
        """Return the codes of played latents, both [B, T, latent]."""
        return self.shift + z @ self.mixing.T

    @torch.jit.export
    def played(self, code: Tensor) -> Tensor:
        """Return the latents to play for codes, both [B, T, latent]: the reverse of `code`."""
        return (code - self.shift) @ self.unmixing.T

    def forward(self, power: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance of the codes of sounds that begin with silence; power [B, T, BANDS]."""
        mean, logvar, _ = self.encoder(power, self.encoder.stack.silence(len(power)))
        return mean, logvar

    def controls(self, code: Tensor) -> tuple[Tensor, Tensor]:
        """Return amplitudes and noise of codes [B, T, latent], as though the first code had always been."""
        amplitudes, noise, _ = self.decoder(code, self.decoder.stack.settled(code[:, :1]))
        return amplitudes, noise

    def loudness(self, code: Tensor) -> Tensor:
        """Return the RMS [B] that held codes [B, 1, latent] sound with."""
        amplitudes, noise = self.controls(code)
        spread = noise @ self.synth.shapes
        power = 0.5 * amplitudes.square().sum(2) + spread.square().mean(2)
        return torch.sqrt(power[:, 0] + 1e-9)

    def rebuild(self, code: Tensor, phase: Tensor, place: Tensor) -> Tensor:
        """Return the samples [B, T * HOP] of codes [B, T, latent]; see `BandSynth.forward` for the others."""
        samples: Tensor = self.synth(*self.controls(code), phase, place)
        return samples

    @torch.no_grad()
    def set_space(self, shift: Tensor, mixing: Tensor) -> None:
        """Set where normal numbers lead; `mixing` [latent, latent] must have an inverse."""
        self.shift.copy_(shift)
        self.mixing.copy_(mixing)
        self.unmixing.copy_(torch.linalg.inv(mixing.double()))


def divergence(mean: Tensor, logvar: Tensor) -> Tensor:
    """Return the KL divergence [B, T] of codes from the standard normal distribution, in nats."""
    return 0.5 * (mean**2 + logvar.exp() - 1.0 - logvar).sum(2)


def crowding(amplitudes: Tensor) -> Tensor:
    """Return the share 0..1, [B, T], of the amplitudes of partials that neighbours on both sides repeat.

    Many partials side by side sound like metal where noise would do. Only above 500 Hz: noise is as fine there.
    """
    high = (torch.log2(partials(amplitudes.shape[2]) / 500.0).clamp(0.0, 1.0)).to(amplitudes)[1:-1]
    least = torch.minimum(torch.minimum(amplitudes[:, :, :-2], amplitudes[:, :, 1:-1]), amplitudes[:, :, 2:])
    return (least * high).sum(2) / (amplitudes.sum(2) + 0.01)
