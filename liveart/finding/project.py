"""The place in a model that comes nearest to a picture, found by going downhill: no encoder, no training.

Source: Karras and others 2019, arXiv 1912.04958, appendix D: from the mean of w, with noise on w that fades away.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from liveart.errors import ModelError
from liveart.finding.perceptual import Loss
from liveart.finding.pictures import as_bytes, draw, level_of
from liveart.nets.style_directions import sample_styles
from liveart.nets.style_net import StyleNet

SPACES = ("w", "w+")
RATE, FINE_RATE = 0.2, 0.05  # of the learning, in standard deviations of w a step; of single rows
RISE, FALL = 0.05, 0.25  # shares of the steps in which the rate rises and falls
NOISE, NOISY = 0.05, 0.75  # noise on w at the beginning, in spreads; share of the steps in which it fades
SAMPLES = 10_000
Watch = Callable[[int, float], bool]  # (step, lowest loss so far) → whether to stop


@dataclass(frozen=True, slots=True)
class Projection:
    """Where a picture was found.

    w        float32 [rows, style]
    picture  what the model draws there, uint8 [size, size, 3]
    first, last  the loss at the beginning and the lowest one
    steps    how many were made
    """

    w: np.ndarray
    picture: np.ndarray
    first: float
    last: float
    steps: int


@dataclass(slots=True)
class _Best:
    rows: Tensor
    loss: float = math.inf
    first: float = math.inf
    steps: int = 0

    def note(self, rows: Tensor, loss: float) -> None:
        if self.steps == 0:
            self.first = loss
        self.steps += 1
        if loss < self.loss:  # never true of NaN
            self.rows, self.loss = rows.detach().clone(), loss


def project(net: StyleNet, loss: Loss, size: int, steps: int = 400, space: str = "w", seed: int = 0,
            watch: Watch = lambda _step, _loss: False) -> Projection:
    """Return the place whose picture, at `size` pixels, has the lowest `loss`.

    In space "w" all rows of the styles are one; in "w+" they part company in the second half of the steps, which comes
    nearer to the picture and moves less naturally afterwards. `watch` may end it early: the best so far is kept.
    Raises ModelError when the model makes no picture that can be compared.
    """
    styles = sample_styles(net, SAMPLES, seed).to(net.w_mean)
    spread = float((styles - styles.mean(0)).norm(dim=1).square().mean().sqrt())
    chance = torch.Generator().manual_seed(seed)
    descent = _Descent(net, loss, size, spread, chance, watch)
    best = _Best(net.w_mean[None].clone())
    if space == "w":
        descent.go(best, steps)
    elif not descent.go(best, steps - steps // 2):
        best.rows = best.rows.expand(net.rows, -1).clone()
        descent.go(best, steps // 2, FINE_RATE, noise=0.0)
    if not math.isfinite(best.loss):
        raise ModelError("the model draws no finite picture where the search begins.", "Is its w_avg its own?")
    rows = best.rows.expand(net.rows, -1)
    with torch.no_grad():
        picture = as_bytes(draw(net, rows[None]))[0]
    return Projection(rows.cpu().numpy().copy(), picture, best.first, best.loss, best.steps)


@dataclass(frozen=True, slots=True)
class _Descent:
    net: StyleNet
    loss: Loss
    size: int
    spread: float  # root mean square of how far w is from its mean
    chance: torch.Generator
    watch: Watch

    def go(self, best: _Best, steps: int, rate: float = RATE, noise: float = NOISE) -> bool:
        """Go downhill from the best place [1 or rows, style] and note what is better; True when ended early."""
        rows = best.rows.clone().requires_grad_(True)
        typical = self.spread / math.sqrt(rows.shape[1])
        optimiser = torch.optim.Adam([rows], lr=1.0)
        level = level_of(self.net, self.size) if len(rows) == 1 else 0  # single rows count in the full picture only
        for step in range(steps):
            optimiser.param_groups[0]["lr"] = rate * typical * ramp((step + 1) / steps)
            # None at first: the mean itself is tried, and a search of one step has tried something.
            fade = max(0.0, 1.0 - step / steps / NOISY) ** 2 if step else 0.0
            grain = torch.randn(rows.shape, generator=self.chance).to(rows)
            tried = rows + noise * fade * self.spread * grain
            value = self._learn(rows, tried, level)
            best.note(tried, value)
            optimiser.step()
            if self.watch(best.steps, best.loss):
                return True
        return False

    def _learn(self, rows: Tensor, tried: Tensor, level: int) -> float:
        """Return the loss of what is tried, and leave its gradient on `rows`."""
        rows.grad = None
        value = self.loss(self._seen(tried, level))
        torch.autograd.backward(value)
        return float(value.detach())

    def _seen(self, rows: Tensor, level: int) -> Tensor:
        """Return the picture at the size that is compared, -1..1 as far as the model keeps to it."""
        picture = draw(self.net, rows.expand(self.net.rows, -1)[None], level)
        if picture.shape[-1] == self.size:
            return picture
        return F.interpolate(picture, (self.size, self.size), mode="bilinear", antialias=True, align_corners=False)


def ramp(share: float) -> float:
    """Return the learning rate, 0..1, at a share 0..1 of the steps: a straight rise, and a cosine's fall."""
    rise, fall = min(1.0, share / RISE), min(1.0, (1.0 - share) / FALL)
    return rise * (0.5 - 0.5 * math.cos(math.pi * fall))
