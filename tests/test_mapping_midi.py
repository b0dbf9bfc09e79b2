"""The mapper behind a real controller: a process on JACK that is learnt, turned, lit, echoes, and is plugged again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from boards import layout, put
from jack_server import JackServer
from midi_peer import Peer, midi_server, peer, wait_for

from liveart.core.binding import Binding
from liveart.core.board import Board
from liveart.core.gesture import Gesture
from liveart.core.mapper import Mapper
from liveart.midi.device import MidiDevice
from liveart.midi.wire import message_for
from liveart.sources.midi import MidiSource

__all__ = ["midi_server"]  # a fixture

LEVEL, BLACKOUT = "/liveart/p/level", "/liveart/blackout"


class Desk:
    """A board that a controller plays through a mapper, as a show joins them."""

    def __init__(self, *bindings: Binding) -> None:
        self.board = Board(layout())
        self.mapper = Mapper(self.board, bindings)
        self.board.watch(self.mapper.changed)
        self.source = MidiSource({"nano": MidiDevice("nano", "nano", "nano")}, self._gesture, lambda *_: None,
                                 lambda *_: None, lambda text: None, self._met)

    def _gesture(self, gestures: list[Gesture]) -> None:
        self.board.put_all(self.mapper.gesture(gestures))

    def _met(self, device: str, is_connected: bool) -> None:
        if is_connected:
            self.mapper.rearm(device)
            self.mapper.refresh(device)

    def tick(self) -> None:
        """Send the lights that are due."""
        for light in self.mapper.feedback(time.monotonic()):
            self.source.send(light.device, message_for(light.control, light.channel, light.position))

    def at(self, address: str) -> float:
        """Return a value."""
        return self.board.snapshot()[address]

    def wait(self, address: str, value: float) -> bool:
        """Wait until a value is there."""
        return wait_for(lambda: (self.tick(), self.at(address) == value)[1])

    def wait_light(self, controller: Peer, data: str) -> bool:
        """Wait until the controller was told that, last."""
        return wait_for(lambda: (self.tick(), controller.received.endswith(bytes.fromhex(data)))[1])


@contextmanager
def playing(*bindings: Binding) -> Iterator[tuple[Desk, Peer]]:
    """Return a desk and its controller, connected."""
    desk = Desk(*bindings)
    with peer("nano") as controller:
        desk.source.open(lambda events: [])
        try:
            heard_again(desk)
            yield desk, controller
        finally:
            desk.source.close()


def heard_again(desk: Desk) -> None:
    """Wait until what the controller sends is heard. Its lights may be reached before: it has two ports."""
    assert wait_for(lambda: desk.source.ports()[0]["is_connected"])
    time.sleep(0.1)


def send(controller: Peer, *messages: str) -> None:
    """Send messages in hexadecimal, one after the other."""
    for message in messages:
        controller.send(bytes.fromhex(message))


def test_a_wiggled_knob_is_learnt_and_then_takes_over_without_a_jump(midi_server: JackServer) -> None:
    with playing() as (desk, controller):
        desk.mapper.learn("p/level")
        send(controller, "B2 46 05", "B2 46 06", "B2 46 07", "B2 46 08")
        assert wait_for(lambda: (desk.tick(), desk.mapper.learned())[1] is not None)
        assert desk.mapper.bindings == (Binding("cc 70", "p/level", "nano", 3),)
        assert desk.at(LEVEL) == 0.5
        send(controller, "B2 46 3C", "B2 46 46", "B2 46 50")
        assert desk.wait(LEVEL, 80 / 127)


def test_a_wheel_and_an_encoder_are_known_for_what_they_are(midi_server: JackServer) -> None:
    with playing() as (desk, controller):
        desk.mapper.learn("p/tone")
        send(controller, "E0 00 40", "E0 00 48")
        assert wait_for(lambda: (desk.tick(), desk.mapper.learned())[1] is not None)
        desk.mapper.learn("p/steps")
        send(controller, "B0 15 41", "B0 15 41", "B0 15 41")
        assert wait_for(lambda: (desk.tick(), desk.mapper.learned())[1] is not None)
        assert [(row.control, row.encoder) for row in desk.mapper.bindings] == [("bend", ""), ("cc 21", "offset")]
        send(controller, "B0 15 41", "B0 15 42")
        assert desk.wait("/liveart/p/steps", 7)


def test_a_pad_switches_and_is_lit_and_its_light_coming_back_switches_nothing(midi_server: JackServer) -> None:
    with playing(Binding("note 36", "blackout", "nano", 1)) as (desk, controller):
        send(controller, "90 24 64", "80 24 00")
        assert desk.wait(BLACKOUT, 1)
        assert desk.wait_light(controller, "90 24 7F")
        put(desk.board, "blackout", False)
        assert desk.wait_light(controller, "90 24 00")
        put(desk.board, "blackout", True)
        assert desk.wait_light(controller, "90 24 7F")
        send(controller, "90 24 7F")
        assert wait_for(lambda: desk.mapper.counts()["echoes"] == 1)
        assert desk.at(BLACKOUT) == 1


def test_a_controller_that_comes_back_is_told_the_state_and_has_to_pick_up(midi_server: JackServer) -> None:
    with playing(Binding("cc 21", "p/level", "nano", 1)) as (desk, controller):
        send(controller, "B0 15 20", "B0 15 60")
        assert desk.wait(LEVEL, 96 / 127)
        controller.unplug()
        assert wait_for(lambda: not desk.source.ports()[0]["is_connected"])
        put(desk.board, "p/level", 1.0)
        controller.plug()
        assert desk.wait_light(controller, "B0 15 7F")
        heard_again(desk)
        send(controller, "B0 15 10", "B0 15 20")
        assert wait_for(lambda: desk.mapper.state()[0]["hand"] == 32 / 127)
        assert desk.at(LEVEL) == 1.0
