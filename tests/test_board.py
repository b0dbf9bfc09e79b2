"""The board: verdicts, bundles that land whole, travel that never jumps, values that outlive a change of layout."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from boards import FIXED, PLAYER, layout, position, put
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.board import Board, Change
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.core.values import ValueBlock, block_bytes
from liveart.errors import ParamError


def together(count: int, work: Callable[[int], None]) -> None:
    """Run `work(k)` in `count` threads at once."""
    gate = threading.Barrier(count)

    def run(k: int) -> None:
        gate.wait()
        work(k)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(("address", "value", "judgement", "number"), [
    ("p/level", 0.25, "ok", 0.25), ("p/level", 7, "clipped", 1.0), ("p/level", "loud", "refused", 0.5),
    ("p/level", float("nan"), "refused", 0.5), ("p/tone/norm", 1.0, "ok", 2e4), ("p/tone/norm", -1, "clipped", 20.0),
    ("p/mood", "wild", "ok", 1.0), ("p/mood/norm", 0.9, "ok", 1.0), ("p/mood", "wyld", "refused", 0.0),
    ("p/steps", 3.4, "ok", 3.0), ("p/hit", None, "ok", 1.0), ("p/hit", 0, "ok", 0.0), ("freeze", True, "ok", 1.0),
])
def test_each_event_gets_its_verdict(address: str, value: float, judgement: str, number: float) -> None:
    board = Board(layout())
    verdict = put(board, address, value)
    assert verdict.judgement == judgement
    assert bool(verdict.text) == (judgement != "ok")
    assert board.snapshot()[f"/liveart/{address.removesuffix('/norm')}"] == pytest.approx(number)


def test_an_unknown_address_is_answered_with_the_nearest_and_changes_nothing() -> None:
    board = Board(layout())
    before = board.snapshot().numbers
    for _ in range(2):  # the second answer comes from memory
        verdict = put(board, "p/levle", 0.3)
        assert verdict.judgement == "unknown"
        assert 'Did you mean "/liveart/p/level"' in verdict.text
    assert (board.snapshot().numbers == before).all()


def test_a_flood_of_unknown_addresses_is_still_judged_one_by_one() -> None:
    board = Board(layout())
    assert {put(board, f"nobody/{k}", 1).judgement for k in range(600)} == {"unknown"}


def test_the_good_events_of_a_bundle_are_applied_and_the_bad_ones_told() -> None:
    board = Board(layout())
    verdicts = board.put_all(Event(f"/liveart/{address}", 0.75, 0.0) for address in ("p/level", "p/none", "p/tone"))
    assert [verdict.judgement for verdict in verdicts] == ["ok", "unknown", "clipped"]
    assert board.snapshot()["/liveart/p/level"] == 0.75


def test_no_reader_ever_sees_a_part_of_a_bundle() -> None:
    names = [f"a{k}" for k in range(20)]
    plan = layout(("p", tuple(Param(name, 0.0, 0.0, 1e6) for name in names)))
    block = ValueBlock(bytearray(block_bytes(plan)), plan)
    board = Board(plan, block=block)
    mixed: list[object] = []
    done = threading.Event()

    def watch(read: Callable[[], object]) -> None:
        while not done.is_set():
            seen = set(read().group("p", 0.0).values())  # type: ignore[attr-defined]
            if len(seen) != 1:
                mixed.append(seen)

    readers = [threading.Thread(target=watch, args=(read,)) for read in (block.read, board.snapshot)]
    for reader in readers:
        reader.start()
    together(4, lambda who: [board.put_all([Event(f"/liveart/p/{name}", float(200 * who + n), 0.0) for name in names])
                             for n in range(200)])
    done.set()
    for reader in readers:
        reader.join()
    assert mixed == []
    assert set(block.read().group("p", 0.0).values()) == set(board.snapshot().group("p", 0.0).values())


def test_no_trigger_is_lost_when_eight_threads_fire() -> None:
    board = Board(layout())
    together(8, lambda who: [put(board, "p/hit", None) for _ in range(250)])
    assert board.snapshot()["/liveart/p/hit"] == 2000


def test_watchers_are_told_last_what_is_true_last() -> None:
    board = Board(layout())
    told: list[Change] = []
    board.watch(lambda changes: told.extend(changes))
    together(8, lambda who: [put(board, "p/level", (who * 200 + n) / 1600) for n in range(200)])
    assert len(told) == 1600
    assert told[-1].number == board.snapshot()["/liveart/p/level"]


def test_a_watcher_may_put_by_itself() -> None:
    board = Board(layout())
    told: list[tuple[str, float]] = []

    def follow(changes: Sequence[Change]) -> None:
        told.extend((change.address, change.number) for change in changes)
        if changes[0].address == "/liveart/p/level":
            put(board, "p/steps", 9)

    board.watch(follow)
    put(board, "p/level", 0.1)
    assert told == [("/liveart/p/level", 0.1), ("/liveart/p/steps", 9.0)]


def test_a_change_says_who_did_it_and_when() -> None:
    board = Board(layout())
    told: list[Change] = []
    board.watch(told.extend)
    board.put(Event("/liveart/p/level/norm", 1.0, 12.5, "osc"))
    board.put(Event("/liveart/p/level", "loud", 13.0, "osc"))
    assert told == [Change("/liveart/p/level", 1.0, 12.5, "osc")]
    assert board.snapshot().received_ns == 12_500_000_000


@given(st.lists(st.tuples(st.floats(0.001, 5.0), st.sampled_from(("speed", "tempo", "freeze")), st.floats(0.0, 1.0)),
                min_size=1, max_size=12))
def test_speed_tempo_and_freeze_never_make_the_travel_jump(steps: list[tuple[float, str, float]]) -> None:
    board, time = Board(layout(), time=100.0), 100.0
    address = {"speed": "p/speed", "tempo": "clock/tempo", "freeze": "freeze"}
    for wait, what, value in steps:
        time += wait
        travelled, beat = position(board, time), board.snapshot().beat(time)
        put(board, f"{address[what]}/norm", value, time)
        assert position(board, time) == pytest.approx(travelled, abs=1e-6)
        assert board.snapshot().beat(time) == pytest.approx(beat, abs=1e-6)


def test_a_rate_travels_by_the_beat() -> None:
    board = Board(layout(), time=10.0)
    assert position(board, 14.0) == pytest.approx(0.25 * 4 * 2)
    put(board, "p/speed", -1.0, 14.0)
    assert position(board, 15.0) == pytest.approx(2.0 - 2.0)
    put(board, "clock/tempo", 60.0, 15.0)
    assert position(board, 17.0) == pytest.approx(0.0 - 2.0)


def test_freeze_stops_the_travel_and_lets_it_go_on_from_there() -> None:
    board = Board(layout())
    put(board, "freeze", 1, 4.0)
    assert position(board, 4.0) == position(board, 90.0) == pytest.approx(2.0)
    put(board, "p/speed", 1.0, 50.0)  # turned while frozen: nothing moves yet
    put(board, "freeze", 1, 80.0)
    assert position(board, 90.0) == pytest.approx(2.0)
    put(board, "freeze", 0, 100.0)
    assert position(board, 100.0) == pytest.approx(2.0)
    assert position(board, 101.0) == pytest.approx(2.0 + 2.0)


def test_the_tempo_of_a_new_board_is_the_one_given_or_the_layouts() -> None:
    assert Board(layout()).snapshot().tempo == 120.0
    board = Board(layout(), tempo=90.0)
    assert (board.snapshot().tempo, board.snapshot()["/liveart/clock/tempo"]) == (90.0, 90.0)
    assert Board(Layout.of([]), tempo=90.0).snapshot().tempo == 90.0


def test_a_snapshot_stays_as_it_was_and_can_not_be_written() -> None:
    board = Board(layout())
    before = board.snapshot()
    put(board, "p/level", 0.9)
    assert before["/liveart/p/level"] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        before.numbers[0] = 1.0


def test_a_group_holds_the_values_of_one_player_and_how_far_its_rates_went() -> None:
    snapshot = Board(layout()).snapshot()
    assert snapshot.group("p", beat=8.0) == {"level": 0.5, "tone": 440.0, "speed": 0.25, "speed_position": 2.0,
                                             "steps": 4.0, "mood": 0.0, "hit": 0.0}
    assert snapshot.group("nobody", 0.0) == {}


def test_the_same_address_twice_is_refused() -> None:
    with pytest.raises(ParamError, match="/liveart/p/level is declared twice"):
        layout(("p", (Param("level"), Param("level"))))


def test_a_new_layout_keeps_the_values_of_what_stays() -> None:
    board = Board(layout())
    for address, value in (("p/level", 0.9), ("p/steps", 12), ("p/mood", "wild"), ("p/hit", None), ("clock/tempo", 90)):
        put(board, address, value)
    put(board, "p/speed", 2.0, 1.0)
    fresh = layout(("new", (Param("x", 0.3),)), ("p", PLAYER))
    board.relayout(fresh, None)
    snapshot = board.snapshot()
    assert snapshot.group("p", 0.0) | {"speed_position": 0} == {
        "level": 0.9, "tone": 440.0, "speed": 2.0, "speed_position": 0, "steps": 12.0, "mood": 1.0, "hit": 1.0}
    assert (snapshot["/liveart/new/x"], snapshot.tempo) == (0.3, 90.0)
    assert put(board, "new/x", 0.7).judgement == "ok"


def test_a_new_layout_never_makes_the_travel_jump() -> None:
    board = Board(layout())
    put(board, "p/speed", 4.0, 3.0)
    travelled = position(board, 3.0)
    board.relayout(layout(("p", (Param("speed", 0.0, -1.0, 1.0, kind="rate"),))), None)
    assert position(board, 3.0) == pytest.approx(travelled)
    assert board.snapshot()["/liveart/p/speed"] == 1.0


def test_a_new_rate_sets_out_from_zero() -> None:
    board = Board(Layout.of(FIXED))
    put(board, "blackout", 0, 60.0)
    board.relayout(layout(), None)
    assert position(board, 60.0) == 0.0


def test_what_stays_is_made_to_fit_its_new_declaration() -> None:
    board = Board(layout())
    for address, value in (("p/level", 0.9), ("p/steps", 12), ("p/mood", "wild")):
        put(board, address, value)
    changed = (Param("level", 0.1, high=0.5), Param("steps", 0.5), Param("mood", "new", kind="choice",
                                                                     choices=("new", "odd", "wild")))
    board.relayout(layout(("p", changed)), None)
    assert board.snapshot().group("p", 0.0) == {"level": 0.5, "steps": 0.5, "mood": 2.0}


def test_a_choice_whose_word_is_gone_starts_again() -> None:
    board = Board(layout())
    put(board, "p/mood", "wild")
    board.relayout(layout(("p", (Param("mood", "b", kind="choice", choices=("a", "b")),))), None)
    assert board.snapshot()["/liveart/p/mood"] == 1.0
    board.relayout(layout(("p", (Param("mood", "c", kind="choice", choices=("c",)),))), None)
    assert board.snapshot()["/liveart/p/mood"] == 0.0
