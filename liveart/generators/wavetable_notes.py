"""Played notes: up to 16 voices besides the drone, each with two oscillators on the tables of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveart.core.cycle import to_amplitudes
from liveart.core.notes import VOICES, Notes
from liveart.generators.note_envelope import Contour
from liveart.generators.note_slots import NoteSlots
from liveart.generators.wavetable_voices import TABLE, Ends, draw_tables, oscillate, shape, spread_gains

SLOTS = 2 * VOICES
_LOUDNESS = 0.17
_FULL = 3.0       # power, in full notes, from which on more of them are hardly louder
_SHARE = 0.42     # how loud the second oscillator of a note is beside the first


@dataclass(frozen=True, slots=True)
class Tone:
    """How notes sound by the end of a block; the words of the wavetable's params."""

    contour: Contour
    brightness: float  # Hz
    detune: float      # cents
    width: float       # 0..1


class NoteBank:
    """The slots and what sounds in them."""

    def __init__(self, harmonics: int, rate: int, seed: int = 0) -> None:
        rng = np.random.RandomState(seed % 2**32)
        self._rate = rate
        self._phases = rng.uniform(0.0, 2.0 * np.pi, (SLOTS, harmonics))
        self._sides = np.where(rng.permutation(SLOTS) % 2, 1.0, -1.0)  # on which side the second oscillator lies
        self._slots = NoteSlots(SLOTS, rate)
        self.reset()

    def reset(self) -> None:
        """Silence all at once; what is held then stays silent until it is struck again."""
        self._slots.reset()
        self._turn = np.zeros((2, SLOTS))
        self._step, self._gains = np.zeros((2, SLOTS)), np.zeros((4, 2, SLOTS))
        self._tables = np.zeros((SLOTS, TABLE + 1), np.float32)

    @property
    def keys(self) -> np.ndarray:
        """The key of each slot, [SLOTS]."""
        return self._slots.keys

    @property
    def slides(self) -> np.ndarray:
        """The slide 0..1 of each slot, [SLOTS]."""
        return self._slots.slides

    def follow(self, notes: Notes, is_on: bool, late: float, frames: int) -> np.ndarray:
        """Take what was played; return the slots that sound in the coming `frames` (see NoteSlots)."""
        slots = self._slots.follow(notes, is_on, late, frames)
        self._turn[:, self._slots.is_fresh] = 0.0  # both oscillators together: each strike begins as the one before
        return slots

    def play(self, slots: np.ndarray, levels: np.ndarray, tone: Tone, frames: int) -> np.ndarray:
        """Return float64 [4, frames] as VoiceBank does, of the `slots` that `follow` gave.

        `levels` [len(slots), harmonics] are their harmonics at the end of the block.
        """
        swell = self._slots.swell(slots, tone.contour, frames)
        end = self._ends(slots, levels, swell[:, -1], tone)
        begin = self._begins(slots, end)
        share = np.arange(1, frames + 1) / frames
        samples, turn = oscillate(self._turn[:, slots].ravel(), begin, end, share)
        samples *= np.tile(swell, (2, 1))
        mixed = (begin.gains @ samples) * (1.0 - share) + (end.gains @ samples) * share
        self._keep(slots, end, turn)
        power = self._slots.velocity[slots] ** 2 @ (swell * swell)
        balanced: np.ndarray = mixed / np.sqrt(1.0 + power / _FULL)
        return balanced

    def _ends(self, slots: np.ndarray, levels: np.ndarray, swell: np.ndarray, tone: Tone) -> Ends:
        hertz = 440.0 * 2.0 ** ((np.clip(self._slots.pitch[slots], 0.0, 140.0) - 69.0) / 12.0)
        # The louder one stands on the note itself, so that the note is in tune however far the other is away.
        apart = np.stack([np.zeros(len(slots)), tone.detune * self._sides[slots]])
        step = hertz * 2.0 ** (apart / 1200.0) / self._rate
        top = np.maximum(step, np.where(self._slots.is_fresh[slots], 0.0, self._step[:, slots])).max(0) * self._rate
        bright = 3.2 * (self._slots.velocity[slots] - 0.75) + 1.6 * self._slots.pressure[slots] + 2.0 * (swell - 0.6)
        cutoff = np.clip(tone.brightness * (hertz / 261.6) ** 0.35 * 2.0**bright, 60.0, 20000.0)
        amplitudes = shape(to_amplitudes(levels), hertz, cutoff, top, self._rate)
        # The ear is keenest where the highest keys lie.
        even = (1.0 + (hertz / 1500.0) ** 2) ** -0.25
        loud = _LOUDNESS * even * self._slots.velocity[slots] * (1.0 + 0.6 * self._slots.pressure[slots])
        sides = self._sides[slots]
        lean = np.clip((self.keys[slots] - 60.0) / 60.0, -0.6, 0.6) + np.stack([-0.2 * sides, 0.6 * sides])
        gains = spread_gains(tone.width * lean.ravel(), np.concatenate([loud, _SHARE * loud]), hertz)
        return Ends(step.ravel(), gains, draw_tables(amplitudes, self._phases[slots]))

    def _begins(self, slots: np.ndarray, end: Ends) -> Ends:
        """Return where the slots stood at the end of the last block; those that begin now stand where they end."""
        fresh = self._slots.is_fresh[slots]
        both = np.tile(fresh, 2)
        return Ends(np.where(both, end.step, self._step[:, slots].ravel()),
                    np.where(both, end.gains, self._gains[:, :, slots].reshape(4, -1)),
                    np.where(fresh[:, None], end.tables, self._tables[slots]))

    def _keep(self, slots: np.ndarray, end: Ends, turn: np.ndarray) -> None:
        self._turn[:, slots], self._step[:, slots] = turn.reshape(2, -1), end.step.reshape(2, -1)
        self._gains[:, :, slots], self._tables[slots] = end.gains.reshape(4, 2, -1), end.tables
        self._slots.end_block(slots)
