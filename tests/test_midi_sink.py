"""The midi sink: values as MIDI to another process, after replugging too, and to a synthesizer that is heard."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from jack_server import RATE, JackServer
from midi_peer import midi_server, peer, wait_for
from parts import absent, needs

from liveart.core.board import Board
from liveart.core.contract import Stage
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.material import Picture, Values
from liveart.core.param import Param
from liveart.errors import PatchError, SinkError
from liveart.sinks.midi import MidiSink, Route

__all__ = ["midi_server"]  # a fixture

SOUNDFONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")


class Show:
    """A board whose changes go to a sink."""

    def __init__(self, sink: MidiSink) -> None:
        self.board = Board(Layout.of([("paint", [Param("hue"), Param("depth", low=10.0, high=20.0, default=10.0),
                                                 Param("mirror", False, kind="bool"), Param("next", kind="trigger")])]))
        self.sink = sink

    def put(self, now: float = 0.0, **values: float) -> None:
        """Set values of the player "paint" and let the sink know at `now`."""
        changes = {f"/liveart/paint/{name}": value for name, value in values.items()}
        self.board.put_all(Event(address, value, 0.0) for address, value in changes.items())
        snapshot = self.board.snapshot()
        self.sink.send(Values(snapshot, {address: snapshot[address] for address in changes}, now))


@contextmanager
def playing(**routes: str) -> Iterator[Show]:
    """Return a show whose sink sends to a port called "synth"."""
    sink = MidiSink("synth", {f"paint/{name}": text for name, text in routes.items()})
    sink.open(Stage())
    try:
        yield Show(sink)
    finally:
        sink.close()
        sink.close()


def test_values_reach_another_process_by_their_fader_position(midi_server: JackServer) -> None:
    with peer("synth") as synth, playing(hue="cc 21 ch 2", depth="cc14 1", mirror="note 36", next="note 40") as show:
        show.put(hue=1.0, depth=20.0)
        show.put(mirror=1)
        show.put(next=1)
        expected = bytes.fromhex("B1 15 7F B0 01 7F B0 21 7F 90 24 00 90 24 7F 90 28 7F 90 28 00")
        assert wait_for(lambda: synth.received == expected), synth.received.hex(" ")
        show.put(hue=0.999)  # the same step of the knob: nothing to send
        show.put(hue=0.0)
        assert wait_for(lambda: synth.received == expected + bytes.fromhex("B1 15 00"))
        assert show.sink.counts() == {"sent": 6}
        assert show.sink.note() == "synth:port"


def test_a_port_that_comes_back_is_told_all_values_and_no_old_trigger(midi_server: JackServer) -> None:
    with peer("synth") as synth, playing(hue="cc 21", mirror="cc 22", next="cc 23") as show:
        show.put(hue=1.0)
        assert wait_for(lambda: len(synth.received) == 6)
        synth.unplug()
        assert wait_for(lambda: show.sink.note() == "waiting for synth")
        with pytest.raises(SinkError, match="is gone; it comes back by itself"):
            wait_for(lambda: show.put(mirror=1))
        show.put(next=1)  # said once
        synth.received = b""
        synth.plug()
        assert wait_for(lambda: synth.received == bytes.fromhex("B0 15 7F B0 16 7F")), synth.received.hex(" ")


def test_a_port_that_is_not_there_at_the_start_is_a_word_and_no_failure(midi_server: JackServer) -> None:
    with playing(hue="cc 21") as show:
        with pytest.raises(SinkError, match='no MIDI output fits "synth" yet'):
            show.put(hue=1.0)
        with peer("synth") as synth:
            assert wait_for(lambda: synth.received == bytes.fromhex("B0 15 7F"))


def test_an_address_that_stays_away_is_told_once_and_the_others_go_on(midi_server: JackServer) -> None:
    with peer("synth") as synth, playing(hue="cc 21", huge="cc 22") as show:
        assert wait_for(lambda: show.sink.note() == "synth:port")
        time.sleep(0.3)
        show.put(now=1.0, hue=1.0)  # models may still be loading
        with pytest.raises(SinkError, match=r'/liveart/paint/huge to send. Did you mean "/liveart/paint/hue"'):
            show.put(now=20.0, hue=0.0)
        show.put(now=40.0, hue=1.0)
        assert wait_for(lambda: synth.received == bytes.fromhex("B0 15 7F B0 15 00 B0 15 7F"))


def test_pictures_are_none_of_its_business() -> None:
    MidiSink("synth", {"paint/hue": "cc 21"}).send(Picture(np.zeros((1, 1, 3), np.uint8), 0.0, 0))


@pytest.mark.parametrize(("target", "text", "word"), [
    ("paint/hue", "cd 21", "no control"), ("paint/hue", "cc 21 ch 17", "1 to 16"),
    ("paint/hue", "cc 21 ch x", "1 to 16"), ("paint/hue", 21, "cc 21")])
def test_a_map_that_makes_no_sense_is_refused(target: str, text: str, word: str) -> None:
    with pytest.raises(PatchError, match=word):
        MidiSink("synth", {target: text})


def test_a_sink_needs_a_name_and_a_map() -> None:
    with pytest.raises(PatchError, match="part of its port's name"):
        MidiSink("", {"paint/hue": "cc 21"})
    with pytest.raises(PatchError, match="sends nothing"):
        MidiSink("synth", {})
    assert Route.of("/liveart/clock/tempo", "cc  21  ch 3") == Route("/liveart/clock/tempo", "cc 21", 3)


def test_a_synthesizer_plays_the_note_that_the_sink_sends(midi_server: JackServer) -> None:
    program = needs("fluidsynth")
    if not SOUNDFONT.exists():
        absent("no soundfont: apt-get install timgm6mb-soundfont")
    command = [program, "-q", "-a", "jack", "-m", "jack", "-r", str(RATE), "-o", "midi.jack.id=synth", str(SOUNDFONT)]
    # It plays until its input ends: nobody writes there.
    synth = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with playing(hue="note 69") as show:
            assert wait_for(lambda: show.sink.note().startswith("synth"))
            # The ear listens in Python, which rtmidi holds while it opens or closes a port: one after the other.
            with midi_server.ear() as ear:
                assert ear.connect()
                show.put(hue=1.0)
                assert wait_for(lambda: np.abs(ear.heard()).max(initial=0.0) > 0.01)
                time.sleep(1.2)
                heard = ear.heard()[:, 0]
    finally:
        synth.terminate()
        synth.communicate(timeout=10)
    loud = heard[np.flatnonzero(np.abs(heard) > 0.01)[0] :][: RATE]
    spectrum = np.abs(np.fft.rfft(loud * np.hanning(len(loud))))
    pitch = np.argmax(spectrum) * RATE / len(loud)
    assert abs(pitch - 440.0) < 3.0
