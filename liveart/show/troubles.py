"""What is wrong now: each trouble is told once, counted, and forgotten when it has been quiet for a while."""

from __future__ import annotations

import threading
from dataclasses import dataclass

QUIET_SECONDS = 15.0
MOST = 40


@dataclass(slots=True)
class Trouble:
    """One thing that is wrong: how often it was met, and when last."""

    text: str
    count: int
    last: float


class Troubles:
    """A short list, newest last; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Trouble] = {}
        self.total = 0

    def add(self, text: str, now: float, key: str = "") -> bool:
        """Note a trouble; True when it is new (tell it), False when it was told already."""
        with self._lock:
            self.total += 1
            known = self._known.get(key or text)
            if known is not None:
                is_new = now - known.last > QUIET_SECONDS
                known.text, known.count, known.last = text, known.count + 1, now
                return is_new
            if len(self._known) >= MOST:
                del self._known[min(self._known, key=lambda k: self._known[k].last)]
            self._known[key or text] = Trouble(text, 1, now)
            return True

    def now(self, now: float) -> list[dict[str, object]]:
        """Return what was met in the last while, as {text, count}."""
        with self._lock:
            return [{"text": t.text, "count": t.count} for t in self._known.values() if now - t.last < QUIET_SECONDS]
