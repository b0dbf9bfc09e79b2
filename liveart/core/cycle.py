"""Cycles: one period of a steady tone as the levels of its harmonics, and back to samples.

The ear hears how strong each harmonic of a steady tone is and hardly how their phases lie. Phases that travel
cancel each other half way, levels in decibels do not. So a cycle is kept as levels alone: one number 0..1 for each
harmonic, 0 at `FLOOR_DB` or below, 1 for a harmonic that carries all the power. All cycles have the same power.
"""

from __future__ import annotations

import numpy as np

HARMONICS = 256
FLOOR_DB = -80.0

_SILENT = 10.0 ** (FLOOR_DB / 20.0)


def to_levels(amplitudes: np.ndarray) -> np.ndarray:
    """Return the levels 0..1 of harmonic amplitudes [..., harmonics] of any loudness; float32.

    Amplitudes that are all zero give all zeros.
    """
    amplitudes = np.abs(np.asarray(amplitudes, np.float64))
    power = np.sqrt((amplitudes**2).sum(-1, keepdims=True))
    share = amplitudes / np.where(power > 0, power, 1.0)
    decibels = 20.0 * np.log10(np.maximum(share, _SILENT))
    levels: np.ndarray = np.clip(1.0 - decibels / FLOOR_DB, 0.0, 1.0).astype(np.float32)
    return levels


def to_amplitudes(levels: np.ndarray) -> np.ndarray:
    """Return harmonic amplitudes for levels [..., harmonics]; level 0 is silent, total power near 1. float64."""
    levels = np.asarray(levels, np.float64)
    # Less what the floor itself would give, so that a level that sinks to 0 fades out without a step.
    amplitudes: np.ndarray = np.exp((1.0 - levels) * (FLOOR_DB * np.log(10.0) / 20.0)) - _SILENT
    return amplitudes


def draw_cycle(amplitudes: np.ndarray, size: int, phases: np.ndarray | float = 0.0) -> np.ndarray:
    """Return one period [..., size] of sines with these amplitudes [..., harmonics] and phases in radians.

    `size` must be at least twice the number of harmonics. The mean is 0: there is no harmonic 0.
    """
    harmonics = amplitudes.shape[-1]
    if size < 2 * harmonics:
        raise ValueError(f"{harmonics} harmonics do not fit a cycle of {size} samples")
    spectrum = np.zeros((*amplitudes.shape[:-1], size // 2 + 1), np.complex128)
    spectrum[..., 1 : harmonics + 1] = amplitudes * np.exp(1j * (np.asarray(phases) - np.pi / 2)) * (size / 2)
    return np.fft.irfft(spectrum, size, axis=-1)


def centroid(levels: np.ndarray) -> np.ndarray:
    """Return the spectral centroid of levels [..., harmonics], in harmonics: 1 for a pure sine."""
    power = to_amplitudes(levels) ** 2
    numbers = np.arange(1, levels.shape[-1] + 1)
    centre: np.ndarray = (power * numbers).sum(-1) / np.maximum(power.sum(-1), 1e-12)
    return centre
