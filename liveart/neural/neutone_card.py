"""What a Neutone file says of itself: its metadata.json, of both generations, read before its program runs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveart.errors import ModelError
from liveart.neural.model import Attribute
from liveart.neural.torchscript import read_extra

METADATA = "metadata.json"
KNOBS = 4
_AGAIN = "Fetch it again, or ask its author to export it again."


@dataclass(frozen=True, slots=True)
class Knob:
    """One of up to four knobs. `low`, `high` and `start` are as the file names them; it is always sent 0..1.

    row     which of the four rows of the file's parameters it moves
    is_whole   it has places, not a way: a choice among numbered kinds
    """

    row: int
    name: str
    help: str
    start: float
    low: float = 0.0
    high: float = 1.0
    is_whole: bool = False

    def share(self, value: float) -> float:
        """Return a value of the knob as the file wants it, 0..1."""
        return (value - self.low) / (self.high - self.low)

    def attribute(self) -> Attribute:
        """Return it as a setting of a model, named p1 to p4 as in the file; its own name begins the help."""
        value = int(self.start) if self.is_whole else self.start
        told = f"{self.name}: {self.help}" if self.help else self.name
        return Attribute(f"p{self.row + 1}", ("int" if self.is_whole else "float",), (value,), self.low, self.high,
                         told)


@dataclass(frozen=True, slots=True)
class NeutoneCard:
    """The metadata that matters for playing. `is_mono`: one channel in and out; None where the file does not say."""

    title: str
    knobs: tuple[Knob, ...]
    is_mono: bool | None
    rates: tuple[int, ...] = ()
    remarks: tuple[str, ...] = ()


def read_card(path: Path) -> NeutoneCard:
    """Return the card of a file. Raises ModelError for one without metadata, or with metadata that make no sense."""
    data = _read_json(path)
    parameters = data.get("neutone_parameters")
    if not isinstance(parameters, Mapping):
        raise ModelError(f"the metadata of {path} name no neutone_parameters.", _AGAIN)
    knobs, remarks = [], []
    for key, told in sorted(parameters.items()):
        if not isinstance(told, Mapping) or not re.fullmatch(rf"p[1-{KNOBS}]", key):
            raise ModelError(f"the metadata of {path} have a parameter {key!r} that can't be read.",
                             f"Parameters are p1 to p{KNOBS}, each a table. {_AGAIN}")
        if told.get("type", "knob") in ("text", "tokens"):
            remarks.append(f"{_word(told, 'name') or key} is left out: it takes words, not a number.")
        elif _is_yes(told.get("used", True)):
            knobs.append(_knob(path, key, told))
    sides = [_is_yes(data[name]) for name in ("is_input_mono", "is_output_mono") if name in data]
    rates = data.get("native_sample_rates")
    return NeutoneCard(_word(data, "model_name") or path.stem, tuple(knobs), all(sides) if len(sides) == 2 else None,
                       tuple(int(rate) for rate in rates if isinstance(rate, (int, float)))
                       if isinstance(rates, list) else (), tuple(remarks))


def _read_json(path: Path) -> Mapping[str, Any]:
    found = read_extra(path, METADATA)
    if found is None:
        raise ModelError(f"{path} is no Neutone file: it holds no {METADATA}.", "Name a .nm file of Neutone.")
    try:
        data = json.loads(found)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise ModelError(f"the metadata of {path} are broken: {error}.", _AGAIN) from error
    if not isinstance(data, Mapping):
        raise ModelError(f"the metadata of {path} are no table but {type(data).__name__}.", _AGAIN)
    return data


def _knob(path: Path, key: str, told: Mapping[str, Any]) -> Knob:
    """Read one parameter: up to SDK 1.4 all values are strings and go 0..1; from 1.5 on they have ends, or places."""
    is_whole = told.get("type") == "categorical"
    low = 0.0 if is_whole else _number(told.get("min_value", 0.0))
    high = _number(told.get("n_values")) - 1.0 if is_whole else _number(told.get("max_value", 1.0))
    start = _number(told.get("default_value", low))
    if not low < high or not low <= start <= high:  # NaN fails too
        raise ModelError(f"the metadata of {path} give {key} the default {told.get('default_value')!r} between "
                         f"{low:g} and {high:g}, which can't be.", _AGAIN)
    labels = told.get("labels")
    places = ", ".join(f"{at} {label}" for at, label in enumerate(labels)) if isinstance(labels, list) else ""
    sentences = ". ".join(word for word in (_word(told, "description").rstrip("."), places) if word)
    return Knob(int(key[1]) - 1, _word(told, "name") or key, sentences, start, low, high, is_whole)


def _number(value: Any) -> float:
    """Return a number that may be written as a string; NaN for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return math.nan
    return number if math.isfinite(number) else math.nan


def _word(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key, "")
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _is_yes(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "1")
