"""How far what the decoder says is from what is heard, in bands and hop by hop, without making any sound.

A spectrum of made sound varies with the chance of its phases and noise, and a net learns slowly from it. What power a
partial or a noise band brings to each band of an analysis can be known beforehand: one matrix product tells it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from liveart.nets.band_ear import HOP, RANGES, RATE, BandEar
from liveart.nets.band_synth import noise_shapes, partials

_FRAME = 2 * HOP
_LOW = RANGES[0]
_FLOOR = 1e-4   # amplitude, -80 dBFS: below it nothing is told apart
_FINE = 0.5     # weight of tones against time


class Bands(nn.Module):
    """Two analyses: frames of two hops in the bands of the noise (when), and the ear's long window (which tone)."""

    into_frame: Tensor  # [count, bands] power for a squared amplitude
    into_tones: Tensor  # [count, tones]
    average: Tensor     # [bands, HOP + 1]
    shapes: Tensor      # [bands, HOP + 1]
    between: Tensor     # [HOP + 1, long bins]
    matrix: Tensor      # [long bins, tones]
    window: Tensor
    weights: Tensor     # [hops] of the long window, the newest first

    def __init__(self, count: int, bands: int) -> None:
        super().__init__()
        ear, shapes = BandEar(), noise_shapes(bands)
        window = torch.sin(math.pi * (torch.arange(_FRAME) + 0.5) / _FRAME)
        average = shapes / shapes.sum(1, keepdim=True)
        hertz = partials(count)
        frame = torch.fft.rfft(_both(hertz, _FRAME) * window).abs().square().mean(0) / HOP
        tones = torch.stack([ear.heard(one, 0, ear.window0, ear.matrix0)[:, 0] for one in _both(hertz, _LOW.size)])
        long_bins = (torch.arange(len(ear.matrix0)) + ear.begins[0]) * (_FRAME / _LOW.size)
        between = (1.0 - (long_bins - torch.arange(HOP + 1)[:, None]).abs()).clamp(min=0.0)
        values = {
            "into_frame": frame @ average.T, "into_tones": tones.mean(0), "average": average, "shapes": shapes,
            "between": between, "matrix": ear.matrix0 * ear.window0.square().sum(), "window": window,
            "weights": ear.window0.view(-1, HOP).sum(1).flip(0) / 2.0,
        }  # fmt: skip
        for name, value in values.items():
            self.register_buffer(name, value, persistent=False)

    def forward(
        self, amplitudes: Tensor, noise: Tensor, samples: Tensor, power: Tensor, held: Tensor, warm: int
    ) -> Tensor:
        """Return the distance [B] of what is said from what is heard, loudness and its logarithm, after `warm` hops.

        amplitudes [B, T, count] and noise [B, T, bands] are said, samples [B, T * HOP] and power [B, T, BANDS] heard;
        of rows with `held` [B] only the mean over time counts.
        """
        last = amplitudes.shape[1] - 1  # a frame reaches into the hop after its own
        spread = noise @ self.shapes
        said = amplitudes.square() @ self.into_frame + spread.square() @ self.average.T
        when = _apart(said[:, warm:last], self.framed(samples)[:, warm:last], held)
        steady, around = self.smeared(amplitudes), self.smeared((spread @ self.between).square())
        said = steady.square() @ self.into_tones + around @ self.matrix
        which = _apart(said[:, warm:], power[:, warm:, : _LOW.count], held)
        return when + _FINE * which

    def framed(self, samples: Tensor) -> Tensor:
        """Return the mean power [B, T - 1, bands] in the bands of the frame around the end of each hop."""
        spectrum = torch.fft.rfft(samples.unfold(1, _FRAME, HOP) * self.window)
        power: Tensor = spectrum.abs().square() @ self.average.T / HOP
        return power

    def smeared(self, values: Tensor) -> Tensor:
        """Return values [B, T, n] as the long window sees them: a mean over the hops that end with each."""
        hops = values.shape[1]
        row, column = torch.arange(hops)[:, None], torch.arange(hops)
        ages = (row - column).to(self.weights.device)
        weights = self.weights[ages.clamp(0, len(self.weights) - 1)]
        return (weights * ((ages >= 0) & (ages < len(self.weights)))) @ values


def _both(hertz: Tensor, size: int) -> Tensor:
    """Return a sine and a cosine of each frequency [count], [2, count, size]: their mean power hangs on no phase."""
    turn = 2.0 * math.pi * hertz[:, None] / RATE * torch.arange(size)
    return torch.stack([torch.sin(turn), torch.cos(turn)]).float()


def _apart(said: Tensor, heard: Tensor, held: Tensor) -> Tensor:
    """Return the mean difference [B] of powers [B, T, n]: in nats of amplitude, and in parts of all amplitude."""
    steady = heard.mean(1, keepdim=True).expand(heard.shape)
    target = torch.where(held[:, None, None], steady, heard)
    made, wanted = (said + _FLOOR**2).sqrt(), (target + _FLOOR**2).sqrt()
    nats = (torch.log(made) - torch.log(wanted)).abs().mean((1, 2))
    parts = (made - wanted).abs().mean((1, 2)) / wanted.mean((1, 2))
    return nats + parts
