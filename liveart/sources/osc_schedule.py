"""Messages that a time tag puts into the near future: kept in order, bounded in number and in reach."""

from __future__ import annotations

import heapq

from liveart.core.event import Event

MAX_WAITING = 1000
HORIZON = 10.0


class Schedule:
    """Groups of events by the moment they are due (`time.monotonic` seconds). For one thread."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, list[Event]]] = []
        self._order = 0  # groups of the same moment leave in the order they came
        self.waiting = 0

    def add(self, due: float, events: list[Event], now: float) -> bool:
        """Keep a group until `due`; False when that is beyond HORIZON or MAX_WAITING messages wait already."""
        if due - now > HORIZON or self.waiting + len(events) > MAX_WAITING:
            return False
        heapq.heappush(self._heap, (due, self._order, events))
        self._order += 1
        self.waiting += len(events)
        return True

    def take(self, now: float) -> list[Event]:
        """Return the events that are due, group after group."""
        events: list[Event] = []
        while self._heap and self._heap[0][0] <= now:
            events += heapq.heappop(self._heap)[2]
        self.waiting -= len(events)
        return events

    def pause(self, now: float, longest: float) -> float:
        """Return how many seconds may pass before something is due: at most `longest`."""
        return min(max(self._heap[0][0] - now, 0.0), longest) if self._heap else longest

    def clear(self) -> int:
        """Forget all; return how many messages that were."""
        forgotten, self.waiting = self.waiting, 0
        self._heap.clear()
        return forgotten
