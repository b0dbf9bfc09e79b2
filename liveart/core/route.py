"""Route: one binding at work on one control of one controller: what each gesture there makes of the target."""

from __future__ import annotations

import numpy as np

from liveart.core.binding import Binding
from liveart.core.control import KEYS, OSC
from liveart.core.encoder import CLICKS, decode, speed_up
from liveart.core.event import Event
from liveart.core.gesture import Gesture, Sort
from liveart.core.param import Param, Value
from liveart.core.takeover import Takeover
from liveart.core.target import Target

CUE = "/liveart/cue"
ON = 64.0 / 127.0  # a knob used as a button is down from here on
_TOUCH = 1e-9  # a real button sends 0 when it is up
Place = tuple[str, str, int]  # device, control, channel

_NUMBERS = ("program", "song")
_BUTTONS = ("bool", "trigger", "notes")


class Route:
    """`play` gives the event of a gesture. Each control has a hand of its own, so each has a route of its own."""

    __slots__ = ("_is_fader", "_turned", "binding", "hand", "index", "is_down", "origin", "takeover", "target")

    def __init__(self, index: int, binding: Binding, target: Target, device: str, has_motors: bool) -> None:
        self.index, self.binding, self.target = index, binding, target
        self.origin = device if device in (KEYS, OSC) else f"midi {device}"
        jumps = has_motors or binding.encoder or binding.control in _NUMBERS
        mode = ("jump" if jumps else "pickup") if binding.takeover == "auto" else binding.takeover
        self.takeover = Takeover(mode, binding.low, binding.high)
        self.hand: float | None = None
        self.is_down = self._is_fader = False
        self._turned = -np.inf

    def slides(self, sort: Sort) -> bool:
        """Say whether the control's place is the target's place: no button, no encoder."""
        if self.binding.encoder or sort == "button" or self.binding.action != "auto":
            return False
        return self.target.param is not None and self.target.param.kind not in _BUTTONS

    def is_caught(self, numbers: np.ndarray) -> bool:
        """Say whether the hand moves the value as it is, with nothing to catch up first."""
        if self.takeover.mode == "jump" or not self.slides("position"):
            return True
        norm = self.target.at(numbers)
        hand = self.takeover.hand
        if self.target.is_whole and hand is not None and self.target.number_at(hand) == self.target.number_at(norm):
            return True
        return self.takeover.holds(norm)

    def take_over(self, old: Route) -> None:
        """Go on where the route of an equal binding was."""
        self.takeover, self.hand, self.is_down, self._is_fader = old.takeover, old.hand, old.is_down, old._is_fader

    def forget(self) -> None:
        """Know no more where the hand is."""
        self.takeover.forget()
        self.hand, self.is_down = None, False

    def play(self, gesture: Gesture, numbers: np.ndarray, batch: int) -> Event | None:
        """Return what the gesture does to the target, None for nothing; `numbers` are the board's values now."""
        if self.binding.encoder:
            return self._turn(gesture, numbers, batch)
        self.hand = gesture.value
        if self.slides(gesture.sort):
            return self._slide(gesture, self.target.read(numbers, batch))
        is_down = self._edge(gesture)
        return None if is_down is None else self._press(gesture, is_down, self.target.read(numbers, batch))

    def _slide(self, gesture: Gesture, value: float) -> Event | None:
        target, hand = self.target, self.binding.to_target(gesture.value)
        if target.is_whole:  # any place that means the same number is the value's place
            before = hand if self.takeover.hand is None else self.takeover.hand
            value = before if target.number_at(before) == target.number else value
        moved = self.takeover.move(hand, value)
        if moved == value or not target.say(moved):
            return None
        return Event(target.norm_address, moved, gesture.time, self.origin)

    def _edge(self, gesture: Gesture) -> bool | None:
        """Return True when a button went down, False when it came up, None when it stays as it was."""
        if gesture.control in _NUMBERS:
            return True
        is_button = gesture.sort == "button"
        was_down, self.is_down = self.is_down, gesture.value >= (_TOUCH if is_button else ON)
        if not is_button and 0 < gesture.raw < gesture.steps:
            self._is_fader = True
        if self.is_down and (is_button or (gesture.value == 1.0 and self.origin == OSC)):
            return True  # each time: some programs send 1 at every press and never 0
        return None if was_down == self.is_down else self.is_down

    def _press(self, gesture: Gesture, is_down: bool, value: float) -> Event | None:
        target, param = self.target, self.target.param
        if target.is_note:
            velocity = self.binding.to_target(gesture.value) if is_down else 0.0
            return Event(target.address, velocity, gesture.time, self.origin)
        if param is None or not target.has_value:
            return self._fire(gesture) if is_down else None
        action = self._action(param, gesture.sort)
        if not is_down and action != "hold":
            return None
        low, high = self.binding.low, self.binding.high
        if action == "step":
            return self._set(gesture, self._next(param))
        if action == "toggle":
            return self._set(gesture, low if abs(value - high) < abs(value - low) else high)
        return self._set(gesture, high if is_down else low)

    def _action(self, param: Param, sort: Sort) -> str:
        """Return set, toggle, step or hold: what the binding's action means for this target."""
        action = self.binding.action
        if action not in ("auto", "trigger"):
            return action
        if param.kind == "choice":
            return "step"
        if param.kind == "bool":
            # A control that sends more than its two ends is a fader: the switch goes with it, not to and fro.
            return "hold" if action == "auto" and sort == "position" and self._is_fader else "toggle"
        return "hold" if action == "auto" else "set"

    def _next(self, param: Param) -> float:
        """Return the position of the next choice from low to high, of the first behind the last."""
        first, last = (param.read_norm(end).number for end in (self.binding.low, self.binding.high))
        step = 1.0 if last >= first else -1.0
        number = self.target.number + step
        return param.to_norm(number if min(first, last) <= number <= max(first, last) else first)

    def _set(self, gesture: Gesture, norm: float) -> Event:
        target = self.target
        target.say(norm)
        if target.is_whole:
            return Event(target.address, target.native(), gesture.time, self.origin)
        return Event(target.norm_address, norm, gesture.time, self.origin)

    def _fire(self, gesture: Gesture) -> Event:
        value: Value = None if self.target.param is None else 1
        if self.target.address == CUE and gesture.control in _NUMBERS:
            value = gesture.raw + 1  # programs are counted from 1 on every panel
        return Event(self.target.address, value, gesture.time, self.origin)

    def _turn(self, gesture: Gesture, numbers: np.ndarray, batch: int) -> Event | None:
        clicks, target, binding = decode(self.binding.encoder, gesture.raw), self.target, self.binding
        pause, self._turned = gesture.time - self._turned, gesture.time
        if clicks == 0 or target.is_note:
            return None
        if target.param is None or not target.has_value:
            return self._fire(gesture) if clicks > 0 else None
        norm = target.read(numbers, batch)
        if target.is_whole:
            moved = target.param.to_norm(target.number + (clicks if binding.high >= binding.low else -clicks))
        else:
            moved = norm + clicks * speed_up(pause) / CLICKS * (binding.high - binding.low)
        low, high = sorted((binding.low, binding.high))
        moved = min(max(moved, min(low, norm)), max(high, norm))
        if moved == norm:
            return None
        return self._set(gesture, moved)
