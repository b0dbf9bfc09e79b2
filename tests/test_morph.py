"""A morph: every value in its own geometry, exact to the beat, for every reader alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.board import BEAT_ADDRESS, FREEZE_ADDRESS, TEMPO_ADDRESS, Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.morph import CURVES, bend
from liveart.core.param import Param
from liveart.core.values import ValueBlock, block_bytes

LAYOUT = Layout.of([
    ("", (Param("freeze", False, kind="bool"),)),
    ("clock", (Param("tempo", 60.0, 20.0, 300.0),)),
    ("a", (Param("level", 0.0), Param("cutoff", 100.0, 100.0, 10000.0, curve="log"),
           Param("attack", 0.0, 0.0, 4.0, curve="square"), Param("hue", 0.9, 0.0, 1.0, unit="turns"),
           Param("count", 0, 0, 8, kind="int"), Param("on", False, kind="bool"),
           Param("blend", "add", kind="choice", choices=("add", "mix")), Param("bang", kind="trigger"),
           Param("spin", 1.0, -4.0, 4.0, kind="rate"))),
    ("way", (Param("x", 0.0, -4.0, 4.0, on_path=True), Param("speed", 1.0, -4.0, 4.0, kind="rate", on_path=True),
             Param("next", kind="trigger", steps="speed")))])
LINEAR = CURVES.index("linear")


def board() -> Board:
    """A board whose beat is the time in seconds."""
    return Board(LAYOUT)


def said(address: str, value: float | bool | str | None, time: float = 0.0, origin: str = "hand") -> Event:
    return Event(f"/liveart/{address}", value, time, origin)


def recall(to: Board, values: dict[str, float | bool | str], time: float = 0.0, launch: float | None = None,
           beats: float = 4.0) -> list[str]:
    full = {f"/liveart/{address}": value for address, value in values.items()}
    return [verdict.text for verdict in to.recall(full, said("cue", 1, time), launch, beats, LINEAR)]


def at(of: Board, address: str, beat: float) -> float:
    return of.snapshot().at(beat)[f"/liveart/{address}"]


@pytest.mark.parametrize(("address", "start", "to", "half"), [
    ("a/level", 0.0, 1.0, 0.5), ("a/cutoff", 100.0, 10000.0, 1000.0), ("a/attack", 0.0, 4.0, 1.0),
    ("a/hue", 0.9, 0.1, 0.0), ("a/count", 0, 5, 2), ("a/on", 0, 1, 1), ("a/blend", 0, 1, 1), ("way/x", 4.0, 4.0, 4.0),
])
def test_each_value_goes_its_own_way(address: str, start: float, to: float, half: float) -> None:
    show = board()
    recall(show, {address: to})
    assert at(show, address, 0.0) == pytest.approx(start)
    assert at(show, address, 2.0) == pytest.approx(half)
    assert at(show, address, 4.0) == pytest.approx(to)


def test_a_recall_ahead_of_its_beat_does_nothing_before_and_is_exact_after() -> None:
    show = board()
    recall(show, {"a/level": 1.0}, launch=2.0, beats=0.0)
    assert at(show, "a/level", 1.9999) == 0.0
    assert at(show, "a/level", 2.0) == 1.0


def test_a_hand_takes_its_value_out_of_the_morph_and_the_others_go_on() -> None:
    show = board()
    recall(show, {"a/level": 1.0, "a/cutoff": 10000.0})
    show.put(said("a/level", 0.25, 1.0))
    assert at(show, "a/level", 1.0) == at(show, "a/level", 3.0) == 0.25
    assert at(show, "a/cutoff", 2.0) == pytest.approx(1000.0)


def test_a_second_recall_sets_out_from_where_the_first_has_come_to() -> None:
    show = board()
    recall(show, {"a/level": 1.0})
    recall(show, {"a/level": 0.0}, time=2.0)
    assert at(show, "a/level", 2.0) == pytest.approx(0.5)
    assert at(show, "a/level", 4.0) == pytest.approx(0.25)


def test_a_rate_that_places_no_path_blends_the_ways_travelled() -> None:
    show = board()
    recall(show, {"a/spin": 3.0}, beats=2.0)
    places = [show.snapshot().at(beat).position("/liveart/a/spin", beat) for beat in np.linspace(0.0, 4.0, 81)]
    steps = np.diff(places)
    assert places[0] == 0.0
    assert 0.05 <= steps.min() <= steps.max() < 0.3  # it gains on the slower one, and never jumps
    assert steps[-1] == pytest.approx(3.0 * 0.05)


def test_a_path_keeps_both_ends_of_a_morph() -> None:
    show = board()
    recall(show, {"way/speed": 0.5, "way/speed/position": 10.0, "way/x": 2.0}, time=1.0, beats=4.0)
    snapshot = show.snapshot().at(3.0)
    assert snapshot.group("way", 3.0)["speed_position"] == pytest.approx(11.0)
    assert snapshot.group("way", 3.0)["x"] == 2.0
    assert snapshot.left_group("way", 3.0)["speed_position"] == pytest.approx(3.0)
    assert snapshot.left_group("way", 3.0)["x"] == 0.0
    assert snapshot.share(3.0) == pytest.approx(0.5)


def test_what_is_captured_and_recalled_is_there_again() -> None:
    show = board()
    show.put_all([said("a/level", 0.3), said("a/blend", "mix"), said("way/speed", 2.0)])
    kept = show.capture(3.0)
    show.put_all([said("a/level", 0.9, 4.0), said("a/blend", "add", 4.0), said("way/speed", -1.0, 4.0)])
    assert show.recall(kept, said("cue", 1, 5.0)) == []
    assert show.capture(5.0) == kept


def test_what_an_lfo_moves_is_not_captured_until_a_hand_takes_it() -> None:
    show = board()
    show.put(said("a/level", 0.3, origin="clock"))
    assert "/liveart/a/level" not in show.capture(1.0)
    show.put(said("a/level", 0.3))
    assert "/liveart/a/level" in show.capture(1.0)


def test_what_does_not_fit_is_told_and_the_rest_recalled() -> None:
    show = board()
    texts = recall(show, {"gone/level": 1.0, "a/blend": "burn", "a/level": 7.0, "a/count": 3, "a/bang": 1}, beats=0.0)
    assert len(texts) == 4
    assert at(show, "a/level", 0.0) == 1.0
    assert at(show, "a/count", 0.0) == 3


def test_a_morph_is_held_while_frozen_and_goes_on_after() -> None:
    show = board()
    recall(show, {"a/level": 1.0})
    show.put(Event(FREEZE_ADDRESS, True, 1.0))
    assert at(show, "a/level", 3.0) == pytest.approx(0.25)
    show.put(Event(FREEZE_ADDRESS, False, 11.0))
    assert at(show, "a/level", 12.0) == pytest.approx(0.5)


def test_a_jump_of_the_clock_moves_neither_the_morph_nor_the_journey() -> None:
    show = board()
    recall(show, {"a/level": 1.0})
    before = show.snapshot().position("/liveart/way/speed", 2.0)
    show.put(Event(BEAT_ADDRESS, 100.0, 2.0, "midi"))
    assert show.snapshot().beat(2.0) == 100.0
    assert at(show, "a/level", 100.0) == pytest.approx(0.5)
    assert show.snapshot().position("/liveart/way/speed", 100.0) == pytest.approx(before)


def test_a_small_correction_of_the_clock_takes_the_journey_along_and_is_no_hand() -> None:
    show = board()
    show.put(Event(BEAT_ADDRESS, 2.01, 2.0, "clock midi"))
    assert show.snapshot().position("/liveart/way/speed", 2.01) == pytest.approx(2.01)
    assert show.snapshot().received_ns == 0


@pytest.mark.parametrize("value", ["four", None, float("nan"), 1e12])
def test_a_beat_that_is_none_is_refused(value: float | str | None) -> None:
    verdict = board().put(Event(BEAT_ADDRESS, value, 0.0))
    assert verdict.judgement == "refused"
    assert "beat" in verdict.text


def test_next_moves_the_journey_on_by_one_station() -> None:
    show = board()
    show.put(said("way/next", 1, 1.0))
    assert show.snapshot().position("/liveart/way/speed", 1.0) == pytest.approx(2.0)
    show.put(said("way/next", 0, 1.0))
    assert show.snapshot().position("/liveart/way/speed", 1.0) == pytest.approx(2.0)


def test_watchers_hear_where_the_morph_comes_to_and_where_it_ends() -> None:
    show, heard = board(), []
    show.watch(lambda changes: heard.extend((change.address, round(change.number, 3)) for change in changes))
    recall(show, {"a/level": 1.0}, launch=1.0, beats=2.0)
    running = [show.follow_morph(time, "cue") for time in (0.5, 2.0, 3.5, 4.0)]
    assert running == [True, True, False, False]
    assert heard == [("/liveart/a/level", 0.5), ("/liveart/a/level", 1.0)]


def test_a_tempo_in_a_cue_is_taken_at_once() -> None:
    show = board()
    recall(show, {"clock/tempo": 120.0}, time=2.0, beats=0.0)
    assert show.snapshot().tempo == show.snapshot()[TEMPO_ADDRESS] == 120.0
    assert show.snapshot().beat(3.0) == pytest.approx(4.0)


@given(st.floats(0.0, 1.0), st.sampled_from(range(len(CURVES))))
def test_every_curve_goes_from_0_to_1_and_never_back(share: float, curve: int) -> None:
    assert bend(0.0, curve) == 0.0
    assert bend(1.0, curve) == 1.0
    assert 0.0 <= bend(share, curve) <= bend(min(share + 0.01, 1.0), curve) <= 1.0


def test_every_reader_of_the_block_finds_the_same_place() -> None:
    block = ValueBlock(bytearray(block_bytes(LAYOUT)), LAYOUT)
    show = Board(LAYOUT, block=block)
    recall(show, {"a/level": 1.0}, launch=1.0)
    assert block.read().at(2.0)["/liveart/a/level"] == at(show, "a/level", 2.0) == pytest.approx(0.25)
