"""A DCGAN generator in a state dict: its shapes tell latent, size, colours and width.

The form is that of PyTorch's DCGAN tutorial: one `nn.Sequential` called `main`, convolutions at 0, 3, 6, … Layers
without weights between them (dropout) move the numbers; the order of the convolutions is what counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveart.checkpoints.shapes import check
from liveart.checkpoints.torch_file import Tensors, inventory, state_dicts
from liveart.errors import ModelError
from liveart.nets.registry import build

_KEY = re.compile(r"^(?P<prefix>.*?)main\.(?P<number>\d{1,4})\.(?P<rest>\w+)$")
_SIZES = {(7, 3): 28, (4, 4): 32, (4, 5): 64, (4, 6): 128}  # (first kernel, convolutions) → pixels a side


@dataclass(frozen=True, slots=True)
class Found:
    """A state dict in DCGAN's form within a checkpoint: where it lay, its tensors as `main.N.…`, N = 0, 1, 3, 4, …"""

    where: str
    tensors: Tensors

    @property
    def convolutions(self) -> list[Tensor]:
        """The weights of its convolutions, from the input to the output."""
        numbers = sorted(int(key.split(".")[1]) for key, tensor in self.tensors.items() if tensor.ndim == 4)
        return [self.tensors[f"main.{number}.weight"] for number in numbers if f"main.{number}.weight" in self.tensors]

    @property
    def is_discriminator(self) -> bool:
        """True when it goes from a picture to one score."""
        layers = self.convolutions
        return bool(layers) and layers[0].shape[1] in (1, 3) and layers[-1].shape[0] == 1


def read_dcgan(content: Any, path: Path) -> tuple[dict[str, Any], Tensors]:
    """Return (net, tensors) of the one DCGAN generator in a checkpoint. Raises ModelError, naming what is there."""
    found = _generator(content, path)
    layers = found.convolutions
    shapes = ", ".join(str(list(layer.shape)) for layer in layers)
    if not layers or (size := _SIZES.get((layers[0].shape[2], len(layers)))) is None:
        raise ModelError(f"{path}: {len(layers)} convolutions of shapes {shapes or 'none'} are no DCGAN that liveart "
                         "knows.", "It plays those of 28, 32, 64 and 128 pixels.")
    net = {"latent": layers[0].shape[0], "size": size, "channels": layers[-1].shape[1], "width": layers[-1].shape[0]}
    if net["channels"] not in (1, 3):
        raise ModelError(f"{path} makes pictures of {net['channels']} channels.",
                         "liveart plays 1 (grey) and 3 (colour).")
    return net, _fitted(found.tensors, net, f"{path} (convolutions {shapes})")


def _generator(content: Any, path: Path) -> Found:
    nets = [net for where, tensors in state_dicts(content) for net in _nets(where, tensors)]
    generators = [net for net in nets if not net.is_discriminator]
    if len(generators) > 1:
        generators = [net for net in generators if "g" in re.split(r"[._ ]|net", net.where.lower())] or generators[:1]
    if generators:
        return generators[0]
    if nets:
        raise ModelError(f"{path} holds a discriminator ({nets[0].where or 'main'}), which judges pictures and "
                         "makes none.", "Take the generator of the same training.")
    raise ModelError(f"{path} holds no generator that liveart knows: {inventory(content)}.",
                     "A DCGAN's tensors are called main.0.weight, main.1.weight, …; a StyleGAN2's "
                     "synthesis.b4.const or convs.0.conv.weight.")


def _nets(where: str, tensors: Mapping[str, Tensor]) -> list[Found]:
    """Return the nets in a flat dictionary, apart by what stands before `main.` (`module.`, `netG.`, nothing)."""
    parts: dict[str, dict[int, Tensors]] = {}
    for key, tensor in tensors.items():
        if match := _KEY.match(key):
            parts.setdefault(match["prefix"], {}).setdefault(int(match["number"]), {})[match["rest"]] = tensor
    return [Found(f"{where}.{prefix}".strip("."), _renumbered(layers)) for prefix, layers in parts.items()]


def _renumbered(layers: Mapping[int, Tensors]) -> Tensors:
    """Return the tensors numbered as in the tutorial: three for each convolution, its normalisation behind it."""
    tensors: Tensors = {}
    place = -1
    for number in sorted(layers):
        is_convolution = any(tensor.ndim == 4 for tensor in layers[number].values())
        place = place // 3 * 3 + 3 if is_convolution else place + 1
        tensors |= {f"main.{place}.{rest}": tensor for rest, tensor in layers[number].items()}
    return tensors


def _fitted(tensors: Tensors, net: Mapping[str, Any], where: str) -> Tensors:
    """Return the tensors, checked against the net, with the step counters that files of old torch versions lack."""
    wanted = build("dcgan", net).state_dict()
    counters = {key: torch.zeros((), dtype=torch.long) for key in wanted if key.endswith("num_batches_tracked")}
    whole = {key: tensor.detach().clone() for key, tensor in (counters | tensors).items()}
    check({key: tuple(tensor.shape) for key, tensor in whole.items()},
          {key: tuple(tensor.shape) for key, tensor in wanted.items()}, where)
    return whole
