"""Cycles cut from recordings: finds where a sound has a steady pitch, measures its harmonics there.

Pitch by the YIN estimator (de Cheveigné and Kawahara, JASA 111, 2002), steps 1 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from liveart.core.cycle import HARMONICS, to_levels
from liveart.errors import TrainingError

from .recordings import SUFFIXES, read_recording

RATE = 44100

_LONGEST = RATE // 40    # lags in samples: pitches from 40 Hz
_SHORTEST = RATE // 1200  # to 1200 Hz
_WINDOW = 2048
_HOP = 882
_PERIODS = 4             # periods measured together: narrow enough to move, long enough to be steady
_UNSTEADY = 0.12         # aperiodic share of the power above which a stretch has no pitch
_QUIET = 0.004


@dataclass(slots=True)
class Harvest:
    """What a folder of sounds gave: levels [cycles, HARMONICS], cycles a file, and files left out with the reason."""

    levels: np.ndarray
    taken: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def gather_cycles(folder: Path, most: int = 200) -> Harvest:
    """Return the cycles of all sounds under `folder`, at most `most` a file, spread over its length.

    Files that are broken, too short or without pitch are left out and named. Raises TrainingError when the folder
    does not exist or nothing in it can be used.
    """
    if not folder.is_dir():
        raise TrainingError(f"there is no folder {folder}.", 'Give a folder of sounds, or "computed".')
    harvest = Harvest(np.zeros((0, HARMONICS), np.float32))
    parts = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES):
        name = path.relative_to(folder).as_posix()
        try:
            levels = cut_cycles(read_recording(path, RATE, (_WINDOW + _LONGEST) / RATE))
        except TrainingError as error:
            harvest.skipped[name] = str(error)
            continue
        if len(levels) == 0:
            harvest.skipped[name] = "no steady pitch in it."
            continue
        kept = np.unique(np.linspace(0, len(levels) - 1, min(most, len(levels))).round().astype(int))
        parts.append(levels[kept])
        harvest.taken[name] = len(kept)
    if not parts:
        raise TrainingError(f"no sound with a steady pitch in {folder} ({len(harvest.skipped)} files left out).",
                            f"It takes {', '.join(sorted(SUFFIXES))}; or use \"computed\".")
    harvest.levels = np.concatenate(parts)
    return harvest


def cut_cycles(samples: np.ndarray) -> np.ndarray:
    """Return the levels [cycles, HARMONICS] of every steady, pitched stretch of `samples` (mono, at RATE)."""
    found = []
    for start in range(0, len(samples) - _WINDOW - _LONGEST + 1, _HOP):
        stretch = samples[start : start + _WINDOW + _LONGEST].astype(np.float64)
        if np.sqrt((stretch**2).mean()) < _QUIET:
            continue
        period, unsteadiness = find_period(stretch)
        if unsteadiness < _UNSTEADY:
            found.append(measure(stretch, period))
    return np.stack(found) if found else np.zeros((0, HARMONICS), np.float32)


def find_period(stretch: np.ndarray) -> tuple[float, float]:
    """Return the period in samples and the aperiodic share of the power (0: perfectly steady)."""
    stretch = stretch - stretch.mean()
    size = 1 << (len(stretch) + _WINDOW - 1).bit_length()
    head = np.fft.rfft(stretch[:_WINDOW], size)
    product = np.fft.irfft(np.conj(head) * np.fft.rfft(stretch, size), size)[: _LONGEST + 1]
    power = np.concatenate([[0.0], np.cumsum(stretch**2)])
    energy = power[_WINDOW : _WINDOW + _LONGEST + 1] - power[: _LONGEST + 1]
    difference = np.maximum(energy[0] + energy - 2.0 * product, 0.0)
    mean = np.cumsum(difference[1:]) / np.arange(1, _LONGEST + 1)
    curve = np.concatenate([[1.0], difference[1:] / np.maximum(mean, 1e-12)])
    lag = _first_dip(curve)
    a, b, c = curve[lag - 1 : lag + 2]
    bend = a - 2.0 * b + c
    return lag + (0.5 * (a - c) / bend if bend > 1e-12 else 0.0), float(b)


def _first_dip(curve: np.ndarray) -> int:
    """Return the first lag whose dip is deep enough, else the deepest: later dips are octaves below."""
    middle = curve[_SHORTEST:_LONGEST]
    below = np.flatnonzero(middle < _UNSTEADY)
    if len(below) == 0:
        return int(middle.argmin()) + _SHORTEST
    lag = int(below[0]) + _SHORTEST
    while lag + 1 < _LONGEST and curve[lag + 1] < curve[lag]:
        lag += 1
    return lag


def measure(stretch: np.ndarray, period: float) -> np.ndarray:
    """Return the levels [HARMONICS] of a stretch with this period, from a few windowed periods at its start."""
    count = max(min(_PERIODS, int(len(stretch) / period)), 1)
    size = 4096
    places = np.arange(size) * (count * period / size)
    resampled = np.interp(places, np.arange(len(stretch)), stretch) * np.hanning(size + 1)[:size]
    spectrum = np.abs(np.fft.rfft(resampled))
    amplitudes = spectrum[count : count * HARMONICS + 1 : count][:HARMONICS]
    return to_levels(_continue_slope(amplitudes, int(0.9 * period / 2)))


def _continue_slope(amplitudes: np.ndarray, known: int) -> np.ndarray:
    """Return amplitudes in which those above the file's own band go on falling, 12 dB an octave."""
    known = max(known, 1)
    if known >= HARMONICS:
        return amplitudes
    out = amplitudes.copy()
    edge = np.sqrt((amplitudes[max(known - 4, 0) : known] ** 2).mean())
    out[known:] = edge * (known / np.arange(known + 1, HARMONICS + 1)) ** 2
    return out
