"""Latent mathematics: points of a Gaussian latent space and the ways between them.

All points are float32 arrays [dims]. A seed gives the z that the StyleGAN world means by that seed:
`RandomState(seed).randn(dims)`, whose stream numpy has frozen.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeVar

import numpy as np

Number = TypeVar("Number", float, np.ndarray)


@lru_cache(maxsize=4096)
def _drawn(seed: int, dims: int) -> np.ndarray:
    z = np.random.RandomState(seed % 2**32).standard_normal(dims).astype(np.float32)
    z.flags.writeable = False
    return z


def seed_point(seed: int, dims: int) -> np.ndarray:
    """Return the point of a seed: standard normal, the same on every machine. Read-only."""
    return _drawn(int(seed), dims)


def lerp(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """Return the point at share `t` of the straight line from `a` to `b` (right for w)."""
    return np.asarray(a + (b - a) * np.float32(t), np.float32)


def slerp(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """Return the point at share `t` of the great arc (Shoemake 1985), lengths blended (right for z)."""
    length_a, length_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if length_a < 1e-8 or length_b < 1e-8:
        return lerp(a, b, t)
    cosine = float(np.dot(a, b)) / (length_a * length_b)
    angle = math.acos(min(max(cosine, -1.0), 1.0))
    if angle < 1e-4 or math.pi - angle < 1e-4:
        return lerp(a, b, t)
    length = length_a + (length_b - length_a) * t
    scale = length / math.sin(angle)
    return np.asarray(a * (math.sin((1 - t) * angle) * scale / length_a)
                      + b * (math.sin(t * angle) * scale / length_b), np.float32)


def spline_shares(t: float) -> tuple[float, float, float, float]:
    """Return the shares of four points in their Catmull-Rom spline (1974) at `t` of 0..1; they add up to 1."""
    return (((2.0 - t) * t - 1.0) * t / 2.0, ((3.0 * t - 5.0) * t * t + 2.0) / 2.0,
            ((4.0 - 3.0 * t) * t + 1.0) * t / 2.0, (t - 1.0) * t * t / 2.0)


def spline(points: list[np.ndarray], t: float) -> np.ndarray:
    """Return the point at share `t` between points[1] and points[2], passing all four without a kink.

    Catmull-Rom on the directions, lengths blended: a journey that never stops at its stations.
    """
    p0, p1, p2, p3 = points
    a, b, c, d = spline_shares(t)
    curve = p0 * a + p1 * b + p2 * c + p3 * d
    length = float(np.linalg.norm(curve))
    wanted = float(np.linalg.norm(p1)) * (1.0 - t) + float(np.linalg.norm(p2)) * t
    return np.asarray(curve * (wanted / length if length > 1e-8 else 1.0), np.float32)


def truncate(z: np.ndarray, psi: float, centre: np.ndarray | float = 0.0) -> np.ndarray:
    """Pull `z` towards `centre`: psi 1 leaves it, 0 gives the centre, below 0 goes to the other side."""
    return np.asarray(centre + (z - centre) * np.float32(psi), np.float32)


def ease(t: Number) -> Number:
    """Return smoothstep of 0..1: starts and ends at rest."""
    eased: Number = t * t * (3.0 - 2.0 * t)
    return eased


@lru_cache(maxsize=256)
def plane(seed: int, dims: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return three orthogonal directions of a seed, each as long as a typical z: centre, across, up. Read-only.

    Fewer than three dimensions have no room for three: those without room are zero.
    """
    raw = np.stack([seed_point(seed + k * 7919, dims) for k in range(3)]).astype(np.float64)
    axes: list[np.ndarray] = []
    for vector in raw:
        for axis in axes:
            vector = vector - axis * np.dot(vector, axis)
        length = np.linalg.norm(vector)
        axes.append(vector / length if length > 1e-6 else vector * 0.0)
    scale = np.sqrt(dims)
    centre, across, up = ((axis * scale).astype(np.float32) for axis in axes)
    for axis in (centre, across, up):
        axis.flags.writeable = False
    return centre, across, up
