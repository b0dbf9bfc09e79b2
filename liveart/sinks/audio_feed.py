"""What the sound worker and the process that owns the device share: a ring of samples, a few counters, no lock.

The worker writes the ring, the device's thread reads it and writes the counters; each number has one writer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from liveart.core.ring import SampleRing, ring_bytes

RING = 65536        # frames; far more than is ever kept ahead
RAMP_SECONDS = 0.005

_COUNTERS = 64      # bytes, before the ring
ASKED, XRUNS, PERIOD, PLACE, HEADROOM = range(5)


def feed_bytes(channels: int) -> int:
    """Return how many bytes a feed needs."""
    return _COUNTERS + ring_bytes(RING, channels)


class Feed:
    """Ring and counters over a buffer of `feed_bytes` bytes, as both sides see them.

    asked     how often the device asked for sound
    xruns     how often it did not get it in time
    period    the most frames it asked for at once
    place     running number of the next frame it will read
    headroom  the least share of the buffer that was left, in the last one to two seconds
    """

    def __init__(self, buffer: Any, channels: int, block: int, blocks: float) -> None:
        self.counters = np.frombuffer(buffer, np.float64, _COUNTERS // 8)
        self.ring = SampleRing(RING, channels, memoryview(buffer)[_COUNTERS:])
        self.block = block
        self._least = round(block * blocks)
        self.extra = 0  # frames to be kept ahead beside, for a while: the worker's own affair

    @property
    def target(self) -> int:
        """How many frames are kept ahead: some blocks, or more where the device takes large bites."""
        return max(self._least, 2 * int(self.counters[PERIOD]) + self.block)

    @property
    def ready(self) -> int:
        """How many frames wait to be played."""
        return self.ring.written - int(self.counters[PLACE])

    @property
    def room(self) -> int:
        """How many frames are missing to the target, with what is kept ahead beside."""
        return max(self.target + self.extra - self.ready, 0)

    def put(self, samples: np.ndarray) -> bool:
        """Append float32 [frames, channels]; False, and nothing is taken, when there is no room at all."""
        if self.ready + len(samples) > RING * 3 // 4:
            return False
        self.ring.write(samples)
        return True

    def release(self) -> None:
        """Let go of the buffer."""
        self.ring.release()
        del self.counters


class Feeder:
    """What the device's thread calls: copies from the ring, and nothing else. No lock, no queue, no waiting.

    When the ring runs dry the last sample is led to zero within 5 ms and an xrun is counted; when enough has
    gathered again, the sound rises within 5 ms. `out` is how many channels the device has, 1 or those of the ring.
    """

    def __init__(self, feed: Feed, rate: int, out: int) -> None:
        self._feed, self._rate, self._out = feed, rate, out
        self._counters = feed.counters
        self._reader = feed.ring.reader()
        self._counters[[ASKED, PERIOD]] = 0.0
        self._counters[[PLACE, HEADROOM]] = self._reader.place, 1.0
        steps = max(int(RAMP_SECONDS * rate), 1)
        self._rise = np.linspace(0.0, 1.0, steps + 1, dtype=np.float32)[1:, None]
        self._fall = np.ascontiguousarray(1.0 - self._rise)
        self._last = np.zeros((1, out), np.float32)
        self._is_playing = False
        self._risen, self._fallen = steps, steps  # ramp steps done; the very first sound needs none
        self._low = self._low_before = 1.0
        self._since = 0

    def __call__(self, out: np.ndarray, frames: int, _time: Any, status: Any) -> None:
        """Fill `out` [frames, out]: PortAudio's callback."""
        counters = self._counters
        counters[ASKED] += 1
        counters[PERIOD] = max(counters[PERIOD], frames)
        if not self._is_playing and self._reader.ready >= max(self._feed.target - self._feed.block, frames):
            self._is_playing = True
        if not self._is_playing:
            self._silence(out)
            return
        if status and status.output_underflow:
            counters[XRUNS] += 1  # the device itself was not served in time
        count = self._copy(out)
        if count < frames:
            counters[XRUNS] += 1
            self._is_playing, self._risen, self._fallen = False, 0, 0
            self._silence(out[count:])
        self._note_headroom(frames)

    def _copy(self, out: np.ndarray) -> int:
        if self._out == self._feed.ring.channels:
            count = self._reader.read_into(out)
        else:
            samples = self._reader.read(len(out))  # a device with one channel gets the mean of all
            count = len(samples)
            out[:count] = samples.mean(axis=1, keepdims=True)
        self._counters[PLACE] = self._reader.place
        steps = min(len(self._rise) - self._risen, count)
        if steps > 0:
            out[:steps] *= self._rise[self._risen : self._risen + steps]
            self._risen += steps
        if count:
            self._last[0] = out[count - 1]
        return count

    def _silence(self, out: np.ndarray) -> None:
        """Lead the last sample to zero, then nothing."""
        steps = min(len(self._fall) - self._fallen, len(out))
        if steps > 0:
            np.multiply(self._fall[self._fallen : self._fallen + steps], self._last, out=out[:steps])
            self._fallen += steps
        out[max(steps, 0) :] = 0.0

    def _note_headroom(self, frames: int) -> None:
        self._low = min(self._low, self._reader.ready / self._feed.target)
        self._since += frames
        if self._since >= self._rate:
            self._low_before, self._low, self._since = self._low, 1.0, 0
        self._counters[HEADROOM] = min(self._low, self._low_before)
