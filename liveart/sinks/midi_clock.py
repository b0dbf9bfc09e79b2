"""The midi-clock sink: the show's tempo and beat as MIDI clock, for drum machines, synthesizers and sequencers.

    [[outputs]]
    kind = "midi-clock"
    name = "drums"        # part of the port's name
    nudge = 0.0           # ms
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence

from liveart.core.contract import Sink, Stage
from liveart.core.layout import Snapshot
from liveart.core.material import Material, Values
from liveart.errors import PatchError, PortError, SinkError
from liveart.midi.clock_out import ClockOut
from liveart.midi.hotplug import Hotplug, Plug
from liveart.midi.ports import OutputPort

_NEAR = 0.001  # seconds before a tick from which it is slept in short steps
_STEP = 0.0002
_LOOK = 0.008  # seconds after which the show is looked at anew


class MidiClockSink(Sink):
    """Sends 24 ticks a beat, Start or Song Position and Continue at a bar line, Stop when the show freezes or ends.

    name   part of the port's name
    nudge  milliseconds by which the ticks are later (or, below 0, earlier) than the show
    bar    beats of a bar: the receivers start at one

    A port that is not there, or goes, is told once; when it comes (back) it is started at the next bar. Raises
    PatchError for settings that make no sense.
    """

    takes = frozenset({"values"})
    is_vital = False

    def __init__(self, name: str, nudge: float = 0.0, bar: int = 4) -> None:
        super().__init__(name)
        if not isinstance(name, str) or not name:
            raise PatchError("a midi-clock output needs a part of its port's name.", 'Write name = "drums".')
        if isinstance(nudge, bool) or not isinstance(nudge, (int, float)) or not abs(nudge) <= 1000.0:
            raise PatchError(f'the midi-clock output "{name}" has a nudge of {nudge!r}.', "Write -1000 to 1000, in ms.")
        if isinstance(bar, bool) or not isinstance(bar, int) or not 1 <= bar <= 32:
            raise PatchError(f'the midi-clock output "{name}" has bars of {bar!r} beats.', "Write 1 to 32.")
        self._nudge = nudge / 1000.0
        self._bar = bar
        self._plug = Plug("midi clock", name, "output")
        self._hotplug = Hotplug([self._plug], self._changed, self._tell)
        self._port: OutputPort | None = None
        self._snapshot: Snapshot | None = None
        self._troubles: list[str] = []
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._ticks = 0

    def open(self, stage: Stage) -> None:
        """Begin to look for the port, and to send when it is there. Raises NotInstalled without python-rtmidi."""
        self.close()
        self._hotplug.open()
        self._port = self._ready_port()
        self._closing.clear()
        self._thread = threading.Thread(target=self._run, name=f"midi clock {self.name}", daemon=True)
        self._thread.start()

    def send(self, material: Material) -> None:
        """Take the show's clock as it is now; raises SinkError, once each, for a port that is not there."""
        if not isinstance(material, Values):
            return
        self._snapshot = material.snapshot
        if self._troubles:
            troubles, self._troubles = self._troubles, []
            raise SinkError(" ".join(troubles))

    def close(self) -> None:
        """Stop the receivers and let go of the port; may be called twice."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None
        self._hotplug.close()
        self._port = None

    def note(self) -> str:
        """Return the whole name of the port, or that it is not there."""
        return self._plug.name or f"waiting for {self.name}"

    def counts(self) -> Mapping[str, float]:
        """Return {"ticks": how many were sent since it was made}."""
        return {"ticks": self._ticks}

    def _changed(self, plugs: Sequence[Plug]) -> None:
        self._port = self._ready_port()

    def _ready_port(self) -> OutputPort | None:
        port = self._plug.port
        return port if isinstance(port, OutputPort) else None

    def _tell(self, text: str) -> None:
        self._troubles = [*self._troubles, text]

    def _run(self) -> None:
        """Serve one port after the other."""
        served = None
        while not self._closing.is_set():
            port = self._port
            if port is None or port is served:
                time.sleep(_LOOK)
                continue
            served = port
            try:
                self._serve(port)
            except PortError:
                port.close()  # the next look at the ports finds it gone, says so, and opens it anew

    def _serve(self, port: OutputPort) -> None:
        """Send the clock until the sink is closed or has another port. Raises PortError when the port is gone."""
        clock, shown = ClockOut(self._bar), None
        while not self._closing.is_set() and self._port is port:
            now, snapshot = time.monotonic() - self._nudge, self._snapshot
            if snapshot is not shown and snapshot is not None:
                shown = snapshot
                self._say(port, clock.update(snapshot, now))
            left = clock.wait(now)
            if left <= 0.0:
                self._say(port, clock.due(now))
                self._ticks += 1
            else:  # not one long sleep: some systems wake late, and the tempo may change meanwhile
                time.sleep(_LOOK if math.isinf(left) else _STEP if left <= _NEAR else min(left - _NEAR, _LOOK))
        self._say(port, clock.end())

    def _say(self, port: OutputPort, data: bytes) -> None:
        if data:
            port.send(data)
