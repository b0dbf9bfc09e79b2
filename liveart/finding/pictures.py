"""A StyleGAN model opened to be looked at: its net, and pictures of places in w."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from liveart.checkpoints.model import Model
from liveart.core.latent import seed_point
from liveart.errors import ModelError
from liveart.nets.style_net import Scene, StyleNet
from liveart.nets.style_nets import live_net

BATCH = 4  # pictures drawn at a time
PSI = 0.7  # truncation of the pictures that are looked at: typical rather than daring


def open_net(model: Model, device: str = "cpu", is_searched: bool = False) -> StyleNet:
    """Return the net of `model` in float32, its weights fixed. Raises ModelError when it is no StyleGAN.

    `is_searched` True keeps to ways of computing that a gradient can follow.
    """
    check_kind(model)
    net = live_net(model.arch, model.net, model.tensors, device=device, speed="plain" if is_searched else "auto")
    return net.requires_grad_(False)


def check_kind(model: Model) -> None:
    """Raise ModelError when a model is no StyleGAN."""
    if model.kind != "stylegan":
        raise ModelError(f'"{model.name}" is a {model.kind} ({model.arch}); it has no w to find one\'s way in.',
                         "Take a StyleGAN2 or StyleGAN3 model.")


def level_of(net: StyleNet, size: int) -> int:
    """Return the smallest inner size of `net` that still gives pictures of `size` pixels."""
    return max((level for level in range(net.levels) if net.size >> level >= size), default=0)


def draw(net: StyleNet, styles: Tensor, level: int = 0) -> Tensor:
    """Return pictures, -1..1: `[B, rows, style] -> [B, channels, H, W]`. What it does can be differentiated."""
    scene, features, picture = Scene(level=level), None, None
    for step in net.steps[:net.last(level)]:
        features, picture = step(features, picture, styles[:, list(step.rows)], step.given(scene))
    assert isinstance(picture, Tensor), "the last step draws"
    return picture


@torch.no_grad()
def pictures_of(net: StyleNet, styles: Tensor, size: int) -> Iterator[np.ndarray]:
    """Yield one uint8 picture [H, W, 3] of at least `size` pixels (as far as the net goes) for each of `styles`."""
    level = level_of(net, size)
    for part in torch.split(styles, BATCH):
        yield from as_bytes(draw(net, part.to(net.w_mean.device), level))


def as_bytes(pictures: Tensor) -> np.ndarray:
    """Return pictures in -1..1 as uint8: `[B, C, H, W] -> [B, H, W, 3]`."""
    scaled = pictures.detach().float().mul(127.5).add(128.0).clamp(0, 255).to(torch.uint8)
    rows: np.ndarray = scaled[:, :3].expand(-1, 3, -1, -1).permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return rows


@torch.no_grad()
def styles_of(net: StyleNet, points: Sequence[np.ndarray], psi: float = PSI) -> Tensor:
    """Return w of points of z, pulled to the mean by `psi`: `[N][latent] -> [N, style]`. Classes take turns."""
    z = torch.from_numpy(np.stack(points)).to(net.w_mean)
    labels = torch.eye(net.classes)[torch.arange(len(points)) % net.classes].to(net.w_mean) if net.classes else None
    return torch.lerp(net.w_mean, net.mapping(z, labels).float(), psi)


def seeds_of(net: StyleNet, seeds: Sequence[int], psi: float = PSI) -> Tensor:
    """Return w of seeds: `-> [N, style]`."""
    return styles_of(net, [seed_point(seed, net.latent) for seed in seeds], psi)


def typical(net: StyleNet, among: int = 16) -> Tensor:
    """Return w [style] of the most ordinary of the first seeds: pictures that show a direction begin there."""
    styles = seeds_of(net, range(among))
    return styles[(styles - net.w_mean).norm(dim=1).argmin()]


def on_rows(net: StyleNet, styles: Tensor) -> Tensor:
    """Return one w for all rows: `[B, style] -> [B, rows, style]`."""
    return styles[:, None].expand(-1, net.rows, -1)
