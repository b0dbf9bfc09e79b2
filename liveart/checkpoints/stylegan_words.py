"""What the attributes of a StyleGAN's parts say: all that its tensors can't."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from liveart.checkpoints.allowed import Array, Part, StoredTensor
from liveart.checkpoints.shapes import OTHER
from liveart.errors import ModelError

_CONVOLUTION = re.compile(r"synthesis\.b(\d{1,4})\.conv[01]")
_CLAIMS = {"z_dim": "latent", "c_dim": "classes", "w_dim": "style", "img_resolution": "size",
           "img_channels": "channels", "num_ws": "rows"}
# The file's word for each number of a StyleGAN3 layer.
_LAYER_WORDS = {"up": "up_factor", "down": "down_factor", "padding": "padding", "is_rgb": "is_torgb"}


@dataclass(slots=True)
class Walk:
    """What the parts of a network hold: tensors by their full name, and each part by its."""

    tensors: dict[str, StoredTensor]
    parts: dict[str, Part]


def plain(value: Any) -> Any:
    """Return an attribute as a plain value: small arrays as lists."""
    return value.value.tolist() if isinstance(value, Array) else value


def plan(walk: Walk, where: str) -> dict[str, Any]:
    """Return what a StyleGAN3 says of its input and layers, in the order of the file (see `stylegan3_net`)."""
    synthesis, plane = walk.parts["synthesis"], walk.parts["synthesis.input"]
    layers = [_layer(name, part, where) for name, part in synthesis.state["_modules"].items()
              if name != "input" and isinstance(part, Part)]
    words = {"size": "size", "rate": "sampling_rate", "bandwidth": "bandwidth"}
    return {"output_scale": plain(synthesis.state.get("output_scale")), "layers": layers,
            "input": {key: plain(plane.state.get(word)) for key, word in words.items()}}


def _layer(name: Any, part: Part, where: str) -> dict[str, Any]:
    missing = [word for word in _LAYER_WORDS.values() if word not in part.state]
    if missing:
        raise ModelError(f"{where}: the layer {str(name)[:80]} does not say its {', '.join(missing)}.", OTHER)
    return {"name": name, "clamp": plain(part.state.get("conv_clamp")) or 0.0,
            **{key: plain(part.state[word]) for key, word in _LAYER_WORDS.items()}}


def clamp(walk: Walk) -> float:
    """Return where a StyleGAN2 clamps its features, 0 for nowhere. Its layers all do the same."""
    said = [plain(part.state.get("conv_clamp")) for name, part in walk.parts.items() if _CONVOLUTION.fullmatch(name)]
    numbers = [float(value) for value in said if isinstance(value, int | float) and 0 < value < 1e9]
    return max(numbers, default=0.0)


def add_absent_noise(walk: Walk) -> dict[str, Tensor]:
    """Return silent noise for those layers of a StyleGAN2 that were trained without it."""
    quiet: dict[str, Tensor] = {}
    for name, part in walk.parts.items():
        match = _CONVOLUTION.fullmatch(name)
        if match and part.state.get("use_noise") is False and f"{name}.noise_strength" not in walk.tensors:
            side = min(int(match[1]), 4096)
            quiet |= {f"{name}.noise_strength": torch.zeros(()), f"{name}.noise_const": torch.zeros(side, side)}
    return quiet


def take_filters(walk: Walk) -> dict[str, StoredTensor]:
    """Take the resampling filters out of the tensors: each StyleGAN2 has the same ones, many times over."""
    names = [name for name in walk.tensors if name.endswith(".resample_filter")]
    return {name: walk.tensors.pop(name) for name in names}


def check_filter(found: Tensor, name: str, where: str) -> None:
    """Raise ModelError unless a resampling filter is the one that every StyleGAN2 has."""
    line = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    if found.shape != (4, 4) or not torch.allclose(found.float(), line[:, None] * line, atol=1e-3):
        raise ModelError(f"{where}: {name} is not the filter of a StyleGAN2.",
                         "liveart plays nets with the filter 1, 3, 3, 1.")


def check_claims(walk: Walk, net: Mapping[str, Any], where: str) -> None:
    """Raise ModelError when the file says another size than its tensors have."""
    for word, key in _CLAIMS.items():
        said = walk.parts[""].state.get(word)
        if isinstance(said, int) and said != net[key]:
            raise ModelError(f"{where} says {word} = {str(said)[:40]}, but its tensors make it {net[key]}.", OTHER)


def dataset_of(content: Any) -> str:
    """Return what a file says of the pictures that it was trained on: "" when it says nothing."""
    settings = content.get("training_set_kwargs") if isinstance(content, dict) else None
    path = settings.get("path") if isinstance(settings, dict) else None
    return path[:300] if isinstance(path, str) else ""
