"""Weights between files and nets: safetensors only, checked before anything plays or is trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from liveart.core.card import Card
from liveart.errors import ModelError

_AGAIN = "Fetch or export the model again."


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file; raises ModelError when it is absent, cut short or foreign."""
    if not path.is_file():
        raise ModelError(f"The weights {path} are missing.", _AGAIN)
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no dict)
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(f"The weights {path} can't be read: {error}.", _AGAIN) from error


def save_weights(path: Path, tensors: Mapping[str, Tensor], half: bool = False) -> str:
    """Write tensors to `path` in one step, as float16 where `half`; returns the file's SHA-256."""
    kept = {
        name: tensor.detach().to("cpu", torch.float16 if half and tensor.is_floating_point() else tensor.dtype)
        for name, tensor in tensors.items()
    }
    draft = path.with_name(path.name + ".part")
    # Written by us rather than by safetensors, whose files no other user may read.
    draft.write_bytes(save({name: tensor.contiguous() for name, tensor in kept.items()}))
    digest = sha256_of(draft)
    draft.replace(path)
    return digest


def load_weights(folder: Path, card: Card, net: nn.Module) -> nn.Module:
    """Fill `net` with the weights that `card` names, as float32, and return it ready to play (eval mode).

    Raises ModelError when the file is not the one the card describes, when names or shapes differ from the
    net's, or when a number is not finite.
    """
    path = Path(folder) / card.weights
    if not path.is_file():
        raise ModelError(f"The weights {path} are missing.", _AGAIN)
    if sha256_of(path) != card.sha256:
        raise ModelError(f"{path} is not the file that its card describes (SHA-256 differs).", _AGAIN)
    fill(net, read_tensors(path), str(path))
    return net.eval()


def fill(net: nn.Module, tensors: Mapping[str, Tensor], source: str) -> None:
    """Copy `tensors` into `net`; raises ModelError when they don't fit it or hold NaN or infinity."""
    wanted = net.state_dict()
    missing, foreign = sorted(wanted.keys() - tensors.keys()), sorted(tensors.keys() - wanted.keys())
    if missing or foreign:
        raise ModelError(
            f"{source} doesn't fit its net: {_named('lacks', missing)}{_named('has unknown', foreign)}.",
            _AGAIN,
        )
    for name, tensor in tensors.items():
        if tensor.shape != wanted[name].shape:
            raise ModelError(
                f"{source}: {name} is {list(tensor.shape)}, but the net has {list(wanted[name].shape)}.",
                _AGAIN,
            )
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise ModelError(f"{source}: {name} holds numbers that are not finite.", _AGAIN)
    net.load_state_dict({name: tensor.to(wanted[name].dtype) for name, tensor in tensors.items()})


def _named(verb: str, names: list[str]) -> str:
    if not names:
        return ""
    return f"{verb} {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''} "
