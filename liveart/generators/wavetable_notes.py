"""Played notes: up to 16 voices besides the drone, begun and ended at their own sample of a block.

Notes come as state (core/notes.py). All are heard one block after they were played, wherever in a block that falls,
so that a steady hand stays steady; where blocks are made in irregular bursts, as much later as the worst of them asks.
Each strike takes a slot of its own and rings out there. If its row is struck again meanwhile, for the same key or for
another, it fades within milliseconds while the new one begins in another slot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveart.core.cycle import to_amplitudes
from liveart.core.notes import VOICES, Notes
from liveart.generators.wavetable_envelope import Contour, Envelopes
from liveart.generators.wavetable_voices import TABLE, Ends, draw_tables, oscillate, shape, spread_gains

SLOTS = 2 * VOICES
SHORTEST = 0.03   # s a note sounds at least: some senders let go as soon as they have struck
_AHEAD = 0.25     # s; strikes further ahead than that are dated by another clock and come at once
_LATEST = 0.03    # s; what comes later than that after its time is not the fault of a burst
_FORGET = 60.0    # s, in which what was learnt of bursts fades to a third
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
        self._has_played = False
        self.reset()

    def reset(self) -> None:
        """Silence all at once; what is held then stays silent until it is struck again."""
        self._margin = 0.0                        # s by which all come later, so that none comes too late
        self._envelopes = Envelopes(SLOTS, self._rate)
        self._is_first = True
        self._seen = np.zeros(VOICES)             # strikes of each row that have been begun
        self._rows = np.full(SLOTS, -1)           # which row a slot follows; -1: none (any more)
        self._sounds = np.zeros(SLOTS, bool)
        self._is_held = np.zeros(SLOTS, bool)
        self._is_fresh = np.zeros(SLOTS, bool)    # begins in this block: nothing to move from
        self._age = np.zeros(SLOTS)               # samples since the strike
        self.keys, self.slides = np.zeros(SLOTS), np.zeros(SLOTS)
        self._pitch, self._velocity, self._pressure = np.zeros(SLOTS), np.zeros(SLOTS), np.zeros(SLOTS)
        self._turn = np.zeros((2, SLOTS))
        self._step, self._gains = np.zeros((2, SLOTS)), np.zeros((4, 2, SLOTS))
        self._tables = np.zeros((SLOTS, TABLE + 1), np.float32)

    def follow(self, notes: Notes, is_on: bool, late: float, frames: int) -> np.ndarray:
        """Take what was played; return the slots that sound in the coming `frames`.

        `late` is the time, on the notes' clock, of what comes at the first of them. When not `is_on`, all let go.
        """
        if self._is_first:
            self._begin(notes, late - frames / self._rate)
        self._margin *= np.exp(-frames / (_FORGET * self._rate))
        self._struck, self._released, self._cut = (np.full(SLOTS, frames) for _ in range(3))
        self._is_fresh[:] = False
        if is_on:
            for row in np.flatnonzero(notes.strikes != self._seen):
                self._strike(notes, int(row), late, frames)
        else:
            self._seen = notes.strikes.copy()
        self._listen(notes, is_on, late, frames)
        self._age += frames
        return np.flatnonzero(self._sounds)

    def _begin(self, notes: Notes, since: float) -> None:
        """Leave to be heard what was struck `since`, and all that is held unless it was silenced by `reset`."""
        heard = (notes.time >= since) | (notes.held & (not self._has_played))
        self._seen = notes.strikes - (heard & (notes.strikes > 0.0))
        self._is_first, self._has_played = False, True

    def _strike(self, notes: Notes, row: int, late: float, frames: int) -> None:
        behind = late - notes.time[row]
        self._margin = behind if self._margin < behind < _LATEST else self._margin
        place = round((self._margin - behind) * self._rate)
        if frames < place < frames + _AHEAD * self._rate:
            return  # its turn comes in a later block
        place = min(place, frames - 1) if 0 <= place <= frames else 0
        before = np.flatnonzero(self._rows == row)
        self._cut[before], self._rows[before] = place, -1
        slot = self._free_slot()
        self._envelopes.clear(slot)
        self._rows[slot], self._age[slot], self._struck[slot] = row, -place, place
        self._sounds[slot] = self._is_held[slot] = self._is_fresh[slot] = True
        self._turn[:, slot] = 0.0  # both oscillators together: each strike begins as the one before
        self.keys[slot], self._velocity[slot] = notes.key[row], notes.velocity[row]
        self._seen[row] = notes.strikes[row]

    def _free_slot(self) -> int:
        free = np.flatnonzero(~self._sounds)
        if len(free):
            return int(free[0])
        fading = np.flatnonzero(self._rows < 0)  # never empty: there are more slots than rows
        return int(fading[self._envelopes.levels[fading].argmin()])

    def _listen(self, notes: Notes, is_on: bool, late: float, frames: int) -> None:
        """Let the slots follow their rows: pitch, pressure, slide, release."""
        slots = np.flatnonzero(self._rows >= 0)
        rows = self._rows[slots]
        begun = notes.strikes[rows] == self._seen[rows]
        slots, rows = slots[begun], rows[begun]
        self._pitch[slots], self._pressure[slots] = notes.pitch[rows], notes.pressure[rows]
        self.slides[slots] = notes.slide[rows]
        gone = self._is_held[slots] & ~(notes.held[rows] & is_on)
        slots, rows = slots[gone], rows[gone]
        due = (notes.released[rows] - late + self._margin) * self._rate if is_on else np.zeros(len(rows))
        due = np.where(due < frames + _AHEAD * self._rate, due, 0.0)
        places = np.maximum(due, np.maximum(SHORTEST * self._rate - self._age[slots], 0.0)).astype(np.int64)
        now = places < frames
        self._released[slots[now]], self._is_held[slots[now]] = places[now], False

    def play(self, slots: np.ndarray, levels: np.ndarray, tone: Tone, frames: int) -> np.ndarray:
        """Return float64 [4, frames] as VoiceBank does, of the `slots` that `follow` gave.

        `levels` [len(slots), harmonics] are their harmonics at the end of the block.
        """
        swell = self._envelopes.play(slots, self._struck[slots], self._released[slots], self._cut[slots],
                                     tone.contour, frames)
        end = self._ends(slots, levels, swell[:, -1], tone)
        begin = self._begins(slots, end)
        share = np.arange(1, frames + 1) / frames
        samples, turn = oscillate(self._turn[:, slots].ravel(), begin, end, share)
        samples *= np.tile(swell, (2, 1))
        mixed = (begin.gains @ samples) * (1.0 - share) + (end.gains @ samples) * share
        self._keep(slots, end, turn)
        power = self._velocity[slots] ** 2 @ (swell * swell)
        balanced: np.ndarray = mixed / np.sqrt(1.0 + power / _FULL)
        return balanced

    def _ends(self, slots: np.ndarray, levels: np.ndarray, swell: np.ndarray, tone: Tone) -> Ends:
        hertz = 440.0 * 2.0 ** ((np.clip(self._pitch[slots], 0.0, 140.0) - 69.0) / 12.0)
        # The louder one stands on the note itself, so that the note is in tune however far the other is away.
        apart = np.stack([np.zeros(len(slots)), tone.detune * self._sides[slots]])
        step = hertz * 2.0 ** (apart / 1200.0) / self._rate
        top = np.maximum(step, np.where(self._is_fresh[slots], 0.0, self._step[:, slots])).max(0) * self._rate
        bright = 3.2 * (self._velocity[slots] - 0.75) + 1.6 * self._pressure[slots] + 2.0 * (swell - 0.6)
        cutoff = np.clip(tone.brightness * (hertz / 261.6) ** 0.35 * 2.0**bright, 60.0, 20000.0)
        amplitudes = shape(to_amplitudes(levels), hertz, cutoff, top, self._rate)
        # The ear is keenest where the highest keys lie.
        even = (1.0 + (hertz / 1500.0) ** 2) ** -0.25
        loud = _LOUDNESS * even * self._velocity[slots] * (1.0 + 0.6 * self._pressure[slots])
        sides = self._sides[slots]
        lean = np.clip((self.keys[slots] - 60.0) / 60.0, -0.6, 0.6) + np.stack([-0.2 * sides, 0.6 * sides])
        gains = spread_gains(tone.width * lean.ravel(), np.concatenate([loud, _SHARE * loud]), hertz)
        return Ends(step.ravel(), gains, draw_tables(amplitudes, self._phases[slots]))

    def _begins(self, slots: np.ndarray, end: Ends) -> Ends:
        """Return where the slots stood at the end of the last block; those that begin now stand where they end."""
        fresh = self._is_fresh[slots]
        both = np.tile(fresh, 2)
        return Ends(np.where(both, end.step, self._step[:, slots].ravel()),
                    np.where(both, end.gains, self._gains[:, :, slots].reshape(4, -1)),
                    np.where(fresh[:, None], end.tables, self._tables[slots]))

    def _keep(self, slots: np.ndarray, end: Ends, turn: np.ndarray) -> None:
        self._turn[:, slots], self._step[:, slots] = turn.reshape(2, -1), end.step.reshape(2, -1)
        self._gains[:, :, slots], self._tables[slots] = end.gains.reshape(4, 2, -1), end.tables
        over = slots[self._envelopes.has_ended(slots)]
        self._sounds[over], self._rows[over] = False, -1
