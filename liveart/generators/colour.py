"""The last steps of every picture generator: hue, saturation and contrast, then bytes. torch tensors in and out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from liveart.core.param import Param

if TYPE_CHECKING:
    from torch import Tensor

COLOUR_PARAMS = (
    Param("hue", 0.0, -0.5, 0.5, unit="turns", glide=0.15, help="turns all colours around the wheel"),
    Param("saturation", 1.0, 0.0, 2.0, glide=0.15, help="0 is grey, 1 as the model made it"),
    Param("contrast", 1.0, 0.0, 2.0, glide=0.15, help="0 is flat, 1 as the model made it"),
)
COLOURS = tuple(param.name for param in COLOUR_PARAMS)


def coloured(raw: Tensor, params: Mapping[str, float]) -> Tensor:
    """Return the picture `[B, channels, H, W]` in the colours that the params ask for; `raw` itself as it is made."""
    import torch

    hue, saturation, contrast = (params[name] for name in COLOURS)
    if raw.shape[1] != 3 or (hue == 0.0 and saturation == 1.0):
        return raw if contrast == 1.0 else raw * contrast
    matrix = torch.from_numpy(colour_matrix(hue, saturation) * np.float32(contrast)).to(raw)
    return torch.einsum("oc,bchw->bohw", matrix, raw)


def to_bytes(picture: Tensor) -> Tensor:
    """Return a picture of about -1..1 as uint8 of the same shape; where it is not a number, it is black."""
    import torch

    return (picture * 127.5).add_(128.0).nan_to_num_(0.0, 255.0, 0.0).clamp_(0, 255).to(torch.uint8)


def colour_matrix(hue: float, saturation: float) -> np.ndarray:
    """Return the float32 [3, 3] matrix that turns hue (in turns) and scales saturation, keeping Rec. 709 luma.

    Saturation blends with luma; hue rotates about the grey axis (Rodrigues' rotation).
    """
    luma = np.array([0.2126, 0.7152, 0.0722])
    angle = 2 * math.pi * hue
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    turn = math.cos(angle) * np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) / 3 * np.ones((3, 3))
    fade = (1 - saturation) * np.outer(np.ones(3), luma) + saturation * np.eye(3)
    return np.asarray(fade @ turn, np.float32)
