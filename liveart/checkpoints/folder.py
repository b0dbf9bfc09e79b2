"""Our own model folders: read as a `Model`, and written from one. Only tensors and a card are in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveart.checkpoints.model import Model, check_finite, fingerprint
from liveart.checkpoints.shapes import check
from liveart.checkpoints.stylegan2_form import stylegan2_net
from liveart.checkpoints.stylegan3_form import stylegan3_net
from liveart.core.card import CARD_NAME, Card, read_card, write_card
from liveart.errors import ModelError, did_you_mean
from liveart.nets.registry import PICTURE_NETS, build
from liveart.weights import read_tensors, save_weights, sha256_of

WEIGHTS = "weights.safetensors"
STYLEGANS = ("stylegan2", "stylegan3")
_SMALL = 4096  # numbers; tensors up to this size stay as precise as they are
_PRECISE = ("synthesis.input.", "mapping.w_avg")  # a place in a plane, and the middle of everything


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says beside its numbers."""

    title: str = ""
    description: str = ""
    training: Mapping[str, Any] = field(default_factory=dict)


def open_folder(folder: Path) -> Model:
    """Return the model in a folder. Raises ModelError when its card, its weights and its net do not fit together."""
    card = read_card(folder)
    path = folder / card.weights
    if path.is_file() and sha256_of(path) != card.sha256:
        raise ModelError(f"{path} is not the file that its card describes (SHA-256 differs).",
                         "Fetch or export the model again.")
    tensors = read_tensors(path)
    check_finite(tensors, str(path))
    net = _checked_net(card, tensors, str(path))
    return Model(card.name, card.kind, card.arch, net, tensors, card.licence, folder, folder, fingerprint(tensors))


def _checked_net(card: Card, tensors: Mapping[str, Tensor], where: str) -> Mapping[str, Any]:
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    if card.kind == "stylegan":
        if card.arch not in STYLEGANS:
            raise ModelError(f'{where}: no StyleGAN is called "{card.arch}".', did_you_mean(card.arch, STYLEGANS))
        net = stylegan3_net(shapes, card.net, where) if card.arch == "stylegan3" else _second(shapes, card, where)
        wrong = [key for key in net if net[key] != card.net.get(key)]
        if wrong:
            raise ModelError(f"{where}: the card says {wrong[0]} = {card.net.get(wrong[0])}, but the tensors make it "
                             f"{net[wrong[0]]}.", "Mend the card's [net].")
        return net
    if card.arch in PICTURE_NETS:
        # Built for its shapes alone; on torch's "meta" device it would take a second and a half the first time.
        wanted = build(card.arch, dict(card.net)).state_dict()
        check(shapes, {name: tuple(tensor.shape) for name, tensor in wanted.items()}, where)
    return dict(card.net)


def _second(shapes: Mapping[str, tuple[int, ...]], card: Card, where: str) -> dict[str, Any]:
    clamp = card.net.get("clamp", 0.0)
    if isinstance(clamp, bool) or not isinstance(clamp, int | float) or not 0 <= clamp < 1e9:
        raise ModelError(f"{where}: the card says clamp = {clamp!r}.", "Write a number from 0 (none) up.")
    return stylegan2_net(shapes, float(clamp), where)


def refuse_taken(folder: Path) -> None:
    """Raise ModelError when there is a model in `folder` already, or when it is a file."""
    if (folder / CARD_NAME).exists():
        raise ModelError(f"{folder} holds a model already and stays as it is.", "Choose another folder with -o.")
    if folder.exists() and not folder.is_dir():
        raise ModelError(f"{folder} is a file.", "Choose another folder with -o.")


def write_folder(folder: Path, model: Model, words: Words, half: bool = False) -> Card:
    """Write a model folder (weights first, card last) and return its card; never over another model.

    With `half`, large tensors are written as float16. Raises ModelError when the folder is taken or can't be written,
    or when a number is too large for float16.
    """
    refuse_taken(folder)
    tensors = {name: _shortened(tensor, name) for name, tensor in model.tensors.items()} if half else model.tensors
    check_finite(tensors, f"{model.name} in half precision" if half else model.name)
    name = folder.resolve().name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = save_weights(folder / WEIGHTS, tensors)
        card = Card(name=name, kind=model.kind, arch=model.arch, weights=WEIGHTS, sha256=digest,
                    title=words.title or name, description=words.description, net=model.net, licence=model.licence,
                    training=words.training)
        write_card(folder, card)
    except OSError as error:
        raise ModelError(f"{folder} can't be written: {error.strerror}.", "Choose another folder with -o.") from error
    return card


def _shortened(tensor: Tensor, name: str) -> Tensor:
    is_large = tensor.is_floating_point() and tensor.numel() > _SMALL and not name.startswith(_PRECISE)
    return tensor.to(torch.float16) if is_large else tensor
