"""Checks that all parts of a patch share: each mistake is named, with the place and the nearest right word."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

from liveart.errors import PatchError, did_you_mean


def check_keys(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    """Refuse keys that don't exist. Raises PatchError with the nearest that does."""
    for key in table:
        if key not in known:
            raise PatchError(f'{where} has no key "{key}".', did_you_mean(key, known))


def table_at(table: Mapping[str, Any], key: str, where: str = "the patch") -> Mapping[str, Any]:
    """Return the table at a key, {} when absent."""
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise PatchError(f'{where}: "{key}" must be a table.', f"Write it as [{key}].")
    return value


def list_at(table: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list of tables at a key, [] when absent."""
    value = table.get(key, [])
    if not isinstance(value, list):
        raise PatchError(f'the patch: "{key}" must be a list of tables.', f"Write each as [[{key}]].")
    return value


def number_at(table: Mapping[str, Any], key: str, default: float, low: float, high: float, where: str) -> float:
    """Return the number at a key within low..high, `default` when absent."""
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PatchError(f"{where}: {key} must be a number, not {value!r}.")
    if not low <= value <= high:
        raise PatchError(f"{where}: {key} = {value:g} is impossible.", f"It can be {low:g} to {high:g}.")
    return float(value)


def choice_at(table: Mapping[str, Any], key: str, known: tuple[str, ...], where: str) -> str:
    """Return the word at a key, the first of `known` when absent."""
    value = table.get(key, known[0])
    if value not in known:
        raise PatchError(f'{where}: there is no {key} "{value}".', did_you_mean(str(value), known))
    return str(value)


def check_settings(part: type[Any], settings: Mapping[str, Any], where: str, also: tuple[str, ...] = ()) -> None:
    """Refuse settings that a part does not take, or lacks. Raises PatchError; `also` are other words near by."""
    signature = inspect.signature(part.__init__)
    known = [name for name, p in signature.parameters.items() if name != "self" and p.kind is not p.VAR_KEYWORD]
    needed = [name for name in known if signature.parameters[name].default is inspect.Parameter.empty
              and signature.parameters[name].kind not in (inspect.Parameter.VAR_POSITIONAL,)]
    for key in settings:
        if key not in known:
            raise PatchError(f'{where} has no key "{key}".', did_you_mean(key, [*known, *also]))
    for key in needed:
        if key not in settings and key != "args":
            raise PatchError(f'{where} needs the key "{key}".')
