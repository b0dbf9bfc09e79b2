"""Gestures to events: knobs, buttons, switches, choices, cues, notes, and several bindings of one control."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from boards import PLAYER, layout
from hands import Rig, cc, fine, foreign, key
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.binding import Binding
from liveart.core.event import Event
from liveart.core.gesture import Gesture
from liveart.core.mapper import Mapper
from liveart.core.takeover import SAME

JUMP = Binding("cc 21", "p/level", "nano", takeover="jump")


def values(events: list[Event]) -> list[object]:
    """Return what the events say."""
    return [event.value for event in events]


def test_a_position_becomes_a_fader_position_of_the_target_at_the_time_of_the_gesture() -> None:
    events = Rig(replace(JUMP, low=0.5, high=1.0)).do(cc(21, 127, 7.5))
    assert events == [Event("/liveart/p/level/norm", 1.0, 7.5, "midi nano")]


@pytest.mark.parametrize(("changes", "raw", "norm"), [
    ({}, 0, 0.0), ({}, 127, 1.0), ({"low": 1.0, "high": 0.0}, 127, 0.0), ({"low": 0.2, "high": 0.4}, 0, 0.2),
    ({"curve": "square"}, 64, (64 / 127) ** 2), ({"curve": "log"}, 64, (100 ** (64 / 127) - 1) / 99),
])
def test_range_and_curve_say_where_a_knob_leads(changes: dict[str, object], raw: int, norm: float) -> None:
    rig = Rig(replace(JUMP, **changes))
    rig.turn(raw)
    assert rig.norm("p/level") == pytest.approx(norm)


@pytest.mark.parametrize(("gesture", "origin"), [
    (cc(21, 127), "midi nano"), (foreign("/fader/1", 1.0), "osc"), (Gesture("keys", "key n", 1.0, 1, 1, 0.0), "keys"),
])
def test_an_event_says_whose_hand_it_was(gesture: Gesture, origin: str) -> None:
    rig = Rig(Binding(gesture.control, "p/level", takeover="jump"))
    assert [event.origin for event in rig.do(gesture)] == [origin]


def test_a_knob_does_not_jump_but_picks_up() -> None:
    rig = Rig(replace(JUMP, takeover="auto"))
    assert rig.turn(10, 20, 30) == []
    assert rig.at("p/level") == 0.5
    rig.turn(60, 70, 80)
    assert rig.norm("p/level") == 80 / 127


@pytest.mark.parametrize("binding", [
    Binding("cc 21", "p/level", "motor"), Binding("cc 21", "p/level", "", takeover="jump")])
def test_motor_faders_and_jump_take_the_value_at_once(binding: Binding) -> None:
    rig = Rig(binding, motors=["motor"])
    rig.do(cc(21, 0, device="motor"))
    assert rig.at("p/level") == 0.0


@given(st.sampled_from(["pickup", "scale", "parallel", "catch", "auto"]),
       st.sampled_from(["p/level", "p/tone", "p/speed"]),
       st.lists(st.tuples(st.integers(0, 127), st.none() | st.floats(0, 1)), max_size=30))
def test_whatever_happens_on_the_board_a_value_moves_no_further_than_the_hand(
        mode: str, target: str, moves: list[tuple[int, float | None]]) -> None:
    rig, before = Rig(Binding("cc 21", target, takeover=mode)), None
    for raw, other in moves:
        if other is not None:
            rig.put(f"{target}/norm", other)
        was = rig.norm(target)
        rig.turn(raw)
        moved = abs(rig.norm(target) - was)
        assert moved <= (0 if before is None else abs(raw - before) / 127) + 2 * SAME
        before = raw


def test_a_recall_or_another_hand_arms_the_takeover_again() -> None:
    rig = Rig(replace(JUMP, takeover="pickup"))
    rig.turn(60, 70)
    rig.put("p/level", 0.1)
    assert rig.turn(71, 72) == []
    rig.put("p/level", 72 / 127)
    assert rig.turn(73, start=1.0) != [], "it was put back under the hand"


def test_a_running_morph_is_picked_up_where_it_is() -> None:
    rig = Rig(replace(JUMP, takeover="pickup"))
    rig.do(cc(21, 90, 0.0), cc(21, 80, 0.1), cc(21, 64, 0.2), cc(21, 50, 0.3))
    rig.board.recall({"/liveart/p/level": 1.0}, Event("/liveart/cue", 1, 0.3, "cue"), beats=8.0, curve=1)  # of 4 s
    middle = rig.mapper.state()[0]["is_caught"]
    assert not middle
    assert rig.do(cc(21, 51, 2.3)) == []
    start = 50 / 127
    now = start + (1 - start) * 0.55
    assert rig.do(cc(21, math.floor(now * 127), 2.5)) == []
    assert rig.do(cc(21, math.ceil(now * 127), 2.5)) != []


def test_a_device_that_comes_back_has_to_pick_up_again() -> None:
    rig = Rig(replace(JUMP, takeover="pickup"))
    rig.turn(60, 70)
    rig.mapper.rearm("nano")
    assert rig.turn(100) == []
    rig.mapper.rearm("other")
    assert rig.turn(60) != []


@pytest.mark.parametrize(("target", "start", "raws", "number"), [
    ("p/steps", 8, (62, 66, 75), 10), ("p/mood", 0, (30, 60, 100), 1), ("p/mood", 1, (30, 20), 1),
    ("p/mood", 1, (100, 20), 0),
])
def test_a_knob_that_stands_within_the_same_number_has_it_already(target: str, start: int, raws: tuple[int, ...],
                                                                   number: int) -> None:
    rig = Rig(Binding("cc 21", target))
    rig.put(target, start)
    rig.turn(*raws)
    assert rig.at(target) == number


def test_whole_numbers_are_said_once_each() -> None:
    rig = Rig(Binding("cc 21", "p/steps", takeover="jump"))
    assert len(rig.turn(*range(128))) == 16


# Buttons: what each action does to each kind of target on press, release, press, release.
STEPS = {
    ("auto", "p/hit"): (1, 1, 2, 2), ("auto", "blackout"): (1, 1, 0, 0), ("auto", "p/mood"): (1, 1, 0, 0),
    ("auto", "p/level"): (1, 0, 1, 0), ("auto", "p/steps"): (16, 1, 16, 1), ("auto", "p/speed"): (4, -4, 4, -4),
    ("set", "p/hit"): (1, 1, 2, 2), ("set", "blackout"): (1, 1, 1, 1), ("set", "p/mood"): (1, 1, 1, 1),
    ("set", "p/level"): (1, 1, 1, 1), ("set", "p/steps"): (16, 16, 16, 16),
    ("toggle", "p/hit"): (1, 1, 2, 2), ("toggle", "blackout"): (1, 1, 0, 0), ("toggle", "p/mood"): (1, 1, 0, 0),
    ("toggle", "p/level"): (1, 1, 0, 0), ("toggle", "p/steps"): (16, 16, 1, 1),
    ("trigger", "p/hit"): (1, 1, 2, 2), ("trigger", "blackout"): (1, 1, 0, 0), ("trigger", "p/mood"): (1, 1, 0, 0),
    ("trigger", "p/level"): (1, 1, 1, 1), ("trigger", "p/steps"): (16, 16, 16, 16),
    ("hold", "p/hit"): (1, 1, 2, 2), ("hold", "blackout"): (1, 0, 1, 0), ("hold", "p/mood"): (1, 0, 1, 0),
    ("hold", "p/level"): (1, 0, 1, 0), ("hold", "p/steps"): (16, 1, 16, 1),
}


CASES = [(control, *what) for control in ("note 36", "cc 36", "key b") for what in STEPS
         if control != "cc 36" or what[0] != "auto" or what[1] in ("p/hit", "blackout")]  # a cc is a knob to a number


@pytest.mark.parametrize(("control", "action", "target"), CASES)
def test_each_action_on_each_kind_of_target(control: str, action: str, target: str) -> None:
    rig = Rig(Binding(control, target, action=action))
    numbers = STEPS[action, target]
    for place, number in enumerate(numbers):
        is_down = place % 2 == 0
        if control.startswith("cc"):
            rig.do(cc(36, 127 * is_down, float(place)))
        else:
            rig.do(key(control, 90 * is_down, float(place)))
        assert rig.at(target) == number, (place, action, target)


def test_a_button_sets_what_its_binding_calls_high() -> None:
    rig = Rig(Binding("note 1", "p/level", action="set", high=0.25),
              Binding("note 2", "p/mood", action="set", high=0.0))
    rig.put("p/mood", "wild")
    rig.do(key("note 1", 127), key("note 2", 1))
    assert (rig.at("p/level"), rig.at("p/mood")) == (0.25, 0.0)


def test_a_button_steps_backwards_when_low_lies_above_high() -> None:
    board = layout(("p", (replace(PLAYER[4], default="a", choices=("a", "b", "c", "d")),)))
    rig = Rig(Binding("note 1", "p/mood", low=1.0, high=0.0), Binding("note 2", "p/mood", high=0.7))
    rig.board.relayout(board, None)
    assert values(rig.do(*[key("note 1", 100)] * 5)) == ["d", "c", "b", "a", "d"]
    assert values(rig.do(*[key("note 2", 100)] * 4)) == ["a", "b", "c", "a"], "from low to high only"


def test_two_presses_in_one_batch_toggle_twice() -> None:
    rig = Rig(Binding("note 1", "blackout"))
    assert values(rig.do_at_once([key("note 1", 1), key("note 1", 0), key("note 1", 1)])) == [True, False]


def test_a_knob_as_a_button_is_on_from_64_and_off_to_63() -> None:
    rig = Rig(Binding("cc 21", "p/level", action="hold"))
    assert values(rig.turn(0, 63, 64, 100, 64, 63, 0)) == [1.0, 0.0]


def test_a_fader_on_a_switch_moves_it_as_it_crosses_the_middle() -> None:
    rig = Rig(Binding("cc 21", "blackout"))
    assert values(rig.turn(0, 40, 90, 127, 60, 90)) == [True, False, True]


def test_letting_go_of_what_was_pressed_before_its_binding_does_nothing() -> None:
    rig = Rig(Binding("note 1", "p/level"), Binding("note 2", "p/note/60"))
    assert rig.do(key("note 1", 0), key("note 2", 0)) == []


def test_each_1_of_another_program_is_a_press_though_no_0_comes_between() -> None:
    rig = Rig(Binding("/go", "p/hit"))
    rig.do(*[foreign("/go", 1.0)] * 3, foreign("/go", 0.0), foreign("/go", 0.7), foreign("/go", 0.8))
    assert rig.at("p/hit") == 4


def test_a_knob_fires_a_trigger_on_the_way_up() -> None:
    rig = Rig(Binding("cc 21", "p/hit"))
    rig.turn(10, 70, 127, 10, 0, 127)
    assert rig.at("p/hit") == 2


def test_one_control_moves_all_that_it_is_bound_to() -> None:
    rig = Rig(JUMP, replace(JUMP, target="p/tone", low=1.0, high=0.0), replace(JUMP, target="p/hit"))
    rig.turn(127)
    assert (rig.at("p/level"), rig.at("p/tone"), rig.at("p/hit")) == (1.0, 20.0, 1.0)


def test_only_the_right_device_control_and_channel_count() -> None:
    rig = Rig(replace(JUMP, channel=3), replace(JUMP, device="", target="p/tone", control="cc 22"))
    assert rig.do(cc(21, 9, channel=2), cc(21, 9, channel=3, device="other"), cc(20, 9, channel=3)) == []
    assert rig.do(cc(21, 9, channel=3)) != []
    assert rig.do(cc(22, 9, device="a", channel=7), cc(22, 99, device="b")) != []


def test_two_controllers_on_a_binding_for_any_have_a_hand_each() -> None:
    rig = Rig(Binding("cc 21", "p/level"))
    rig.do(cc(21, 10, device="a"), cc(21, 100, device="b"), cc(21, 11, device="a"))
    assert rig.at("p/level") == 0.5


@pytest.mark.parametrize(("control", "target", "raw", "event"), [
    ("note 36", "cue/next", 100, ("/liveart/cue/next", None)), ("note 36", "cue/drop", 1, ("/liveart/cue/drop", None)),
    ("cc 36", "cue/undo", 127, ("/liveart/cue/undo", None)), ("program", "cue", 0, ("/liveart/cue", 1)),
    ("program", "cue", 4, ("/liveart/cue", 5)), ("song", "cue", 2, ("/liveart/cue", 3)),
    ("program", "cue/next", 9, ("/liveart/cue/next", None)), ("note 36", "clock/tap", 9, ("/liveart/clock/tap", None)),
    ("program", "p/hit", 0, ("/liveart/p/hit", 1)),
])
def test_what_is_no_value_is_fired_when_pressed(control: str, target: str, raw: int, event: tuple[str, object]) -> None:
    rig = Rig(Binding(control, target))
    sort = "button" if control.startswith("note") else "position"
    said = rig.mapper.gesture([Gesture("nano", control, raw / 127, raw, 127, 3.0, 1, sort)])
    assert [(one.address, one.value, one.time) for one in said] == [(*event, 3.0)]
    if control not in ("program", "song"):
        assert rig.mapper.gesture([Gesture("nano", control, 0.0, 0, 127, 4.0, 1, sort)]) == []


def test_the_same_program_twice_is_two_cues() -> None:
    rig = Rig(Binding("program", "cue"))
    gesture = Gesture("nano", "program", 0.0, 0, 127, 0.0, 1)
    assert values(rig.mapper.gesture([gesture, gesture])) == [1, 1]


def test_a_model_that_is_gone_costs_a_word_and_its_knob_works_again_when_it_is_back() -> None:
    rig = Rig(JUMP)
    there = rig.board.layout
    rig.board.relayout(layout(("q", PLAYER)), None)
    verdicts = rig.board.put_all(rig.mapper.gesture([cc(21, raw) for raw in range(128)]))
    assert [verdict.judgement for verdict in verdicts] == ["unknown"]
    assert rig.mapper.state()[0]["value"] is None
    rig.board.relayout(there, None)
    rig.turn(5)
    assert rig.norm("p/level") == 5 / 127


def test_a_pad_bound_to_one_note_plays_it_by_its_velocity() -> None:
    rig = Rig(Binding("note 36", "p/note/60"))
    assert values(rig.do(key("note 36", 127), key("note 36", 0))) == [1.0, 0.0]


def test_a_keyboard_plays_the_notes_of_its_player() -> None:
    rig = Rig(Binding("notes", "p/note", "keystation", 2), Binding("notes", "q/note"))
    words = [("60", 0.5, 1.0, 2), ("60.3/bend", -0.25, 1.1, 2), ("sustain", 1.0, 1.2, 3)]
    said = rig.mapper.notes("keystation", words)
    assert [event.address.removeprefix("/liveart/") for event in said] == [
        "p/note/60", "q/note/60", "p/note/60.3/bend", "q/note/60.3/bend", "q/note/sustain"]
    assert said[0] == Event("/liveart/p/note/60", 0.5, 1.0, "midi keystation")
    assert [event.address for event in rig.mapper.notes("other", words[:1])] == ["/liveart/q/note/60"]


def test_a_key_that_is_bound_by_itself_strikes_no_note_but_is_let_go() -> None:
    rig = Rig(Binding("notes", "p/note"), Binding("note 60", "p/hit"))
    words = [("60", 0.5, 1.0, 1), ("60.2", 0.5, 1.0, 1), ("61", 0.5, 1.0, 1), ("60", 0.0, 1.1, 1)]
    assert [event.address.rpartition("/")[2] for event in rig.mapper.notes("nano", words)] == ["61", "60"]


def test_what_is_no_position_is_refused_and_counted() -> None:
    rig = Rig(JUMP)
    bad = [replace(cc(21, 5), value=value) for value in (math.nan, math.inf, -0.1, 1.1)]
    assert rig.do(*bad) == []
    assert rig.mapper.counts()["refused"] == 4


def test_a_burst_of_3000_loses_nothing_and_the_last_value_is_right() -> None:
    rig, chance = Rig(JUMP), random.Random(3)
    raws = [chance.randrange(128) for _ in range(3000)]
    said = rig.do_at_once([cc(21, raw, place / 1e4) for place, raw in enumerate(raws)])
    changes = [raw for before, raw in zip([None, *raws], raws, strict=False) if raw != before]
    assert values(said) == [raw / 127 for raw in changes]
    assert rig.norm("p/level") == raws[-1] / 127


def test_the_network_can_ask_whether_an_address_is_bound() -> None:
    rig = Rig(Binding("/fader/1", "p/level"), Binding("cc 1", "p/level", "nano"))
    assert rig.mapper.knows("osc", "/fader/1")
    assert not rig.mapper.knows("osc", "/fader/2")
    assert not rig.mapper.knows("other", "cc 1")
    rig.mapper.learn("p/tone")
    assert rig.mapper.knows("osc", "/fader/2")


def test_addresses_that_lead_nowhere_are_not_kept() -> None:
    rig = Rig(Binding("/fader/1", "p/level"))
    for place in range(1000):
        rig.do(foreign(f"/x/{place}", 0.5))
    assert not list(rig.mapper._routes.places())


def test_a_fine_fader_reaches_what_a_coarse_one_cannot() -> None:
    rig = Rig(Binding("cc14 1", "p/level", takeover="jump"))
    rig.do(fine(1, 8191))
    assert rig.at("p/level") == 8191 / 16383


def test_the_state_shows_hand_and_value_on_the_same_scale() -> None:
    rig = Rig(Binding("cc 21", "p/level", low=0.5, high=1.0), Binding("note 1", "p/hit"))
    assert [(row["hand"], row["value"], row["is_caught"]) for row in rig.mapper.state()] == [
        (None, 0.5, False), (None, None, True)]
    rig.turn(127)
    assert (rig.mapper.state()[0]["hand"], rig.mapper.state()[0]["is_caught"]) == (1.0, False)
    rig.turn(0)
    row = rig.mapper.state()[0]
    assert (row["hand"], row["value"], row["is_caught"], row["index"]) == (0.5, 0.5, True, 0)
    assert {"device", "control", "channel", "address", "takeover", "encoder", "action", "low", "high", "curve",
            "feedback"} < set(row)


def test_a_mapper_without_bindings_says_nothing() -> None:
    assert Mapper(Rig().board).gesture([cc(1, 2)]) == []
    assert Mapper(Rig().board).gesture([]) == []
