"""MPE zones: which channels carry one note each, and which one speaks for all of them.

Source: MIDI Polyphonic Expression, version 1.0 (MMA RP-053).
"""

from __future__ import annotations

from collections.abc import Sequence

LOWER, UPPER = 1, 16  # the manager channels of the two zones
MEMBER_RANGE, RANGE = 48.0, 2.0  # semitones of a full bend, until the player's instrument says otherwise


class Zones:
    """The zones of one device and the bend range of each of its channels, 1 to 16."""

    def __init__(self, is_mpe: bool = False) -> None:
        self._members: dict[int, Sequence[int]] = {LOWER: (), UPPER: ()}
        self._ranges: dict[int, float] = {}  # by channel; of a zone's members, by -manager
        if is_mpe:
            self.configure(LOWER, 15)

    def configure(self, manager: int, count: int) -> None:
        """Take the MPE configuration message: `manager` 1 or 16 speaks for `count` members, 0 ends its zone.

        A zone that would overlap gives way to the one configured last. Bend ranges start anew.
        """
        count = min(max(count, 0), 15)
        self._members[manager] = range(2, 2 + count) if manager == LOWER else range(16 - count, 16)
        other, taken = LOWER + UPPER - manager, {manager, *self._members[manager]} if count else set()
        left = [channel for channel in self._members[other] if channel not in taken]
        self._members[other] = () if other in taken else left
        for key in (manager, -manager):
            self._ranges.pop(key, None)

    def manager(self, channel: int) -> int:
        """Return the manager of a member channel; 0 for one that is no member."""
        return next((manager for manager, members in self._members.items() if channel in members), 0)

    def together(self, channel: int) -> Sequence[int]:
        """Return the channels that what is said on `channel` holds for: itself, and a manager's members."""
        return [channel, *self._members.get(channel, ())]

    def set_range(self, channel: int, semitones: float) -> None:
        """Take a bend range: of one member it holds for all in its zone."""
        manager = self.manager(channel)
        self._ranges[-manager if manager else channel] = semitones

    def range(self, channel: int) -> float:
        """Return the semitones of a full bend on a channel."""
        manager = self.manager(channel)
        return self._ranges.get(-manager, MEMBER_RANGE) if manager else self._ranges.get(channel, RANGE)
