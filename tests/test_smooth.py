"""Smoothing: glides take the time they say at any frame rate, and shaky hands become steady without becoming slow."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from boards import PLAYER, layout, put
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.board import Board
from liveart.core.layout import Layout, Snapshot
from liveart.core.param import Param
from liveart.core.smooth import Glide, OneEuro, glide_share
from liveart.errors import ParamError


def jumped(level: float = 1.0, tone: float = 440.0, plan: Layout | None = None) -> Snapshot:
    """Return the values after a hand has moved level and tone."""
    board = Board(plan or layout())
    put(board, "p/level", level)
    put(board, "p/tone", tone)
    return board.snapshot()


def test_a_glide_covers_95_percent_of_the_way_in_its_time() -> None:
    assert glide_share(0.2, 0.2) == pytest.approx(0.95, abs=0.001)
    assert (glide_share(0.0, 0.01), glide_share(0.2, -1.0)) == (1.0, 0.0)
    glide = Glide(layout())
    glide.step(jumped(0.0), 0.0)
    assert glide.step(jumped(1.0), 0.2)["/liveart/p/level"] == pytest.approx(glide_share(0.2, 0.2))


@given(st.lists(st.floats(0.0, 0.05), min_size=1, max_size=20))
def test_many_small_steps_are_one_large_step(steps: list[float]) -> None:
    fine, coarse = Glide(layout()), Glide(layout())
    for glide in (fine, coarse):
        glide.step(jumped(0.0), 0.0)
    for dt in steps:
        smooth = fine.step(jumped(1.0), dt)
    leap = coarse.step(jumped(1.0), sum(steps))
    assert smooth["/liveart/p/level"] == pytest.approx(leap["/liveart/p/level"], abs=1e-5)


def test_the_first_snapshot_is_taken_as_it_is_and_values_without_glide_jump() -> None:
    board = Board(layout())
    put(board, "p/level", 0.9)
    glide = Glide(layout())
    assert glide.step(board.snapshot(), 0.01)["/liveart/p/level"] == 0.9
    for address, value in (("p/steps", 9), ("p/mood", "wild"), ("p/speed", 2.0), ("p/hit", None), ("clock/tempo", 90)):
        put(board, address, value, 1.0)
    put(board, "p/level", 0.0, 1.0)
    smooth, target = glide.step(board.snapshot(), 0.01), board.snapshot()
    place = target.layout.places["/liveart/p/level"]
    assert (np.delete(smooth.numbers, place) == np.delete(target.numbers, place)).all()
    assert 0.0 < smooth.numbers[place] < 0.9


def test_a_log_param_glides_evenly_by_ratio() -> None:
    glide = Glide(layout())
    glide.step(jumped(tone=100.0), 0.0)
    half = math.log(2.0) * 0.2 / 3.0  # seconds in which half of the way is covered
    assert glide.step(jumped(tone=400.0), half)["/liveart/p/tone"] == pytest.approx(200.0)


def test_a_glide_arrives_exactly_and_then_hands_the_snapshot_on() -> None:
    glide, target = Glide(layout()), jumped(0.0, 12_345.0)
    glide.step(jumped(1.0), 0.0)
    for _ in range(200):
        smooth = glide.step(target, 0.02)
    assert smooth is target


def test_time_that_stands_still_or_runs_backwards_moves_nothing() -> None:
    glide = Glide(layout())
    glide.step(jumped(0.0), 0.0)
    before = glide.step(jumped(1.0), 0.05)["/liveart/p/level"]
    for dt in (0.0, -1.0):
        assert glide.step(jumped(1.0), dt)["/liveart/p/level"] == pytest.approx(before)


def test_after_a_change_of_layout_values_glide_on_from_where_they_were() -> None:
    old = Glide(layout())
    old.step(jumped(0.0), 0.0)
    before = old.step(jumped(1.0), 0.05)["/liveart/p/level"]
    plan = layout(("new", (Param("x", 0.3, glide=1.0),)), ("p", PLAYER))
    fresh = Glide(plan, after=old)
    smooth = fresh.step(jumped(1.0, plan=plan), 0.01)
    assert before < smooth["/liveart/p/level"] < 0.99
    assert (smooth["/liveart/new/x"], smooth["/liveart/p/tone"]) == (0.3, 440.0)


def test_a_show_in_which_nothing_glides_is_handed_on() -> None:
    plan = layout(("p", (Param("level"),)))
    snapshot = Board(plan).snapshot()
    assert Glide(plan).step(snapshot, 0.01) is snapshot


def run(one_euro: OneEuro, hand: Callable[[float], float], rate: int = 100, seconds: float = 4.0) -> list[float]:
    """Return what the filter makes of a hand's movement."""
    return [one_euro.step(hand(n / rate), 1 / rate) for n in range(int(rate * seconds))]


def test_the_one_euro_filter_is_its_published_formula() -> None:
    one_euro, value, slope = OneEuro(1.5, 0.1, 1.0), 0.3, 0.0
    one_euro.step(0.3, 0.01)
    for target in (0.5, 0.9, 0.2):
        alpha = 1 / (1 + 1 / (2 * math.pi * 1.0 * 0.01))
        slope += alpha * ((target - value) / 0.01 - slope)
        alpha = 1 / (1 + 1 / (2 * math.pi * (1.5 + 0.1 * abs(slope)) * 0.01))
        value += alpha * (target - value)
        assert one_euro.step(target, 0.01) == pytest.approx(value)


def test_a_trembling_hand_becomes_steady_and_a_quick_one_stays_quick() -> None:
    tremble = run(OneEuro(1.0, 0.05), lambda t: 0.5 + 0.02 * math.sin(2 * math.pi * 12 * t))
    assert max(tremble[200:]) - min(tremble[200:]) < 0.01
    quick, slow = (run(OneEuro(1.0, beta), lambda t: float(t > 1.0)) for beta in (0.5, 0.0))
    assert quick[110] > slow[110]
    assert quick[-1] == pytest.approx(1.0, abs=1e-3)


def test_nan_and_infinity_leave_no_trace_in_the_filter() -> None:
    one_euro = OneEuro()
    one_euro.step(0.5, 0.01)
    assert math.isnan(one_euro.step(math.nan, 0.01))
    assert one_euro.step(math.inf, 0.01) == math.inf
    assert one_euro.step(0.5, 0.01) == one_euro.step(0.9, 0.0) == 0.5


@pytest.mark.parametrize("given", [(0.0, 0.1, 1.0), (1.0, -0.1, 1.0), (1.0, 0.1, 0.0)])
def test_impossible_filters_are_refused(given: tuple[float, float, float]) -> None:
    with pytest.raises(ParamError):
        OneEuro(*given)
