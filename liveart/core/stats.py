"""Statistics of a running show: percentiles of the last while, and rates. Counted in one thread, read in another."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np


class Recent:
    """The last `size` measurements of one thing; answers in the unit that was put in."""

    def __init__(self, size: int = 600) -> None:
        self._values: deque[float] = deque(maxlen=size)
        self._lock = threading.Lock()

    def add(self, value: float) -> None:
        """Take one measurement."""
        with self._lock:
            self._values.append(value)

    def percentile(self, share: float) -> float | None:
        """Return the percentile 0..100 of the last while; None before the first measurement."""
        with self._lock:
            values = list(self._values)
        return float(np.percentile(values, share)) if values else None

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._values.clear()

    def __len__(self) -> int:
        return len(self._values)


class Rate:
    """How often something happens a second, over the last `seconds`."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def add(self, now: float) -> None:
        """Note one happening at `now`."""
        with self._lock:
            self._times.append(now)
            self._drop_old(now)

    def value(self, now: float) -> float:
        """Return happenings a second."""
        with self._lock:
            self._drop_old(now)
            return len(self._times) / self._seconds

    def _drop_old(self, now: float) -> None:
        while self._times and now - self._times[0] >= self._seconds:
            self._times.popleft()
