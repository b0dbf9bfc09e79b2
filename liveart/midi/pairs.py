"""Values of 14 bits that come as two messages, coarse then fine: 14-bit controllers, NRPN and RPN.

Sources: MIDI 1.0 Detailed Specification (controllers 0 to 63, registered and non-registered parameters), and RP-018
(data increment and decrement).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from liveart.midi.wire import COARSE, FINE

SOON = 0.005  # seconds within which a fine half belongs to the coarse one before it
HOLD = 0.003  # seconds that a coarse half waits for its fine one


@dataclass(slots=True)
class Pair:
    """Both halves of one value. `is_fine` once a fine half has come; `since` when a coarse one began to wait."""

    coarse: int = 0
    fine: int = 0
    is_fine: bool = False
    came: float = float("-inf")
    since: float | None = None

    @property
    def raw(self) -> int:
        """The whole number as far as it is known: of 14 bits, or of 7 while no fine half has ever come."""
        return self.coarse << 7 | self.fine if self.is_fine else self.coarse

    @property
    def steps(self) -> int:
        """The highest number that `raw` can be."""
        return FINE if self.is_fine else COARSE


class Pairs:
    """All pairs of a device, and those that wait for their fine half. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._all: dict[Hashable, Pair] = {}
        self._waiting: dict[Hashable, Pair] = {}

    @property
    def is_waiting(self) -> bool:
        """True while `due` may return something later."""
        return bool(self._waiting)

    def coarse(self, key: Hashable, value: int, time: float, must_wait: bool = False) -> None:
        """Take a coarse half. It waits if fine ones are known to follow, or if it must."""
        pair = self._all.setdefault(key, Pair())
        pair.coarse, pair.fine, pair.came = value, 0, time
        if (pair.is_fine or must_wait) and pair.since is None:
            pair.since = time
            self._waiting[key] = pair

    def fine(self, key: Hashable, value: int, time: float, must_fit: bool = True) -> Pair | None:
        """Take a fine half; return the whole value, or None for one that stands alone (a controller of its own)."""
        pair = self._all.setdefault(key, Pair())
        if must_fit and not pair.is_fine and time - pair.came > SOON:
            return None
        pair.fine, pair.is_fine, pair.since = value, True, None
        self._waiting.pop(key, None)
        return pair

    def coarse_of(self, key: Hashable) -> int:
        """Return the coarse half as it came last; 0 before."""
        pair = self._all.get(key)
        return pair.coarse if pair else 0

    def step(self, key: Hashable, by: int) -> Pair:
        """Move a value by single steps; one that is not known begins in the middle, with 7 bits."""
        pair = self._all.setdefault(key, Pair(coarse=64))
        raw = min(max(pair.raw + by, 0), pair.steps)
        pair.coarse, pair.fine = (raw >> 7, raw & 127) if pair.is_fine else (raw, 0)
        return pair

    def due(self, now: float) -> Iterator[tuple[Hashable, Pair, float]]:
        """Yield (key, pair, when it came) for the coarse halves that have waited long enough.

        The missing half is taken to be like the one that came, so that both ends of the travel are reached.
        """
        for key, pair in list(self._waiting.items()):
            if pair.since is not None and now - pair.since >= HOLD:
                del self._waiting[key]
                since, pair.since, pair.fine = pair.since, None, pair.coarse
                yield key, pair, max(since, pair.came)


@dataclass(slots=True)
class Chosen:
    """The parameter that a channel's data controllers speak of now; `word` is "nrpn", "rpn", or "" for none."""

    word: str = ""
    high: int = 127
    low: int = 127

    def choose(self, controller: int, value: int) -> None:
        """Take controller 98 to 101: half of the number. Both halves 127 mean none."""
        word = "nrpn" if controller in (98, 99) else "rpn"
        if word != self.word:
            self.word, self.high, self.low = word, 127, 127
        if controller in (99, 101):
            self.high = value
        else:
            self.low = value

    @property
    def number(self) -> int | None:
        """The number 0..16383; None while none is chosen."""
        return None if not self.word or (self.high, self.low) == (127, 127) else self.high << 7 | self.low
