"""The parser of a MIDI device: every kind of message as a gesture, 14-bit values whole, noise harmless."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.gesture import Gesture
from liveart.midi.parse import Heard, Parser
from liveart.midi.wire import FINE, message_for


def heard(*pieces: bytes, is_mpe: bool = False, flush_at: float = 1.0) -> Heard:
    """Return what a fresh parser makes of pieces that come all at time 0."""
    parser = Parser("nano", is_mpe)
    for piece in pieces:
        parser.feed(piece, 0.0)
    parser.flush(flush_at)
    return parser.take()


def only(*pieces: bytes) -> Gesture:
    """Return the one gesture that the pieces make."""
    gestures = heard(*pieces).gestures
    assert len(gestures) == 1, gestures
    return gestures[0]


def of(control: str, gestures: list[Gesture]) -> list[int]:
    """Return the raw numbers of one control's gestures, in order."""
    return [gesture.raw for gesture in gestures if gesture.control == control]


@pytest.mark.parametrize(("data", "control", "value", "raw", "steps", "channel", "sort"), [
    ("B0 15 40", "cc 21", 64 / 127, 64, 127, 1, "position"),
    ("BF 7F 7F", "cc 127", 1.0, 127, 127, 16, "position"),
    ("90 24 7F", "note 36", 1.0, 127, 127, 1, "button"),
    ("90 24 00", "note 36", 0.0, 0, 127, 1, "button"),
    ("81 24 40", "note 36", 0.0, 0, 127, 2, "button"),
    ("A0 24 7F", "poly 36", 1.0, 127, 127, 1, "position"),
    ("D2 7F", "pressure", 1.0, 127, 127, 3, "position"),
    ("E0 00 40", "bend", 0.5, 8192, 16383, 1, "position"),
    ("E0 00 00", "bend", 0.0, 0, 16383, 1, "position"),
    ("E0 7F 7F", "bend", 1.0, 16383, 16383, 1, "position"),
    ("C0 05", "program", 5 / 127, 5, 127, 1, "position"),
    ("F3 07", "song", 7 / 127, 7, 127, 0, "position"),
])
def test_each_message_is_one_gesture(data: str, control: str, value: float, raw: int, steps: int, channel: int,
                                     sort: str) -> None:
    gesture = only(bytes.fromhex(data))
    assert (gesture.device, gesture.control, gesture.value) == ("nano", control, value)
    assert (gesture.raw, gesture.steps, gesture.channel, gesture.sort) == (raw, steps, channel, sort)


def test_a_program_change_after_a_bank_tells_both() -> None:
    gestures = heard(bytes.fromhex("B0 00 01 B0 20 02 C0 05")).gestures
    assert of("program", gestures) == [(1 * 128 + 2) * 128 + 5]


def test_running_status_and_many_messages_in_one_piece_are_read() -> None:
    gestures = heard(bytes.fromhex("B0 15 01 16 02 F8 17"), bytes.fromhex("03 90 3C 40")).gestures
    assert [gesture.control for gesture in gestures] == ["cc 21", "cc 22", "cc 23", "note 60"]
    assert [gesture.raw for gesture in gestures] == [1, 2, 3, 64]


def test_half_messages_undefined_statuses_and_stray_data_are_counted_and_left_out() -> None:
    parser = Parser()
    for piece in ("05 06", "B0 15", "B0 16 05", "F4", "F7", "F0 01 02", "B0 17 06", "B0"):
        parser.feed(bytes.fromhex(piece), 0.0)
    assert [gesture.control for gesture in parser.take().gestures] == ["cc 22", "cc 23"]
    assert parser.garbage == 6  # two strays, half a message, F4, F7, a sysex without end


def test_system_exclusive_in_any_pieces_disturbs_nothing() -> None:
    parser = Parser()
    for piece in ("F0 7E 00", "06 F8 02", "F7", "B0 15 05"):
        parser.feed(bytes.fromhex(piece), 0.0)
    found = parser.take()
    assert of("cc 21", found.gestures) == [5]
    assert found.clock == [("clock", 0, 0.0)]
    assert parser.garbage == 0


def test_clock_messages_come_apart_from_gestures_with_their_times() -> None:
    parser = Parser()
    for place, piece in enumerate(("F8", "FA", "FB", "FC", "F2 10 01", "FE", "FF")):
        parser.feed(bytes.fromhex(piece), float(place))
    found = parser.take()
    assert found.clock == [("clock", 0, 0.0), ("start", 0, 1.0), ("continue", 0, 2.0), ("stop", 0, 3.0),
                           ("position", 16 + 128, 4.0), ("sensing", 0, 5.0)]
    assert not found.gestures


@given(st.integers(0, 31), st.integers(0, FINE), st.integers(1, 16))
def test_a_14_bit_controller_arrives_whole_beside_its_coarse_half(number: int, raw: int, channel: int) -> None:
    gestures = heard(message_for(f"cc14 {number}", channel, raw / FINE)).gestures
    assert of(f"cc14 {number}", gestures) == [raw]
    assert of(f"cc {number}", gestures) == [raw >> 7]
    assert of(f"cc {number + 32}", gestures) == [raw & 127]


def test_a_coarse_half_alone_is_held_and_then_given_out_once_fine_ones_are_known() -> None:
    parser = Parser()
    parser.feed(message_for("cc14 1", 1, 1.0), 0.0)
    parser.take()
    parser.feed(bytes.fromhex("B0 01 40"), 0.1)
    assert parser.is_waiting
    parser.flush(0.102)
    assert of("cc14 1", parser.take().gestures) == []
    parser.flush(0.104)
    found = parser.take().gestures
    assert of("cc14 1", found) == [64 << 7 | 64]
    assert found[0].time == 0.1
    assert not parser.is_waiting
    parser.feed(bytes.fromhex("B0 01 7F"), 0.2)
    parser.flush(0.3)
    assert of("cc14 1", parser.take().gestures) == [FINE]  # the end of the travel is reached all the same


def test_a_fine_half_long_after_the_coarse_one_is_a_control_of_its_own() -> None:
    parser = Parser()
    parser.feed(bytes.fromhex("B0 01 40"), 0.0)
    assert not parser.is_waiting  # a 7-bit knob must not be made to wait
    parser.feed(bytes.fromhex("B0 21 7F"), 0.5)
    assert [gesture.control for gesture in parser.take().gestures] == ["cc 1", "cc 33"]


@given(st.sampled_from(["nrpn", "rpn"]), st.integers(0, FINE - 1), st.integers(0, FINE), st.integers(1, 16))
def test_a_numbered_parameter_arrives_whole_and_alone(word: str, number: int, raw: int, channel: int) -> None:
    gestures = heard(message_for(f"{word} {number}", channel, raw / FINE)).gestures
    if word == "rpn" and number in (0, 6):
        assert gestures == []  # these set up an instrument
    else:
        assert [(gesture.control, gesture.raw, gesture.steps) for gesture in gestures] == [
            (f"{word} {number}", raw, FINE)]


def test_a_numbered_parameter_of_7_bits_comes_after_a_short_wait_and_reaches_its_end() -> None:
    parser = Parser()
    parser.feed(bytes.fromhex("B0 63 0A B0 62 14 B0 06 7F"), 0.0)
    assert parser.take().gestures == []
    parser.flush(0.004)
    found = parser.take().gestures
    assert [(gesture.control, gesture.raw, gesture.steps, gesture.value) for gesture in found] == [
        (f"nrpn {10 * 128 + 20}", 127, 127, 1.0)]


def test_steps_move_a_numbered_parameter_up_and_down_within_its_range() -> None:
    chosen = bytes.fromhex("B0 63 00 B0 62 05")
    gestures = heard(chosen, bytes.fromhex("B0 06 01 B0 26 7F"), bytes.fromhex("B0 60 00 B0 61 00 B0 61 00")).gestures
    assert of("nrpn 5", gestures) == [255, 256, 255, 254]
    assert of("nrpn 5", heard(chosen, bytes.fromhex("B0 06 00 B0 26 00 B0 61 00")).gestures) == [0, 0]


def test_after_the_null_parameter_the_data_controllers_are_plain_again() -> None:
    gestures = heard(message_for("nrpn 5", 1, 0.0), bytes.fromhex("B0 65 7F B0 64 7F B0 06 11 B0 60 01")).gestures
    assert [gesture.control for gesture in gestures] == ["nrpn 5", "cc 6", "cc 96"]


def test_a_device_that_vanishes_lets_go_of_its_keys_and_pedal() -> None:
    parser = Parser("nano")
    parser.feed(bytes.fromhex("90 3C 40 91 40 40 80 3C 00 B1 40 7F B0 15"), 1.0)
    parser.take()
    parser.release(2.0)
    found = parser.take()
    assert [(gesture.control, gesture.raw, gesture.channel, gesture.sort) for gesture in found.gestures] == [
        ("note 64", 0, 2, "button")]
    assert found.notes == [("64", 0.0, 2.0, 2), ("sustain", 0.0, 2.0, 2)]
    parser.feed(bytes.fromhex("05"), 3.0)  # the other half of what was cut off means nothing now
    assert not parser.has_heard


@given(st.lists(st.binary(max_size=40), max_size=30), st.booleans())
def test_no_bytes_at_all_ever_raise(pieces: list[bytes], is_mpe: bool) -> None:
    parser = Parser("nano", is_mpe)
    for place, piece in enumerate(pieces):
        parser.feed(piece, place * 0.001)
        parser.flush(place * 0.001)
    parser.release(1.0)
    for gesture in parser.take().gestures:
        assert 0.0 <= gesture.value <= 1.0
    assert not parser.is_waiting


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_where_the_stream_is_cut_makes_no_difference(data: bytes, cuts: list[int]) -> None:
    whole, pieces = Parser(), Parser()
    whole.feed(data, 0.0)
    marks = [0, *sorted(cuts), len(data)]
    for begin, end in pairwise(marks):
        pieces.feed(data[begin:end], 0.0)
    assert whole.take() == pieces.take()
    assert whole.garbage == pieces.garbage
