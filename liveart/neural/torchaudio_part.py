"""Sound as tensors, offline: another rate, mel bands. The one file that uses torchaudio, where it loads.

It does not load everywhere (its own library must fit torch's build), so each function has a path in torch alone with
the same result, and tests compare both. Streams that play go through resample.py.
"""

from __future__ import annotations

import functools
import importlib
import math
import warnings
from types import ModuleType

import torch
import torch.nn.functional as F
from torch import Tensor

from liveart.errors import ModelError

# A Kaiser-windowed sinc of so many zero crossings on each side, as in Smith, "Digital audio resampling" (2002):
# -3 dB at 0.95 of the lower half rate, below -100 dB from 1.02 of it on.
_ZEROS = 50
_ROLLOFF = 0.95
_BETA = 10.0
_LARGEST = 1 << 26  # taps of all phases; a pair of rates without a common measure needs more
QUIETEST = 1e-10    # power below which a band counts as silent: -100 dB of a full one


@functools.cache
def torchaudio() -> ModuleType | None:
    """Return torchaudio.functional; None where torchaudio is absent or its library does not load beside this torch."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells at import what later versions drop
            return importlib.import_module("torchaudio.functional")
    except (ImportError, OSError, RuntimeError):
        return None


def resample(x: Tensor, rate_in: int, rate_out: int) -> Tensor:
    """Return float `x` [..., n] at `rate_in` as [..., ceil(n · rate_out / rate_in)] at `rate_out`, nothing delayed.

    Raises ModelError for a rate below 1, and for two rates whose filter would take more memory than it is worth.
    """
    if min(rate_in, rate_out) < 1:
        raise ModelError(f"sound can't go from {rate_in} to {rate_out} Hz.", "Rates begin at 1 Hz.")
    common = math.gcd(rate_in, rate_out)
    old, new = rate_in // common, rate_out // common
    if old == new or not x.shape[-1]:
        return x
    if new * (old + 2 * _width(old, new)) > _LARGEST:
        raise ModelError(f"{rate_in} and {rate_out} Hz have too little in common.",
                         "Convert the sound to a usual rate first, such as 44100 or 48000 Hz.")
    if (part := torchaudio()) is not None:
        # In float64: it makes its filter in the type of the sound, and in float32 that costs 30 dB of purity.
        made: Tensor = part.resample(x.double(), rate_in, rate_out, lowpass_filter_width=_ZEROS, rolloff=_ROLLOFF,
                                     resampling_method="sinc_interp_kaiser", beta=_BETA)
        return made.to(x.dtype)
    return _resample(x, old, new)


def _width(old: int, new: int) -> int:
    """Return how many samples at the old rate the filter reaches to each side."""
    return math.ceil(_ZEROS * old / (min(old, new) * _ROLLOFF))


def _resample(x: Tensor, old: int, new: int) -> Tensor:
    width, count = _width(old, new), x.shape[-1]
    padded = F.pad(x.reshape(-1, 1, count), (width, width + old))
    phases = F.conv1d(padded, _kernels(old, new).to(x), stride=old)  # [..., new, turns]
    wanted = -(-count * new // old)
    return phases.transpose(1, 2).reshape(*x.shape[:-1], -1)[..., :wanted]


@functools.lru_cache(maxsize=8)
def _kernels(old: int, new: int) -> Tensor:
    """Return the filter at each of its phases, float64 [new, 1, taps]: output `new · k + p` lies at k + p / new."""
    base, width = min(old, new) * _ROLLOFF, _width(old, new)
    places = torch.arange(-width, width + old, dtype=torch.float64) / old  # of the inputs, in turns
    phases = torch.arange(new, dtype=torch.float64)[:, None] / new
    crossings = ((places - phases) * base).clamp(-_ZEROS, _ZEROS)
    inner = _BETA * torch.sqrt(1.0 - (crossings / _ZEROS) ** 2)
    window = torch.i0(inner) / torch.i0(torch.tensor(_BETA, dtype=torch.float64))
    return (torch.sinc(crossings) * window * (base / old))[:, None]


def mel_filterbank(bands: int, bins: int, rate: int, low: float = 0.0, high: float | None = None) -> Tensor:
    """Return float32 [bins, bands]: triangles of equal width in mel (O'Shaughnessy 1987) and height 1.

    `bins` run evenly from 0 Hz to half the rate; `low` and `high` are in Hz, `high` half the rate unless given.
    Raises ModelError when there are no bands, fewer than 2 bins, or ends that are no range within 0 to half the rate.
    """
    top = rate / 2.0 if high is None else high
    if bands < 1 or bins < 2 or not 0.0 <= low < top <= rate / 2.0:
        raise ModelError(f"{bands} mel bands from {low} to {top} Hz can't be made of {bins} bins at {rate} Hz.",
                         "The ends lie within 0 and half the rate.")
    if (part := torchaudio()) is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that some bands are empty; here they stay so too
            made: Tensor = part.melscale_fbanks(bins, low, top, bands, rate, norm=None, mel_scale="htk")
        return made
    return _triangles(bands, bins, rate, low, top)


def _triangles(bands: int, bins: int, rate: int, low: float, high: float) -> Tensor:
    hertz = torch.linspace(0.0, rate // 2, bins)
    corners = torch.linspace(_mel(low), _mel(high), bands + 2)
    corners = 700.0 * (10.0 ** (corners / 2595.0) - 1.0)
    apart = corners.diff()
    away = corners[None] - hertz[:, None]  # [bins, bands + 2]
    rising, falling = -away[:, :-2] / apart[:-1], away[:, 2:] / apart[1:]
    return torch.minimum(rising, falling).clamp(min=0.0)


def _mel(hertz: float) -> float:
    return 2595.0 * math.log10(1.0 + hertz / 700.0)


def log_mel(x: Tensor, rate: int, bands: int = 64, window: int = 1024, hop: int = 256) -> Tensor:
    """Return the loudness of mel bands along time: float `x` [..., n] → [..., bands, 1 + n // hop], log10 of power.

    Frames are Hann-windowed and centred at multiples of `hop`, with silence around the sound.
    """
    shape, flat = x.shape[:-1], x.reshape(-1, x.shape[-1])
    spectra = torch.stft(flat, window, hop, window=torch.hann_window(window, dtype=x.dtype, device=x.device),
                         center=True, pad_mode="constant", return_complex=True)
    power = spectra.abs() ** 2 / (window / 4.0) ** 2  # a full sine has power 1 in its bin
    filters = mel_filterbank(bands, window // 2 + 1, rate).to(x)
    mel = torch.einsum("sft,fb->sbt", power, filters)
    return mel.clamp(min=QUIETEST).log10().reshape(*shape, bands, -1)
