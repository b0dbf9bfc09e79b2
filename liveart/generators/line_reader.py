"""LineReader: reads what another clock wrote, at one's own pace, without a gap or a click.

Two sound devices never run at quite the same rate. How much waits to be read tells which is faster; the reader goes
a little faster or slower itself, by at most two thousandths (3.5 cents). Between samples it interpolates with a sinc
under a Kaiser window (J. O. Smith, Digital Audio Resampling, 2002).
"""

from __future__ import annotations

import numpy as np

from liveart.core.ring import SampleRing

HALF = 12             # samples on either side of a place that are used for it
MOST = 0.002          # share by which it goes faster or slower
WINDOW_SECONDS = 1.0  # over which the least reserve is looked for
SETTLE_SECONDS = 5.0  # in which it comes near to what is wanted
SPARE_SECONDS = 0.003     # kept in reserve at the least, beside half a block
LARGEST_SECONDS = 0.1     # to which the reserve may grow on a machine that is late
EXCESS_SECONDS = 0.04     # waiting beyond what is wanted after which some is left out
FALL_SECONDS, RISE_SECONDS = 0.005, 0.02
_PHASES = 256


class LineReader:
    """Gives blocks of float32 [frames, 2] from a ring of 2 channels; silence, faded into, while nothing comes.

    `period` frames is what the writer writes at once. `gaps` counts how often nothing was there.
    """

    def __init__(self, ring: SampleRing, rate: int) -> None:
        self._ring, self._rate = ring, rate
        self.period = 0
        self.gaps = 0
        self.is_flowing = False
        self._reserve = 0.0  # samples wanted at the least, after a read; set by the first block
        self._place, self._part = 0, 0.0  # next to be given: a running number, and a share of the way to the one after
        self._pace = 1.0
        self._low, self._since = np.inf, 0
        self._mark = ring.written
        self._last = np.zeros(2, np.float32)
        self._risen = self._fallen = 1 << 30

    @property
    def delay(self) -> float:
        """The seconds that sound waits here, about."""
        return (self._reserve + self.period / 2 + HALF) / self._rate

    def read(self, frames: int) -> np.ndarray:
        """Return the next block."""
        if not self._reserve:
            self._reserve = frames / 2 + SPARE_SECONDS * self._rate
        if not self.is_flowing and not self._begin(frames):
            return self._silence(frames)
        left = self._left(frames)
        if left < 0:
            self._stop()
            return self._silence(frames)
        if left > self._reserve + self.period + EXCESS_SECONDS * self._rate:
            block = self._leap(frames)
        else:
            block = self._take(frames)
        self._steer(frames)
        return self._rise(block)

    def _begin(self, frames: int) -> bool:
        """Start when enough has come since the silence began."""
        written = self._ring.written
        wanted = int(self._reserve) + self.period + frames + 2 * HALF
        if written - self._mark < wanted:
            return False
        self._place, self._part, self._pace = written - wanted + HALF, 0.0, 1.0
        self._low, self._since = np.inf, 0
        self.is_flowing, self._risen = True, 0
        return True

    def _stop(self) -> None:
        self.gaps += 1
        self.is_flowing, self._fallen, self._mark = False, 0, self._ring.written
        self._reserve = min(1.5 * self._reserve, max(LARGEST_SECONDS * self._rate, self._reserve))

    def _left(self, frames: int) -> float:
        """Return how many samples wait beyond those that a block needs."""
        return self._ring.written - HALF - (self._place + self._part + frames * self._pace) - 1.0

    def _take(self, frames: int) -> np.ndarray:
        steps = self._part + self._pace * np.arange(frames + 1)
        whole = np.floor(steps).astype(np.intp)
        samples = np.empty((int(whole[-1]) + 2 * HALF, 2), np.float32)
        self._ring.copy_out(self._place - HALF + 1, samples)
        block = between(samples, whole[:-1], steps[:-1] - whole[:-1])
        self._place, self._part = self._place + int(whole[-1]), float(steps[-1] - whole[-1])
        return block

    def _leap(self, frames: int) -> np.ndarray:
        """Leave out what waits too long: from the old place to the new one at equal power, within the block."""
        too_old = self._ring.written - self._place + HALF > self._ring.safe
        old = np.zeros((frames, 2), np.float32) if too_old else self._take(frames)
        self._place = self._ring.written - int(self._reserve) - self.period - frames - HALF
        angle = np.linspace(0.0, np.pi / 2.0, frames, dtype=np.float32)[:, None]
        if too_old:  # it was asked for nothing for so long that the sound has begun anew
            self._risen = 0
            return self._take(frames)
        mixed: np.ndarray = np.cos(angle) * old + np.sin(angle) * self._take(frames)
        self._low, self._since = np.inf, 0
        return mixed

    def _steer(self, frames: int) -> None:
        self._low = min(self._low, self._left(0))
        self._since += frames
        if self._since >= WINDOW_SECONDS * self._rate:
            error = (self._low - self._reserve) / (self._rate * SETTLE_SECONDS)
            self._pace = 1.0 + float(np.clip(error, -MOST, MOST))
            self._low, self._since = np.inf, 0

    def _rise(self, block: np.ndarray) -> np.ndarray:
        steps = int(RISE_SECONDS * self._rate)
        left = min(steps - self._risen, len(block))
        if left > 0:
            block[:left] *= (np.arange(self._risen + 1, self._risen + left + 1, dtype=np.float32) / steps)[:, None]
            self._risen += left
        self._last = block[-1].copy()
        return block

    def _silence(self, frames: int) -> np.ndarray:
        """Lead the last sample to zero, then nothing."""
        block = np.zeros((frames, 2), np.float32)
        steps = int(FALL_SECONDS * self._rate)
        left = min(steps - self._fallen, frames)
        if left > 0:
            gone = np.arange(self._fallen + 1, self._fallen + left + 1, dtype=np.float32) / steps
            block[:left] = (1.0 - gone)[:, None] * self._last
            self._fallen += left
        return block


def between(samples: np.ndarray, whole: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return float32 [n, channels]: `samples` at places whole + HALF - 1 + parts (0 <= parts < 1), bit for bit at 0."""
    at = parts * _PHASES
    lower = at.astype(np.intp)
    share = (at - lower).astype(np.float32)[:, None]
    weights = _SINC[lower] * (1.0 - share) + _SINC[lower + 1] * share  # [n, taps]
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * HALF, axis=0)[whole]  # [n, channels, taps]
    made: np.ndarray = np.einsum("nct,nt->nc", windows, weights)
    return made


def _table() -> np.ndarray:
    """Return float32 [phases + 2, taps]: how much each sample counts at each share of the way to the next."""
    parts = np.arange(_PHASES + 2)[:, None] / _PHASES
    away = np.arange(1 - HALF, HALF + 1)[None, :] - parts
    window = np.i0(8.0 * np.sqrt(np.clip(1.0 - (away / HALF) ** 2, 0.0, None))) / np.i0(8.0)
    table = np.sinc(away) * window
    table /= table.sum(axis=1, keepdims=True)  # a constant stays as it is
    return table.astype(np.float32)


_SINC = _table()
