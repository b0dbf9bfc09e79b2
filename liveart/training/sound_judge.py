"""How well a sound model gives back sounds that it has never heard."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from liveart.nets.band_ear import PAST
from liveart.nets.band_synth import LATE
from liveart.nets.band_vae import BandVAE

from .sound_data import Sound
from .sound_loss import spectral_distance


@torch.no_grad()
def rebuilt(net: BandVAE, samples: Tensor) -> Tensor:
    """Return [n] of samples [PAST + n] through the net, by the means of its codes, its own delay taken out."""
    mean, _ = net(net.ear(samples[None]))
    place = torch.zeros(1, dtype=torch.long, device=samples.device)
    return F.pad(net.rebuild(mean, net.synth.start[:1], place)[0, LATE:], [0, LATE])


@torch.no_grad()
def judged(net: BandVAE, sounds: Sequence[Sound]) -> float:
    """Return the mean spectral distance of `sounds` , at least one, from what the net gives back."""
    device = net.shift.device
    each = []
    for sound in sounds:
        samples = sound.samples.to(device)
        each.append(spectral_distance(rebuilt(net, samples)[None], samples[None, PAST:]))
    return float(torch.cat(each).mean())
