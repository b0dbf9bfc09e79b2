"""What page and panel say to each other: JSON in, JSON out, and the declaration of every control.

    page → panel   {"put": [[address, value], …]}   {"record": true}   {"ping": number}
    panel → page   {"layout": {"groups": […], "sound_rate": n}, "values": {address: number}}   first, and when new
                   {"values": {…}, "levels": [dB, dB], "status": {…}}            whatever is new
                   {"verdicts": [{"address", "judgement", "text"}]}  {"notice": text}  {"error": text}  {"pong": number}
"""

from __future__ import annotations

import json
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveart.core.layout import Layout, Snapshot
from liveart.core.param import Param, Value
from liveart.errors import UsageError, did_you_mean
from liveart.panel.host import KINDS

LONGEST_PUT = 256


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a page."""

    put: tuple[tuple[str, Value], ...] = ()
    record: bool | None = None
    ping: float | None = None


def read_message(text: str) -> Said:
    """Return what a page said; raises UsageError with a sentence for the sender when it makes no sense."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"that is no JSON: {error}.") from error
    if not isinstance(message, dict) or not message:
        raise UsageError(f"a message must be a JSON object, not {_short(message)}.",
                         'Send {"put": [["/liveart/…", 0.5]]}.')
    for word in message:
        if word not in ("put", "record", "ping"):
            raise UsageError(f'the panel knows no "{_short(word)}".', did_you_mean(word, ("put", "record", "ping")))
    record, ping = message.get("record"), message.get("ping")
    if record is not None and not isinstance(record, bool):
        raise UsageError(f"record takes true or false, not {_short(record)}.")
    if ping is not None and (isinstance(ping, bool) or not isinstance(ping, (int, float))):
        raise UsageError(f"ping takes a number, not {_short(ping)}.")
    return Said(_pairs(message.get("put", [])), record, ping)


def write_message(message: Mapping[str, Any]) -> str:
    """Return compact JSON that any browser reads: NaN and infinity become null, numpy numbers plain ones."""
    return json.dumps(plain(message), separators=(",", ":"), allow_nan=False)


def plain(value: Any) -> Any:
    """Return `value` in plain JSON types."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    return str(value)


def declare(layout: Layout, groups: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return every control of `layout` by group: those of `groups` in their order, then the show's own.

    A group that has no controls is left out; controls of no group come under their own name, kind "show".
    """
    by_name: dict[str, list[dict[str, Any]]] = {}
    for address, param in layout.entries:
        by_name.setdefault(group_name(address), []).append(_control(address, param))
    declared = []
    for group in groups:
        name = str(group["name"])
        kind = group.get("kind", "show")
        if controls := by_name.pop(name, None):
            declared.append({"name": name, "title": str(group.get("title") or name),
                             "kind": kind if kind in KINDS else "show", "controls": controls})
    return declared + [{"name": name, "title": name or "show", "kind": "show", "controls": controls}
                       for name, controls in by_name.items()]


def group_name(address: str) -> str:
    """Return "paint" of `/liveart/paint/zoom`, and "" of `/liveart/panic`."""
    return address.removeprefix("/liveart/").rpartition("/")[0]


def news(seen: Snapshot | None, now: Snapshot) -> dict[str, float]:
    """Return the values that differ from `seen`; all of them when it is None or has another layout."""
    places = now.layout.places
    if seen is None or seen.layout is not now.layout:
        return {address: float(now.numbers[place]) for address, place in places.items()}
    changed = seen.numbers != now.numbers
    if not changed.any():
        return {}
    return {address: float(now.numbers[place]) for address, place in places.items() if changed[place]}


def _control(address: str, param: Param) -> dict[str, Any]:
    return {"address": address, "name": param.name, "kind": param.kind, "low": param.bottom, "high": param.top,
            "default": param.start, "unit": param.unit, "curve": param.curve, "choices": list(param.choices),
            "help": param.help, "pad": param.pad}


def _pairs(put: Any) -> tuple[tuple[str, Value], ...]:
    if not isinstance(put, list):
        raise UsageError(f"put takes a list of [address, value], not {_short(put)}.")
    if len(put) > LONGEST_PUT:
        raise UsageError(f"put has {len(put)} values.", f"Send {LONGEST_PUT} or fewer at a time.")
    return tuple(_pair(pair) for pair in put)


def _pair(pair: Any) -> tuple[str, Value]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2 or not isinstance(pair[0], str):
        raise UsageError(f"put takes [address, value] pairs, not {_short(pair)}.")
    if pair[1] is not None and not isinstance(pair[1], (bool, int, float, str)):
        raise UsageError(f"{_short(pair[0])} takes one number or word, not {_short(pair[1])}.")
    return pair[0], pair[1]


def _short(thing: Any) -> str:
    text = thing if isinstance(thing, str) else json.dumps(thing)
    return text if len(text) <= 60 else f"{text[:57]}…"
