"""The journey of a path through w, so that it can be drawn: its stations, and the way between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from liveart.core.blend import Blend, Station, z_of
from liveart.core.path import Path
from liveart.errors import ModelError, did_you_mean
from liveart.finding.pictures import on_rows, styles_of
from liveart.nets.style_net import StyleNet

FINE = 32  # points between one station and the next
OPEN, LONGEST = 8, 64  # steps that are drawn of a journey that never comes home, and the longest one that does


@dataclass(frozen=True, slots=True)
class Journey:
    """What is drawn of a path.

    names  of the stations, in the order in which they are passed: "17" for a seed, a keyframe's name, "" for a place
    stations, way  rows of styles [N, rows, style] and [N * FINE + 1, rows, style]
    """

    names: tuple[str, ...]
    stations: Tensor
    way: Tensor


def journey_of(path: Path, net: StyleNet, keyframes: Mapping[str, np.ndarray]) -> Journey:
    """Return the journey of `path`, its params as they are at the start. Raises ModelError for an unknown keyframe."""
    mapped: dict[Station, Tensor] = {}

    def rows_at(blend: Blend) -> Tensor:
        for station, _ in blend.parts:
            if station not in mapped:
                mapped[station] = _rows(station, net, keyframes)
        return torch.stack([mapped[station] * share for station, share in blend.parts]).sum(0)

    steps = _steps(path, net.latent)
    blends = [_blend(path, place, net.latent) for place in range(max(steps, 1))]
    fine = [_blend(path, place / FINE, net.latent) for place in range(steps * FINE + 1)]
    return Journey(tuple(map(_name, blends)), torch.stack(list(map(rows_at, blends))),
                   torch.stack(list(map(rows_at, fine))))


def _blend(path: Path, place: float, latent: int) -> Blend:
    values = {param.name: param.start for param in path.params}
    values |= {f"{param.name}_position": place for param in path.params if param.kind == "rate"}
    return path.blend(values, latent)


def _steps(path: Path, latent: int) -> int:
    """Return after how many steps a path is home again, OPEN for one that never is, 0 for one that stands still."""
    if all(param.kind != "rate" for param in path.params):
        return 0
    home = _blend(path, 0.0, latent)
    return next((step for step in range(1, LONGEST) if _blend(path, step, latent) == home), OPEN)


def _rows(station: Station, net: StyleNet, keyframes: Mapping[str, np.ndarray]) -> Tensor:
    if not isinstance(station, str):
        return on_rows(net, styles_of(net, [z_of(station, net.latent)], psi=1.0))[0]
    if station not in keyframes:
        hint = did_you_mean(station, keyframes) or f"Make it: liveart project IMAGE MODEL --name {station}"
        raise ModelError(f'this model has no keyframe "{station}".', hint)
    return torch.from_numpy(keyframes[station]).to(net.w_mean)


def _name(blend: Blend) -> str:
    station = blend.parts[0][0]
    return "" if len(blend.parts) != 1 or isinstance(station, bytes) else str(station)
