"""ValuesFeed: carries what changes on the board to the sinks that send control on, each in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

from liveart.core.board import Board, Change
from liveart.core.contract import Sink, Stage
from liveart.core.material import Values
from liveart.errors import LiveartError, PatchError, SinkError
from liveart.show.outlet import make_sink, place_of
from liveart.show.patch import PartSpec, Patch
from liveart.show.player import Trouble

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PERIOD = 1 / 60
IDLE = 0.25  # seconds after which a sink is sent the clock anew, even when nothing has changed
RETRY = 1.0


class ValuesFeed:
    """Feeds one sink: the newest value of each address, at most 60 times a second. Faults are told and retried.
    """

    def __init__(self, sink: Sink, spec: PartSpec, board: Board, on_trouble: Trouble) -> None:
        self.sink = sink
        self.spec = spec
        self._board = board
        self._on_trouble = on_trouble
        self._wake = threading.Condition()
        self._changes: dict[str, float] = {}
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name=f"values {spec.kind}", daemon=True)

    def open(self, stage: Stage) -> None:
        """Open the sink and begin to feed it. Raises LiveartError."""
        self.sink.open(stage)
        self._board.watch(self.changed)
        self._thread.start()

    def changed(self, changes: Sequence[Change]) -> None:
        """Note changes; returns at once."""
        with self._wake:
            self._changes.update((change.address, change.number) for change in changes)
            self._wake.notify()

    def close(self, timeout: float = 5.0) -> None:
        """Send what lies there, finish the sink, end the thread."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        self._thread.join(timeout)
        if self._thread.is_alive():
            self._on_trouble(f"{self.spec.kind}: the sink did not finish within {timeout:.0f} s.")
            return
        self.sink.close()

    def _run(self) -> None:
        self._send({})  # the clock, and the state of all, are there from the beginning
        while not self._is_closing:
            with self._wake:
                if not self._changes and not self._is_closing:
                    self._wake.wait(IDLE)
                changes, self._changes = self._changes, {}
            began = time.monotonic()
            self._send(changes)
            with self._wake:
                self._wake.wait_for(lambda: self._is_closing, max(PERIOD - (time.monotonic() - began), 0.0))
        if self._changes:  # what came while the last was being sent
            self._send(self._changes)

    def _send(self, changes: Mapping[str, float]) -> None:
        try:
            now, snapshot = time.monotonic(), self._board.snapshot()
            self.sink.send(Values(snapshot.at(snapshot.beat(now)), changes, now))
        except Exception as error:  # whatever a sink throws, the show goes on
            kind = "" if isinstance(error, SinkError) else f"{type(error).__name__}: "
            self._on_trouble(f"{self.spec.kind}: {kind}{error}")
            with self._wake:
                self._changes = {**changes, **self._changes}  # nothing is lost: it goes out when the sink is back
                self._wake.wait_for(lambda: self._is_closing, RETRY)


def open_feeds(patch: Patch, board: Board, osc: tuple[str, int], on_trouble: Trouble) -> list[ValuesFeed]:
    """Open the sinks of a patch that send control on; `osc` is where the show itself listens. Raises LiveartError."""
    feeds: list[ValuesFeed] = []
    try:
        for spec in patch.outputs:
            sink = make_sink(spec, patch.folder)
            if place_of(sink) == "conductor":
                _check_osc(spec, osc)
                _open_one(feeds, ValuesFeed(sink, spec, board, on_trouble), patch.stage("cpu"), on_trouble)
    except LiveartError:
        for feed in feeds:
            feed.close()
        raise
    return feeds


def _open_one(feeds: list[ValuesFeed], feed: ValuesFeed, stage: Stage, on_trouble: Trouble) -> None:
    try:
        feed.open(stage)
    except LiveartError as error:
        if feed.sink.is_vital:
            raise
        on_trouble(f"{feed.spec.kind}: {error} The show goes on without it.")
    else:
        feeds.append(feed)


def _check_osc(spec: PartSpec, osc: tuple[str, int]) -> None:
    """Refuse an OSC output that would send the show's values to the show itself."""
    is_here = spec.settings.get("host", "127.0.0.1") in (*LOOPBACK, osc[0])
    if spec.kind == "osc" and is_here and spec.settings.get("port") == osc[1]:
        raise PatchError(f"an osc output sends to port {osc[1]}, where this show listens: it would play itself.",
                         "Give it the port of the other program.")
