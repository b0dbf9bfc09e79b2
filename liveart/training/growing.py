"""Beginning with the nets of another run: of the same sizes, or, for a StyleGAN2, of half the size."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from liveart.errors import TrainingError
from liveart.nets.layers import ROOT_TWO
from liveart.nets.stylegan2 import StyleGan2
from liveart.nets.stylegan2_judge import StyleGan2Judge

from . import checkpoint
from .trainer import Trainer

Tensors = dict[str, Tensor]
_OWN = ("ada", "paths")  # what belongs to a run rather than to its nets


def begin_with(path: Path, trainer: Trainer) -> None:
    """Give `trainer` the nets in the checkpoint `path`; raises TrainingError when they don't fit.

    A grown generator draws what the small one drew, twice as large, and a grown discriminator scores what the small
    one would of the picture at half its size. Nothing that was learnt is lost: the new blocks begin by adding nothing.
    """
    small, _ = checkpoint.peek(path)
    wanted = trainer.recipe
    grows = small.arch == wanted.arch == "stylegan2" and small.size != wanted.size
    if grows and small.size * 2 != wanted.size:
        what = f"{path} is of {small.size} pixels; {wanted.size} can't be grown from it."
        raise TrainingError(what, f"Begin with a run of {wanted.size // 2} pixels: one doubling at a time.")
    tensors = checkpoint.tensors_of(path)
    try:
        for name, net in trainer.nets.items():
            found = checkpoint.below(tensors, f"net/{name}/")
            if name not in _OWN:
                found = _grown(net, found, wanted.size) if grows else found
                net.load_state_dict(found | _silent(net))
    except RuntimeError as error:
        raise TrainingError(f"The checkpoint {path} is of other nets: {error}", checkpoint.AFRESH) from error


def _silent(net: nn.Module) -> Tensors:
    """Return the noise strengths that `net` doesn't learn, zero as they are in it."""
    return {name: value for name, value in net.named_buffers() if name.endswith("noise_strength")}


def _grown(net: nn.Module, found: Tensors, size: int) -> Tensors:
    """Return a state for `net`: what was found, and new blocks that change nothing yet."""
    fresh = {key: value.clone() for key, value in net.state_dict().items()}
    if isinstance(net, StyleGan2):
        fresh |= {key: torch.zeros_like(fresh[key]) for key in fresh if key.startswith(f"synthesis.b{size}.torgb.w")}
    elif isinstance(net, StyleGan2Judge):
        if len(net.entry.weight) >= 2 * net.entry.weight.shape[1]:  # else it must learn its way in
            fresh |= _passing(net, fresh, found, size)
        found = {key: value for key, value in found.items() if not key.startswith("entry.")}
    return fresh | found


def _passing(net: StyleGan2Judge, fresh: Tensors, found: Tensors, size: int) -> Tensors:
    """Return a judge's new entry and first block such that they hand on what the old entry made of half the picture.

    The first channels carry every colour twice, with either sign: the difference of both, after however many leaky
    ReLUs, is the colour again. The other channels are as drawn, and wait behind weights of zero.
    """
    block = getattr(net, f"b{size}")
    colours, kept = net.entry.weight.shape[1], 2 * net.entry.weight.shape[1]
    entry, first, second = (fresh[key] for key in ("entry.weight", f"b{size}.conv0.weight", f"b{size}.conv1.weight"))
    for channel in range(kept):
        entry[channel] = 0.0
        entry[channel, channel % colours] = (1.0 if channel < colours else -1.0) / net.entry.gain
        first[channel] = 0.0
        first[channel, channel, 1, 1] = 1.0 / block.conv0.gain
    old = found["entry.weight"][:, :, 0, 0] * (net.entry.gain * ROOT_TWO)  # a block halves the power of its two ways
    second.zero_()
    # Twice through a leaky ReLU of 0.2, the two signs add up to 1 + 0.2 * 0.2 times the colour.
    second[:, :colours, 1, 1] = old / (1.04 * block.conv1.gain)
    second[:, colours:kept, 1, 1] = -old / (1.04 * block.conv1.gain)
    block_of = f"b{size}"
    return {
        "entry.weight": entry,
        f"{block_of}.conv0.weight": first,
        f"{block_of}.conv1.weight": second,
        f"{block_of}.conv1.bias": found["entry.bias"] * ROOT_TWO,
        f"{block_of}.skip.weight": torch.zeros_like(block.skip.weight),
    }
