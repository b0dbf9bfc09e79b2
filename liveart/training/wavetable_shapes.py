"""Computed cycles: the waveform families of synthesisers, as harmonic levels, in any number.

Each family is a function (rng, count) -> amplitudes [count, HARMONICS]; `computed_levels` draws from all of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liveart.core.cycle import HARMONICS, to_levels

Family = Callable[[np.random.RandomState, int], np.ndarray]

_H = np.arange(1, HARMONICS + 1, dtype=np.float64)  # [H]
_TURN = 2.0 * np.pi * np.arange(1024) / 1024.0      # one period for families drawn in time
_DRAWBARS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16)


def _column(rng: np.random.RandomState, count: int, low: float, high: float) -> np.ndarray:
    return rng.uniform(low, high, (count, 1))


def _log_column(rng: np.random.RandomState, count: int, low: float, high: float) -> np.ndarray:
    column: np.ndarray = np.exp(_column(rng, count, np.log(low), np.log(high)))
    return column


def _from_time(cycles: np.ndarray) -> np.ndarray:
    """Return the harmonic amplitudes of cycles drawn in time [count, 1024]."""
    return np.abs(np.fft.rfft(cycles, axis=-1))[:, 1 : HARMONICS + 1]


def slopes(rng: np.random.RandomState, count: int) -> np.ndarray:
    """Saw-like: every harmonic, falling steadily; the steepest is nearly a sine."""
    out: np.ndarray = _H ** -_log_column(rng, count, 0.8, 4.0)
    return out


def pulses(rng: np.random.RandomState, count: int) -> np.ndarray:
    """Rectangles of every width; one in four is a square."""
    width = np.where(rng.rand(count, 1) < 0.25, 0.5, _log_column(rng, count, 0.03, 0.5))
    out: np.ndarray = np.abs(np.sin(np.pi * _H * width)) / _H ** _column(rng, count, 0.9, 1.6)
    return out


def hollows(rng: np.random.RandomState, count: int) -> np.ndarray:
    """Clarinet- and triangle-like: the even harmonics held back."""
    even = np.where(_H % 2 == 0, _column(rng, count, 0.0, 0.5) ** 2, 1.0)
    out: np.ndarray = even * _H ** -_column(rng, count, 1.0, 2.4)
    return out


def modulated(rng: np.random.RandomState, count: int) -> np.ndarray:
    """Frequency modulation with whole ratios (Chowning 1973)."""
    carrier = rng.choice([1, 1, 2, 3], (count, 1))
    ratio = rng.choice([1, 1, 2, 3, 4, 5], (count, 1))
    index = _log_column(rng, count, 0.3, 7.0)
    return _from_time(np.sin(carrier * _TURN + index * np.sin(ratio * _TURN)))


def vowels(rng: np.random.RandomState, count: int) -> np.ndarray:
    """A bright source through three resonances, as a throat has."""
    out = np.full((count, HARMONICS), 0.004)
    for low, high in ((1.5, 8.0), (5.0, 22.0), (14.0, 60.0)):
        centre, width = _log_column(rng, count, low, high), _column(rng, count, 0.08, 0.3)
        out += np.exp(-0.5 * ((np.log(_H) - np.log(centre)) / width) ** 2) * _column(rng, count, 0.2, 1.0)
    out *= _H ** -_column(rng, count, 0.3, 1.0)
    return out


def organs(rng: np.random.RandomState, count: int) -> np.ndarray:
    """A few single partials, as from drawbars."""
    out = np.zeros((count, HARMONICS))
    for number in _DRAWBARS:
        pulled = rng.rand(count) < 0.55
        out[:, number - 1] = pulled * 10.0 ** (-rng.uniform(0.0, 1.3, count))
    out[:, 0] = np.maximum(out[:, 0], 0.25)
    return out


def synced(rng: np.random.RandomState, count: int) -> np.ndarray:
    """A saw forced to start anew in the middle of its own period."""
    ratio = _column(rng, count, 1.0, 6.0)
    out: np.ndarray = _from_time((_TURN / (2.0 * np.pi) * ratio) % 1.0) * _H ** -_column(rng, count, 0.0, 0.6)
    return out


def folded(rng: np.random.RandomState, count: int) -> np.ndarray:
    """A sine driven until it folds over."""
    drive, lean = _log_column(rng, count, 0.8, 9.0), _column(rng, count, 0.0, 1.2)
    return _from_time(np.sin(drive * np.sin(_TURN) + lean))


def plucked(rng: np.random.RandomState, count: int) -> np.ndarray:
    """A string: the harmonics with a knot where it is plucked are missing."""
    out: np.ndarray = np.abs(np.sin(np.pi * _H * _column(rng, count, 0.05, 0.5))) * _H ** -_column(rng, count, 1.0, 2.2)
    return out


def glassy(rng: np.random.RandomState, count: int) -> np.ndarray:
    """A soft body and a band of high partials that shimmers above it."""
    centre, width = _log_column(rng, count, 4.0, 40.0), _column(rng, count, 0.1, 0.5)
    band = np.exp(-0.5 * ((np.log(_H) - np.log(centre)) / width) ** 2) * _column(rng, count, 0.03, 0.5)
    shimmer = rng.uniform(0.3, 1.0, (count, HARMONICS)) / np.sqrt(centre)
    out: np.ndarray = _H ** -_column(rng, count, 2.0, 3.5) + band * shimmer
    return out


FAMILIES: tuple[Family, ...] = (
    slopes, pulses, hollows, modulated, vowels, organs, synced, folded, plucked, glassy)


def computed_levels(count: int, seed: int = 0) -> np.ndarray:
    """Return `count` computed cycles as levels, float32 [count, HARMONICS], the same for the same seed."""
    rng = np.random.RandomState(seed)
    each = -(-count // len(FAMILIES))
    drawn = np.concatenate([to_levels(family(rng, each)) for family in FAMILIES])
    return drawn[rng.permutation(len(drawn))[:count]]
