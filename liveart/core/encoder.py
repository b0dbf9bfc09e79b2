"""Encoders: endless knobs, which send how far they turned; three codings, guessed from a few messages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

CLICKS = 128  # slow clicks that it takes to travel from end to end
GUESS_FROM = 3  # messages
_SLOW = 0.05  # seconds between clicks: a turn that is no faster counts as it is
_MOST = 4.0  # by how much a fast turn counts more
LARGEST = 7  # clicks in one message: hands hardly turn further
_LOW, _HIGH = frozenset(range(1, LARGEST + 1)), frozenset(range(128 - LARGEST, 128))
_BELOW, _ABOVE = frozenset(range(64 - LARGEST, 64)), frozenset(range(65, 65 + LARGEST))
_FIRST = {"twos": _LOW | _HIGH, "offset": _ABOVE | _BELOW, "sign": _LOW | _ABOVE}  # the usual coding first


def decode(coding: str, raw: int) -> int:
    """Return how many clicks a message 0..127 means, up positive: coding "twos", "offset" or "sign"."""
    if coding == "twos":
        return raw - 128 if raw >= 64 else raw
    if coding == "offset":
        return raw - 64
    return 64 - raw if raw >= 64 else raw


def speed_up(seconds: float) -> float:
    """Return by how much a click counts more, 1..4, that came `seconds` after the last one: fast turns go further."""
    return _MOST if seconds * _MOST <= _SLOW else max(_SLOW / seconds, 1.0)


def may_turn(raw: int) -> bool:
    """Say whether an encoder, turned by hand from rest, could have sent this."""
    return any(raw in codes for codes in _FIRST.values())


def guess(raws: Sequence[int]) -> str:
    """Return the coding of an encoder by its first three messages, "" when it looks like a knob with two ends.

    A knob that has ends never sends the same number twice, and goes from number to number; an encoder repeats itself,
    or leaps between up and down. Turned one way only, 1 is taken for twos and 65 for offset, the usual ones.
    """
    first = list(raws[:GUESS_FROM])
    if len(first) < GUESS_FROM:
        return ""
    steps = [b - a for a, b in pairwise(first)]
    goes_one_way = min(steps) > 0 or max(steps) < 0
    leaps = 0 in steps or any(abs(step) > 2 * LARGEST for step in steps)
    swings = first[0] == first[2] and first[0] + first[1] == 128  # 65, 63, 65: up and down by one
    if goes_one_way or not (leaps or swings):
        return ""
    return next((coding for coding, codes in _FIRST.items() if codes.issuperset(first)), "")
