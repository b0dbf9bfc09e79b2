"""Material: what sinks carry: pictures, sound, and values of the board, with the times that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from liveart.core.layout import Snapshot


@dataclass(frozen=True, slots=True)
class Picture:
    """One finished frame.

    pixels       uint8 [height, width, 3], rows top to bottom, RGB
    time         seconds on the show's clock for which it was made
    received_ns  `time.monotonic_ns` of the newest control value in it (0 offline)
    finished_ns  `time.monotonic_ns` at which it was finished (0 offline)
    """

    pixels: np.ndarray
    time: float
    index: int
    received_ns: int = 0
    finished_ns: int = 0


@dataclass(frozen=True, slots=True)
class Sound:
    """One block of sound.

    samples  float32 [frames, channels], -1..1
    time     seconds on the show's clock of its first sample
    start    running number of its first sample
    """

    samples: np.ndarray
    rate: int
    time: float
    start: int
    received_ns: int = 0


@dataclass(frozen=True, slots=True)
class Values:
    """What has changed on the board since the last time; for sinks that send control on: OSC, MIDI, clock.

    snapshot  all values now, with what morphs on its way; its `beat(time)` and `tempo` are the show's clock
    changes   address → number in native units, the newest of each; a trigger gives how often it has fired
    time      `time.monotonic` seconds
    """

    snapshot: Snapshot
    changes: Mapping[str, float]
    time: float


Material = Picture | Sound | Values
