"""A show on a real sound device: JACK's dummy driver, with an independent ear that records what is played."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from jack_server import RATE, JackServer, jack_server
from own_parts import PATCH, write_patch

__all__ = ["jack_server"]


def test_a_show_sounds_on_the_device_without_a_click(jack_server: JackServer, tmp_path: Path) -> None:
    patch = PATCH.replace("rate = 24000", f"rate = {RATE}").replace("block = 256", "block = 512")
    stats = tmp_path / "s.jsonl"
    command = [sys.executable, "-m", "liveart", "play", str(write_patch(tmp_path, patch=patch)), "--headless",
               "--seconds", "6", "--output", "audio", "--stats", str(stats)]
    show = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    with jack_server.ear() as ear:
        names = ear.connect(60.0)
        _, said = show.communicate(timeout=90)
        heard = ear.heard()
    assert show.returncode == 0, said
    assert names
    loud = heard[np.abs(heard[:, 0]) > 1e-4]
    assert len(loud) > 2 * RATE
    middle = _longest_run(heard[:, 0])
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert np.argmax(spectrum) * RATE / len(middle) == pytest.approx(440.0, abs=2.0)
    # A sine of 440 Hz at this level moves less than this from sample to sample; a click would move more.
    assert np.abs(np.diff(middle)).max() < 0.02
    assert json.loads(stats.read_text().splitlines()[-1])["audio_headroom"] is not None


def _longest_run(samples: np.ndarray) -> np.ndarray:
    """Return the longest stretch without a dropout: an xrun is led to silence, and this machine may be busy."""
    envelope = np.abs(samples[: len(samples) // 480 * 480].reshape(-1, 480)).max(axis=1) > 0.05
    edges = np.flatnonzero(np.diff(np.concatenate([[0], envelope.astype(int), [0]])))
    start, end = max(zip(edges[::2], edges[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return samples[(start + 1) * 480 : (end - 1) * 480]
