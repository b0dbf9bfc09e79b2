"""From what is heard to values: each feature's range, attack and release, and the address that it moves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from liveart.core.features import Frame
from liveart.core.param import Value
from liveart.core.smooth import glide_share
from liveart.errors import PatchError, did_you_mean

# Each feature's floor and ceiling with their unit, and its attack and release in seconds.
DEFAULTS = {"level": (-60.0, 0.0, "dB", 0.01, 0.2), "bass": (-60.0, 0.0, "dB", 0.01, 0.2),
            "mid": (-60.0, 0.0, "dB", 0.01, 0.2), "high": (-60.0, 0.0, "dB", 0.01, 0.2),
            "onset": (0.0, 1.0, "", 0.0, 0.2), "brightness": (200.0, 8000.0, "Hz", 0.1, 0.1),
            "pitch": (36.0, 84.0, "notes", 0.03, 0.03)}
HEARD_FROM = -60.0  # dB of level below which pitch and brightness stay where they were
CLEAR = 0.8  # clarity of what counts as a note
CHANGE = 1e-3  # of the fader: smaller moves are not worth telling
_NORM = "/norm"


@dataclass(frozen=True, slots=True)
class Follow:
    """How one feature moves one address.

    target          "player/param" or a whole address
    low, high       fader positions 0..1 at floor and ceiling; low may lie above high
    attack, release  seconds in which 95 % of a rise or a fall is followed
    floor, ceiling  the feature's range: dB for level and bands, Hz for brightness, MIDI notes for pitch
    is_pulse        for onset: True for a flash that decays in `release`, False to fire a trigger
    """

    feature: str
    target: str
    low: float
    high: float
    attack: float
    release: float
    floor: float
    ceiling: float
    is_pulse: bool

    @property
    def address(self) -> str:
        """The whole address that takes the values: with /norm, except for a trigger."""
        full = self.target if self.target.startswith("/") else f"/liveart/{self.target}"
        bare = full.removesuffix(_NORM)
        return bare if self.feature == "onset" and not self.is_pulse else bare + _NORM


def read_follow(feature: str, setting: Any) -> Follow:
    """Return what a patch says about a feature: an address, or a table. Raises PatchError for what makes no sense."""
    table = {"target": setting} if isinstance(setting, str) else setting
    if not isinstance(table, Mapping) or not isinstance(table.get("target"), str) or not table["target"].strip("/"):
        raise PatchError(f"{feature} moves {setting!r:.80}, which is no address.",
                         f'Write {feature} = "player/param", or {{ target = "player/param", release = 0.5 }}.')
    known = ["target", "low", "high", *(() if feature == "onset" else ("attack", "floor", "ceiling")), "release"]
    for key in table:
        if key not in known:
            raise PatchError(f'{feature} has no setting "{key}".', did_you_mean(key, known))
    target = table["target"]
    if target.startswith("/") and not target.startswith("/liveart/"):
        raise PatchError(f'"{target}" is no address of liveart.', f"Did you mean /liveart{target}?")
    floor, ceiling, _, attack, release = DEFAULTS[feature]
    usual = {"low": 0.0, "high": 1.0, "attack": attack, "release": release, "floor": floor, "ceiling": ceiling}
    numbers = {key: _number(feature, key, value) for key, value in table.items() if key != "target"}
    follow = Follow(feature, target, is_pulse=len(table) > 1, **usual | numbers)
    _check(follow)
    return follow


def _check(follow: Follow) -> None:
    if not (0.0 <= follow.low <= 1.0 and 0.0 <= follow.high <= 1.0):
        raise PatchError(f"{follow.feature} goes from {follow.low:g} to {follow.high:g}.",
                         "low and high are fader positions, 0 to 1.")
    if follow.attack < 0.0 or follow.release < 0.0:
        raise PatchError(f"{follow.feature} has attack {follow.attack:g} and release {follow.release:g}.",
                         "Both are seconds, 0 or more.")
    if not follow.floor < follow.ceiling or (follow.feature == "brightness" and follow.floor <= 0.0):
        unit = DEFAULTS[follow.feature][2]
        raise PatchError(f"{follow.feature} goes from {follow.floor:g} to {follow.ceiling:g} {unit}.",
                         "Let ceiling be above floor, and a frequency above 0.")


class Follower:
    """Follows frames; a pure function of the frames that it was given. `dt` is the seconds from frame to frame."""

    def __init__(self, follows: Iterable[Follow], dt: float) -> None:
        self._hands = [_Hand(follow, dt) for follow in follows]

    def step(self, frame: Frame) -> list[tuple[str, Value]]:
        """Return (address, value) of what moved or fired with this frame."""
        return [(hand.follow.address, value) for hand in self._hands if (value := hand.step(frame)) is not None]


class _Hand:
    """One feature on its way to one address."""

    def __init__(self, follow: Follow, dt: float) -> None:
        self.follow = follow
        self._rise, self._fall = glide_share(follow.attack, dt), glide_share(follow.release, dt)
        self._place: float | None = None  # 0..1 between floor and ceiling
        self._told: float | None = None

    def step(self, frame: Frame) -> float | None:
        """Return the new fader position, 1 for a firing, None for no news."""
        follow = self.follow
        if follow.feature == "onset" and not follow.is_pulse:
            return 1.0 if frame.is_onset else None
        aim = _aim(follow, frame)
        if aim is None:
            return None
        if self._place is None:  # levels rise from nothing; a pitch begins where it is
            self._place = aim if follow.feature in ("pitch", "brightness") else 0.0
        if follow.feature == "onset" and frame.is_onset:
            self._place = 1.0  # a flash has no attack
        else:
            self._place += (aim - self._place) * (self._rise if aim > self._place else self._fall)
        if is_end := aim in (0.0, 1.0) and abs(aim - self._place) < CHANGE:
            self._place = aim  # reached in the end: a fader that rests a hair above its end is seen in the dark
        return self._news(follow.low + (follow.high - follow.low) * self._place, is_end)

    def _news(self, value: float, is_end: bool) -> float | None:
        told = self._told
        if told is not None and (value == told or (abs(value - told) < CHANGE and not is_end)):
            return None
        self._told = value
        return value


def _aim(follow: Follow, frame: Frame) -> float | None:
    """Return where between floor and ceiling, 0..1, a feature stands; None when it can't be told now."""
    floor, ceiling = follow.floor, follow.ceiling
    if follow.feature == "onset":
        return 0.0
    if follow.feature in ("level", "bass", "mid", "high"):
        return _share(getattr(frame, follow.feature), floor, ceiling)
    if frame.level < HEARD_FROM:
        return None
    if follow.feature == "brightness":
        return _share(math.log(frame.centroid), math.log(floor), math.log(ceiling)) if frame.centroid > 0.0 else None
    if frame.pitch <= 0.0 or frame.clarity < CLEAR:
        return None
    return _share(69.0 + 12.0 * math.log2(frame.pitch / 440.0), floor, ceiling)


def _share(number: float, floor: float, ceiling: float) -> float:
    return min(max((number - floor) / (ceiling - floor), 0.0), 1.0)


def _number(feature: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PatchError(f"{feature} has {key} = {value!r:.80}.", "Write a number.")
    return float(value)
