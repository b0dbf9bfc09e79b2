"""Blend: a point of latent space said as shares of stations, for generators that mix where it is right to mix (w).

A path that gives a Blend names the points it stands between; the generator maps each of them once and adds them up,
so that nothing is mapped anew while the journey moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from liveart.core.latent import seed_point, slerp

Station = int | str | bytes  # a seed, the name of a keyframe, or a z of its own as the bytes of its float32 numbers
LEAST = 1e-5  # a share that nobody sees


@dataclass(frozen=True, slots=True)
class Blend:
    """Stations with their shares, each station once. Shares add up to 1; a spline gives some below 0."""

    parts: tuple[tuple[Station, float], ...]

    @classmethod
    def of(cls, parts: Iterable[tuple[Station, float]]) -> Blend:
        """Return the blend of these parts: equal stations are added up, those of no share fall away."""
        shares: dict[Station, float] = {}
        for station, share in parts:
            shares[station] = shares.get(station, 0.0) + share
        return cls(tuple((station, share) for station, share in shares.items() if share))

    @classmethod
    def at(cls, z: np.ndarray) -> Blend:
        """Return the blend that stands at one z."""
        return cls(((np.asarray(z, np.float32).tobytes(), 1.0),))

    def mixed(self, other: Blend, share: float) -> Blend:
        """Return the blend at `share` 0..1 of the straight way to `other`.

        Stations of next to no share fall away: morphs that interrupt each other would heap them up.
        """
        whole = Blend.of([*((station, part * (1.0 - share)) for station, part in self.parts),
                          *((station, part * share) for station, part in other.parts)]).parts
        kept = [(station, part) for station, part in whole if abs(part) >= LEAST]
        if len(kept) == len(whole):
            return Blend(whole)
        total = sum(part for _, part in kept)
        return Blend(tuple((station, part / total) for station, part in kept))


Point = np.ndarray | Blend


def z_of(station: int | bytes, dims: int) -> np.ndarray:
    """Return the z, float32 [dims], of a seed or of the bytes of one; a z of another length is repeated or cut."""
    if isinstance(station, int):
        return seed_point(station, dims)
    z = np.frombuffer(station, np.float32)
    return z if z.size == dims else np.resize(z, dims)


def between(a: Point, b: Point, share: float) -> Point:
    """Return the point at `share` 0..1 of the way from `a` to `b`: an arc from z to z, a straight line of blends."""
    if isinstance(b, Blend):
        return (a if isinstance(a, Blend) else Blend.at(a)).mixed(b, share)
    return b if isinstance(a, Blend) else slerp(a, b, share)
