"""MidiDevice: one controller of a patch, `[midi.NAME]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from liveart.errors import PatchError, did_you_mean

KEYS = ("input", "output", "mpe", "motor")


@dataclass(frozen=True, slots=True)
class MidiDevice:
    """A controller: parts of the names of its ports, and what it is.

    output  where feedback goes (LEDs, rings, motors); "" for none
    mpe     True: each note has a channel of its own
    motor   True: its faders move by themselves, so nothing has to be picked up
    """

    name: str
    input: str
    output: str = ""
    mpe: bool = False
    motor: bool = False

    @classmethod
    def from_dict(cls, name: str, table: Any) -> MidiDevice:
        """Return the device of a patch's table. Raises PatchError."""
        where = f"[midi.{name}]"
        if not isinstance(table, Mapping) or not isinstance(table.get("input"), str) or not table["input"]:
            raise PatchError(f"{where} names no input.", 'Write input = "a part of the port\'s name".')
        for key in table:
            if key not in KEYS:
                raise PatchError(f'{where} has no key "{key}".', did_you_mean(key, KEYS))
        output = table.get("output", table["input"])
        if not isinstance(output, str):
            raise PatchError(f"{where} has output = {output!r}.", 'Write a part of the port\'s name, or "".')
        for key in ("mpe", "motor"):
            if not isinstance(table.get(key, False), bool):
                raise PatchError(f"{where} has {key} = {table[key]!r}.", "Write true or false.")
        return cls(name, table["input"], output, table.get("mpe", False), table.get("motor", False))
