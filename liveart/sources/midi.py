"""MIDI in: the controllers of a patch, kept open by name, as gestures, notes and clock; feedback goes back to them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from liveart.core.contract import Moment, Source
from liveart.core.event import Event
from liveart.core.gesture import Gesture
from liveart.core.param import Value
from liveart.errors import PortError
from liveart.midi.device import MidiDevice
from liveart.midi.hotplug import Hotplug, Plug
from liveart.midi.note_words import NoteWord
from liveart.midi.parse import Heard
from liveart.sources.midi_controller import Controller
from liveart.sources.osc_tally import Sayings

FETCH = 0.001  # seconds between two looks into the drivers' queues while hands move; messages keep the drivers' times
_REST = 0.003  # the same when nothing has come for a while
_IDLE = 0.05  # the same while no controller is there
_A_WHILE = 2.0

OnGesture = Callable[[list[Gesture]], None]
OnNotes = Callable[[str, list[NoteWord]], None]
OnClock = Callable[[str, str, int, float], None]


class MidiSource(Source):
    """Listens to the controllers of a patch and no others.

    A controller that is not there, or goes, is told once by name and opened when it comes (back).

    on_gesture  gets what hands did, in order, many at a time when much comes; nothing is left out
    on_notes    (device, words): what was played on keys; see midi/note_words.py
    on_clock    (device, kind, value, time): "clock", "start", "continue", "stop", "position" (value: sixteenths since
                the beginning of the song), "sensing"
    on_trouble  a sentence for what is wrong
    on_state    (device, is_connected); when True, `send` reaches it, so its LEDs can be told the whole state
    All are called from two threads of the source's own; on_state never waits for the others.
    """

    def __init__(self, devices: Mapping[str, MidiDevice], on_gesture: OnGesture, on_notes: OnNotes, on_clock: OnClock,
                 on_trouble: Callable[[str], None], on_state: Callable[[str, bool], None]) -> None:
        self._controllers = {name: Controller(device) for name, device in devices.items()}
        self._on_gesture = on_gesture
        self._on_notes = on_notes
        self._on_clock = on_clock
        self._on_trouble = on_trouble
        self._on_state = on_state
        self._sayings = Sayings()
        self._failed = 0
        self._is_closing = False
        self._thread: threading.Thread | None = None
        plugs = [plug for controller in self._controllers.values() for plug in controller.plugs]
        self._hotplug = Hotplug(plugs, self._changed, on_trouble)

    def open(self, put: Callable[[list[Event]], Sequence[Any]]) -> None:
        """Begin to listen. `put` is not used: what a gesture moves is not for a source to know.

        Raises NotInstalled without python-rtmidi.
        """
        self.close()
        self._is_closing = False
        if not self._controllers:
            return
        self._hotplug.open()
        self._thread = threading.Thread(target=self._run, name="midi", daemon=True)
        self._thread.start()

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return nothing: MIDI comes when it comes."""
        return ()

    def close(self) -> None:
        """Stop listening and close the ports; may be called twice."""
        self._is_closing = True
        self._hotplug.close()
        if self._thread is not None:
            self._thread.join(2.0)
            if self._thread.is_alive():
                self._on_trouble("the thread that receives MIDI did not end.")
        self._thread = None

    def send(self, device: str, data: bytes) -> bool:
        """Send one message or several to a controller's output (see midi/wire.py); return whether it was there."""
        controller = self._controllers.get(device)
        try:
            return controller is not None and controller.send(data)
        except PortError as error:  # the next look at the ports finds it gone, too
            self._say(f"{device}: {error}")
            return False

    def ports(self) -> list[dict[str, Any]]:
        """Return a row for each controller: name, input, output (ports that are open, or ""), is_connected,
        received (messages), last (what moved last, as text)."""
        return [controller.row() for controller in self._controllers.values()]

    def counts(self) -> Mapping[str, int]:
        """Return messages received, garbage (pieces that made no sense), and calls that failed, since the start."""
        rows = self._controllers.values()
        return {"received": sum(row.received for row in rows), "garbage": sum(row.parser.garbage for row in rows),
                "failed": self._failed}

    def note(self) -> str:
        """Return the controllers by name, and which are not there."""
        words = [f'"{row["input"]}"' if row["is_connected"] else f'{row["name"]} (not there)' for row in self.ports()]
        return f"midi {' · '.join(words)}" if words else ""

    def _run(self) -> None:
        moved = 0.0
        while not self._is_closing:
            # `sleep`, as waiting for anything else takes 16 ms at least on Windows.
            time.sleep(self._pause(time.monotonic() - moved))
            now = time.monotonic()
            gestures: list[Gesture] = []
            for controller in self._controllers.values():
                heard = self._hear(controller, now)
                if heard is None:
                    continue
                moved = now
                for tick in heard.clock:
                    self._tell(self._on_clock, controller.name, *tick)
                if heard.notes:
                    self._tell(self._on_notes, controller.name, heard.notes)
                gestures += heard.gestures
            if gestures:
                self._tell(self._on_gesture, gestures)

    def _hear(self, controller: Controller, now: float) -> Heard | None:
        try:
            return controller.hear(now)
        except Exception as error:  # a driver that fails must not make the other controllers mute
            self._failed += 1
            self._say(f"{controller.name}: MIDI can't be received: {type(error).__name__}: {error}.")
            return None

    def _pause(self, quiet: float) -> float:
        """Return how long to sleep when nothing has come for `quiet` seconds."""
        if not any(each.is_connected for each in self._controllers.values()):
            return _IDLE
        return FETCH if quiet < _A_WHILE else _REST

    def _tell(self, listener: Callable[..., None], *what: Any) -> None:
        try:
            listener(*what)
        except Exception as error:  # a fault elsewhere must not end all control in the middle of a show
            self._failed += 1
            self._say(f"MIDI was lost to {type(error).__name__}: {error}.")

    def _say(self, text: str) -> None:
        if self._sayings.allow(text, time.monotonic()):
            self._on_trouble(text)

    def _changed(self, plugs: Sequence[Plug]) -> None:
        """Tell of controllers that came or went. One whose output came later is told again, to get its LEDs lit."""
        for name in dict.fromkeys(plug.owner for plug in plugs):
            controller = self._controllers[name]
            was = controller.was_connected
            controller.was_connected = controller.is_connected
            if was or controller.is_connected:
                self._tell(self._on_state, name, controller.is_connected)
