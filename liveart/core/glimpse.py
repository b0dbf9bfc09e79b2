"""Glimpses: what the show's own pictures look like, very small, from the one who makes them to any who look.

A ring in shared memory without a lock, like SampleRing: the writer moves a counter after a picture is in place, each
reader keeps its own place. Nothing is written while nobody looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveart.core.fence import fence

GRID = 32   # cells of a glimpse, across and down
_POINTS = 2 * GRID  # points across and down that are looked at: four a cell cost 30 µs, all would cost milliseconds
_SLOTS = 64
_HEADER = 64
_TIMES = 8 * _SLOTS
_CELLS = GRID * GRID * 3


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A picture seen from far: `pixels` uint8 [GRID, GRID, 3], and the moment in seconds for which it was made."""

    time: float
    pixels: np.ndarray


class Glimpses:
    """The ring, over any zeroed buffer of `glimpse_bytes()` bytes, or its own."""

    def __init__(self, buffer: memoryview | bytearray | None = None) -> None:
        store = bytearray(glimpse_bytes()) if buffer is None else buffer
        self._words = np.frombuffer(store, np.uint64, 2)  # how many were written; whether anybody looks
        self._times = np.frombuffer(store, np.float64, _SLOTS, offset=_HEADER)
        self._slots = np.frombuffer(store, np.uint8, _SLOTS * _CELLS, offset=_HEADER + _TIMES)
        self._slots = self._slots.reshape(_SLOTS, GRID, GRID, 3)
        self._shape, self._points = (0, 0), np.zeros(0, np.intp)

    @property
    def written(self) -> int:
        """How many were ever written."""
        return int(self._words[0])

    def watch(self) -> None:
        """Ask for glimpses from now on."""
        self._words[1] = 1

    def write(self, pixels: np.ndarray, time: float) -> None:
        """Add a picture, uint8 [height, width, 3]; quick. Does nothing while nobody looks."""
        if not self._words[1]:
            return
        count = self.written
        self._slots[count % _SLOTS] = self._reduce(pixels)
        self._times[count % _SLOTS] = time
        fence()
        self._words[0] = count + 1

    def reader(self) -> GlimpseReader:
        """Return a reader at the oldest that is still there."""
        return GlimpseReader(self, 0)

    def read(self, number: int) -> Glimpse | None:
        """Return the glimpse of a running number; None when it is not there, no longer or not yet."""
        if not self.written - _SLOTS * 3 // 4 <= number < self.written:
            return None
        fence()
        seen = Glimpse(float(self._times[number % _SLOTS]), self._slots[number % _SLOTS].copy())
        fence()
        return seen if self.written - number < _SLOTS else None  # the writer came round while we copied

    def release(self) -> None:
        """Let go of the buffer, so that its shared memory can be closed; may be called twice."""
        self._words, self._times = np.zeros(2, np.uint64), np.zeros(_SLOTS)
        self._slots = np.zeros((_SLOTS, GRID, GRID, 3), np.uint8)

    def _reduce(self, pixels: np.ndarray) -> np.ndarray:
        """Return uint8 [GRID, GRID, 3]: each cell the mean of four points."""
        height, width = pixels.shape[:2]
        if self._shape != (height, width):
            rows, columns = (((np.arange(_POINTS) + 0.5) * size / _POINTS).astype(np.intp) for size in (height, width))
            self._shape, self._points = (height, width), (rows[:, None] * width + columns).ravel()
        points = pixels.reshape(-1, 3).take(self._points, axis=0).reshape(_POINTS, _POINTS, 3).astype(np.uint16)
        pairs = points[0::2] + points[1::2]
        cells: np.ndarray = (pairs[:, 0::2] + pairs[:, 1::2] + 2) >> 2
        return cells.astype(np.uint8)


@dataclass(slots=True)
class GlimpseReader:
    """One reader's place among the glimpses."""

    glimpses: Glimpses
    place: int

    def read(self, until: float) -> list[Glimpse]:
        """Return those for moments up to `until` that were not read yet, oldest first; of many the newest."""
        written, found = self.glimpses.written, []
        if written < self.place:  # a clean ring
            self.place = written
        self.place = max(self.place, written - _SLOTS // 2)
        while (seen := self.glimpses.read(self.place)) is not None and seen.time <= until:
            found.append(seen)
            self.place += 1
        return found


def glimpse_bytes() -> int:
    """Return how many bytes a ring of glimpses needs."""
    return _HEADER + _TIMES + _SLOTS * _CELLS
