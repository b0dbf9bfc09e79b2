"""Ear: features of a sound as it comes, with a gain of one's own or one that finds itself."""

from __future__ import annotations

import math

import numpy as np

from liveart.core.features import Features, Frame, features_for

LOUDEST = 8.0  # amplitude that is still sound, and no fault of a driver
WANTED = -14.0  # dB RMS to which loud passages are brought
REACH = (-30.0, 40.0)  # dB of gain
GATE = -70.0  # dB below which a room counts as silent: the gain stays where it is
RISE, FALL = 0.5, 12.0  # s in which it follows what is louder, and what is quieter


class AutoGain:
    """A slow hand on the gain, so that a quiet room and a loud stage move things alike."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._loudness = WANTED

    @property
    def gain(self) -> float:
        """The gain now, in dB."""
        return min(max(WANTED - self._loudness, REACH[0]), REACH[1])

    def step(self, samples: np.ndarray) -> np.ndarray:
        """Return `samples`, float [n], with the gain that they and all before them ask for."""
        power = float(samples @ samples) / len(samples)
        level = 10.0 * math.log10(power) if power > 0.0 else -math.inf
        if level > GATE:
            seconds = RISE if level > self._loudness else FALL
            self._loudness += (level - self._loudness) * -math.expm1(-len(samples) / (self._rate * seconds))
        scaled: np.ndarray = samples * 10.0 ** (self.gain / 20.0)
        return scaled


class Ear:
    """Hears a mono stream; the same samples give the same frames, however they are cut into pieces.

    `gain` in dB; `is_auto`: a slow automatic gain besides; without `has_pitch` no pitch is looked for.
    """

    def __init__(self, rate: int, gain: float = 0.0, is_auto: bool = False, has_pitch: bool = True) -> None:
        self._features: Features = features_for(rate, has_pitch)
        self._scale = 10.0 ** (gain / 20.0)
        self._auto = AutoGain(rate) if is_auto else None
        self._waiting = np.zeros(0)

    @property
    def hop(self) -> int:
        """Samples from frame to frame."""
        return self._features.hop

    @property
    def dt(self) -> float:
        """Seconds from frame to frame."""
        return self._features.hop / self._features.rate

    def feed(self, samples: np.ndarray) -> list[Frame]:
        """Return the frames that `samples`, float [n], complete. What is no number counts as silence."""
        waiting = np.concatenate([self._waiting, samples])
        whole = len(waiting) // self.hop * self.hop
        self._waiting = waiting[whole:]
        return [self._features.step(self._scaled(waiting[start : start + self.hop]))
                for start in range(0, whole, self.hop)]

    def _scaled(self, samples: np.ndarray) -> np.ndarray:
        if not np.abs(samples).max() <= LOUDEST:  # also for what is no number
            samples = np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -LOUDEST, LOUDEST)
        scaled: np.ndarray = samples * self._scale
        return scaled if self._auto is None else self._auto.step(scaled)
