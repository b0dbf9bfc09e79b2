"""How far apart two sounds are: spectra at many scales, as in DDSP (Engel and others, arXiv 2001.04643, section 4.2).

For each window length: the difference of magnitudes, and that of their logarithms. Time and tone, loud and soft each
count at the scale where they show.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

SCALES = (2048, 1024, 512, 256, 128, 64)
FLOOR = 3e-4  # amplitude, -70 dBFS: below it nothing is told apart


def magnitudes(samples: Tensor, size: int, overlap: int = 4) -> Tensor:
    """Return the spectra [B, bins, frames] of samples [B, n], `overlap` windows over each sample; a full sine has 1."""
    window = torch.hann_window(size, device=samples.device)
    spectrum = torch.stft(samples, size, size // overlap, window=window, center=False, return_complex=True)
    scaled = torch.view_as_real(spectrum) * (2.0 / float(window.sum()))
    return (scaled.square().sum(3) + 1e-12).sqrt()


def spectral_distance(
    made: Tensor,
    heard: Tensor,
    held: Tensor | None = None,
    evenness: float = 0.0,
    overlap: int = 4,
    scales: Sequence[int] = SCALES,
) -> Tensor:
    """Return the distance [B] of sounds [B, n]: the mean over `scales`.

    held      bool [B]: of these sounds only the mean spectrum over time is compared
    evenness  0: all bins count alike, and so the highest octave most; towards 1: each octave counts alike
    """
    parts = []
    for size in scales:
        a, b = magnitudes(made, size, overlap), magnitudes(heard, size, overlap)
        if held is not None:
            a, b = _steadied(a, held), _steadied(b, held)
        weight = bin_weights(a.shape[1], evenness).to(a)[:, None]
        linear = (weight * (a - b).abs()).mean((1, 2)) / ((weight * b).mean((1, 2)) + FLOOR / 10.0)
        logarithmic = (weight * (torch.log(a + FLOOR) - torch.log(b + FLOOR)).abs()).mean((1, 2))
        parts.append(linear + logarithmic)
    return torch.stack(parts).mean(0)


def _steadied(spectra: Tensor, held: Tensor) -> Tensor:
    mean = spectra.square().mean(2, keepdim=True).sqrt().expand(spectra.shape)
    return torch.where(held[:, None, None], mean, spectra)


def bin_weights(bins: int, evenness: float) -> Tensor:
    """Return weights [bins] with the mean 1, that fall above 500 Hz as far as `evenness` says."""
    hertz = torch.arange(bins) * (24000.0 / (bins - 1))
    fall = 1.0 / (500.0 + hertz)
    return 1.0 - evenness + evenness * fall / fall.mean()
