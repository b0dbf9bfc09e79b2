"""LFOs: pure in the beat, within their range, quiet while nothing moves, and clear about wrong settings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.board import Board
from liveart.core.contract import Moment
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.errors import PatchError
from liveart.sources.lfo import WAVES, Lfo

waves = st.sampled_from(sorted(WAVES))
beats = st.floats(-1e5, 1e5)


def at(beat: float) -> Moment:
    """Return the moment of a beat."""
    return Moment(time=beat / 2, beat=beat, dt=0.01, index=0)


@given(waves, beats, st.floats(0.1, 64.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 9))
def test_it_stays_within_low_and_high_and_repeats_for_the_same_beat(wave: str, beat: float, period: float, low: float,
                                                                    high: float, seed: int) -> None:
    lfo = Lfo("a/b", wave, period, low, high, seed=seed)
    value = lfo.at(beat)
    assert min(low, high) - 1e-9 <= value <= max(low, high) + 1e-9
    assert value == Lfo("a/b", wave, period, low, high, seed=seed).at(beat)


@pytest.mark.parametrize(("wave", "values"), [
    ("sine", (0.0, 0.5, 1.0, 0.5)), ("triangle", (0.0, 0.5, 1.0, 0.5)), ("saw", (0.0, 0.25, 0.5, 0.75)),
    ("square", (1.0, 1.0, 0.0, 0.0))])
def test_a_period_of_four_beats_has_the_known_shape(wave: str, values: tuple[float, ...]) -> None:
    lfo = Lfo("a/b", wave, beats=4)
    for bar in (-2, 0, 7):
        assert [lfo.at(4 * bar + beat) for beat in range(4)] == pytest.approx(values)


def test_phase_and_native_range_are_applied() -> None:
    lfo = Lfo("a/seed", "saw", beats=4, low=10, high=50, phase=0.25, native=True)
    assert list(lfo.tick(at(1.0))) == [("/liveart/a/seed", pytest.approx(30.0))]


@given(st.sampled_from(["sine", "triangle", "random"]), st.floats(-1000, 1000))
def test_smooth_waves_have_no_jumps(wave: str, beat: float) -> None:
    lfo = Lfo("a/b", wave, beats=1)
    assert abs(lfo.at(beat) - lfo.at(beat + 1e-4)) < 1e-3


def test_step_holds_a_place_for_a_period_and_random_passes_through_the_same_places() -> None:
    step, smooth = Lfo("a/b", "step", beats=2, seed=3), Lfo("a/b", "random", beats=2, seed=3)
    for cycle in range(-5, 20):
        assert step.at(2 * cycle) == step.at(2 * cycle + 1.99) == pytest.approx(smooth.at(2 * cycle))
    places = [step.at(2 * cycle) for cycle in range(200)]
    assert len(set(places)) == 200
    assert min(places) < 0.05
    assert max(places) > 0.95
    assert 0.4 < sum(places) / 200 < 0.6


def test_another_seed_gives_other_places() -> None:
    assert Lfo("a/b", "step", seed=1).at(0) != Lfo("a/b", "step", seed=2).at(0)


def test_it_speaks_only_when_the_value_moves() -> None:
    lfo = Lfo("a/b", "square", beats=4)
    said = [list(lfo.tick(at(beat))) for beat in (0.0, 1.0, 2.0, 3.0, 4.0)]
    assert [bool(pairs) for pairs in said] == [True, False, True, False, True]
    lfo.close()
    assert list(lfo.tick(at(4.5))) == [("/liveart/a/b/norm", 1.0)]


@pytest.mark.parametrize(("target", "native", "address"), [
    ("a/b", False, "/liveart/a/b/norm"), ("/liveart/a/b", False, "/liveart/a/b/norm"),
    ("a/b/norm", False, "/liveart/a/b/norm"), ("a/b", True, "/liveart/a/b")])
def test_a_target_may_be_short_or_whole(target: str, native: bool, address: str) -> None:
    assert Lfo(target, native=native).address == address


def test_what_it_says_lands_on_the_board() -> None:
    board = Board(Layout.of([("a", [Param("b", 0.0, 0.0, 20.0)])]))
    ((address, value),) = Lfo("a/b", "saw", beats=4).tick(at(1.0))
    assert board.put(Event(address, value, 0.0)).judgement == "ok"
    assert board.snapshot()["/liveart/a/b"] == pytest.approx(5.0)


@pytest.mark.parametrize(("settings", "words"), [
    ({"wave": "sin"}, 'Did you mean "sine"'), ({"beats": 0}, "above 0"), ({"beats": "four"}, "must be a number"),
    ({"low": -1}, "native = true"), ({"high": float("nan")}, "must be a number"), ({"target": ""}, "needs a target"),
    ({"target": "/foo/bar"}, "/liveart/foo/bar"), ({"target": "a/b/norm", "native": True}, "Leave out"),
    ({"target": 3}, "needs a target")])
def test_settings_that_make_no_sense_are_refused_with_what_to_do(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(PatchError) as caught:
        Lfo(**{"target": "a/b"} | settings)
    assert words in str(caught.value)
