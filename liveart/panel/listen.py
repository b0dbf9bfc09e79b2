"""OSCQuery over a WebSocket: clients follow addresses by LISTEN, and write by raw OSC packets.

The form is that of the OSCQuery proposal (Vidvox): text frames are JSON {"COMMAND": word, "DATA": address}, binary
frames are OSC packets, both ways. What it leaves open is answered by {"ERROR": sentence}.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import WSMsgType, web

from liveart.core.board import Change
from liveart.core.event import Event
from liveart.core.layout import Layout, Snapshot
from liveart.core.oscquery import difference
from liveart.core.param import Value
from liveart.errors import LiveartError
from liveart.panel.host import PanelHost
from liveart.panel.listen_wire import read_command, write_packet
from liveart.sources.osc_inbox import Sender
from liveart.sources.osc_reader import Reader
from liveart.sources.osc_tally import Tally
from liveart.sources.osc_wire import write_message

PACE = 0.01  # s between the newest values of an address
ECHO = 0.15  # s in which a client is not told of an address that it has just written
LOOK = 0.2   # s between looks whether the addresses have changed
MOST_CLIENTS = 24
MOST_WORDS = 32  # sentences that may wait for a client
LONGEST_MESSAGE = 64 * 1024


class Listening:
    """All OSCQuery clients of a panel. Lives on the panel's event loop; the board tells it from any thread."""

    def __init__(self, host: PanelHost) -> None:
        self._host = host
        self._clients: set[Client] = set()
        self._wanted: frozenset[str] = frozenset()  # replaced as a whole, so that it is read without a lock
        self._lock = threading.Lock()
        self._news: dict[str, Change] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        host.board.watch(self._changed)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one client for as long as it stays."""
        if len(self._clients) >= MOST_CLIENTS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_CLIENTS} OSCQuery clients are connected already.")
        self._loop = asyncio.get_running_loop()
        ws = web.WebSocketResponse(heartbeat=10.0, timeout=1.0, compress=False, max_msg_size=LONGEST_MESSAGE)
        await ws.prepare(request)
        client = Client(self._host, ws, _sender(request))
        self._clients.add(client)
        try:
            async with asyncio.TaskGroup() as tasks:
                teller = tasks.create_task(client.tell())
                async for message in ws:
                    if message.type is WSMsgType.TEXT:
                        client.obey(message.data)
                        self._gather()
                    elif message.type is WSMsgType.BINARY:
                        client.write(message.data)
                teller.cancel()
        finally:
            self._clients.discard(client)
            self._gather()
        return ws

    async def close(self) -> None:
        """Say goodbye to every client."""
        self._wanted = frozenset()
        await asyncio.gather(*(client.ws.close(code=1001, message=b"liveart ends") for client in self._clients))

    def _gather(self) -> None:
        """Learn what anybody follows."""
        self._wanted = frozenset().union(*(client.followed for client in self._clients))

    def _changed(self, changes: Sequence[Change]) -> None:
        """Note what changed on the board (any thread, must be quick): one call to the loop for many changes."""
        wanted = self._wanted
        if not wanted:
            return
        fresh = {change.address: change for change in changes if change.address in wanted}
        if not fresh or self._loop is None:
            return
        with self._lock:
            is_first = not self._news
            self._news.update(fresh)
        if is_first:
            with contextlib.suppress(RuntimeError):  # the panel has ended, and its loop with it
                self._loop.call_soon_threadsafe(self._spread)

    def _spread(self) -> None:
        with self._lock:
            news, self._news = self._news, {}
        for client in self._clients:
            client.note(news)


class Client:
    """One program that follows addresses. What it is too slow to take is replaced by what is newer."""

    def __init__(self, host: PanelHost, ws: web.WebSocketResponse, sender: Sender) -> None:
        self.ws = ws
        self.followed: set[str] = set()
        self._host = host
        self._sender = sender
        self._origin = f"oscquery {sender[0]}:{sender[1]}"
        self._layout: Layout = host.board.layout
        self._pending: dict[str, float | None] = {}  # None: the value that it has then
        self._held: dict[str, float] = {}
        self._words: deque[str] = deque(maxlen=MOST_WORDS)
        self._replies: deque[bytes] = deque(maxlen=MOST_WORDS)
        self._wake = asyncio.Event()
        # What is not on the board may still be a word (a cue, a note): the show judges it, each time.
        self._reader = Reader(host.board, Tally(self._say), self._answer, also_known=lambda address: True)

    def obey(self, text: str) -> None:
        """Do what a text frame says; what makes no sense is answered with a sentence."""
        try:
            command, address = read_command(text, self._host.board.layout)
        except LiveartError as error:
            self._say(str(error))
            return
        if command == "LISTEN":
            self.followed.add(address)
            self._pending[address] = None  # the present value comes at once
            self._wake.set()
        else:
            self.followed.discard(address)
            self._pending.pop(address, None)

    def write(self, packet: bytes) -> None:
        """Apply a binary frame as OSC that came by UDP: a bundle lands whole, one of a later time waits."""
        self._put(self._reader.read(packet, self._sender, time.monotonic()))
        self._wake.set()  # a bundle may wait: how long to sleep is reckoned anew

    def note(self, news: dict[str, Change]) -> None:
        """Take in changes of the board: what this client did itself is not told to it."""
        for address in self.followed & news.keys():
            change = news[address]
            if change.origin != self._origin:
                self._pending[address] = change.number
            elif self._pending.get(address) is not None:
                del self._pending[address]  # older than what the client has written since
        self._wake.set()

    async def tell(self) -> None:
        """Send what is new for as long as the line stands: at once after a pause, else every PACE seconds."""
        with contextlib.suppress(ConnectionResetError):
            while not self.ws.closed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._pause())
                self._wake.clear()
                self._put(self._reader.schedule.take(time.monotonic()))
                snapshot = self._host.board.snapshot()
                snapshot = snapshot.at(snapshot.beat(time.monotonic()))  # in the midst of a morph: where values stand
                for message in [*self._said(), *self._moved(snapshot.layout)]:
                    await self.ws.send_str(json.dumps(message))
                for packet in self._due(snapshot, time.monotonic()):
                    await self.ws.send_bytes(packet)
                await asyncio.sleep(PACE)

    def _put(self, events: list[Event]) -> None:
        if not events:
            return
        until = time.monotonic() + ECHO
        for verdict in self._host.put_osc([replace(event, origin=self._origin) for event in events]):
            address = verdict.event.address.removesuffix("/norm")
            if verdict.judgement in ("refused", "unknown"):
                self._say(verdict.text)
                continue
            self._held[address] = until
            if verdict.judgement == "clipped":  # it has another value than was written: told when the hold is over
                self._pending[address] = None

    def _pause(self) -> float:
        now = time.monotonic()
        waiting = [until - now for address, until in self._held.items() if address in self._pending]
        return max(min([self._reader.schedule.pause(now, LOOK), *waiting]), 0.0)

    def _due(self, snapshot: Snapshot, now: float) -> list[bytes]:
        """Take the packets that may go now."""
        self._held = {address: until for address, until in self._held.items() if until > now}
        ready = [address for address in self._pending if address not in self._held]
        packets = [*self._replies]
        self._replies.clear()
        for address in ready:
            number = self._pending.pop(address)
            param = snapshot.layout.params.get(address)
            if address not in self.followed or param is None:
                continue
            if number is not None or param.kind != "trigger":  # a trigger has no present value
                packets.append(write_packet(address, param, snapshot[address] if number is None else number))
        return packets

    def _said(self) -> list[dict[str, str]]:
        words = [{"ERROR": text} for text in self._words]
        self._words.clear()
        return words

    def _moved(self, layout: Layout) -> list[dict[str, str]]:
        """Return which nodes came, went and changed, when a model was swapped."""
        if layout is self._layout:
            return []
        told, self._layout = difference(self._layout, layout), layout
        self.followed &= layout.params.keys()
        self._pending.update(dict.fromkeys(self.followed))
        return [{"COMMAND": command, "DATA": path} for command, paths in (
            ("PATH_REMOVED", told.removed), ("PATH_ADDED", told.added), ("PATH_CHANGED", told.changed))
            for path in paths]

    def _say(self, text: str) -> None:
        self._words.append(text)
        self._wake.set()

    def _answer(self, word: str, value: Value, _: Sender) -> None:
        """Answer /liveart/ping here; /liveart/listen names a UDP port, which this line has none of."""
        if word.endswith("ping"):
            self._replies.append(write_message("/liveart/pong", str(self._host.status().get("version", ""))))
        else:
            self._say(f'{word} is for UDP. Send {{"COMMAND": "LISTEN", "DATA": "/liveart/…"}} here.')


def _sender(request: web.Request) -> Sender:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return (str(peer[0]), int(peer[1])) if peer else ("unknown", 0)
