"""Hands for the mapping's tests: a board and a mapper behind short words, with time that a test moves by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from boards import PLAYER, layout

from liveart.core.binding import Binding
from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.feedback import Light
from liveart.core.gesture import Gesture, Sort
from liveart.core.mapper import Mapper
from liveart.core.param import Param, Value


def cc(number: int, raw: int, time: float = 0.0, device: str = "nano", channel: int = 1) -> Gesture:
    """Return what a knob sends."""
    return Gesture(device, f"cc {number}", raw / 127, raw, 127, time, channel)


def fine(number: int, raw: int, time: float = 0.0, device: str = "nano") -> Gesture:
    """Return what a fader of 14 bits sends."""
    return Gesture(device, f"cc14 {number}", raw / 16383, raw, 16383, time, 1)


def key(control: str, velocity: int, time: float = 0.0, device: str = "nano", channel: int = 1) -> Gesture:
    """Return what a pad, or a key of a piano, sends; 0 lets it go."""
    return Gesture(device, control, velocity / 127, velocity, 127, time, channel, "button")


def foreign(address: str, value: float, time: float = 0.0, sort: Sort = "position") -> Gesture:
    """Return what another program's OSC address sends."""
    return Gesture("osc", address, value, round(value * 16383), 16383, time, 0, sort)


class Rig:
    """A board of one player `p` with its mapper; `at` reads and `put` writes by short address."""

    def __init__(self, *bindings: Binding, motors: Iterable[str] = ()) -> None:
        self.board = Board(layout(("p", (*PLAYER, Param("note", kind="notes")))))
        self.changes: list[tuple[Binding, ...]] = []
        self.mapper = Mapper(self.board, bindings, frozenset(motors), self.changes.append)
        self.board.watch(self.mapper.changed)

    def at(self, address: str) -> float:
        """Return a value in native units."""
        return self.board.snapshot()[f"/liveart/{address}"]

    def norm(self, address: str) -> float:
        """Return a value as a fader position."""
        return self.board.layout.params[f"/liveart/{address}"].to_norm(self.at(address))

    def put(self, address: str, value: Value, time: float = 0.0) -> None:
        """Let another hand change a value."""
        self.board.put(Event(f"/liveart/{address}", value, time, "panel"))

    def do(self, *gestures: Gesture) -> list[Event]:
        """Let hands move, each by itself, and put what it means on the board."""
        return [event for gesture in gestures for event in self.do_at_once([gesture])]

    def do_at_once(self, gestures: Sequence[Gesture]) -> list[Event]:
        """Let hands move in one batch."""
        events = self.mapper.gesture(gestures)
        self.board.put_all(events)
        return events

    def turn(self, *raws: int, number: int = 21, start: float = 0.0) -> list[Event]:
        """Turn a knob through some positions, a hundredth of a second apart."""
        return self.do(*(cc(number, raw, start + place / 100) for place, raw in enumerate(raws)))

    def lights(self, now: float) -> list[tuple[str, float]]:
        """Return (control, position) of what is due."""
        return [(light.control, round(light.position, 4)) for light in self.lit(now)]

    def lit(self, now: float) -> list[Light]:
        """Return what is due."""
        return self.mapper.feedback(now)
