"""Reads `models` of a player in a patch: each is found, and given the generator that plays it and its settings."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from liveart.checkpoints.sniff import kind_of
from liveart.core.registry import TABLES, find_part
from liveart.errors import LiveartError, PatchError, did_you_mean
from liveart.show.model_words import place_of_model, short_name
from liveart.show.patch import NOTHING, ModelSpec, Settings
from liveart.show.patch_checks import check_settings

MOST_MODELS = 64


def read_models(table: Mapping[str, Any], settings: Settings, where: str, folder: str) -> tuple[ModelSpec, ...]:
    """Return the checked models of a player's table, () when it has no such list.

    `settings` are what the table says besides; each generator gets those that it takes. Raises PatchError.
    """
    if "models" not in table:
        if "swap" in table:
            raise PatchError(f"{where} has a swap, but no models to swap.", 'Write models = ["one", "two"].')
        return ()
    if "model" in table:
        raise PatchError(f"{where} has both model and models.", "Keep models: the first of them plays at the start.")
    words = _words(table["models"], where)
    named = [word for word in words if word != NOTHING] or words
    places = [_place(word, where, folder) for word in named]
    generators = [_generator(place, table.get("generator"), where, folder) for place in places]
    kind = _one_kind(generators, places, where, folder)
    if kind != "sound" and named != words:
        raise PatchError(f'{where}.models: "{NOTHING}" is silence, and these make pictures.',
                         "Take it away; the player's opacity hides a picture.")
    _check_settings(generators, settings, where, folder)
    models = {word: ModelSpec(name, generator, {"model": word} | _taken(generator, settings, folder))
              for name, word, generator in zip(_names(places, named, where), named, generators, strict=True)}
    return tuple(models.get(word, ModelSpec(NOTHING, NOTHING, {})) for word in words)


def _words(words: Any, where: str) -> list[str]:
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise PatchError(f"{where}: models must be a list of models, not {words!r:.60}.",
                         'Write models = ["one", "two"].')
    if len(words) > MOST_MODELS:
        raise PatchError(f"{where} has {len(words)} models.", f"It can have {MOST_MODELS}.")
    if words.count(NOTHING) > 1:
        raise PatchError(f'{where}.models names "{NOTHING}" twice.', "Name it once.")
    return words


def _place(word: str, where: str, folder: str) -> Path:
    try:
        return place_of_model(word, folder)
    except LiveartError as error:
        raise PatchError(f"{where}.models: {error.what}", error.hint) from error


def _generator(place: Path, given: Any, where: str, folder: str) -> str:
    """Return what plays a model: one of the user's own plays all of them, else the model tells."""
    return given if isinstance(given, str) and given not in TABLES["generator"] else _kind(place, where)


def _one_kind(generators: Sequence[str], places: Sequence[Path], where: str, folder: str) -> str:
    """Return the kind of material that all of them make: only such can be faded into each other."""
    kinds = [str(find_part("generator", generator, folder).kind) for generator in generators]
    for kind, place in zip(kinds, places, strict=True):
        if kind != kinds[0]:
            raise PatchError(f'{where}.models: "{short_name(place)}" makes {kind}, "{short_name(places[0])}" '
                             f"{kinds[0]}: only {kinds[0]}s change places with {kinds[0]}s.",
                             "Give pictures and sounds a player each.")
    return kinds[0]


def _kind(place: Path, where: str) -> str:
    try:
        kind = kind_of(place)
    except LiveartError as error:
        raise PatchError(f"{where}.models: {error.what}", error.hint) from error
    if kind not in TABLES["generator"]:
        raise PatchError(f"{where}.models: {place} is a {kind}, which no generator plays.")
    return kind


def _check_settings(generators: Sequence[str], settings: Settings, where: str, folder: str) -> None:
    """Refuse what none of the generators takes, and say what one of them would say of it."""
    known = {key for generator in generators for key in _keys(generator, folder)}
    for key in settings:
        if key not in known:
            raise PatchError(f'{where} has no key "{key}".', did_you_mean(key, known | {"models", "swap"}))
    for generator in set(generators):
        check_settings(find_part("generator", generator, folder),
                       {"model": ""} | _taken(generator, settings, folder), where)


def _taken(generator: str, settings: Settings, folder: str) -> dict[str, Any]:
    keys = _keys(generator, folder)
    return {key: value for key, value in settings.items() if key in keys}


def _keys(generator: str, folder: str) -> set[str]:
    return set(inspect.signature(find_part("generator", generator, folder)).parameters)


def _names(places: Sequence[Path], words: Sequence[str], where: str) -> list[str]:
    """Return a short name for each model; where two have the same, the folder they lie in comes first."""
    for place, word in zip(places, words, strict=True):
        if places.count(place) > 1:
            raise PatchError(f'{where}.models names "{word}" twice.', "Name each model once.")
    names = [f"{name}-model" if name == NOTHING else name for name in map(short_name, places)]
    names = [f"{short_name(place.parent)}-{name}" if names.count(name) > 1 else name
             for place, name in zip(places, names, strict=True)]
    return [f"{name}-{names[:at].count(name) + 1}" if name in names[:at] else name for at, name in enumerate(names)]
