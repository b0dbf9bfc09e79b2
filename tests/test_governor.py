"""The governor: down quickly when frames are too slow, up again slowly, and not for ever up and down."""

from __future__ import annotations

from liveart.show.governor import WARM_UP, WINDOW, Governor

PERIOD = 1 / 60


def _run(governor: Governor, work: float, seconds: float, now: float = 0.0) -> float:
    end = now + seconds
    while now < end:
        governor.step(work, now)
        now += PERIOD
    return now


def test_a_fast_machine_stays_at_full_resolution() -> None:
    governor = Governor(PERIOD)
    _run(governor, PERIOD * 0.7, 60)
    assert governor.level == 0


def test_a_slow_machine_goes_down_within_two_windows() -> None:
    governor = Governor(PERIOD)
    _run(governor, PERIOD * 1.2, (2.1 * WINDOW + WARM_UP) * PERIOD)
    assert governor.level == 2


def test_slow_frames_at_the_beginning_say_nothing() -> None:
    governor = Governor(PERIOD)
    now = _run(governor, PERIOD * 5, (WARM_UP - 2) * PERIOD)
    _run(governor, PERIOD * 0.6, 10.0, now)
    assert governor.level == 0


def test_one_slow_frame_in_twenty_changes_nothing() -> None:
    governor, now = Governor(PERIOD), 0.0
    for index in range(2000):
        governor.step(PERIOD * (3.0 if index % 20 == 0 else 0.6), now)
        now += PERIOD
    assert governor.level == 0


def test_it_returns_when_it_has_been_easy_for_a_while() -> None:
    governor = Governor(PERIOD)
    now = _run(governor, PERIOD * 1.2, 2.0)
    _run(governor, PERIOD * 0.1, 60.0, now)
    assert governor.level == 0


def test_a_return_that_fails_makes_it_more_patient() -> None:
    governor, now, changes, before = Governor(PERIOD), 0.0, 0, 0
    while now < 300.0:
        work = PERIOD * (1.2 if governor.level == 0 else 0.25)  # too slow at full, easy at half
        level = governor.step(work, now)
        changes += level != before
        before, now = level, now + PERIOD
    assert changes <= 12


def test_frames_that_take_long_are_judged_by_seconds_and_not_by_their_number() -> None:
    governor, now = Governor(PERIOD), 0.0
    while now < 12.0:
        governor.step(0.2, now)
        now += 0.2
    assert governor.level == 2


def test_a_single_stall_is_no_reason() -> None:
    governor = Governor(PERIOD)
    now = _run(governor, PERIOD * 0.6, 3.0)
    governor.step(4.0, now)
    _run(governor, PERIOD * 0.6, 3.0, now)
    assert governor.level == 0
