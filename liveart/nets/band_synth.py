"""The voice of the band model: tuned sinusoids and noise in bands, joined frame by frame, without look-ahead.

A sound is a sum of steady partials and shaped noise (X. Serra and J. Smith, Spectral Modeling Synthesis, Computer Music
Journal 14(4), 1990), and a net may learn to control such a sum (Engel and others, DDSP, arXiv 2001.04643). The
partials here stand still, 24 to the octave, so that all is in tune; noise in bands comes from a table that goes round
(Barahona-Ríos and Collins, NoiseBandNet, arXiv 2307.08007).

Each hop gives a frame of two hops, whose middle is the end of the hop: a triangle for partials (their amplitudes glide
in straight lines), half a sine for noise (whose power adds up). Frames overlap by half.
"""

# TorchScript can't read annotations of attributes that are put off: no `from __future__ import annotations` here.
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .band_ear import HOP, RATE

LOWEST = 32.7031956626  # Hz, the tone C1
OCTAVE = 24             # partials to the octave: every second one is a semitone
HIGHEST = 20000.0       # Hz; partials above are left out
LATE = HOP // 2         # samples by which what is said of a hop is heard later: the middle of its frame is its end
TURNS = 1024            # hops until the noise comes round again, 5.5 s
STREAMS = 64            # streams that have phases of their own to begin with, so that equal ones are wide, not loud
_FRAME = 2 * HOP
_STRIDE = 16            # its square is HOP
_SEED = 20480
_WIDENING = 0.0374  # of 64 bands: the first is a bin wide, the last 900 Hz


# The next two also run in TorchScript, which knows no globals but takes defaults.
def partials(count: int, semitones: float = 0.0, lowest: float = LOWEST, octave: int = OCTAVE) -> Tensor:
    """Return the frequencies [count] of the partials in hertz, float64, moved by `semitones`."""
    steps = torch.arange(count, dtype=torch.float64) / float(octave) + semitones / 12.0
    return lowest * torch.exp2(steps)


def half_frames(
    hertz: Tensor, hop: int = HOP, stride: int = _STRIDE, rate: int = RATE, highest: float = HIGHEST
) -> tuple[Tensor, Tensor]:
    """Return the right halves [count, HOP] of cosine and sine frames for `hertz` [count], with their triangle.

    A cosine is even and a sine odd around the middle of the frame: the left halves follow from the right ones.
    """
    turn = (2.0 * math.pi / rate) * hertz[:, None]
    few = torch.arange(stride, dtype=torch.float64, device=hertz.device)
    # exp(i w (16 a + b)) as a product: 32 turns for a partial in place of 256, fast enough to glide by.
    coarse, fine = turn * (few * stride), turn * few
    whole = torch.polar(torch.ones_like(coarse), coarse)[:, :, None] * torch.polar(torch.ones_like(fine), fine)[:, None]
    heard = (hertz < highest)[:, None] * (1.0 - torch.arange(hop, device=hertz.device) / hop)
    shaped = whole.to(torch.complex64).flatten(1) * heard
    return torch.real(shaped).contiguous(), torch.imag(shaped).contiguous()


def noise_shapes(bands: int) -> Tensor:
    """Return [bands, HOP + 1]: how each band's magnitude spreads over the bins of a frame; they add up to 1."""
    # One bin apart at the bottom, ever wider above, as the ear hears.
    ends = torch.expm1(_WIDENING * torch.arange(bands, dtype=torch.float64) * 63 / (bands - 1))
    ends *= RATE / 2 / ends[-1]
    bins = torch.arange(HOP + 1, dtype=torch.float64) * (RATE / _FRAME)
    right = torch.searchsorted(ends, bins, right=True).clamp(1, bands - 1)
    share = ((bins - ends[right - 1]) / (ends[right] - ends[right - 1])).clamp(0.0, 1.0)
    shapes = F.one_hot(right - 1, bands) * (1.0 - share)[:, None] + F.one_hot(right, bands) * share[:, None]
    return shapes.T.float().contiguous()


def noise_table() -> Tensor:
    """Return [TURNS, HOP + 1, 2]: spectra of noise of random phases; a frame has the RMS 1 before its window."""
    chance = torch.Generator().manual_seed(_SEED)
    angle = 2.0 * math.pi * torch.rand(TURNS, HOP + 1, generator=chance)
    return torch.stack([torch.cos(angle), torch.sin(angle)], 2) * math.sqrt(_FRAME)


class BandSynth(nn.Module):
    """Makes sound of amplitudes [B, T, count] and noise [B, T, bands]. It has nothing to learn, and no state inside."""

    cosines: Tensor
    sines: Tensor
    start: Tensor   # [STREAMS, count] float64, turns: the phases that streams begin with
    places: Tensor  # [STREAMS] where in the table of noise they begin
    step: Tensor    # [count] float64, turns a hop
    window: Tensor
    shapes: Tensor
    table: Tensor

    def __init__(self, count: int, bands: int) -> None:
        super().__init__()
        self.hop, self.turns = HOP, TURNS
        cosines, sines = half_frames(partials(count))
        start = torch.rand(STREAMS, count, generator=torch.Generator().manual_seed(_SEED + 1), dtype=torch.float64)
        window = torch.sin(math.pi * (torch.arange(_FRAME) + 0.5) / _FRAME)
        values = {
            "cosines": cosines, "sines": sines, "start": start, "places": torch.arange(STREAMS) * 389 % TURNS,
            "step": partials(count) * (HOP / RATE), "window": window, "shapes": noise_shapes(bands),
            "table": noise_table(),
        }  # fmt: skip
        for name, value in values.items():
            self.register_buffer(name, value, persistent=False)

    @torch.jit.export
    def phases(self, before: Tensor, first: Tensor, step: Tensor, count: int) -> Tensor:
        """Return the phases [B, count, partials] in turns, float64, at the middles of the next `count` frames.

        `before` is the phase [B, partials] of the last frame, `step` the turns a hop [B, partials], `first` those of
        the first hop (half the old and half the new ones, where the pitch has just changed).
        """
        hops = torch.arange(count, dtype=torch.float64, device=before.device)[None, :, None]
        return torch.frac((before + first)[:, None] + hops * step[:, None])

    @torch.jit.export
    def tones(self, amplitudes: Tensor, phases: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
        """Return frames [B, T, 2 * HOP] of partials; `cosines` and `sines` are their half frames."""
        angle = phases.to(amplitudes.dtype) * (2.0 * math.pi)
        even = (amplitudes * torch.sin(angle)) @ cosines
        odd = (amplitudes * torch.cos(angle)) @ sines
        left = F.pad((even - odd)[:, :, 1:].flip(2), [1, 0])  # a triangle is 0 at its left end
        return torch.cat([left, even + odd], 2)

    @torch.jit.export
    def hiss(self, bands: Tensor, places: Tensor) -> Tensor:
        """Return frames [B, T, 2 * HOP] of noise; `places` [B, T] says which row of the table each takes."""
        magnitudes = (bands @ self.shapes)[:, :, :, None]
        spectrum = torch.view_as_complex(self.table[places] * magnitudes)
        frames: Tensor = torch.fft.irfft(spectrum, 2 * self.hop)
        return frames * self.window

    @torch.jit.export
    def join(self, frames: Tensor, tail: Tensor) -> tuple[Tensor, Tensor]:
        """Return the samples [B, T * HOP] of overlapping frames, and the tail [B, HOP] that the next block needs."""
        halves = torch.cat([tail[:, None], frames[:, :, self.hop :]], 1)
        samples = frames[:, :, : self.hop] + halves[:, :-1]
        return samples.flatten(1), halves[:, -1]

    def forward(self, amplitudes: Tensor, bands: Tensor, phase: Tensor, place: Tensor) -> Tensor:
        """Return samples [B, T * HOP] that begin with silence; for training. `phase` [B, count], `place` [B]."""
        count = amplitudes.shape[1]
        step = self.step[None].expand(phase.shape)
        places = (place[:, None] + torch.arange(count, device=place.device)) % self.turns
        tones = self.tones(amplitudes, self.phases(phase, step, step, count), self.cosines, self.sines)
        empty = torch.zeros(len(bands), self.hop, device=bands.device)
        return self.join(tones + self.hiss(bands, places), empty)[0]
