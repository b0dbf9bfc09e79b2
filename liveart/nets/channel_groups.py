"""Channel groups: which feature maps of a layer do alike, found by looking at them over a few seeds.

A group is an instrument: "group 2" of a layer may be the hair, or one kind of stroke. Maps are pooled to 8x8, put one
after the other for all seeds, and those of like course are put together by k-means on the sphere.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from liveart.core.latent import seed_point
from liveart.nets.style_net import Bend, Features, Scene, Step, StyleNet

MOST = 6  # groups of a layer
_SEEDS = range(4)
_PSI = 0.7  # how far from the mean the pictures are that are looked at: typical ones
_POOLED = 8  # pixels
_ROUNDS = 30  # of k-means, if it does not rest before


class ChannelGroups:
    """The groups of a net's layers, found once for each and kept.

    What is found depends on net and layer alone, not on when it was asked: a show and its render agree.
    """

    def __init__(self, net: StyleNet) -> None:
        self._net = net
        self._found: dict[str, tuple[tuple[int, ...], ...]] = {}

    def prepare(self, seconds: float) -> None:
        """Look at the net's layers in order, until all are known or the time is over.

        What is left is found when it is asked for: that stalls the picture once, for about four frames.
        """
        self._look(None, time.perf_counter() + seconds)

    def of(self, layer: str) -> tuple[tuple[int, ...], ...]:
        """Return up to six groups of channels, which make up the layer; the one that is most active comes first."""
        if layer not in self._found:
            self._look(layer, np.inf)
        return self._found[layer]

    def _look(self, wanted: str | None, end: float) -> None:
        with torch.inference_mode():
            frames = [_Frame(self._net, seed) for seed in _SEEDS]
            for step in self._net.steps:
                begun = time.perf_counter()
                maps = [frame.step(step) for frame in frames]
                for index, layer in enumerate(step.layers):
                    if layer.name not in self._found:
                        self._found[layer.name] = grouped(np.stack([seen[index] for seen in maps], 1))
                now = time.perf_counter()
                if wanted in self._found or now + (now - begun) > end:  # the next step takes about as long
                    return


class _Frame:
    """One picture on its way through the net."""

    def __init__(self, net: StyleNet, seed: int) -> None:
        z = torch.from_numpy(seed_point(seed, net.latent).copy())[None].to(net.w_mean.device)
        labels = F.one_hot(torch.tensor([seed % net.classes]), net.classes).to(z) if net.classes else None
        self._w = torch.lerp(net.w_mean, net.mapping(z, labels), _PSI)  # [1, style]
        self._features: Features | None = None
        self._picture: Tensor | None = None

    def step(self, step: Step) -> list[np.ndarray]:
        """Go through a step; return the pooled maps of its layers, each float32 [channels, 64]."""
        seen: list[np.ndarray] = []

        def look(x: Features) -> Features:
            seen.append(pooled(x).cpu().numpy())
            return x

        scene = Scene()
        rows = self._w[:, None].expand(-1, len(step.rows), -1)
        self._features, self._picture = step(self._features, self._picture, rows, step.given(scene),
                                             [(Bend(look, None),)] * len(step.layers))
        return seen


def pooled(x: Features) -> Tensor:
    """Return each map of one sample [1, C, H, W] brought to 8x8 by means over areas, float32 [C, 64].

    Products with matrices are many times faster on channels_last than the pooling that torch has.
    """
    channels, height, width = x.shape[1:]
    tall = _areas(height, x) @ x[0].permute(1, 2, 0).reshape(height, width * channels)
    small = _areas(width, x) @ tall.view(_POOLED, width, channels)  # [8, 8, C]
    return small.flatten(0, 1).T.float()


def _areas(length: int, like: Tensor) -> Tensor:
    """Return [8, length]: of which pixels each of eight areas is the mean."""
    return F.adaptive_avg_pool1d(torch.eye(length)[None], _POOLED)[0].T.to(like)


def grouped(maps: np.ndarray, most: int = MOST) -> tuple[tuple[int, ...], ...]:
    """Return groups of the channels of `maps` [channels, seeds, pixels], the one with most energy first.

    Every channel is in one group, and none of the groups is empty; there are `most`, or fewer for few channels.
    """
    flat = maps.reshape(len(maps), -1).astype(np.float64)
    course = flat - flat.mean(1, keepdims=True)  # how it goes up and down, not how bright it is
    course /= np.linalg.norm(course, axis=1, keepdims=True) + 1e-12
    belongs = _clustered(course, min(most, len(course)))
    energy = np.square(flat).sum(1)
    order = sorted(set(belongs.tolist()), key=lambda group: (-energy[belongs == group].sum(), group))
    return tuple(tuple(np.flatnonzero(belongs == group).tolist()) for group in order)


def _clustered(points: np.ndarray, count: int) -> np.ndarray:
    """Return the cluster, below `count`, of each unit vector [N, D]: k-means by angle, from points far apart."""
    centres = points[_far_apart(points, count)]
    belongs = np.full(len(points), -1)
    for _ in range(_ROUNDS):
        nearness = points @ centres.T  # [N, count]
        nearest = _none_empty(nearness)
        if np.array_equal(nearest, belongs):
            break
        belongs = nearest
        centres = np.stack([points[belongs == group].sum(0) for group in range(count)])
        centres /= np.linalg.norm(centres, axis=1, keepdims=True) + 1e-12
    return belongs


def _far_apart(points: np.ndarray, count: int) -> Sequence[int]:
    """Return the places of `count` points: the one most like the mean of all, then each time the most unlike."""
    chosen = [int(np.argmax(points @ points.mean(0)))]
    like = points @ points[chosen[0]]
    while len(chosen) < count:
        like[chosen[-1]] = np.inf
        chosen.append(int(np.argmin(like)))
        like = np.maximum(like, points @ points[chosen[-1]])
    return chosen


def _none_empty(nearness: np.ndarray) -> np.ndarray:
    """Return the nearest cluster of each point; one that would be empty takes the point that is worst placed."""
    nearest: np.ndarray = nearness.argmax(1)
    for group in range(nearness.shape[1]):
        if not (nearest == group).any():
            has_company = np.bincount(nearest, minlength=nearness.shape[1])[nearest] > 1
            fit = np.where(has_company, nearness.max(1), np.inf)
            nearest[int(fit.argmin())] = group
    return nearest
