"""A controller for the panel's tests: what a hand does on it goes through the show's own mapper."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.gesture import Gesture
from liveart.core.mapper import Mapper

Put = Callable[[list[Event]], Any]
TRAVEL = 0.2  # how far a wiggle comes from


class FakeHands:
    """`wiggle` is what a hand does; `keys` are the keys that pages have sent."""

    def __init__(self, board: Board, put: Put) -> None:
        self.mapper = Mapper(board)
        self.keys: list[tuple[str, bool]] = []
        self.is_connected = True
        self.follow = "internal"
        self._board = board
        self._put = put
        self._last = ""
        self._received = 0
        board.watch(self.mapper.changed)

    def wiggle(self, control: str, value: float = 1.0) -> None:
        """Bring a knob to `value` in some steps; hit a note once."""
        if control.startswith("note "):
            self._do("nano", control, (1.0, 0.0), 1)
        else:
            way = -TRAVEL if value > 0.5 else TRAVEL
            self._do("nano", control, [value + way * step / 8 for step in range(8, -1, -1)], 1)

    def key(self, name: str, is_down: bool) -> None:
        """A key is a control too."""
        self.keys.append((name, is_down))
        self._do("keys", f"key {name}", (float(is_down),), 0)

    def tick(self) -> None:
        """Let learning come to its end."""
        self.mapper.feedback(time.monotonic())

    def show(self) -> dict[str, Any]:
        """What the panel is told."""
        return {"learning": self.mapper.learning, "bindings": self.mapper.state(), "can_undo": self.mapper.can_undo,
                "ports": [{"name": "nano", "input": "nanoKONTROL2 MIDI 1", "output": "nanoKONTROL2 MIDI 1",
                           "is_connected": self.is_connected, "received": self._received, "last": self._last},
                          {"name": "piano", "input": "", "output": "", "is_connected": False, "received": 0,
                           "last": ""}],
                "clock": {"follow": self.follow, "state": "running" if self.follow == "internal" else "waiting",
                          "peers": 0, "tempo": self._board.snapshot().tempo}}

    def _do(self, device: str, control: str, values: Any, channel: int) -> None:
        sort: Any = "button" if control.startswith(("note ", "key ")) else "position"
        for value in values:
            self._received += 1
            self._last = f"{control} {round(value * 127)}"
            gesture = Gesture(device, control, value, round(value * 127), 127, time.monotonic(), channel, sort)
            if events := self.mapper.gesture([gesture]):
                self._put(events)
