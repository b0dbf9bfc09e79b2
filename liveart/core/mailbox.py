"""Mailbox: one slot, newest wins. Between a maker of frames and a slow sink there is never a queue."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest item only; `dropped` counts those that were replaced before anyone took them."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._item: T | None = None
        self._closed = False
        self.dropped = 0

    def put(self, item: T) -> None:
        """Leave an item; one that still lies there is replaced. After `close` nothing is taken in."""
        with self._ready:
            if self._closed:
                self.dropped += 1
                return
            self.dropped += self._item is not None
            self._item = item
            self._ready.notify()

    def take(self, timeout: float | None = None) -> T | None:
        """Return the newest item, waiting for one; None after `timeout` seconds or when closed."""
        with self._ready:
            self._ready.wait_for(lambda: self._item is not None or self._closed, timeout)
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        """Wake whoever waits; an item already there can still be taken."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    @property
    def is_closed(self) -> bool:
        """True once closed and empty."""
        with self._ready:
            return self._closed and self._item is None
