"""SampleRing: sound from one writer to any number of readers, in one process or across several.

No lock: the writer moves a counter after the samples are in place, each reader keeps its own place. A reader that
was lapped loses the oldest samples and is told how many. A quarter of the ring is kept away from readers: there the
writer may be at work. So three quarters of it can wait to be read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveart.core.fence import fence

_HEADER = 64


def ring_bytes(frames: int, channels: int) -> int:
    """Return how many bytes a ring needs."""
    return _HEADER + 4 * frames * channels


class SampleRing:
    """A ring of float32 samples [frames, channels] over any buffer of `ring_bytes` bytes, or its own."""

    def __init__(self, frames: int, channels: int, buffer: memoryview | bytearray | None = None) -> None:
        if frames < 4:
            raise ValueError(f"a ring of {frames} frames is too small: it needs 4")
        store = bytearray(ring_bytes(frames, channels)) if buffer is None else buffer
        self.frames = frames
        self.channels = channels
        self._written = np.frombuffer(store, np.uint64, 1)
        self._epoch = np.frombuffer(store, np.float64, 1, offset=8)
        self._samples = np.frombuffer(store, np.float32, frames * channels, offset=_HEADER)
        self._samples = self._samples.reshape(frames, channels)
        self.safe = frames - frames // 4

    @property
    def written(self) -> int:
        """How many frames were ever written."""
        return int(self._written[0])

    @property
    def epoch(self) -> float:
        """Show time in seconds of frame 0, as the writer last set it: frame n sounds at epoch + n / rate."""
        return float(self._epoch[0])

    @epoch.setter
    def epoch(self, seconds: float) -> None:
        self._epoch[0] = seconds

    def write(self, samples: np.ndarray) -> None:
        """Append float32 [n, channels]; n may not be more than the ring holds."""
        if len(samples) > self.frames:
            raise ValueError(f"{len(samples)} frames do not fit a ring of {self.frames}")
        piece = self.frames // 4  # more at once would reach into what readers may be reading
        for first in range(0, len(samples), piece):
            self._append(samples[first : first + piece])

    def _append(self, samples: np.ndarray) -> None:
        count, start = len(samples), self.written
        place = start % self.frames
        first = min(count, self.frames - place)
        self._samples[place : place + first] = samples[:first]
        self._samples[: count - first] = samples[first:]
        fence()
        self._written[0] = start + count

    def reader(self, back: int = 0) -> RingReader:
        """Return a reader that starts `back` frames before the newest."""
        return RingReader(self, max(self.written - back, 0))

    def copy_out(self, start: int, out: np.ndarray) -> None:
        """Copy len(out) frames that begin at running number `start` into `out`, without allocating."""
        place = start % self.frames
        first = min(len(out), self.frames - place)
        out[:first] = self._samples[place : place + first]
        out[first:] = self._samples[: len(out) - first]

    def release(self) -> None:
        """Let go of the buffer, so that its shared memory can be closed; may be called twice."""
        self._written, self._epoch = np.zeros(1, np.uint64), np.zeros(1)
        self._samples = np.zeros((self.frames, 0), np.float32)


@dataclass(slots=True)
class RingReader:
    """One reader's place in a ring. `lost` counts the frames that were overwritten before it came."""

    ring: SampleRing
    place: int
    lost: int = 0

    @property
    def ready(self) -> int:
        """How many frames wait to be read."""
        return self.ring.written - self.place

    def read_into(self, out: np.ndarray) -> int:
        """Fill as much of `out` (float32 [n, channels]) as is ready; return how many frames that was."""
        while True:
            count = min(self._skip_lost(), len(out))
            self.ring.copy_out(self.place, out[:count])
            fence()
            if self.ready <= self.ring.safe:  # else the writer came round while we copied: take newer ones
                self.place += count
                return count

    def read(self, count: int | None = None) -> np.ndarray:
        """Return up to `count` frames (all that wait when None), float32 [n, channels]."""
        ready = self._skip_lost()
        out = np.empty((ready if count is None else min(count, ready), self.ring.channels), np.float32)
        return out[: self.read_into(out)]

    def _skip_lost(self) -> int:
        """Step over what was overwritten, to the middle of the ring; return how many frames are ready."""
        written = self.ring.written
        if written < self.place:  # the writer was started again on a clean ring
            self.place = written
        elif written - self.place > self.ring.safe:
            fresh = written - self.ring.frames // 2
            self.lost += fresh - self.place
            self.place = fresh
        fence()
        return written - self.place
