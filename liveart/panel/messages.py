"""What page and panel say to each other: JSON in, JSON out, and the declaration of every control.

    page → panel   {"put": [[address, value], …]}   {"record": true}   {"ping": number}
                   {"learn": address or null}   {"bind": [index, {"low": 0.2, …}]}   {"unbind": index}
                   {"undo_bind": true}   {"key": [name, is_down]}   {"cue": {"store": name}, and others; see asks.py}
    panel → page   {"layout": {"groups": […], "sound_rate": n}, "values": {address: number}}   first, and when new
                   {"values": {…}, "levels": [dB, dB], "status": {…}, "hands": {…}, "cues": {…}}   whatever is new
                   {"verdicts": [{"address", "judgement", "text"}]}  {"notice": text}  {"error": text}  {"pong": number}
"""

from __future__ import annotations

import json
import math
import numbers
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from liveart.core.layout import Layout, Snapshot
from liveart.core.param import Param
from liveart.panel.host import KINDS


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
            if group.get("has_models"):
                controls = [control | {"models": control["name"] == "model"} for control in controls]
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
            "help": param.help, "pad": param.pad, "picture": bool(param.picture)}
