"""Params: what they accept, what they refuse, and that fader and number lead back to each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.param import Param, Value
from liveart.errors import ParamError

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 6))


@st.composite
def number_params(draw: st.DrawFn) -> Param:
    curve = draw(st.sampled_from(("linear", "log", "square")))
    low = draw(st.floats(1e-3, 1e3) if curve == "log" else NUMBERS)
    return Param("p", low, low, low + draw(st.floats(1.0, 1e6)), curve=curve)


@given(number_params(), st.floats(0.0, 1.0))
def test_a_fader_position_comes_back_from_its_number(param: Param, position: float) -> None:
    number = param.from_norm(position)
    assert param.bottom <= number <= param.top
    again = param.from_norm(param.to_norm(number))
    assert again == pytest.approx(number, rel=1e-9, abs=1e-9 * (param.top - param.bottom))


@given(number_params())
def test_the_ends_of_the_fader_are_the_ends_of_the_range(param: Param) -> None:
    assert (param.from_norm(0.0), param.from_norm(1.0)) == (param.bottom, param.top)
    assert (param.to_norm(param.bottom), param.to_norm(param.top)) == (0.0, pytest.approx(1.0))


@given(number_params(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_fader_moved_up_never_lowers_the_number(param: Param, a: float, b: float) -> None:
    assert param.from_norm(min(a, b)) <= param.from_norm(max(a, b))


@given(number_params(), st.floats(allow_nan=False, allow_infinity=False))
def test_any_finite_number_is_read_into_the_range_and_clipping_is_told(param: Param, value: float) -> None:
    reading = param.read(value)
    assert param.bottom <= reading.number <= param.top
    assert reading.clipped == (not param.bottom <= value <= param.top)


@given(st.integers(-50, 50), st.integers(1, 100))
def test_every_whole_number_comes_back_through_the_fader(low: int, span: int) -> None:
    param = Param("p", low, low, low + span, kind="int")
    for number in range(low, low + span + 1):
        assert param.from_norm(param.to_norm(number)) == number


@given(st.integers(1, 12))
def test_every_choice_comes_back_by_word_by_number_and_by_fader(count: int) -> None:
    words = tuple(f"word{k}" for k in range(count))
    param = Param("p", words[-1], kind="choice", choices=words)
    assert param.start == count - 1
    for place, word in enumerate(words):
        assert param.read(word).number == param.read(place).number == place
        assert param.show(place) == word
        assert param.read_norm(param.to_norm(place)).number == place


def test_a_choice_of_one_is_that_one_wherever_the_fader_stands() -> None:
    param = Param("p", "only", kind="choice", choices=("only",))
    assert [param.read_norm(x).number for x in (0.0, 0.4, 1.0)] == [0.0, 0.0, 0.0]
    assert (param.bottom, param.top, param.to_norm(0.0), param.show(0.0)) == (0.0, 0.0, 0.0, "only")
    assert param.read(3).clipped


@pytest.mark.parametrize("value", [1, 1.0, True, np.float32(1), np.float64(1), np.int64(1), np.bool_(True)])
def test_ints_floats_doubles_and_bools_are_all_numbers(value: Value) -> None:
    assert Param("p", 0.0).read(value).number == 1.0
    assert Param("p", False, kind="bool").read(value).number == 1.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan"), 10**400, "1", "", None, b"1",
                                   [1.0], (1,), {}, 1j, object()])
@pytest.mark.parametrize("kind", ["float", "int", "bool", "rate"])
def test_wrong_types_nan_and_infinity_are_refused(kind: str, value: Value) -> None:
    param = Param("p", 0.0, kind=kind)  # type: ignore[arg-type]
    for read in (param.read, param.read_norm):
        with pytest.raises(ParamError, match='"p"'):
            read(value)


def test_a_refusal_of_a_long_value_stays_short() -> None:
    with pytest.raises(ParamError) as caught:
        Param("p").read("x" * 60_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(("value", "fires"), [(None, 1), (1, 1), (0.2, 1), (-1, 1), (True, 1),
                                              (0, 0), (0.0, 0), (False, 0)])
def test_a_trigger_fires_without_argument_or_by_any_number_but_0(value: Value, fires: int) -> None:
    param = Param("p", kind="trigger")
    assert param.read(value).number == param.read_norm(value).number == fires


def test_a_bool_is_on_for_any_number_but_0_and_from_the_middle_of_a_fader() -> None:
    param = Param("p", True, kind="bool")
    assert [param.read(x).number for x in (0, 0.2, -3, 1)] == [0, 1, 1, 1]
    assert [param.read_norm(x).number for x in (0, 63 / 127, 64 / 127, 1)] == [0, 0, 1, 1]
    assert param.show(1.0) is True


def test_an_unknown_choice_is_answered_with_the_nearest() -> None:
    with pytest.raises(ParamError, match='Did you mean "minor"'):
        Param("p", "major", kind="choice", choices=("major", "minor")).read("Mynor")


@pytest.mark.parametrize("declared", [
    {"name": ""}, {"name": "a/b"}, {"name": "größe"}, {"name": "a b"}, {"name": "norm"}, {"name": "__"},
    {"default": 2.0}, {"default": -0.1}, {"default": math.nan}, {"default": "loud"},
    {"low": 1.0, "high": 1.0}, {"low": 2.0}, {"high": math.inf}, {"low": math.nan}, {"low": -1e308, "high": 1e308},
    {"curve": "log"}, {"curve": "log", "low": 5e-324, "default": 0.5}, {"curve": "cubic"},
    {"kind": "knob"}, {"kind": "choice"}, {"kind": "choice", "choices": ("a", "a")}, {"choices": ("a", "b")},
    {"kind": "choice", "choices": ("a", "b"), "default": "c"}, {"kind": "choice", "choices": ("a", "b"), "default": 2},
    {"kind": "choice", "choices": ("a", "b"), "curve": "square"}, {"kind": "bool", "curve": "log", "low": 0.1},
    {"kind": "int", "high": 2.5}, {"glide": -1.0}, {"glide": math.nan}, {"kind": "int", "glide": 0.1}, {"pad": "z"},
])
def test_a_declaration_that_contradicts_itself_is_refused(declared: dict[str, object]) -> None:
    with pytest.raises(ParamError):
        Param(**({"name": "p"} | declared))  # type: ignore[arg-type]
