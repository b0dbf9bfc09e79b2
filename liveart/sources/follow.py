"""From what is heard or seen to values: each feature's range, attack and release, and the address that it moves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from liveart.core.param import Value
from liveart.core.smooth import glide_share
from liveart.errors import PatchError, did_you_mean

CHANGE = 1e-3  # of the fader: smaller moves are not worth telling
_NORM = "/norm"

Form = Literal["level", "pulse", "number"]


@dataclass(frozen=True, slots=True)
class Feature:
    """What can be followed, and how it is by default.

    floor, ceiling   its range, in `unit`; attack, release in seconds
    form             level: always a fader. pulse: an address takes a trigger, a table a flash. number: an address takes
                     the number itself, a table a fader
    is_there         it begins where it is; else it rises from its floor
    is_log           its range goes by ratios
    is_round         its ceiling is its floor again, as with a hue: it goes the shorter way round
    """

    floor: float
    ceiling: float
    unit: str
    attack: float
    release: float
    form: Form = "level"
    is_there: bool = False
    is_log: bool = False
    is_round: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """The keys that its table takes."""
        return ("target", "low", "high", *(() if self.form == "pulse" else ("attack", "floor", "ceiling")), "release")


@dataclass(frozen=True, slots=True)
class Follow:
    """How one feature moves one address.

    target          "player/param" or a whole address
    low, high       fader positions 0..1 at floor and ceiling; low may lie above high
    attack, release  seconds in which 95 % of a rise or a fall is followed
    floor, ceiling  the part of the feature's range that counts
    is_bare         the address takes a trigger or a number in native units, and no fader position
    """

    name: str
    feature: Feature
    target: str
    low: float
    high: float
    attack: float
    release: float
    floor: float
    ceiling: float
    is_bare: bool

    @property
    def address(self) -> str:
        """The whole address that takes the values: with /norm, unless it is bare."""
        full = self.target if self.target.startswith("/") else f"/liveart/{self.target}"
        bare = full.removesuffix(_NORM)
        return bare if self.is_bare else bare + _NORM

    def share(self, number: float) -> float:
        """Return where between floor and ceiling a number stands, 0..1."""
        floor, ceiling = self.floor, self.ceiling
        if self.feature.is_log:
            number, floor, ceiling = math.log(max(number, 1e-9)), math.log(floor), math.log(ceiling)
        return min(max((number - floor) / (ceiling - floor), 0.0), 1.0)

    @property
    def is_round(self) -> bool:
        """Whether its range closes to a circle."""
        feature = self.feature
        return feature.is_round and (self.floor, self.ceiling) == (feature.floor, feature.ceiling)


def read_follows(features: Mapping[str, Feature], said: Mapping[str, Any]) -> tuple[Follow, ...]:
    """Return what a patch says about some of these features, None for nothing. Raises PatchError."""
    return tuple(read_follow(features, name, setting) for name, setting in said.items() if setting is not None)


def read_follow(features: Mapping[str, Feature], name: str, setting: Any) -> Follow:
    """Return what a patch says about a feature: an address, or a table. Raises PatchError for what makes no sense."""
    feature = features[name]
    table = {"target": setting} if isinstance(setting, str) else setting
    if not isinstance(table, Mapping) or not isinstance(table.get("target"), str) or not table["target"].strip("/"):
        raise PatchError(f"{name} moves {setting!r:.80}, which is no address.",
                         f'Write {name} = "player/param", or {{ target = "player/param", release = 0.5 }}.')
    for key in table:
        if key not in feature.settings:
            raise PatchError(f'{name} has no setting "{key}".', did_you_mean(key, feature.settings))
    target = table["target"]
    if target.startswith("/") and not target.startswith("/liveart/"):
        raise PatchError(f'"{target}" is no address of liveart.', f"Did you mean /liveart{target}?")
    usual = {"low": 0.0, "high": 1.0, "attack": feature.attack, "release": feature.release,
             "floor": feature.floor, "ceiling": feature.ceiling}
    numbers = {key: _number(name, key, value) for key, value in table.items() if key != "target"}
    follow = Follow(name, feature, target, is_bare=feature.form != "level" and len(table) == 1, **usual | numbers)
    _check(follow)
    return follow


def _check(follow: Follow) -> None:
    if not (0.0 <= follow.low <= 1.0 and 0.0 <= follow.high <= 1.0):
        raise PatchError(f"{follow.name} goes from {follow.low:g} to {follow.high:g}.",
                         "low and high are fader positions, 0 to 1.")
    if follow.attack < 0.0 or follow.release < 0.0:
        raise PatchError(f"{follow.name} has attack {follow.attack:g} and release {follow.release:g}.",
                         "Both are seconds, 0 or more.")
    if not follow.floor < follow.ceiling or (follow.feature.is_log and follow.floor <= 0.0):
        raise PatchError(f"{follow.name} goes from {follow.floor:g} to {follow.ceiling:g} {follow.feature.unit}.",
                         "Let ceiling be above floor, and a frequency above 0.")


def _number(name: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PatchError(f"{name} has {key} = {value!r:.80}.", "Write a number.")
    return float(value)


class Hands:
    """Moves addresses by readings: the value of each feature, None where it can't be told now.

    A pulse fires with a reading above 0. A pure function of the readings that it was given.
    """

    def __init__(self, follows: Iterable[Follow]) -> None:
        self._hands = [_Hand(follow) for follow in follows]

    def step(self, readings: Mapping[str, float | None], dt: float) -> list[tuple[str, Value]]:
        """Return (address, value) of what moved or fired, `dt` seconds after the readings before."""
        return [(hand.follow.address, value) for hand in self._hands
                if (value := hand.step(readings[hand.follow.name], dt)) is not None]


class _Hand:
    """One feature on its way to one address."""

    def __init__(self, follow: Follow) -> None:
        self.follow = follow
        self._place: float | None = None  # 0..1 between floor and ceiling
        self._told: float | None = None

    def step(self, reading: float | None, dt: float) -> float | None:
        """Return the new fader position, number or firing; None for no news."""
        follow, form = self.follow, self.follow.feature.form
        if follow.is_bare:
            return self._bare(reading)
        if form == "pulse":
            aim: float = 0.0
        elif reading is None:
            return None
        else:
            aim = follow.share(reading)
        is_end = self._move(aim, form == "pulse" and bool(reading), dt)
        assert self._place is not None
        return self._news(follow.low + (follow.high - follow.low) * self._place, CHANGE, is_end)

    def _bare(self, reading: float | None) -> float | None:
        if self.follow.feature.form == "pulse":
            return 1.0 if reading else None
        span = self.follow.ceiling - self.follow.floor
        return None if reading is None else self._news(reading, CHANGE * span, False)

    def _move(self, aim: float, is_flash: bool, dt: float) -> bool:
        """Go towards `aim`; return True when one end of the range is reached."""
        follow = self.follow
        if self._place is None:  # levels rise from nothing; a pitch begins where it is
            self._place = aim if follow.feature.is_there else 0.0
        if is_flash:
            self._place = 1.0  # a flash has no attack
            return False
        way = aim - self._place
        if follow.is_round and abs(way) > 0.5:
            way -= math.copysign(1.0, way)
        self._place += way * glide_share(follow.attack if way > 0.0 else follow.release, dt)
        if follow.is_round:
            self._place %= 1.0
        if is_end := aim in (0.0, 1.0) and abs(aim - self._place) < CHANGE:
            self._place = aim  # reached in the end: a fader that rests a hair above its end is seen in the dark
        return is_end

    def _news(self, value: float, least: float, is_end: bool) -> float | None:
        told = self._told
        if told is not None and (value == told or (abs(value - told) < least and not is_end)):
            return None
        self._told = value
        return value
