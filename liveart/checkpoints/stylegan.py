"""StyleGAN pickles: from the objects in the file to a net table and tensors. Only the generator's numbers are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from torch import Tensor

from liveart.checkpoints.allowed import ALLOWED, Part, StoredTensor
from liveart.checkpoints.blobs import read_tensor
from liveart.checkpoints.pickle_data import Unknown, read_pickle
from liveart.checkpoints.shapes import OTHER
from liveart.checkpoints.stylegan2_form import stylegan2_net
from liveart.checkpoints.stylegan3_form import stylegan3_net
from liveart.checkpoints.stylegan_words import (
    Walk,
    add_absent_noise,
    check_claims,
    check_filter,
    clamp,
    dataset_of,
    plan,
    take_filters,
)
from liveart.errors import ModelError

DEEPEST = 12  # parts within parts; real files have four
_TENSORFLOW = "dnnlib.tflib."


@dataclass(frozen=True, slots=True)
class Found:
    """A generator as read: which kind it is, its net table and tensors, and what it was trained on, if that is said."""

    arch: str
    net: dict[str, Any]
    tensors: dict[str, Tensor]
    dataset: str


def read_stylegan(path: Path) -> Found:
    """Return the generator of a StyleGAN2 or StyleGAN3 pickle. Nothing in the file is run.

    Raises ModelError for whatever is no such file, and when a tensor is absent, of a wrong shape or not finite.
    """
    with path.open("rb") as file:
        try:
            content = read_pickle(file, path, ALLOWED)
        except Unknown as error:
            raise _explained(error, path) from error
        generator = _generator(content, path)
        walk = Walk({}, {})
        for name, part in _parts(generator, path):
            walk.parts[name] = part
            walk.tensors.update(_stored(name, part))
        _check_budget(walk, path)
        return _read(walk, dataset_of(content), file, path)


def _explained(error: Unknown, path: Path) -> ModelError:
    """Return the error with what to do about the name that is refused."""
    if error.word.startswith(_TENSORFLOW):
        return ModelError(f"{path} is a TensorFlow StyleGAN file, which liveart does not read. Nothing was run.",
                          "Convert it with a tool of your own to a PyTorch .pkl, or take the PyTorch version.")
    if not error.word:
        return error
    return ModelError(error.what, "If you trust its author, save the tensors alone where that code is at home: "
                      f'torch.save(G_ema.state_dict(), "{path.stem}.pt"). Or ask for this name to be known.')


def _generator(content: Any, path: Path) -> Part:
    """Return `G_ema`, else `G`. Raises ModelError, saying what is there instead."""
    if isinstance(content, Part):
        return _as_generator(content, path)
    if isinstance(content, tuple | list):
        raise ModelError(f"{path} is no StyleGAN of PyTorch: it holds a {type(content).__name__} of {len(content)}.",
                         "Take the PyTorch version of the file.")
    if not isinstance(content, dict):
        raise ModelError(f"{path} is no StyleGAN: it holds a {type(content).__name__}.", "Take another file.")
    for key in ("G_ema", "G"):
        if isinstance(content.get(key), Part):
            return _as_generator(content[key], path)
    keys = ", ".join(str(key)[:40] for key in list(content)[:8]) or "nothing"
    if isinstance(content.get("D"), Part):
        raise ModelError(f"{path} holds a discriminator, which judges pictures and makes none (found: {keys}).",
                         "Take the file that has G_ema.")
    raise ModelError(f"{path} holds no generator (G_ema or G); found: {keys}.", "Take the file that has G_ema.")


def _as_generator(part: Part, path: Path) -> Part:
    modules = part.state.get("_modules")
    if isinstance(modules, dict) and {"synthesis", "mapping"} <= modules.keys():
        return part
    inner = ", ".join(str(name)[:40] for name in list(modules)[:8]) if isinstance(modules, dict) else ""
    raise ModelError(f'{path} holds a {_word(part.class_name)}, which is no StyleGAN generator '
                     f'(its parts: {inner or "none"}).', "liveart plays those of a mapping and a synthesis.")


def _word(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _parts(root: Part, path: Path) -> Iterator[tuple[str, Part]]:
    """Yield (name, part) of a network and all within it, in the order of the file."""
    waiting, seen = [("", root, 0)], set[int]()
    while waiting:
        name, part, depth = waiting.pop()
        if depth > DEEPEST or id(part) in seen:
            raise ModelError(f"{path}: its parts lie within each other without end.", OTHER)
        seen.add(id(part))
        yield name, part
        inner = part.state.get("_modules") or {}
        if not isinstance(inner, dict):
            raise ModelError(f"{path}: the parts of {name or 'the generator'} are no dictionary.", OTHER)
        found = [(f"{name}.{key}".strip("."), value, depth + 1) for key, value in inner.items()
                 if isinstance(value, Part)]
        waiting += reversed(found)


def _stored(name: str, part: Part) -> dict[str, StoredTensor]:
    tensors: dict[str, StoredTensor] = {}
    for group in ("_parameters", "_buffers"):
        values = part.state.get(group)
        if isinstance(values, dict):
            tensors |= {f"{name}.{key}".strip("."): value for key, value in values.items()
                        if isinstance(value, StoredTensor)}
    return tensors


def _check_budget(walk: Walk, path: Path) -> None:
    """Refuse a file whose tensors have more numbers than it has room for: they would be the same ones many times."""
    claimed, room = sum(tensor.count for tensor in walk.tensors.values()) * 2, path.stat().st_size
    if claimed > room:
        raise ModelError(f"{path} of {room:,} bytes claims weights of at least {claimed:,} bytes.", OTHER)


def _read(walk: Walk, dataset: str, file: BinaryIO, path: Path) -> Found:
    """Check shapes first, then read: nothing is read of a file that does not fit."""
    where, is_third = str(path), "synthesis.input" in walk.parts
    quiet, filters = ({}, {}) if is_third else (add_absent_noise(walk), take_filters(walk))
    shapes = {name: stored.size for name, stored in walk.tensors.items()} | {name: t.shape for name, t in quiet.items()}
    net = stylegan3_net(shapes, plan(walk, where), where) if is_third else stylegan2_net(shapes, clamp(walk), where)
    check_claims(walk, net, where)
    tensors = {name: read_tensor(stored, name, file, path) for name, stored in walk.tensors.items()}
    for name, stored in filters.items():
        check_filter(read_tensor(stored, name, file, path), name, where)
    return Found("stylegan3" if is_third else "stylegan2", net, tensors | quiet, dataset)
