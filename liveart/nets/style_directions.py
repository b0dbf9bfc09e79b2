"""Directions in w along which pictures change most: principal components, and the style weights factorised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from liveart.errors import ModelError
from liveart.nets.style_net import StyleNet

CHUNK = 1024  # points of z that are mapped at a time


@torch.no_grad()
def sample_styles(net: StyleNet, count: int, seed: int = 0) -> Tensor:
    """Return w, float32 [count, style] on the CPU, of `count` random z, each of a random class if there are classes."""
    # Not the numbers from which a net of the same seed may have drawn its first weights.
    chance = torch.Generator().manual_seed(seed + 7919)
    device = net.w_mean.device
    found = []
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        z = torch.randn(size, net.latent, generator=chance).to(device)
        found.append(net.mapping(z, _labels(net, size, chance)).float().cpu())
    return torch.cat(found)


def _labels(net: StyleNet, count: int, chance: torch.Generator) -> Tensor | None:
    if not net.classes:
        return None
    chosen = torch.randint(net.classes, (count,), generator=chance)
    return torch.nn.functional.one_hot(chosen, net.classes).float().to(net.w_mean.device)


def principal(styles: Tensor, count: int) -> Tensor:
    """Return the `count` strongest principal components of `styles`, each as long as its standard deviation.

    `[N, style] -> [count, style]`, strongest first. Source: Härkönen and others 2020, GANSpace, arXiv 2004.02546.
    """
    centred = styles - styles.mean(0)  # float32 is enough for a few strong axes, and twice as fast
    strengths, axes = torch.linalg.eigh(centred.T @ centred / max(len(styles) - 1, 1))  # weakest first
    strongest = axes[:, -count:].flip(1) * strengths[-count:].flip(0).clamp(min=0.0).sqrt()
    return _signed(strongest.T.contiguous())


def factorised(tensors: Mapping[str, Tensor], names: Sequence[str], count: int) -> Tensor:
    """Return the `count` unit directions of w that move the styles of the layers called `names` most.

    They are the eigenvectors of AᵀA, where A stacks the layers' style weights: no sampling, no training.
    `-> [count, style]`, strongest first. Source: Shen and Zhou 2021, SeFa, arXiv 2007.06600.
    """
    stacked = torch.cat([_affine(tensors, name) for name in names]).double()
    axes = torch.linalg.eigh(stacked.T @ stacked)[1]
    return _signed(axes[:, -count:].flip(1).T.float())


def _affine(tensors: Mapping[str, Tensor], name: str) -> Tensor:
    key = f"synthesis.{name}.affine.weight"
    if key not in tensors:
        raise ModelError(f"The model has no style weights for {name} ({key}).", "Find directions with --method pca.")
    return tensors[key].detach().cpu()


def spread_along(styles: Tensor, axes: Tensor) -> Tensor:
    """Return how far a slider unit goes along unit `axes` [count, style]: `-> [count]`.

    One standard deviation of w, and never less than the typical one over all axes: w hardly varies along some
    directions that change the picture much.
    """
    centred = styles - styles.mean(0)
    typical = centred.var(0).mean().sqrt()
    return (centred @ axes.T).std(0).clamp(min=float(typical))


def _signed(axes: Tensor) -> Tensor:
    """Return the directions with their largest number positive, so that finding them again turns none around."""
    largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
    return torch.where(largest < 0, -axes, axes)
