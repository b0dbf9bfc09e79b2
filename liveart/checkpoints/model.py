"""One door for all models: `open_model` gives a checked `Model` of a shipped name, a folder or a foreign file."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveart.checkpoints.sniff import form_of, locate
from liveart.errors import ModelError


@dataclass(frozen=True, slots=True)
class Model:
    """A model, read and checked, ready for the net that plays it.

    name         of the file (without its ending) or of the card
    kind, arch   the generator that plays it ("stylegan", "gan", …) and its net ("stylegan2", "stylegan3", "dcgan", …)
    net          the card's [net] table: lengths, sizes and flags
    tensors      by name: finite, of the right shapes, float32 or as short as they are stored
    licence      {"weights", "data", "credit"}
    file         the checkpoint, or the model folder
    beside       the folder where what is found out about it is kept; it may not be there yet
    fingerprint  short hash of names, shapes and the first values: which model a direction or a keyframe belongs to
    """

    name: str
    kind: str
    arch: str
    net: Mapping[str, Any]
    tensors: dict[str, Tensor]
    licence: Mapping[str, Any]
    file: Path
    beside: Path
    fingerprint: str


def open_model(word: str | Path, folder: str | Path = ".") -> Model:
    """Return the model that `word` means: relative to `folder`, else a path, else a shipped name.

    Reads model folders, StyleGAN2 and StyleGAN3 pickles, StyleGAN2 and DCGAN state dicts (.pt, .pth, .safetensors).
    Nothing in a file is ever run. Raises ModelError, in one sentence, for what is absent, broken, of another kind,
    or doesn't fit together.
    """
    # Late, for each of these readers makes a Model.
    from liveart.checkpoints.folder import open_folder
    from liveart.checkpoints.state_dict import open_state_dict

    path = locate(word, folder)
    if path.is_dir():
        return open_folder(path)
    return open_pickle(path) if form_of(path) == "pickle" else open_state_dict(path)


def open_pickle(path: Path) -> Model:
    """Return the model in a StyleGAN pickle. Raises ModelError for whatever is none."""
    from liveart.checkpoints.licence import licence_of
    from liveart.checkpoints.stylegan import read_stylegan

    found = read_stylegan(path)
    return foreign_model(path, "stylegan", found.arch, found.net, found.tensors, licence_of(found.dataset))


def foreign_model(path: Path, kind: str, arch: str, net: Mapping[str, Any], tensors: dict[str, Tensor],
                  licence: Mapping[str, Any]) -> Model:
    """Return the model of a bare file. Raises ModelError when a number in it is not finite."""
    check_finite(tensors, str(path))
    return Model(path.stem, kind, arch, net, tensors, licence, path, path.with_name(f"{path.stem}.liveart"),
                 fingerprint(tensors))


def check_finite(tensors: Mapping[str, Tensor], where: str) -> None:
    """Raise ModelError, naming the tensor, when a number is NaN or infinite."""
    for name, tensor in tensors.items():
        if not tensor.is_floating_point() or not tensor.numel():
            continue
        least, most = torch.aminmax(tensor)  # NaN is passed on; unlike isfinite it takes no memory
        if not math.isfinite(float(least)) or not math.isfinite(float(most)):
            raise ModelError(f"{where}: {name} holds numbers that are not finite.",
                             "Its training went astray: take an earlier file.")


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """Return 12 letters that stay the same when a model is converted, also to half precision."""
    hashed = hashlib.sha256()
    for name in sorted(tensors):
        hashed.update(f"{name} {list(tensors[name].shape)}\n".encode())
    for name in _telling(tensors):
        hashed.update(tensors[name].detach().cpu().to(torch.float16).contiguous().numpy().tobytes())
    return hashed.hexdigest()[:12]


def _telling(tensors: Mapping[str, Tensor]) -> list[str]:
    """Return the names of the tensors whose values tell two trainings apart."""
    told = [name for name in ("mapping.w_avg", "mapping.fc0.weight") if name in tensors]
    return told or [name for name in sorted(tensors) if tensors[name].ndim > 1][:1]
