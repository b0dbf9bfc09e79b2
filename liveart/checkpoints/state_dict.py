"""State dicts become models: StyleGAN2 under its own names or under other ones, and DCGAN."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from liveart.checkpoints.dcgan import read_dcgan
from liveart.checkpoints.licence import licence_of
from liveart.checkpoints.model import Model, foreign_model
from liveart.checkpoints.rosinality import find_rosinality, rename
from liveart.checkpoints.stylegan2_form import stylegan2_net
from liveart.checkpoints.stylegan_words import check_filter
from liveart.checkpoints.torch_file import Tensors, read_checkpoint, state_dicts
from liveart.errors import ModelError

_FILTER = ".resample_filter"
_SECOND, _THIRD = "synthesis.b4.const", "synthesis.input.freqs"
USUAL_CLAMP = 256.0  # of nets trained in part in half precision; shapes alone don't say whether one was


def open_state_dict(path: Path) -> Model:
    """Return the model in a .pt, .pth, .tar or .safetensors file. Raises ModelError for whatever is none."""
    content = read_checkpoint(path)
    renamed = find_rosinality(content)
    if renamed is not None:
        tensors = rename(renamed, content.get("latent_avg"), path)
        return _stylegan2(tensors, 0.0, path)  # this form clamps nothing
    named = _with_names(content)
    if named is not None:
        return _stylegan2(_without_filters(named, path), USUAL_CLAMP, path)
    net, tensors = read_dcgan(content, path)
    return foreign_model(path, "gan", "dcgan", net, tensors, licence_of(""))


def _stylegan2(tensors: Tensors, clamp: float, path: Path) -> Model:
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    net = stylegan2_net(shapes, clamp, str(path))
    return foreign_model(path, "stylegan", "stylegan2", net, tensors, licence_of(""))


def _with_names(content: Any) -> Tensors | None:
    """Return the state dict that has StyleGAN2's own names, the averaged generator before others, or None."""
    found = [(where, prefix, tensors) for where, tensors in state_dicts(content) for prefix in _prefixes(tensors)]
    if not found:
        return None
    found.sort(key=lambda each: "ema" not in f"{each[0]}.{each[1]}".lower())
    _, prefix, tensors = found[0]
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _prefixes(tensors: Mapping[str, Tensor]) -> list[str]:
    return [name.removesuffix(mark) for name in tensors for mark in (_SECOND, _THIRD)
            if name.endswith(mark) and (name == mark or name.endswith(f".{mark}"))]


def _without_filters(tensors: Tensors, path: Path) -> Tensors:
    """Return the tensors of their own memory, the resampling filters checked and left out."""
    if _THIRD in tensors:
        raise ModelError(f"{path} holds the tensors of a StyleGAN3 alone, which do not say how its layers are cut.",
                         "Give the .pkl of the same training.")
    for name in tensors:
        if name.endswith(_FILTER):
            check_filter(tensors[name], name, str(path))
    return {name: tensor.detach().clone() for name, tensor in tensors.items() if not name.endswith(_FILTER)}
