"""MIDI clock out: every tick in its place, Start and Song Position at bar lines, Stop when the show freezes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from boards import layout
from hypothesis import given, settings
from hypothesis import strategies as st

from liveart.core.board import Board
from liveart.core.contract import Stage
from liveart.core.material import Values
from liveart.errors import PatchError, SinkError
from liveart.midi.clock_out import CLOCK, CONTINUE, START, STOP, ClockOut
from liveart.midi.follow import Follower
from liveart.midi.ports import OutputPort
from liveart.midi.wire import messages
from liveart.sinks import midi_clock
from liveart.sinks.midi_clock import MidiClockSink


@dataclass(frozen=True)
class Show:
    """A show at `at` beats at second 0."""

    tempo: float = 120.0
    at: float = 0.0
    is_frozen: bool = False

    def beat(self, time: float) -> float:
        return self.at + time * self.tempo / 60.0


def play(clock: ClockOut, now: float, until: float) -> list[tuple[float, bytes]]:
    """Let time pass to each tick; return what is sent when."""
    sent = []
    while now + clock.wait(now) < until:
        now += max(clock.wait(now), 0.0) + 1e-9
        sent += [(now, message) for message in messages(clock.due(now))]
    return sent


def test_ticks_come_24_a_beat_and_the_song_starts_at_the_first_bar_line() -> None:
    clock = ClockOut()
    assert clock.wait(0.0) == float("inf")
    clock.update(Show(at=-1.0), 0.0)
    sent = play(clock, 0.0, 2.0)
    assert [message for _, message in sent].count(CLOCK) == 95
    start = next(place for place, (_, message) in enumerate(sent) if message == START)
    assert sent[start][0] == pytest.approx(0.5)
    assert sent[start + 1] == (sent[start][0], CLOCK)  # beat 0 is the tick that follows
    assert np.diff([now for now, message in sent if message == CLOCK]) == pytest.approx(1 / 48)


def test_later_in_the_song_receivers_are_put_to_the_place_and_go_on() -> None:
    clock = ClockOut()
    clock.update(Show(at=1000.3), 0.0)
    sent = play(clock, 0.0, 3.0)
    place = next(place for place, (_, message) in enumerate(sent) if message[0] == 0xF2)
    assert sent[place][1] == bytes((0xF2, 4016 & 127, 4016 >> 7))  # beat 1004, a bar line
    assert [message for _, message in sent[place + 1 : place + 3]] == [CONTINUE, CLOCK]
    clock.update(Show(at=4096.0 * 3 - 0.5), 0.0)  # a song has 4096 beats, then it begins anew
    assert START in [message for _, message in play(clock, 0.0, 2.0)]


def test_a_jump_of_the_show_stops_the_song_and_goes_on_from_the_next_beat() -> None:
    clock = ClockOut()
    clock.update(Show(at=-0.5), 0.0)
    play(clock, 0.0, 2.0)
    assert clock.update(Show(at=37.2), 2.0) == STOP
    sent = play(clock, 2.0, 4.0)
    assert [message[0] for _, message in sent if message != CLOCK] == [0xF2, CONTINUE[0]]
    follower = Follower()
    for now, message in sent:
        if message == CLOCK:
            follower.tick(now)
        elif message == CONTINUE:
            follower.cont()
        else:
            follower.position(message[1] | message[2] << 7)
    assert follower.beat(4.0) == pytest.approx(Show(at=37.2).beat(4.0), abs=1e-6)


def test_a_frozen_show_stops_the_song_and_keeps_the_ticks() -> None:
    clock = ClockOut()
    clock.update(Show(at=-0.5), 0.0)
    play(clock, 0.0, 2.0)
    assert clock.update(Show(at=-0.5, is_frozen=True), 2.0) == STOP
    assert {message for _, message in play(clock, 2.0, 3.0)} == {CLOCK}
    assert clock.update(Show(at=-0.5), 3.0) == b""
    assert CONTINUE in [message for _, message in play(clock, 3.0, 4.0)]
    assert clock.end() == STOP
    assert clock.end() == b""


def test_after_a_hold_up_a_few_ticks_are_made_up_and_many_are_a_jump() -> None:
    clock = ClockOut()
    clock.update(Show(at=-0.01), 0.0)
    play(clock, 0.0, 1.0)
    made_up = 0
    while clock.wait(1.1) <= 0.0:
        assert clock.due(1.1) == CLOCK
        made_up += 1
    assert made_up == 5
    assert clock.due(2.0) == STOP
    assert 0.0 < clock.wait(2.0) <= 1 / 48
    assert CONTINUE in [message for _, message in play(clock, 2.0, 3.0)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(20.0, 300.0), st.floats(-0.04, 0.04), st.floats(0.01, 2.0)), max_size=12))
def test_small_corrections_and_new_tempos_neither_lose_nor_double_a_tick(
        moves: list[tuple[float, float, float]]) -> None:
    clock, show, now = ClockOut(), Show(at=-0.01), 0.0
    clock.update(show, 0.0)
    ticks, furthest = 0, 0.0  # a beat that is set back waits for what was sent already
    for tempo, correction, wait in moves:
        beat = show.beat(now) + correction
        show = Show(tempo, beat - now * tempo / 60.0)
        assert clock.update(show, now) == b""
        sent = play(clock, now, now + wait)
        ticks += sum(message == CLOCK for _, message in sent)
        now += wait
        furthest = max(furthest, show.beat(now))
    assert ticks == pytest.approx((furthest + 0.01) * 24, abs=2.1)


class FakePlug:
    """Stands for a port that is there, or not; `sent` collects what goes out."""

    def __init__(self, owner: str, part: str, direction: str) -> None:
        self.name = f"{part} port"
        self.port: FakePort | None = FakePort()


class FakePort(OutputPort):
    def __init__(self) -> None:
        self.sent: list[tuple[float, bytes]] = []

    def send(self, data: bytes) -> None:
        self.sent += [(time.monotonic(), message) for message in messages(data)]


class FakeHotplug:
    def __init__(self, plugs: list[FakePlug], on_change: Callable[[list[FakePlug]], None],
                 tell: Callable[[str], None]) -> None:
        self.change, self.tell = on_change, tell

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> MidiClockSink:
    monkeypatch.setattr(midi_clock, "Plug", FakePlug)
    monkeypatch.setattr(midi_clock, "Hotplug", FakeHotplug)
    return MidiClockSink("drums", bar=1)


def test_the_sink_sends_the_clock_of_the_newest_values_and_stops_at_the_end(sink: MidiClockSink) -> None:
    board = Board(layout(), time.monotonic(), 300.0)
    port = sink._plug.port
    sink.open(Stage())
    sink.send(Values(board.snapshot(), {}, time.monotonic()))
    while sink.counts()["ticks"] < 40:
        time.sleep(0.01)
    sink.close()
    sink.close()
    words = [message for _, message in port.sent]
    assert words.count(CLOCK) >= 40
    assert CONTINUE in words
    assert words[-1] == STOP
    assert sink.note() == "drums port"


def test_a_port_that_comes_back_is_started_anew_and_its_absence_is_told_once(sink: MidiClockSink) -> None:
    board = Board(layout(), time.monotonic(), 300.0)
    sink.open(Stage())
    sink._hotplug.tell("midi clock: gone.")
    with pytest.raises(SinkError, match="gone"):
        sink.send(Values(board.snapshot(), {}, time.monotonic()))
    sink.send(Values(board.snapshot(), {}, time.monotonic()))
    sink._plug.port = FakePort()
    sink._hotplug.change([])
    while CONTINUE not in [message for _, message in sink._plug.port.sent]:
        time.sleep(0.01)
    sink.close()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x", "nudge": float("nan")}, {"name": "x", "bar": 0}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(PatchError):
        MidiClockSink(**wrong)
