"""Tapping: three taps make a tempo, and no single one of them can spoil it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.tap import Tap


def tapped(times: list[float]) -> Tap:
    tap = Tap()
    for time in times:
        tap.tap(time)
    return tap


def test_the_third_tap_gives_the_tempo_and_the_taps_are_whole_beats() -> None:
    tap = Tap()
    assert [tap.tap(10.0), tap.tap(10.5)] == [None, None]
    assert (tap.beat_at(10.5), tap.nearest(7.2, 10.5)) == (None, None)
    assert tap.tap(11.0) == pytest.approx(120.0)
    assert tap.beat_at(11.25) == pytest.approx(2.5)


def test_a_show_is_moved_to_the_nearest_beat_that_has_the_taps_on_whole_beats() -> None:
    tap = tapped([10.0, 10.5, 11.0])
    assert tap.nearest(33.4, 11.0) == pytest.approx(33.0)
    assert tap.nearest(33.9, 11.25) == pytest.approx(33.5)


def test_one_tap_too_late_or_left_out_or_doubled_does_not_spoil_tempo_or_beat() -> None:
    for times in ([0.0, 0.5, 1.0, 1.7, 2.0, 2.5, 3.0], [0.0, 0.5, 1.0, 2.0, 2.5, 3.0], [0.0, 0.5, 1.0, 1.04, 1.5, 2.0]):
        tap = tapped(times)
        assert tap.tempo == pytest.approx(120.0, abs=0.5)
        assert tap.beat_at(10.0) == pytest.approx(20.0, abs=0.1)


def test_a_finger_that_is_10_ms_off_gives_the_tempo_to_a_hundredth() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        tap = tapped(list(np.arange(8) * 0.5 + random.normal(0.0, 0.01, 8)))
        assert tap.tempo == pytest.approx(120.0, rel=0.02)
        assert tap.beat_at(3.5) == pytest.approx(7.0, abs=0.05)


def test_a_pause_of_two_seconds_begins_anew_and_says_no_tempo_until_the_third_tap() -> None:
    tap = tapped([0.0, 0.5, 1.0])
    assert tap.tap(3.5) is None
    assert tap.tap(4.5) is None
    assert tap.tap(5.5) == pytest.approx(60.0)


def test_a_new_tempo_is_taken_up_while_tapping_goes_on() -> None:
    tap = tapped([*np.arange(4) * 0.5, *(1.5 + np.arange(1, 30) * 0.4)])
    assert tap.tempo == pytest.approx(150.0, rel=1e-6)


@given(st.lists(st.floats(-1.0, 5.0) | st.just(float("nan")), max_size=60))
def test_whatever_is_tapped_the_tempo_is_one_that_a_hand_can_tap(gaps: list[float]) -> None:
    tap, time = Tap(), 0.0
    for gap in gaps:
        time = time + gap if gap == gap else time
        tempo = tap.tap(time if gap == gap else gap)
        assert tempo is None or 15.0 <= tempo <= 400.1
