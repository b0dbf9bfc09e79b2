"""MIDI between processes on a real JACK server: gestures, floods, plugging, names that fit two, feedback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from jack_server import JackServer, start_jack
from midi_peer import midi_server, own_server, peer, wait_for

from liveart.core.gesture import Gesture
from liveart.errors import NotInstalled, PortError
from liveart.midi.device import MidiDevice
from liveart.midi.ports import find_port, fitting, list_ports, open_input, open_output
from liveart.midi.system import DESK
from liveart.midi.wire import message_for
from liveart.sources.midi import MidiSource

__all__ = ["midi_server"]  # a fixture


class Desk:
    """What a show hears from its controllers."""

    def __init__(self) -> None:
        self.gestures: list[Gesture] = []
        self.notes: list[tuple[str, str, float]] = []
        self.clock: list[tuple[str, str, int, float]] = []
        self.troubles: list[str] = []
        self.states: list[tuple[str, bool]] = []

    def sees(self, name: str) -> bool:
        """Return whether it was told last that a controller is there."""
        return [is_there for device, is_there in list(self.states) if device == name][-1:] == [True]

    def raws(self, control: str) -> list[int]:
        return [gesture.raw for gesture in list(self.gestures) if gesture.control == control]

    def hear_notes(self, device: str, words: list[tuple[str, float, float, int]]) -> None:
        self.notes += [(device, word, value) for word, value, _, _ in words]


@contextmanager
def listening(desk: Desk, *devices: MidiDevice) -> Iterator[MidiSource]:
    """Return an open source of these devices."""
    source = MidiSource({device.name: device for device in devices}, desk.gestures.extend, desk.hear_notes,
                        lambda *tick: desk.clock.append(tick), desk.troubles.append,
                        lambda *state: desk.states.append(state))
    source.open(lambda events: [])
    try:
        yield source
    finally:
        source.close()


NANO = MidiDevice("nano", "nanoKONTROL", "nanoKONTROL")


def test_gestures_notes_and_clock_arrive_from_another_process(midi_server: JackServer) -> None:
    desk = Desk()
    with peer("nanoKONTROL2") as controller, listening(desk, NANO) as source:
        assert wait_for(lambda: desk.sees("nano"))
        begin = time.monotonic()
        for data in ("B0 15 40", "90 3C 7F", "F8", "FA", "90 3C 00", "E0 00 40"):
            controller.send(bytes.fromhex(data))
        assert wait_for(lambda: len(desk.gestures) == 4 and len(desk.clock) == 2)
        end = time.monotonic()
        assert [(g.device, g.control, g.value) for g in desk.gestures] == [
            ("nano", "cc 21", 64 / 127), ("nano", "note 60", 1.0), ("nano", "note 60", 0.0), ("nano", "bend", 0.5)]
        assert desk.notes == [("nano", "60", 1.0), ("nano", "60", 0.0), ("nano", "bend", 0.0)]
        assert [tick[:3] for tick in desk.clock] == [("nano", "clock", 0), ("nano", "start", 0)]
        times = [gesture.time for gesture in desk.gestures]
        assert begin - 0.01 <= times[0] <= times[-1] <= end
        row = source.ports()[0]
        assert (row["name"], row["received"], row["last"]) == ("nano", 6, "bend = 8192 ch 1")
        assert "nanoKONTROL2" in row["input"]
        assert "nanoKONTROL2" in source.note()
    assert not desk.troubles


def test_of_a_burst_of_3000_controllers_none_is_lost_and_the_last_value_is_right(midi_server: JackServer) -> None:
    desk = Desk()
    with peer("nanoKONTROL2") as controller, listening(desk, NANO) as source:
        assert wait_for(lambda: desk.sees("nano"))
        controller.burst(3000)
        assert wait_for(lambda: len(desk.gestures) >= 3000)
        time.sleep(0.1)
        assert desk.raws("cc 21") == [*(place % 128 for place in range(2999)), 77]
        assert source.counts() == {"received": 3000, "garbage": 0, "failed": 0}


def test_half_messages_are_counted_and_the_next_whole_one_arrives(midi_server: JackServer) -> None:
    desk = Desk()
    with peer("nanoKONTROL2") as controller, listening(desk, NANO) as source:
        assert wait_for(lambda: desk.sees("nano"))
        for data in ("B0 15", "B0 16 05"):
            controller.send(bytes.fromhex(data))
        assert wait_for(lambda: bool(desk.gestures))
        assert desk.raws("cc 22") == [5]
        assert source.counts()["garbage"] == 1


def test_feedback_reaches_the_controller_as_soon_as_it_is_told_to_be_there(midi_server: JackServer) -> None:
    desk = Desk()
    with peer("nanoKONTROL2") as controller, listening(desk, NANO) as source:
        assert wait_for(lambda: desk.sees("nano"))
        state = message_for("cc 21", 1, 0.5) + message_for("cc14 1", 2, 1.0) + bytes.fromhex("F0 01 02 03 04 F7")
        assert source.send("nano", state)
        assert wait_for(lambda: controller.received == state)


def test_a_controller_that_is_unplugged_comes_back_by_itself(midi_server: JackServer) -> None:
    desk = Desk()
    with peer("nanoKONTROL2") as controller, listening(desk, NANO) as source:
        assert wait_for(lambda: desk.sees("nano"))
        controller.send(bytes.fromhex("90 24 7F"))
        assert wait_for(lambda: desk.raws("note 36") == [127])
        controller.unplug()
        assert wait_for(lambda: not desk.sees("nano"))
        assert wait_for(lambda: desk.raws("note 36") == [127, 0]), "a key stays down"
        assert not source.send("nano", b"\xb0\x15\x40")
        assert not source.send("another", b"\xb0\x15\x40")
        assert not source.ports()[0]["is_connected"]
        controller.plug()
        assert wait_for(lambda: desk.sees("nano"))
        assert wait_for(lambda: source.send("nano", b"\xb0\x15\x40"))  # its other port may come a moment later
        assert wait_for(lambda: controller.received == b"\xb0\x15\x40")
        controller.send(bytes.fromhex("B0 15 05"))
        assert wait_for(lambda: desk.raws("cc 21") == [5])
    gone = [text for text in desk.troubles if text.startswith("nano: the port ")]
    assert len(gone) == 1, desk.troubles
    assert gone[0].endswith("is gone; it comes back by itself.")


def test_a_controller_that_is_absent_at_the_start_is_a_word_and_is_opened_when_it_comes(
        midi_server: JackServer) -> None:
    desk = Desk()
    with listening(desk, NANO) as source:
        assert desk.troubles == ['nano: no MIDI input fits "nanoKONTROL" yet; it is opened when it comes.']
        assert source.note() == "midi nano (not there)"
        with peer("nanoKONTROL2"):
            assert wait_for(lambda: desk.sees("nano"))
    assert len(desk.troubles) <= 2  # at most that it is gone again


def test_a_name_that_fits_two_ports_is_told_with_both_and_stays_closed(midi_server: JackServer) -> None:
    desk = Desk()
    pads = MidiDevice("pads", "Launchpad B")
    with peer("Launchpad A"), peer("Launchpad B") as second, \
            listening(desk, MidiDevice("nano", "launchpad"), pads) as source:
        assert wait_for(lambda: desk.sees("pads"))
        assert [row["is_connected"] for row in source.ports()] == [False, True]
        assert any("fits 2 MIDI ports" in text and "Launchpad A" in text and "Launchpad B" in text
                   and text.startswith("nano: ") for text in desk.troubles), desk.troubles
        assert len(desk.troubles) == 1
        second.send(bytes.fromhex("B0 15 05"))
        assert wait_for(lambda: bool(desk.gestures))
        assert {gesture.device for gesture in desk.gestures} == {"pads"}


def test_the_ends_of_another_shows_connections_are_no_ports(midi_server: JackServer) -> None:
    code = ("import sys; from liveart.midi.ports import *\n"
            "port = open_input(find_port('nano', list_ports()[0]), 'nano')\n"
            "print('open', flush=True); sys.stdin.read()")
    with peer("nanoKONTROL2"):
        before = list_ports()
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "open\n"
            assert list_ports() == before
            other.communicate()


def test_no_port_is_opened_that_the_patch_does_not_name(midi_server: JackServer) -> None:
    desk = Desk()
    with peer("other") as other, peer("nanoKONTROL2"), listening(desk, NANO) as source:
        assert wait_for(lambda: desk.sees("nano"))
        other.send(bytes.fromhex("B0 15 05"))
        time.sleep(0.2)
        assert source.counts()["received"] == 0


def test_a_listener_that_fails_is_told_of_and_the_next_gesture_still_arrives(midi_server: JackServer) -> None:
    desk = Desk()
    taken: list[int] = []

    def hear(gestures: list[Gesture]) -> None:
        taken.append(gestures[-1].raw)
        if len(taken) == 1:
            raise ValueError("no such thing")

    with peer("nanoKONTROL2") as controller, listening(desk, NANO) as source:
        source._on_gesture = hear
        assert wait_for(lambda: desk.sees("nano"))
        for raw in (1, 2):
            controller.send(bytes((0xB0, 21, raw)))
            assert wait_for(lambda raw=raw: taken[-1:] == [raw])
    assert desk.troubles[0] == "MIDI was lost to ValueError: no such thing."


def test_a_driver_that_fails_is_told_of_and_the_other_controllers_play_on(midi_server: JackServer) -> None:
    desk = Desk()
    with peer("nanoKONTROL2") as controller, listening(desk, MidiDevice("pads", "nothing"), NANO) as source:
        source._controllers["pads"].hear = lambda now: bytes(-1)  # type: ignore[method-assign]
        assert wait_for(lambda: desk.sees("nano"))
        controller.send(bytes.fromhex("B0 15 05"))
        assert wait_for(lambda: desk.raws("cc 21") == [5])
    assert any(text.startswith("pads: MIDI can't be received: ValueError") for text in desk.troubles)


def test_ports_closed_in_a_flood_never_hang(midi_server: JackServer) -> None:
    with peer("nanoKONTROL2") as controller:
        name = find_port("nano", list_ports()[0])
        for _ in range(20):
            port = open_input(name)
            controller.burst(500)
            port.receive()
            port.close()
            assert not port.is_open
            assert port.receive() == []


def test_a_program_that_ends_with_open_ports_ends(midi_server: JackServer) -> None:
    code = ("from liveart.midi.ports import *\n"
            "inputs, outputs = list_ports()\n"
            "ports = [open_input(find_port('nano', inputs)), open_output(find_port('nano', outputs))]\n"
            "print('open')")
    with peer("nanoKONTROL2") as controller:
        controller.burst(100)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        assert (done.stdout, done.returncode) == ("open\n", 0), done.stderr
        assert wait_for(lambda: not any("liveart" in name for names in list_ports() for name in names))


def test_when_the_jack_server_ends_and_another_begins_the_controller_works_again(midi_server: JackServer) -> None:
    desk = Desk()
    with own_server(f"{midi_server.name}-2") as server, listening(desk, NANO) as source:
        with peer("nanoKONTROL2"):
            assert wait_for(lambda: desk.sees("nano"))
            server.stop()
            assert wait_for(lambda: not desk.sees("nano"))
        assert not source.send("nano", b"\xb0\x15\x40")
        assert any("no MIDI" in text for text in desk.troubles)
        server.process = start_jack(server.name, 256).process
        with peer("nanoKONTROL2") as controller:
            assert wait_for(lambda: desk.sees("nano"))
            controller.send(bytes.fromhex("B0 15 05"))
            assert wait_for(lambda: desk.raws("cc 21") == [5])


def test_a_port_that_is_gone_can_be_neither_opened_nor_sent_to(midi_server: JackServer) -> None:
    with peer("nanoKONTROL2"):
        port = open_output(find_port("nano", list_ports()[1]))
        port.close()
        port.close()
        with pytest.raises(PortError, match="is gone"):
            port.send(b"\xf8")
    with pytest.raises(PortError, match=r'the MIDI port "nano:port" is gone'):
        open_input("nano:port")


def test_a_machine_without_midi_is_told_so_and_the_source_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.path.exists("/dev/snd/seq") or sys.platform != "linux":
        pytest.skip("this machine has MIDI")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "none-of-this-name")
    with pytest.raises(PortError, match="this machine has no MIDI"):
        list_ports()
    desk = Desk()
    with listening(desk, NANO) as source:
        assert source.note() == "midi nano (not there)"
    assert desk.troubles[0].startswith("this machine has no MIDI")


def test_without_python_rtmidi_the_source_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    DESK.end()  # what an earlier test left
    with pytest.raises(NotInstalled, match=r"liveart\[midi\]"), listening(Desk(), NANO):
        pass


def test_a_source_without_controllers_opens_nothing() -> None:
    with listening(Desk()) as source:
        assert source.note() == ""
        assert source.ports() == []


NAMES = ["Launchpad Pro:Launchpad Pro MIDI 1 24:0", "Launchpad Pro:Launchpad Pro MIDI 2 24:1", "Midi Through:0 14:0",
         "nanoKONTROL2:nanoKONTROL2 _ CTRL 20:0", "nanoKONTROL:nanoKONTROL 28:0"]


@pytest.mark.parametrize(("part", "found"), [
    ("through", NAMES[2]), ("MIDI 2", NAMES[1]), ("nanokontrol2", NAMES[3]), ("nanoKONTROL:nanoKONTROL", NAMES[4]),
    ("nanoKONTROL2:nanoKONTROL2 _ CTRL 32:0", NAMES[3])])
def test_a_port_is_found_by_part_of_its_name_whatever_its_number(part: str, found: str) -> None:
    assert find_port(part, NAMES) == found


def test_a_part_that_fits_several_or_none_is_refused_with_the_names() -> None:
    with pytest.raises(PortError, match=r'fits 2 MIDI ports: "Launchpad Pro:Launchpad Pro MIDI 1 24:0" and'):
        find_port("launchpad", NAMES)
    with pytest.raises(PortError, match=r'no MIDI port fits "nanocontrol"'):
        find_port("nanocontrol", NAMES)
    with pytest.raises(PortError, match="There are none"):
        find_port("nano", [])
    assert fitting("x", NAMES) == []
