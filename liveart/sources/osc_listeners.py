"""OSC feedback: every change of value to those who asked with /liveart/listen, coalesced, paced, without echo.

Whose change it was is told by host and port. A program that also writes through the port it registered with never
hears its own writes. Others (some open a socket for each message) are told by their host: an address which that host
has just written is held back for ECHO seconds, then told as it stands. A port that registered a listener of its own
is another program, so two programs on one machine hear each other at once.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from liveart.core.board import Board, Change
from liveart.core.layout import Layout, Snapshot
from liveart.core.param import Param
from liveart.errors import PortError
from liveart.sources.osc_inbox import Sender
from liveart.sources.osc_wire import write_message

ECHO = 0.15
TICK = 1.0 / 60.0
LIVE_PER_TICK = 50
DUMP_PER_TICK = 20  # bursts of more are lost by many receivers
MAX_LISTENERS = 32
MAX_REPORTS = 32
_IDLE = 0.5  # how often to look whether the addresses have changed


def origin_of(sender: Sender) -> str:
    """Return the origin that events of a sender carry: `osc 192.168.1.7:5123`."""
    host, port = sender[:2]
    return f"osc [{host}]:{port}" if ":" in host else f"osc {host}:{port}"


@dataclass(slots=True)
class _Listener:
    """One program that listens: `dump` is still to be told from the start, `pending` has changed since."""

    host: str
    port: int
    owner: str
    socket: socket.socket
    layout: Layout
    dump: deque[str]
    pending: dict[str, float] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)
    reports: deque[str] = field(default_factory=lambda: deque(maxlen=MAX_REPORTS))
    is_known_by_port: bool = False

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def is_idle(self) -> bool:
        return not (self.dump or self.pending or self.reports)


class Listeners:
    """Those who listen, and the one thread that tells them; it starts with the first."""

    def __init__(self, board: Board, on_trouble: Callable[[str], None]) -> None:
        self._board = board
        self._on_trouble = on_trouble
        self._listeners: dict[tuple[str, int], _Listener] = {}
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closing = False

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, sender: Sender, port: int, own_port: int, family: int) -> None:
        """Stream to `port` of the sender's host, all values first; asking again starts afresh.

        Raises PortError for a port that can't be reached, is our own, or when there are too many already.
        """
        key = (sender[0], port)
        if key not in self._listeners and len(self._listeners) >= MAX_LISTENERS:
            raise PortError(f"{sender[0]}:{port} can't listen: {MAX_LISTENERS} listen already.",
                            "End one with /liveart/listen 0 from its host.")
        layout = self._board.layout
        fresh = _Listener(sender[0], port, origin_of(sender), _connected(sender, port, own_port, family), layout,
                          _whole(layout))
        with self._wake:
            self._forget(self._listeners.get(key))
            self._listeners[key] = fresh
            self._start()
            self._wake.notify()

    def remove(self, host: str, port: int = 0) -> None:
        """Forget the listener on one port of a host, or all of the host's for port 0."""
        with self._wake:
            for listener in list(self._listeners.values()):
                if listener.host == host and port in (0, listener.port):
                    self._forget(listener)

    def changed(self, changes: Sequence[Change]) -> None:
        """Note changes of the board; returns at once, they are sent with the next tick."""
        if not self._listeners:
            return
        with self._wake:
            owners = {listener.owner for listener in self._listeners.values()}
            for listener in self._listeners.values():
                for change in changes:
                    _note(listener, change, owners)
            self._wake.notify()

    def report(self, text: str) -> None:
        """Tell every listener `/liveart/error <text>`."""
        with self._wake:
            for listener in self._listeners.values():
                listener.reports.append(text)
            self._wake.notify()

    def step(self, now: float) -> None:
        """Send what is due at `now` (`time.monotonic` seconds): one tick's share for each listener."""
        snapshot = self._board.snapshot()
        snapshot = snapshot.at(snapshot.beat(now))
        with self._wake:
            due = [(listener, _due(listener, snapshot, now)) for listener in self._listeners.values()]
        for listener, messages in due:
            try:
                for message in messages:
                    listener.socket.send(message)
            except BlockingIOError:
                continue  # the system's own queue is full: what is left of this tick is lost, as UDP may be
            except OSError as error:
                self._lose(listener, error)

    def close(self) -> None:
        """Forget all and stop; may be called twice."""
        with self._wake:
            self._is_closing = True
            for listener in list(self._listeners.values()):
                self._forget(listener)
            thread, self._thread = self._thread, None
            self._wake.notify()
        if thread is not None:
            thread.join(2.0)
            if thread.is_alive():
                self._on_trouble("the thread that sends OSC feedback did not end.")

    def _start(self) -> None:
        if self._thread is None:
            self._is_closing = False
            self._thread = threading.Thread(target=self._run, name="osc feedback", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._is_closing:
                    return
                if all(listener.is_idle for listener in self._listeners.values()):
                    self._wake.wait(_IDLE if self._listeners else None)
                    if self._is_closing:
                        return
            self.step(time.monotonic())
            time.sleep(TICK)

    def _forget(self, listener: _Listener | None) -> None:
        if listener is not None:
            self._listeners.pop((listener.host, listener.port), None)
            listener.socket.close()

    def _lose(self, listener: _Listener, error: OSError) -> None:
        with self._wake:
            if self._listeners.get((listener.host, listener.port)) is not listener:
                return  # it was closed while we were sending
            self._forget(listener)
        self._on_trouble(f"OSC listener {listener.name} is gone ({error.strerror}). "
                         f"It can come back with /liveart/listen {listener.port}.")


def _connected(sender: Sender, port: int, own_port: int, family: int) -> socket.socket:
    """Return a socket of its own for a listener: a connected one is told when nobody is there."""
    link = socket.socket(family, socket.SOCK_DGRAM)
    try:
        link.setblocking(False)
        link.connect((sender[0], port, *sender[2:]))
        if port == own_port and link.getsockname()[0] == link.getpeername()[0]:
            raise PortError(f"port {port} is liveart's own, its changes would come back to it for ever.",
                            "Listen on another port.")
    except OSError as error:
        link.close()
        raise PortError(f"{sender[0]}:{port} can't be reached: {error.strerror}.") from error
    except PortError:
        link.close()
        raise
    return link


def _whole(layout: Layout) -> deque[str]:
    return deque(address for address, param in layout.entries if param.kind != "trigger")


def _note(listener: _Listener, change: Change, owners: set[str]) -> None:
    """Put one change on a listener's list, or leave it out when it is its own."""
    if change.origin == listener.owner:
        listener.is_known_by_port = True
        listener.pending.pop(change.address, None)
        listener.held[change.address] = change.time + ECHO
        return
    listener.pending[change.address] = change.number
    from_its_host = change.origin.startswith(listener.owner[: listener.owner.rindex(":") + 1])
    if from_its_host and not listener.is_known_by_port and change.origin not in owners:
        listener.held[change.address] = change.time + ECHO


def _due(listener: _Listener, snapshot: Snapshot, now: float) -> list[bytes]:
    """Take from a listener's lists what goes out in this tick."""
    layout = snapshot.layout
    if layout is not listener.layout:
        listener.layout, listener.dump = layout, _whole(layout)
        listener.pending.clear()
    messages = [write_message("/liveart/error", text) for text in listener.reports]
    listener.reports.clear()
    listener.held = {address: until for address, until in listener.held.items() if until > now}
    live = [address for address in listener.pending if address not in listener.held][:LIVE_PER_TICK]
    for address in live:
        number = listener.pending.pop(address)
        if address in layout.params:
            messages.append(_value_message(address, layout.params[address], number))
    for _ in range(min(DUMP_PER_TICK, len(listener.dump))):
        address = listener.dump.popleft()
        if address not in listener.pending and address not in listener.held:
            messages.append(_value_message(address, layout.params[address], snapshot[address]))
    return messages


def _value_message(address: str, param: Param, number: float) -> bytes:
    """Return a value as hosts read it: a choice by its name, a bool as 0 or 1, a trigger's firing as 1."""
    return write_message(address, 1 if param.kind == "trigger" else param.show(number))
