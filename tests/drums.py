"""Drums for tests: patterns of synthetic kicks, snares, hats and clicks at any tempo, and where their beats are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

RATE = 48000
START = 0.3  # s before the first beat

# Each pattern: (beat of the bar, what is hit).
PATTERNS: dict[str, list[tuple[float, str]]] = {
    "click": [(beat, "click") for beat in range(4)],
    "four": [(beat, "kick") for beat in range(4)] + [(beat + 0.5, "hat") for beat in range(4)],
    "rock": [(0, "kick"), (2, "kick"), (2.5, "kick"), (1, "snare"), (3, "snare"), *[(n / 2, "hat") for n in range(8)]],
    "swing": [(0, "kick"), (2, "kick"), (1, "snare"), (3, "snare"), *[(n, "hat") for n in range(4)],
              *[(n + 2 / 3, "hat") for n in range(4)]],
    "break": [(0, "kick"), (0.75, "ghost"), (1, "snare"), (1.75, "ghost"), (2.5, "kick"), (3, "snare"), (3.5, "kick"),
              *[(n / 2, "hat") for n in range(8)]],
    "sixteen": [(0, "kick"), (1, "snare"), (2, "kick"), (2.75, "kick"), (3, "snare"),
                *[(n / 4, "ghost") for n in range(16)]],
}


def play(pattern: str, tempo: float | Callable[[float], float], length: float, noise: float | None = None,
         jitter: float = 0.0, bass: bool = False, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return `length` seconds of sound, and the seconds of its beats.

    tempo   beats a minute, or a function of the second; noise: dB RMS of white noise over it
    jitter  seconds by which each hit is off, standard deviation; bass: with a bass line, half of it off the beat
    """
    random = np.random.RandomState(seed)
    beats = _beats(tempo if callable(tempo) else lambda second: tempo, length)
    sound = np.zeros(int((length + 1.0) * RATE))
    line = [(beat, "bass") for beat in (0, 1.5, 2, 3.5)] if bass else []
    for bar in range(len(beats) // 4):
        for beat, what in [*PATTERNS[pattern], *line]:
            at = float(np.interp(bar * 4 + beat, np.arange(len(beats)), beats)) + random.normal(0.0, 1.0) * jitter
            if 0.0 <= at < length:
                hit = _hit(what, random)[: len(sound) - int(at * RATE)]
                sound[int(at * RATE) :][: len(hit)] += hit
    sound = sound[: int(length * RATE)]
    if noise is not None:
        sound = sound + random.normal(0.0, 10 ** (noise / 20), len(sound))
    return sound, beats[beats < length]


def _beats(tempo: Callable[[float], float], length: float) -> np.ndarray:
    beats = [START]
    while beats[-1] < length + 2.0:
        beats.append(beats[-1] + 60.0 / tempo(beats[-1]))
    return np.array(beats)


def _hit(what: str, random: np.random.RandomState) -> np.ndarray:
    when = np.arange(int(0.4 * RATE)) / RATE
    noise = random.normal(0.0, 1.0, len(when) + 1)
    wave: np.ndarray
    match what:
        case "kick":
            wave = 0.8 * np.sin(2 * np.pi * (50 * when + 4 * (1 - np.exp(-25 * when)))) * np.exp(-when / 0.08)
        case "snare":
            wave = 0.35 * noise[1:] * np.exp(-when / 0.05) + 0.3 * np.sin(2 * np.pi * 190 * when) * np.exp(-when / 0.06)
        case "bass":
            hertz = random.choice([41.0, 49.0, 55.0, 62.0])
            rich = sum(np.sin(2 * np.pi * hertz * part * when) / part for part in range(1, 6))
            wave = 0.3 * rich * np.minimum(when / 0.005, 1.0) * np.exp(-when / 0.3)
        case "click":
            wave = 0.5 * np.sin(2 * np.pi * 1500 * when) * np.exp(-when / 0.006)
        case _:
            wave = (0.25 if what == "hat" else 0.125) * np.diff(noise) * np.exp(-when / 0.02)
    return wave


def f_measure(found: Sequence[float] | np.ndarray, truth: Sequence[float] | np.ndarray, window: float = 0.07) -> float:
    """Return the F-measure of beats: each counts once, and is right within `window` seconds of a true one."""
    left, hits = list(found), 0
    for beat in truth:
        near = [each for each in left if abs(each - beat) <= window]
        if near:
            hits += 1
            left.remove(min(near, key=lambda each: abs(each - beat)))
    return 2.0 * hits / max(len(found) + len(truth), 1)
