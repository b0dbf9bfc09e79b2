"""One lesson of a sound model: what a batch of sounds says about the nets, as one loss."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from liveart.nets.band_ear import HOP
from liveart.nets.band_synth import LATE, TURNS
from liveart.nets.band_vae import BandVAE, crowding, divergence

from .sound_bands import Bands
from .sound_data import LOUD, Crops
from .sound_loss import SCALES, spectral_distance

WARM = 16        # hops at the start of each crop that are not judged: the encoder knows no past there
HOPS = 128       # hops that are: 0.68 s
HELD = 3 / 8     # share of a batch whose code stands still, and whose mean spectrum alone is judged
WARM_UP = 1500   # iterations until the divergence has its full weight
LEAD = 4000      # iterations led by the bands, which teach fast; then the sound itself leads
LATER = 0.25     # weight of the bands from then on
CROWDING = 0.5   # weight of the share of partials that noise should stand for
STRAYS = 64      # codes a step that are looked at for being too loud
LOUDEST = 1.2 * LOUD  # RMS that a held code should not exceed
EVENNESS = 0.5   # see spectral_distance


class Lesson:
    """Holds what all lessons share. All chance comes from the generator that each is given."""

    def __init__(self, net: BandVAE, weight: float) -> None:
        self.net, self.weight, self.device = net, weight, net.shift.device
        self.bands = Bands(net.count, net.bands).to(self.device)

    def loss(self, iteration: int, crops: Crops, chance: torch.Generator) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the loss of crops of WARM + HOPS hops, and parts of it by name, without gradient."""
        mean, logvar = self.net(crops.power)
        code, held = self._drawn(mean, logvar, chance)
        amplitudes, noise = self.net.controls(code)
        bands = self.bands(amplitudes, noise, crops.samples, crops.power, held, WARM)
        spread, crowd = divergence(mean, logvar).mean(), crowding(amplitudes).mean()
        leads = iteration < LEAD
        weight = self.weight * min(1.0, iteration / WARM_UP)
        loss = (1.0 if leads else LATER) * bands.mean() + weight * spread + CROWDING * crowd
        loss = loss + self._excess(mean[:, WARM:].detach(), chance)
        if not leads or iteration % 2 == 0:
            turn = iteration // 2 if leads else iteration
            loss = loss + self._heard(turn, amplitudes, noise, crops.samples, held, chance)
        bands = bands.detach()
        return loss, {"bands": bands[~held].mean(), "held": bands[held].mean(), "divergence": spread.detach()}

    def _drawn(self, mean: Tensor, logvar: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return codes [B, T, latent] drawn around `mean`, and which rows stand still (bool [B])."""
        noise = torch.randn(mean.shape, generator=chance).to(self.device)
        count = max(1, round(HELD * len(mean)))
        held = torch.arange(len(mean), device=self.device) < count
        # A held code: the middle of the crop's codes, as far from it as one draw is.
        still = mean[:, WARM:].mean(1, keepdim=True) + noise[:, :1] * torch.exp(0.5 * logvar.mean(1, keepdim=True))
        return torch.where(held[:, None, None], still, mean + noise * torch.exp(0.5 * logvar)), held

    def _excess(self, codes: Tensor, chance: torch.Generator) -> Tensor:
        """Return by how much codes around and between `codes` [B, T, latent], which no sound teaches, are too loud."""
        few = codes[:, ::16].flatten(0, 1)
        weights = torch.randn(STRAYS, len(few), generator=chance).to(self.device) / math.sqrt(len(few))
        strays = few.mean(0) + weights @ (few - few.mean(0))
        return torch.relu(torch.log(self.net.loudness(strays[:, None]) / LOUDEST)).square().mean()

    def _heard(self, turn: int, amplitudes: Tensor, noise: Tensor, samples: Tensor, held: Tensor,
               chance: torch.Generator) -> Tensor:
        """Return the spectral distance of the sound that is made, at every second scale in turn."""
        phase = torch.rand(len(held), self.net.count, generator=chance, dtype=torch.float64).to(self.device)
        place = torch.randint(TURNS, (len(held),), generator=chance).to(self.device)
        made = self.net.synth(amplitudes, noise, phase, place)[:, WARM * HOP + LATE :]
        heard = samples[:, WARM * HOP : -LATE]
        return spectral_distance(made, heard, held, EVENNESS, 2, SCALES[turn % 2 :: 2]).mean()
