"""Soft limit: peaks above a knee are rounded off, so that nothing passes full scale."""

from __future__ import annotations

import numpy as np


def soft_limit(samples: np.ndarray, knee: float) -> np.ndarray:
    """Return the samples, never outside ±1, untouched below the knee (0..1); in place where it can be."""
    loud = np.abs(samples) > knee
    if not loud.any():
        return samples
    size, room = np.abs(samples[loud]), 1.0 - knee
    samples[loud] = np.sign(samples[loud]) * (knee + room * np.tanh((size - knee) / room))
    return samples
