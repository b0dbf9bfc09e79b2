"""Event: all that a source may say."""

from __future__ import annotations

from dataclasses import dataclass

from liveart.core.param import Value

CLOCKED = "clock"  # the origin of what follows the beat by itself: no hand waits for it to be seen


@dataclass(frozen=True, slots=True)
class Event:
    """A value for an address, when it came (`time.monotonic` seconds) and from where.

    An address that ends in /norm takes 0..1; any other takes native units.
    """

    address: str
    value: Value
    time: float
    origin: str = ""
