"""Bindings: the notation of controls, what is refused with a word, ranges and curves both ways, the row in a patch."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.binding import ACTIONS, CURVES, ENCODERS, TAKEOVERS, Binding
from liveart.core.binding_list import MOST_UNDO, BindingList
from liveart.core.control import check_control
from liveart.errors import LiveartError, PatchError, UsageError

ROW = Binding("cc 21", "paint/hue")


@pytest.mark.parametrize(("written", "control"), [
    ("cc 21", "cc 21"), ("CC 0", "cc 0"), ("cc  127", "cc 127"), ("cc14 31", "cc14 31"), ("nrpn 16383", "nrpn 16383"),
    ("rpn 2", "rpn 2"), ("note 36", "note 36"), ("note C3", "note 60"), ("note c-2", "note 0"), ("note G8", "note 127"),
    ("note F#1", "note 42"), ("note Gb1", "note 42"), ("poly c3", "poly 60"), ("bend", "bend"),
    ("Pressure", "pressure"), ("program", "program"), ("song", "song"), ("notes", "notes"), ("key n", "key n"),
    ("key Space", "key space"), ("key N", "key n"), ("/fader/1", "/fader/1"), ("/1/push_2", "/1/push_2"),
    ("cc 007", "cc 7"),
])
def test_a_control_is_brought_into_the_form_that_gestures_carry(written: str, control: str) -> None:
    assert check_control(written) == control
    assert check_control(control) == control


@pytest.mark.parametrize("written", [
    "", " ", "cc", "cc 128", "cc -1", "cc 1.5", "cc x", "cc14 32", "nrpn 16384", "note 128", "note H1", "note C9",
    "note C-3", "bend 3", "knob 1", "key", "key a b", "/", "/a b", "/a/*", "/a//b", "/a/", "/liveart/p/level", "cc ²",
    "cc 99999999999", "/" + "x" * 500, None, 21,
])
def test_what_no_controller_can_send_is_refused(written: str) -> None:
    with pytest.raises(PatchError) as caught:
        check_control(written)
    assert caught.value.hint


def test_a_misspelt_kind_is_answered_with_the_near_one() -> None:
    with pytest.raises(PatchError, match='Did you mean "nrpn"'):
        check_control("nprn 12")


@given(st.text(max_size=30))
def test_no_text_upsets_the_notation(text: str) -> None:
    with contextlib.suppress(PatchError):
        assert check_control(check_control(text)) == check_control(text)


@pytest.mark.parametrize("settings", [
    {"takeover": "picup"}, {"encoder": "two"}, {"action": "press"}, {"curve": "exp"}, {"low": -0.1}, {"high": 1.5},
    {"low": float("nan")}, {"high": "1"}, {"low": True}, {"channel": 17}, {"channel": -1}, {"channel": True},
    {"channel": 1.0}, {"target": ""}, {"target": "/"}, {"target": "paint/hue/norm"}, {"target": "paint hue"},
    {"target": "*/hue"}, {"target": 3}, {"device": 3}, {"feedback": 1}, {"control": "cc 200"},
    {"control": "key n", "device": "nano"}, {"control": "/fader/1", "device": "nano"}, {"device": "keys"},
    {"device": "osc"}, {"control": "key n", "channel": 1}, {"control": "note 3", "encoder": "twos"},
    {"control": "cc14 3", "encoder": "twos"},
])
def test_settings_that_make_no_sense_are_refused_with_a_word(settings: dict[str, object]) -> None:
    with pytest.raises(PatchError) as caught:
        replace(ROW, **settings)
    assert caught.value.what
    assert caught.value.hint


@pytest.mark.parametrize("curve", CURVES)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_range_and_curve_lead_there_and_back(curve: str, low: float, high: float, position: float) -> None:
    binding = replace(ROW, curve=curve, low=low, high=high)
    norm = binding.to_target(position)
    assert min(low, high) - 1e-12 <= norm <= max(low, high) + 1e-12
    assert (binding.to_target(0.0), binding.to_target(1.0)) == (low, high)
    if abs(high - low) > 1e-3:
        assert binding.to_target(binding.to_control(norm)) == pytest.approx(norm, abs=1e-9)


@pytest.mark.parametrize("curve", ["log", "square"])
def test_curves_are_fine_at_the_end_called_low(curve: str) -> None:
    assert replace(ROW, curve=curve).to_target(0.1) < 0.05
    assert replace(ROW, curve=curve, low=1.0, high=0.0).to_target(0.1) > 0.95


def test_a_value_outside_of_the_range_shows_as_the_nearer_end() -> None:
    binding = replace(ROW, low=0.6, high=0.4)
    assert (binding.to_control(0.9), binding.to_control(0.1)) == (0.0, 1.0)
    assert replace(ROW, low=0.5, high=0.5).to_control(0.5) == 0.0


@given(st.builds(Binding, st.sampled_from(["cc 1", "cc 64"]), st.sampled_from(["p/level", "/liveart/p/level"]),
                 st.sampled_from(["", "nano"]), st.integers(0, 16), st.floats(0, 1), st.floats(0, 1),
                 st.sampled_from(CURVES), st.sampled_from(TAKEOVERS), st.sampled_from(ENCODERS),
                 st.sampled_from(ACTIONS), st.booleans()))
def test_every_setting_survives_the_way_through_a_patch(binding: Binding) -> None:
    assert Binding.from_dict(binding.to_dict()) == binding


def test_a_row_says_only_what_differs_from_the_defaults() -> None:
    assert ROW.to_dict() == {"control": "cc 21", "target": "paint/hue"}
    assert ROW.address == "/liveart/paint/hue"


@pytest.mark.parametrize(("row", "words"), [
    ({"control": "cc 1"}, "needs the key \"target\""), ({"control": "cc 1", "target": "p/x", "chanel": 1}, "channel"),
    ({"control": "cc 300", "target": "p/x"}, "binding 3: \"cc 300\""),
])
def test_a_bad_row_is_told_with_its_place(row: dict[str, object], words: str) -> None:
    with pytest.raises(PatchError, match=words):
        Binding.from_dict(row, "binding 3")


def test_changes_of_the_list_can_be_taken_back_one_by_one() -> None:
    rows = BindingList([ROW])
    rows.set([*rows.rows, replace(ROW, control="cc 22")])
    rows.change(0, {"low": 0.5})
    rows.remove(1)
    for expected in (["cc 21", "cc 22"], ["cc 21", "cc 22"], ["cc 21"]):
        rows.undo()
        assert [row.control for row in rows.rows] == expected
    assert rows.rows == (ROW,)
    assert not rows.can_undo
    with pytest.raises(UsageError):
        rows.undo()


def test_a_change_that_makes_no_sense_changes_nothing() -> None:
    rows = BindingList([ROW])
    for change in (lambda: rows.remove(1), lambda: rows.remove(-1), lambda: rows.change(0, {"lwo": 0.1}),
                   lambda: rows.change(0, {"low": 2}), lambda: rows.change(5, {"low": 0.2})):
        with pytest.raises(LiveartError):
            change()
    assert rows.rows == (ROW,)
    assert not rows.can_undo


def test_only_so_many_changes_are_remembered() -> None:
    rows = BindingList()
    for _ in range(2 * MOST_UNDO):
        rows.set([ROW])
    for _ in range(MOST_UNDO):
        rows.undo()
    assert not rows.can_undo
