"""Notes: what hands hold on a keyboard, as plain numbers, so that it crosses to the workers as any value does.

Notes are state, not a stream: `VOICES` rows say which keys sound and how, and nothing can pile up or get lost on the
way. Each row counts its strikes, so that a note that came and went between two looks is still heard. Which note
takes which row is settled here, once, for all who read it.

A word names what is played, after the param's address: "60" (middle C; its value is the velocity, 0 lets it go),
"60.3" (the same key by finger 3: an MPE channel, a string), "60.3/bend", "60/pressure", "60/slide"; for all notes
together "bend", "pressure", "sustain" and "off". Each finger holds a key of its own: "60.1" and "60.2" are two notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from liveart.core.param import Param
from liveart.errors import ParamError, did_you_mean

VOICES = 16

# A row: TIME and RELEASED are seconds, as in Event; TURN tells which row was touched last; BEND is in semitones.
# BEFORE and LEFT: velocity and end of the same key's strike before.
(KEY, FINGER, VELOCITY, HELD, STRIKES, TIME, RELEASED, TURN, BEND, PRESSURE, SLIDE, BEFORE, LEFT,
 COLUMNS) = range(14)
# After the rows: what holds for all of them, and how many strikes there were in all.
BEND_ALL, SUSTAIN, PRESSURE_ALL, COUNT, WIDTH = range(VOICES * COLUMNS, VOICES * COLUMNS + 5)

# HELD: let go, kept by the pedal, under a finger. New notes take rows in this order.
UP, KEPT, DOWN = 0.0, 0.5, 1.0
SLIDE_REST = 0.5
TOP_KEY = 127

_NOTE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?(?:/(bend|pressure|slide))?")
_MARKS = {"bend": BEND, "pressure": PRESSURE, "slide": SLIDE}
_BEND = Param("bend", 0.0, -96.0, 96.0, unit="semitones", help="how far from its key")
_PRESSURE = Param("pressure", help="how hard it is pressed while held")
_OF_ONE = {"": Param("velocity", help="how hard it is struck; 0 lets it go"), "bend": _BEND, "pressure": _PRESSURE,
           "slide": Param("slide", SLIDE_REST, help="where on its key the finger lies")}
OF_ALL = {"bend": _BEND, "pressure": _PRESSURE, "sustain": Param("sustain", help="the pedal: down from 0.5 on"),
          "off": Param("off", kind="trigger", help="lets all go: keys, pedal, bend")}


def declared(word: str) -> Param:
    """Return the Param that says which values a word takes. Raises ParamError for a word that means nothing."""
    return OF_ALL[word] if word in OF_ALL else _OF_ONE[_parse(word)[2]]


def apply(numbers: np.ndarray, word: str, value: float, time: float) -> None:
    """Let what was played come true in `numbers`, float64 [WIDTH], in place; `value` as `declared(word)` reads it.

    What is said of a note that has no row, as it was never struck or lost its row to another, is forgotten.
    Raises ParamError for a word that means nothing.
    """
    rows = numbers[: VOICES * COLUMNS].reshape(VOICES, COLUMNS)
    if word in OF_ALL:
        _apply_to_all(numbers, rows, word, value, time)
        return
    key, finger, mark = _parse(word)
    row = _find(rows, key, finger)
    if mark:
        if row is not None:
            rows[row, _MARKS[mark]] = value
    elif value > 0.0:
        _strike(rows, row, (key, finger, value), time)
        numbers[COUNT] += 1.0
    elif row is not None and rows[row, HELD] == DOWN:
        _let_go(rows, np.array([row]), time, KEPT if numbers[SUSTAIN] >= 0.5 else UP)


def _strike(rows: np.ndarray, row: int | None, what: tuple[int, int, float], time: float) -> None:
    """Write key, finger and velocity into their row, or into one that is free for them."""
    before = 0.0 if row is None else rows[row, VELOCITY]
    row = _oldest(rows) if row is None else row
    strikes, turn = rows[row, STRIKES] + 1.0, rows[:, TURN].max() + 1.0
    released = rows[row, RELEASED]
    left = released if rows[row, HELD] == UP else time
    rows[row] = *what, DOWN, strikes, time, released, turn, 0.0, 0.0, SLIDE_REST, before, left


def _apply_to_all(numbers: np.ndarray, rows: np.ndarray, word: str, value: float, time: float) -> None:
    if word == "bend":
        numbers[BEND_ALL] = value
    elif word == "pressure":
        numbers[PRESSURE_ALL] = value
    elif word == "sustain":
        numbers[SUSTAIN] = value
        if value < 0.5:
            _let_go(rows, np.flatnonzero(rows[:, HELD] == KEPT), time, UP)
    elif value > 0.0:  # off
        numbers[[BEND_ALL, SUSTAIN, PRESSURE_ALL]] = 0.0
        _let_go(rows, np.flatnonzero(rows[:, HELD] != UP), time, UP)


def _let_go(rows: np.ndarray, which: np.ndarray, time: float, held: float) -> None:
    rows[which, HELD] = held
    rows[which, RELEASED] = time
    rows[which, TURN] = rows[:, TURN].max() + 1.0


def _find(rows: np.ndarray, key: int, finger: int) -> int | None:
    """Return the row that has this key and finger, held or let go: a key struck again takes its own row again."""
    found = np.flatnonzero((rows[:, KEY] == key) & (rows[:, FINGER] == finger) & (rows[:, STRIKES] > 0.0))
    return int(found[0]) if len(found) else None


def _oldest(rows: np.ndarray) -> int:
    """Return the row for a new note: a fresh one, else the longest let go, else the longest held."""
    return int(np.lexsort((rows[:, TURN], rows[:, HELD]))[0])


def _parse(word: str) -> tuple[int, int, str]:
    """Return (key, finger, mark) of "60.3/bend". Raises ParamError."""
    found = _NOTE.fullmatch(word)
    if found is None or int(found[1]) > TOP_KEY:
        near = did_you_mean(word, OF_ALL) if word[:1].isalpha() else ""
        raise ParamError(f'"{word:.60}" is no note.', near or f"Keys are 0 to {TOP_KEY}, as in 60, 60.3 or 60/bend.")
    return int(found[1]), int(found[2] or 0), found[3] or ""


@dataclass(frozen=True, slots=True)
class Notes:
    """The rows as a generator reads them, each an array [VOICES].

    key, finger  what was struck (0 in rows that never were: their `strikes` are 0)
    pitch     MIDI number with fractions: the key, its own bend and that of all
    velocity  0..1
    held      True under a finger or kept by the pedal
    strikes   how often the row was struck
    time      seconds, as in Event, of the last strike
    released  seconds at which it was last let go
    pressure  0..1, its own and that of all
    slide     0..1, 0.5 at rest
    before    velocity of the strike before, of the same key; 0 at its first in this row
    left      seconds at which that one ended: when it was let go, or struck again
    """

    key: np.ndarray
    finger: np.ndarray
    pitch: np.ndarray
    velocity: np.ndarray
    held: np.ndarray
    strikes: np.ndarray
    time: np.ndarray
    released: np.ndarray
    pressure: np.ndarray
    slide: np.ndarray
    before: np.ndarray
    left: np.ndarray

    @classmethod
    def of(cls, numbers: np.ndarray) -> Notes:
        """Read a notes param's numbers, float64 [WIDTH]."""
        rows = numbers[: VOICES * COLUMNS].reshape(VOICES, COLUMNS).T.copy()
        pitch = rows[KEY] + rows[BEND] + numbers[BEND_ALL]
        pressure = np.minimum(rows[PRESSURE] + numbers[PRESSURE_ALL], 1.0)
        return cls(rows[KEY], rows[FINGER], pitch, rows[VELOCITY], rows[HELD] > UP, rows[STRIKES], rows[TIME],
                   rows[RELEASED], pressure, rows[SLIDE], rows[BEFORE], rows[LEFT])
