"""A StyleGAN2 of chance numbers, for nets that come from no file: sizes and names as in one."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor


def block_plan(size: int = 256, style: int = 512, latent: int = 512) -> dict[str, Any]:
    """Return the `net` table of a StyleGAN2 of `size` pixels."""
    return {"latent": latent, "classes": 0, "style": style, "rows": 2 * int(math.log2(size)) - 2, "size": size,
            "channels": 3, "clamp": 256.0, "architecture": "skip"}


def random_tensors(net: dict[str, Any], channel_base: int = 16384, channel_max: int = 512, mapping: int = 8,
                   seed: int = 0) -> dict[str, Tensor]:
    """Return weights for a plan, named as in a file; min(channel_base / resolution, channel_max) channels."""
    chance = torch.Generator().manual_seed(seed)
    style, sizes = net["style"], [2**power for power in range(2, int(math.log2(net["size"])) + 1)]
    width = {size: min(channel_base // size, channel_max) for size in sizes}
    tensors = {"mapping.w_avg": torch.zeros(style),
               "synthesis.b4.const": torch.randn(width[4], 4, 4, generator=chance)}
    for layer in range(mapping):
        inputs = style if layer else net["latent"]
        # A hundred times as large as used: the mapping learns at a hundredth of the rate.
        tensors[f"mapping.fc{layer}.weight"] = 100.0 * torch.randn(style, inputs, generator=chance)
        tensors[f"mapping.fc{layer}.bias"] = torch.zeros(style)
    for size in sizes:
        block = f"synthesis.b{size}"
        if size > 4:
            tensors |= _conv(chance, f"{block}.conv0", width[size // 2], width[size], style, size)
        tensors |= _conv(chance, f"{block}.conv1", width[size], width[size], style, size)
        tensors |= _modulated(chance, f"{block}.torgb", width[size], net["channels"], 1, style)
    return tensors


def _modulated(chance: torch.Generator, name: str, inputs: int, outputs: int, kernel: int,
               style: int) -> dict[str, Tensor]:
    return {f"{name}.weight": torch.randn(outputs, inputs, kernel, kernel, generator=chance),
            f"{name}.bias": 0.1 * torch.randn(outputs, generator=chance),
            f"{name}.affine.weight": torch.randn(inputs, style, generator=chance),
            f"{name}.affine.bias": torch.ones(inputs)}


def _conv(chance: torch.Generator, name: str, inputs: int, outputs: int, style: int, size: int) -> dict[str, Tensor]:
    return _modulated(chance, name, inputs, outputs, 3, style) | {
        f"{name}.noise_strength": torch.tensor(0.1), f"{name}.noise_const": torch.randn(size, size, generator=chance)}
