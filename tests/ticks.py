"""MIDI clocks for tests: the ticks of a sender at a steady or changing tempo, and what jitter makes of them."""

from __future__ import annotations

import numpy as np

PER_BEAT = 24


def ticks(*parts: tuple[float, float], start: float = 100.0) -> np.ndarray:
    """Return when ticks are sent, seconds: for each (beats a minute, beats) in turn. Tick 0 is at `start`."""
    periods = np.concatenate([np.full(round(beats * PER_BEAT), 60.0 / PER_BEAT / tempo) for tempo, beats in parts])
    return start + np.concatenate([[0.0], np.cumsum(periods)[:-1]])


def jittered(sent: np.ndarray, seconds: float, seed: int, kind: str = "normal") -> np.ndarray:
    """Return when they come: each off by a normal deviate of this size, a uniform one, or held to a driver's blocks."""
    random = np.random.default_rng(seed)
    if kind == "blocks":  # delivered at the next end of a block, half a block later on average
        return np.ceil(sent / seconds) * seconds - seconds / 2.0
    noise = random.normal(0.0, seconds, len(sent)) if kind == "normal" else random.uniform(-seconds, seconds, len(sent))
    return np.maximum.accumulate(sent + noise)
