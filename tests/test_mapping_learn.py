"""Learn: the next control that a hand moves, and no resting one; knobs, faders, buttons, encoders, keyboards."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hands import Rig, cc, fine, foreign, key
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.binding import Binding
from liveart.core.control import check_control
from liveart.core.gesture import Gesture
from liveart.core.learner import WAIT
from liveart.errors import LiveartError, PatchError
from liveart.midi.parse import Parser


def learn(gestures: Iterable[Gesture], target: str = "p/level", rig: Rig | None = None) -> Binding | None:
    """Return what is learnt from the gestures, after waiting long enough."""
    rig = rig or Rig()
    rig.mapper.learn(target)
    last = 0.0
    for gesture in gestures:
        rig.do(gesture)
        last = gesture.time
    rig.lit(last + 2 * WAIT)
    return rig.mapper.learned()


def wheel(control: str, *values: float, steps: int = 127) -> list[Gesture]:
    """Return a control moved through some values."""
    return [Gesture("nano", control, value, round(value * steps), steps, place / 50, 1)
            for place, value in enumerate(values)]


@pytest.mark.parametrize(("gestures", "control"), [
    (wheel("cc 21", 0.1, 0.11, 0.12), "cc 21"), (wheel("cc 70", 0.1, 0.5), "cc 70"),
    (wheel("cc 70", 1.0, 0.0), "cc 70"),
    (wheel("nrpn 1300", 0.2, 0.3, steps=16383), "nrpn 1300"), (wheel("rpn 2", 0.2, 0.3, steps=16383), "rpn 2"),
    (wheel("bend", 0.5, 0.6, steps=16383), "bend"), (wheel("pressure", 0.0, 0.2), "pressure"),
    (wheel("poly 36", 0.0, 0.2), "poly 36"), (wheel("cc14 1", 0.5, 0.6, steps=16383), "cc14 1"),
    ([key("note 36", 1)], "note 36"), (wheel("program", 0.0), "program"), (wheel("song", 0.0), "song"),
])
def test_each_control_is_learnt_by_moving_it(gestures: list[Gesture], control: str) -> None:
    found = learn(gestures)
    assert found == Binding(control, "p/level", "nano", channel=1)


def test_keys_and_other_programs_addresses_are_learnt_alike() -> None:
    assert learn([Gesture("keys", "key n", 1.0, 1, 1, 0.0, 0, "button")]) == Binding("key n", "p/level", "keys")
    assert learn([foreign("/fader/1", 0.1), foreign("/fader/1", 0.9)]) == Binding("/fader/1", "p/level", "osc")
    assert learn([foreign("/push/1", 1.0, sort="button")]) == Binding("/push/1", "p/level", "osc")


@pytest.mark.parametrize("gestures", [
    [], wheel("cc 21", 0.5), wheel("cc 21", *[63 / 127, 64 / 127] * 50), wheel("bend", *[0.5, 0.5001, 0.4999] * 50),
    [key("note 36", 0)], wheel("cc 123", 0.0, 1.0), wheel("cc 99", 0.1, 0.9), wheel("cc 21", *[40 / 127] * 20),
    [cc(21, 40 + place, place * 10.0) for place in range(5)], [foreign("/a b", 0.1), foreign("/a b", 0.9)],
    [foreign("/" + "x" * 999, 0.1), foreign("/" + "x" * 999, 0.9)], [cc(21, 127, 0.0)],
], ids=str)
def test_what_no_hand_moved_for_certain_is_not_learnt(gestures: list[Gesture]) -> None:
    assert learn(gestures) is None


@pytest.mark.parametrize(("raws", "encoder"), [
    ((1, 1, 1), "twos"), ((65, 65, 65), "offset"), ((1, 65, 1), "sign"), ((127, 127, 1), "twos"), ((1, 2, 3), ""),
    ((127, 0), ""), ((60, 66, 70), ""),
])
def test_an_encoder_is_told_from_a_knob_by_three_messages(raws: tuple[int, ...], encoder: str) -> None:
    found = learn([cc(21, raw, place / 10) for place, raw in enumerate(raws)])
    assert found is not None
    assert found.encoder == encoder


@pytest.mark.parametrize("coarse", ["cc 1", "cc 33"])
def test_a_fine_fader_is_preferred_to_its_coarse_half(coarse: str) -> None:
    half = wheel(coarse, 0.1, 0.5)
    found = learn([*half, fine(1, 9000, half[-1].time + WAIT / 2)])
    assert found is not None
    assert found.control == "cc14 1"


def test_a_fine_fader_that_was_seen_first_is_waited_for() -> None:
    slow = [gesture for place in range(40) for gesture in
            (fine(1, 8000 + 20 * place, place / 50), cc(1, 62 + place // 6, place / 50), cc(33, place, place / 50))]
    found = learn(slow)
    assert found is not None
    assert found.control == "cc14 1"


def test_an_nrpn_is_preferred_to_the_data_entry_that_carries_it() -> None:
    half = wheel("cc 6", 0.1, 0.5)
    found = learn([*half, Gesture("nano", "nrpn 7", 0.5, 8000, 16383, half[-1].time + 0.001, 1)])
    assert found is not None
    assert found.control == "nrpn 7"


def test_without_its_fine_half_a_coarse_one_is_learnt_when_the_wait_is_over() -> None:
    rig = Rig()
    rig.mapper.learn("p/level")
    rig.do(*wheel("cc 1", 0.1, 0.5))
    assert rig.mapper.learned() is None
    rig.lit(0.02 + WAIT)
    assert rig.mapper.learned() == Binding("cc 1", "p/level", "nano", 1)


@pytest.mark.parametrize(("target", "control"), [("p/note", "notes"), ("q/note", "notes"), ("p/note/60", "note 40")])
def test_a_key_stands_for_the_whole_keyboard_where_notes_are_taken(target: str, control: str) -> None:
    found = learn([key("note 40", 80, channel=5)], target)
    assert found == Binding(control, target, "nano", 5)


def test_what_a_fader_of_14_bits_and_an_nrpn_send_as_bytes_is_learnt_whole() -> None:
    for begin, high, low, control in (((), 1, 33, "cc14 1"), ((0xB0, 99, 10, 0xB0, 98, 20), 6, 38, "nrpn 1300")):
        parser = Parser("nano")
        for place in range(30):
            raw = 8100 + 40 * place
            for message in threes((*begin, 0xB0, high, raw >> 7, 0xB0, low, raw & 127)):
                parser.feed(bytes(message), place / 100)
        found = learn(parser.take().gestures)
        assert found == Binding(control, "p/level", "nano", 1)


def threes(data: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return messages of three bytes each."""
    return [data[place : place + 3] for place in range(0, len(data), 3)]


def test_learning_tells_and_ends_by_itself() -> None:
    rig = Rig()
    rig.mapper.learn("p/level")
    assert rig.mapper.learning == "/liveart/p/level"
    learn(wheel("bend", 0.1, 0.9), rig=rig)
    assert rig.mapper.learning == ""
    assert rig.changes == [(Binding("bend", "p/level", "nano", 1),)] == [rig.mapper.bindings]
    rig.turn(1, 50, 100)
    assert len(rig.changes) == 1


def test_learning_can_be_stopped() -> None:
    rig = Rig()
    rig.mapper.learn("p/level")
    rig.mapper.learn(None)
    rig.do(*wheel("bend", 0.1, 0.9))
    assert (rig.mapper.learning, rig.mapper.learned(), rig.changes) == ("", None, [])


def test_what_can_be_no_target_is_refused_at_once() -> None:
    rig = Rig()
    with pytest.raises(PatchError):
        rig.mapper.learn("p/level/norm")
    assert rig.mapper.learning == ""


def test_learning_again_replaces_the_knob_and_keeps_its_settings_and_all_other_bindings() -> None:
    old = Binding("cc 1", "p/level", "nano", 2, low=0.2, high=0.7, takeover="scale", encoder="twos")
    others = (Binding("note 9", "p/level", "nano"), Binding("cc 5", "p/level", "other"),
              Binding("bend", "p/tone", "nano"))
    rig = Rig(others[0], old, *others[1:])
    learn(wheel("bend", 0.1, 0.9), rig=rig)
    new = Binding("bend", "p/level", "nano", 1, low=0.2, high=0.7, takeover="scale")
    assert rig.mapper.bindings == (others[0], new, *others[1:])


def test_learning_the_same_knob_again_adds_nothing() -> None:
    rig = Rig(Binding("bend", "p/level", "nano", 1))
    learn(wheel("bend", 0.1, 0.9), rig=rig)
    assert len(rig.mapper.bindings) == 1


def test_the_show_goes_on_while_learning() -> None:
    rig = Rig(Binding("bend", "p/level", "nano", takeover="jump"))
    learn(wheel("bend", 0.1, 0.9), "p/tone", rig)
    assert rig.at("p/level") == 0.9
    assert rig.norm("p/tone") == pytest.approx(0.5, abs=0.1), "what is learnt waits to be picked up"


def test_changes_are_told_and_taken_back() -> None:
    rig = Rig(Binding("bend", "p/level", "nano", takeover="jump"))
    rig.mapper.rebind(0, low=0.5)
    rig.mapper.bind(Binding("cc 1", "p/tone"))
    rig.mapper.unbind(0)
    assert [len(rows) for rows in rig.changes] == [1, 2, 1]
    for _ in range(3):
        rig.mapper.undo()
    assert rig.mapper.bindings == (Binding("bend", "p/level", "nano", takeover="jump"),)
    assert not rig.mapper.can_undo
    for wrong in (rig.mapper.undo, lambda: rig.mapper.unbind(4), lambda: rig.mapper.rebind("0", low=0.1),
                  lambda: rig.mapper.rebind(0, index=3), lambda: rig.mapper.rebind(0, control="cc 999")):
        with pytest.raises(LiveartError):
            wrong()
    assert rig.do(*wheel("bend", 0.25)) != []


def test_a_change_of_one_binding_leaves_what_others_have_caught() -> None:
    rig = Rig(Binding("cc 21", "p/level", "nano"), Binding("cc 22", "p/tone", "nano"))
    rig.turn(60, 70)
    rig.mapper.unbind(1)
    assert rig.mapper.state()[0]["hand"] == 70 / 127
    assert rig.turn(71) != []


def test_another_page_has_to_be_picked_up() -> None:
    rig = Rig(Binding("cc 21", "p/level", "nano"))
    rig.turn(60, 70)
    rig.mapper.use([Binding("cc 21", "p/steps", "nano")])
    assert rig.turn(0, 5) == []


ANY = ("cc 1", "cc 33", "cc14 1", "cc 99", "note 3", "nrpn 5", "bend", "/a", "x y")


@given(st.lists(st.tuples(st.sampled_from(ANY), st.floats(0, 1), st.floats(0, 0.1)), max_size=25))
def test_no_sequence_upsets_learning(moves: list[tuple[str, float, float]]) -> None:
    now, gestures = 0.0, []
    for control, value, pause in moves:
        now += pause
        gestures.append(Gesture("nano", control, value, round(value * 127), 127, now, 1,
                                "button" if control.startswith("note") else "position"))
    found = learn(gestures)
    assert found is None or check_control(found.control) == found.control
