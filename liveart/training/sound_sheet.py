"""What a training of sound shows: spectrograms on a dark ground, and journeys through seeds to look at and hear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from PIL import Image

from liveart.core.latent import seed_point, slerp
from liveart.nets.band_ear import HOP, RATE

Play = Callable[[np.ndarray], np.ndarray]  # z [hops, latent] -> samples [hops * HOP]

_LOW, _HIGH = 30.0, 20000.0  # Hz
_WINDOW = 4096
# From silence to loud: the night, deep blue, teal, amber, white.
_INKS = np.array([[10, 11, 16], [32, 38, 110], [30, 120, 160], [120, 200, 150], [255, 200, 95], [255, 246, 225]])


def stations(latent: int, seeds: Sequence[int], seconds: float, held: float = 0.5) -> np.ndarray:
    """Return z [hops, latent]: each seed held for a share `held` of its `seconds`, great arcs between them."""
    points = [seed_point(seed, latent) for seed in seeds]
    each = max(int(seconds * RATE / HOP), 1)
    rows = []
    for here, there in zip(points, [*points[1:], points[0]], strict=True):
        for step in range(each):
            share = max(step / each - held, 0.0) / (1.0 - held)
            rows.append(slerp(here, there, 0.5 - 0.5 * float(np.cos(np.pi * share))))
    return np.stack(rows).astype(np.float32)


def spectrogram(samples: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return a picture [height, width, 3] uint8 of samples: low tones below, 80 dB from dark to bright."""
    padded = np.pad(samples, _WINDOW // 2)
    begins = np.linspace(0, len(padded) - _WINDOW, width).astype(int)
    window = np.hanning(_WINDOW)
    spectra = np.stack([np.abs(np.fft.rfft(padded[b : b + _WINDOW] * window)) for b in begins]) * (2.0 / window.sum())
    edges = np.geomspace(_LOW, _HIGH, height + 1) / (RATE / _WINDOW)
    bins = np.arange(spectra.shape[1])
    rows = []
    for low, high in pairwise(edges):
        inside = (bins >= low) & (bins < high)
        middle = 0.5 * (low + high)
        left = int(middle)
        between = spectra[:, left] + (spectra[:, left + 1] - spectra[:, left]) * (middle - left)
        rows.append(spectra[:, inside].max(1) if inside.any() else between)
    decibels = 20.0 * np.log10(np.stack(rows[::-1]) + 1e-9)
    return _inked(np.clip((decibels + 95.0) / 75.0, 0.0, 1.0))


def _inked(light: np.ndarray) -> np.ndarray:
    place = light * (len(_INKS) - 1)
    left = np.minimum(place.astype(int), len(_INKS) - 2)
    share = (place - left)[..., None]
    out: np.ndarray = (_INKS[left] * (1.0 - share) + _INKS[left + 1] * share).round().astype(np.uint8)
    return out


def sheet(sounds: Sequence[np.ndarray], width: int = 1024, height: int = 170, gap: int = 4) -> Image.Image:
    """Return the spectrograms of `sounds` under each other."""
    rows: list[np.ndarray] = []
    for samples in sounds:
        rows += [spectrogram(samples, width, height), np.broadcast_to(_INKS[0].astype(np.uint8), (gap, width, 3))]
    return Image.fromarray(np.concatenate(rows[:-1]))


def journeys(play: Play, latent: int, count: int, seconds: float = 12.0, stops: int = 8) -> list[np.ndarray]:
    """Return `count` journeys [samples], each through `stops` seeds of its own in `seconds`."""
    rows = [range(index * stops, (index + 1) * stops) for index in range(count)]
    return [play(stations(latent, list(row), seconds / stops)) for row in rows]
