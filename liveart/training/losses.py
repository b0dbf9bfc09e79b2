"""The losses of picture training: adversarial, gradient penalty, reconstruction and divergence."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def judge_loss(real: Tensor, fake: Tensor, form: str) -> Tensor:
    """Return the discriminator's loss for scores `[B]` of real and of made pictures."""
    if form == "hinge":
        return F.relu(1.0 - real).mean() + F.relu(1.0 + fake).mean()
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def maker_loss(fake: Tensor, form: str) -> Tensor:
    """Return the generator's loss for the scores `[B]` of what it made."""
    return -fake.mean() if form == "hinge" else F.softplus(-fake).mean()


def gradient_penalty(judge: nn.Module, real: Tensor) -> Tensor:
    """Return R1: the squared gradient of the score by the real picture (arXiv 1801.04406). Always in float32."""
    real = real.detach().requires_grad_(True)
    with torch.autocast(real.device.type, enabled=False):
        (slope,) = torch.autograd.grad(judge(real).sum(), real, create_graph=True)
    return slope.square().sum(dim=(1, 2, 3)).mean()


def picture_difference(a: Tensor, b: Tensor, scales: int = 4) -> Tensor:
    """Return the absolute and squared difference of two batches of pictures, summed over halved sizes.

    The small sizes make large shapes and colours right first; the square keeps faint glow from being given up
    for black, which the absolute difference alone (a median) does with pictures that are mostly dark.
    """
    total = torch.zeros((), device=a.device)
    for scale in range(scales):
        if scale:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        total = total + F.l1_loss(a, b) + 2.0 * F.mse_loss(a, b)
    return total


def feature_difference(a: list[Tensor], b: list[Tensor]) -> Tensor:
    """Return how far two pictures are apart in a discriminator's features (arXiv 1512.09300)."""
    parts = [F.l1_loss(x.float(), y.float().detach()) for x, y in zip(a, b, strict=True)]
    return torch.stack(parts).mean()


def divergence(mean: Tensor, logvar: Tensor) -> Tensor:
    """Return the KL divergence from the normal distribution, per picture and latent number."""
    return 0.5 * (mean.square() + logvar.exp() - 1.0 - logvar).mean()
