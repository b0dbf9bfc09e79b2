"""The midi sink: chosen values of the show as MIDI, for synthesizers, DAWs, lights and other instruments."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from liveart.core.contract import Sink, Stage
from liveart.core.layout import Snapshot
from liveart.core.material import Material, Values
from liveart.core.param import Param
from liveart.errors import PatchError, PortError, SinkError, did_you_mean
from liveart.midi.hotplug import Hotplug, Plug
from liveart.midi.ports import OutputPort
from liveart.midi.wire import message_for, parse_control

_PATIENCE = 10.0  # seconds for models to load, before which many addresses are not there
_MOST_FIRINGS = 16  # of one trigger at once: after a stall nobody wants to hear all that were missed


@dataclass(frozen=True, slots=True)
class Route:
    """One value and the control that it goes out as; channel 1..16."""

    address: str
    control: str
    channel: int

    @classmethod
    def of(cls, target: str, text: str) -> Route:
        """Read `"paint/hue" = "cc 21 ch 2"`; channel 1 unless said. Raises PatchError."""
        if not isinstance(text, str):
            raise PatchError(f"{target} can't go out as {text!r}.", 'Write "cc 21" or "cc 21 ch 2".')
        control, _, channel = text.partition(" ch ")
        parse_control(control)
        if channel and not (channel.strip().isdecimal() and 1 <= int(channel) <= 16):
            raise PatchError(f'{target} can\'t go out as "{text}".', "Channels are 1 to 16.")
        address = target if target.startswith("/") else f"/liveart/{target}"
        return cls(address, " ".join(control.split()), int(channel or 1))

    def messages(self, position: float) -> bytes:
        """Return what puts the control at `position` 0..1."""
        return message_for(self.control, self.channel, position)


class MidiSink(Sink):
    """Sends values to the port that has `name` in its name, whenever they change: each by its fader position.

    map  address (`"paint/hue"`) to control (`"cc 21 ch 2"`): cc, cc14, nrpn, rpn, note, poly, bend, pressure, program,
         song. A trigger sends the control at full and then at 0: a note on and off.

    A port that is not there, or goes, is told once; when it comes (back) it is sent all values.
    """

    takes = frozenset({"values"})
    is_vital = False

    def __init__(self, name: str, map: Mapping[str, str]) -> None:
        super().__init__(name)
        if not isinstance(name, str) or not name:
            raise PatchError("a midi output needs a part of its port's name.", 'Write name = "IAC".')
        if not isinstance(map, Mapping) or not map:
            raise PatchError(f'the midi output "{name}" sends nothing.', 'Write map = { "paint/hue" = "cc 21" }.')
        self._routes = [Route.of(target, text) for target, text in map.items()]
        self._plug = Plug("midi output", name, "output")
        self._hotplug = Hotplug([self._plug], self._changed, self._tell)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._sent: dict[Route, bytes] = {}
        self._fired: dict[Route, float] = {}
        self._strangers: dict[str, float] = {}  # addresses that there are not, and since when; infinite once told
        self._missing: list[str] = []  # what there is to say of the port, unless it comes meanwhile
        self._count = 0

    def open(self, stage: Stage) -> None:
        """Begin to look for the port. Raises NotInstalled without python-rtmidi."""
        self._hotplug.close()
        self._hotplug.open()

    def send(self, material: Material) -> None:
        """Send what differs from what was sent last; raises SinkError, once each, for a port or address not there."""
        if not isinstance(material, Values):
            return
        with self._lock:
            self._snapshot = material.snapshot
            self._send_state(material.snapshot, material.changes)
            troubles = self._missing if self._plug.port is None else []
            troubles += self._unknown(material.snapshot, material.time)
            self._missing = []
        if troubles:
            raise SinkError(" ".join(troubles))

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        self._hotplug.close()

    def note(self) -> str:
        """Return the whole name of the port, or that it is not there."""
        return self._plug.name or f"waiting for {self.name}"

    def counts(self) -> Mapping[str, float]:
        """Return {"sent": how many values and triggers went out}."""
        return {"sent": self._count}

    def _changed(self, plugs: Sequence[Plug]) -> None:
        """Tell a port that came (back) the whole state."""
        with self._lock:
            self._sent.clear()
            if self._snapshot is not None:
                self._send_state(self._snapshot, {})

    def _send_state(self, snapshot: Snapshot, changes: Mapping[str, float]) -> None:
        port = self._plug.port
        for route in self._routes:
            param = snapshot.layout.params.get(route.address)
            if _can_go_out(param):
                data = self._due(route, param, snapshot[route.address], route.address in changes)
                if data and isinstance(port, OutputPort) and time.monotonic() >= port.ready_at:
                    self._send_to(port, route, data)

    def _due(self, route: Route, param: Param, number: float, is_new: bool) -> bytes:
        """Return what must go out for a route now; empty for nothing."""
        if param.kind == "trigger":
            times = int(number - self._fired.get(route, number - is_new))  # the number counts its firings
            self._fired[route] = number
            return (route.messages(1.0) + route.messages(0.0)) * min(max(times, 0), _MOST_FIRINGS)
        data = route.messages(param.to_norm(number))
        return b"" if data == self._sent.get(route) else data

    def _send_to(self, port: OutputPort, route: Route, data: bytes) -> None:
        try:
            port.send(data)
        except PortError:
            return  # the next look at the ports finds it gone, and says so
        self._sent[route] = data
        self._count += 1

    def _unknown(self, snapshot: Snapshot, now: float) -> list[str]:
        """Return a sentence for each address that has not been there for a while, once."""
        troubles = []
        for address in {route.address for route in self._routes}:
            if _can_go_out(snapshot.layout.params.get(address)):
                self._strangers.pop(address, None)
            elif now - self._strangers.setdefault(address, now) > _PATIENCE:
                self._strangers[address] = math.inf
                known = [name for name, param in snapshot.layout.entries if _can_go_out(param)]
                troubles.append(f"there is no value {address} to send. {did_you_mean(address, known)}")
        return troubles

    def _tell(self, text: str) -> None:
        with self._lock:
            self._missing.append(text)


def _can_go_out(param: Param | None) -> TypeGuard[Param]:
    return param is not None and param.kind != "notes"
