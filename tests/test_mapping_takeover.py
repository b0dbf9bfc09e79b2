"""Takeover: a value never moves further than the hand; what is caught follows exactly; every mode meets in the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.takeover import NEAR, SAME, Takeover

GENTLE = ("pickup", "scale", "parallel", "catch")
places = st.floats(0.0, 1.0)
steps = st.integers(0, 127).map(lambda raw: raw / 127)
hands = st.lists(places | steps, min_size=1, max_size=40)


def sweep(takeover: Takeover, value: float, *hands: float) -> list[float]:
    """Return where the value goes as the hand moves."""
    passed = []
    for hand in hands:
        value = takeover.move(hand, value)
        passed.append(value)
    return passed


@given(st.sampled_from(GENTLE), places, places, places, st.lists(st.tuples(places | steps, st.none() | places),
                                                                 max_size=40))
def test_a_value_never_moves_further_than_the_hand_whatever_else_changes_it(
        mode: str, low: float, high: float, value: float, moves: list[tuple[float, float | None]]) -> None:
    takeover, before = Takeover(mode, low, high), None
    for hand, other in moves:
        value = value if other is None else other
        hand = min(low, high) + abs(high - low) * hand
        moved = takeover.move(hand, value)
        assert 0.0 <= moved <= 1.0
        assert abs(moved - value) <= (0.0 if before is None else abs(hand - before)) + SAME
        before, value = hand, moved


@given(st.sampled_from(GENTLE), places, hands)
def test_a_value_never_moves_against_the_hand(mode: str, value: float, moves: list[float]) -> None:
    takeover, before = Takeover(mode), moves[0]
    for hand in moves:
        moved = takeover.move(hand, value)
        assert (moved - value) * (hand - before) >= -SAME
        before, value = hand, moved


@given(st.sampled_from(GENTLE), places, hands, hands)
def test_once_caught_the_value_is_where_the_hand_is(mode: str, value: float, before: list[float],
                                                    after: list[float]) -> None:
    takeover = Takeover(mode)
    value = sweep(takeover, value, *before)[-1]
    if takeover.is_caught:
        assert sweep(takeover, value, *after) == after


@given(st.sampled_from(GENTLE), places)
def test_going_once_to_both_ends_brings_hand_and_value_together(mode: str, value: float) -> None:
    takeover = Takeover(mode)
    value = sweep(takeover, value, *(raw / 127 for raw in [64, *range(128), *range(127, -1, -1), *range(128)]))[-1]
    assert takeover.is_caught
    assert value == 1.0


@given(st.sampled_from(GENTLE), places,
       st.tuples(places, places).map(sorted).filter(lambda ends: ends[1] - ends[0] > 0.1))
def test_a_value_outside_of_the_range_is_brought_in(mode: str, value: float, ends: list[float]) -> None:
    low, high = ends
    takeover = Takeover(mode, low, high)
    way = [low + (high - low) * raw / 32 for raw in [*range(33), *range(31, 0, -1)]] * 24
    sweep(takeover, value, *way)
    assert takeover.is_caught


def test_jump_goes_to_the_hand_at_once() -> None:
    assert sweep(Takeover("jump"), 0.9, 0.1, 0.2) == [0.1, 0.2]


def test_the_first_position_of_an_unknown_hand_moves_nothing() -> None:
    assert sweep(Takeover("pickup"), 0.5, 0.9) == [0.5]
    assert sweep(Takeover("pickup"), 0.5, 0.9, 0.1) == [0.5, 0.1], "it has come by"


def test_pickup_waits_for_the_hand() -> None:
    assert sweep(Takeover("pickup"), 0.5, 0.1, 0.3, 0.45, 0.55, 0.6) == [0.5, 0.5, 0.5, 0.55, 0.6]


def test_a_knob_that_stands_nearly_right_takes_the_value_along_both_ways() -> None:
    near = 0.5 - NEAR / 2
    assert sweep(Takeover("pickup"), 0.5, near, near - 0.1)[-1] == pytest.approx(0.4)
    assert sweep(Takeover("pickup"), 0.5, near, near + 0.1)[-1] == near + 0.1


def test_scale_brings_both_to_the_end_together() -> None:
    takeover = Takeover("scale")
    assert sweep(takeover, 0.8, 0.6, 0.8, 1.0) == pytest.approx([0.8, 0.9, 1.0])
    assert takeover.is_caught


def test_parallel_keeps_its_distance_until_an_end() -> None:
    takeover = Takeover("parallel")
    assert sweep(takeover, 0.8, 0.5, 0.6, 0.9, 1.0, 0.7) == pytest.approx([0.8, 0.9, 1.0, 1.0, 0.7])


def test_catch_follows_at_half_the_speed_until_the_hand_is_there() -> None:
    assert sweep(Takeover("catch"), 0.5, 0.2, 0.4, 0.6, 0.9, 0.8) == pytest.approx([0.5, 0.6, 0.7, 0.9, 0.8])


def test_a_value_that_something_else_changed_is_caught_no_more() -> None:
    takeover = Takeover("pickup")
    assert sweep(takeover, 0.5, 0.4, 0.6) == [0.5, 0.6]
    assert takeover.holds(0.6)
    assert not takeover.holds(0.2)
    assert sweep(takeover, 0.2, 0.65, 0.7) == [0.2, 0.2]


def test_after_forgetting_a_hand_has_to_come_again() -> None:
    takeover = Takeover("pickup")
    sweep(takeover, 0.5, 0.4, 0.6)
    takeover.forget()
    assert not takeover.is_caught
    assert sweep(takeover, 0.6, 0.9, 0.8, 0.5) == [0.6, 0.6, 0.5]
