"""Encoders: three codings, fast turns that go further, and the guess from the first three messages."""

from __future__ import annotations

import pytest
from hands import Rig, cc
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.binding import ENCODERS, Binding
from liveart.core.encoder import decode, guess, speed_up

CODES = {"twos": lambda clicks: clicks % 128, "offset": lambda clicks: 64 + clicks,
         "sign": lambda clicks: clicks if clicks >= 0 else 64 - clicks}


@given(st.sampled_from(ENCODERS[1:]), st.integers(-63, 63))
def test_each_coding_is_read_back(coding: str, clicks: int) -> None:
    assert decode(coding, CODES[coding](clicks)) == clicks


@given(st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_faster_clicks_count_more_within_limits(a: float, b: float) -> None:
    slow, fast = max(a, b), min(a, b)
    assert 1.0 <= speed_up(slow) <= speed_up(fast) <= 4.0


@pytest.mark.parametrize(("raws", "coding"), [
    ((1, 1, 1), "twos"), ((127, 127, 127), "twos"), ((1, 127, 1), "twos"), ((1, 2, 2), "twos"),
    ((65, 65, 65), "offset"), ((63, 63, 62), "offset"), ((65, 63, 65), "offset"), ((65, 66, 66), "offset"),
    ((1, 65, 1), "sign"), ((65, 1, 1), "sign"), ((1, 1, 65), "sign"),
    ((1, 2, 3), ""), ((63, 64, 65), ""), ((65, 66, 67), ""), ((127, 126, 125), ""), ((62, 63, 62), ""),
    ((0, 0, 0), ""), ((127, 0, 127), ""), ((64, 64, 64), ""), ((40, 40, 40), ""), ((1, 1), ""), ((), ""),
])
def test_the_coding_is_guessed_from_three_messages(raws: tuple[int, ...], coding: str) -> None:
    assert guess(raws) == coding


@given(st.integers(0, 127), st.sampled_from((-1, 1)), st.lists(st.integers(1, 30), min_size=3, max_size=3))
def test_a_knob_with_ends_turned_one_way_is_never_taken_for_an_encoder(start: int, way: int, by: list[int]) -> None:
    raws = [start + way * sum(by[:place]) for place in range(3)]
    assert guess([min(max(raw, 0), 127) for raw in raws]) in (("",) if 0 <= raws[2] <= 127 else ("", "twos"))


@pytest.mark.parametrize(("target", "start", "clicks", "expected"), [
    ("p/level", 0.5, 1, 0.5 + 1 / 128), ("p/level", 0.5, -2, 0.5 - 2 / 128), ("p/level", 1.0, 1, 1.0),
    ("p/steps", 4, 1, 5), ("p/steps", 16, 1, 16), ("p/steps", 4, -3, 1), ("p/mood", 0, 1, 1), ("p/mood", 1, 1, 1),
    ("blackout", 0, 1, 1), ("blackout", 1, 1, 1), ("blackout", 1, -1, 0), ("p/speed", 0.0, 1, 8 / 128),
])
@pytest.mark.parametrize("coding", ENCODERS[1:])
def test_a_click_moves_a_number_a_little_and_a_whole_number_by_one(target: str, start: float, clicks: int,
                                                                   expected: float, coding: str) -> None:
    rig = Rig(Binding("cc 7", target, encoder=coding))
    rig.put(target, start)
    rig.do(cc(7, CODES[coding](clicks), 5.0))
    assert rig.at(target) == pytest.approx(expected)


def test_turning_fast_goes_further_than_turning_slowly() -> None:
    slow, fast = Rig(Binding("cc 7", "p/level", encoder="twos")), Rig(Binding("cc 7", "p/level", encoder="twos"))
    slow.do(*(cc(7, 1, place * 0.2) for place in range(10)))
    fast.do(*(cc(7, 1, place * 0.01) for place in range(10)))
    assert 0.5 < slow.norm("p/level") < fast.norm("p/level")


def test_an_encoder_turns_round_a_reversed_range_and_stays_within_it() -> None:
    rig = Rig(Binding("cc 7", "p/level", encoder="twos", low=0.6, high=0.4))
    rig.do(*(cc(7, 1, place) for place in range(200)))
    assert rig.at("p/level") == pytest.approx(0.4)
    rig.do(*(cc(7, 127, 200 + place) for place in range(200)))
    assert rig.at("p/level") == pytest.approx(0.6)


def test_an_encoder_leads_a_value_into_its_range_without_a_jump() -> None:
    rig = Rig(Binding("cc 7", "p/level", encoder="twos", low=0.0, high=0.5))
    rig.put("p/level", 0.9)
    rig.do(cc(7, 1, 1.0))
    assert rig.at("p/level") == 0.9
    rig.do(cc(7, 127, 2.0))
    assert rig.at("p/level") == pytest.approx(0.9 - 0.5 / 128)


def test_an_encoder_fires_a_trigger_when_it_turns_up() -> None:
    rig = Rig(Binding("cc 7", "p/hit", encoder="twos"))
    rig.do(cc(7, 1, 1.0), cc(7, 127, 2.0), cc(7, 1, 3.0))
    assert rig.at("p/hit") == 2


def test_clicks_of_one_batch_all_count() -> None:
    rig = Rig(Binding("cc 7", "p/steps", encoder="offset"))
    rig.do_at_once([cc(7, 65, 1.0)] * 5)
    assert rig.at("p/steps") == 9
