"""What the training loop asks of a method, and the averaging of weights that all methods share."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from .recipe import Recipe


class Trainer(Protocol):
    """A method of training: its nets and optimisers (all that a checkpoint holds), one step, and its pictures."""

    recipe: Recipe
    nets: dict[str, nn.Module]
    optimisers: dict[str, torch.optim.Optimizer]

    def step(self, iteration: int, real: Tensor) -> dict[str, Tensor]:
        """Improve the nets by one batch `[B, C, H, W]` in -1..1; return the losses, by name."""

    def look(self, z: Tensor) -> Tensor:
        """Return the averaged net's pictures of `z` `[B, latent]`."""

    def playable(self) -> nn.Module:
        """Return a copy of the averaged net in the form that is shipped."""


@torch.no_grad()
def average(slow: nn.Module, fast: nn.Module, recipe: Recipe, iteration: int, world: int = 1) -> None:
    """Move `slow` towards `fast`, so that pictures seen `ema_images` ago count half; sooner at the start."""
    half_life = min(recipe.ema_images, 50.0 + 0.05 * iteration * recipe.batch * world)
    weight = 1.0 - 0.5 ** (recipe.batch * world / half_life)
    pairs = list(zip(slow.state_dict().values(), fast.state_dict().values(), strict=True))
    floats = [pair for pair in pairs if pair[0].is_floating_point()]
    torch._foreach_lerp_([a for a, _ in floats], [b for _, b in floats], weight)
    for a, b in pairs:
        if not a.is_floating_point():  # counters, such as batch norm's
            a.copy_(b)
