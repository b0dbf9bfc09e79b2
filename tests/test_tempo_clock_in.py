"""A show that follows a MIDI clock: it is drawn to it seldom and softly, and goes on when the clock does not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from boards import layout
from ticks import PER_BEAT, jittered, ticks

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.sources.clock_in import ClockIn
from liveart.sources.show_clock import ShowClock


class Desk:
    """A board at 100 beats a minute from second 100 on, a clock that follows "nano", and what it put."""

    def __init__(self, nudge: float = 0.0) -> None:
        self.board = Board(layout(), 100.0, 100.0)
        self.batches: list[list[Event]] = []
        self.clock = ClockIn(self.board, "nano", nudge)
        self.clock.open(self.put)

    def put(self, events: list[Event]) -> list[object]:
        self.batches.append(events)
        return list(self.board.put_all(events))

    def hear(self, times: Iterable[float]) -> None:
        for time in times:
            self.clock.on_clock("nano", "clock", 0, time)

    def say(self, kind: str, time: float, value: int = 0) -> None:
        self.clock.on_clock("nano", kind, value, time)

    def off(self, beat: float, time: float) -> float:
        """Return by how many seconds the show is off a beat."""
        snapshot = self.board.snapshot()
        return (snapshot.beat(time) - beat) * 60.0 / snapshot.tempo


def test_from_start_on_the_show_is_at_the_beat_of_the_song() -> None:
    desk, sent = Desk(), ticks((120.0, 20), start=107.3)
    desk.say("start", 107.29)
    desk.hear(sent[:1])
    assert desk.board.snapshot().beat(sent[0]) == pytest.approx(0.0, abs=1e-9)  # at once
    desk.hear(sent[1:])
    assert desk.board.snapshot().tempo == pytest.approx(120.0, abs=0.02)
    assert abs(desk.off(20.0, sent[-1] + 60 / 120 / 24)) < 0.4e-3


def test_under_jitter_the_show_itself_stays_within_half_a_millisecond_and_is_not_told_often() -> None:
    off = []
    for seed in range(3):
        desk, sent = Desk(), ticks((120.0, 120), start=100.0)
        desk.say("start", 99.99)
        for number, (true, came) in enumerate(zip(sent, jittered(sent, 0.003, seed, "uniform"), strict=True)):
            desk.hear([came])
            if number > 30 * PER_BEAT:
                off.append(desk.off(number / PER_BEAT, true))
        assert len(desk.batches) < 0.5 * len(sent)
        times = [batch[0].time for batch in desk.batches]
        assert min(np.diff(times)[20 * PER_BEAT :], default=1.0) > 0.05
    assert np.percentile(np.abs(off), 95) < 0.5e-3


def test_a_batch_has_the_tempo_first_and_an_origin_that_is_no_hand() -> None:
    desk = Desk()
    desk.say("start", 100.0)
    desk.hear(ticks((120.0, 4)))
    whole = next(batch for batch in desk.batches if len(batch) == 2)
    assert [event.address for event in whole] == ["/liveart/clock/tempo", "/liveart/clock/beat"]
    assert {event.origin for batch in desk.batches for event in batch} == {"clock midi"}
    assert desk.board.snapshot().received_ns == 0


def test_a_clock_without_start_gives_the_tempo_and_leaves_the_beat_where_it_is() -> None:
    desk = Desk()
    desk.hear(ticks((120.0, 30), start=110.0))
    assert desk.board.snapshot().tempo == pytest.approx(120.0, abs=0.02)
    before = desk.board.snapshot().beat(125.0)
    assert before == pytest.approx(10.0 / 0.6 + 30.0, abs=0.2)
    desk.board.put(Event("/liveart/clock/beat", 7.0, 125.0, "tap"))  # a hand puts it elsewhere: there it stays
    desk.hear(ticks((120.0, 30), start=125.0))
    assert desk.board.snapshot().beat(140.0) == pytest.approx(37.0, abs=0.01)


def test_song_position_and_continue_take_the_show_there_at_once_and_stop_lets_it_go_on() -> None:
    desk, sent = Desk(), ticks((120.0, 12))
    desk.hear(sent[:96])
    desk.say("position", sent[95], 64)
    desk.say("continue", sent[95])
    desk.hear(sent[96:97])
    assert desk.board.snapshot().beat(sent[96]) == pytest.approx(16.0, abs=1e-3)
    desk.hear(sent[97:192])
    desk.say("stop", sent[191])
    desk.hear(sent[192:])
    assert desk.clock.state(sent[-1])["state"] == "stopped"
    assert desk.board.snapshot().beat(sent[-1]) == pytest.approx(16.0 + (len(sent) - 97) / 24, abs=0.01)


def test_a_nudge_holds_the_show_behind_the_clock() -> None:
    desk, sent = Desk(nudge=20.0), ticks((120.0, 20))
    desk.say("start", sent[0])
    desk.hear(sent)
    assert desk.off((len(sent) - 1) / 24, sent[-1]) == pytest.approx(-0.020, abs=0.5e-3)


def test_a_lost_clock_is_told_once_the_tempo_is_held_and_its_return_is_told() -> None:
    desk, sent = Desk(), ticks((120.0, 8))
    desk.say("start", 100.0)
    desk.hear(sent)
    assert desk.clock.news(sent[-1]) == ""
    assert desk.clock.news(sent[-1] + 1.0) == 'the clock of "nano" is lost. The tempo is held at 120.0.'
    assert desk.clock.news(sent[-1] + 2.0) == ""
    assert desk.board.snapshot().tempo == pytest.approx(120.0, abs=0.02)
    desk.hear(sent + 10.0)
    assert desk.clock.news(sent[-1] + 10.0) == 'the clock of "nano" is back.'


def test_a_tempo_that_no_show_can_have_is_told_and_not_followed() -> None:
    desk = Desk()
    desk.say("start", 100.0)
    sent = ticks((400.0, 8))
    desk.hear(sent)
    assert "400.0 beats a minute; 20 to 300 can be followed" in desk.clock.news(sent[-1])
    assert desk.clock.news(sent[-1]) == ""
    assert desk.board.snapshot().tempo == 100.0


def test_the_clocks_of_other_controllers_and_a_closed_one_are_left_alone() -> None:
    desk = Desk()
    for time in ticks((120.0, 4)):
        desk.clock.on_clock("keys", "clock", 0, time)
    assert desk.batches == []
    desk.clock.close()
    desk.hear(ticks((120.0, 4)))
    assert desk.batches == []


def test_a_show_that_is_near_enough_is_left_alone_and_a_small_fault_waits_for_its_turn() -> None:
    board, put = Board(layout(), 0.0, 120.0), []
    show = ShowClock(board, "clock test")
    assert not show.draw(put.append, 120.005, 20.0001, 10.0)
    assert show.draw(put.append, 120.0, 20.01, 10.0)
    assert not show.draw(put.append, 120.0, 20.05, 10.01)  # 5 ms off, just after the last
    assert show.draw(put.append, 120.0, 20.5, 10.02)  # a jump can't wait
    assert [len(batch) for batch in put] == [1, 1]
