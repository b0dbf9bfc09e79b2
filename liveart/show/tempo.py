"""Tempo: whose beat the show follows: its own, a MIDI clock, or a Link session."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from liveart.core.board import Board, Verdict
from liveart.core.event import Event
from liveart.errors import LiveartError
from liveart.show.patch import Patch
from liveart.show.player import Trouble
from liveart.sources.clock_in import ClockIn
from liveart.sources.link import LinkClock

LOOK_EVERY = 0.1  # seconds


class Tempo:
    """The clock that a patch follows, if any. A clock that can't be had is told, and the show keeps its own."""

    def __init__(self, patch: Patch, board: Board, put: Callable[[list[Event]], Sequence[Verdict]],
                 on_trouble: Trouble) -> None:
        self._put = put
        self._board = board
        self._on_trouble = on_trouble
        self._look_at = 0.0
        self._clock: ClockIn | LinkClock | None = None
        kind, _, name = patch.follow.partition(":")
        if kind == "midi":
            self._clock = ClockIn(board, name, patch.nudge)
        elif kind == "link":
            self._clock = LinkClock(board, patch.bar, patch.nudge, patch.lead, patch.transport)

    def open(self) -> None:
        """Begin to follow."""
        if self._clock is None:
            return
        try:
            self._clock.open(self._put)
        except LiveartError as error:
            self._on_trouble(f"the show keeps its own tempo: {error}")
            self._clock = None

    def heard(self, device: str, kind: str, value: int, time: float) -> None:
        """Take a clock message of a MIDI device."""
        if isinstance(self._clock, ClockIn):
            self._clock.on_clock(device, kind, value, time)

    def tick(self, now: float) -> None:
        """Tell what is new: a clock that was lost or came back, peers that came or went."""
        if self._clock is None or now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY
        if news := self._clock.news(now):
            self._on_trouble(news)

    def state(self) -> dict[str, Any]:
        """Return what the panel shows: follow, state, tempo, peers."""
        if self._clock is None:
            return {"follow": "internal", "state": "running", "tempo": self._board.snapshot().tempo, "peers": 0}
        state = self._clock.state(time.monotonic())
        return {"follow": state["kind"], "state": state["state"], "tempo": state["tempo"],
                "peers": state.get("peers", 0)}

    def note(self) -> str:
        """Return a line for the start card; "" for the show's own tempo."""
        return "" if self._clock is None else f"tempo from {self._clock.note()}"

    def close(self) -> None:
        """Follow no longer; may be called twice."""
        if self._clock is not None:
            self._clock.close()
