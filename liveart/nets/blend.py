"""Two models of one family as one: each block of the synthesis, and the mapping, somewhere between its two parents.

Amount 0 is the first parent, 1 the second. Blocks swapped whole are the layer swapping of Pinkney and Adler 2020,
arXiv 2010.05334; amounts between interpolate the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from liveart.errors import ModelError, did_you_mean

# Numbers that mean something only as a whole: halfway between two grains or two sets of waves is neither.
WHOLE = ("noise_const", "resample_filter", "up_filter", "down_filter", "freqs", "phases", "transform")
_INSTEAD = "Crossfade them as two players, or swap them in one: models = [\"a\", \"b\"]."


class Parent(Protocol):
    """What a blend needs to know of a model."""

    @property
    def name(self) -> str: ...
    @property
    def arch(self) -> str: ...
    @property
    def net(self) -> Mapping[str, Any]: ...
    @property
    def tensors(self) -> Mapping[str, Tensor]: ...


def check_blendable(a: Parent, b: Parent) -> None:
    """Raise ModelError, saying what differs, unless every weight of `a` has its counterpart in `b`."""
    if a.arch != b.arch:
        raise ModelError(f'"{a.name}" is a {a.arch} and "{b.name}" a {b.arch}: they can\'t be blended.', _INSTEAD)
    for name in sorted(a.tensors.keys() | b.tensors.keys()):
        one, other = a.tensors.get(name), b.tensors.get(name)
        if one is None or other is None:
            lacking = a.name if one is None else b.name
            raise ModelError(f'"{a.name}" and "{b.name}" can\'t be blended: "{lacking}" has no {name}.', _INSTEAD)
        if one.shape != other.shape:
            raise ModelError(f'"{a.name}" and "{b.name}" can\'t be blended: {name} is {list(one.shape)} in the first '
                             f"and {list(other.shape)} in the second.", _INSTEAD)
    if a.net.get("layers") != b.net.get("layers") or a.net.get("architecture") != b.net.get("architecture"):
        raise ModelError(f'"{a.name}" and "{b.name}" can\'t be blended: their layers are put together differently.',
                         _INSTEAD)


def block_rows(model: Parent) -> dict[str, int]:
    """Return the blocks of the synthesis in order, each with the row of w that stands for it.

    StyleGAN2: b4, b8, … with the row of their second convolution. StyleGAN3: input, then its layers.
    """
    if model.arch == "stylegan3":
        names = ["input", *(str(layer["name"]) for layer in model.net["layers"])]
        return {name: row for row, name in enumerate(names)}
    sizes = sorted({int(block[1:]) for block in map(_block, model.tensors) if block[:1] == "b"})
    return {f"b{size}": 2 * place for place, size in enumerate(sizes)}


def _block(name: str) -> str:
    """Return the block that a tensor belongs to: "b16", "L5_84_512", "input"; "mapping" for the mapping's."""
    parts = name.split(".")
    return parts[1] if parts[0] == "synthesis" else parts[0]


def blended(a: Parent, b: Parent, amounts: Mapping[str, float], mapping: float | None = None) -> dict[str, Tensor]:
    """Return the weights of the blocks in `amounts` (block → 0..1), and the mapping's when an amount is given for it.

    All blocks and a mapping give a whole model; a few give what changes. At 0 and 1 they are the parents' own tensors,
    not copies. The two must have passed `check_blendable`. Raises ModelError for an unknown block.
    """
    known = block_rows(a)
    for block in amounts:
        if block not in known:
            raise ModelError(f'"{a.name}" has no block "{block}".', did_you_mean(block, known))
    shares = dict(amounts) | ({} if mapping is None else {"mapping": mapping})
    return {name: _between(name, tensor, b.tensors[name], shares[_block(name)])
            for name, tensor in a.tensors.items() if _block(name) in shares}


def _between(name: str, a: Tensor, b: Tensor, share: float) -> Tensor:
    if share in (0.0, 1.0) or name.rpartition(".")[2] in WHOLE:
        return a if share < 0.5 else b
    wide = torch.promote_types(a.dtype, b.dtype)
    return torch.lerp(a.to(wide), b.to(wide), share)
