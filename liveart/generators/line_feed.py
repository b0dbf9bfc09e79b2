"""What the sound worker and the process that owns a sound input share: a ring of samples and one counter, no lock."""

from __future__ import annotations

from typing import Any

import numpy as np

from liveart.core.ring import SampleRing, ring_bytes

FRAMES = 1 << 16  # over a second at any usual rate
CHANNELS = 2
_COUNTERS = 64    # bytes, before the ring


def feed_bytes() -> int:
    """Return how many bytes a feed needs."""
    return _COUNTERS + ring_bytes(FRAMES, CHANNELS)


class LineFeed:
    """Ring and counter over a buffer of `feed_bytes` bytes, as both sides see them. The device's thread writes."""

    def __init__(self, buffer: Any) -> None:
        self._counters = np.frombuffer(buffer, np.float64, _COUNTERS // 8)
        self.ring = SampleRing(FRAMES, CHANNELS, memoryview(buffer)[_COUNTERS:])

    @property
    def period(self) -> int:
        """The most frames that the device gave at once."""
        return int(self._counters[0])

    def start(self) -> None:
        """Forget the period of the device before."""
        self._counters[0] = 0.0

    def write(self, samples: np.ndarray, frames: int, _time: Any, _status: Any) -> None:
        """Append float32 [frames, 1 or 2]: PortAudio's callback. Nothing is waited for."""
        self._counters[0] = max(self._counters[0], frames)
        self.ring.write(samples if samples.shape[1] == CHANNELS else np.repeat(samples, CHANNELS, axis=1))

    def release(self) -> None:
        """Let go of the buffer."""
        self.ring.release()
        del self._counters
