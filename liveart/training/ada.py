"""Adaptive augmentation: as many changed pictures as it takes to keep the discriminator from learning few by heart.

Source: Karras and others, Training Generative Adversarial Networks with Limited Data, arXiv 2006.06676. Every change
happens with one probability, which follows from how many real pictures the discriminator scores above zero.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fabric import Hardware
from .recipe import Recipe

MOST = 0.8  # above it, changes begin to leak into what the generator makes
MEMORY = 0.1  # weight of the newest batch in the running mean of signs


class Ada(nn.Module):
    """Changes pictures `[B, C, H, W]` in -1..1 at random, as often as `p` says; `p` is part of a checkpoint."""

    p: Tensor
    sign: Tensor

    def __init__(self, recipe: Recipe, hardware: Hardware) -> None:
        super().__init__()
        self.target, self.images, self.hardware = recipe.ada_target, recipe.ada_images, hardware
        self.register_buffer("p", torch.zeros(()))
        self.register_buffer("sign", torch.zeros(()))  # running mean of the signs of real scores

    def forward(self, pictures: Tensor) -> Tensor:
        # In float32 for made pictures as for real ones: a difference in rounding alone would give them away.
        with torch.autocast(pictures.device.type, enabled=False):
            return recoloured(warped(pictures.float(), self.p), self.p)

    @torch.no_grad()
    def note(self, real_score: Tensor) -> None:
        """Adapt `p` to the scores `[B]` of a batch of real pictures: up when too many are known, else down."""
        signs = self.hardware.mean(real_score.float().sign().mean())
        self.sign.lerp_(signs, MEMORY)
        step = len(real_score) * self.hardware.world / self.images
        self.p.add_((self.sign - self.target).sign() * step).clamp_(0.0, MOST)


def warped(pictures: Tensor, p: Tensor) -> Tensor:
    """Return pictures mirrored, turned, shifted, scaled and stretched; what is beyond the border is its mirror."""
    height, width = pictures.shape[2:]
    where = places(len(pictures), height, width, p, pictures.device)
    grid = F.affine_grid(where[:, :2], list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def places(count: int, height: int, width: int, p: Tensor, device: torch.device) -> Tensor:
    """Return matrices `[count, 3, 3]` from places in the changed pictures to those in the given ones (-1..1)."""
    chance = _Chance(count, p, device)
    quarters = torch.floor(chance.even() * 4.0) * chance.takes()
    sides = torch.tensor([width, height], device=device)
    pixels = torch.round((chance.even(2) - 0.5) * 0.25 * sides) * chance.takes()[:, None]
    blit = _turn(quarters * (math.pi / 2)) @ _move(pixels * 2.0 / sides)
    blit = _scale(1.0 - 2.0 * torch.floor(chance.even() * 2.0) * chance.takes(), None) @ blit
    size = torch.exp2(0.2 * chance.normal() * chance.takes())
    stretch = torch.exp2(0.2 * chance.normal() * chance.takes())
    # Two turns, around the stretch: together they happen with probability p.
    turns = [chance.even() * math.tau * chance.takes(both=True) for _ in range(2)]
    shift = chance.normal(2) * 0.25 * chance.takes()[:, None]  # an eighth of the size, which is 2 here
    free = _turn(turns[0]) @ _scale(size * stretch, size / stretch) @ _turn(turns[1]) @ _move(shift)
    return blit @ free


def recoloured(pictures: Tensor, p: Tensor) -> Tensor:
    """Return pictures changed in brightness, contrast, lightness upside down, hue and saturation."""
    matrix, offset = colours(len(pictures), p, pictures.device)
    if pictures.shape[1] == 1:
        return pictures * matrix.sum(2).mean(1)[:, None, None, None] + offset.mean(1)[:, None, None, None]
    return torch.einsum("bij,bjhw->bihw", matrix, pictures) + offset[:, :, None, None]


def colours(count: int, p: Tensor, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return matrices `[count, 3, 3]` and offsets `[count, 3]` for RGB in -1..1."""
    chance = _Chance(count, p, device)
    brightness = 0.2 * chance.normal() * chance.takes()
    contrast = torch.exp2(0.5 * chance.normal() * chance.takes())
    upside = torch.floor(chance.even() * 2.0) * chance.takes()
    angle = (chance.even() - 0.5) * math.tau * chance.takes()
    saturation = torch.exp2(chance.normal() * chance.takes())
    one = torch.eye(3, device=device)
    grey = torch.full((3, 3), 1.0 / 3.0, device=device)
    third = 1.0 / math.sqrt(3.0)
    cross = torch.tensor([[0, -third, third], [third, 0, -third], [-third, third, 0]], device=device)
    # Along the grey axis lies the lightness; hue and saturation are angle and distance from it.
    around = (one - grey) * angle.cos()[:, None, None] + cross * angle.sin()[:, None, None]
    matrix = grey * (1.0 - 2.0 * upside)[:, None, None] + around * saturation[:, None, None]
    offset = (brightness * contrast * (1.0 - 2.0 * upside))[:, None].expand(-1, 3)
    return matrix * contrast[:, None, None], offset


class _Chance:
    """Draws for one batch: amounts, and whether a change takes place."""

    def __init__(self, count: int, p: Tensor, device: torch.device) -> None:
        self.count, self.p, self.device = count, p, device

    def takes(self, both: bool = False) -> Tensor:
        """Return 1 with probability p, else 0, `[count]`; with `both`, such that one of two takes place with p."""
        p = 1.0 - (1.0 - self.p).sqrt() if both else self.p
        return (torch.rand(self.count, device=self.device) < p).float()

    def even(self, *more: int) -> Tensor:
        return torch.rand(self.count, *more, device=self.device)

    def normal(self, *more: int) -> Tensor:
        return torch.randn(self.count, *more, device=self.device)


def _turn(angle: Tensor) -> Tensor:
    c, s, zero, one = angle.cos(), angle.sin(), torch.zeros_like(angle), torch.ones_like(angle)
    return torch.stack([c, -s, zero, s, c, zero, zero, zero, one], 1).view(-1, 3, 3)


def _scale(x: Tensor, y: Tensor | None) -> Tensor:
    one = torch.ones_like(x)
    return torch.diag_embed(torch.stack([x, one if y is None else y, one], 1))


def _move(by: Tensor) -> Tensor:
    matrix = torch.eye(3, device=by.device).repeat(len(by), 1, 1)
    matrix[:, :2, 2] = by
    return matrix
