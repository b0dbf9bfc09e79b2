"""Path length regularisation: equal steps in `w` shall change the picture equally, which makes journeys even."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from liveart.nets.stylegan2 import StyleGan2

MEMORY = 0.01  # weight of the newest batch in the running mean of lengths


class Paths(nn.Module):
    """The penalty of arXiv 1912.04958, section 3.2, and the mean length that it draws all lengths to."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(()))

    def penalty(self, maker: StyleGan2, z: Tensor) -> Tensor:
        """Return how far the picture's slopes by `w` are from their mean length, for latents `z` `[B, latent]`."""
        rows = maker.rows_of(z)
        picture = maker.synthesis(rows)
        noise = torch.randn_like(picture) / math.sqrt(picture.shape[2] * picture.shape[3])
        (slope,) = torch.autograd.grad((picture * noise).sum(), rows, create_graph=True)
        lengths = slope.square().sum(2).mean(1).sqrt()
        self.mean.lerp_(lengths.detach().mean(), MEMORY)
        return (lengths - self.mean).square().mean()
