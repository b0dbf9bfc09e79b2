"""Feedback: on change, paced, silent under a hand, all of it after a reconnect; and what comes back is no hand."""

from __future__ import annotations

import random
from collections import deque
from itertools import pairwise

import pytest
from boards import PLAYER, layout
from hands import Rig, cc, key

from liveart.core.binding import Binding
from liveart.core.event import Event
from liveart.core.feedback import BURST, HOLD, PACE, Light
from liveart.core.gesture import Gesture
from liveart.core.param import Param

KNOB = Binding("cc 21", "p/level", "nano", 1)


def quiet(*bindings: Binding, **more: list[str]) -> Rig:
    """Return a rig whose first lights are sent."""
    rig = Rig(*bindings, **more)
    while rig.lit(0.0):
        pass
    return rig


def test_a_control_shows_the_present_state_first() -> None:
    assert Rig(KNOB).lit(0.0) == [Light("nano", "cc 21", 1, 0.5, 0)]


def test_a_change_is_told_once_and_only_when_the_control_can_show_it() -> None:
    rig = quiet(KNOB)
    rig.put("p/level", 0.75)
    assert rig.lights(1.0) == [("cc 21", 0.75)]
    assert rig.lights(2.0) == []
    rig.put("p/level", 0.7501)
    assert rig.lights(3.0) == [], "less than a step of 127"
    rig.put("p/tone", 999.0)
    assert rig.lights(4.0) == []


def test_a_fine_control_is_told_fine_changes() -> None:
    rig = quiet(Binding("cc14 1", "p/level", "nano"))
    rig.put("p/level", 0.5002)
    assert rig.lights(1.0) == [("cc14 1", 0.5002)]


@pytest.mark.parametrize(("binding", "target", "value", "position"), [
    (Binding("cc 1", "p/level", "nano", low=1.0, high=0.0), "p/level", 0.25, 0.75),
    (Binding("cc 1", "p/level", "nano", low=0.5, high=1.0), "p/level", 0.25, 0.0),
    (Binding("cc 1", "p/level", "nano", curve="square"), "p/level", 0.25, 0.5),
    (Binding("cc 1", "p/steps", "nano"), "p/steps", 16, 1.0),
    (Binding("note 1", "blackout", "nano"), "blackout", 1, 1.0),
    (Binding("note 1", "p/mood", "nano"), "p/mood", "wild", 1.0),
    (Binding("note 1", "p/level", "nano", action="set", high=0.3), "p/level", 0.3, 1.0),
    (Binding("note 1", "p/mood", "nano", action="set", high=0.0, low=1.0), "p/mood", "wild", 0.0),
    (Binding("/fader/1", "p/level", "osc"), "p/level", 0.3, 0.3),
    (Binding("cc 1", "p/level", "nano", encoder="twos"), "p/level", 0.3, 0.3),
])
def test_the_light_is_where_the_control_would_stand(binding: Binding, target: str, value: object,
                                                    position: float) -> None:
    rig = Rig(binding)
    rig.mapper.refresh(binding.device)
    rig.put(target, value)
    assert rig.lights(1.0) == [(binding.control, position)]


@pytest.mark.parametrize("binding", [
    Binding("note 1", "p/hit", "nano"), Binding("note 1", "cue/next", "nano"), Binding("note 1", "gone/hue", "nano"),
    Binding("cc 1", "p/level", "nano", feedback=False), Binding("key n", "blackout"),
    Binding("notes", "p/note", "nano"),
    Binding("/fader/1", "p/level", "osc"),
    Binding("program", "p/mood", "nano"), Binding("pressure", "p/level", "nano"), Binding("cc 1", "p/level"),
])
def test_what_has_no_state_or_no_light_is_told_nothing(binding: Binding) -> None:
    rig = Rig(binding)
    for address, value in (("p/hit", 1), ("p/level", 0.1), ("blackout", True), ("p/mood", "wild")):
        rig.put(address, value)
    assert rig.lights(1.0) == []


def test_lights_of_one_control_keep_their_distance_and_the_newest_value_wins() -> None:
    rig, told = quiet(KNOB), []
    for place in range(300):  # a millisecond each
        now = 1.0 + place / 1000
        rig.put("p/level", place / 300, now)
        told += [(now, light.position) for light in rig.lit(now)]
    told += [(2.0, light.position) for light in rig.lit(2.0)]
    times = [time for time, _ in told]
    assert min(b - a for a, b in pairwise(times)) >= PACE - 1e-9
    assert len(told) == 300 // 15 + 1
    assert told[-1][1] == 299 / 300


def test_a_fader_is_told_nothing_under_a_hand_and_set_right_afterwards() -> None:
    rig = quiet(KNOB)
    rig.do(cc(21, 10, 1.0), cc(21, 20, 1.2))
    rig.put("p/level", 0.9, 1.25)
    assert rig.lights(1.2 + HOLD - 0.01) == []
    assert rig.lights(1.2 + HOLD + 0.01) == [("cc 21", 0.9)]


def test_a_motor_fader_does_not_fight_the_hand_that_moves_it() -> None:
    rig = quiet(KNOB, motors=["nano"])
    for raw in range(0, 127, 5):
        rig.do(cc(21, raw, 1.0 + raw / 500))
        assert rig.lights(1.0 + raw / 500) == []
    assert rig.lights(5.0) == [], "it stands where its value is"
    assert rig.norm("p/level") == 125 / 127


def test_other_controls_of_the_same_value_are_told_at_once() -> None:
    rig = quiet(KNOB, Binding("cc 5", "p/level", "other", 1), motors=["nano"])
    rig.do(cc(21, 127, 1.0))
    assert rig.lights(1.0) == [("cc 5", 1.0)]


def test_buttons_and_rings_answer_at_once() -> None:
    rig = quiet(Binding("note 1", "blackout", "nano"), Binding("cc 7", "p/level", "nano", encoder="twos"))
    rig.do(key("note 1", 127, 1.0), cc(7, 2, 1.0))
    assert rig.lights(1.0) == [("note 1", 1.0), ("cc 7", 0.5156)]


def test_a_control_with_several_bindings_shows_the_first() -> None:
    rig = quiet(KNOB, Binding("cc 21", "p/tone", "nano", 1))
    rig.put("p/tone", 20.0)
    assert rig.lights(1.0) == []


def test_the_channel_is_that_on_which_the_control_spoke() -> None:
    rig = quiet(Binding("cc 21", "p/level", "nano"))
    rig.put("p/level", 0.1)
    assert [light.channel for light in rig.lit(1.0)] == [0]
    rig.do(cc(21, 1, 2.0, channel=4))
    rig.put("p/level", 0.8)
    assert [light.channel for light in rig.lit(9.0)] == [4]


def test_a_binding_for_one_channel_leaves_that_for_any_its_light() -> None:
    rig = Rig(Binding("cc 21", "p/level", "nano"), Binding("cc 21", "p/tone", "nano", 3))
    assert [(light.channel, light.binding) for light in rig.lit(0.0)] == [(0, 0), (3, 1)]


def test_a_binding_for_any_controller_lights_those_that_are_there() -> None:
    rig = quiet(Binding("cc 21", "p/level"))
    rig.mapper.refresh("a")
    rig.do(cc(21, 3, 0.0, device="b"))
    rig.put("p/level", 0.9)
    assert [(light.device, light.channel) for light in rig.lit(9.0)] == [("a", 0), ("b", 1)]


def test_a_device_that_comes_back_is_told_everything_a_little_at_a_time() -> None:
    rig = quiet(*(Binding(f"cc {place}", "p/level", "nano" if place % 2 else "other") for place in range(120)))
    rig.mapper.refresh("nano")
    dumps = [rig.lit(5.0 + place / 100) for place in range(5)]
    assert [len(dump) for dump in dumps] == [BURST] * 3 + [0, 0]
    assert {light.control for dump in dumps for light in dump} == {f"cc {place}" for place in range(1, 120, 2)}


def test_new_bindings_are_lit_and_old_ones_are_not_told_again() -> None:
    rig = quiet(KNOB)
    rig.mapper.bind(Binding("cc 22", "p/tone", "nano"))
    assert [control for control, _ in rig.lights(1.0)] == ["cc 22"]
    rig.mapper.rebind(0, low=0.25)
    assert rig.lights(2.0) == [("cc 21", 0.3333)]


def test_a_morph_is_followed() -> None:
    rig = quiet(KNOB)
    rig.board.recall({"/liveart/p/level": 1.0}, Event("/liveart/cue", 1, 0.0, "cue"), beats=2.0, curve=1)
    rig.board.follow_morph(0.5, "cue")
    assert rig.lights(0.5) == [("cc 21", 0.75)]


def test_a_swapped_model_takes_its_lights_along() -> None:
    rig = quiet(KNOB)
    rig.put("p/level", 0.9)
    there = rig.board.layout
    rig.board.relayout(layout(("q", PLAYER)), None)
    assert rig.lights(1.0) == []
    rig.board.relayout(there, None)
    rig.put("p/level", 0.4)
    assert rig.lights(2.0) == [("cc 21", 0.4)]
    rig.board.relayout(layout(("p", (Param("level", 0.7),))), None)
    rig.board.relayout(layout(("p", (Param("level", 0.7, 0.0, 2.0),))), None)
    assert rig.lights(3.0) == [("cc 21", 0.2)], "it has a new range"


def test_what_was_just_told_and_comes_back_is_no_hand() -> None:
    rig = quiet(KNOB, motors=["nano"])
    rig.put("p/level", 0.3)
    light = rig.lit(1.0)[0]
    assert rig.do(cc(21, round(light.position * 127), 1.1), cc(21, round(light.position * 127) + 1, 1.2)) == []
    assert rig.mapper.counts()["echoes"] == 2
    assert rig.do(cc(21, round(light.position * 127) + 3, 1.2)) != [], "a hand"


def test_much_later_the_same_position_is_a_hand() -> None:
    rig = quiet(KNOB, motors=["nano"])
    rig.put("p/level", 0.3)
    rig.lit(1.0)
    rig.do(cc(21, 38, 1.0 + HOLD + 0.1))
    assert rig.mapper.counts()["echoes"] == 0


@pytest.mark.parametrize("control", ["note 1", "cc 1"])
def test_pressing_a_lit_switch_twice_in_a_hurry_counts_twice(control: str) -> None:
    rig = quiet(Binding(control, "blackout", "nano"))
    sort = "button" if control == "note 1" else "position"
    for place in range(6):
        now, value = 1.0 + place * 0.08, float(place % 2 == 0)
        rig.do(Gesture("nano", control, value, int(127 * value), 127, now, 1, sort))
        rig.lit(now + 0.02)
        assert rig.at("blackout") == (1, 1, 0, 0, 1, 1)[place]
    assert rig.mapper.counts()["echoes"] == 0


def test_an_encoder_near_zero_is_not_taken_for_an_echo_of_its_ring() -> None:
    rig = quiet(Binding("cc 7", "p/level", "nano", encoder="twos"))
    rig.put("p/level", 0.0)
    for place in range(5):
        rig.lit(1.0 + place / 10)
        rig.do(cc(7, 1, 1.01 + place / 10))
    assert rig.norm("p/level") == pytest.approx(5 / 128)


BINDINGS = (KNOB, Binding("cc14 1", "p/tone", "nano", 1), Binding("note 1", "blackout", "nano", 1),
            Binding("note 2", "p/mood", "nano", 1), Binding("cc 3", "freeze", "nano", 1),
            Binding("cc 4", "p/steps", "nano", 1), Binding("/fader/1", "p/speed", "osc"),
            Binding("note 5", "p/level", "nano", 1, action="set", high=0.5))


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("motors", [[], ["nano", "osc"]])
def test_a_surface_that_echoes_everything_moves_nothing_and_comes_to_rest(delay: float, motors: list[str]) -> None:
    rig, chance = Rig(*BINDINGS, motors=motors), random.Random(5)
    mail: deque[tuple[float, Light]] = deque()
    rig.mapper.refresh("nano")
    rig.mapper.refresh("osc")
    wanted: dict[str, float] = {}
    for place in range(400):  # a hundredth of a second each
        now = 10.0 + place / 100
        if place < 200 and place % 7 == 0:
            for address, value in (("p/level", chance.random()), ("p/tone", 20 + 9999 * chance.random()),
                                   ("blackout", chance.random() < 0.5), ("freeze", chance.random() < 0.5),
                                   ("p/mood", chance.choice(("calm", "wild"))), ("p/steps", chance.randint(1, 16)),
                                   ("p/speed", chance.uniform(-4, 4))):
                rig.put(address, value, now)
                wanted[address] = rig.at(address)
        mail.extend((now + delay, light) for light in rig.lit(now))
        while mail and mail[0][0] <= now:
            rig.do(_echo(mail.popleft()[1], now))
    assert not mail
    assert {address: rig.at(address) for address in wanted} == wanted
    assert rig.mapper.counts()["echoes"] > 50


@pytest.mark.parametrize("coding", ["twos", "offset", "sign"])
@pytest.mark.parametrize("value", [0.0, 0.02, 0.5, 0.99, 1.0])
def test_an_encoder_that_sends_its_ring_back_comes_to_rest(coding: str, value: float) -> None:
    rig = Rig(Binding("cc 7", "p/level", "nano", 1, encoder=coding))
    rig.put("p/level", value)
    for place in range(200):
        now = 1.0 + place / 100
        lights = rig.lit(now)
        rig.do(*(_echo(light, now) for light in lights))
    assert not lights


def _echo(light: Light, now: float) -> Gesture:
    """Return what a surface sends that gives back all it is told."""
    steps = 16383 if light.control.startswith(("cc14", "/")) else 127
    raw = round(light.position * steps)
    is_note = light.control.startswith("note")
    return Gesture(light.device, light.control, raw / steps, raw, steps, now, light.channel,
                   "button" if is_note else "position")


def test_a_switch_that_is_bound_to_a_fader_shows_its_two_ends() -> None:
    rig = Rig(Binding("cc 1", "p/on", "nano"))
    rig.board.relayout(layout(("p", (Param("on", True, kind="bool"),))), None)
    assert rig.lights(1.0) == [("cc 1", 1.0)]


def test_a_key_or_an_address_that_is_bound_for_any_device_lights_nothing_on_a_controller() -> None:
    rig = Rig(Binding("key f", "p/on"), Binding("/1/fader3", "p/level"), Binding("cc 21", "p/level"))
    rig.mapper.refresh("nano")
    assert {light.control for light in rig.mapper.feedback(1.0)} == {"cc 21"}
