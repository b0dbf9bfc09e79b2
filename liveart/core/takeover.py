"""Takeover: how a knob that stands elsewhere than its value takes the value over without a jump."""

from __future__ import annotations

SAME = 1.0 / 16383.0  # less than the finest control can tell: the hand is at the value
NEAR = 1.5 / 127.0  # a coarse knob can't come nearer than a step
CATCH_SPEED = 0.5


class Takeover:
    """One hand at one value, in fader positions 0..1 of the target.

    mode       jump      the value goes to the hand at once
               pickup    the value stands until the hand comes to it or passes it
               scale     the value goes with the hand, by as much as the rest of its way is shorter than the hand's, so
                         that both reach the end of the travel together
               parallel  the value keeps its distance until an end of the travel brings them together
               catch     the value goes with the hand at half its speed, until the hand has caught up
    low, high  the ends of the travel; a value that lies outside comes along at the hand's speed until it is inside
    hand       where the hand was last; None when nobody knows
    is_caught  True while the value follows the hand exactly

    Except in mode jump a value never moves further than the hand just did (give or take SAME), so a hand of which
    only one position is known moves nothing. A value that was changed by anything else is caught no more.
    """

    __slots__ = ("hand", "high", "is_caught", "low", "mode")

    def __init__(self, mode: str, low: float = 0.0, high: float = 1.0) -> None:
        self.mode = mode
        self.low, self.high = min(low, high), max(low, high)
        self.hand: float | None = None
        self.is_caught = False

    def forget(self) -> None:
        """Know no more where the hand is: the controller was away, or turned a page."""
        self.hand, self.is_caught = None, False

    def move(self, hand: float, value: float) -> float:
        """Return where the value goes from `value` now that the hand is at `hand`."""
        before, self.hand = self.hand, hand
        if self.mode == "jump":
            self.is_caught = True
        elif before is None:
            self.is_caught = abs(hand - value) <= SAME
        else:
            moved = self._approach(before, hand, value)
            self.is_caught = abs(value - before) <= SAME or _meet(before - value, hand - moved)
            value = moved
        return hand if self.is_caught else value

    def holds(self, value: float) -> bool:
        """Say whether the hand, if it moved now, would take the value along exactly."""
        return self.is_caught and self.hand is not None and abs(self.hand - value) <= SAME

    def _approach(self, before: float, hand: float, value: float) -> float:
        step = hand - before
        if self.mode == "pickup":
            step = self._drag(before, step, value)
        elif self.mode == "scale":
            step *= self._ratio(before, step > 0.0, value)
        elif self.mode == "catch":
            step *= CATCH_SPEED
        return min(max(value + step, min(self.low, value)), max(self.high, value))

    def _drag(self, before: float, step: float, value: float) -> float:
        """Return by how much the hand takes along a value that it has not come to yet."""
        if not self.low <= value <= self.high:
            return step  # no way of the hand leads there: let it come in
        leads_away = (value - before) * step < 0.0
        return step if leads_away and abs(value - before) <= NEAR else 0.0

    def _ratio(self, before: float, is_up: bool, value: float) -> float:
        end = self.high if is_up else self.low
        room, way = abs(end - value), abs(end - before)
        return min(room / way, 1.0) if way > 0.0 else 0.0


def _meet(before: float, after: float) -> bool:
    """Say whether hand and value, so far apart before and after a move, have come together or passed each other."""
    return abs(after) <= SAME or (before < 0.0 < after) or (after < 0.0 < before)
