"""Notes as state: which note takes which row, what the pedal keeps, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.notes import (
    COLUMNS,
    COUNT,
    DOWN,
    FINGER,
    HELD,
    KEPT,
    KEY,
    STRIKES,
    TURN,
    UP,
    VOICES,
    WIDTH,
    Notes,
    apply,
    declared,
)
from liveart.errors import ParamError


def played(*words: tuple[str, float], numbers: np.ndarray | None = None) -> np.ndarray:
    """Return the numbers after some words, one second apart."""
    numbers = np.zeros(WIDTH) if numbers is None else numbers
    for time, (word, value) in enumerate(words):
        apply(numbers, word, check(word, value), float(time + 1))
    return numbers


def check(word: str, value: object) -> float:
    """Return a value as the board keeps it."""
    return declared(word).read(value).number  # type: ignore[arg-type]


def rows(numbers: np.ndarray) -> np.ndarray:
    return numbers[: VOICES * COLUMNS].reshape(VOICES, COLUMNS)


def held(numbers: np.ndarray) -> list[float]:
    """Return the keys that sound, in the order in which they were struck."""
    notes = Notes.of(numbers)
    which = np.flatnonzero(notes.held)
    return [float(notes.key[row]) for row in which[np.argsort(notes.time[which])]]


def test_a_fresh_block_is_silent() -> None:
    notes = Notes.of(np.zeros(WIDTH))
    assert not notes.held.any()
    assert not notes.strikes.any()


def test_a_key_is_held_from_its_strike_to_its_release() -> None:
    numbers = played(("60", 0.8), ("64", 0.5), ("60", 0.0))
    notes = Notes.of(numbers)
    assert held(numbers) == [64.0]
    assert notes.key[:2].tolist() == [60.0, 64.0]
    assert notes.velocity[:2].tolist() == [0.8, 0.5]
    assert (notes.time[0], notes.released[0]) == (1.0, 3.0)
    assert numbers[COUNT] == 2.0


def test_a_note_that_came_and_went_is_seen_in_the_count_of_its_strikes() -> None:
    numbers = played(("60", 1.0), ("60", 0.0), ("60", 1.0), ("60", 0.0))
    assert Notes.of(numbers).strikes.tolist() == [2.0] + [0.0] * (VOICES - 1)


def test_a_key_struck_again_takes_its_own_row_again_and_begins_afresh() -> None:
    numbers = played(("60", 1.0), ("60/bend", 2.0), ("60/slide", 0.9), ("60/pressure", 0.7), ("60", 0.0), ("60", 0.5))
    notes = Notes.of(numbers)
    assert held(numbers) == [60.0]
    assert (notes.pitch[0], notes.slide[0], notes.pressure[0], notes.velocity[0]) == (60.0, 0.5, 0.0, 0.5)


def test_two_fingers_on_one_key_are_two_notes_each_with_its_own_bend() -> None:
    numbers = played(("60.1", 1.0), ("60.2", 1.0), ("60.2/bend", 1.5), ("60.1", 0.0), ("60/bend", 9.0))
    notes = Notes.of(numbers)
    assert held(numbers) == [60.0]
    assert notes.pitch[:2].tolist() == [60.0, 61.5]
    assert notes.finger[:2].tolist() == [1.0, 2.0]


def test_bend_and_pressure_of_all_add_to_those_of_each() -> None:
    numbers = played(("60", 1.0), ("60/bend", 1.0), ("bend", -3.0), ("60/pressure", 0.5), ("pressure", 0.7))
    notes = Notes.of(numbers)
    assert notes.pitch[0] == 58.0
    assert notes.pressure[0] == 1.0


def test_the_pedal_keeps_what_is_let_go_until_it_is_lifted() -> None:
    numbers = played(("60", 1.0), ("sustain", 1.0), ("60", 0.0), ("64", 1.0))
    assert held(numbers) == [60.0, 64.0]
    played(("sustain", 0.4), numbers=numbers)
    assert held(numbers) == [64.0]


def test_a_kept_key_struck_again_is_under_the_finger_again() -> None:
    numbers = played(("sustain", 1.0), ("60", 1.0), ("60", 0.0), ("60", 1.0), ("sustain", 0.0))
    assert held(numbers) == [60.0]


def test_off_lets_all_go_pedal_and_bend_too() -> None:
    numbers = played(("60", 1.0), ("sustain", 1.0), ("64", 1.0), ("64", 0.0), ("bend", 2.0), ("pressure", 1.0))
    played(("off", 0.0), numbers=numbers)
    assert held(numbers) == [60.0, 64.0]  # a button that is let go does nothing
    played(("off", 1.0), ("67", 1.0), ("67", 0.0), numbers=numbers)
    assert held(numbers) == []
    assert Notes.of(numbers).pitch[2] == 67.0


def test_a_new_note_takes_the_longest_released_row() -> None:
    numbers = played(*((str(key), 1.0) for key in range(60, 76)), ("63", 0.0), ("61", 0.0), ("80", 1.0))
    assert rows(numbers)[3, KEY] == 80.0
    assert rows(numbers)[1, KEY] == 61.0


def test_the_seventeenth_note_takes_the_row_of_the_oldest_kept_one_then_of_the_oldest_held_one() -> None:
    numbers = played(("sustain", 1.0), *((str(key), 1.0) for key in range(60, 76)), ("65", 0.0), ("90", 1.0),
                     ("91", 1.0))
    assert rows(numbers)[5, KEY] == 90.0
    assert rows(numbers)[0, KEY] == 91.0
    played(("60", 0.0), numbers=numbers)  # it lost its row: nothing is let go
    assert len(held(numbers)) == VOICES


def test_what_is_said_of_a_note_that_was_never_struck_is_forgotten() -> None:
    assert not played(("60", 0.0), ("60/bend", 3.0), ("60/pressure", 1.0)).any()


@pytest.mark.parametrize(("word", "value", "kept"), [
    ("60", 1.5, 1.0), ("60", -1, 0.0), ("60", True, 1.0), ("60.3", np.float32(0.25), 0.25), ("0", 1, 1.0),
    ("127.15/bend", -200, -96.0), ("bend", 200.0, 96.0), ("5/slide", 7, 1.0), ("sustain", 2, 1.0), ("off", None, 1.0)])
def test_a_value_is_clipped_into_its_range(word: str, value: object, kept: float) -> None:
    assert check(word, value) == kept


@pytest.mark.parametrize("word", ["", "128", "-1", "60.", "60.3.1", "60/", "60/bent", "6 0", "６０", "60/bend/x", "1e1",
                                  "sustained", "x" * 5000])
def test_a_word_that_means_nothing_is_refused(word: str) -> None:
    with pytest.raises(ParamError, match="is no note"):
        check(word, 1.0)


def test_a_word_that_is_nearly_right_is_answered_with_the_right_one() -> None:
    with pytest.raises(ParamError, match='Did you mean "sustain"'):
        check("sustan", 1.0)
    with pytest.raises(ParamError, match="0 to 127"):
        check("128", 1.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "loud", [1]])
def test_a_value_that_is_no_finite_number_is_refused(value: object) -> None:
    for word in ("60", "60/bend", "bend", "sustain"):
        with pytest.raises(ParamError):
            check(word, value)


def test_every_word_tells_its_range() -> None:
    assert (declared("60/bend").bottom, declared("bend").top) == (-96.0, 96.0)
    assert declared("60/slide").start == 0.5
    assert all(declared(word).help for word in ("60", "60/pressure", "60.1/slide", "sustain", "off", "pressure"))


KEYS = st.builds(lambda key, finger: f"{key}.{finger}" if finger else str(key),
                 st.integers(40, 63), st.integers(0, 1))  # more notes than rows, and most of them again and again
WORDS = st.one_of(KEYS, KEYS, st.builds("{}/{}".format, KEYS, st.sampled_from(["bend", "pressure", "slide"])),
                  st.sampled_from(["bend", "pressure", "sustain", "off"]))
NUMBERS = st.one_of(st.sampled_from([0.0, 0.0, 1.0]), st.floats(-200.0, 200.0))


@given(st.lists(st.tuples(WORDS, NUMBERS, st.floats(0.0, 1e6)), max_size=60))
def test_whatever_is_played_the_rows_stay_in_order(said: list[tuple[str, float, float]]) -> None:
    numbers, down = np.zeros(WIDTH), set[str]()
    for word, value, time in said:
        before, number = numbers.copy(), check(word, value)
        apply(numbers, word, number, time)
        held_rows = rows(numbers)[rows(numbers)[:, HELD] != UP]
        pairs = [(row[KEY], row[FINGER]) for row in held_rows]
        assert len(set(pairs)) == len(pairs) <= VOICES
        assert np.isin(rows(numbers)[:, HELD], (UP, KEPT, DOWN)).all()
        assert (rows(numbers)[:, STRIKES] >= rows(before)[:, STRIKES]).all()
        assert numbers[COUNT] == rows(numbers)[:, STRIKES].sum()
        assert np.isfinite(numbers).all()
        touched = rows(numbers)[rows(numbers)[:, STRIKES] > 0]
        assert len({(row[KEY], row[FINGER]) for row in touched}) == len(touched)
        if word[0].isdigit() and "/" not in word and number > 0.0:
            down.add(word)
            key, _, finger = word.partition(".")
            assert (float(key), float(finger or 0)) in pairs
            assert rows(numbers)[:, TURN].max() > rows(before)[:, TURN].max()
    for word in down:
        apply(numbers, word, 0.0, 1e6)
    apply(numbers, "sustain", 0.0, 1e6)
    assert not Notes.of(numbers).held.any()
    assert numbers[COUNT] == rows(numbers)[:, STRIKES].sum()
