"""The plan of a StyleGAN3: sizes, rates, paddings and filters of its layers, for nets that come from no file.

Source: Karras and others 2021, arXiv 2106.12423, sections 3.2 and 3.3: fourteen layers whose cutoffs grow by one factor
from layer to layer, the last two sampled critically, filters designed with Kaiser's window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

LAYERS = 14
CRITICAL = 2  # so many of the last layers use all that their sampling rate can carry
MARGIN = 10  # pixels on every side that the picture never shows: what the zeros at the border spoil
TAPS = 6  # length of a filter at the lower of its two rates
FIRST_CUTOFF, FIRST_STOP, LAST_STOP = 2.0, 2.0**2.1, 2.0**0.3  # the last as a multiple of half the picture's size


@dataclass(frozen=True, slots=True)
class Signal:
    """What a layer hands on: frequencies in periods across the picture, `rate` in samples across it."""

    cutoff: float
    stop: float
    rate: int
    size: int  # samples along one side, margins included
    channels: int

    @property
    def half_width(self) -> float:
        """Half the band over which a filter for this signal falls off."""
        return max(self.stop, self.rate / 2) - self.cutoff


def layer_plan(kind: str = "T", size: int = 256, channel_base: int = 32768, channel_max: int = 512,
               style: int = 512, latent: int = 512) -> dict[str, Any]:
    """Return the `net` table of a StyleGAN3 of kind "T" (3x3 kernels) or "R" (1x1, radial down filters)."""
    plan = signals(size, channel_base, channel_max)
    names = [f"L{i}_{signal.size}_{signal.channels}" for i, signal in enumerate(plan)] + [f"L{LAYERS}_{size}_3"]
    pairs = zip([plan[0], *plan[:-1]], plan, strict=True)
    layers = [_layer(name, before, after, kernel_of(kind)) for name, (before, after) in zip(names, pairs, strict=False)]
    layers.append({"name": names[-1], "up": 1, "down": 1, "padding": [0, 0, 0, 0], "clamp": 256.0, "is_rgb": True})
    first = plan[0]
    return {"latent": latent, "classes": 0, "style": style, "rows": LAYERS + 2, "size": size, "channels": 3,
            "output_scale": 0.25, "layers": layers,
            "input": {"size": [first.size, first.size], "rate": float(first.rate), "bandwidth": first.cutoff}}


def random_tensors(kind: str, net: dict[str, Any], channel_base: int = 32768, channel_max: int = 512,
                   mapping: int = 2, seed: int = 0) -> dict[str, Tensor]:
    """Return weights for a plan, named as in a file: chance numbers, but the filters are those that belong to it."""
    chance = torch.Generator().manual_seed(seed)
    plan = signals(net["size"], channel_base, channel_max)
    tensors = _mapping(chance, net, mapping) | _input(chance, plan[0], net["style"])
    outputs = [signal.channels for signal in plan] + [net["channels"]]
    inputs = [plan[0].channels, *outputs[:-1]]
    for i, layer in enumerate(net["layers"]):
        name, k = f"synthesis.{layer['name']}", 1 if layer["is_rgb"] else kernel_of(kind)
        tensors |= {f"{name}.weight": torch.randn(outputs[i], inputs[i], k, k, generator=chance),
                    f"{name}.bias": 0.1 * torch.randn(outputs[i], generator=chance),
                    f"{name}.magnitude_ema": torch.tensor(1.0 if i else 0.5),  # waves have half the power of noise
                    f"{name}.affine.weight": torch.randn(inputs[i], net["style"], generator=chance),
                    f"{name}.affine.bias": torch.ones(inputs[i])}
        if not layer["is_rgb"]:
            before, after = plan[max(i - 1, 0)], plan[i]
            rate = before.rate * layer["up"]
            tensors[f"{name}.up_filter"] = low_pass(TAPS * layer["up"], before, rate)
            # Filters of critically sampled layers are too steep to be round.
            is_round = kind == "R" and i < LAYERS - CRITICAL
            tensors[f"{name}.down_filter"] = low_pass(TAPS * layer["down"], after, rate, is_round)
    return tensors


def kernel_of(kind: str) -> int:
    """Return the width of the kernels of kind "T" or "R"."""
    return {"T": 3, "R": 1}[kind]


def signals(size: int, channel_base: int, channel_max: int) -> list[Signal]:
    """Return what each of the fourteen layers hands on; its own index decides its frequencies."""
    found = []
    for i in range(LAYERS):
        part = min(i / (LAYERS - CRITICAL), 1.0)
        cutoff = FIRST_CUTOFF * (size / 2 / FIRST_CUTOFF) ** part
        stop = FIRST_STOP * (size / 2 * LAST_STOP / FIRST_STOP) ** part
        rate = 2 ** math.ceil(math.log2(min(2 * stop, size)))
        margin = 0 if i >= LAYERS - CRITICAL + 1 else 2 * MARGIN
        found.append(Signal(cutoff, stop, rate, rate + margin, min(round(channel_base / 2 / cutoff), channel_max)))
    return found


def low_pass(count: int, signal: Signal, rate: int, is_round: bool = False) -> Tensor:
    """Return the filter that keeps `signal` at a sampling rate of `rate`: `[count]`, or `[count, count]` when round."""
    window = torch.kaiser_window(count, False, _beta(count, 2 * signal.half_width / (rate / 2)), dtype=torch.float64)
    place = (torch.arange(count, dtype=torch.float64) - (count - 1) / 2) / rate
    if is_round:
        radius = torch.hypot(place[:, None], place)
        ideal = torch.special.bessel_j1(2 * math.pi * signal.cutoff * radius) / radius  # of a disc of frequencies
        shape = ideal * window[:, None] * window
    else:
        shape = torch.sinc(2 * signal.cutoff * place) * window
    taps: Tensor = shape / shape.sum()
    return taps.float()


def _beta(taps: int, width: float) -> float:
    """Return the shape of Kaiser's window for a fall-off `width`, as a part of half the rate (Kaiser 1974)."""
    attenuation = 2.285 * (taps - 1) * math.pi * width + 7.95
    if attenuation > 50:
        return 0.1102 * (attenuation - 8.7)
    return 0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21) if attenuation > 21 else 0.0


def _layer(name: str, before: Signal, after: Signal, kernel: int) -> dict[str, Any]:
    inner = 2 * max(before.rate, after.rate)  # the rate at which the activation is done
    up, down = inner // before.rate, inner // after.rate
    # Centre of the convolved picture, zeros between its samples, on the centre of what comes out.
    left = ((after.size - 1) * down + TAPS * (up + down) - 2 - up * (before.size + kernel - 2)) // 2
    right = left - (up - 1)
    return {"name": name, "up": up, "down": down, "padding": [left, right, left, right], "clamp": 256.0,
            "is_rgb": False}


def _mapping(chance: torch.Generator, net: dict[str, Any], count: int) -> dict[str, Tensor]:
    tensors = {"mapping.w_avg": 0.3 * torch.randn(net["style"], generator=chance)}
    for i in range(count):
        inputs = net["style"] if i else net["latent"]
        # Stored a hundred times larger than used: the layer's own rate is 0.01.
        tensors |= {f"mapping.fc{i}.weight": 100.0 * torch.randn(net["style"], inputs, generator=chance),
                    f"mapping.fc{i}.bias": 10.0 * torch.randn(net["style"], generator=chance)}
    return tensors


def _input(chance: torch.Generator, signal: Signal, style: int) -> dict[str, Tensor]:
    count = signal.channels
    direction = torch.randn(count, 2, generator=chance)
    length = direction.norm(dim=1, keepdim=True)
    # Frequencies fill a disc evenly, up to the cutoff.
    freqs = direction / length * signal.cutoff * torch.rand(count, 1, generator=chance).sqrt()
    return {"synthesis.input.weight": torch.randn(count, count, generator=chance), "synthesis.input.freqs": freqs,
            "synthesis.input.phases": torch.rand(count, generator=chance) - 0.5,
            "synthesis.input.transform": torch.eye(3),
            "synthesis.input.affine.weight": 0.1 * torch.randn(4, style, generator=chance),
            "synthesis.input.affine.bias": torch.tensor([1.0, 0.0, 0.0, 0.0])}
