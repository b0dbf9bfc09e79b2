"""The clock follower: quiet under jitter, quick after jumps, and never wild, whatever a sender or a cable does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ticks import PER_BEAT, jittered, ticks

from liveart.midi.follow import Follower
from liveart.midi.tick_line import fit_line, straight_end


def phases(sent: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Return by how many seconds the follower's beat is off, at each tick, from where the sender is."""
    follower, off = Follower(), []
    follower.start()
    for number, (true, time) in enumerate(zip(sent, came, strict=True)):
        follower.tick(time)
        tempo = follower.tempo or 120.0
        off.append((follower.beat(true) - number / PER_BEAT) * 60.0 / tempo)
    return np.array(off)


def after(follower: Follower, came: np.ndarray) -> list[float]:
    """Feed ticks; return every tempo shown on the way."""
    shown = []
    for time in came:
        follower.tick(time)
        if follower.tempo is not None:
            shown.append(follower.tempo)
    return shown


@pytest.mark.parametrize(("kind", "seconds"), [("normal", 0.003), ("uniform", 0.003), ("normal", 0.001)])
def test_a_clock_with_3_ms_of_jitter_is_followed_to_half_a_millisecond(kind: str, seconds: float) -> None:
    sent = ticks((120.0, 160))
    off = np.concatenate([phases(sent, jittered(sent, seconds, seed, kind))[20 * PER_BEAT :] for seed in range(4)])
    assert np.percentile(np.abs(off), 95) < 0.5e-3


@pytest.mark.parametrize("tempo", [60.0, 110.0, 120.0, 174.0, 240.0])
@pytest.mark.parametrize("block", [256 / 48000, 512 / 48000, 1024 / 48000, 1024 / 44100])
def test_a_driver_that_delivers_in_blocks_is_followed_to_a_millisecond(tempo: float, block: float) -> None:
    sent = ticks((tempo, 100))
    off = phases(sent, jittered(sent, block, 0, "blocks"))[40 * PER_BEAT :]
    assert np.percentile(np.abs(off), 95) < 1e-3


@pytest.mark.parametrize(("before", "behind"), [(120.0, 126.0), (120.0, 140.0), (140.0, 90.0), (60.0, 180.0),
                                                (128.0, 64.0), (100.0, 20.0)])
def test_a_jump_of_the_tempo_is_settled_within_two_beats(before: float, behind: float) -> None:
    sent = ticks((before, 40), (behind, 8))
    for seed in range(5):
        follower = Follower()
        after(follower, jittered(sent, 0.001, seed)[: 42 * PER_BEAT])
        assert follower.tempo == pytest.approx(behind, rel=0.01)
        off = phases(sent, jittered(sent, 0.001, seed))[42 * PER_BEAT :]
        assert np.abs(off).max() < 2e-3


def test_the_tempo_is_there_within_half_a_beat_of_the_first_tick() -> None:
    follower = Follower()
    after(follower, jittered(ticks((120.0, 0.5)), 0.001, 0))
    assert follower.tempo == pytest.approx(120.0, rel=0.03)


def test_a_slow_change_of_the_tempo_is_kept_up_with() -> None:
    tempi = np.linspace(120.0, 140.0, 16 * PER_BEAT)
    sent = ticks((120.0, 20), *((tempo, 1 / PER_BEAT) for tempo in tempi), (140.0, 10))
    assert np.abs(phases(sent, jittered(sent, 0.001, 1))[10 * PER_BEAT :]).max() < 8e-3
    assert np.abs(phases(sent, sent)).max() < 1e-3


def test_start_continue_stop_and_song_position_give_the_beat() -> None:
    follower, sent = Follower(), ticks((120.0, 20))
    assert follower.state(0.0) == "waiting"
    after(follower, sent[:48])
    assert follower.state(sent[47]) == "waiting"
    assert follower.tempo == pytest.approx(120.0)
    follower.start()
    assert follower.beat(sent[47] + 0.01) == 0.0  # until the next tick
    after(follower, sent[48:73])
    assert follower.beat(sent[72]) == pytest.approx(1.0, abs=1e-6)
    follower.stop()
    after(follower, sent[73:100])
    assert follower.state(sent[99]) == "stopped"
    assert follower.beat(sent[99]) == pytest.approx(25 / 24)
    follower.cont()
    after(follower, sent[100:124])
    assert follower.beat(sent[123]) == pytest.approx(2.0, abs=1e-6)
    follower.stop()
    follower.position(64)
    assert follower.beat(sent[123]) == 16.0
    follower.cont()
    after(follower, sent[124:149])
    assert (follower.beat(sent[148]), follower.state(sent[148])) == (pytest.approx(17.0, abs=1e-6), "running")
    follower.position(8)  # while it runs: a loop
    after(follower, sent[149:174])
    assert follower.beat(sent[173]) == pytest.approx(3.0, abs=1e-6)


def test_a_sender_that_sets_its_ticks_anew_with_start_is_on_the_beat_from_the_first_one() -> None:
    follower, early = Follower(), ticks((120.0, 8))
    after(follower, early)
    late = ticks((120.0, 2), start=early[-1] + 0.013)
    follower.start()
    for number, time in enumerate(late):
        follower.tick(time)
        assert follower.beat(time) == pytest.approx(number / PER_BEAT, abs=1e-3)


def test_a_sender_whose_clock_runs_only_while_it_plays_is_counted_from_its_first_tick() -> None:
    follower = Follower()
    for start, tempo in ((100.0, 120.0), (130.0, 90.0)):
        follower.start()
        sent = ticks((tempo, 4), start=start)
        after(follower, sent)
        follower.stop()
        assert follower.tempo == pytest.approx(tempo, rel=1e-6)
        assert follower.beat(sent[-1]) == pytest.approx(4.0)
        assert follower.state(sent[-1] + 10.0) == "stopped"


def test_a_clock_that_is_lost_says_so_holds_its_tempo_and_comes_back_on_its_beat() -> None:
    follower, sent = Follower(), jittered(ticks((120.0, 60)), 0.001, 5)
    follower.start()
    after(follower, sent[: 20 * PER_BEAT])
    assert follower.state(sent[20 * PER_BEAT - 1] + 0.6) == "lost"
    assert follower.tempo == pytest.approx(120.0, abs=0.05)
    shown = after(follower, sent[28 * PER_BEAT :])
    assert follower.state(sent[-1]) == "running"
    assert max(np.abs(np.array(shown) - 120.0)) < 1.0
    assert follower.beat(sent[-1]) == pytest.approx(60.0 - 1 / PER_BEAT, abs=0.005)


@pytest.mark.parametrize("jitter", [0.0, 0.001])
@pytest.mark.parametrize("fault", ["missing 1", "missing 5", "missing 23", "doubled 1", "doubled 24", "doubled 200",
                                   "stall 3", "stall 12", "stall 20", "stall 40", "late 30"])
def test_ticks_lost_doubled_or_held_up_move_neither_tempo_nor_beat(fault: str, jitter: float) -> None:
    word, count = fault.split()
    at, many = 40 * PER_BEAT, int(count)
    for seed in range(4):
        sent = ticks((120.0, 60))
        came = jittered(sent, jitter, seed)
        if word == "missing":
            came = np.delete(came, slice(at, at + many))
        elif word == "doubled":
            came = np.sort(np.concatenate([came, came[at : at + many] + 0.0005]))
        elif word == "stall":  # and then all at once
            came[at : at + many] = came[at + many]
        else:
            came[at::37] += many / 1000.0
            came = np.maximum.accumulate(came)
        follower = Follower()
        follower.start()
        shown = after(follower, came)[30 * PER_BEAT :]
        assert max(np.abs(np.array(shown) - 120.0)) < 1.0
        assert follower.beat(sent[-1]) == pytest.approx(60.0 - 1 / PER_BEAT, abs=0.005)


def test_a_sender_that_sets_its_ticks_off_goes_on_at_its_tempo() -> None:
    sent = ticks((120.0, 60))
    moved = sent + np.where(np.arange(len(sent)) >= 40 * PER_BEAT, 0.009, 0.0)
    shown = after(Follower(), moved)
    assert max(np.abs(np.array(shown) - 120.0)) < 0.01
    assert np.abs(phases(moved, moved)[42 * PER_BEAT :]).max() < 1e-4


def test_times_that_are_no_numbers_or_run_backwards_do_no_harm() -> None:
    follower, sent = Follower(), ticks((120.0, 4))
    after(follower, sent[:90])
    for time in (float("nan"), float("inf"), -5.0):
        follower.tick(time)
    shown = after(follower, sent[90:])
    assert max(np.abs(np.array(shown) - 120.0)) < 1.0


GAPS = st.lists(st.one_of(st.floats(0.0, 0.2), st.floats(0.0, 3.0), st.just(0.0), st.just(60 / 24 / 120)), max_size=300)


@settings(max_examples=60, deadline=None)
@given(GAPS, st.data())
def test_whatever_comes_the_tempo_is_one_that_ticks_can_have_and_the_beat_is_a_number(
        gaps: list[float], data: st.DataObject) -> None:
    follower, time = Follower(), 0.0
    words = {"start": follower.start, "cont": follower.cont, "stop": follower.stop,
             "position": lambda: follower.position(99)}
    for number, gap in enumerate(gaps):
        time += gap
        if number % 40 == 17:
            words[data.draw(st.sampled_from(sorted(words)))]()
        follower.tick(time)
        assert follower.tempo is None or 9.99 <= follower.tempo <= 1000.01
        assert np.isfinite(follower.beat(time))
        assert np.isfinite(follower.count(time))
        assert follower.state(time) in ("waiting", "running", "stopped")
    assert follower.state(time + 3.0) in ("waiting", "stopped", "lost")


@settings(max_examples=40, deadline=None)
@given(tempo=st.floats(25.0, 290.0), seed=st.integers(0, 1000), jitter=st.floats(0.0, 0.002))
def test_any_steady_clock_is_followed_without_losing_a_tick(tempo: float, seed: int, jitter: float) -> None:
    sent = ticks((tempo, 24))
    follower = Follower()
    follower.start()
    after(follower, jittered(sent, jitter, seed))
    assert follower.tempo == pytest.approx(tempo, rel=0.002)
    assert (follower.beat(sent[-1]) - 24.0 + 1 / PER_BEAT) * 60.0 / tempo == pytest.approx(0.0, abs=0.002)


def test_a_line_is_fitted_through_ticks_and_the_end_that_lies_straight_is_found() -> None:
    line, noise = fit_line([(10, 5.0), (11, 5.5), (12, 6.0)])
    assert (line.time_at(14), line.index_at(5.25), noise) == (pytest.approx(7.0), pytest.approx(10.5), 0.0)
    bent = [(number, 0.0) for number in range(5)] + [(number, number - 4.0) for number in range(5, 13)]
    line, noise, count = straight_end(bent, 0.01)
    assert (line.period, noise, count) == (pytest.approx(1.0), pytest.approx(0.0, abs=1e-9), 9)
    assert straight_end([(number, (number % 2) * 1.0) for number in range(10)], 0.01)[2] == 0
