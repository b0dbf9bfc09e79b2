"""Tiny StyleGAN generators with random numbers: (net, tensors) as `liveart.checkpoints.model.Model` has them.

`write_pkl` writes them as a file in the container form of the real ones.
"""

from __future__ import annotations

import math

import torch
from stylegan_container import Net, Tensors, write_pkl
from torch import Tensor

__all__ = ["sg2_tensors", "sg3_tensors", "write_pkl"]


def sg2_tensors(size: int = 32, style: int = 32, latent: int = 32, classes: int = 0, channel_max: int = 16,
                mapping: int = 2, seed: int = 0, channels: int = 3, architecture: str = "skip",
                clamp: float = 256.0, channel_base: int = 0) -> tuple[Net, Tensors]:
    """Return a StyleGAN2 of `size` pixels; channels are min(channel_base / resolution, channel_max)."""
    chance = torch.Generator().manual_seed(seed)
    base = channel_base or channel_max * 8
    width = {r: max(4, min(base // r, channel_max)) for r in _resolutions(size)}
    tensors = _mapping(chance, latent, classes, style, mapping)
    for r in _resolutions(size):
        block = f"synthesis.b{r}"
        if r == 4:
            tensors[f"{block}.const"] = _normal(chance, width[4], 4, 4)
        else:
            tensors |= _sg2_conv(chance, f"{block}.conv0", width[r // 2], width[r], r, style)
        tensors |= _sg2_conv(chance, f"{block}.conv1", width[r], width[r], r, style)
        if architecture == "skip" or r == size:
            tensors |= _modulated(chance, f"{block}.torgb", width[r], channels, 1, style)
        if architecture == "resnet" and r > 4:
            tensors[f"{block}.skip.weight"] = _normal(chance, width[r], width[r // 2], 1, 1)
    rows = 2 * int(math.log2(size)) - 2
    net = {"latent": latent, "classes": classes, "style": style, "rows": rows, "size": size, "channels": channels,
           "clamp": clamp, "architecture": architecture}
    return net, tensors


def sg3_tensors(kind: str = "T", size: int = 32, style: int = 32, latent: int = 32, classes: int = 0, width: int = 12,
                mapping: int = 2, seed: int = 0, channels: int = 3) -> tuple[Net, Tensors]:
    """Return a StyleGAN3 of five layers: kind "T" (3x3 kernels) or "R" (1x1, radial down filters)."""
    chance = torch.Generator().manual_seed(seed)
    low, high, kernel = size // 2 + 4, size + 4, 3 if kind == "T" else 1
    # in size, out size, out channels, up, down, radial down filter
    plan = [(low, low, width, 2, 2, kind == "R"), (low, high, width, 4, 2, kind == "R"),
            (high, high, max(4, width // 2), 2, 2, kind == "R"), (high, size, max(4, width // 2), 2, 2, False),
            (size, size, channels, 1, 1, False)]
    tensors = _mapping(chance, latent, classes, style, mapping) | _sg3_input(chance, width, style)
    layers, inputs = [], width
    for index, (before, after, outputs, up, down, radial) in enumerate(plan):
        is_rgb = index == len(plan) - 1
        name, k = f"L{index}_{after}_{outputs}", 1 if is_rgb else kernel
        tensors |= _modulated(chance, f"synthesis.{name}", inputs, outputs, k, style)
        tensors[f"synthesis.{name}.magnitude_ema"] = 0.5 + torch.rand([], generator=chance)
        taps = (1, 1) if is_rgb else (6 * up, 6 * down)
        if not is_rgb:
            tensors[f"synthesis.{name}.up_filter"] = _low_pass(chance, taps[0])
            tensors[f"synthesis.{name}.down_filter"] = _low_pass(chance, taps[1], radial)
        layers.append({"name": name, "up": up, "down": down, "clamp": 256.0, "is_rgb": is_rgb,
                       "padding": _padding(before + k - 1, after, up, down, taps)})
        inputs = outputs
    net = {"latent": latent, "classes": classes, "style": style, "rows": len(plan) + 1, "size": size,
           "channels": channels, "output_scale": 0.25,
           "input": {"size": [low, low], "rate": float(low - 4), "bandwidth": 2.0}, "layers": layers}
    return net, tensors


def _resolutions(size: int) -> list[int]:
    return [4 << i for i in range(int(math.log2(size)) - 1)]


def _normal(chance: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=chance)


def _mapping(chance: torch.Generator, latent: int, classes: int, style: int, count: int) -> Tensors:
    tensors = {"mapping.w_avg": 0.3 * _normal(chance, style)}
    if classes:
        tensors |= {"mapping.embed.weight": _normal(chance, style, classes),
                    "mapping.embed.bias": 0.1 * _normal(chance, style)}
    for index in range(count):
        inputs = style if index else latent + (style if classes else 0)
        # Stored a hundred times larger than used: the layer's own rate is 0.01.
        tensors |= {f"mapping.fc{index}.weight": 100.0 * _normal(chance, style, inputs),
                    f"mapping.fc{index}.bias": 10.0 * _normal(chance, style)}
    return tensors


def _modulated(chance: torch.Generator, name: str, inputs: int, outputs: int, kernel: int, style: int) -> Tensors:
    return {f"{name}.weight": _normal(chance, outputs, inputs, kernel, kernel),
            f"{name}.bias": 0.1 * _normal(chance, outputs),
            f"{name}.affine.weight": _normal(chance, inputs, style),
            f"{name}.affine.bias": 1.0 + 0.1 * _normal(chance, inputs)}


def _sg2_conv(chance: torch.Generator, name: str, inputs: int, outputs: int, r: int, style: int) -> Tensors:
    return _modulated(chance, name, inputs, outputs, 3, style) | {
        f"{name}.noise_strength": 0.1 * _normal(chance, 1)[0], f"{name}.noise_const": _normal(chance, r, r)}


def _sg3_input(chance: torch.Generator, width: int, style: int) -> Tensors:
    angle, radius = (torch.rand(width, generator=chance) for _ in range(2))
    freqs = torch.stack([angle.mul(2 * math.pi).cos(), angle.mul(2 * math.pi).sin()], 1) * radius[:, None] * 3.0
    name = "synthesis.input"
    return {f"{name}.weight": _normal(chance, width, width), f"{name}.freqs": freqs,
            f"{name}.phases": torch.rand(width, generator=chance) - 0.5, f"{name}.transform": torch.eye(3),
            f"{name}.affine.weight": 0.1 * _normal(chance, 4, style),
            f"{name}.affine.bias": torch.tensor([1.0, 0.0, 0.0, 0.0])}


def _low_pass(chance: torch.Generator, taps: int, radial: bool = False) -> Tensor:
    half = (torch.hann_window(taps + 2, periodic=False)[1:-1] + 0.1 * torch.rand(taps, generator=chance))[: taps // 2]
    line = torch.cat([half, half.flip(0)])
    shape = line if not radial else line[:, None] * line + 0.05 * (line[:, None] + line)  # no product of two lines
    return shape / shape.sum()


def _padding(full: int, after: int, up: int, down: int, taps: tuple[int, int]) -> list[int]:
    """Return [x0, x1, y0, y1] such that `full` pixels become `after` through both filters."""
    total = (after - 1) * down + 1 + sum(taps) - 2 - full * up
    return [(total + 1) // 2, total - (total + 1) // 2] * 2
