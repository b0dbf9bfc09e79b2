"""Keyframes of a model: places in w kept by name beside it, each with its picture."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from liveart.checkpoints.model import Model
from liveart.errors import ModelError

FOLDER = "keyframes"
_NAME = re.compile(r"(?!\d+$)[A-Za-z0-9_-]{1,60}")


def read_keyframes(model: Model) -> dict[str, np.ndarray]:
    """Return the keyframes kept for `model`, name → w, float32 [rows, style]; {} when there are none.

    Raises ModelError for one that is broken, belongs to another model or doesn't fit.
    """
    folder = model.beside / FOLDER
    return {path.stem: _read(path, model) for path in sorted(folder.glob("*.safetensors"))}


def _read(path: Path, model: Model) -> np.ndarray:
    try:
        with safe_open(path, framework="numpy") as file:
            owner = (file.metadata() or {}).get("model")
            w = file.get_tensor("w")
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(f"The keyframe {path} can't be read: {error}.", "Delete it, or make it again.") from error
    if owner != model.fingerprint:
        raise ModelError(f'The keyframe {path} belongs to another model than "{model.name}".',
                         "Move it to its model, or delete it.")
    _check(w, model, f"The keyframe {path}")
    return np.asarray(w, np.float32)


def write_keyframe(model: Model, name: str, w: np.ndarray, picture: np.ndarray | None = None) -> Path:
    """Keep `w` [rows, style] as the keyframe `name`, with its picture (uint8 [height, width, 3]); return its file.

    One of that name is replaced. Raises ModelError for a name that can't be a file's or would be taken for a seed, for
    a w that doesn't fit, and when the folder can't be written.
    """
    check_keyframe_name(name)
    _check(w, model, f'The keyframe "{name}"')
    path = model.beside / FOLDER / f"{name}.safetensors"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if picture is not None:
            _replace(path.with_suffix(".png"), picture)
        draft = path.with_name(path.name + ".part")
        draft.write_bytes(save({"w": np.ascontiguousarray(w, np.float32)}, metadata={"model": model.fingerprint}))
        draft.replace(path)
    except OSError as error:
        raise ModelError(f"{path} can't be written: {error.strerror}.", "Is there room, and may you write there?"
                         ) from error
    return path


def check_keyframe_name(name: str) -> None:
    """Raise ModelError when `name` can't be a keyframe's."""
    if not _NAME.fullmatch(name):
        raise ModelError(f'"{name}" can\'t be the name of a keyframe.',
                         "Use letters, digits, - and _, and not digits alone: those are seeds.")


def _check(w: np.ndarray, model: Model, what: str) -> None:
    wanted = (int(model.net["rows"]), int(model.net["style"]))
    if w.shape != wanted or not np.issubdtype(w.dtype, np.floating) or not np.isfinite(w).all():
        raise ModelError(f"{what} is {w.dtype} {list(w.shape)}; it must be finite numbers {list(wanted)}.",
                         "Make it with this model.")


def _replace(path: Path, picture: np.ndarray) -> None:
    draft = path.with_name(path.name + ".part")
    Image.fromarray(picture).save(draft, format="PNG")
    draft.replace(path)
