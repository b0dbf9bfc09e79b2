"""Directions of a model: found by arithmetic, kept beside it in `directions.toml` and `directions.safetensors`.

A direction is a way through w that changes pictures in one manner; each becomes a slider. What is kept belongs to one
model: the file carries the model's fingerprint, and another model refuses it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from liveart.checkpoints.model import Model
from liveart.core.param import Param
from liveart.core.style_rows import rows_of
from liveart.errors import ModelError, did_you_mean
from liveart.nets.style_directions import factorised, principal, sample_styles, spread_along
from liveart.nets.style_net import StyleNet
from liveart.weights import read_tensors, save_weights

FORMAT, FORMAT_VERSION = "liveart-directions", 1
TABLE, VECTORS, PICTURES = "directions.toml", "directions.safetensors", "directions"
METHODS = {"pca": "pca", "closed-form": "sefa"}  # method → how the names begin
QUICK = 2048  # points of w looked at when a show opens: about 0.2 s for a mapping of eight layers of 512
_AGAIN = "Find them again: liveart directions MODEL"


@dataclass(frozen=True, slots=True)
class Direction:
    """One way through w.

    name     a word that can be a param's name
    vector   float32 [style], as long as one unit of its slider
    layers   the rows of w that it moves: "all", "coarse", "middle", "fine" or such as "3-7"
    method   how it was found: "pca" or "closed-form"
    picture  file of its before/after picture ("" for none)
    """

    name: str
    vector: np.ndarray
    layers: str = "all"
    method: str = "pca"
    picture: str = ""

    @property
    def sigma(self) -> float:
        """How long one unit of its slider is in w."""
        return float(np.linalg.norm(self.vector))


def find_directions(net: StyleNet, count: int, method: str = "pca", seed: int = 0, samples: int = QUICK,
                    layers: str = "all", tensors: Mapping[str, Tensor] | None = None) -> tuple[Direction, ...]:
    """Return the `count` strongest directions, named pca_1 … or sefa_1 …; the same ones whenever they are asked for.

    "closed-form" factorises the style weights of the rows `layers`, and needs the model's `tensors`. Raises ModelError
    for an unknown method and when there are fewer than `count`.
    """
    if method not in METHODS:
        raise ModelError(f'there is no way to find directions called "{method}".', did_you_mean(method, METHODS))
    if not 1 <= count <= net.style:
        raise ModelError(f"{count} directions can't be found.", f"This model has 1 to {net.style}.")
    rows = rows_of(layers, net.rows)
    styles = sample_styles(net, samples, seed)
    if method == "pca":
        vectors = principal(styles, count)
    else:
        axes = factorised(tensors or {}, _bendable(net, rows, layers), count)
        vectors = axes * spread_along(styles, axes)[:, None]
    begin = METHODS[method]
    return tuple(Direction(f"{begin}_{k}", vector.numpy(), layers, method) for k, vector in enumerate(vectors, 1))


def _bendable(net: StyleNet, rows: range, layers: str) -> list[str]:
    names = [layer.name for layer in net.layers if layer.row in rows]
    if not names:
        raise ModelError(f'no layer of this model reads the rows "{layers}".', f"It has rows 0 to {net.rows - 1}.")
    return names


def read_directions(model: Model) -> tuple[Direction, ...]:
    """Return the directions kept for `model`, in their order; () when there are none.

    Raises ModelError when they belong to another model, when the file is broken, or when a vector doesn't fit.
    """
    path = model.beside / TABLE
    if not path.is_file():
        return ()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path} can't be read: {error}.", "Mend it, or delete it and find them again.") from error
    _check_table(table, path, model)
    vectors = read_tensors(model.beside / VECTORS)
    return tuple(_direction(row, vectors, path, model) for row in table["directions"])


def _check_table(table: dict[str, Any], path: Path, model: Model) -> None:
    if table.get("format") != FORMAT or table.get("format_version") != FORMAT_VERSION:
        raise ModelError(f"{path} is no file of directions that this liveart reads.", _AGAIN)
    if table.get("model") != model.fingerprint:
        raise ModelError(f'{path} belongs to another model ({table.get("model")!r}) than "{model.name}" '
                         f"({model.fingerprint!r}).", "Move it to its model, or delete it and find directions anew.")
    rows = table.setdefault("directions", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ModelError(f"{path}: directions must be a list of tables.", "Write each as [[directions]].")
    names = [str(row.get("name")) for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ModelError(f'{path} has two directions called "{twice[0]}".', "Rename one of them.")


def _direction(row: dict[str, Any], vectors: Mapping[str, Tensor], path: Path, model: Model) -> Direction:
    name, layers = row.get("name"), row.get("layers", "all")
    if not isinstance(name, str) or not isinstance(layers, str):
        raise ModelError(f"{path}: a direction has name = {name!r} and layers = {layers!r}.", "Both are words.")
    check_name(name)
    rows_of(layers, int(model.net["rows"]))
    vector = vectors.get(name)
    style = int(model.net["style"])
    if vector is None or list(vector.shape) != [style] or not bool(torch.isfinite(vector).all()):
        found = "missing" if vector is None else f"{list(vector.shape)}"
        raise ModelError(f'{path.with_name(VECTORS)}: the vector of "{name}" is {found}; it must be {style} finite '
                         "numbers.", _AGAIN)
    picture = path.parent / PICTURES / f"{name}.png"
    return Direction(name, vector.float().numpy(), layers, str(row.get("method", "")),
                     str(picture) if picture.is_file() else "")


def check_name(name: str) -> None:
    """Raise ParamError when `name` can't be the name of a slider."""
    Param(name)


def write_directions(model: Model, directions: Iterable[Direction]) -> Path:
    """Keep `directions`, in their order, instead of those kept before; return the table's path. Raises ModelError."""
    kept = tuple(directions)
    path = model.beside / TABLE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_weights(path.with_name(VECTORS), {one.name: torch.from_numpy(one.vector) for one in kept})
        draft = path.with_suffix(".toml.part")
        draft.write_text(_table_text(model, kept), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise ModelError(f"{path} can't be written: {error.strerror}.", "Is there room, and may you write there?"
                         ) from error
    return path


def _table_text(model: Model, directions: Sequence[Direction]) -> str:
    lines = [f'format = "{FORMAT}"', f"format_version = {FORMAT_VERSION}", f"model = {_text(model.fingerprint)}"]
    for one in directions:
        lines += ["", "[[directions]]", f"name = {_text(one.name)}", f"method = {_text(one.method)}",
                  f"layers = {_text(one.layers)}  # which rows of w it moves",
                  f"sigma = {one.sigma:.6g}  # how far one unit of its slider goes in w"]
    return "\n".join(lines) + "\n"


def _text(word: str) -> str:
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")  # what TOML calls a basic string
