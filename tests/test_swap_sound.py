"""Models are swapped while a sound plays on a real device: an independent ear on JACK hears no gap and no click."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from jack_server import RATE, Ear, JackServer, jack_server
from own_parts import PARTS
from test_swap_live import Scene, scene
from tiny_models import tiny_gan

__all__ = ["jack_server"]
ROUNDS = 4  # this machine may be busy with other work for a moment, which is no fault of a swap
PATCH = f'''
[clock]
tempo = 240
[picture]
size = [64, 64]
fps = 30
[sound]
rate = {RATE}
device = "none"
[osc]
port = 0
[players.face]
models = ["one", "two"]
swap = 2
path = {{ kind = "walk" }}
[players.tone]
generator = "parts.py:Tone"
[[outputs]]
kind = "audio"
'''


def test_swapping_models_leaves_no_gap_in_the_sound(jack_server: JackServer, tmp_path: Path) -> None:
    (tmp_path / "parts.py").write_text(PARTS)
    for seed, name in enumerate(("one", "two")):
        tiny_gan(tmp_path / name, widths=(256, 256, 256, 128, 64), seed=seed)
    with jack_server.ear() as ear, scene(tmp_path, PATCH) as show:
        ear.connect(60.0)
        _meet(show, 1.0)
        gaps = []
        for number in range(ROUNDS):
            gaps.append(_swap(show, ear, ("two", "one")[number % 2]))
            if gaps[-1] == (0, 0):
                break
    assert gaps[-1] == (0, 0), f"gaps heard, and underruns that the device counted, in each round: {gaps}"


def _swap(show: Scene, ear: Ear, word: str) -> tuple[int, int]:
    """Swap to a model; return how many gaps were heard and how many underruns were counted meanwhile."""
    before, counted = len(ear.heard()), _underruns(show) + ear.xruns
    show.put("/liveart/face/model", word)
    show.until(lambda: show.models().get("playing") == word)
    _meet(show, 1.0)
    return _gaps(ear.heard()[before:, 0]), _underruns(show) + ear.xruns - counted


def _meet(show: Scene, seconds: float) -> None:
    """Let the show go on for a while."""
    end = time.monotonic() + seconds
    show.until(lambda: time.monotonic() > end)


def _underruns(show: Scene) -> int:
    child = show.conductor.child("sound")
    assert child is not None
    return int(child.figures.get("xruns", 0))


def _gaps(samples: np.ndarray) -> int:
    """Return how often a sine of 440 Hz falls silent or jumps: its steps are smaller than 0.02 here."""
    assert len(samples) > RATE
    silent = np.abs(samples[: len(samples) // 480 * 480].reshape(-1, 480)).max(axis=1) < 0.02
    return int(silent.sum() + (np.abs(np.diff(samples)) > 0.04).sum())
