"""The address table: one row for each OSC address of a show, for the command line, the docs and OSCQuery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from liveart.core.layout import Layout
from liveart.core.param import Param


@dataclass(frozen=True, slots=True)
class Row:
    """One address and what it takes.

    kind     a Param kind, "word" for a fixed word of the protocol, or "reply" for what liveart sends
    low, high  the range in native units; None where there is none (choices, triggers, words)
    default  as people write it: a number, a bool, the name of a choice; None for triggers and words
    """

    address: str
    kind: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    default: float | int | bool | str | None = None
    unit: str = ""
    curve: str = "linear"
    help: str = ""

    @property
    def range(self) -> str:
        """The range as text: `0..1`, `add | mix`, `0 | 1`; "" where nothing is to be said."""
        if self.choices:
            return " | ".join(self.choices)
        if self.kind == "bool":
            return "0 | 1"
        return "" if self.low is None or self.high is None else f"{self.low:g}..{self.high:g}"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON takes them."""
        return asdict(self) | {"choices": list(self.choices)}


WORDS = (
    Row("/liveart/ping", "word", help="answers /liveart/pong <version> to the sender, or to a port given with it"),
    Row("/liveart/listen", "word", -65535, 65535, help="port: stream changes there; 0: end it; -port: end that one"),
    Row("/liveart/clock/beat", "word", -1e9, 1e9, help="says which beat it is now; 0 begins the bar anew"),
    Row("/liveart/cue", "word", help="a name, or a number from 1: recalls that cue"),
    Row("/liveart/cue/<name or number>", "word", help="a trigger: recalls that cue"),
    Row("/liveart/cue/next", "word", help="a trigger: the next cue of the set list"),
    Row("/liveart/cue/previous", "word", help="a trigger: the one before"),
    Row("/liveart/cue/undo", "word", help="a trigger: back to where the last recall found the show"),
    Row("/liveart/cue/store", "word", help="keeps all values as a cue; takes a name, or makes one"),
    Row("/liveart/pong", "reply", help="the answer to a ping: the version"),
    Row("/liveart/error", "reply", help="to listeners: a sentence on what is wrong"),
)


def rows(layout: Layout) -> list[Row]:
    """Return a row for each address of `layout`, in its order, then the fixed words of the protocol."""
    return [param_row(address, param) for address, param in layout.entries] + list(WORDS)


def param_row(address: str, param: Param) -> Row:
    """Return the row of one Param at `address`."""
    has_range = param.kind in ("float", "int", "rate")
    return Row(address, param.kind, param.bottom if has_range else None, param.top if has_range else None,
               tuple(param.choices), None if param.kind == "trigger" else param.show(param.start),
               param.unit, param.curve, param.help)


def table_text(table: Iterable[Row]) -> str:
    """Return rows as aligned columns: address, kind, range, default, unit, help."""
    cells = [("address", "kind", "range", "default", "unit", "help")]
    cells += [(row.address, row.kind, row.range, _default_text(row), row.unit, row.help) for row in table]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return "\n".join("  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)),
                                line[5]]).rstrip() for line in cells)


def _default_text(row: Row) -> str:
    if row.default is None:
        return ""
    if isinstance(row.default, bool):
        return str(int(row.default))
    return f"{row.default:g}" if isinstance(row.default, float) else str(row.default)
