"""VAE training: reconstruction, weighted divergence, and a discriminator for what a mean error can't see.

The discriminator gives two terms: a distance in its features (Larsen and others, arXiv 1512.09300) and the usual
adversarial one, also on codes drawn at random, since those are what is played.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from liveart.nets.discriminator import Discriminator
from liveart.nets.layers import fold
from liveart.nets.vae import Encoder, VaeDecoder

from .augment import augmented
from .fabric import Hardware
from .losses import (
    divergence,
    feature_difference,
    gradient_penalty,
    judge_loss,
    maker_loss,
    picture_difference,
)
from .recipe import Recipe
from .trainer import average


class Codes(nn.Module):
    """The mean and covariance of the codes that the encoder gives, followed over time."""

    mean: Tensor
    covariance: Tensor

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(latent))
        self.register_buffer("covariance", torch.eye(latent))

    @torch.no_grad()
    def follow(self, codes: Tensor, weight: float = 0.003) -> None:
        """Take note of a batch of codes `[B, latent]`."""
        self.mean.lerp_(codes.mean(0), weight)
        apart = codes - self.mean
        self.covariance.lerp_(apart.T @ apart / len(codes), weight)

    def factor(self) -> Tensor:
        """Return the Cholesky factor `[latent, latent]` that turns normal numbers into such codes."""
        small = 1e-4 * torch.eye(len(self.mean), device=self.mean.device)
        factor: Tensor = torch.linalg.cholesky(self.covariance + small)
        return factor


class VaeTrainer:
    """Trains an encoder and a decoder; `slow` is the decoder's average over time, the one that is played."""

    def __init__(self, recipe: Recipe, hardware: Hardware) -> None:
        self.recipe, self.hardware = recipe, hardware
        self.encoder = hardware.place(Encoder(recipe.latent, recipe.encoder, recipe.channels))
        self.decoder = hardware.place(VaeDecoder(**recipe.net(), equalised=True))
        self.judge = hardware.place(Discriminator(recipe.judge, recipe.channels))
        self.slow = copy.deepcopy(self.decoder).eval().requires_grad_(False)
        self.codes = Codes(recipe.latent).to(hardware.device)
        self.nets: dict[str, nn.Module] = {
            "encoder": self.encoder,
            "decoder": self.decoder,
            "judge": self.judge,
            "slow": self.slow,
            "codes": self.codes,
        }
        self._both = [*self.encoder.parameters(), *self.decoder.parameters()]
        betas = (recipe.beta1, recipe.beta2)
        self.optimisers: dict[str, torch.optim.Optimizer] = {
            "both": torch.optim.Adam(self._both, recipe.rate, betas),
            "judge": torch.optim.Adam(self.judge.parameters(), recipe.judge_rate, betas),
        }

    def step(self, iteration: int, real: Tensor) -> dict[str, Tensor]:
        """Improve discriminator (once it takes part), then encoder and decoder; return the losses."""
        judged = self.recipe.adversary > 0 and iteration >= self.recipe.adversary_from
        with self.hardware.autocast():
            mean, logvar = self.encoder(real)
        code = mean + torch.randn_like(mean) * (0.5 * logvar).exp()
        self.codes.follow(code.detach())
        drawn = len(real) // 2 if judged else 0
        with self.hardware.autocast():
            made = self.decoder.decode(torch.cat([code, self._draw(drawn)]))
        parts = {
            "pixels": picture_difference(made[: len(real)], real),
            "divergence": divergence(mean, logvar),
        }
        others: dict[str, Tensor] = {}
        if judged:
            others["judge"] = self._step_judge(iteration, real, made.detach())
            parts |= self._judged_losses(real, made)
        # Each part is weighted by the number of the same name in the recipe.
        total = torch.stack([part * getattr(self.recipe, name) for name, part in parts.items()]).sum()
        self.hardware.improve(total, self._both, self.optimisers["both"])
        average(self.slow, self.decoder, self.recipe, iteration, self.hardware.world)
        return {name: part.detach() for name, part in parts.items()} | others

    def _draw(self, count: int) -> Tensor:
        z = torch.randn(count, self.recipe.latent, device=self.hardware.device)
        return self.codes.mean + z @ self.codes.factor().T if count else z

    def _judged_losses(self, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        """Return the distance of the reconstructions in features, and the adversarial loss of all pictures."""
        with self.hardware.autocast():
            _, steps = self.judge.trunk(made[: len(real)])
            with torch.no_grad():
                _, wanted = self.judge.trunk(real)
            score = self.judge(augmented(made, self.recipe.augment))
        return {
            "features": feature_difference(steps, wanted),
            "adversary": maker_loss(score, self.recipe.loss),
        }

    def _step_judge(self, iteration: int, real: Tensor, made: Tensor) -> Tensor:
        recipe = self.recipe
        real = augmented(real, recipe.augment)
        with self.hardware.autocast():
            loss = judge_loss(self.judge(real), self.judge(augmented(made, recipe.augment)), recipe.loss)
        total = loss
        if recipe.r1 and iteration % recipe.r1_every == 0:
            total = total + gradient_penalty(self.judge, real) * (0.5 * recipe.r1 * recipe.r1_every)
        self.hardware.improve(total, self.judge.parameters(), self.optimisers["judge"])
        return loss.detach()

    @torch.no_grad()
    def look(self, z: Tensor) -> Tensor:
        """Return the averaged decoder's pictures of normal numbers `z` `[B, latent]`, as they will be played."""
        pictures: Tensor = self.slow.decode(self.codes.mean + z @ self.codes.factor().T)
        return pictures

    @torch.no_grad()
    def playable(self) -> nn.Module:
        """Return the averaged decoder in its shipped form, which plays normal numbers."""
        net = copy.deepcopy(self.slow)
        fold(net)
        net.shift.copy_(self.codes.mean)
        net.mixing.copy_(self.codes.factor())
        return net
