"""Where normal numbers lead in a sound model: to the middle of what sounds are, whitened, with loudness on one axis."""

from __future__ import annotations

import torch
from torch import Tensor

from liveart.nets.band_ear import HOP
from liveart.nets.band_vae import BandVAE

from .sound_data import LOUD, Sounds, draw

CALM = 0.6             # of the loudness, that most seeds be about as loud as each other
INWARD = 0.75          # of the rest: the rim of what sounds are is thin ground
DRAWN = 1024           # crops that the space is fitted to
_STRETCH = 32          # hops over which codes are averaged: what is played stands still for longer than a hop
_AUDIBLE = 0.35 * LOUD  # RMS below which a stretch is no place to play at


@torch.no_grad()
def stretches(net: BandVAE, sounds: Sounds, warm: int, hops: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return codes [n, latent], each the mean of a stretch of sound, and the RMS [n] of those stretches."""
    chance, codes, loud = torch.Generator().manual_seed(seed), [], []
    for _ in range(DRAWN // 32):
        crops = draw(sounds, 32, warm + hops, chance)
        mean, _ = net(crops.power.to(net.shift.device))
        codes.append(mean[:, warm:].reshape(-1, _STRETCH, mean.shape[2]).mean(1))
        loud.append(crops.samples[:, warm * HOP :].reshape(-1, _STRETCH * HOP).square().mean(1).sqrt())
    return torch.cat(codes).double().cpu(), torch.cat(loud)


def fit_space(net: BandVAE, sounds: Sounds, warm: int, hops: int, seed: int) -> None:
    """Set the space of `net` (its shift and mixing) by the codes of audible stretches.

    The first number played is the direction in which sounds grow louder, drawn in to CALM of its extent; the others are
    drawn in to INWARD.
    """
    codes, loud = stretches(net, sounds, warm, hops, seed)
    audible = loud > _AUDIBLE
    codes, decibels = codes[audible], 20.0 * torch.log10(loud[audible]).double()
    centred = codes - codes.mean(0)
    covariance = torch.cov(codes.T) + 1e-4 * torch.eye(codes.shape[1], dtype=torch.float64)
    mixing = torch.linalg.cholesky(covariance)
    white = torch.linalg.solve_triangular(mixing, centred.T, upper=False).T
    turned = _turned(white.T @ (decibels - decibels.mean()))
    turned[:, 0] *= CALM
    turned[:, 1:] *= INWARD
    net.set_space(codes.mean(0), mixing @ turned)


def _turned(direction: Tensor) -> Tensor:
    """Return an orthogonal matrix [n, n] whose first column points along `direction` [n]."""
    basis = torch.eye(len(direction), dtype=direction.dtype)
    basis[:, 0] = direction / direction.norm().clamp(min=1e-12)
    turned, upper = torch.linalg.qr(basis)
    out: Tensor = turned * torch.sign(torch.diagonal(upper))
    return out
