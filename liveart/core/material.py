"""Material: what generators make and sinks carry: pictures and sound, with the times that belong to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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


Material = Picture | Sound
