"""GAN training: a generator against a discriminator, with augmentation, R1 and averaged weights."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from liveart.nets.dcgan import DcganDiscriminator, DcganGenerator
from liveart.nets.discriminator import Discriminator
from liveart.nets.layers import fold
from liveart.nets.styled import StyledGenerator

from .augment import augmented
from .fabric import Hardware
from .losses import gradient_penalty, judge_loss, maker_loss
from .recipe import Recipe
from .trainer import average


class GanTrainer:
    """Trains `maker` against `judge`; `slow` is the maker's average over time, the one that is played."""

    def __init__(self, recipe: Recipe, hardware: Hardware) -> None:
        self.recipe, self.hardware = recipe, hardware
        maker, judge = self._nets(recipe)
        self.maker = hardware.place(maker)
        self.judge = hardware.place(judge)
        self.slow = copy.deepcopy(self.maker).eval().requires_grad_(False)
        self.nets: dict[str, nn.Module] = {"maker": self.maker, "judge": self.judge, "slow": self.slow}
        betas = (recipe.beta1, recipe.beta2)
        self.optimisers: dict[str, torch.optim.Optimizer] = {
            "maker": torch.optim.Adam(self._maker_groups(), recipe.rate, betas),
            "judge": torch.optim.Adam(self.judge.parameters(), recipe.judge_rate, betas),
        }

    def step(self, iteration: int, real: Tensor) -> dict[str, Tensor]:
        """Improve discriminator, then generator, by one batch; return their losses and the real score."""
        with self.hardware.autocast():
            made = self._make(len(real))
        losses = self._step_judge(iteration, real, made.detach())
        with self.hardware.autocast():
            score = self.judge(self._augmented(made))
        loss = maker_loss(score, self.recipe.loss)
        total = loss + self._penalty(iteration, made)
        self.hardware.improve(total, self.maker.parameters(), self.optimisers["maker"])
        average(self.slow, self.maker, self.recipe, iteration, self.hardware.world)
        return {"maker": loss.detach(), **losses}

    def _step_judge(self, iteration: int, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        recipe = self.recipe
        real = self._augmented(real)
        with self.hardware.autocast():
            real_score = self.judge(real)
            made_score = self.judge(self._augmented(made))
        loss = judge_loss(real_score, made_score, recipe.loss)
        total = loss
        if recipe.r1 and iteration % recipe.r1_every == 0:
            total = total + gradient_penalty(self.judge, real) * (0.5 * recipe.r1 * recipe.r1_every)
        self.hardware.improve(total, self.judge.parameters(), self.optimisers["judge"])
        self._note(real_score.detach())
        return {"judge": loss.detach(), "margin": (real_score.mean() - made_score.mean()).detach()}

    def _nets(self, recipe: Recipe) -> tuple[nn.Module, nn.Module]:
        """Return generator and discriminator."""
        if recipe.arch == "dcgan":
            judge: nn.Module = DcganDiscriminator(recipe.size, recipe.channels, recipe.width)
            return DcganGenerator(recipe.latent, recipe.size, recipe.channels, recipe.width), judge
        maker = StyledGenerator(
            recipe.latent, recipe.widths, recipe.style, recipe.mapping, recipe.channels, equalised=True
        )
        return maker, Discriminator(recipe.judge, recipe.channels, equalised=True)

    def _maker_groups(self) -> list[dict[str, Any]]:
        """Return the generator's parameters, by their learning rates."""
        return [{"params": list(self.maker.parameters())}]

    def _make(self, count: int) -> Tensor:
        """Return new pictures `[count, C, H, W]` that the generator can learn from."""
        pictures: Tensor = self.maker(torch.randn(count, self.recipe.latent, device=self.hardware.device))
        return pictures

    def _augmented(self, pictures: Tensor) -> Tensor:
        """Return pictures as the discriminator sees them."""
        return augmented(pictures, self.recipe.augment)

    def _penalty(self, iteration: int, made: Tensor) -> Tensor | float:
        """Return what is added to the generator's loss for its pictures `made`; nothing here."""
        return 0.0

    def _note(self, real_score: Tensor) -> None:
        """Learn from the scores `[B]` of real pictures; nothing here."""

    @torch.no_grad()
    def look(self, z: Tensor) -> Tensor:
        """Return the averaged generator's pictures of `z` `[B, latent]`."""
        pictures: Tensor = self.slow(z)
        return pictures

    @torch.no_grad()
    def playable(self) -> nn.Module:
        """Return the averaged generator in its shipped form, with the mean style that truncation needs."""
        net = fold(copy.deepcopy(self.slow))
        if isinstance(net, StyledGenerator):
            seeded = torch.Generator().manual_seed(0)
            z = torch.randn(8192, self.recipe.latent, generator=seeded).to(self.hardware.device)
            net.w_mean.copy_(net.mapping(z).mean(0))
        return net
