"""Cue: a named set of values, how long the way to it takes, and on which beat it begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from liveart.core.morph import CURVES
from liveart.core.param import Value
from liveart.errors import PatchError, did_you_mean

QUANTA = ("now", "beat", "bar", "2 bars", "4 bars")
WORDS = frozenset({"next", "previous", "undo", "store"})  # what /liveart/cue/… means by itself
KEYS = ("morph", "quantum", "curve", "follow", "after", "values")
LONGEST = 4096.0
SHORTEST = 0.25  # beats until a cue follows: one that follows itself must not do so in every frame
_PREFIX = "/liveart/"


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue.

    values   address → value in native units; `<rate>/position` is how far a journey has come
    morph    beats from the values before to these; 0 cuts
    quantum  on what it begins: now, the next beat, bar, every 2 or 4 bars
    curve    how it sets out and arrives: smooth, linear, in, out
    follow   the cue that comes by itself `after` so many beats; "" for none

    Raises PatchError for what can't be.
    """

    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    morph: float = 4.0
    quantum: str = "now"
    curve: str = "smooth"
    follow: str = ""
    after: float = 16.0

    def __post_init__(self) -> None:
        check_name(self.name)
        for key, known in (("quantum", QUANTA), ("curve", CURVES)):
            if getattr(self, key) not in known:
                raise PatchError(f'cue "{self.name}" has {key} "{getattr(self, key)}".',
                                 did_you_mean(str(getattr(self, key)), known))
        for key in ("morph", "after"):
            beats = getattr(self, key)
            is_number = isinstance(beats, (int, float)) and not isinstance(beats, bool) and math.isfinite(beats)
            least = SHORTEST if key == "after" else 0.0
            if not is_number or not least <= beats <= LONGEST:
                raise PatchError(f'cue "{self.name}" has {key} = {beats!r}.', f"Write beats, {least:g} to {LONGEST:g}.")
        if not isinstance(self.follow, str):
            raise PatchError(f'cue "{self.name}" is followed by {self.follow!r}.', "Write the name of a cue.")

    def beats(self, bar: int) -> float:
        """Return the grid of its launch in beats; 0 for none."""
        return {"now": 0.0, "beat": 1.0, "bar": bar, "2 bars": 2.0 * bar, "4 bars": 4.0 * bar}[self.quantum]

    def with_settings(self, changes: Mapping[str, Any]) -> Cue:
        """Return it with other timing. Raises PatchError for an unknown key."""
        for key in changes:
            if key not in KEYS[:-1]:
                raise PatchError(f'a cue has no "{key}".', did_you_mean(key, KEYS[:-1]))
        return replace(self, **changes)

    def to_table(self) -> dict[str, Any]:
        """Return it as it stands in a patch: what differs from the defaults, addresses without /liveart/."""
        plain = Cue(self.name)
        table: dict[str, Any] = {key: getattr(self, key) for key in KEYS[:-1]
                                 if getattr(self, key) != getattr(plain, key)}
        table["values"] = {address.removeprefix(_PREFIX): _written(value) for address, value in self.values.items()}
        return table


def read_cue(name: str, table: Any, where: str) -> Cue:
    """Return the cue of a patch's table. Raises PatchError."""
    if not isinstance(table, Mapping):
        raise PatchError(f"{where} must be a table.", f'Write [{where}.values] and "paint/hue" = 0.2 below it.')
    for key in table:
        if key not in KEYS:
            raise PatchError(f'{where} has no key "{key}".', did_you_mean(key, KEYS))
    values = table.get("values", {})
    if not isinstance(values, Mapping):
        raise PatchError(f"{where}.values must be a table.", 'Write "paint/hue" = 0.2 below it.')
    for address, value in values.items():
        if not isinstance(value, (bool, int, float, str)):
            raise PatchError(f'{where}.values: "{address}" can\'t be {value!r}.',
                             f'Write one value for each address: "{address}/…" = 0.2, the address in quotes.')
    full = {address if address.startswith("/") else _PREFIX + address: value for address, value in values.items()}
    return Cue(name, full, **{key: table[key] for key in KEYS[:-1] if key in table})


def check_name(name: str) -> None:
    """Raise PatchError for what can't be the name of a cue: it must fit into an address, and be no other word."""
    is_word = isinstance(name, str) and name.replace("_", "").replace("-", "").isalnum() and name.isascii()
    if not is_word or len(name) > 60:
        raise PatchError(f"a cue can't be called {name!r:.80}.", "Use letters, digits, - and _, without spaces.")
    if name in WORDS or name.isdigit():
        raise PatchError(f'a cue can\'t be called "{name}": that has a meaning of its own.', "Choose another name.")


def _written(value: Value) -> Value:
    """Return a value as it is written: nine digits are more than any eye or ear can tell."""
    return float(f"{value:.9g}") if isinstance(value, float) else value
