"""Live OSC traffic on the terminal: judged here when the port is free, else as the liveart that plays tells it."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from liveart import __version__
from liveart.core.board import Verdict
from liveart.core.event import Event
from liveart.errors import PortError
from liveart.show.offline import Offline
from liveart.show.patch import Patch
from liveart.sources.osc import OscSource
from liveart.sources.osc_wire import Message, WireError, read_datagram, write_message

_ANSWER = 2.0  # seconds in which a liveart answers a ping
_TURN = 0.25   # seconds between looks at whether to go on


def watch(patch: Patch, as_json: bool = False, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Print what arrives at the patch's OSC port while `goes_on`; return the exit code.

    Raises PortError when the port is taken by another program than liveart.
    """
    show = Offline(patch)
    writer = _Writer(as_json)
    try:
        door = OscSource(show.board, patch.osc_host, patch.osc_port, __version__, writer.trouble,
                         patch.ignore_time_tags)
        try:
            door.open(lambda events: writer.verdicts(show.board.put_all(events)))
        except PortError as error:
            return _listen(patch, writer, goes_on, error)
        try:
            writer.head(f"listening at {patch.osc_host}:{door.port} as patch {patch.name}; Ctrl-C ends it.")
            while goes_on():
                time.sleep(_TURN)
        finally:
            door.close()
    finally:
        show.close()
    return 0


def _listen(patch: Patch, writer: _Writer, goes_on: Callable[[], bool], taken: PortError) -> int:
    """Print the changes that the liveart at the patch's port tells."""
    host = "127.0.0.1" if patch.osc_host in ("0.0.0.0", "::") else patch.osc_host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as door:
        door.bind((host, 0))
        door.settimeout(_TURN)
        own = door.getsockname()[1]
        door.sendto(write_message("/liveart/ping", None), (host, patch.osc_port))
        version = _pong(door)
        if version is None:
            raise PortError(f"OSC port {patch.osc_port} is in use, and no liveart answers there.",
                            "Watch another with --osc-port.") from taken
        writer.head(f"liveart {version} plays at {host}:{patch.osc_port}: "
                    "all its values, then each change; Ctrl-C ends it.")
        door.sendto(write_message("/liveart/listen", own), (host, patch.osc_port))
        try:
            while goes_on():
                for message in _messages(door):
                    writer.told(message)
        finally:
            with suppress(OSError):  # it may have ended in the meantime
                door.sendto(write_message("/liveart/listen", -own), (host, patch.osc_port))
    return 0


def _pong(door: socket.socket) -> str | None:
    """Return the version of the liveart that answers; None when none does."""
    limit = time.monotonic() + _ANSWER
    while time.monotonic() < limit:
        for message in _messages(door):
            if message.address == "/liveart/pong":
                return str(message.value)
    return None


def _messages(door: socket.socket) -> list[Message]:
    """Return the messages of one datagram; none when none came in time, nobody is there, or it was no liveart's."""
    try:
        groups = read_datagram(door.recv(65535))
    except (TimeoutError, ConnectionError, WireError):
        return []
    return [item for group in groups for item in group.items if isinstance(item, Message)]


class _Writer:
    """Writes messages as lines of text or as JSON objects, each at once."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._began = time.monotonic()

    def head(self, text: str) -> None:
        """Say once what is being watched; to the error stream, so that a pipe gets messages only."""
        print(text, file=sys.stderr, flush=True)

    def verdicts(self, verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
        """Write judged messages; return them as they came."""
        for verdict in verdicts:
            self._line(verdict.event, verdict.judgement, verdict.text)
        return verdicts

    def told(self, message: Message) -> None:
        """Write what a playing liveart told."""
        self._line(Event(message.address, message.value, time.monotonic(), "liveart"), "told", "")

    def trouble(self, text: str) -> None:
        """Write what was wrong with a datagram."""
        if self._as_json:
            print(json.dumps({"t": self._now(), "judgement": "refused", "text": text}), flush=True)
        else:
            print(f"{self._now():9.3f}  refused  {text}", flush=True)

    def _line(self, event: Event, judgement: str, text: str) -> None:
        if self._as_json:
            print(json.dumps({"t": self._now(), "judgement": judgement, "address": event.address,
                              "value": event.value, "origin": event.origin, "text": text}), flush=True)
            return
        value = f"{event.value:.6g}" if isinstance(event.value, float) else "" if event.value is None else event.value
        said = f"   {text}" if text else ""
        print(f"{self._now():9.3f}  {judgement:8} {event.address} {value}  ({event.origin}){said}", flush=True)

    def _now(self) -> float:
        return round(time.monotonic() - self._began, 3)
