"""MIDI ports of this machine: list them, find one by a part of its name, open it."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from liveart.errors import PortError, did_you_mean
from liveart.midi.driver_time import DriverTime
from liveart.midi.system import DESK, Direction, System
from liveart.midi.wire import messages

_SETTLE = 0.2  # JACK connects at one of its next periods: what is sent before is lost
_NUMBER = re.compile(r" \d+$" if sys.platform == "win32" else r" \d+:\d+$")  # added by Windows and ALSA, never the same

P = TypeVar("P", bound="_Port")


def list_ports() -> tuple[list[str], list[str]]:
    """Return the names of the ports that can be received from, and of those that can be sent to.

    Raises NotInstalled without python-rtmidi, and PortError on a machine without MIDI.
    """
    def work(system: System) -> tuple[list[str], list[str]]:
        try:
            return system.names("input"), system.names("output")
        except (OSError, RuntimeError) as error:
            raise PortError(f"the MIDI ports can't be listed: {error}.",
                            "Restart the program that serves MIDI.") from error

    return DESK.call(work)


def find_port(part: str, names: Iterable[str]) -> str:
    """Return the one name that `part` fits. Raises PortError when none does, and when several do, with their names."""
    names = list(names)
    found = fitting(part, names)
    if not found:
        raise PortError(f'no MIDI port fits "{part}".', did_you_mean(part, names) or "There are none.")
    if len(found) > 1:
        listed = " and ".join(f'"{name}"' for name in found)
        raise PortError(f'"{part}" fits {len(found)} MIDI ports: {listed}.', "Write more of the name.")
    return found[0]


def fitting(part: str, names: Sequence[str]) -> list[str]:
    """Return the names that have `part` in them, upper or lower case alike; those that are just that come alone.

    The number that the system adds to a name does not count, as it changes when a device is plugged in again.
    """
    wanted = part.casefold()
    tests: tuple[Callable[[str], bool], ...] = (lambda name: name.casefold() == wanted,
                                                lambda name: _bare(name).casefold() == wanted,
                                                lambda name: wanted in name.casefold())
    for fits in tests:
        found = [name for name in names if fits(name)]
        if found:
            return found
    return fitting(_bare(part), names) if _bare(part) != part else []


def _bare(name: str) -> str:
    return _NUMBER.sub("", name)


class _Port:
    """What both directions share: rtmidi's object, which must never be touched once it is deleted."""

    def __init__(self, midi: Any, name: str, system: System) -> None:
        self.name = name
        self._midi: Any | None = midi
        self._system = system
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """False once it was closed, or the system that it belongs to ended."""
        return self._midi is not None

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        if self.is_open:
            DESK.run(self.forget)

    def forget(self) -> None:
        """Let go of the port, in the desk's thread; may be called twice."""
        with self._lock:
            midi, self._midi = self._midi, None
        self._system.ports.discard(self)
        if midi is not None:
            midi.delete()


class InputPort(_Port):
    """An open port to receive from."""

    def __init__(self, midi: Any, name: str, system: System) -> None:
        super().__init__(midi, name, system)
        self._time = DriverTime()

    def receive(self) -> list[tuple[bytes, float]]:
        """Return the messages since the last call, each with the `time.monotonic` seconds at which it came.

        System exclusive, clock and active sensing are among them. At most a thousand at once.
        """
        found: list[tuple[bytes, float]] = []
        with self._lock:
            while self._midi is not None and len(found) < 1000 and (got := self._midi.get_message()) is not None:
                found.append((bytes(got[0]), self._time.stamp(got[1], time.monotonic())))
        return found


class OutputPort(_Port):
    """An open port to send to; messages may come from any thread.

    ready_at  `time.monotonic` seconds before which the system may lose what is sent
    """

    def __init__(self, midi: Any, name: str, system: System) -> None:
        super().__init__(midi, name, system)
        self.ready_at = time.monotonic() + (_SETTLE if system.server is not None else 0.0)

    def send(self, data: bytes) -> None:
        """Send one message or several; raises PortError when the port is gone."""
        with self._lock:
            if self._midi is None or self._system.is_over:  # rtmidi waits forever for a JACK server that ended
                raise PortError(f'the MIDI port "{self.name}" is gone.', "It comes back by itself.")
            try:
                for message in messages(data):
                    self._midi.send_message(message)
            except (OSError, RuntimeError, ValueError) as error:
                raise PortError(f'"{self.name}" can\'t be sent to: {error}.',
                                "Unplug it, and plug it in again.") from error


def open_input(name: str, label: str = "in") -> InputPort:
    """Open the port of that name to receive from. `label` is what patchbays show. Raises PortError, NotInstalled."""
    return DESK.call(lambda system: _open(InputPort, "input", name, label, system))


def open_output(name: str, label: str = "out") -> OutputPort:
    """Open the port of that name to send to. `label` is what patchbays show. Raises PortError, NotInstalled."""
    return DESK.call(lambda system: _open(OutputPort, "output", name, label, system))


def _open(kind: type[P], direction: Direction, name: str, label: str, system: System) -> P:
    try:
        midi = system.make(direction)
        names = midi.get_ports()
        if name not in names:
            midi.delete()
            raise PortError(f'the MIDI port "{name}" is gone.', "Plug it in again.")
        midi.open_port(names.index(name), label)
    except (OSError, RuntimeError, ValueError) as error:
        raise PortError(f'the MIDI port "{name}" can\'t be opened: {error}.',
                        "Another program may have it: on Windows only one can.") from error
    port = kind(midi, name, system)
    system.ports.add(port)
    return port
