"""Model folders: the card that says what a model is, and how a model is found by name.

A model folder holds `card.toml`, the weights (`.safetensors`) and `preview.png`. Standard library only.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from liveart.errors import ModelError, did_you_mean

FORMAT = "liveart-model"
FORMAT_VERSION = 1
KINDS = ("gan", "stylegan", "vae", "wavetable", "sound")
CARD_NAME = "card.toml"
_REQUIRED = ("name", "kind", "arch", "weights", "sha256")
_LIST = "`liveart models` lists what there is."
_TABLES = ("net", "licence", "training")


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is: enough to build its net, to check its weights and to credit its makers."""

    name: str
    kind: str  # one of KINDS
    arch: str  # a key of the net registry
    weights: str  # file name within the folder
    sha256: str  # of the weights file, in hexadecimal
    title: str = ""
    description: str = ""
    net: Mapping[str, Any] = field(default_factory=dict)
    licence: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


def generator_for(kind: str) -> str:
    """Return the generator that plays models of a kind."""
    return "neural" if kind == "sound" else kind


def read_card(folder: Path) -> Card:
    """Return the card of a model folder; raises ModelError when it is absent, broken or of another version."""
    path = Path(folder) / CARD_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} is no model folder: it has no {CARD_NAME}.", _LIST) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path} can't be read: {error}.", "Fetch it again from where the model came.") from error
    return _card_of(table, path)


def _card_of(table: dict[str, Any], path: Path) -> Card:
    if table.get("format") != FORMAT:
        given = table.get("format")
        raise ModelError(f'{path} says format = {given!r}, not "{FORMAT}".', "Is it a model's card?")
    if table.get("format_version") != FORMAT_VERSION:
        given = table.get("format_version")
        what = f"{path} has format_version {given!r}; this liveart reads {FORMAT_VERSION}."
        raise ModelError(what, "Update liveart.")
    missing = [key for key in _REQUIRED if not isinstance(table.get(key), str) or not table[key]]
    if missing:
        raise ModelError(f"{path} lacks {', '.join(missing)}.", "Export the model again, or complete the card.")
    wrong = [key for key in _TABLES if not isinstance(table.get(key, {}), dict)]
    if wrong:
        raise ModelError(f"{path}: {', '.join(wrong)} must be a table.", f"Write it as [{wrong[0]}].")
    if table["kind"] not in KINDS:
        kind = table["kind"]
        raise ModelError(f'{path} has the unknown kind "{kind}".', did_you_mean(kind, KINDS))
    if Path(table["weights"]).name != table["weights"]:
        weights = table["weights"]
        raise ModelError(f'{path}: weights = "{weights}" leaves the folder.', "Name a file beside the card.")
    return Card(
        **{key: table[key] for key in _REQUIRED},
        title=str(table.get("title", table["name"])),
        description=str(table.get("description", "")),
        **{key: table.get(key, {}) for key in _TABLES},
    )


def write_card(folder: Path, card: Card) -> Path:
    """Write `card.toml` into `folder` (in one step, so that no reader sees half of it); returns its path."""
    lines = [f"format = {_toml(FORMAT)}", f"format_version = {FORMAT_VERSION}"]
    for key in ("name", "title", "description", "kind", "arch", "weights", "sha256"):
        lines.append(f"{key} = {_toml(getattr(card, key))}")
    for table in _TABLES:
        lines += ["", f"[{table}]"]
        lines += [f"{_key(key)} = {_toml(value)}" for key, value in getattr(card, table).items()]
    path = Path(folder) / CARD_NAME
    draft = path.with_suffix(".toml.part")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def _key(key: str) -> str:
    bare = key and all(c.isascii() and (c.isalnum() or c in "-_") for c in key)
    return key if bare else _toml(key)


def _toml(value: Any) -> str:
    """Return `value` (text, number, truth value, or lists and tables of them) in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)  # also writes inf and nan as TOML does
    if isinstance(value, str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))} = {_toml(item)}" for key, item in value.items()) + "}"
    raise ModelError(f"A card can't hold {value!r}.", "Use text, numbers, truth values, lists and tables.")


def shipped_folder() -> Path:
    """Return where the shipped models lie: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "shipped" / "models"
    return inside if inside.is_dir() else package.parent / "models"


def shipped_models() -> list[Path]:
    """Return the folders of the shipped models, by name."""
    root = shipped_folder()
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if (path / CARD_NAME).is_file())


def find_model(name_or_path: str | Path) -> Path:
    """Return the model folder that a shipped name, a folder, or a weights file in one stands for."""
    given = Path(name_or_path).expanduser()
    for folder in (given, given.parent):
        if given.exists() and (folder / CARD_NAME).is_file() and (folder == given or given.is_file()):
            return folder.resolve()
    shipped = {path.name: path for path in shipped_models()}
    if str(name_or_path) in shipped:
        return shipped[str(name_or_path)]
    if given.exists():
        raise ModelError(f"{given} is no model folder: it has no {CARD_NAME}.", _LIST)
    raise ModelError(f'No model is named "{name_or_path}".', did_you_mean(str(name_or_path), shipped))
