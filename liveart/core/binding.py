"""Binding: which control moves which address, and how; a row of `[[bindings]]` in a patch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from liveart.core.control import KEYS, LONGEST, OSC, check_control, home
from liveart.errors import PatchError, did_you_mean

TAKEOVERS = ("auto", "jump", "pickup", "scale", "parallel", "catch")
ENCODERS = ("", "twos", "offset", "sign")
ACTIONS = ("auto", "set", "toggle", "trigger", "hold")
CURVES = ("linear", "log", "square")
_SPREAD = 100.0  # of the curve log: the first half of the travel covers a tenth, the second the rest


@dataclass(frozen=True, slots=True)
class Binding:
    """One control and the address that it moves.

    control   as in Gesture.control (a note also by its name, "note C3"); "notes" binds a whole keyboard to a player's
              notes
    target    an address, with or without the leading /liveart/; of a player's notes for "notes"
    device    the controller's name in the patch, "keys" or "osc"; "" takes any controller
    channel   MIDI channel 1..16; 0 takes any
    low, high fader positions 0..1 of the target at the two ends of the control; low may lie above high
    curve     how the travel of the control is spread over low..high: linear, log or square (both fine at `low`);
              not for encoders
    takeover  how a knob that stands elsewhere takes over: auto (pickup for knobs and faders, jump for buttons, encoders
              and motor faders), jump, pickup, scale, parallel, catch; see core/takeover.py
    encoder   "" for an absolute control, else the coding of an endless one, as it turns up and down: twos (1, 127),
              offset (65, 63), sign (1, 65)
    action    what a button does: auto (by the target: toggle a switch, fire a trigger, step through choices, hold a
              number at `high` while down), set (to `high`), toggle (between low and high), trigger (as auto, but a
              number goes to `high` and stays), hold (`high` while down, `low` when up)
    feedback  whether the control is told the state (LED, ring, motor)

    Raises PatchError for settings that make no sense.
    """

    control: str
    target: str
    device: str = ""
    channel: int = 0
    low: float = 0.0
    high: float = 1.0
    curve: str = "linear"
    takeover: str = "auto"
    encoder: str = ""
    action: str = "auto"
    feedback: bool = True

    def __post_init__(self) -> None:
        for name, known in (("takeover", TAKEOVERS), ("encoder", ENCODERS), ("action", ACTIONS), ("curve", CURVES)):
            if getattr(self, name) not in known:
                raise PatchError(f'a binding has no {name} "{getattr(self, name)}".',
                                 did_you_mean(str(getattr(self, name)), [word for word in known if word]))
        object.__setattr__(self, "control", check_control(self.control))
        self._check_ends()
        self._check_range()
        if self.encoder and not self.control.startswith("cc "):
            raise PatchError(f'{self.control} can\'t be an encoder ("{self.encoder}").', "Encoders send cc 0 to 127.")
        if not isinstance(self.feedback, bool):
            raise PatchError(f"a binding of {self.control} has feedback = {self.feedback!r}.", "Write true or false.")

    def _check_ends(self) -> None:
        if not isinstance(self.target, str) or not self.target.strip("/") or len(self.target) > LONGEST \
                or any(letter.isspace() or letter in "#*,?[]{}" for letter in self.target):
            raise PatchError(f"a binding of {self.control} can't go to {self.target!r:.60}.",
                             'Write one address, such as target = "paint/hue".')
        if self.target.endswith("/norm"):
            raise PatchError(f"a binding of {self.control} goes to {self.target}.", "Leave /norm away; low and high "
                             "of a binding are fader positions anyway.")
        if not isinstance(self.device, str):
            raise PatchError(f"a binding of {self.control} has device {self.device!r}.", 'Write device = "nano".')
        place = home(self.control)
        if self.device not in ("", place) if place else self.device in (KEYS, OSC):
            raise PatchError(f'the controller "{self.device}" has no {self.control}.',
                             f'Write device = "{place}", or none.' if place else "It is a control of MIDI.")
        if not isinstance(self.channel, int) or isinstance(self.channel, bool) or not 0 <= self.channel <= 16:
            raise PatchError(f"a binding of {self.control} has channel {self.channel!r}.",
                             "Write 1 to 16, or 0 for any.")
        if place and self.channel:
            raise PatchError(f"a binding of {self.control} has channel {self.channel}.", "Only MIDI has channels.")

    def _check_range(self) -> None:
        for name in ("low", "high"):
            value = getattr(self, name)
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            if not is_number or not 0.0 <= value <= 1.0:
                raise PatchError(f"a binding of {self.control} has {name} = {value!r}.",
                                 "low and high are fader positions, 0 to 1.")

    def to_target(self, position: float) -> float:
        """Return the fader position of the target, 0..1, for a position 0..1 of the control."""
        if self.curve == "log":
            position = (_SPREAD**position - 1.0) / (_SPREAD - 1.0)
        elif self.curve == "square":
            position *= position
        return self.low * (1.0 - position) + self.high * position  # exact at both ends

    def to_control(self, norm: float) -> float:
        """Return where the control would stand, 0..1, for a position of the target (the end, if outside)."""
        if self.low == self.high:
            return 0.0
        position = min(max((norm - self.low) / (self.high - self.low), 0.0), 1.0)
        if self.curve == "log":
            return math.log1p(position * (_SPREAD - 1.0)) / math.log(_SPREAD)
        return math.sqrt(position) if self.curve == "square" else position

    @property
    def address(self) -> str:
        """The whole address of the target."""
        return self.target if self.target.startswith("/") else f"/liveart/{self.target}"

    def to_dict(self) -> dict[str, Any]:
        """Return what differs from the defaults, as it stands in a patch."""
        defaults = {field.name: field.default for field in fields(self)}
        return {key: value for key, value in asdict(self).items() if value != defaults[key]}

    @classmethod
    def from_dict(cls, table: Mapping[str, Any], where: str = "a binding") -> Binding:
        """Return the binding of a patch's table. Raises PatchError for unknown or missing keys."""
        known = [field.name for field in fields(cls)]
        for key in table:
            if key not in known:
                raise PatchError(f'{where} has no key "{key}".', did_you_mean(key, known))
        for key in ("control", "target"):
            if key not in table:
                raise PatchError(f'{where} needs the key "{key}".', 'Write control = "cc 21" and target = "paint/hue".')
        try:
            return cls(**table)
        except PatchError as error:
            raise PatchError(f"{where}: {error.what}", error.hint) from error
