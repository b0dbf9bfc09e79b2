"""The desk: cues by name, number, step and beat; undo; taps; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from liveart.core.board import BEAT_ADDRESS, TEMPO_ADDRESS, Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.errors import PatchError
from liveart.show.cue import Cue
from liveart.show.cue_list import CueList
from liveart.show.desk import Desk

LAYOUT = Layout.of([
    ("", (Param("blackout", False, kind="bool"),)),
    ("clock", (Param("tempo", 60.0, 20.0, 300.0), Param("tap", kind="trigger"))),
    ("sound", (Param("gain", -3.0, -60.0, 6.0),)),
    ("a", (Param("level", 0.0), Param("hue", 0.0)))])
LEVEL = "/liveart/a/level"


class Stage:
    """A desk over a board whose beat is the time in seconds; cues at level 0.1, 0.2, 0.3."""

    def __init__(self, **settings: Any) -> None:
        timing = {"morph": 0.0} | settings
        cues = tuple(Cue(name, {LEVEL: level}, **timing) for name, level in
                     (("dawn", 0.1), ("noon", 0.2), ("dusk", 0.3)))
        self.kept: list[CueList] = []
        self.told: list[str] = []
        self.board = Board(LAYOUT)
        self.desk = Desk(self.board, CueList(cues), 4, ("a/hue",), self.told.append, self.kept.append)

    def say(self, word: str, value: Any = 1, time: float = 0.0) -> str:
        """Put one event; return its judgement."""
        return self.desk.put([Event(f"/liveart/{word}", value, time, "hand")])[0].judgement

    def play(self, start: float, end: float) -> None:
        """Tick through some seconds, every hundredth."""
        for tick in range(round(start * 100), round(end * 100) + 1):
            self.desk.tick(tick / 100)

    def level(self, beat: float) -> float:
        """The level that a frame at this beat sees."""
        return self.board.snapshot().at(beat)[LEVEL]


@pytest.mark.parametrize(("word", "value"), [("cue", "noon"), ("cue", 2), ("cue", 2.0), ("cue", "2"), ("cue/noon", 1),
                                             ("cue/noon", None), ("cue/2", True), ("cue/noon/norm", 0.7)])
def test_a_cue_comes_by_name_and_by_number(word: str, value: Any) -> None:
    stage = Stage()
    assert stage.say(word, value) == "ok"
    assert stage.level(0.0) == 0.2


def test_a_button_that_is_released_fires_nothing() -> None:
    stage = Stage()
    assert stage.say("cue/noon", 0) == "ok"
    assert stage.level(0.0) == 0.0


@pytest.mark.parametrize(("word", "value", "text"), [
    ("cue/non", 1, "noon"), ("cue", 9, "There are 3"), ("cue", None, "name or a number"), ("cue", 1.5, "no cue 1.5"),
    ("cue/next", "noon", "trigger"), ("cue/dawn", float("nan"), "can't take"), ("cue/undo", 1, "no recall"),
    ("cue", "²", "no cue"), ("cue/²", 1, "no cue"), ("cue", "9" * 5000, "no cue"), ("cue", 10**400, "no cue"),
    ("cue/dawn", 10**400, "can't take"), ("cue/dawn", [1], "can't take"), ("cue", [1], "no cue"),
    ("cue", True, "no cue"),
    ("cue/store", "two words", "without spaces"), ("cue/store", "next", "meaning"), ("cue/store", "4", "no cue 4")])
def test_a_cue_word_that_makes_no_sense_gets_a_sentence(word: str, value: Any, text: str) -> None:
    stage = Stage()
    verdict = stage.desk.put([Event(f"/liveart/{word}", value, 0.0, "hand")])[0]
    assert verdict.judgement in ("unknown", "refused")
    assert text in verdict.text


def test_cues_and_values_in_one_bundle_are_judged_in_order() -> None:
    stage = Stage()
    events = [Event(LEVEL, 0.9, 0.0), Event("/liveart/cue/nope", 1, 0.0), Event("/liveart/a/none", 1, 0.0)]
    assert [verdict.judgement for verdict in stage.desk.put(events)] == ["ok", "unknown", "unknown"]


@pytest.mark.parametrize(("quantum", "pressed", "launch"), [("beat", 1.3, 2.0), ("bar", 1.3, 4.0), ("bar", 4.0, 4.0),
                                                           ("2 bars", 4.5, 8.0), ("4 bars", 0.5, 16.0)])
def test_a_cue_waits_for_its_beat_and_lands_on_it_exactly(quantum: str, pressed: float, launch: float) -> None:
    stage = Stage(quantum=quantum)
    stage.play(0.0, pressed)
    stage.say("cue/noon", 1, pressed)
    stage.play(pressed, launch + 0.1)
    assert stage.level(launch - 1e-6) == 0.0
    assert stage.level(launch) == 0.2


def test_what_waits_is_shown_replaced_and_called_off() -> None:
    stage = Stage(quantum="bar")
    stage.say("cue/noon", 1, 0.5)
    assert stage.desk.state(0.5)["pending"] == "noon"
    assert stage.desk.state(0.5)["launch"] == 4.0
    stage.say("cue/dusk", 1, 1.0)
    assert stage.desk.state(1.0)["pending"] == "dusk"
    stage.say("cue/undo", 1, 1.5)
    stage.play(1.5, 5.0)
    assert stage.level(5.0) == 0.0


def test_the_set_is_stepped_through_and_round() -> None:
    stage = Stage()
    levels = []
    for time, word in enumerate(("next", "next", "next", "next", "previous")):
        stage.say(f"cue/{word}", 1, float(time))
        levels.append(stage.level(time))
    assert levels == [0.1, 0.2, 0.3, 0.1, 0.3]


def test_a_set_list_may_name_a_cue_twice() -> None:
    stage = Stage()
    stage.desk.edit({"order": ["dawn", "dusk", "dawn", "noon"]}, 0.0)
    heard = []
    for time in range(4):
        stage.say("cue/next", 1, float(time))
        heard.append(stage.desk.state(time)["at"])
    assert heard == ["dawn", "dusk", "dawn", "noon"]


def test_undo_goes_back_step_by_step() -> None:
    stage = Stage()
    stage.board.put(Event(LEVEL, 0.77, 0.0))
    stage.say("cue/dawn", 1, 1.0)
    stage.say("cue/noon", 1, 2.0)
    stage.say("cue/undo", 1, 3.0)
    assert stage.level(3.0) == 0.1
    assert stage.desk.state(3.0)["at"] == "dawn"
    stage.say("cue/undo", 1, 4.0)
    assert stage.level(4.0) == 0.77


def test_next_after_an_undo_goes_on_from_where_it_went_back_to() -> None:
    stage = Stage()
    for time, word in enumerate(("dawn", "next", "next", "undo", "next")):
        stage.say(f"cue/{word}", 1, float(time))
    assert stage.desk.state(9.0)["at"] == "dusk"


def test_next_pressed_twice_before_the_bar_goes_two_on() -> None:
    stage = Stage(quantum="bar")
    stage.say("cue/next", 1, 0.5)
    stage.say("cue/next", 1, 0.6)
    assert stage.desk.state(0.7)["pending"] == "noon"


def test_a_cue_is_stored_recalled_and_kept_without_what_is_safe() -> None:
    stage = Stage()
    stage.desk.put([Event(LEVEL, 0.6, 0.0), Event("/liveart/a/hue", 0.4, 0.0), Event("/liveart/sound/gain", -9, 0.0)])
    assert stage.say("cue/store", "mine") == "ok"
    assert stage.kept[-1].find("mine").values == {LEVEL: 0.6}
    stage.desk.put([Event(LEVEL, 0.0, 1.0)])
    stage.say("cue/mine", 1, 2.0)
    assert stage.level(99.0) == 0.6


def test_store_without_a_name_makes_one_and_with_a_number_writes_over() -> None:
    stage = Stage()
    stage.say("cue/store")
    assert stage.kept[-1].cues[-1].name == "cue-4"
    stage.board.put(Event(LEVEL, 0.5, 0.0))
    stage.say("cue/store", "2")
    assert stage.kept[-1].find("noon").values == {LEVEL: 0.5}


def test_a_cue_is_followed_by_another_after_its_beats() -> None:
    stage = Stage()
    stage.desk.edit({"set": "dawn", "follow": "dusk", "after": 3.0}, 0.0)
    stage.say("cue/dawn", 1, 1.0)
    stage.play(1.0, 4.5)
    assert stage.level(3.999) == 0.1
    assert stage.level(4.0) == 0.3


def test_cues_are_renamed_deleted_reordered_and_changed() -> None:
    stage = Stage()
    stage.desk.edit({"set": "dawn", "follow": "dusk"}, 0.0)
    assert "evening" in stage.desk.edit({"rename": ["dusk", "evening"]}, 0.0)
    assert stage.desk.cues.find("dawn").follow == "evening"
    stage.desk.edit({"delete": "evening"}, 0.0)
    assert stage.desk.cues.find("dawn").follow == ""
    stage.desk.edit({"order": ["noon", "dawn"]}, 0.0)
    assert stage.desk.state(0.0)["list"] == ["noon", "dawn"]
    assert len(stage.kept) == 4


@pytest.mark.parametrize(("what", "text"), [
    ({"sture": "x"}, "store"), ({"set": "dawn", "morf": 1}, "morph"), ({"set": "dawn", "morph": -1}, "beats"),
    ({"rename": ["dawn"]}, "old and the new"), ({"rename": ["dawn", "noon"]}, "already"),
    ({"order": ["dawn", "night"]}, "no cue"), ({"order": 5}, "list"), ({"delete": "night"}, "no cue"),
    ({"set": "dawn", "quantum": "sometimes"}, "bars"), ({"set": "dawn", "follow": "nobody"}, "nobody")])
def test_an_edit_that_makes_no_sense_gets_a_sentence_and_changes_nothing(what: dict[str, Any], text: str) -> None:
    stage = Stage()
    before = stage.desk.cues
    with pytest.raises(PatchError, match=text):
        stage.desk.edit(what, 0.0)
    assert stage.desk.cues is before
    assert not stage.kept


def test_taps_set_tempo_and_beat() -> None:
    stage = Stage()
    for time in (0.0, 0.52, 1.02, 1.5, 2.0):
        stage.say("clock/tap", 1, time)
    assert stage.board.snapshot()[TEMPO_ADDRESS] == pytest.approx(120.0, abs=3)
    assert stage.board.snapshot().beat(2.0) % 1.0 == pytest.approx(0.0, abs=1e-6)


def test_a_clock_that_jumps_takes_what_waits_onto_its_new_grid() -> None:
    stage = Stage(quantum="bar")
    stage.say("cue/noon", 1, 1.0)
    stage.desk.put([Event(BEAT_ADDRESS, 101.0, 2.0, "clock midi")])
    assert stage.desk.state(2.0)["launch"] == 104.0
    stage.desk.put([Event(BEAT_ADDRESS, 1.0, 2.0, "clock midi")])
    assert stage.desk.state(2.0)["launch"] == 4.0


def test_a_cue_of_another_show_does_what_it_can_and_says_the_rest() -> None:
    stage = Stage()
    stage.desk.cues = CueList((Cue("odd", {"/liveart/gone/level": 1.0, LEVEL: 0.5}, morph=0.0),))
    assert stage.say("cue/odd") == "ok"
    assert stage.level(0.0) == 0.5
    assert "gone" in stage.told[0]


def test_a_value_sent_after_a_cue_in_one_batch_overrides_it() -> None:
    stage = Stage()
    stage.desk.put([Event("/liveart/cue/noon", 1, 1.0, "show control"), Event(LEVEL, 0.9, 1.0, "show control")])
    assert stage.level(1.0) == 0.9


@pytest.mark.parametrize("edit", [{"delete": "dusk"}, {"rename": ["dusk", "evening"]}, {"delete": "dawn"}])
def test_an_edit_of_what_waits_or_follows_does_not_stop_the_show(edit: dict[str, Any]) -> None:
    stage = Stage(quantum="bar")
    stage.desk.edit({"set": "dawn", "follow": "dusk"}, 0.0)
    stage.say("cue/dawn", 1, 0.5)
    stage.desk.edit(edit, 0.6)
    stage.play(0.6, 30.0)
    assert stage.desk.state(30.0)["at"] == {"dusk": "dawn", "dawn": ""}.get(edit.get("delete", ""), "evening")


def test_a_follow_keeps_its_distance_when_the_clock_jumps() -> None:
    stage = Stage()
    stage.desk.edit({"set": "dawn", "follow": "dusk", "after": 64.0}, 0.0)
    stage.say("cue/dawn", 1, 0.0)
    stage.desk.put([Event(BEAT_ADDRESS, 10.4, 10.0, "tap")])
    assert stage.desk.state(10.0)["launch"] == pytest.approx(64.4)


@pytest.mark.parametrize("tick", [0.01, 0.033, 0.2])
def test_a_hand_just_before_a_launch_means_the_same_however_often_the_show_looks(tick: float) -> None:
    stage = Stage(quantum="bar")
    stage.say("cue/noon", 1, 1.0)
    for time in (count * tick for count in range(int(3.96 / tick))):
        stage.desk.tick(max(time, 1.0))
    stage.desk.put([Event(LEVEL, 0.9, 3.97, "hand")])  # within the last 50 ms it belongs to what comes
    stage.play(4.0, 4.1)
    assert stage.level(4.0) == 0.9


def test_a_button_that_is_stuck_on_store_fills_neither_memory_nor_patch() -> None:
    stage = Stage()
    judged = {stage.say("cue/store", None, time) for time in range(600)}
    assert judged == {"ok", "unknown"} or judged == {"ok", "refused"}
    assert len(stage.desk.cues.cues) == 500


def test_a_cue_that_follows_itself_can_not_do_so_in_every_frame() -> None:
    with pytest.raises(PatchError, match="after"):
        Cue("mad", follow="mad", after=0.0)


def test_a_cue_that_freezes_freezes_and_one_with_a_tempo_has_it_at_once() -> None:
    layout = Layout.of([("", (Param("freeze", False, kind="bool"),)), ("clock", (Param("tempo", 60.0, 20.0, 300.0),)),
                        ("way", (Param("speed", 1.0, -4.0, 4.0, kind="rate", on_path=True),))])
    board = Board(layout)
    board.recall({"/liveart/freeze": True, TEMPO_ADDRESS: 180.0}, Event("cue", 1, 10.0), beats=8.0)
    now = board.snapshot().at(board.snapshot().beat(10.0))
    assert now.is_frozen
    assert now[TEMPO_ADDRESS] == now.tempo == 180.0
    board.recall({"/liveart/way/speed": 2.0}, Event("cue", 1, 20.0))
    assert board.snapshot().position("/liveart/way/speed", board.snapshot().beat(20.0)) == pytest.approx(10.0)
