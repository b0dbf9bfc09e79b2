"""Param: one control, declared once; OSC, sliders, tables and patch checks all follow from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from liveart.errors import ParamError, did_you_mean

Kind = Literal["float", "int", "bool", "choice", "trigger", "rate", "notes"]
Curve = Literal["linear", "log", "square"]
Value = float | int | bool | str | None

KINDS = ("float", "int", "bool", "choice", "trigger", "rate", "notes")
CURVES = ("linear", "log", "square")
PADS = ("", "x", "y")
_FIXED_RANGE = ("bool", "choice", "trigger", "notes")  # their low and high follow from the kind


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as the board keeps it, and whether it had to be clipped into the range."""

    number: float
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class Param:
    """One named control of a player.

    kind    float, int, bool, choice, trigger, rate: a speed whose travelled distance the board keeps, so that
            picture and sound stand at the same place of a path; or notes: a keyboard's held notes (core/notes.py),
            played at <address>/<note>.
    glide   seconds in which a jump of the value is smoothed away (0 = at once); float only.
    curve   how 0..1 maps to low..high: linear, log (low > 0) or square (fine at the low end).
    pad     "x" or "y" when the param is an axis of an XY pad.
    steps   a trigger's: the name of the rate or number beside it that each firing moves on by one.
    on_path True for a param that places a path: a morph between two cues then travels from point to point through
            latent space, not along the path.
    picture a small PNG file that faces may show beside it ("" for none): what moving it does. It says nothing about
            how the param behaves, so programs that control the show are not told of it.

    Raises ParamError for a declaration that contradicts itself.
    """

    name: str
    default: float | bool | str = 0.0
    low: float = 0.0
    high: float = 1.0
    kind: Kind = "float"
    unit: str = ""
    curve: Curve = "linear"
    glide: float = 0.0
    choices: tuple[str, ...] = ()
    help: str = ""
    pad: str = ""
    steps: str = ""
    on_path: bool = False
    picture: str = ""

    def __post_init__(self) -> None:
        self._check_words()
        self._check_range()
        if not 0.0 <= self.glide < math.inf or (self.glide and self.kind != "float"):
            raise ParamError(f'param "{self.name}" of kind {self.kind} has a glide of {self.glide} s.',
                             "Only a float glides, in 0 or more seconds.")
        if self.kind not in ("trigger", "notes") and self.read(self.default).clipped:
            raise ParamError(f'param "{self.name}": default {self.default!r} is not within '
                             f"{self.bottom:g}..{self.top:g}.", "Mend default, low or high.")

    def _check_words(self) -> None:
        if not self.name.replace("_", "").isalnum() or not self.name.isascii():
            raise ParamError(f'"{self.name}" can\'t be a param name.', "Use letters, digits and _ only.")
        if self.name == "norm":
            raise ParamError('"norm" can\'t be a param name.', "An address that ends in /norm means a fader position.")
        if self.kind not in KINDS or self.curve not in CURVES or self.pad not in PADS:
            raise ParamError(f'param "{self.name}" has kind "{self.kind}", curve "{self.curve}" and pad "{self.pad}".',
                             f'Kinds: {", ".join(KINDS)}; curves: {", ".join(CURVES)}; pad: x, y or "".')
        if bool(self.choices) != (self.kind == "choice") or len(set(self.choices)) != len(self.choices):
            raise ParamError(f'param "{self.name}" of kind {self.kind} has choices {self.choices}.',
                             'Give a choice, and nothing else, choices=("a", "b"), each once.')

    def _check_range(self) -> None:
        if self.kind in _FIXED_RANGE:
            if self.curve != "linear":
                raise ParamError(f'param "{self.name}" of kind {self.kind} has a {self.curve} curve.',
                                 "Curves are for numbers.")
            return
        if not (self.low < self.high and math.isfinite(self.high - self.low)):
            raise ParamError(f'param "{self.name}" goes from {self.low} to {self.high}.',
                             "Let low and high be finite, and high above low.")
        if self.curve == "log" and not (self.low > 0 and 1.0 < self.high / self.low < math.inf):
            raise ParamError(f'param "{self.name}" has a log curve from {self.low} to {self.high}.',
                             "Let low be above 0.")
        if self.kind == "int" and (self.low % 1 or self.high % 1):
            raise ParamError(f'int param "{self.name}" goes from {self.low} to {self.high}.', "Use whole numbers.")

    @property
    def bottom(self) -> float:
        """The lowest number that the board keeps for it."""
        return 0.0 if self.kind in _FIXED_RANGE else float(self.low)

    @property
    def top(self) -> float:
        """The highest number that the board keeps for it (0 for the only one of a single choice)."""
        if self.kind == "choice":
            return len(self.choices) - 1.0
        return 1.0 if self.kind in _FIXED_RANGE else float(self.high)

    @property
    def start(self) -> float:
        """The default as the board keeps it."""
        return 0.0 if self.kind in ("trigger", "notes") else self.read(self.default).number

    def read(self, value: Value) -> Reading:
        """Return `value`, given in native units, as a number within the range.

        Raises ParamError for a wrong type, NaN or infinity; out-of-range numbers are clipped.
        """
        if self.kind == "notes":
            raise ParamError(f'"{self.name}" takes notes.',
                             f"Send a velocity, 0 to 1, to …/{self.name}/60, and 0 to end it.")
        if self.kind == "choice" and isinstance(value, str):
            return Reading(float(self._choice(value)))
        number = self._number(value)
        if self.kind in ("bool", "trigger"):
            return Reading(0.0 if number == 0 else 1.0)
        if self.kind in ("int", "choice"):
            number = float(round(number))
        kept = self.clip(number)
        return Reading(kept, kept != number)

    def read_norm(self, value: Value) -> Reading:
        """Return the number for a fader position 0..1 (clipped); raises ParamError as `read` does.

        A bool is on from the middle of the fader; a trigger fires anywhere above 0, as soft pads send little.
        """
        if self.kind == "notes":
            return self.read(value)
        position = self._number(value)
        if self.kind == "trigger":
            return Reading(0.0 if position == 0 else 1.0)
        if self.kind == "bool":
            return Reading(1.0 if position >= 0.5 else 0.0)
        kept = min(max(position, 0.0), 1.0)
        return Reading(self.from_norm(kept), kept != position)

    def clip(self, number: float) -> float:
        """Return the nearest number within the range."""
        return min(max(number, self.bottom), self.top)

    def from_norm(self, position: float) -> float:
        """Return the number at fader position 0..1; the ends of the fader are exactly the ends of the range."""
        low, high = self.bottom, self.top
        if self.curve == "log":
            number = low * (high / low) ** position
        elif self.curve == "square":
            number = low + (high - low) * position * position
        else:
            number = low + (high - low) * position
        if self.kind not in ("float", "rate"):
            number = float(round(number))
        return high if position == 1.0 else self.clip(number)

    def to_norm(self, number: float) -> float:
        """Return the fader position 0..1 of a number."""
        low, high = self.bottom, self.top
        number = self.clip(number)
        if high == low:  # the only choice
            return 0.0
        if self.curve == "log":
            return math.log(number / low) / math.log(high / low)
        position = (number - low) / (high - low)
        return math.sqrt(position) if self.curve == "square" else position

    def show(self, number: float) -> float | int | bool | str:
        """Return the number as people write it: a bool, a whole number, the name of a choice."""
        if self.kind == "bool":
            return bool(number)
        if self.kind == "choice":
            return self.choices[round(self.clip(number))]
        return round(number) if self.kind in ("int", "trigger") else number

    def _number(self, value: Value) -> float:
        if isinstance(value, np.generic):
            value = value.item()  # sources that reckon with numpy may say what they found as it is
        if value is None and self.kind == "trigger":
            return 1.0  # a trigger without an argument fires
        if not isinstance(value, (bool, int, float)):
            raise ParamError(f'"{self.name}" takes {self._wanted()}, not {value!r:.60}.')
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ParamError(f'"{self.name}" can\'t be {number}.', "Send a finite number.")
        return number

    def _choice(self, word: str) -> int:
        if word not in self.choices:
            raise ParamError(f'"{self.name}" has no choice "{word:.60}".', did_you_mean(word, self.choices))
        return self.choices.index(word)

    def _wanted(self) -> str:
        return f"one of {', '.join(self.choices)}" if self.kind == "choice" else "a number"
