"""Clocks and pace: time that never runs backwards, and frames that are dropped, never queued."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.clock import Clock, LiveClock, ManualClock, Pace


@pytest.mark.parametrize("clock", [LiveClock(), ManualClock(5.0)])
def test_after_waiting_for_a_moment_it_has_come_and_a_past_one_is_not_waited_for(clock: Clock) -> None:
    start = clock.now()
    clock.wait_until(start + 0.002)
    assert clock.now() >= start + 0.002
    clock.wait_until(start - 100.0)
    assert clock.now() >= start + 0.002


def test_frames_done_in_time_are_due_on_the_grid_without_drift() -> None:
    pace = Pace(60.0, 1000.0)
    for index in range(1, 10_001):
        due = pace.next_due(1000.0 + (index - 0.5) / 60.0)
    assert (due, pace.late) == (1000.0 + 10_000 / 60.0, 0)


def test_a_frame_a_little_too_slow_is_followed_at_once() -> None:
    pace = Pace(10.0, 0.0)
    assert pace.next_due(0.13) == pytest.approx(0.1)
    assert pace.late == 0


def test_a_machine_a_little_too_slow_loses_a_little_and_not_every_second_frame() -> None:
    pace, now, frames = Pace(60.0, 0.0), 0.0, 0
    while now < 10.0:
        now = max(now, pace.next_due(now)) + 0.017  # a frame takes 17 ms where 16.7 are to be had
        frames += 1
    assert frames > 570
    assert pace.late == pytest.approx(600 - frames, abs=2)


def test_after_a_long_hold_up_the_missed_frames_are_counted_and_not_made_up() -> None:
    pace = Pace(10.0, 0.0)
    assert pace.next_due(5.0) == pytest.approx(5.0)
    assert pace.late == 49
    assert pace.next_due(5.01) == pytest.approx(5.1)


@given(st.lists(st.floats(0.0, 3.0), max_size=30))
def test_the_next_frame_is_never_more_than_a_period_off_and_every_frame_is_shown_or_late(holds: list[float]) -> None:
    pace, now = Pace(25.0, 0.0), 0.0
    for shown, hold in enumerate(holds, 1):
        now += hold
        due = pace.next_due(now)
        assert now - 0.04 - 1e-9 <= due
        assert due == pytest.approx((shown + pace.late) * 0.04)
        now = max(now, due)
