"""How late a model answers: a click, or a step of its latents, and where the energy of the difference lies."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from liveart.neural.model import AudioModel, Method

_SETTLE, _LISTEN = 0.4, 1.3  # seconds before and after; the longest lag known of this family is 0.6 s
_LASTS = 0.1  # part of all energy that must lie in the last quarter for an answer to be one that stays
_PIECE = 8192  # samples at a time, about: as in playing, and kind to the memory
_SMOOTH = 0.005  # seconds: over a period of the energy of 100 Hz


def measure_lag(model: AudioModel, method: Method) -> int:
    """Return the samples of sound from an event in the input of `method` to its answer; 0 when there is none.

    The model runs twice from a reset, with and without the event, so that only the difference counts; it is left
    reset. A click answers at the median of its energy, a step of latents where the power is half of what stays.
    """
    block, rate = model.spec.block, model.spec.rate or 44100
    before, after = (math.ceil(seconds * rate / block) * block for seconds in (_SETTLE, _LISTEN))
    quiet = torch.zeros(model.batch, method.inputs, (before + after) // method.in_ratio)
    event = quiet.clone()
    start, is_click = before // method.in_ratio, method.in_ratio == 1
    event[:, :, start: start + 1 if is_click else None] = 1.0
    energy = (_made(model, method, event) - _made(model, method, quiet)).double().square().sum((0, 1))
    model.reset()
    answer = energy[before // method.out_ratio:]
    return round((_median(answer) if is_click else _rise(answer, rate // method.out_ratio)) * method.out_ratio)


def _made(model: AudioModel, method: Method, x: Tensor) -> Tensor:
    model.reset()
    frames = model.spec.block * math.ceil(_PIECE / model.spec.block) // method.in_ratio
    return torch.cat([model.run(method.name, piece) for piece in torch.split(x, frames, dim=2)], dim=2)


def _median(energy: Tensor) -> float:
    """Return before which place half of the energy has come."""
    total = energy.cumsum(0)
    return float((total < total[-1] / 2).sum()) if float(total[-1]) > 0 else 0.0


def _rise(energy: Tensor, rate: int) -> float:
    """Return where the power is first half of that of the last quarter; the median of an answer that does not stay."""
    last = energy[-(len(energy) // 4):]
    if float(last.sum()) <= _LASTS * float(energy.sum()):
        return _median(energy)
    half = int(rate * _SMOOTH / 2)
    power = torch.nn.functional.avg_pool1d(energy[None], 2 * half + 1, 1, half)[0]
    return float((power >= last.mean() / 2).nonzero()[0])
