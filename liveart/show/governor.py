"""Governor: when a machine can't hold the rate, the picture's inner resolution is lowered; sound never suffers."""

from __future__ import annotations

from collections import deque

import numpy as np

LOWEST = 2
WINDOW = 120         # frames looked at
WARM_UP = 60         # frames at the beginning that say nothing: caches are cold, others are still loading
# A net that takes a fifth of a second for a picture needs half a minute for so many: seconds of work tell sooner.
FEWEST, WINDOW_SECONDS, WARM_UP_SECONDS = 8, 3.0, 5.0
TOO_SLOW = 0.95      # of the frame's time, for more than one frame in five: a short spell is no reason
EASY = 0.50          # of the frame's time: a level higher costs about half as much again
FIRST_PATIENCE, LONGEST_PATIENCE = 8.0, 120.0


class Governor:
    """Says the inner level (0 full, 1 half, 2 a quarter) from the time each frame's work took.

    Pure in what it is told. It goes down quickly and up again slowly: each return that fails doubles its patience.
    """

    def __init__(self, period: float) -> None:
        self._period = period
        self._work: deque[float] = deque(maxlen=WINDOW)
        self._patience = FIRST_PATIENCE
        self._easy_since: float | None = None
        self._went_up_at = -1e9
        self._still_cold, self._warmed = WARM_UP, 0.0
        self.level = 0

    def step(self, work: float, now: float) -> int:
        """Take one frame's working time (seconds) at `now`; return the level for the next frame."""
        if self._still_cold and self._warmed < WARM_UP_SECONDS:
            self._still_cold -= 1
            self._warmed += work
            return self.level
        self._work.append(work)
        if len(self._work) < WINDOW and (len(self._work) < FEWEST or sum(self._work) < WINDOW_SECONDS):
            return self.level
        slow = float(np.percentile(np.fromiter(self._work, float), 80))
        if slow > TOO_SLOW * self._period:
            self._go_down(now)
        else:
            self._consider_up(slow, now)
        return self.level

    def _go_down(self, now: float) -> None:
        if self.level < LOWEST:
            if now - self._went_up_at < 10.0:
                self._patience = min(self._patience * 2, LONGEST_PATIENCE)
            self._change(self.level + 1)

    def _consider_up(self, slow: float, now: float) -> None:
        if self.level == 0 or slow > EASY * self._period:
            self._easy_since = None
            return
        self._easy_since = now if self._easy_since is None else self._easy_since
        if now - self._easy_since > self._patience:
            self._went_up_at = now
            self._change(self.level - 1)

    def _change(self, level: int) -> None:
        self.level = level
        self._easy_since = None
        self._work.clear()
