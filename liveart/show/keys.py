"""Keys: what a keyboard does by itself, in a window of the show or in the terminal, unless the patch binds the key."""

from __future__ import annotations

import time

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.gesture import Gesture

SWITCHES = {"space": "/liveart/freeze", "b": "/liveart/blackout"}
TRIGGERS = {"p": "/liveart/panic", "n": "/liveart/cue/next", "v": "/liveart/cue/previous", "u": "/liveart/cue/undo",
            "s": "/liveart/cue/store", "t": "/liveart/clock/tap", "f": "/liveart/picture/flash"}
DIGITS = "123456789"

LEGEND = "space freeze · b blackout · p panic · f flash · t tap · 1-9 cue · n next · v previous · s store · u undo"


def key_gesture(name: str, is_down: bool) -> Gesture:
    """Return the gesture of a key: "n", "space", "f5"."""
    return Gesture("keys", f"key {name}", float(is_down), int(is_down), 1, time.monotonic(), sort="button")


def key_event(gesture: Gesture, board: Board) -> Event | None:
    """Return what a pressed key does by itself; None for a release and for keys that do nothing."""
    name = gesture.control.removeprefix("key ")
    if not gesture.raw:
        return None
    if (switch := SWITCHES.get(name)) is not None:
        return Event(switch, not board.snapshot()[switch], gesture.time, "keys")
    address = f"/liveart/cue/{name}" if name and name in DIGITS else TRIGGERS.get(name)
    return Event(address, 1, gesture.time, "keys") if address else None
