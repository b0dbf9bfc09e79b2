"""Latents as signals: straight lines from block to block, and the bends that an effect puts into them. Plain numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Latents = np.ndarray  # float32 [streams, width, count]


class LatentFlow:
    """Leads each stream's latents from where they stood to where they are wanted, without a step.

    Discrete latents (numbers of a codebook) step at the beginning of a block; angles take the shorter way round.
    """

    def __init__(self, streams: int, width: int, is_discrete: bool = False, is_spherical: bool = False) -> None:
        self._is_discrete, self._is_spherical = is_discrete, is_spherical
        self._stand = np.zeros((streams, width), np.float32)
        self.reset()

    def reset(self) -> None:
        """Begin at the next target, wherever it is."""
        self._is_new = np.ones(len(self._stand), bool)

    def jump(self, streams: np.ndarray) -> None:
        """Let some streams (indices) begin at their next target: what they did before is not theirs."""
        self._is_new[streams] = True

    def lead(self, target: np.ndarray, count: int) -> Latents:
        """Return [streams, width, count] that end at `target` [streams, width]."""
        wanted = np.asarray(target, np.float32)
        begin = np.where(self._is_new[:, None], wanted, self._stand)
        self._stand, self._is_new = wanted.copy(), np.zeros_like(self._is_new)
        if self._is_discrete:
            return np.repeat(wanted[:, :, None], count, axis=2)
        way = wanted - begin
        if self._is_spherical:
            way = (way + np.pi) % (2.0 * np.pi) - np.pi
        share = np.arange(1, count + 1, dtype=np.float32) / np.float32(count)
        led: Latents = (begin[:, :, None] + way[:, :, None] * share).astype(np.float32, copy=False)
        return led


@dataclass(frozen=True, slots=True)
class Bend:
    """What is done to latents that come from a sound.

    offset  added, [latent]; scale  times, about 0; turn  dimensions by which they are moved round
    path    share 0..1 of the journey's point in their place; frozen  1: they stand still, 0: they follow
    """

    offset: np.ndarray
    scale: float = 1.0
    turn: int = 0
    path: float = 0.0
    frozen: float = 0.0


class Bender:
    """Bends latents [streams, width, count], of which the first `latent` are meant; moves between bends evenly."""

    def __init__(self, streams: int, latent: int) -> None:
        self._streams, self._latent = streams, latent
        self.reset()

    def reset(self) -> None:
        """Forget what was held."""
        self._before: Bend | None = None
        self._held = np.zeros((self._streams, self._latent), np.float32)
        self._point: np.ndarray | None = None

    def bend(self, latents: Latents, point: np.ndarray, bend: Bend) -> Latents:
        """Return them bent; `point` [latent] is where the journey is."""
        before = self._before if self._before is not None else bend
        point_before = self._point if self._point is not None else point
        self._before, self._point = bend, np.array(point, np.float32)
        count = latents.shape[2]
        share = np.arange(1, count + 1, dtype=np.float32) / np.float32(count)
        own = self._hold(latents[:, : self._latent], before.frozen, bend.frozen, share)
        turned = np.roll(own, bend.turn, axis=1)
        if before.turn != bend.turn:  # another order fades in over the block
            turned = np.roll(own, before.turn, axis=1) * (1.0 - share) + turned * share
        scale = before.scale + (bend.scale - before.scale) * share
        offset = before.offset[:, None] + (bend.offset - before.offset)[:, None] * share
        path = before.path + (bend.path - before.path) * share
        journey = point_before[:, None] + (point - point_before)[:, None] * share
        bent = (turned * scale + offset) * (1.0 - path) + journey * path
        out = latents.copy()
        out[:, : self._latent] = bent
        return out

    def _hold(self, own: Latents, before: float, after: float, share: np.ndarray) -> Latents:
        """Return what follows and what is held, mixed; while nothing is held, the newest is remembered."""
        if after <= 0.0 or before <= 0.0:
            held = self._held if before > 0.0 else own[:, :, 0]
            self._held = own[:, :, -1].copy() if after <= 0.0 else held.copy()
        else:
            held = self._held
        if before <= 0.0 and after <= 0.0:
            return own
        frozen = before + (after - before) * share
        mixed: Latents = own * (1.0 - frozen) + held[:, :, None] * frozen
        return mixed
