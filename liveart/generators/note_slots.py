"""Slots: which voice plays which note, begun and ended at its own sample of a block, whatever makes its sound.

Notes come as state (core/notes.py). All are heard one block after they were played, wherever in a block that falls,
so that a steady hand stays steady; where blocks are made in irregular bursts, as much later as the worst of them asks.
Each strike takes a slot of its own and rings out there. If its row is struck again meanwhile, for the same key or for
another, it fades within milliseconds while the new one begins in another slot.
"""

from __future__ import annotations

import numpy as np

from liveart.core.notes import VOICES, Notes
from liveart.generators.note_envelope import Contour, Envelopes

SHORTEST = 0.03   # s a note sounds at least: some senders let go as soon as they have struck
_AHEAD = 0.25     # s; strikes further ahead than that are dated by another clock and come at once
_LATEST = 0.03    # s; what comes later than that after its time is not the fault of a burst
_FORGET = 60.0    # s, in which what was learnt of bursts fades to a third


class NoteSlots:
    """`count` slots and what sounds in them: arrays [count] of key, pitch, velocity, pressure, slide.

    With fewer slots than twice the rows of Notes, a strike may take a slot that still sounds: `taken` says which.
    """

    def __init__(self, count: int, rate: int) -> None:
        self.count, self._rate = count, rate
        self._has_played = False
        self.reset()

    def reset(self) -> None:
        """Silence all at once; what is held then stays silent until it is struck again."""
        self._margin = 0.0                         # s by which all come later, so that none comes too late
        self._envelopes = Envelopes(self.count, self._rate)
        self._is_first = True
        self._seen = np.zeros(VOICES)              # strikes of each row that have been begun
        self._rows = np.full(self.count, -1)       # which row a slot follows; -1: none (any more)
        self._sounds = np.zeros(self.count, bool)
        self._is_held = np.zeros(self.count, bool)
        self.is_fresh = np.zeros(self.count, bool)  # begins in this block: nothing to move from
        self.taken: list[int] = []                 # slots that sounded when a strike of this block took them
        self._age = np.zeros(self.count)           # samples since the strike
        self.keys, self.slides = np.zeros(self.count), np.zeros(self.count)
        self.pitch, self.velocity, self.pressure = np.zeros(self.count), np.zeros(self.count), np.zeros(self.count)

    def follow(self, notes: Notes, is_on: bool, late: float, frames: int) -> np.ndarray:
        """Take what was played; return the slots that sound in the coming `frames`.

        `late` is the time, on the notes' clock, of what comes at the first of them. When not `is_on`, all let go.
        """
        if self._is_first:
            self._begin(notes, late - frames / self._rate)
        self._margin *= np.exp(-frames / (_FORGET * self._rate))
        self._struck, self._released, self._cut = (np.full(self.count, frames) for _ in range(3))
        self.is_fresh[:] = False
        self.taken.clear()
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
        self._cut[slot], self._rows[slot], self._age[slot], self._struck[slot] = frames, row, -place, place
        self._sounds[slot] = self._is_held[slot] = self.is_fresh[slot] = True
        self.keys[slot], self.velocity[slot] = notes.key[row], notes.velocity[row]
        self._seen[row] = notes.strikes[row]

    def _free_slot(self) -> int:
        free = np.flatnonzero(~self._sounds)
        if len(free):
            return int(free[0])
        fading = np.flatnonzero(self._rows < 0)
        slot = int(fading[self._envelopes.levels[fading].argmin()] if len(fading) else self._age.argmax())
        self.taken.append(slot)
        return slot

    def _listen(self, notes: Notes, is_on: bool, late: float, frames: int) -> None:
        """Let the slots follow their rows: pitch, pressure, slide, release."""
        slots = np.flatnonzero(self._rows >= 0)
        rows = self._rows[slots]
        begun = notes.strikes[rows] == self._seen[rows]
        slots, rows = slots[begun], rows[begun]
        self.pitch[slots], self.pressure[slots] = notes.pitch[rows], notes.pressure[rows]
        self.slides[slots] = notes.slide[rows]
        gone = self._is_held[slots] & ~(notes.held[rows] & is_on)
        slots, rows = slots[gone], rows[gone]
        due = (notes.released[rows] - late + self._margin) * self._rate if is_on else np.zeros(len(rows))
        due = np.where(due < frames + _AHEAD * self._rate, due, 0.0)
        places = np.maximum(due, np.maximum(SHORTEST * self._rate - self._age[slots], 0.0)).astype(np.int64)
        now = places < frames
        self._released[slots[now]], self._is_held[slots[now]] = places[now], False

    def swell(self, slots: np.ndarray, contour: Contour, frames: int) -> np.ndarray:
        """Return the amplitudes float32 [len(slots), frames] of the `slots` that `follow` gave."""
        struck, released, cut = self._struck[slots], self._released[slots], self._cut[slots]
        return self._envelopes.play(slots, struck, released, cut, contour, frames)

    def end_block(self, slots: np.ndarray) -> None:
        """Give those of `slots` free that have died away."""
        over = slots[self._envelopes.has_ended(slots)]
        self._sounds[over], self._rows[over] = False, -1
