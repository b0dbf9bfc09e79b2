"""Training of a StyleGAN2: style mixing, a mapping with its own rate, and adaptive augmentation."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from liveart.nets.stylegan2 import StyleGan2
from liveart.nets.stylegan2_judge import StyleGan2Judge

from .ada import Ada
from .augment import augmented
from .fabric import Hardware
from .gan import GanTrainer
from .paths import Paths
from .recipe import Recipe

MAPPING_RATE = 10.0  # times the rate of the rest: the format's gain of 0.01 is meant for runs of weeks


class StyleGan2Trainer(GanTrainer):
    """Trains a StyleGAN2 generator against its residual judge (arXiv 1912.04958)."""

    maker: StyleGan2
    slow: StyleGan2

    def __init__(self, recipe: Recipe, hardware: Hardware) -> None:
        super().__init__(recipe, hardware)
        self.ada = hardware.place(Ada(recipe, hardware)) if "ada" in recipe.augment else None
        if self.ada is not None:
            self.nets["ada"] = self.ada
        self.paths = hardware.place(Paths())
        if recipe.paths:
            self.nets["paths"] = self.paths

    def step(self, iteration: int, real: Tensor) -> dict[str, Tensor]:
        """Improve both by one batch; the losses come with the probability of changed pictures, where it adapts."""
        losses = super().step(iteration, real)
        return losses if self.ada is None else losses | {"changed": self.ada.p.clone()}

    def _nets(self, recipe: Recipe) -> tuple[nn.Module, nn.Module]:
        maker = StyleGan2(
            recipe.latent, recipe.size, recipe.channels, recipe.style, recipe.mapping, recipe.base, recipe.most,
            recipe.grain_from,
        )  # fmt: skip
        return maker, StyleGan2Judge(recipe.size, recipe.channels, recipe.judge_base, recipe.judge_most)

    def _maker_groups(self) -> list[dict[str, Any]]:
        mapping = list(self.maker.mapping.parameters())
        return [
            {"params": mapping, "lr": self.recipe.rate * MAPPING_RATE},
            {"params": list(self.maker.synthesis.parameters())},
        ]

    def _make(self, count: int) -> Tensor:
        z, other = torch.randn(2, count, self.recipe.latent, device=self.hardware.device)
        pictures: Tensor = self.maker(z, other=other)
        return pictures

    def _augmented(self, pictures: Tensor) -> Tensor:
        # The order is the recipe's but for ada, which comes last.
        pictures = augmented(pictures, [kind for kind in self.recipe.augment if kind != "ada"])
        return pictures if self.ada is None else self.ada(pictures)

    def _note(self, real_score: Tensor) -> None:
        if self.ada is not None:
            self.ada.note(real_score)

    def _penalty(self, iteration: int, made: Tensor) -> Tensor | float:
        recipe, total = self.recipe, torch.zeros((), device=made.device)
        if recipe.border:
            total = total + recipe.border * frame(made)
        if recipe.paths and iteration % recipe.paths_every == 0:
            # Half a batch is enough for a mean, and this step is a dear one; slopes of slopes need float32.
            z = torch.randn(max(1, len(made) // 2), recipe.latent, device=made.device)
            with torch.autocast(z.device.type, enabled=False):
                total = total + self.paths.penalty(self.maker, z) * (recipe.paths * recipe.paths_every)
        return total

    @torch.no_grad()
    def playable(self) -> nn.Module:
        """Return the averaged generator with the mean style that truncation needs."""
        net = copy.deepcopy(self.slow)
        z = torch.randn(8192, self.recipe.latent, generator=torch.Generator().manual_seed(0))
        net.mapping.w_avg.copy_(net.mapping(z.to(self.hardware.device)).mean(0))
        return net


def frame(pictures: Tensor, depth: int = 4) -> Tensor:
    """Return how much steeper pictures `[B, C, H, W]` are in their outermost pixels than further in; never below 0.

    The format's up-sampling has zeros beyond the border: grey, which frames a dark picture with a brighter line. A
    generator learns to answer that in long runs; asked for it, it learns it in a short one. Only what is steeper than
    the picture itself counts: else dark borders would be the answer.
    """
    total = torch.zeros((), device=pictures.device)
    for side in (pictures, pictures.flip(2), pictures.transpose(2, 3), pictures.flip(3).transpose(2, 3)):
        steps = side[:, :, : 2 * depth + 1].float().diff(dim=2).square()
        inside = steps[:, :, depth:].mean().detach()
        total = total + (steps[:, :, :depth].mean((0, 1, 3)) - inside).relu().mean()
    return total
