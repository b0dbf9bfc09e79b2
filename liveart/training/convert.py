"""A foreign DCGAN generator becomes a model folder: its shapes tell latent, size, colours and width.

The form is that of PyTorch's DCGAN tutorial: one `nn.Sequential` called `main`, convolutions at 0, 3, 6, …
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveart.core.card import CARD_NAME, Card, write_card
from liveart.errors import ModelError
from liveart.nets.dcgan import DcganGenerator
from liveart.training.foreign import Tensors, read_checkpoint, state_dicts
from liveart.training.sheet import save_sheet, sheet
from liveart.weights import fill, save_weights

WEIGHTS = "weights.safetensors"
UNKNOWN = "unknown: ask its author"
PREVIEW_SEED = 7
_KEY = re.compile(r"^(?P<prefix>.*?)main\.(?P<rest>\d+\.\w+)$")
_SIZES = {(7, 3): 28, (4, 4): 32, (4, 5): 64, (4, 6): 128}  # (first kernel, convolutions) → pixels a side


@dataclass(frozen=True, slots=True)
class Found:
    """A state dict in DCGAN's form within a checkpoint: where it lay, its tensors by their names from `main.` on."""

    where: str
    tensors: Tensors

    @property
    def convolutions(self) -> list[Tensor]:
        """The weights of its convolutions, from the input to the output."""
        numbers = sorted(int(key.split(".")[1]) for key, t in self.tensors.items() if t.ndim == 4)
        return [self.tensors[f"main.{number}.weight"] for number in numbers if f"main.{number}.weight" in self.tensors]

    @property
    def is_discriminator(self) -> bool:
        """True when it goes from a picture to one score."""
        layers = self.convolutions
        return bool(layers) and layers[0].shape[1] in (1, 3) and layers[-1].shape[0] == 1


def convert(source: Path, out: Path) -> Card:
    """Write the generator in `source` as a model folder `out`; return its card.

    Raises ModelError when `out` is a model already, and for whatever is no DCGAN generator, naming what was found.
    """
    if (out / CARD_NAME).exists():
        raise ModelError(f"{out} holds a model already and stays as it is.", "Choose another folder with -o.")
    found = find_generator(read_checkpoint(source), source)
    net = build_net(found, source)
    pictures = _try_out(net, source)
    try:
        out.mkdir(parents=True, exist_ok=True)
        digest = save_weights(out / WEIGHTS, net.state_dict())
        save_sheet(out / "preview.png", sheet(pictures, columns=max(1, 512 // net.size)))
        card = _card(out.resolve().name, net, digest, source)
        write_card(out, card)
    except OSError as error:
        raise ModelError(f"{out} can't be written: {error.strerror}.", "Choose another folder with -o.") from error
    return card


def find_generator(content: Any, source: Path) -> Found:
    """Return the one generator in a checkpoint. Raises ModelError, naming what is there instead."""
    nets = [net for where, tensors in state_dicts(content) for net in _nets(where, tensors)]
    generators = [net for net in nets if not net.is_discriminator]
    if len(generators) > 1:
        generators = [net for net in generators if "g" in re.split(r"[._ ]|net", net.where.lower())] or generators[:1]
    if generators:
        return generators[0]
    if nets:
        raise ModelError(f"{source} holds a discriminator ({nets[0].where or 'main'}), which judges pictures and "
                         "makes none.", "Convert the generator of the same training.")
    raise ModelError(f"{source} holds no DCGAN generator: {_inventory(content)}.",
                     "Its tensors should be called main.0.weight, main.1.weight, …")


def _nets(where: str, tensors: Tensors) -> list[Found]:
    """Return the nets in a flat dictionary, apart by what stands before `main.` (`module.`, `netG.`, nothing)."""
    parts: dict[str, Tensors] = {}
    for key, tensor in tensors.items():
        match = _KEY.match(key)
        if match:
            parts.setdefault(match["prefix"], {})[f"main.{match['rest']}"] = tensor
    return [Found(f"{where}.{prefix}".strip("."), part) for prefix, part in parts.items()]


def _inventory(content: Any) -> str:
    """Return in a few words what a checkpoint holds."""
    for where, tensors in state_dicts(content):
        some = ", ".join(f"{key} {list(t.shape)}" for key, t in list(tensors.items())[:3])
        return f'{len(tensors)} tensors{f" under {where}" if where else ""}, such as {some}'
    if isinstance(content, Mapping):
        return f"a dictionary without tensors ({', '.join(str(key) for key in list(content)[:5]) or 'empty'})"
    return f"a {type(content).__name__}"


def build_net(found: Found, source: Path) -> DcganGenerator:
    """Return the net that the shapes tell, filled. Raises ModelError when it is none that liveart can build."""
    layers = found.convolutions
    shapes = ", ".join(str(list(layer.shape)) for layer in layers)
    if not layers or (size := _SIZES.get((layers[0].shape[2], len(layers)))) is None:
        raise ModelError(f"{source}: {len(layers)} convolutions of shapes {shapes or 'none'} are no DCGAN that liveart "
                         "knows.", "It plays those of 28, 32, 64 and 128 pixels.")
    latent, channels, width = layers[0].shape[0], layers[-1].shape[1], layers[-1].shape[0]
    if channels not in (1, 3):
        raise ModelError(f"{source} makes pictures of {channels} channels.", "liveart plays 1 (grey) and 3 (colour).")
    net = DcganGenerator(latent, size, channels, width)
    fill(net, _completed(found.tensors, net), f"{source} (convolutions {shapes})")
    return net.eval()


def _completed(tensors: Tensors, net: DcganGenerator) -> Tensors:
    """Return the tensors with the step counters of batch norm, which checkpoints of old torch versions lack."""
    counters = {key: torch.zeros_like(tensor) for key, tensor in net.state_dict().items()
                if key.endswith("num_batches_tracked")}
    return counters | tensors


@torch.no_grad()
def _try_out(net: DcganGenerator, source: Path) -> Tensor:
    """Return pictures for the preview. Raises ModelError when the net makes none worth the name."""
    columns = max(1, 512 // net.size)
    chance = torch.Generator().manual_seed(PREVIEW_SEED)
    pictures: Tensor = net(torch.randn(columns * 2, net.latent, generator=chance))
    if not bool(torch.isfinite(pictures).all()):
        raise ModelError(f"{source} makes pictures that are not finite.", "Its training went astray: take another.")
    return pictures


def _card(name: str, net: DcganGenerator, digest: str, source: Path) -> Card:
    return Card(
        name=name, kind="gan", arch="dcgan", weights=WEIGHTS, sha256=digest, title=name,
        description=f"DCGAN of {net.size}x{net.size} pixels, converted from {source.name}",
        net={"latent": net.latent, "size": net.size, "channels": net.channels, "width": _width(net)},
        licence={"weights": UNKNOWN, "data": UNKNOWN, "credit": ""},
        training={"command": f"liveart convert {source.name} -o {name}"},
    )


def _width(net: DcganGenerator) -> int:
    convolutions = [part for part in net.main if isinstance(part, torch.nn.ConvTranspose2d)]
    return int(convolutions[-1].in_channels)
