"""OSC in and out over UDP: one thread receives, a bundle lands whole, changes stream back to those who listen."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from liveart.core.board import Board, Change
from liveart.core.contract import Moment, Source
from liveart.core.event import Event
from liveart.core.param import Value
from liveart.errors import PortError
from liveart.sources.osc_inbox import Inbox, Sender, bound
from liveart.sources.osc_listeners import Listeners
from liveart.sources.osc_reader import Reader
from liveart.sources.osc_tally import Tally
from liveart.sources.osc_wire import write_message

MAX_BATCH = 256  # datagrams put together: more would hold the board's lock for too long
GATHER = 0.001  # in thick traffic let some messages gather: waking for each one would cost more than reading it
_PAUSE = 0.1  # how long the receiver sleeps at most, so how long closing takes

Put = Callable[[list[Event]], Sequence[Any]]


class OscSource(Source):
    """Receives OSC for a board, answers pings, and streams changes to those who listen.

    port  0 takes any free one; `.port` tells which.
    on_trouble  is called, from other threads, with a sentence for what is no parameter's fault: garbage, patterns
        without a match, listeners that are gone. The same thing is said at most once a second.
    ignore_time_tags  applies every bundle at once, for senders whose clock is wrong.
    also_known  says whether an address that is not on the board means something to whoever takes the events.
    """

    def __init__(self, board: Board, host: str = "127.0.0.1", port: int = 9000, version: str = "",
                 on_trouble: Callable[[str], None] = lambda text: None, ignore_time_tags: bool = False,
                 also_known: Callable[[str], bool] = lambda address: False) -> None:
        self.host = host
        self.port = port
        self.granted = 0
        self._asked_port = port
        self._version = version
        self._on_trouble = on_trouble
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._is_closing = False
        self._tally = Tally(on_trouble)
        self._listeners = Listeners(board, on_trouble)
        self._reader = Reader(board, self._tally, self._do_word, ignore_time_tags, also_known)

    def open(self, put: Put) -> None:
        """Bind and begin to receive; raises PortError when the port can't be had.

        `granted` then tells how many bytes of receive buffer the system gave, of the 4 MiB asked for.
        """
        self.close()
        self._socket = bound(self.host, self._asked_port)
        self.port = self._socket.getsockname()[1]
        inbox = Inbox(self._socket)
        self.granted = inbox.granted
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, args=(inbox, put), name="osc", daemon=True)
        self._thread.start()

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return nothing: OSC comes when it comes."""
        return ()

    def close(self) -> None:
        """Stop receiving and sending; may be called twice."""
        self._is_closing = True
        if self._thread is not None:
            self._thread.join(2.0)
            if self._thread.is_alive():
                self._on_trouble("the thread that receives OSC did not end.")
        if self._socket is not None:
            self._socket.close()
        self._thread = self._socket = None
        self._listeners.close()
        self._tally.count("dropped", self._reader.schedule.clear())

    def note(self) -> str:
        """Return the address to send to."""
        return f"osc {self.host}:{self.port}"

    def changed(self, changes: Sequence[Change]) -> None:
        """Stream changes to the listeners: the watcher to give to `Board.watch`."""
        self._listeners.changed(changes)

    def report(self, text: str) -> None:
        """Send `/liveart/error <text>` to the listeners."""
        self._listeners.report(text)

    def counts(self) -> Mapping[str, int]:
        """Return messages since the start: received = applied + refused + unknown + dropped + waiting.

        A message with a pattern counts once for each address it finds. clipped: those among applied that were out
        of range; late: that came after their time tag; dropped: dated too far ahead; waiting: due later.
        listeners: how many programs listen now.
        """
        return self._tally.counts | {"waiting": self._reader.schedule.waiting, "listeners": len(self._listeners)}

    def _run(self, inbox: Inbox, put: Put) -> None:
        last = 0.0
        while not self._is_closing:
            batch = self._receive(inbox)
            now = time.monotonic()
            batch += self._reader.schedule.take(now)
            if not batch:
                continue
            self._deliver(batch, put)
            if now - last < GATHER and not inbox:
                time.sleep(GATHER)
            last = now

    def _receive(self, inbox: Inbox) -> list[Event]:
        """Wait for a datagram, for the schedule or for _PAUSE; return the events of what came, a bundle never cut."""
        batch: list[Event] = []
        try:
            inbox.fill(self._reader.schedule.pause(time.monotonic(), _PAUSE))
        except OSError as error:
            self._tally.say(f"OSC can't be received: {error.strerror}.")
            time.sleep(_PAUSE)
        for _ in range(min(len(inbox), MAX_BATCH)):
            batch += self._reader.read(*inbox.take())
        return batch

    def _deliver(self, batch: list[Event], put: Put) -> None:
        """Put a batch and count what became of it."""
        try:
            verdicts = put(batch)
        except Exception as error:  # a fault elsewhere must not end all control in the middle of a show
            self._tally.count("refused", len(batch))
            self._tally.say(f"{len(batch)} OSC messages were lost to {type(error).__name__}: {error}.")
            return
        for verdict in verdicts:
            if verdict.judgement == "clipped":
                self._tally.count("clipped")
            self._tally.count("applied" if verdict.judgement in ("ok", "clipped") else verdict.judgement)

    def _do_word(self, word: str, value: Value, sender: Sender) -> None:
        """Answer a ping, begin or end a listener; a port that makes no sense is refused."""
        try:
            if word.endswith("ping"):
                self._pong(sender, sender[1] if value is None else _port(word, value, 1))
            else:
                self._listen(sender, _port(word, value, -65535))
        except (PortError, OSError) as error:
            self._tally.count("refused")
            self._tally.say(str(error))
        else:
            self._tally.count("applied")

    def _pong(self, sender: Sender, port: int) -> None:
        if self._socket is not None:
            self._socket.sendto(write_message("/liveart/pong", self._version), (sender[0], port, *sender[2:]))

    def _listen(self, sender: Sender, port: int) -> None:
        if port > 0 and self._socket is not None:
            self._listeners.add(sender, port, self.port, self._socket.family)
        else:
            self._listeners.remove(sender[0], -port)


def _port(word: str, value: Value, lowest: int) -> int:
    """Return a port number sent as any kind of number; raises PortError for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and lowest <= value <= 65535:
        return int(value)
    raise PortError(f"{word} takes a port number, not {value!r}.", f"Send {word} 9001, for instance.")
