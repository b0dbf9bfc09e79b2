"""Where frames and samples of a recording land: the arithmetic alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.material import Sound
from liveart.sinks.file_timing import PictureLine, SoundLine

RATE = 48000


def block(start: int, frames: int = 480) -> Sound:
    return Sound(np.zeros((frames, 2), np.float32), RATE, 0.0, start)


def test_a_steady_show_fills_each_place_once() -> None:
    line = PictureLine(60)
    assert [line.place(index / 60) for index in range(50)] == [0] * 50


@given(st.lists(st.floats(-0.35, 0.35), min_size=2, max_size=60))
def test_trembling_times_lose_and_repeat_nothing(tremble: list[float]) -> None:
    line = PictureLine(60)
    first = tremble[0]
    assert all(line.place((index + shift - first) / 60) == 0 for index, shift in enumerate(tremble))


@given(st.lists(st.floats(0.0, 3.0), max_size=80), st.sampled_from([24.0, 30.0, 60.0]))
def test_each_frame_lands_within_a_frame_of_its_time(steps: list[float], fps: float) -> None:
    line, now = PictureLine(fps), 0.0
    for step in steps:
        now += step / fps
        if line.place(now) >= 0:
            assert abs((line.count - 1) / fps - now) < 1 / fps


def test_a_gap_is_counted_in_frames() -> None:
    line = PictureLine(30)
    line.place(0.0)
    assert line.place(1.0) == 29
    assert line.count == 31


def test_two_frames_for_one_place_leave_the_second_out() -> None:
    line = PictureLine(30)
    assert [line.place(index / 60) for index in range(9)].count(-1) == 4
    assert line.count == 5


def test_half_the_rate_takes_every_second_frame() -> None:
    line = PictureLine(30)
    taken = [index for index in range(600) if line.place(index / 60) >= 0]
    assert len(taken) in (300, 301)
    assert set(np.diff(taken)) <= {1, 2, 3}


def test_sound_that_begins_late_gets_silence_first() -> None:
    assert SoundLine(RATE).place(block(0), 0.1) == (4800, 0)


def test_sound_that_begins_early_is_trimmed() -> None:
    line = SoundLine(RATE)
    assert [line.place(block(start), start / RATE - 0.015) for start in (0, 480, 960)] == [(0, 480), (0, 240), (0, 0)]


def test_trembling_sound_times_never_touch_the_samples() -> None:
    line = SoundLine(RATE)
    rng = np.random.default_rng(0)
    line.place(block(0), 0.0)
    gaps = {line.place(block(n * 480), n / 100 + rng.uniform(-0.02, 0.02)) for n in range(1, 500)}
    assert gaps == {(0, 0)}


def test_a_drifting_sound_clock_is_followed_and_not_cut() -> None:
    line = SoundLine(RATE)
    slow = 1.0001  # 100 parts in a million, over an hour
    gaps = {line.place(block(n * 4800, 4800), n / 10 * slow) for n in range(36000)}
    assert gaps == {(0, 0)}
    assert abs(line.drift - 0.36) < 0.01


def test_lost_blocks_become_silence_of_their_length() -> None:
    line = SoundLine(RATE)
    line.place(block(0), 0.0)
    assert line.place(block(960), 0.02) == (480, 0)


def test_a_restarted_sound_worker_goes_on_at_its_time() -> None:
    line = SoundLine(RATE)
    for n in range(100):
        line.place(block(n * 480), n / 100)
    assert line.place(block(0), 4.0) == (3 * RATE, 0)
    assert line.place(block(480), 4.01) == (0, 0)
