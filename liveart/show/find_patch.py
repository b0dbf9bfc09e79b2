"""What `liveart play WORD` means: a patch file, a shipped patch, a model, or a part of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import tomlkit

from liveart.checkpoints.sniff import SUFFIXES, is_effect, kind_of
from liveart.core.card import read_card, shipped_models
from liveart.core.registry import find_part
from liveart.errors import LiveartError, PatchError, did_you_mean
from liveart.show.model_words import place_of_model
from liveart.show.patch import FIXED_WORDS, Patch
from liveart.show.patch_file import patch_from, read_patch

BUILT_IN = "tide"


def shipped_patches() -> dict[str, Path]:
    """Return the patches that travel with liveart, by name."""
    inside = Path(str(files("liveart"))) / "shipped" / "patches"
    folder = inside if inside.is_dir() else Path(str(files("liveart"))).parent / "patches"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def find_patch(word: str | None) -> Patch:
    """Return the patch that `word` means; the built-in one for None.

    `word` is a patch file, the name of a shipped patch, `file.py:Class`, or a model: folder, file or shipped name, or
    a checkpoint of another program (.pkl, .pt, .pth, .safetensors).
    A shipped patch in which something was stored lies in the working folder from then on, and is found there first.
    Raises PatchError or ModelError, with the nearest name, when it is none of these.
    """
    shipped = shipped_patches()
    if word is None or word in shipped:
        return _read_shipped(word or BUILT_IN, shipped)
    if word.endswith(".toml") and Path(word).name != "card.toml":
        return read_patch(word)
    if word.endswith(".py") or ".py:" in word:
        return patch_for_part(word)
    try:
        return patch_for_model(word)
    except LiveartError as error:
        if Path(word).exists() or Path(word).suffix.lower() in SUFFIXES:
            raise
        known = [*shipped, *(path.name for path in shipped_models())]
        raise PatchError(f'there is no patch or model "{word}".', did_you_mean(word, known)) from error


def _read_shipped(name: str, shipped: Mapping[str, Path]) -> Patch:
    own = Path(f"{name}.toml")
    if own.is_file() and not own.resolve().is_relative_to(shipped[name].parent.resolve()):
        return read_patch(own)
    return replace(read_patch(shipped[name]), is_shipped=True)


def patch_for_part(word: str) -> Patch:
    """Return a patch that plays one generator of the user's own."""
    name = find_part("generator", word).__name__.lower()
    return _written({"name": name, "players": {name: {"generator": word, "path": {"kind": "walk"}}}})


def patch_for_model(word: str) -> Patch:
    """Return a patch that plays one model: a model folder, a shipped name, or a checkpoint as it is.

    A model that is an effect hears the system's sound input.
    """
    place = place_of_model(word)
    player: dict[str, Any] = {"generator": kind_of(place), "model": str(place)}
    name = _safe(read_card(place).name if place.is_dir() else place.stem)
    if place.is_file() and is_effect(place):
        heard = "line" if name != "line" else "input"
        lines = {heard: {"generator": "line", "gain": -60.0}}  # not heard itself
        return _written({"name": name, "players": lines | {name: player | {"input": heard}}})
    return _written({"name": name, "players": {name: player | {"path": {"kind": "walk", "speed": 0.25}}}})


def _safe(name: str) -> str:
    """Return a name that an address can have, and that is no word of liveart's own."""
    safe = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).strip("_") or "model"
    return f"{safe}_model" if safe in FIXED_WORDS else safe


def _written(table: dict[str, Any]) -> Patch:
    """Return the patch of a table, with the text that would give it again, should something be stored in it."""
    return patch_from(table, text=tomlkit.dumps(table))
