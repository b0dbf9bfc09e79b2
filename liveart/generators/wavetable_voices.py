"""Voices: gliding, drifting pairs of oscillators that read band-limited tables, all voices at once.

Each voice is two oscillators, a little apart in pitch and place. A block begins with the table, pitch and level that
the last one ended with and moves to its own in straight lines, sample by sample: nothing ever jumps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveart.core.cycle import draw_cycle, to_amplitudes
from liveart.core.smooth import glide_share

TABLE = 2048
SLOWEST, FASTEST = 0.02, 0.09  # Hz, of the drift
_LOUDNESS = 0.034


@dataclass(frozen=True, slots=True)
class Score:
    """What the voices should do by the end of a block. Notes are MIDI numbers [voices], fractions allowed."""

    notes: np.ndarray
    glide: float       # s
    detune: float      # cents between the two oscillators of a voice
    drift: float       # 0..1, how far pitch, level, place and brightness wander
    brightness: float  # Hz, where the low-pass begins
    width: float       # 0..1


@dataclass(slots=True)
class Ends:
    """Where voices stand at the end of a block. Oscillators: the first of each voice, then the second of each."""

    step: np.ndarray    # cycles a sample
    gains: np.ndarray   # [4, oscillators]: left, right, and what goes on to the reverb of each
    tables: np.ndarray  # float32 [voices, TABLE + 1]: the first sample again at the end


class VoiceBank:
    """A fixed number of voices; what differs between them comes from `seed` alone."""

    def __init__(self, voices: int, harmonics: int, rate: int, seed: int = 0) -> None:
        rng = np.random.RandomState(seed % 2**32)
        self.voices = voices
        self._rate = rate
        self._rates = rng.uniform(SLOWEST, FASTEST, (2, 4, voices)) * np.array([1.0, 2.3])[:, None, None]
        self._starts = rng.uniform(0.0, 1.0, (2, 4, voices))
        self._phases = rng.uniform(0.0, 2.0 * np.pi, (voices, harmonics))  # no two voices peak together
        self._first = rng.uniform(0.0, 1.0, 2 * voices)
        self._apart = np.tile(rng.uniform(0.7, 1.3, voices), 2) * np.repeat([-0.5, 0.5], voices)
        order = np.arange(voices)
        places = np.where(order % 2, -1.0, 1.0) * ((order + 1) // 2) / max(voices // 2, 1)
        reach = np.where(order == 0, 0.3, 0.6)  # the lowest voice stays near the middle
        self._places = 0.55 * np.tile(places, 2) + np.concatenate([-reach, reach])
        # Unequal pairs: two equal ones would silence each other at every beat.
        self._shares = np.concatenate([np.where(order % 2, 1.0, 0.6), np.where(order % 2, 0.6, 1.0)]) / np.sqrt(0.68)
        self.reset()

    def reset(self) -> None:
        """Start anew: same phases, no past."""
        self._turn = self._first.copy()
        self._notes: np.ndarray | None = None
        self._last: Ends | None = None
        self._played = 0

    def wander(self) -> np.ndarray:
        """Return slow movements within -1..1, [4, voices]: pitch, level, place, brightness."""
        turns = self._starts + self._rates * (self._played / self._rate)
        slow, quick = np.sin(2.0 * np.pi * turns)
        moved: np.ndarray = (slow + 0.5 * quick) / 1.5
        return moved

    def play(self, levels: np.ndarray, score: Score, frames: int) -> np.ndarray:
        """Return float64 [4, frames]: left, right, and what either side gives to a reverb.

        `levels` [voices, harmonics] are the harmonics at the end of the block.
        """
        self._played += frames
        wander = self.wander() * score.drift
        hertz = self._glided(score, frames) * 2.0 ** (0.09 * wander[0] / 12.0)
        end = self._ends(levels, hertz, wander, score)
        begin = self._last if self._last is not None else end
        share = np.arange(1, frames + 1) / frames
        samples, self._turn = oscillate(self._turn, begin, end, share)
        self._last = end
        mixed: np.ndarray = (begin.gains @ samples) * (1.0 - share) + (end.gains @ samples) * share
        return mixed

    def _glided(self, score: Score, frames: int) -> np.ndarray:
        if self._notes is None:
            self._notes = score.notes.astype(np.float64)
        self._notes = self._notes + (score.notes - self._notes) * glide_share(score.glide, frames / self._rate)
        hertz: np.ndarray = 440.0 * 2.0 ** ((self._notes - 69.0) / 12.0)
        return hertz

    def _ends(self, levels: np.ndarray, hertz: np.ndarray, wander: np.ndarray, score: Score) -> Ends:
        apart = 2.0 ** (score.detune * self._apart / 1200.0)
        step = np.tile(hertz, 2) * apart / self._rate
        top = np.maximum(step, self._last.step if self._last is not None else step).reshape(2, -1).max(0)
        amplitudes = shape(to_amplitudes(levels), hertz, score.brightness * 2.0 ** (1.3 * wander[3]), top * self._rate,
                           self._rate)
        loud = np.tile(1.0 + 0.6 * wander[1], 2) * self._shares * (_LOUDNESS / np.sqrt(self.voices / 5.0))
        places = score.width * (self._places + 0.3 * np.tile(wander[2], 2))
        return Ends(step, spread_gains(places, loud, hertz), draw_tables(amplitudes, self._phases))


def oscillate(turn: np.ndarray, begin: Ends, end: Ends, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the oscillators [2 * voices, frames], pitch and table moving from `begin` to `end`, and their new `turn`.

    `turn` [2 * voices] is where in its cycle each stands, 0..1; `share` [frames] rises to 1.
    """
    count = np.arange(1, len(share) + 1)
    steps = begin.step[:, None] * count + (end.step - begin.step)[:, None] * (count * share * 0.5)
    turned = turn[:, None] + steps
    place = (turned % 1.0) * TABLE
    left = place.astype(np.int32)
    within = (place - left).astype(np.float32)
    row = np.tile(np.arange(len(turn) // 2, dtype=np.int32) * (TABLE + 1), 2)[:, None]
    index = left + row
    old, new = _read(begin.tables, index, within), _read(end.tables, index, within)
    mixed: np.ndarray = old + (new - old) * share.astype(np.float32)
    return mixed, turned[:, -1] % 1.0


def draw_tables(amplitudes: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Return the tables, float32 [voices, TABLE + 1], of amplitudes and phases [voices, harmonics]."""
    tables = draw_cycle(amplitudes, TABLE, phases)
    return np.concatenate([tables, tables[:, :1]], axis=1, dtype=np.float32)


def spread_gains(places: np.ndarray, loud: np.ndarray, hertz: np.ndarray) -> np.ndarray:
    """Return gains [4, oscillators] for places -1..1 and loudnesses [oscillators] and pitches [oscillators / 2]."""
    angle = (1.0 + np.clip(places, -1.0, 1.0)) * (np.pi / 4.0)
    sides = np.stack([np.cos(angle), np.sin(angle)]) * loud
    sent = np.tile(hertz / (hertz + 110.0), 2)  # little of the bass, which would turn to mud
    return np.concatenate([sides, sides * sent])


def _read(tables: np.ndarray, index: np.ndarray, within: np.ndarray) -> np.ndarray:
    flat = tables.ravel()
    low = flat.take(index)
    read: np.ndarray = low + (flat.take(index + 1) - low) * within
    return read


def shape(amplitudes: np.ndarray, hertz: np.ndarray, cutoff: np.ndarray, top: np.ndarray, rate: int) -> np.ndarray:
    """Return amplitudes [voices, harmonics] after low-pass, band limit and loudness.

    hertz, cutoff, top are [voices]: pitch, low-pass corner (12 dB an octave) and the highest pitch in the block, by
    which harmonics near half the rate are faded out: above 0.47 of the rate nothing is left to fold back.
    """
    numbers = np.arange(1, amplitudes.shape[1] + 1)
    where = numbers * hertz[:, None]
    limit = np.clip((0.47 - numbers * top[:, None] / rate) / 0.06, 0.0, 1.0)
    kept = amplitudes * limit * limit * (3.0 - 2.0 * limit)
    softened = kept / (1.0 + (where / cutoff[:, None]) ** 2)
    heard = (where + 60.0) / (where + 180.0) / (1.0 + (where / 8000.0) ** 2)
    before = np.sqrt(((kept * heard) ** 2).sum(1))
    after = np.sqrt(((softened * heard) ** 2).sum(1))
    # Half of what the low-pass takes is given back, so that a closed filter is darker and still there.
    loudness = np.sqrt(np.maximum(before, 1e-6) * np.maximum(after, 0.1 * before + 1e-6))
    shaped: np.ndarray = softened / loudness[:, None]
    return shaped
