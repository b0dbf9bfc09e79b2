"""Streams of a model as voices: where each stands, how loud it is, and the notes that some of them play."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from liveart.core.latent import seed_point
from liveart.core.notes import Notes
from liveart.core.smooth import glide_share
from liveart.generators.neural_params import PLAYS
from liveart.generators.note_envelope import Contour
from liveart.generators.note_slots import NoteSlots

MIDDLE = 60.0      # the key that plays a model at its own pitch
_REGISTER = 24.0   # keys, from one corner of the notes round to the same again
_FADE = 0.25       # s, of the drone when `play` takes it away or brings it back
_TAIL = 0.003      # s, in which the last sample of a voice that was taken away dies
_PARTS = (5003, 5004)  # of the seed: the two corners between which the keys lie


class Voices:
    """`drones` streams that sound always, and `slots` that play notes: latents for each, and their mix.

    Streams come in this order: drones, slots. All arrays are [streams] or [streams, …].
    """

    def __init__(self, drones: int, slots: int, latent: int, rate: int, seed: int) -> None:
        self.drones, self.streams = drones, drones + slots
        self._latent, self._rate = latent, rate
        self._slots = NoteSlots(slots, rate) if slots else None
        self._corners = np.stack([seed_point(seed + 101 * voice + 7, latent) for voice in range(self.drones)])
        self._poles = np.stack([seed_point(seed + part, latent) for part in _PARTS])
        self._places = np.concatenate([_places(drones), _places(slots)])
        self.reset()

    def reset(self) -> None:
        """Silence all notes at once."""
        if self._slots is not None:
            self._slots.reset()
        self._sounding = np.zeros(0, np.intp)
        self._level: float | None = None  # of the drone
        self._gains: np.ndarray | None = None
        self._tail = np.zeros(2)
        self._last = np.zeros((self.streams, 2))

    def follow(self, params: Mapping[str, Any], late: float, frames: int) -> np.ndarray:
        """Take what was played; return the streams whose note begins in the coming `frames`."""
        if self._slots is None:
            return np.zeros(0, np.intp)
        held = params.get("note")
        if isinstance(held, np.ndarray):
            is_on = PLAYS[int(params["play"])] != "drone"
            self._sounding = self._slots.follow(Notes.of(held), is_on, late, frames)
        fresh: np.ndarray = self.drones + np.flatnonzero(self._slots.is_fresh)
        return fresh

    def points(self, z: np.ndarray, spread: float) -> np.ndarray:
        """Return each stream's point, float32 [streams, latent]: drones around z, notes where their keys lie."""
        if self.drones == 1 and self._slots is None:
            return np.asarray(z, np.float32)[None]
        apart = spread * np.pi / 2.0 * (np.arange(self.drones) > 0)[:, None]  # the first one stands at z itself
        drones = np.cos(apart) * z + np.sin(apart) * self._corners
        if self._slots is None:
            return np.asarray(drones, np.float32)
        angles = 2.0 * np.pi * (self._slots.keys / _REGISTER)[:, None]
        corners = np.cos(angles) * self._poles[0] + np.sin(angles) * self._poles[1]
        apart = (0.5 * spread + 0.9 * (self._slots.slides[:, None] - 0.5)) * np.pi
        notes = np.cos(apart) * z + np.sin(apart) * corners
        return np.concatenate([drones, notes]).astype(np.float32)

    @property
    def semitones(self) -> np.ndarray:
        """By how much each stream's pitch differs from its model's own, float64 [streams]."""
        if self._slots is None:
            return np.zeros(self.streams)
        return np.concatenate([np.zeros(self.drones), np.where(self._slots.velocity > 0.0,
                                                               self._slots.pitch - MIDDLE, 0.0)])

    def mix(self, samples: np.ndarray, params: Mapping[str, Any], frames: int) -> np.ndarray:
        """Return float64 [frames, 2] of all streams' samples [streams, 1 or 2, frames]."""
        swells = self._swells(params, frames)
        both = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples
        gains = _pan(self._places * float(params.get("width", 0.0)), samples.shape[1])
        before = gains if self._gains is None else self._gains
        self._gains = gains
        share = np.arange(1, frames + 1) / frames
        sides = before[:, :, None] + (gains - before)[:, :, None] * share
        played = both * swells[:, None] * sides  # [streams, 2, frames]
        taken = self._taken()
        self._tail += self._last[taken].sum(axis=0)
        self._last = played[:, :, -1].copy()
        return self._with_tail(played.sum(axis=0).T, frames)

    def _swells(self, params: Mapping[str, Any], frames: int) -> np.ndarray:
        """Return the loudness of every stream, [streams, frames]."""
        swells = np.zeros((self.streams, frames))
        wanted = 1.0 if self._slots is None or PLAYS[int(params["play"])] != "notes" else 0.0
        before = wanted if self._level is None else self._level
        self._level = before + (wanted - before) * glide_share(_FADE, frames / self._rate)
        swells[: self.drones] = np.linspace(before, self._level, frames + 1)[1:] / np.sqrt(max(self.drones, 1))
        if self._slots is not None and len(self._sounding):
            slots = self._sounding
            contour = Contour(params["attack"], params["decay"], params["sustain"], params["release"])
            swell = self._slots.swell(slots, contour, frames)
            loud = self._slots.velocity[slots] * (1.0 + 0.5 * self._slots.pressure[slots])
            swells[self.drones + slots] = swell * loud[:, None] * 0.7
            self._slots.end_block(slots)
        return swells

    def _taken(self) -> np.ndarray:
        """Return the streams that sounded when another note took them."""
        taken = [] if self._slots is None else self._slots.taken
        return self.drones + np.array(taken, np.intp)

    def _with_tail(self, mixed: np.ndarray, frames: int) -> np.ndarray:
        if not self._tail.any():
            return mixed
        fall = np.exp(-np.arange(1, frames + 1) / (_TAIL * self._rate))
        mixed = mixed + fall[:, None] * self._tail
        self._tail = self._tail * fall[-1] if np.abs(self._tail).max() * fall[-1] > 1e-6 else np.zeros(2)
        return mixed


def _pan(places: np.ndarray, channels: int) -> np.ndarray:
    """Return gains [streams, 2] of equal power for places -1 (left) to 1; a stereo stream leans, as by a balance."""
    if channels == 2:
        return np.stack([np.minimum(1.0 - places, 1.0), np.minimum(1.0 + places, 1.0)], axis=1)
    angle = (places + 1.0) * np.pi / 4.0
    gains: np.ndarray = np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.sqrt(2.0)
    return gains


def _places(count: int) -> np.ndarray:
    """Return where so many voices stand, -1..1: one in the middle, more of them by turns left and right, outwards."""
    order = np.arange(count)
    sides = np.where(order % 2, 1.0, -1.0) * (order // 2 + 1)
    return sides / np.abs(sides).max() if count > 1 else np.zeros(count)
