"""From what is heard to values: the features of a sound, and the beat that they have."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from liveart.core.beat import USUAL, BeatFollower, Pulse, Strength
from liveart.core.features import Frame
from liveart.core.param import Value
from liveart.sources import follow
from liveart.sources.follow import Feature, Follow, Hands

HEARD_FROM = -60.0  # dB of level below which pitch and brightness stay where they were
CLEAR = 0.8  # clarity of what counts as a note

_LEVEL = Feature(-60.0, 0.0, "dB", 0.01, 0.2)
FEATURES = {
    "level": _LEVEL, "bass": _LEVEL, "mid": _LEVEL, "high": _LEVEL,
    "onset": Feature(0.0, 1.0, "", 0.0, 0.2, form="pulse"),
    "brightness": Feature(200.0, 8000.0, "Hz", 0.1, 0.1, is_there=True, is_log=True),
    "pitch": Feature(36.0, 84.0, "notes", 0.03, 0.03, is_there=True),
    "beat": Feature(0.0, 1.0, "", 0.0, 0.2, form="pulse"),
    "tempo": Feature(60.0, 180.0, "bpm", 0.5, 0.5, form="number", is_there=True),
}
BEATS = frozenset({"beat", "tempo"})


def read_follow(feature: str, setting: Any) -> Follow:
    """Return what a patch says about a feature: an address, or a table. Raises PatchError for what makes no sense."""
    return follow.read_follow(FEATURES, feature, setting)


class Follower:
    """Follows frames, `dt` seconds apart; a pure function of those that it was given.

    `around`: the tempo, in beats a minute, that the beat is looked for near. `has_clock`: for one who asks for beats.
    """

    def __init__(self, follows: Iterable[Follow], dt: float, around: float = USUAL, has_clock: bool = False) -> None:
        wanted = tuple(follows)
        self._dt = dt
        self._hands = Hands(wanted)
        self._strength = Strength()
        has_beat = has_clock or any(each.name in BEATS for each in wanted)
        self._beat = BeatFollower(dt, around) if has_beat else None
        self._newest: tuple[float, float] | None = None

    def step(self, frame: Frame) -> list[tuple[str, Value]]:
        """Return (address, value) of what moved or fired with this frame."""
        pulse = Pulse()
        if self._beat is not None:
            pulse = self._beat.step(self._strength.step(frame.flux, frame.bass))
        if pulse.is_beat:
            self._newest = pulse.tempo, 0.0
        elif (newest := self._newest) is not None:
            self._newest = newest[0], newest[1] + self._dt
        return self._hands.step(_readings(frame, pulse), self._dt)

    def beat(self) -> tuple[float, float] | None:
        """Return the tempo, beats a minute, and seconds since the newest beat; None for one that was told."""
        newest, self._newest = self._newest, None
        return newest


def _readings(frame: Frame, pulse: Pulse) -> dict[str, float | None]:
    """Return each feature's number; None where it can't be told now."""
    is_loud = frame.level >= HEARD_FROM
    has_note = is_loud and frame.pitch > 0.0 and frame.clarity >= CLEAR
    return {"level": frame.level, "bass": frame.bass, "mid": frame.mid, "high": frame.high,
            "onset": float(frame.is_onset),
            "brightness": frame.centroid if is_loud and frame.centroid > 0.0 else None,
            "pitch": 69.0 + 12.0 * math.log2(frame.pitch / 440.0) if has_note else None,
            "beat": float(pulse.is_beat), "tempo": pulse.tempo or None}
