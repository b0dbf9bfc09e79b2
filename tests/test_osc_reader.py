"""From datagrams to events, without a socket: values, patterns, time tags, counters that add up."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osc_peer import PARAMS, bundle, make_board, message

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.sources.osc_inbox import Sender
from liveart.sources.osc_reader import Reader
from liveart.sources.osc_schedule import HORIZON, MAX_WAITING, Schedule
from liveart.sources.osc_tally import Sayings, Tally

SENDER = ("127.0.0.1", 5123)


class Desk:
    """A reader with all that it says."""

    def __init__(self, board: Board | None = None, **settings: Any) -> None:
        self.said: list[str] = []
        self.words: list[tuple[str, Any, Sender]] = []
        self.board = board or make_board()
        self.tally = Tally(self.said.append)
        self.reader = Reader(self.board, self.tally, lambda *word: self.words.append(word), **settings)

    def read(self, data: bytes, now: float = 100.0) -> list[Event]:
        return self.reader.read(data, SENDER, now)


def test_a_message_becomes_an_event_with_its_moment_and_origin() -> None:
    events = Desk().read(message("/liveart/paint/opacity", ("f", 0.5)), now=7.0)
    assert events == [Event("/liveart/paint/opacity", 0.5, 7.0, "osc 127.0.0.1:5123")]


@pytest.mark.parametrize(("tag", "value"), [("f", 0.25), ("i", 1), ("d", 0.25), ("h", 1), ("T", True)])
def test_the_second_message_of_a_kind_is_read_like_the_first(tag: str, value: Any) -> None:
    """The table of known first bytes must change nothing but the speed."""
    desk = Desk()
    first = desk.read(message("/liveart/paint/opacity", (tag, value)))
    desk.read(message("/liveart/paint/opacity", ("f", 0.75)))
    assert desk.read(message("/liveart/paint/opacity", (tag, value))) == first


def test_a_double_that_looks_like_a_type_tag_is_not_taken_for_one() -> None:
    desk = Desk()
    tricky = b"/liveart/paint/opacity\0\0,d\0\0" + b",f\0\0" + b"\x3f\0\0\0"
    before = desk.read(tricky)
    assert desk.read(tricky) == before


def test_a_bundle_comes_out_whole_and_in_order() -> None:
    data = bundle(message("/liveart/paint/seed", ("f", 3.0)), message("/liveart/paint/strike"),
                  bundle(message("/liveart/paint/blend", ("s", "add"))))
    assert [(event.address, event.value) for event in Desk().read(data)] == [
        ("/liveart/paint/seed", 3.0), ("/liveart/paint/strike", None), ("/liveart/paint/blend", "add")]


def test_a_pattern_gives_an_event_for_each_address_and_follows_a_new_layout() -> None:
    desk = Desk(make_board("paint", "nebula"))
    data = message("/liveart/*/opacity", ("f", 0.5))
    assert [event.address for event in desk.read(data)] == ["/liveart/paint/opacity", "/liveart/nebula/opacity"]
    desk.board.relayout(Layout.of([("tide", PARAMS)]), None)
    assert [event.address for event in desk.read(data)] == ["/liveart/tide/opacity"]


def test_a_pattern_without_a_match_is_said_and_counted_as_unknown() -> None:
    desk = Desk()
    assert desk.read(message("/liveart/nobody/*", ("f", 0.5))) == []
    assert desk.tally.counts["unknown"] == 1
    assert "/liveart/nobody/*" in desk.said[0]


def test_an_address_that_appears_with_a_new_layout_is_no_longer_unknown() -> None:
    desk = Desk()
    data = message("/liveart/tide/opacity", ("f", 0.5))
    for _ in range(3):
        desk.read(data)
    desk.board.relayout(Layout.of([("tide", PARAMS)]), None)
    assert len(desk.read(data)) == 1
    assert len(desk.read(data)) == 1


def test_a_flood_of_unknown_addresses_reaches_the_board_only_a_few_times() -> None:
    """Finding the nearest name costs milliseconds; the counter has them all."""
    desk = Desk()
    given_on = sum(len(desk.read(message(f"/liveart/wrong/{n}", ("f", 0.5)))) for n in range(500))
    assert given_on < 50
    assert desk.tally.counts["received"] == 500
    assert desk.tally.counts["unknown"] == 500 - given_on


def test_the_same_garbage_is_said_once_and_counted_each_time() -> None:
    desk = Desk()
    for _ in range(100):
        desk.read(b"garbage!")
    assert desk.tally.counts["refused"] == 100
    assert len(desk.said) <= 2
    assert "127.0.0.1:5123" in desk.said[0]


def test_a_future_bundle_waits_and_a_past_one_is_late_but_applied() -> None:
    desk = Desk()
    moment = time.time()
    assert desk.read(bundle(message("/liveart/paint/opacity", ("f", 0.1)), when=moment + 5.0), now=100.0) == []
    assert len(desk.read(bundle(message("/liveart/paint/opacity", ("f", 0.2)), when=moment - 5.0))) == 1
    assert desk.tally.counts["late"] == 1
    assert desk.reader.schedule.waiting == 1
    assert desk.reader.schedule.take(104.0) == []
    (event,) = desk.reader.schedule.take(105.5)
    assert event.time == pytest.approx(105.0, abs=0.5)
    assert event.value == pytest.approx(0.1)


def test_time_tags_can_be_ignored() -> None:
    desk = Desk(ignore_time_tags=True)
    assert len(desk.read(bundle(message("/liveart/paint/opacity", ("f", 0.1)), when=time.time() + 3600))) == 1


def test_a_bundle_from_a_clock_far_ahead_is_dropped_and_said() -> None:
    desk = Desk()
    assert desk.read(bundle(message("/liveart/paint/opacity", ("f", 0.1)), when=time.time() + HORIZON + 60)) == []
    assert desk.tally.counts["dropped"] == 1
    assert "ignore_time_tags" in desk.said[0]


def test_the_schedule_keeps_order_and_its_cap() -> None:
    schedule = Schedule()
    events = [Event(f"/e{n}", n, 0.0) for n in range(3)]
    assert schedule.add(3.0, [events[2]], 0.0)
    assert schedule.add(1.0, [events[0]], 0.0)
    assert schedule.add(1.0, [events[1]], 0.0)
    assert not schedule.add(2.0, [events[0]] * (MAX_WAITING - 2), 0.0)
    assert not schedule.add(HORIZON + 1.0, [events[0]], 0.0)
    assert schedule.pause(0.0, 5.0) == 1.0
    assert schedule.take(2.0) == events[:2]
    assert schedule.clear() == 1
    assert schedule.pause(0.0, 5.0) == 5.0


def test_fixed_words_are_handed_over_and_give_no_events() -> None:
    desk = Desk()
    assert desk.read(message("/liveart/listen", ("i", 9001))) == []
    assert desk.words == [("/liveart/listen", 9001, SENDER)]


def test_sayings_let_each_thing_through_once_a_second_and_few_in_all() -> None:
    sayings = Sayings(most=2)
    assert [sayings.allow(key, 0.0) for key in "aabbc"] == [True, False, True, False, False]
    assert sayings.allow("a", 1.0)


arguments = st.one_of(st.floats(width=32), st.integers(-(1 << 31), (1 << 31) - 1), st.text("abc", max_size=4),
                      st.booleans(), st.none(), st.binary(min_size=1, max_size=9))
addresses = st.sampled_from(["/liveart/paint/opacity", "/liveart/paint/strike", "/liveart/paint/blend/norm",
                             "/liveart/paint/blend", "/liveart/*/seed", "/liveart/x/*", "/liveart/paint/opacty", "/["])
TAGS = {float: "f", int: "i", str: "s", bytes: "b", type(None): "N"}


def tagged(value: Any) -> tuple[str, Any]:
    return ("T" if value else "F", value) if isinstance(value, bool) else (TAGS[type(value)], value)


messages = st.builds(lambda address, values: message(address, *map(tagged, values)), addresses,
                     st.lists(arguments, max_size=2))
datagrams = st.one_of(messages, st.binary(max_size=60), st.builds(
    lambda parts, ahead: bundle(*parts, when=time.time() + ahead), st.lists(messages, max_size=4),
    st.sampled_from([-100.0, 0.0, 5.0, 100.0])))


@given(st.lists(datagrams, max_size=12))
def test_whatever_comes_the_counters_add_up(stream: list[bytes]) -> None:
    """received = what the board judged + refused + unknown + dropped + waiting, for any stream of datagrams."""
    desk = Desk(Board(Layout.of([("paint", [*PARAMS, Param("extra")])])))
    judged = sum(len(desk.board.put_all(desk.read(data))) for data in stream)
    counts = desk.tally.counts
    rest = counts["refused"] + counts["unknown"] + counts["dropped"] + desk.reader.schedule.waiting
    assert counts["received"] == judged + rest
