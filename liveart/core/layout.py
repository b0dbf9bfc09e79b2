"""Layout: which address lies at which place of the value block; Snapshot: the block at one instant.

A block has three parts: a header, the values, and the values once more as they stood when the running morph left
them. So every reader works out by itself where the morph has come to by the very beat of its frame or block.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from liveart.core import notes
from liveart.core.morph import Mixer, bend
from liveart.core.param import Param
from liveart.errors import ParamError

# The first places of every block. The clock is here so that each process reckons the same beat; so is the morph:
# the beat of its launch, its length in beats, its curve and a running number.
RECEIVED, CLOCK_TIME, CLOCK_BEAT, TEMPO, FROZEN, FROZEN_BEAT = 0, 1, 2, 3, 4, 5
MORPH_LAUNCH, MORPH_BEATS, MORPH_CURVE, MORPH_NUMBER, HEADER = 6, 7, 8, 9, 10

POSITION = "position"  # /liveart/<path>/speed/position takes how far the rate has travelled

_WIDTHS = {"rate": 3, "notes": notes.WIDTH}


def width(param: Param) -> int:
    """Return how many places of the block a param takes."""
    return _WIDTHS.get(param.kind, 1)


@dataclass(frozen=True, slots=True)
class Group:
    """Where the params under one name lie: worked out once, as it is read for every frame and block."""

    names: tuple[str, ...]
    places: np.ndarray
    rates: tuple[tuple[str, int], ...]
    notes: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, params: Iterable[tuple[Param, int]]) -> Group:
        """Build it from (param, place) pairs."""
        pairs = list(params)
        return cls(tuple(param.name for param, _ in pairs), np.array([place for _, place in pairs], np.intp),
                   tuple((f"{param.name}_position", place) for param, place in pairs if param.kind == "rate"),
                   tuple((param.name, place) for param, place in pairs if param.kind == "notes"))


@dataclass(frozen=True)
class Layout:
    """The addresses of a show in order. A rate takes three places: rate, position, beat.

    count  length of a whole block; `away` is how far behind a value lies its copy from before the morph.
    Raises ParamError when an address is there twice: one address, one thing.
    """

    entries: tuple[tuple[str, Param], ...]
    places: dict[str, int] = field(init=False, repr=False, compare=False)
    params: dict[str, Param] = field(init=False, repr=False, compare=False)
    groups: dict[str, Group] = field(init=False, repr=False, compare=False)
    count: int = field(init=False, compare=False)
    away: int = field(init=False, compare=False)
    mixer: Mixer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[str, int] = {}
        members: dict[str, list[tuple[Param, int]]] = {}
        place = HEADER
        for address, param in self.entries:
            if address in places:
                raise ParamError(f"{address} is declared twice.", "Rename one of the two params.")
            places[address] = place
            members.setdefault(address.rpartition("/")[0], []).append((param, place))
            place += width(param)
        object.__setattr__(self, "groups", {prefix: Group.of(pairs) for prefix, pairs in members.items()})
        object.__setattr__(self, "places", places)
        object.__setattr__(self, "params", dict(self.entries))
        object.__setattr__(self, "away", place - HEADER)
        object.__setattr__(self, "count", place + place - HEADER)
        object.__setattr__(self, "mixer", Mixer.of([(param, places[address]) for address, param in self.entries]))

    @classmethod
    def of(cls, groups: Iterable[tuple[str, Iterable[Param]]]) -> Layout:
        """Build it from (name, params) pairs: `/liveart/<name>/<param>`; name "" gives `/liveart/<param>`."""
        entries = []
        for name, params in groups:
            prefix = f"/liveart/{name}" if name else "/liveart"
            entries += [(f"{prefix}/{param.name}", param) for param in params]
        return cls(tuple(entries))

    def above(self, address: str) -> tuple[str, str]:
        """Return (address of a param, word below it) for a note of a keyboard or the position of a rate; else ("", "").

        A note may have a word below it: …/note/60/bend.
        """
        above, word = address, ""
        for _ in range(2):
            above, _, upper = above.rpartition("/")
            word = f"{upper}/{word}" if word else upper
            param = self.params.get(above)
            if param is not None and (param.kind == "notes" or (param.kind == "rate" and word == POSITION)):
                return above, word
        return "", ""

    def starts(self) -> np.ndarray:
        """Return a fresh block of defaults, nothing morphing: float64 [count]."""
        numbers = np.zeros(self.count)
        numbers[MORPH_LAUNCH] = -np.inf
        for address, param in self.entries:
            numbers[self.places[address]] = numbers[self.places[address] + self.away] = param.start
        return numbers


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The live values at one instant, read-only. `numbers` is float64 [layout.count]."""

    layout: Layout
    numbers: np.ndarray

    def __getitem__(self, address: str) -> float:
        return float(self.numbers[self.layout.places[address]])

    @property
    def received_ns(self) -> int:
        """`time.monotonic_ns` at which the newest control value was received."""
        return int(self.numbers[RECEIVED])

    @property
    def tempo(self) -> float:
        """Beats a minute."""
        return float(self.numbers[TEMPO])

    @property
    def is_frozen(self) -> bool:
        """True while the travel stands still."""
        return bool(self.numbers[FROZEN])

    def beat(self, time: float) -> float:
        """Return the beat at `time` (seconds of the same clock that stamps the events)."""
        n = self.numbers
        return float(n[CLOCK_BEAT] + (time - n[CLOCK_TIME]) * n[TEMPO] / 60.0)

    def share(self, beat: float) -> float:
        """Return how far the morph has come by `beat`, 0..1 along its curve; 1 when none runs."""
        n = self.numbers
        beat = min(beat, float(n[FROZEN_BEAT])) if n[FROZEN] else beat
        gone, beats = beat - float(n[MORPH_LAUNCH]), float(n[MORPH_BEATS])
        if gone < 0.0:
            return 0.0
        return bend(gone / beats, int(n[MORPH_CURVE])) if gone < beats else 1.0

    @property
    def morph(self) -> int:
        """The running number of the newest morph."""
        return int(self.numbers[MORPH_NUMBER])

    def at(self, beat: float) -> Snapshot:
        """Return the snapshot with every morphing value on its way; what places a path is left for `left_group`."""
        share = self.share(beat)
        if share == 1.0:
            return self
        layout, numbers = self.layout, self.numbers.copy()
        layout.mixer.mix(numbers, layout.away, share)
        for place in layout.mixer.rates:
            before, now = self._travelled(place + layout.away, beat), self._travelled(place, beat)
            numbers[place + 1], numbers[place + 2] = before + (now - before) * share, beat
        numbers.flags.writeable = False
        return Snapshot(layout, numbers)

    def position(self, address: str, beat: float) -> float:
        """Return how far the rate at `address` has travelled by `beat`."""
        return self._travelled(self.layout.places[address], beat)

    def group(self, name: str, beat: float) -> Mapping[str, Any]:
        """Return the values under `/liveart/<name>/` by param name.

        A rate also gives `<rate>_position`; notes give their read-only array, float64 [notes.WIDTH].
        """
        return self._group(name, beat, 0)

    def left_group(self, name: str, beat: float) -> Mapping[str, Any]:
        """Return the values of a group as they would stand by `beat` had the newest morph not been launched."""
        return self._group(name, beat, self.layout.away)

    def _group(self, name: str, beat: float, away: int) -> Mapping[str, Any]:
        group = self.layout.groups.get(f"/liveart/{name}")
        if group is None:
            return {}
        values: dict[str, Any] = dict(zip(group.names, self.numbers[group.places + away].tolist(), strict=True))
        for position, place in group.rates:
            values[position] = self._travelled(place + away, beat)
        for held, place in group.notes:
            values[held] = self.numbers[place : place + notes.WIDTH]
        return values

    def _travelled(self, place: int, beat: float) -> float:
        rate, position, since = self.numbers[place : place + 3].tolist()
        return float(position if self.is_frozen else position + rate * (beat - since))
