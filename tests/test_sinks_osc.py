"""The OSC sink: what changes on the board reaches another program, under its addresses, in bundles."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from boards import layout, put
from parts import needs
from pythonosc.osc_packet import OscPacket

from liveart.core.board import Board
from liveart.core.contract import Stage
from liveart.core.layout import Layout
from liveart.core.material import Picture, Values
from liveart.core.param import Param
from liveart.errors import PatchError, SinkError
from liveart.sinks.osc import OscSink
from liveart.sinks.osc_packet import LARGEST


class Receiver:
    """Another program: a UDP port, and what came there as (address, value), datagram by datagram."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(0.2)
        self.port = int(self._socket.getsockname()[1])
        self.sizes: list[int] = []

    def heard(self) -> list[tuple[str, Any]]:
        """Return all messages that came since the last look; a sender that never rests is cut off after two seconds."""
        found: list[tuple[str, Any]] = []
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            try:
                data = self._socket.recv(65535)
            except TimeoutError:
                return found
            self.sizes.append(len(data))
            found += [(timed.message.address, timed.message.params[0]) for timed in OscPacket(data).messages]
        return found

    def close(self) -> None:
        """Go away."""
        self._socket.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Another program on a port of its own."""
    one = Receiver()
    yield one
    one.close()


def values(board: Board, *changed: str, time: float = 0.0) -> Values:
    """Return what a show hands to a sink after `changed` have changed."""
    snapshot = board.snapshot()
    return Values(snapshot, {f"/liveart/{name}": snapshot[f"/liveart/{name}"] for name in changed}, time)


def opened(port: int, **settings: Any) -> OscSink:
    """Return an open sink that sends to a port of this machine."""
    sink = OscSink(port=port, **settings)
    sink.open(Stage())
    return sink


def test_mapped_addresses_go_out_under_their_own_names_in_native_units(receiver: Receiver) -> None:
    board = Board(layout())
    sink = opened(receiver.port, map={"p/tone": "/synth/1/freq", "/liveart/p/mood": "/mood", "p/hit": "/kick"})
    sink.send(values(board))
    assert receiver.heard() == [("/synth/1/freq", 440.0), ("/mood", "calm")]
    put(board, "p/tone", 880.0)
    put(board, "p/mood", "wild")
    put(board, "p/level", 0.9)
    put(board, "p/hit", 1)
    sink.send(values(board, "p/tone", "p/mood", "p/level", "p/hit"))
    assert receiver.heard() == [("/synth/1/freq", 880.0), ("/mood", "wild"), ("/kick", 1)]
    assert len(receiver.sizes) == 2  # one bundle a tick
    sink.close()


def test_norm_sends_fader_positions(receiver: Receiver) -> None:
    board = Board(layout())
    sink = opened(receiver.port, map={"p/steps": "/steps", "p/level": "/level"}, norm=True)
    put(board, "p/steps", 16)
    sink.send(values(board))
    assert receiver.heard() == [("/steps", 1.0), ("/level", 0.5)]
    sink.close()


def test_without_a_map_the_whole_state_goes_first_in_pieces_and_then_every_change(receiver: Receiver) -> None:
    board = Board(Layout.of([(f"p{k}", [Param(f"number_{j}", 0.5) for j in range(25)]) for k in range(2)]))
    sink = opened(receiver.port)
    sink.send(values(board))
    assert dict(receiver.heard()) == dict.fromkeys(board.layout.params, 0.5)
    assert len(receiver.sizes) == 3
    sink.send(values(board))
    assert receiver.heard() == []
    put(board, "p1/number_3", 0.75)
    sink.send(values(board, "p1/number_3"))
    sink.send(values(board, "p1/number_3"))  # told again, but no news
    assert receiver.heard() == [("/liveart/p1/number_3", 0.75)]
    assert max(receiver.sizes) <= LARGEST + 16
    sink.close()


def test_a_model_that_brings_other_addresses_has_its_state_told(receiver: Receiver) -> None:
    board = Board(layout())
    sink = opened(receiver.port, map={"q/level": "/level"})
    sink.send(values(board))
    assert receiver.heard() == []
    assert "not in this show" not in sink.note()  # a show that begins brings its addresses by and by
    with pytest.raises(SinkError, match="no value /liveart/q/level"):
        sink.send(values(board, time=11.0))
    sink.send(values(board, time=12.0))  # said once
    assert "not in this show: /liveart/q/level" in sink.note()
    board.relayout(layout(("q", (Param("level", 0.25),))), None)
    sink.send(values(board))
    assert receiver.heard() == [("/level", 0.25)]
    sink.close()


def test_each_beat_is_told_once_as_it_begins_though_nothing_changes(receiver: Receiver) -> None:
    board = Board(layout(), time=time.monotonic(), tempo=300.0)
    sink = opened(receiver.port, map={"p/hit": "/kick"}, beat="/beat")
    sink.send(values(board))
    time.sleep(1.1)
    sink.close()  # first: beats come as often as the receiver waits, so it would hear on and on
    heard = receiver.heard()
    assert heard == [("/beat", number) for number in range(len(heard))]
    assert len(heard) >= 5
    assert "osc beat" not in [thread.name for thread in threading.enumerate()]


def test_nobody_there_is_told_once_and_who_comes_later_gets_the_whole_state() -> None:
    first = Receiver()
    port = first.port
    first.close()
    board = Board(layout())
    sink = opened(port, map={"p/level": "/level", "p/tone": "/tone"})
    told = []
    for step in range(6):
        put(board, "p/level", step / 10)
        try:
            sink.send(values(board, "p/level"))
        except SinkError as error:
            told.append(str(error))
        time.sleep(0.01)
    assert len(told) == 1
    assert f"nobody receives OSC at 127.0.0.1:{port}." in told[0]
    assert sink.counts()["lost"] >= 4
    later = Receiver(port)
    for step in range(3):
        put(board, "p/level", 0.8 + step / 100)
        sink.send(values(board, "p/level"))
    heard = later.heard()
    assert ("/tone", 440.0) in heard
    assert [value for address, value in heard if address == "/level"][-1] == pytest.approx(0.82)
    later.close()
    sink.close()


@pytest.mark.parametrize("settings", [
    {"port": 0}, {"port": 70000}, {"port": "7000"}, {"port": True}, {"host": ""}, {"host": 5}, {"norm": "yes"},
    {"map": {}}, {"map": "p/level"}, {"map": {"p/level": "level"}}, {"map": {"p/level": "/le vel"}},
    {"map": {"p/level": "/a/*"}}, {"map": {"p/level": 3}}, {"map": {"p/level/norm": "/a"}}, {"map": {"": "/a"}},
    {"beat": "beat"}, {"beat": 4}, {"beat": "/"}])
def test_impossible_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(PatchError, match="OSC output"):
        OscSink(**{"port": 7000} | settings)


def test_an_unknown_host_is_refused_when_opened_and_it_can_be_closed_twice() -> None:
    sink = OscSink(host="no such host.invalid", port=7000)
    with pytest.raises(SinkError, match="can't reach"):
        sink.open(Stage())
    sink.close()
    sink.close()
    with pytest.raises(SinkError):
        sink.send(values(Board(layout())))


def test_it_takes_no_pictures(receiver: Receiver) -> None:
    import numpy as np

    sink = opened(receiver.port)
    with pytest.raises(SinkError):
        sink.send(Picture(np.zeros((2, 2, 3), np.uint8), 0.0, 0))
    sink.close()


def test_liblo_reads_the_bundles() -> None:
    port = Receiver()
    port.close()
    dump = subprocess.Popen([needs("oscdump"), "-L", str(port.port)], stdout=subprocess.PIPE, text=True)
    try:
        board = Board(layout())
        time.sleep(0.5)
        sink = opened(port.port, map={"p/level": "/one", "p/steps": "/two", "p/mood": "/three"})
        sink.send(values(board))
        assert dump.stdout is not None
        lines = [dump.stdout.readline().strip() for _ in range(3)]
        sink.close()
    finally:
        dump.terminate()
        dump.communicate()
    assert [line[line.index("/"):] for line in lines] == ["/one f 0.500000", "/two i 4", '/three s "calm"']
