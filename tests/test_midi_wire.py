"""MIDI on the wire: controls by name, messages for them and back, and the driver's time."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.errors import PatchError
from liveart.midi.driver_time import DriverTime
from liveart.midi.parse import Parser
from liveart.midi.wire import bend_position, bend_raw, message_for, messages, note_off, parse_control

CONTROLS = ("cc 21", "cc14 1", "nrpn 1300", "rpn 2", "note 36", "poly 36", "bend", "pressure", "program", "song")


@given(st.sampled_from(CONTROLS), st.integers(1, 16), st.floats(0.0, 1.0))
def test_what_is_sent_comes_back_as_the_same_control_and_position(control: str, channel: int, position: float) -> None:
    parser = Parser()
    parser.feed(message_for(control, channel, position), 0.0)
    back = [gesture for gesture in parser.take().gestures if gesture.control == control][-1]
    assert abs(back.value - position) <= 0.51 / back.steps
    assert back.channel == (0 if control == "song" else channel)


@given(st.integers(0, 16383))
def test_every_bend_survives_the_way_through_a_position(raw: int) -> None:
    assert bend_raw(bend_position(raw)) == raw


def test_positions_are_clipped_and_channel_0_counts_as_1() -> None:
    assert message_for("cc 21", 0, 2.0) == bytes.fromhex("B0 15 7F")
    assert message_for("cc 21", 2, -1.0) == bytes.fromhex("B1 15 00")
    assert message_for("cc 21", 2, math.nan) == bytes.fromhex("B1 15 00")
    assert note_off(10, 36) == bytes.fromhex("89 24 40")


def test_several_messages_are_given_to_the_driver_one_by_one() -> None:
    sysex = bytes.fromhex("F0 01 02 F7")
    data = message_for("nrpn 1300", 1, 1.0) + sysex + bytes.fromhex("F8 C0 05 F2 01 02 F6")
    assert b"".join(messages(data)) == data
    assert [len(message) for message in messages(data)] == [3, 3, 3, 3, 4, 1, 2, 3, 1]
    assert messages(bytes.fromhex("F0 01")) == [bytes.fromhex("F0 01")]


@pytest.mark.parametrize(("text", "word"), [
    ("cd 21", '"cc"'), ("cc", "0 to 127"), ("cc 128", "0 to 127"), ("cc14 32", "0 to 31"), ("note -1", "0 to 127"),
    ("bend 3", '"bend"'), ("cc 2²", "0 to 127"), ("", ""), ("cc " + "9" * 5000, ""), ("key space", ""),
    ("notes", "note"), ("/fader/1", "")])
def test_what_is_no_control_is_refused_with_what_would_be_one(text: str, word: str) -> None:
    with pytest.raises(PatchError, match=r"is no (MIDI )?control") as found:
        parse_control(text)
    assert word in str(found.value)


def test_messages_get_the_drivers_time_and_not_that_of_their_fetching() -> None:
    clock = DriverTime()
    came = [0.02 * place for place in range(200)]
    late = [0.0, 0.004, 0.009, 0.001]
    stamps = [clock.stamp(0.02 if place else 0.0, 5.0 + time + late[place % 4]) for place, time in enumerate(came)]
    errors = [stamp - 5.0 - time for stamp, time in zip(stamps, came, strict=True)]
    assert max(map(abs, errors)) < 1e-9


@given(st.lists(st.tuples(st.floats(allow_nan=True, allow_infinity=True), st.floats(0.0, 100.0)), max_size=50))
def test_a_driver_whose_time_is_nonsense_never_moves_a_message_far_or_backwards(
        steps: list[tuple[float, float]]) -> None:
    clock, now, last = DriverTime(), 1000.0, 0.0
    for delta, pause in steps:
        now += pause
        stamp = clock.stamp(delta, now)
        assert now - 1.0 <= stamp <= now
        assert stamp >= last
        last = stamp


def test_a_driver_that_stood_still_is_followed_again_after_some_seconds() -> None:
    clock = DriverTime()
    now = 0.0
    for _ in range(100):
        clock.stamp(0.1, now := now + 0.1)
    clock.stamp(0.1, now := now + 0.6)  # half a second that the driver did not see
    for _ in range(50):
        stamp = clock.stamp(0.1, now := now + 0.1)
    assert abs(stamp - now) < 1e-6
