"""ValueBlock: the board's numbers in memory that other processes can read; the newest always wins."""

from __future__ import annotations

import time

import numpy as np

from liveart.core.fence import fence
from liveart.core.layout import RECEIVED, Layout, Snapshot
from liveart.errors import LiveartError

_TRIES = 500  # before the last snapshot is given once more: about a millisecond
_FIRST_WAIT = 2.0  # seconds that the first read may wait for a whole write


def block_bytes(layout: Layout) -> int:
    """Return how many bytes a block for `layout` needs."""
    return 8 + 8 * layout.count


class ValueBlock:
    """A seqlock over a buffer: one writer never waits, readers retry while a write is under way.

    The counter is odd while being written (H. Boehm, "Can seqlocks get along with programming
    language memory models?", 2012). `buffer` is any writable buffer of `block_bytes(layout)`.
    """

    def __init__(self, buffer: memoryview | bytearray, layout: Layout) -> None:
        self.layout = layout
        self._sequence = np.frombuffer(buffer, np.uint64, 1)
        self._numbers = np.frombuffer(buffer, np.float64, layout.count, offset=8)
        self._last: tuple[int, Snapshot] | None = None

    def write(self, numbers: np.ndarray) -> None:
        """Publish `numbers`, float64 [layout.count]."""
        if numbers.shape != self._numbers.shape:
            raise ValueError(f"{numbers.shape} numbers for a layout of {self.layout.count}")
        odd = int(self._sequence[0]) | 1  # also mends the counter that a writer left odd when it died
        self._sequence[0] = odd
        fence()
        self._numbers[:] = numbers
        fence()
        self._sequence[0] = (odd + 1) % 2**64

    def read(self) -> Snapshot:
        """Return a whole snapshot, never a mix of two writes; the same object while nothing was written.

        A writer that was interrupted in the middle holds nobody up: after about a millisecond the last snapshot is
        given once more. Only the very first read waits longer. Raises LiveartError when it waited in vain.
        """
        attempt, give_up = 0, time.monotonic() + _FIRST_WAIT
        while (snapshot := self._try()) is None:
            attempt += 1
            if attempt > _TRIES and self._last is not None:
                return self._last[1]
            if time.monotonic() > give_up:
                raise LiveartError("the live values could not be read: their writer stopped in the middle of a write.",
                                   "Start the show again.")
            if attempt > _TRIES // 2:
                time.sleep(0)  # let the writer run
        return snapshot

    def _try(self) -> Snapshot | None:
        before = int(self._sequence[0])
        if before % 2:
            return None
        last = self._last
        if last is not None and last[0] == before:
            return last[1]
        fence()
        numbers = self._numbers.copy()
        fence()
        if int(self._sequence[0]) != before:
            return None
        numbers.flags.writeable = False
        snapshot = Snapshot(self.layout, numbers)
        self._last = before, snapshot
        return snapshot

    @property
    def received_ns(self) -> int:
        """When the newest control value was received, without reading the rest."""
        return int(self._numbers[RECEIVED])

    def release(self) -> None:
        """Let go of the buffer, so that its shared memory can be closed; may be called twice."""
        self._sequence, self._numbers = np.empty(0, np.uint64), np.empty(0)
