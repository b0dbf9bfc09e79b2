"""Computed sounds: slow chords, struck metal and moving air, in tune, in any number; the same for the same seed.

Each family is a function (rng, count) -> samples [count] at 48 kHz; `computed_sounds` draws from all of them in turn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liveart.nets.band_ear import RATE
from liveart.nets.band_synth import LOWEST

Family = Callable[[np.random.RandomState, int], np.ndarray]

SECONDS = 5.0
_CHORDS = ((0,), (0, 12), (0, 7), (0, 7, 12), (0, 5, 12), (0, 7, 14), (0, 3, 7), (0, 4, 7), (0, 7, 15), (0, 7, 16),
           (0, 10, 15), (0, 7, 11, 16), (0, 3, 10, 14))  # in semitones: fifths and open chords more than triads
_BELL = np.array([0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.67, 3.01, 4.17, 5.43, 6.8])  # partials of a tuned bell


def _slow(rng: np.random.RandomState, count: int, low: float, high: float) -> np.ndarray:
    """Return a line [count] that wanders between `low` and `high` in three or four long bows."""
    knots = rng.uniform(low, high, 4)
    place = np.linspace(0.0, 3.0, count)
    left = np.minimum(place.astype(int), 2)
    bow = 0.5 - 0.5 * np.cos(np.pi * (place - left))
    line: np.ndarray = knots[left] * (1.0 - bow) + knots[left + 1] * bow
    return line


def _note(rng: np.random.RandomState, lowest: int, highest: int) -> float:
    return float(LOWEST * 2.0 ** (rng.randint(lowest, highest) / 12.0))


def chord(rng: np.random.RandomState, count: int) -> np.ndarray:
    """A chord whose brightness and loudness come and go, with a little breath."""
    time = np.arange(count) / RATE
    slope = _slow(rng, count, 0.5, 2.0).astype(np.float32)
    odd_only = rng.rand() < 0.25
    out = np.zeros(count, np.float32)
    root = _note(rng, 0, 42)
    for step in _CHORDS[rng.randint(len(_CHORDS))]:
        swell = _slow(rng, count, 0.25, 1.0).astype(np.float32)
        hertz = root * 2.0 ** (step / 12.0)
        most = int(min(8000.0 / hertz, 24))
        for number in range(1, most + 1, 2 if odd_only else 1):
            phase = 2.0 * np.pi * (hertz * number * time + rng.rand())
            out += swell * np.exp(-slope * np.log(number)) * np.sin(phase).astype(np.float32)
    return out / max(float(np.abs(out).max()), 1e-6) + rng.uniform(0.0, 0.03) * air(rng, count)


def bell(rng: np.random.RandomState, count: int) -> np.ndarray:
    """Three or four strokes on tuned metal; high partials die first."""
    time = np.arange(count) / RATE
    out = np.zeros(count, np.float32)
    for _ in range(rng.randint(2, 5)):
        since = time - rng.uniform(0.0, 0.7 * SECONDS)
        hertz, length = _note(rng, 24, 60), rng.uniform(0.6, 3.0)
        for ratio in _BELL[_BELL * hertz < 9000.0]:
            fall = np.exp(-np.maximum(since, 0.0) / length * ratio**0.7) * np.clip(since / 0.004, 0.0, 1.0)
            wave = np.sin(2.0 * np.pi * hertz * ratio * since)
            out += (fall * rng.uniform(0.2, 1.0) / ratio * wave).astype(np.float32)
    return out


def air(rng: np.random.RandomState, count: int) -> np.ndarray:
    """Noise with one soft resonance that wanders, as wind has or a wave."""
    size = 2048
    frames = count // (size // 2) + 2
    bins = np.arange(1, size // 2 + 2) * (RATE / size)
    centre = np.exp(_slow(rng, frames, np.log(120.0), np.log(5000.0)))[:, None]
    width, slope = rng.uniform(0.25, 1.2), rng.uniform(0.3, 1.2)
    shape = (np.exp(-0.5 * (np.log(bins / centre) / width) ** 2) + 0.02) * (bins / 500.0) ** -slope
    spectrum = shape * np.exp(2j * np.pi * rng.rand(*shape.shape)) * _slow(rng, frames, 0.2, 1.0)[:, None]
    waves = np.fft.irfft(spectrum, size) * np.sin(np.pi * (np.arange(size) + 0.5) / size)
    out = np.zeros((frames + 1) * size // 2)
    for index, wave in enumerate(waves):
        out[index * size // 2 :][:size] += wave
    part: np.ndarray = out[:count].astype(np.float32)
    return part / max(float(np.abs(part).max()), 1e-6)


FAMILIES: tuple[Family, ...] = (chord, chord, bell, air)


def computed_sounds(count: int, seed: int = 0) -> list[np.ndarray]:
    """Return `count` computed sounds, each float32 [SECONDS * RATE]."""
    rng = np.random.RandomState(seed)
    return [FAMILIES[i % len(FAMILIES)](rng, int(SECONDS * RATE)).astype(np.float32) for i in range(count)]
