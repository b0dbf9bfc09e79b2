"""The other side of an OSC line, for tests: a socket that sends and hears, written with python-osc alone."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from liveart.core.board import Board
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.sources.osc import OscSource

PARAMS = (
    Param("opacity", 1.0, 0.0, 1.0, help="how strong"),
    Param("seed", 0.0, 0.0, 100.0),
    Param("voices", 3, 1, 8, kind="int"),
    Param("blend", "mix", kind="choice", choices=("mix", "add", "screen")),
    Param("mirror", False, kind="bool"),
    Param("strike", kind="trigger"),
    Param("speed", 0.25, -4.0, 4.0, kind="rate"),
)
FIXED = (Param("panic", kind="trigger"), Param("blackout", False, kind="bool"), Param("freeze", False, kind="bool"))


def make_board(*players: str) -> Board:
    """Return a board of players (one called "paint" when none is named), each with PARAMS."""
    return Board(Layout.of([("", FIXED), *((name, PARAMS) for name in players or ("paint",))]))


def message(address: str, *arguments: tuple[str, Any]) -> bytes:
    """Return a datagram; each argument is (type tag, value)."""
    builder = OscMessageBuilder(address)
    for tag, value in arguments:
        builder.add_arg(value, tag)
    return bytes(builder.build().dgram)


def bundle(*datagrams: bytes, when: float = IMMEDIATELY) -> bytes:
    """Return a bundle of datagrams for a moment of the wall clock."""
    head = bytes(OscBundleBuilder(when).build().dgram)
    return head + b"".join(struct.pack(">i", len(part)) + part for part in datagrams)


def wait_for(done: Callable[[], Any], seconds: float = 10.0) -> bool:
    """Return True as soon as `done` says so, False when it has not within `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


class Peer:
    """A program that speaks OSC with liveart from one port."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._to = ("127.0.0.1", port)
        self.port = int(self._socket.getsockname()[1])
        self.heard: list[tuple[str, list[Any]]] = []

    def send(self, address: str, *arguments: tuple[str, Any]) -> None:
        """Send one message."""
        self.send_bytes(message(address, *arguments))

    def send_bytes(self, data: bytes) -> None:
        """Send a datagram as it is."""
        self._socket.sendto(data, self._to)

    def hear(self) -> bool:
        """Take in one message if there is one."""
        try:
            reply = OscMessage(self._socket.recv(65535))
        except TimeoutError:
            return False
        self.heard.append((reply.address, reply.params))
        return True

    def hears(self, address: str, *values: Any, seconds: float = 10.0) -> bool:
        """Return whether a message with these values arrives (or has arrived) within `seconds`."""
        wanted = (address, list(values))
        return wait_for(lambda: wanted in self.heard or (self.hear() and wanted in self.heard), seconds)

    def hear_out(self, quiet: int = 4) -> None:
        """Take in all that comes until it has been quiet for a while (in twentieths of a second)."""
        silent = 0
        while silent < quiet:
            silent = 0 if self.hear() else silent + 1

    def close(self) -> None:
        """Let go of the port."""
        self._socket.close()


@contextmanager
def playing(board: Board, **settings: Any) -> Iterator[tuple[OscSource, Peer]]:
    """Open OSC for a board, on a port of its own, with a peer that speaks to it."""
    source = OscSource(board, port=0, version="1.2.3", **settings)
    board.watch(source.changed)
    source.open(board.put_all)
    peer = Peer(source.port)
    try:
        yield source, peer
    finally:
        peer.close()
        source.close()
