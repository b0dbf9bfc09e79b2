"""Keeps MIDI ports open by a part of their names: told once when they go, open again soon after they come back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from liveart.errors import LiveartError, NotInstalled, PortError
from liveart.midi.ports import InputPort, OutputPort, find_port, fitting, list_ports, open_input, open_output
from liveart.midi.system import Direction

_LOOK = 0.15  # seconds between two looks at the list of ports, which takes a tenth of a millisecond
_APART = 0.05  # seconds between which a device's two ports may come or go: they are told together
_TOGETHER = 3  # looks at most before that
_RARE_LOOK = 1.0  # where there is no MIDI at all

Tell = Callable[[str], None]


class Plug:
    """One port that is wanted, whether it is there or not.

    owner   what the patch calls the device or output: its troubles are told under this name
    part    a part of the port's name
    port    the open port, or None
    is_optional  True: nothing is said when no port fits, or when it goes
    """

    def __init__(self, owner: str, part: str, direction: Direction, is_optional: bool = False) -> None:
        self.owner = owner
        self.part = part
        self.direction = direction
        self.is_optional = is_optional
        self.port: InputPort | OutputPort | None = None
        self._told = ""

    @property
    def name(self) -> str:
        """The whole name of the open port; "" when there is none."""
        port = self.port
        return port.name if port is not None else ""

    def look(self, names: Sequence[str], tell: Tell) -> bool:
        """Open or drop the port by the names that there are; return whether either happened."""
        port = self.port
        if port is not None:
            if port.is_open and port.name in names:
                return False
            self.port = None
            port.close()
            self._told = self._missing_text()  # being gone is news enough
            if not self.is_optional:
                tell(f'{self.owner}: the port "{port.name}" is gone; it comes back by itself.')
            return True
        self.port = self._open(names, tell)
        return self.port is not None

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        port, self.port = self.port, None
        if port is not None:
            port.close()

    def _open(self, names: Sequence[str], tell: Tell) -> InputPort | OutputPort | None:
        if not fitting(self.part, names):
            if not self.is_optional:
                self._say(self._missing_text(), tell)
            return None
        try:
            name = find_port(self.part, names)
            port = (open_input if self.direction == "input" else open_output)(name, self.owner)
        except PortError as error:
            self._say(f"{self.owner}: {error} It stays closed.", tell)
            return None
        self._told = ""
        return port

    def _missing_text(self) -> str:
        return f'{self.owner}: no MIDI {self.direction} fits "{self.part}" yet; it is opened when it comes.'

    def _say(self, text: str, tell: Tell) -> None:
        if text != self._told:
            self._told = text
            tell(text)


class Hotplug:
    """Watches over some plugs in a thread of its own.

    on_change  is called, in that thread, with the plugs that were opened or lost; an output is ready to be sent to
    tell       is called with a sentence for what is wrong, once each
    """

    def __init__(self, plugs: Sequence[Plug], on_change: Callable[[Sequence[Plug]], None], tell: Tell) -> None:
        self._plugs = plugs
        self._on_change = on_change
        self._tell = tell
        self._told = ""
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Look once, then go on in a thread. Raises NotInstalled; ports that are not there are no failure."""
        self._closing.clear()
        has_midi = self._look()
        self._thread = threading.Thread(target=self._run, args=(has_midi,), name="midi hotplug", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching and close the ports; may be called twice."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None
        for plug in self._plugs:
            plug.close()

    def _run(self, has_midi: bool) -> None:
        while not self._closing.wait(_LOOK if has_midi else _RARE_LOOK):
            try:
                has_midi = self._look()
            except Exception as error:  # whatever a driver does, the next look may be better
                self._say(f"MIDI ports can't be looked after: {type(error).__name__}: {error}.")

    def _look(self) -> bool:
        """Open what came, drop what went, and say so; return whether this machine has MIDI at all."""
        changed: dict[Plug, None] = {}
        for _ in range(_TOGETHER):
            has_midi, news = self._look_once()
            changed |= dict.fromkeys(news)
            if not news:
                break
            ready_at = max((plug.port.ready_at for plug in news if isinstance(plug.port, OutputPort)), default=0.0)
            if self._closing.wait(max(ready_at - time.monotonic(), _APART)):
                return has_midi
        if changed:
            self._on_change(list(changed))
        return has_midi

    def _look_once(self) -> tuple[bool, list[Plug]]:
        """Return whether this machine has MIDI, and the plugs that were opened or lost."""
        has_midi, inputs, outputs = True, list[str](), list[str]()
        try:
            inputs, outputs = list_ports()
            self._told = ""
        except NotInstalled:
            raise
        except LiveartError as error:
            has_midi = False
            self._say(str(error))
        return has_midi, [plug for plug in self._plugs
                          if plug.look(inputs if plug.direction == "input" else outputs, self._tell)]

    def _say(self, text: str) -> None:
        if text != self._told:
            self._told = text
            self._tell(text)
