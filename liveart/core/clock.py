"""Clocks: what time it is and how to wait; the live one and the manual one differ in nothing else."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that never run backwards, and a way to wait for a moment of them."""

    def now(self) -> float: ...

    def wait_until(self, moment: float) -> None: ...


class LiveClock:
    """The machine's monotonic clock; the same in every process of the show."""

    def now(self) -> float:
        """Return `time.monotonic()` seconds."""
        return time.monotonic()

    def wait_until(self, moment: float) -> None:
        """Sleep until `moment`; returns at once when it is past."""
        left = moment - time.monotonic()
        if left > 0:
            time.sleep(left)


class ManualClock:
    """A clock moved by hand: offline renders and tests. Waiting jumps it forward."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the time that was last set."""
        return self._now

    def wait_until(self, moment: float) -> None:
        """Jump to `moment`, never backwards."""
        self._now = max(self._now, moment)


class Pace:
    """Keeps a steady rate: says when frame n is due, and starts afresh after a long hold-up.

    Pure in (state, now): the caller waits. Up to one period late, the next frame is due at once, so that a machine
    that is a little too slow loses a little, not every second frame. A frame that is over one period late is counted
    as late and the missed ones are dropped, never made up.
    """

    def __init__(self, rate: float, start: float) -> None:
        self.period = 1.0 / rate
        self.late = 0
        self._start = start
        self._index = 0

    def start_afresh(self, now: float) -> None:
        """Count from a frame that begins at `now`, before it was due: the next one is due a period later."""
        self._start, self._index = now, 0

    def next_due(self, now: float) -> float:
        """Return when the next frame is due (maybe just past), given that the last one is done at `now`."""
        self._index += 1
        missed = int((now - self._due()) / self.period)
        if missed > 0:
            self.late += missed
            self._index += missed
        return self._due()

    def _due(self) -> float:
        return self._start + self._index * self.period  # counted, not added up: no drift in a long show
