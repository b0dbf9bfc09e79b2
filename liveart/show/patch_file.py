"""Reads and checks patches: TOML to Patch; every mistake is named with the nearest right word."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as File
from typing import Any

from liveart.core.path import Path
from liveart.core.path_kinds import PATHS
from liveart.core.registry import TABLES, find_part
from liveart.errors import LiveartError, PatchError, did_you_mean
from liveart.show.patch import (
    BLENDS,
    FITS,
    FIXED_WORDS,
    FORMAT,
    FORMAT_VERSION,
    NOTHING,
    PartSpec,
    Patch,
    PathSpec,
    PlayerSpec,
)
from liveart.show.patch_checks import check_keys, check_settings, choice_at, list_at, number_at, table_at
from liveart.show.patch_hands import read_bindings, read_clock, read_cues, read_midi
from liveart.show.patch_models import read_models
from liveart.show.sound_order import making_order

TOP = ("format", "format_version", "name", "seed", "device", "clock", "picture", "sound", "osc", "panel", "midi",
       "paths", "players", "sources", "outputs", "bindings", "cues", "setlist")
PLAYER_KEYS = ("generator", "path", "opacity", "blend", "gain", "params", "models", "swap", "input")


def read_patch(file: str | File) -> Patch:
    """Return the patch in a TOML file. Raises PatchError, naming the file, for whatever can't be played."""
    path = File(file)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PatchError(f"patch {path} can't be read: {error}.", "Start one with: liveart new NAME") from error
    try:
        return replace(parse_patch(text, folder=str(path.parent), fallback_name=path.stem), file=str(path))
    except PatchError as error:
        raise PatchError(f"{path}: {error.what}", error.hint) from error


def parse_patch(text: str, folder: str = ".", fallback_name: str = "patch") -> Patch:
    """Return the patch in TOML `text`; `folder` is where its relative names start."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PatchError(f"this is not TOML: {error}.") from error
    return patch_from(table, folder, fallback_name, text)


def patch_from(table: Mapping[str, Any], folder: str = ".", fallback_name: str = "patch", text: str = "") -> Patch:
    """Return the patch in a table of TOML's values."""
    check_keys(table, TOP, "a patch")
    _check_version(table)
    values: dict[str, Any] = {"folder": folder, "text": text, "name": str(table.get("name", fallback_name))}
    values |= _numbers(table) | read_midi(table) | read_bindings(table) | read_cues(table)
    values |= read_clock(table_at(table, "clock"), [device.name for device in values["midi"]])
    shared = {name: path_spec(name, spec, f"paths.{name}") for name, spec in table_at(table, "paths").items()}
    players = [_player(name, spec, shared, folder) for name, spec in table_at(table, "players").items()]
    if not players:
        raise PatchError("a patch needs at least one player.", "Add [players.NAME] with generator = \"gan\".")
    _check_names([*shared, *(player.name for player in players)])
    making_order([player for player in players if player.kind == "sound"])
    values["players"], values["paths"] = tuple(players), tuple(shared.values())
    values["sources"] = tuple(_part("source", name, spec, f"sources.{name}", folder)
                              for name, spec in table_at(table, "sources").items())
    values["outputs"] = tuple(_part("sink", f"output {i + 1}", spec, f"outputs[{i}]", folder)
                              for i, spec in enumerate(list_at(table, "outputs")))
    return Patch(**values)


def path_spec(group: str, table: Any, where: str) -> PathSpec:
    """Return the checked path of a TOML table."""
    if not isinstance(table, Mapping):
        raise PatchError(f"{where} must be a table.", 'Write { kind = "loop", seeds = [1, 2, 3] }.')
    kind = table.get("kind", "walk")
    if kind not in PATHS:
        raise PatchError(f'{where}: there is no path "{kind}".', did_you_mean(str(kind), PATHS))
    settings = {key: value for key, value in table.items() if key != "kind"}
    check_settings(PATHS[kind], settings, where)
    build_path(PathSpec(group, kind, settings), where)
    return PathSpec(group, kind, settings)


def build_path(spec: PathSpec, where: str = "") -> Path:
    """Return the path that a spec describes."""
    try:
        return PATHS[spec.kind](**spec.settings)
    except LiveartError as error:
        raise PatchError(f"{where or spec.group}: {error.what}", error.hint) from error
    except (TypeError, ValueError) as error:
        raise PatchError(f"{where or spec.group}: {error}.") from error


def _player(name: str, table: Any, shared: Mapping[str, PathSpec], folder: str) -> PlayerSpec:
    where = f"players.{name}"
    if not isinstance(table, Mapping) or not isinstance(table.get("generator", "" if "models" in table else None), str):
        raise PatchError(f"{where} names no generator.", f"There are: {', '.join(TABLES['generator'])}.")
    settings = {key: value for key, value in table.items() if key not in PLAYER_KEYS}
    models = read_models(table, settings, where, folder)
    generator, settings = (models[0].generator, dict(models[0].settings)) if models else (table["generator"], settings)
    words = dict.fromkeys(model.generator for model in models) if models else [generator]
    parts = [find_part("generator", word, folder) for word in words if word != NOTHING]  # loading one tells its kind
    if not models:
        check_settings(parts[0], settings, where, PLAYER_KEYS)
    return PlayerSpec(name=name, generator=generator, kind=str(parts[0].kind), settings=settings, models=models,
                      swap=number_at(table, "swap", 2.0, 0.0, 256.0, where),
                      input=_input(table, any(part.takes == "sound" for part in parts), where),
                      path=_player_path(name, table.get("path"), shared),
                      opacity=number_at(table, "opacity", 1.0, 0.0, 1.0, where),
                      blend=choice_at(table, "blend", BLENDS, where),
                      gain=number_at(table, "gain", 0.0, -60.0, 6.0, where),
                      params=table_at(table, "params", where))


def _input(table: Mapping[str, Any], takes_sound: bool, where: str) -> str:
    """Return the name of the player that one hears; whether there is such a one is seen when all are read."""
    value = table.get("input", "")
    if not isinstance(value, str) or (value == "" and "input" in table):
        raise PatchError(f"{where}: input must be the name of a player, not {value!r}.",
                         'Write input = "voice" for a [players.voice] that makes sound.')
    if value and not takes_sound:
        raise PatchError(f"{where} has an input, and its generator hears nothing.", "Take the input away.")
    return value


def _player_path(name: str, value: Any, shared: Mapping[str, PathSpec]) -> PathSpec | None:
    if value is None:
        return None
    if isinstance(value, str):
        if value not in shared:
            raise PatchError(f'players.{name}: there is no path "{value}".', did_you_mean(value, shared))
        return shared[value]
    return path_spec(name, value, f"players.{name}.path")


def _part(table_name: str, name: str, table: Any, where: str, folder: str) -> PartSpec:
    if not isinstance(table, Mapping) or not isinstance(table.get("kind"), str):
        raise PatchError(f"{where} names no kind.", f"There are: {', '.join(TABLES[table_name])}.")
    settings = {key: value for key, value in table.items() if key != "kind"}
    check_settings(find_part(table_name, table["kind"], folder), settings, where, ("kind",))
    return PartSpec(name, table["kind"], settings)


def _numbers(table: Mapping[str, Any]) -> dict[str, Any]:
    picture = table_at(table, "picture")
    sound, osc, panel = table_at(table, "sound"), table_at(table, "osc"), table_at(table, "panel")
    check_keys(picture, ("size", "fps", "fit"), "[picture]")
    check_keys(sound, ("rate", "block", "gain", "device"), "[sound]")
    check_keys(osc, ("host", "port", "ignore_time_tags"), "[osc]")
    check_keys(panel, ("host", "port", "token"), "[panel]")
    return {
        "seed": int(number_at(table, "seed", 0, 0, 2**32 - 1, "the patch")),
        "device": str(table.get("device", "auto")),
        "size": parse_size(picture.get("size", [512, 512])),
        "fps": number_at(picture, "fps", 60.0, 1.0, 240.0, "[picture]"),
        "fit": choice_at(picture, "fit", FITS, "[picture]"),
        "rate": int(number_at(sound, "rate", 48000, 8000, 192000, "[sound]")),
        "block": int(number_at(sound, "block", 512, 32, 8192, "[sound]")),
        "gain": number_at(sound, "gain", -3.0, -60.0, 6.0, "[sound]"),
        "sound_device": str(sound.get("device", "auto")),
        "osc_host": str(osc.get("host", "127.0.0.1")),
        "osc_port": int(number_at(osc, "port", 9000, 0, 65535, "[osc]")),
        "ignore_time_tags": bool(osc.get("ignore_time_tags", False)),
        "panel_host": str(panel.get("host", "127.0.0.1")),
        "panel_token": str(panel.get("token", "")),
        "panel_port": int(number_at(panel, "port", 8321, 0, 65535, "[panel]")),
    }


def parse_size(value: Any) -> tuple[int, int]:
    """Return (width, height) of [640, 360] or "640x360"; each 16..8192 pixels."""
    pair = value.lower().split("x") if isinstance(value, str) else value
    try:
        width, height = (int(side) for side in pair)
    except (TypeError, ValueError) as error:
        raise PatchError(f"size {value!r} is not a size.", 'Write "1280x720" or [1280, 720].') from error
    if not (16 <= width <= 8192 and 16 <= height <= 8192):
        raise PatchError(f"size {width}x{height} is out of range.", "Each side is 16 to 8192 pixels.")
    return width, height


def _check_version(table: Mapping[str, Any]) -> None:
    if table.get("format", FORMAT) != FORMAT:
        raise PatchError(f'this file has format "{table["format"]}".', f'A patch has format = "{FORMAT}".')
    version = table.get("format_version", FORMAT_VERSION)
    if version != FORMAT_VERSION:
        raise PatchError(f"this patch has format_version {version}; this liveart reads {FORMAT_VERSION}.",
                         "Use the liveart it was written with, or a newer one.")


def _check_names(names: list[str]) -> None:
    for name in names:
        if name in FIXED_WORDS:
            raise PatchError(f'nothing can be called "{name}": that word is taken.', "Choose another name.")
        if not name.replace("_", "").replace("-", "").isalnum() or not name.isascii():
            raise PatchError(f'"{name}" can\'t be part of an address.', "Use letters, digits, - and _.")
        if names.count(name) > 1:
            raise PatchError(f'a player and a path are both called "{name}".', "Rename one of them.")
