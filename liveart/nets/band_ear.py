"""The ear of the band model: energies in bands, from windows that all end at the newest sample.

Long windows tell low tones apart, short ones tell when; none looks ahead. A window rises slowly and falls fast, so
that the newest samples count although the window is long.
"""

# TorchScript can't read annotations of attributes that are put off: no `from __future__ import annotations` here.
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

RATE = 48000
HOP = 256
FLOOR = 1e-8  # of power: -80 dB below a full sine


@dataclass(frozen=True, slots=True)
class Range:
    """Bands of one window: `count` of them, from `low` to `high` hertz, evenly spaced for the ear (by octaves)."""

    size: int
    low: float
    high: float
    count: int


RANGES = (Range(4096, 65.4, 4186.0, 144), Range(1024, 300.0, 12000.0, 32), Range(256, 700.0, 21000.0, 20))
LONGEST = max(one.size for one in RANGES)
BANDS = sum(one.count for one in RANGES)
PAST = LONGEST - HOP  # samples before a hop that its windows reach back


def centres(low: float, high: float, count: int) -> Tensor:
    """Return `count` frequencies [count] from `low` to `high`, evenly spaced by octaves."""
    return torch.exp(torch.linspace(math.log(low), math.log(high), count, dtype=torch.float64))


def window_of(size: int) -> Tensor:
    """Return a window [size]: half a Hann over seven eighths up, another over one eighth down; its sum is 2."""
    up, down = size - size // 8, size // 8
    rise = 0.5 - 0.5 * torch.cos(math.pi * (torch.arange(up, dtype=torch.float64) + 0.5) / up)
    fall = 0.5 + 0.5 * torch.cos(math.pi * (torch.arange(down, dtype=torch.float64) + 0.5) / down)
    both = torch.cat([rise, fall])
    return (both * 2.0 / both.sum()).float()


def band_matrix(one: Range) -> tuple[int, Tensor]:
    """Return the first bin that counts and the weights [bins, count] of the power in the bins from there on."""
    spacing = RATE / one.size
    middle = centres(one.low, one.high, one.count)
    ratio = (one.high / one.low) ** (1.0 / (one.count - 1))
    half = torch.clamp(middle * (ratio - 1.0), min=1.5 * spacing)  # never between two bins
    bins = torch.arange(one.size // 2 + 1, dtype=torch.float64)[:, None] * spacing
    weights = (1.0 - (bins - middle).abs() / half).clamp(min=0.0)
    used = weights.sum(1).nonzero()[:, 0]
    begin = int(used[0])
    return begin, weights[begin : int(used[-1]) + 1].float()


class BandEar(nn.Module):
    """Power in BANDS bands for each hop: samples [B, PAST + T * HOP] → [B, T, BANDS]. It has nothing to learn."""

    window0: Tensor
    window1: Tensor
    window2: Tensor
    matrix0: Tensor
    matrix1: Tensor
    matrix2: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.hop, self.longest = HOP, LONGEST
        self.sizes = [one.size for one in RANGES]
        self.begins = [band_matrix(one)[0] for one in RANGES]
        for index, one in enumerate(RANGES):
            self.register_buffer(f"window{index}", window_of(one.size), persistent=False)
            self.register_buffer(f"matrix{index}", band_matrix(one)[1], persistent=False)

    def forward(self, samples: Tensor) -> Tensor:
        return torch.cat([
            self.heard(samples, 0, self.window0, self.matrix0),
            self.heard(samples, 1, self.window1, self.matrix1),
            self.heard(samples, 2, self.window2, self.matrix2),
        ], 2)  # fmt: skip

    def heard(self, samples: Tensor, index: int, window: Tensor, matrix: Tensor) -> Tensor:
        """Return the power in the bands of one window, [B, T, count]; a full sine has about 1."""
        size = self.sizes[index]
        frames = samples[:, self.longest - size :].unfold(1, size, self.hop)
        begin = self.begins[index]
        spectrum = torch.fft.rfft(frames * window)[:, :, begin : begin + matrix.shape[0]]
        power = torch.real(spectrum).square() + torch.imag(spectrum).square()
        return power @ matrix


def levels(power: Tensor, floor: float = FLOOR) -> Tensor:
    """Return power on a scale of decibels that suits a net: about -1.3 (silence) to 1.3 (full)."""
    return torch.log10(power + floor) / 3.0 + 1.35
