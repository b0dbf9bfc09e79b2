"""From datagrams to events: look-ups by table, patterns, time tags. No socket here: bytes and times come in.

The usual message, one number to a known address, is recognised by its first bytes and read without parsing. All that
is remembered (such messages, patterns) is bounded, and forgotten when the addresses change.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from typing import Any

from pythonosc.parsing import osc_types

from liveart.core.board import BEAT_ADDRESS, Board
from liveart.core.event import Event
from liveart.core.param import Value
from liveart.errors import LiveartError
from liveart.sources.osc_inbox import Sender
from liveart.sources.osc_listeners import origin_of
from liveart.sources.osc_pattern import NORM, expand, is_pattern
from liveart.sources.osc_schedule import HORIZON, MAX_WAITING, Schedule
from liveart.sources.osc_tally import Sayings, Tally
from liveart.sources.osc_wire import Group, Message, Refusal, read_datagram

WORDS = ("/liveart/ping", "/liveart/listen")
MAX_REMEMBERED = 4096
LATE = 0.05
_NUMBERS = {b",f\0\0": struct.Struct(">f").unpack_from, b",i\0\0": struct.Struct(">i").unpack_from}

Route = tuple[str, Callable[[bytes, int], tuple[Any, ...]]]
OnWord = Callable[[str, Value, Sender], None]


class Reader:
    """Reads datagrams for a board. `on_word` is called for /liveart/ping and /liveart/listen.

    also_known  says whether an address that is not on the board means something to whoever takes the events
    """

    def __init__(self, board: Board, tally: Tally, on_word: OnWord, ignore_time_tags: bool = False,
                 also_known: Callable[[str], bool] = lambda address: False) -> None:
        self.schedule = Schedule()
        self._board = board
        self._tally = tally
        self._on_word = on_word
        self._ignore_time_tags = ignore_time_tags
        self._also_known = also_known
        self._unknowns = Sayings()
        self._origins: dict[Sender, str] = {}
        self._learn()

    def read(self, data: bytes, sender: Sender, now: float) -> list[Event]:
        """Return the events of a datagram that came at `now`; those of a later time go to the schedule."""
        if self._layout is not self._board.layout:
            self._learn()
        origin = self._origins.get(sender) or self._meet(sender)
        route = self._routes.get(data[:-4])
        if route is not None:
            self._tally.counts["received"] += 1
            return [Event(route[0], route[1](data, len(data) - 4)[0], now, origin)]
        try:
            groups = read_datagram(data)
        except LiveartError as error:
            self._refuse(f"{origin} sent {error}", f"garbage from {sender[0]}")
            return []
        self._remember(data, groups)
        events: list[Event] = []
        for group in groups:
            events += self._sort(group, sender, now)
        return events

    def _learn(self) -> None:
        """Begin afresh with the board's present addresses."""
        self._layout = self._board.layout
        self._routes: dict[bytes, Route] = {}
        self._patterns: dict[str, tuple[str, ...]] = {}

    def _meet(self, sender: Sender) -> str:
        if len(self._origins) >= MAX_REMEMBERED:
            self._origins.clear()  # some programs open a new port for each message
        self._origins[sender] = origin_of(sender)
        return self._origins[sender]

    def _remember(self, data: bytes, groups: list[Group]) -> None:
        """Keep the first bytes of a plain message with one number, for the next of its kind."""
        message, unpack = groups[0].items[0] if groups[0].items else None, _NUMBERS.get(data[-8:-4])
        if unpack is None or not isinstance(message, Message) or not self._is_known(message.address):
            return
        if len(self._routes) < MAX_REMEMBERED:
            self._routes[osc_types.write_string(message.address) + data[-8:-4]] = (message.address, unpack)

    def _sort(self, group: Group, sender: Sender, now: float) -> list[Event]:
        """Return a group's events, or give them to the schedule when their time is still to come."""
        wait = 0.0 if group.when is None or self._ignore_time_tags else group.when - time.time()
        due, origin = now + max(wait, 0.0), self._meet(sender)
        events = [event for item in group.items for event in self._events(item, sender, due)]
        if wait < -LATE:
            self._tally.count("late", len(events))
            self._tally.say(f"{origin}: bundles come {-wait:.1f} s after their time tags; applied at once.",
                            f"late {sender[0]}")
        if wait <= 0.0 or not events:
            return events
        if not self.schedule.add(due, events, now):
            self._tally.count("dropped", len(events))
            self._tally.say(f"{origin}: a bundle dated {wait:.1f} s ahead was dropped; at most {HORIZON:g} s and "
                            f"{MAX_WAITING} messages wait. Mend its clock, or set ignore_time_tags = true under [osc].",
                            f"ahead {sender[0]}")
        return []

    def _events(self, item: Message | Refusal, sender: Sender, due: float) -> list[Event]:
        """Return the events of one message: none for a fixed word or a refusal, several for a pattern."""
        if isinstance(item, Refusal):
            self._refuse(item.text)
            return []
        if item.address in WORDS:
            self._tally.count("received")
            self._on_word(item.address, item.value, sender)
            return []
        origin = self._origins[sender]
        if is_pattern(item.address):
            found = self._expand(item.address)
            self._tally.count("received", len(found))
            return [Event(address, item.value, due, origin) for address in found]
        self._tally.count("received")
        is_known = self._is_known(item.address) or self._also_known(item.address)
        if not is_known and not self._unknowns.allow(item.address, time.monotonic()):
            self._tally.count("unknown")  # finding the nearest name takes milliseconds: not for each of a flood
            return []
        return [Event(item.address, item.value, due, origin)]

    def _expand(self, pattern: str) -> tuple[str, ...]:
        """Return the addresses that a pattern matches, remembered for as long as the addresses stay."""
        found = self._patterns.get(pattern)
        if found is None:
            try:
                found = expand(pattern, self._layout.params)
            except LiveartError as error:
                self._refuse(str(error))
                return ()
            if len(self._patterns) < MAX_REMEMBERED:
                self._patterns[pattern] = found
        if not found:
            self._tally.count("received")
            self._tally.count("unknown")
            self._tally.say(f"no address matches {pattern}. The address table (liveart osc) has them all.")
        return found

    def _is_known(self, address: str) -> bool:
        plain = address.removesuffix(NORM)
        return plain in self._layout.params or plain == BEAT_ADDRESS or bool(self._layout.above(plain)[0])

    def _refuse(self, text: str, key: str = "") -> None:
        self._tally.count("received")
        self._tally.count("refused")
        self._tally.say(text, key)
