"""StyleGAN2 as the well-known MIT re-implementation in PyTorch saves it (.pt): the same net under other names.

The names are from knowledge of the format: no file of that kind was at hand when this was written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveart.checkpoints.torch_file import Tensors
from liveart.errors import ModelError

_MARK = "convs.0.conv.weight"
_STYLE = re.compile(r"style\.(\d{1,2})\.(weight|bias)")
_FIRST = re.compile(r"conv1\.(.+)")
_CONVOLUTION = re.compile(r"convs\.(\d{1,2})\.(.+)")
_FIRST_PICTURE = re.compile(r"to_rgb1\.(.+)")
_PICTURE = re.compile(r"to_rgbs\.(\d{1,2})\.(.+)")
_NOISE = re.compile(r"noises\.noise_(\d{1,2})")
_INNER = {"conv.weight": "weight", "conv.modulation.weight": "affine.weight", "conv.modulation.bias": "affine.bias",
          "noise.weight": "noise_strength", "activate.bias": "bias", "bias": "bias"}
# Resampling filters: the same in every file, and known.
_KNOWN = re.compile(r".*(\.blur\.kernel|\.upsample\.kernel)")
_SEEDS = 10_000


def find_rosinality(content: Any) -> Mapping[str, Any] | None:
    """Return the state dict of the generator, the averaged one if there is one, or None when this is no such file."""
    if not isinstance(content, Mapping):
        return None
    for found in (content.get("g_ema"), content.get("g"), content):
        if isinstance(found, Mapping):
            plain = {str(key).removeprefix("module."): value for key, value in found.items()}
            if _MARK in plain:
                return plain
    return None


def rename(state: Mapping[str, Any], average: Any, path: Path) -> Tensors:
    """Return the tensors under the names of StyleGAN2, w's average among them.

    Where the file has no average it is made of 10,000 seeds, always the same ones. Raises ModelError for a name that
    such a net does not have.
    """
    tensors: Tensors = {}
    for name, tensor in state.items():
        if not isinstance(tensor, Tensor):
            raise ModelError(f"{path}: {name} is no tensor.", "Take the file that the training wrote.")
        if not _KNOWN.fullmatch(name):
            tensors[_renamed(name, path)] = _reshaped(name, tensor)
    given = isinstance(average, Tensor) and average.numel() > 0
    tensors["mapping.w_avg"] = average.detach().reshape(-1).clone() if given else _average(tensors, path)
    return tensors


def _renamed(name: str, path: Path) -> str:
    if name == "input.input":
        return "synthesis.b4.const"
    if match := _STYLE.fullmatch(name):
        return f"mapping.fc{int(match[1]) - 1}.{match[2]}"  # 0 is the step that brings z to length one
    if match := _NOISE.fullmatch(name):
        return f"synthesis.{_layer(int(match[1]))}.noise_const"
    for form, place in ((_FIRST, "b4.conv1"), (_FIRST_PICTURE, "b4.torgb")):
        if (match := form.fullmatch(name)) and match[1] in _INNER:
            return f"synthesis.{place}.{_INNER[match[1]]}"
    if (match := _CONVOLUTION.fullmatch(name)) and match[2] in _INNER:
        return f"synthesis.{_layer(int(match[1]) + 1)}.{_INNER[match[2]]}"
    if (match := _PICTURE.fullmatch(name)) and match[2] in _INNER:
        return f"synthesis.b{8 << int(match[1])}.torgb.{_INNER[match[2]]}"
    raise ModelError(f'{path} has a tensor "{name[:80]}", which no StyleGAN2 of this kind has.',
                     "liveart plays nets of the plain form.")


def _layer(index: int) -> str:
    """Return the name of the convolution of this place: b4.conv1, b8.conv0, b8.conv1, b16.conv0, …"""
    return f"b{4 << (index + 1) // 2}.conv{(index + 1) % 2}"


def _reshaped(name: str, tensor: Tensor) -> Tensor:
    """Return a tensor of its own memory, without the axes of length one that this form puts around it."""
    plain = tensor.detach()
    if name == "input.input" or name.endswith("conv.weight"):
        plain = plain[0] if plain.ndim > 0 and plain.shape[0] == 1 else plain
    elif name.startswith("noises."):
        plain = plain.reshape(plain.shape[-2:]) if plain.ndim == 4 and plain.shape[:2] == (1, 1) else plain
    elif name.endswith("noise.weight"):
        plain = plain.reshape(()) if plain.numel() == 1 else plain
    elif name.startswith("to_rgb") and name.endswith(".bias") and not name.endswith("modulation.bias"):
        plain = plain.reshape(-1)
    return plain.clone()


@torch.no_grad()
def _average(tensors: Mapping[str, Tensor], path: Path) -> Tensor:
    """Return the mean w of many seeds: what truncation draws to. The mapping is that of arXiv 1912.04958."""
    count = len([name for name in tensors if re.fullmatch(r"mapping\.fc\d+\.weight", name)])
    first = tensors.get("mapping.fc0.weight")
    if first is None or first.ndim != 2:
        raise ModelError(f"{path} lacks style.1.weight.", "Take the file that the training wrote.")
    x = torch.randn(_SEEDS, first.shape[1], generator=torch.Generator().manual_seed(0))
    x = x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)
    try:
        for index in range(count):
            weight, bias = (tensors[f"mapping.fc{index}.{word}"].float() for word in ("weight", "bias"))
            x = torch.nn.functional.linear(x, weight * (0.01 / math.sqrt(weight.shape[1])), bias * 0.01)
            x = torch.nn.functional.leaky_relu(x, 0.2, inplace=True).mul_(math.sqrt(2.0))
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"{path}: the layers style.1 to style.{count} do not fit each other.",
                         "Take the file that the training wrote.") from error
    return x.mean(0)
