"""Sinks that send control on: they get the newest of each value, nothing is lost, faults are told and retried."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from liveart.core.board import Board
from liveart.core.contract import Sink, Stage
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.material import Material, Values
from liveart.core.param import Param
from liveart.show import values_feed
from liveart.show.patch import PartSpec
from liveart.show.values_feed import ValuesFeed

LEVEL, HUE = "/liveart/a/level", "/liveart/a/hue"


class Log(Sink):
    """Keeps what came; fails when it is told to, holds when it is told to."""

    takes = frozenset({"values"})

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Values] = []
        self.fails = False
        self.holds = threading.Event()
        self.holds.set()
        self.is_closed = False

    def send(self, material: Material) -> None:
        assert isinstance(material, Values)
        self.holds.wait(5.0)
        if self.fails:
            raise OSError("the cable is out")
        self.heard.append(material)

    def close(self) -> None:
        self.is_closed = True


class Show:
    """A board, a sink that hears of it, and what was told."""

    def __init__(self) -> None:
        self.board = Board(Layout.of([("a", (Param("level"), Param("hue")))]))
        self.sink, self.told = Log(), list[str]()
        self.feed = ValuesFeed(self.sink, PartSpec("out", "log", {}), self.board, self.told.append)
        self.feed.open(Stage())

    def put(self, address: str, value: float) -> None:
        self.board.put(Event(address, value, time.monotonic(), "hand"))

    def last(self) -> dict[str, float]:
        """The newest value that each address was sent."""
        return {key: number for values in list(self.sink.heard) for key, number in values.changes.items()}


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10.0
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_changes_arrive_and_the_clock_comes_before_them() -> None:
    show = Show()
    until(lambda: len(show.sink.heard) > 0)
    assert show.sink.heard[0].changes == {}
    show.put(LEVEL, 0.3)
    until(lambda: show.last() == {LEVEL: 0.3})
    show.feed.close()
    assert show.sink.is_closed


def test_a_slow_sink_gets_the_newest_value_of_each_address() -> None:
    show = Show()
    until(lambda: len(show.sink.heard) > 0)
    show.sink.holds.clear()
    for step in range(1, 101):
        show.put(LEVEL, step / 100)
        show.put(HUE, step / 200)
    show.sink.holds.set()
    until(lambda: show.last() == {LEVEL: 1.0, HUE: 0.5})
    show.feed.close()
    assert len(show.sink.heard) < 50


def test_what_a_sink_could_not_take_goes_out_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values_feed, "RETRY", 0.05)
    show = Show()
    show.sink.fails = True
    show.put(LEVEL, 0.3)
    until(lambda: bool(show.told))
    assert "cable" in show.told[0]
    show.put(HUE, 0.7)
    show.sink.fails = False
    until(lambda: show.last() == {LEVEL: 0.3, HUE: 0.7})
    show.feed.close()


def test_what_lies_there_at_the_end_is_still_sent() -> None:
    show = Show()
    show.put(LEVEL, 0.9)
    show.feed.close()
    assert show.last() == {LEVEL: 0.9}


def test_a_sink_is_told_where_a_morph_has_come_to() -> None:
    show = Show()
    show.board.recall({LEVEL: 1.0}, Event("cue", 1, time.monotonic()), beats=1000.0, curve=1)
    show.put(HUE, 0.5)
    until(lambda: show.last() == {HUE: 0.5})
    show.feed.close()
    assert 0.0 < show.sink.heard[-1].snapshot[LEVEL] < 0.1


def test_what_comes_while_the_last_is_sent_goes_out_before_the_end() -> None:
    shows = [Show() for _ in range(5)]
    until(lambda: all(show.sink.heard for show in shows))
    for show in shows:
        show.put(LEVEL, 0.4)
        show.put(HUE, 0.6)
        show.feed.close()
    assert [show.last() for show in shows] == [{LEVEL: 0.4, HUE: 0.6}] * 5
