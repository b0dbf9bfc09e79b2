"""What the tests of host files share: the addresses of the built-in patch, and a show that keeps what it was told."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from osc_peer import wait_for

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.core.table import Row, rows
from liveart.show.find_patch import find_patch
from liveart.show.offline import Offline
from liveart.sources.osc import OscSource

ROOT = Path(__file__).parent.parent
HOSTS = ("touchdesigner", "resolume", "ableton", "max", "puredata", "supercollider", "obs", "touchosc",
         "open-stage-control")
# Addresses that stand for many: a cue by its name, a key of a keyboard.
WORDS = (r"/liveart/cue/[\w-]+", r"/liveart/cycles/note/(\d+|<\w+>)")
_ADDRESS = re.compile(r"/liveart(?:/[\w{}*<>$-]+)+")


@cache
def layout() -> Layout:
    """Return the addresses of the built-in patch."""
    show = Offline(find_patch(None))
    try:
        return show.layout
    finally:
        show.close()


@cache
def table() -> dict[str, Row]:
    """Return the rows of `liveart osc` by their address."""
    return {row.address: row for row in rows(layout())}


def is_known(address: str) -> bool:
    """Return whether liveart understands an address (with or without /norm)."""
    bare = address.removesuffix("/norm")
    return bare in table() or any(re.fullmatch(word, address) for word in WORDS)


def addresses(text: str) -> set[str]:
    """Return all addresses of liveart in a text."""
    return set(_ADDRESS.findall(text))


def free_port() -> int:
    """Return a UDP port that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Stage:
    """The built-in patch's board behind a real OSC port: what arrives is kept, listeners are told, nothing plays."""

    def __init__(self, port: int = 0) -> None:
        self.board = Board(_with_words(layout()))
        self.events: list[Event] = []
        self.said: list[str] = []
        self.source = OscSource(self.board, port=port, version="1.2.3", on_trouble=self.said.append)
        self.board.watch(self.source.changed)
        self.source.open(self._put)

    @property
    def port(self) -> int:
        """Where it hears."""
        return self.source.port

    @property
    def listeners(self) -> int:
        """How many programs listen."""
        return int(self.source.counts()["listeners"])

    def put(self, address: str, value: float | str) -> None:
        """Move something as another hand would."""
        self.board.put(Event(address, value, time.monotonic(), "hand"))

    def values(self, address: str) -> list[Any]:
        """Return all values that came to an address; floats rounded as they travel in 32 bits."""
        came = [event.value for event in list(self.events) if event.address == address]
        return [round(value, 4) if isinstance(value, float) else value for value in came]

    def hears(self, address: str, value: Any, seconds: float = 30.0) -> bool:
        """Return whether a value comes (or has come) to an address in time."""
        return wait_for(lambda: value in self.values(address), seconds)

    def _put(self, events: list[Event]) -> Sequence[Any]:
        self.events += events
        return self.board.put_all(events)


def _with_words(known: Layout) -> Layout:
    """Return a layout with the words of cues too, which a show's desk answers before they reach its board."""
    words = [f"/liveart/cue{end}" for end in ("", "/next", "/previous", "/undo")]
    return Layout((*known.entries, *((word, Param("word", 0.0, 0.0, 1e6)) for word in words)))


@contextmanager
def stage(port: int = 0) -> Iterator[Stage]:
    """Open a Stage, and close it."""
    opened = Stage(port)
    try:
        yield opened
    finally:
        opened.source.close()
