"""Layout: which address lies at which place of the value block; Snapshot: the block at one instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from liveart.core.param import Param
from liveart.errors import ParamError

# The first places of every block. The clock is here so that each process reckons the same beat.
RECEIVED, CLOCK_TIME, CLOCK_BEAT, TEMPO, FROZEN, HEADER = 0, 1, 2, 3, 4, 5


def width(param: Param) -> int:
    """Return how many places of the block a param takes."""
    return 3 if param.kind == "rate" else 1


@dataclass(frozen=True, slots=True)
class Group:
    """Where the params under one name lie: worked out once, as it is read for every frame and block."""

    names: tuple[str, ...]
    places: np.ndarray
    rates: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, params: Iterable[tuple[Param, int]]) -> Group:
        """Build it from (param, place) pairs."""
        pairs = list(params)
        return cls(tuple(param.name for param, _ in pairs), np.array([place for _, place in pairs], np.intp),
                   tuple((f"{param.name}_position", place) for param, place in pairs if param.kind == "rate"))


@dataclass(frozen=True)
class Layout:
    """The addresses of a show in order. A rate takes three places: rate, position, beat.

    Raises ParamError when an address is there twice: one address, one thing.
    """

    entries: tuple[tuple[str, Param], ...]
    places: dict[str, int] = field(init=False, repr=False, compare=False)
    params: dict[str, Param] = field(init=False, repr=False, compare=False)
    groups: dict[str, Group] = field(init=False, repr=False, compare=False)
    count: int = field(init=False, compare=False)

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
        object.__setattr__(self, "count", place)

    @classmethod
    def of(cls, groups: Iterable[tuple[str, Iterable[Param]]]) -> Layout:
        """Build it from (name, params) pairs: `/liveart/<name>/<param>`; name "" gives `/liveart/<param>`."""
        entries = []
        for name, params in groups:
            prefix = f"/liveart/{name}" if name else "/liveart"
            entries += [(f"{prefix}/{param.name}", param) for param in params]
        return cls(tuple(entries))

    def starts(self) -> np.ndarray:
        """Return a fresh block of defaults: float64 [count]."""
        numbers = np.zeros(self.count)
        for address, param in self.entries:
            numbers[self.places[address]] = param.start
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

    def position(self, address: str, beat: float) -> float:
        """Return how far the rate at `address` has travelled by `beat`."""
        return self._travelled(self.layout.places[address], beat)

    def group(self, name: str, beat: float) -> Mapping[str, float]:
        """Return the values under `/liveart/<name>/` by param name; a rate also gives `<rate>_position`."""
        group = self.layout.groups.get(f"/liveart/{name}")
        if group is None:
            return {}
        values = dict(zip(group.names, self.numbers[group.places].tolist(), strict=True))
        for position, place in group.rates:
            values[position] = self._travelled(place, beat)
        return values

    def _travelled(self, place: int, beat: float) -> float:
        rate, position, since = self.numbers[place : place + 3].tolist()
        return float(position if self.is_frozen else position + rate * (beat - since))
