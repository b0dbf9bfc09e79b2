"""Hands: controllers, keys and foreign OSC on one side, the desk on the other; and the lights that go back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from liveart.core.binding import Binding
from liveart.core.board import Verdict
from liveart.core.event import Event
from liveart.core.gesture import Gesture
from liveart.core.mapper import Mapper
from liveart.errors import LiveartError, PatchError, did_you_mean
from liveart.midi.wire import message_for
from liveart.show.desk import Desk, is_cue_word
from liveart.show.keys import key_event, key_gesture
from liveart.show.patch import Patch
from liveart.show.patch_hands import KEYBOARDS
from liveart.show.player import Trouble
from liveart.show.tempo import Tempo
from liveart.sources.midi import MidiSource

Put = Callable[[list[Event]], Sequence[Verdict]]
OWN = "/liveart/"


class Hands:
    """The hands of a show. `put` takes their events; `keep` is told when bindings were learnt or edited."""

    def __init__(self, patch: Patch, desk: Desk, put: Put, keep: Callable[[Sequence[Binding]], None],
                 on_trouble: Trouble) -> None:
        self._desk = desk
        self._board = board = desk.board
        self._put = put
        self._on_trouble = on_trouble
        self._changing = frozenset(player.name for player in patch.players if player.models)
        motors = frozenset(device.name for device in patch.midi if device.motor)
        self.mapper = Mapper(board, patch.bindings, motors=motors, on_change=keep)
        board.watch(self.mapper.changed)
        self.tempo = Tempo(patch, board, put, on_trouble)
        self._midi: MidiSource | None = None
        if patch.midi:
            self._midi = MidiSource({device.name: device for device in patch.midi}, on_gesture=self.gesture,
                                    on_notes=self._notes, on_clock=self.tempo.heard, on_trouble=on_trouble,
                                    on_state=self._met)

    def open(self) -> None:
        """Open the controllers and the clock that the patch names; one that is not there is told, and awaited."""
        if self._midi is not None:
            try:
                self._midi.open(self._put)
            except LiveartError as error:
                self._on_trouble(f"no controller can play: {error}")
        self.tempo.open()

    def gesture(self, gestures: Sequence[Gesture]) -> None:
        """Let gestures do what they are bound to; a key that is not bound does what it does by itself."""
        events = self.mapper.gesture(list(gestures))
        for gesture in gestures:
            if gesture.device == "keys" and not self.mapper.knows(gesture.device, gesture.control):
                event = key_event(gesture, self._board)
                events += [event] if event is not None else []
        if events:
            self._put(events)

    def key(self, name: str, is_down: bool) -> None:
        """A key of the panel or the terminal."""
        if not isinstance(name, str) or not 0 < len(name) <= 20:
            raise PatchError(f"{name!r:.40} is no key.")
        self.gesture([key_gesture(name, is_down)])

    def understands(self, address: str) -> bool:
        """Return whether an OSC address that is not on the board means something: a cue, or a bound control."""
        return self._desk.understands(address) or (not address.startswith(OWN) and self.mapper.knows("osc", address))

    def foreign(self, events: list[Event]) -> list[Verdict]:
        """Put what came by OSC. An address that is not liveart's is a control, if anything is bound to it."""
        verdicts: list[Verdict] = []
        for is_foreign, run in groupby(events, key=self._is_control):
            said = list(run)
            verdicts += self._play(said) if is_foreign else self._put(said)
        return verdicts

    def _is_control(self, event: Event) -> bool:
        return not event.address.startswith(OWN) and self.mapper.knows("osc", event.address)

    def _play(self, events: list[Event]) -> list[Verdict]:
        fine = [event for event in events if not (isinstance(event.value, float) and math.isnan(event.value))]
        self.gesture([_foreign_gesture(event) for event in fine])
        return [Verdict(event, "ok") if event in fine else
                Verdict(event, "refused", f"{event.address} can't be {event.value}.") for event in events]

    def tick(self, now: float) -> None:
        """Send the lights that are due, and what there is to say of the tempo."""
        self.tempo.tick(now)
        for light in self.mapper.feedback(now):  # asked for without MIDI too: learning goes on in it
            if self._midi is not None and light.device not in KEYBOARDS:
                self._midi.send(light.device, message_for(light.control, light.channel, light.position))

    def check(self) -> None:
        """Tell of bindings that lead nowhere in this show, or only with another model."""
        layout = self._board.layout
        for address in self._addresses():
            if address in layout.params or layout.above(address)[0] or is_cue_word(address):
                continue
            if address.removeprefix(OWN).partition("/")[0] in self._changing:
                self._on_trouble(f"a binding moves {address}, which waits for a model that has it.")
            else:
                self._on_trouble(f"a binding moves {address}, which this show does not have. "
                                 f"{did_you_mean(address, layout.params)}")

    def miss(self, left: Collection[str]) -> None:
        """Tell of bindings to addresses that have just left the show."""
        for address in self._addresses():
            if address in left:
                self._on_trouble(f"a binding moves {address}, which went with its model; it works again when that "
                                 "comes back.")

    def _addresses(self) -> Sequence[str]:
        return tuple(dict.fromkeys(binding.address for binding in self.mapper.bindings))

    def state(self) -> dict[str, Any]:
        """Return what the panel shows of the hands (see panel/host.py)."""
        return {"learning": self.mapper.learning, "bindings": self.mapper.state(),
                "can_undo": self.mapper.can_undo,
                "ports": self._midi.ports() if self._midi else [], "clock": self.tempo.state()}

    def bind(self, index: int, changes: Mapping[str, Any]) -> None:
        """Change a binding. Raises PatchError."""
        self.mapper.rebind(index, **changes)

    def notes(self) -> list[str]:
        """Return a line for each controller and clock, for the start card."""
        return [note for note in (self._midi.note() if self._midi else "", self.tempo.note()) if note]

    def close(self) -> None:
        """Close the controllers and clocks; may be called twice."""
        self.tempo.close()
        if self._midi is not None:
            self._midi.close()

    def _notes(self, device: str, words: list[tuple[str, float, float, int]]) -> None:
        events = self.mapper.notes(device, words)
        if events:
            self._put(events)

    def _met(self, device: str, is_connected: bool) -> None:
        if is_connected:
            self.mapper.rearm(device)
            self.mapper.refresh(device)


def _foreign_gesture(event: Event) -> Gesture:
    """Return the gesture of a foreign OSC message: a number 0..1 is a position, no number is a press."""
    value = event.value
    is_position = isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool))
    number = min(max(float(value), 0.0), 1.0) if isinstance(value, (bool, int, float)) else 1.0
    return Gesture("osc", event.address, number, round(number * 16383), 16383, event.time or time.monotonic(),
                   sort="position" if is_position else "button")
