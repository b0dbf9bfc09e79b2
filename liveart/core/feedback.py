"""Feedback: what controls should show (LED, ring, motor), paced, silent under a hand, and deaf to its own echo."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from liveart.core.binding import Binding
from liveart.core.control import KEYS, OSC, fineness
from liveart.core.encoder import LARGEST, decode
from liveart.core.gesture import Gesture
from liveart.core.route import ON, Place
from liveart.core.routes import Routes
from liveart.core.target import Target

PACE = 0.015  # seconds between two lights of one control
HOLD = 0.3  # seconds after a hand's last move in which its control is told nothing; echoes come no later
BURST = 20  # lights at once: more are lost by many controllers
_MUTE = ("poly", "pressure", "program", "song", "notes")


@dataclass(frozen=True, slots=True)
class Light:
    """What one control should show.

    position  0..1 of the control's own travel: a fader's place, a ring, an LED that is off at 0
    channel   MIDI channel 1..16; 0 when the binding takes any and nothing has come from the control yet
    binding   index of the binding that it belongs to
    """

    device: str
    control: str
    channel: int
    position: float
    binding: int


class Lamp:
    """One control that can show something, and what it was told last."""

    __slots__ = ("binding", "index", "is_wanted", "place", "quiet_until", "recent", "shown", "steps", "target")

    def __init__(self, place: Place, index: int, binding: Binding, target: Target) -> None:
        self.place, self.index, self.binding, self.target = place, index, binding, target
        self.steps = fineness(binding.control)
        self.shown = -1  # in steps; -1 for unknown
        self.quiet_until = 0.0
        self.is_wanted = True  # told even if it should show it already
        self.recent: deque[tuple[float, int]] = deque(maxlen=int(HOLD / PACE))

    def position(self, norm: float) -> float:
        """Return what to show for a target at `norm`: of a button that sets, whether it is set."""
        if self.binding.action == "set":
            return float(self.target.number_at(self.binding.high) == self.target.number_at(norm))
        return self.binding.to_control(norm)

    def is_echo(self, gesture: Gesture, slides: bool) -> bool:
        """Say whether a gesture only sends back what the control was told just now.

        A button let go is always heard, else it would seem to be held; and so small a number as an encoder sends is a
        turn, though it may look like a light.
        """
        if not self.recent or gesture.time - self.recent[-1][0] > HOLD:
            return False
        if self.binding.encoder:
            is_hand = abs(decode(self.binding.encoder, gesture.raw)) <= LARGEST
        else:
            is_hand = not slides and gesture.value < (ON if gesture.sort == "position" else 1.0 / self.steps)
        return not is_hand and self.was_told(gesture)

    def was_told(self, gesture: Gesture) -> bool:
        """Say whether the control was told just that in the last moments."""
        step = round(gesture.value * self.steps)
        return any(abs(step - told) <= 1 and gesture.time - time <= HOLD for time, told in self.recent)


class Feedback:
    """Lamps and what is due to them. Not thread-safe: the mapper's lock guards it. Times are monotonic seconds.

    Other programs (device "osc") are told nothing before `refresh("osc")` has said that somebody listens.
    """

    def __init__(self) -> None:
        self._present: set[str] = set()  # devices that are there, for the bindings that take any
        self._lamps: dict[Place, Lamp] = {}
        self._by_address: dict[str, list[Lamp]] = {}
        self._due: dict[Place, Lamp] = {}

    def lay(self, routes: Routes) -> None:
        """Give a lamp to each control of other bindings; what a control shows outlives the change."""
        old, self._lamps, self._by_address, self._due = self._lamps, {}, {}, {}
        self._light_known(routes, sorted(self._present), old)
        for place in routes.places():
            for route in routes.find(place):
                self.add(place, route.index, route.binding, route.target, old.get(place))

    def _light_known(self, routes: Routes, present: Iterable[str], old: Mapping[Place, Lamp]) -> None:
        """Give a lamp to each control that is known by its binding alone, if it has none."""
        for index, binding in enumerate(routes.bindings):
            for device in [binding.device] if binding.device else present:
                place = (device, binding.control, binding.channel)
                if binding.channel or not any(binding.control == known and device == name
                                              for name, known, _ in self._lamps):
                    self.add(place, index, binding, routes.targets[binding.address], old.get(place))

    def add(self, place: Place, index: int, binding: Binding, target: Target, old: Lamp | None = None) -> None:
        """Let a control show a binding's target, if it can; the first binding of a control has its light."""
        device, control, channel = place
        is_heard = device not in ("", KEYS, OSC) or (device == OSC and OSC in self._present)
        # No MIDI device has a key or an address, and no keyboard a controller.
        is_foreign = control.startswith(("key ", "/")) != (device in (KEYS, OSC))
        if not binding.feedback or not is_heard or is_foreign or place in self._lamps or control.startswith(_MUTE):
            return
        lamp = self._lamps[place] = self._due[place] = Lamp(place, index, binding, target)
        self._by_address.setdefault(target.address, []).append(lamp)
        if old is not None:
            lamp.shown, lamp.quiet_until, lamp.recent, lamp.is_wanted = old.shown, old.quiet_until, old.recent, False
        if channel and not binding.channel:
            self._drop((device, control, 0))  # its channel is known now

    def _drop(self, place: Place) -> None:
        lamp = self._lamps.pop(place, None)
        if lamp is not None:
            self._by_address[lamp.target.address].remove(lamp)
            self._due.pop(place, None)

    def get(self, place: Place) -> Lamp | None:
        """Return the lamp of a control."""
        return self._lamps.get(place)

    def changed(self, addresses: Iterable[str]) -> None:
        """Note that values have changed."""
        for address in addresses:
            for lamp in self._by_address.get(address, ()):
                self._due[lamp.place] = lamp

    def touched(self, lamp: Lamp, gesture: Gesture, slides: bool) -> None:
        """Note that a hand moved the control: a fader is left alone for a while, then set right."""
        if slides:
            lamp.shown = round(gesture.value * lamp.steps)
            lamp.quiet_until = gesture.time + HOLD
            self._due[lamp.place] = lamp
        elif not lamp.binding.encoder and not lamp.was_told(gesture):
            lamp.recent.clear()  # a button that does something else was pressed: what it sends next is no echo

    def refresh(self, device: str, routes: Routes) -> None:
        """Let all lamps of a device be told anew: it was away."""
        self._present.add(device)
        self._light_known(routes, [device], {})
        for place, lamp in self._lamps.items():
            if place[0] == device:
                lamp.is_wanted, lamp.quiet_until = True, 0.0
                lamp.recent.clear()
                self._due[place] = lamp

    @property
    def is_due(self) -> bool:
        """True while anything waits to be told."""
        return bool(self._due)

    def take(self, now: float, numbers: np.ndarray) -> list[Light]:
        """Return what is to be sent now, the longest waiting first; `numbers` are the board's values."""
        lights: list[Light] = []
        for place, lamp in list(self._due.items()):
            if now < lamp.quiet_until:
                continue
            del self._due[place]
            if lamp.target.has_value:
                self._tell(lamp, now, lamp.position(lamp.target.at(numbers)), lights)
            if len(lights) == BURST:
                break
        return lights

    def _tell(self, lamp: Lamp, now: float, position: float, lights: list[Light]) -> None:
        step = round(position * lamp.steps)
        if step == lamp.shown and not lamp.is_wanted:
            return
        lamp.shown, lamp.is_wanted, lamp.quiet_until = step, False, now + PACE
        lamp.recent.append((now, step))
        lights.append(Light(*lamp.place, position, lamp.index))
