"""The receiving socket: bound with a large buffer, and emptied before anything is read from what it held.

A burst arrives faster than messages can be read, and the system's buffer is small on most machines (200 KiB hold
some 270 messages on Linux). So all that waits is taken out first, which costs 2 to 3 µs each, and read afterwards.
"""

from __future__ import annotations

import errno
import socket
import sys
import time
from collections import deque

from liveart.errors import PortError

Sender = tuple[str, int]

RECEIVE_BUFFER = 4 << 20
MAX_HELD = 4 << 20  # bytes taken out and not read yet; beyond it the system holds, then drops
_OVERHEAD = 100  # what a held datagram costs besides its bytes
_LARGEST = 65535


class Inbox:
    """Datagrams of one bound socket, with sender and time of receipt. For one thread."""

    def __init__(self, door: socket.socket) -> None:
        self.granted = door.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self._door = door
        self._held: deque[tuple[bytes, Sender, float]] = deque()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._held)

    def fill(self, pause: float) -> None:
        """Take out all that waits; wait up to `pause` seconds for the first. Raises OSError for a broken socket."""
        try:
            self._door.settimeout(0.0 if self._held else pause)
            self._hold(*self._door.recvfrom(_LARGEST))
            self._door.settimeout(0.0)
            while self._weight < MAX_HELD:
                self._hold(*self._door.recvfrom(_LARGEST))
        except (TimeoutError, BlockingIOError):
            pass  # that was all
        except ConnectionResetError:
            pass  # Windows says so when an answer of ours found nobody

    def take(self) -> tuple[bytes, Sender, float]:
        """Return the oldest datagram with its sender and `time.monotonic` of receipt."""
        datagram = self._held.popleft()
        self._weight -= len(datagram[0]) + _OVERHEAD
        return datagram

    def _hold(self, data: bytes, sender: Sender) -> None:
        self._held.append((data, sender, time.monotonic()))
        self._weight += len(data) + _OVERHEAD


def bound(host: str, port: int) -> socket.socket:
    """Return a UDP socket on a host and port; raises PortError that says what to do."""
    if not 0 <= port <= 65535:  # getaddrinfo would take 70000 for 4464
        raise PortError(f"there is no port {port}.", "Give --osc-port a number from 0 to 65535.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
        # "localhost" is two addresses; senders mean the old one.
        family, _, _, _, where = min(found, key=lambda entry: entry[0] != socket.AF_INET)
        door = socket.socket(family, socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise _bind_error(host, port, error) from error
    try:
        if sys.platform == "win32":  # else a second program could share the port unnoticed
            door.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        _ask_buffer(door)
        door.bind(where)
    except OSError as error:
        door.close()
        raise _bind_error(host, port, error) from error
    return door


def _ask_buffer(door: socket.socket) -> None:
    """Ask for a large receive buffer, less where that is refused (Linux grants what it likes without a word)."""
    size = RECEIVE_BUFFER
    while size > 65536:
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        except OSError:
            size //= 2
        else:
            return


def _bind_error(host: str, port: int, error: Exception) -> PortError:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return PortError(f"OSC port {port} on {host} is in use, perhaps by another liveart.",
                         "Choose another with --osc-port (0: any free one).")
    if number == errno.EADDRNOTAVAIL:
        return PortError(f"this machine has no address {host} to receive OSC on.",
                         "Use 127.0.0.1 (this machine only) or 0.0.0.0 (the whole network).")
    if number == errno.EACCES:
        return PortError(f"OSC port {port} needs rights that liveart does not have.", "Choose one above 1023.")
    return PortError(f"OSC can't use {host}:{port}: {error}.", "Choose another with --osc-port.")
