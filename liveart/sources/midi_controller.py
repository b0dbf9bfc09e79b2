"""Controller: one MIDI device of a patch: its two ports, what came from it, and what that meant."""

from __future__ import annotations

from typing import Any

from liveart.core.gesture import Gesture
from liveart.midi.device import MidiDevice
from liveart.midi.hotplug import Plug
from liveart.midi.parse import Heard, Parser
from liveart.midi.ports import InputPort, OutputPort


class Controller:
    """A device that may be there or not.

    plugs     its ports; the output is left out where none is wanted
    received  messages so far
    """

    def __init__(self, device: MidiDevice) -> None:
        self.name = device.name
        self.received = 0
        self.was_connected = False
        self.parser = Parser(device.name, device.mpe)
        self._input = Plug(device.name, device.input, "input")
        # Most keyboards have an output of the same name, some have none: that is no trouble unless it was asked for.
        self._output = Plug(device.name, device.output, "output", is_optional=device.output == device.input)
        self.plugs = [self._input, self._output] if device.output else [self._input]
        self._heard_from: object | None = None
        self._last: Gesture | None = None

    @property
    def is_connected(self) -> bool:
        """True while its input is open."""
        return self._input.port is not None

    def hear(self, now: float) -> Heard | None:
        """Return what came since the last call and is due at `now`; None for nothing.

        When the port is gone or is another one, what its hands held is let go first.
        """
        port = self._input.port
        if port is not self._heard_from:
            self.parser.release(now)
            self._heard_from = port
        if isinstance(port, InputPort):
            for data, time in port.receive():
                self.received += 1
                self.parser.feed(data, time)
        if self.parser.is_waiting:
            self.parser.flush(now)
        if not self.parser.has_heard:
            return None
        heard = self.parser.take()
        if heard.gestures:
            self._last = heard.gestures[-1]
        return heard

    def send(self, data: bytes) -> bool:
        """Send to the device; return False when it is not there. Raises PortError when it has just gone."""
        port = self._output.port
        if not isinstance(port, OutputPort):
            return False
        port.send(data)
        return True

    def row(self) -> dict[str, Any]:
        """Return its state for the panel."""
        last = self._last
        text = "" if last is None else f"{last.control} = {last.raw}" + (f" ch {last.channel}" if last.channel else "")
        return {"name": self.name, "input": self._input.name, "output": self._output.name,
                "is_connected": self.is_connected, "received": self.received, "last": text}
