"""Pace: whether this machine makes a model's sound as fast as it is heard, tried before the show begins."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from liveart.core.contract import Stage
from liveart.errors import ModelError

if TYPE_CHECKING:
    from liveart.generators.neural_ways import Playing

TRIES = 5      # the quickest counts: what else the machine does at this moment is not the model's fault
TIGHT = 0.6    # of real time: from there on little is left for a bad moment
_LEAST = 0.02  # s of sound in one try


def check_pace(playing: Playing, rate: int, block: int, stage: Stage) -> str:
    """Return "" or a word on how tight it is. Raises ModelError when sound takes longer than it lasts.

    A render has all the time that it wants: there nothing is refused.
    """
    samples = block * max(round(_LEAST * rate / block), 1)
    share = _quickest(playing, samples) * rate / samples
    if share > 1.0 and stage.is_live:
        streams = playing.model.batch
        fits = int(streams / share)
        advice = (f"Let its voices and notes be {fits} together" if fits > 0 and streams > 1
                  else "Take a smaller model (a causal or small one), or render it with liveart render")
        raise ModelError(f"this machine needs {share * samples / rate * 1000.0:.0f} ms for "
                         f"{samples / rate * 1000.0:.0f} ms of its sound ({streams} streams).", f"{advice}.")
    return f"needs {share:.0%} of a core" if share > TIGHT else ""


def _quickest(playing: Playing, samples: int) -> float:
    """Return the seconds that a block of so many samples takes."""
    silence = np.zeros((samples, playing.inputs * playing.model.batch), np.float32)
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        playing.make(silence)
        times.append(time.perf_counter() - began)
    playing.reset()
    return min(times)
