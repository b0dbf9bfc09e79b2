"""The panel's WebSockets: control both ways, picture frames that the page asks for one by one, and sound."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from liveart.core.layout import Snapshot
from liveart.panel.host import PanelHost
from liveart.panel.messages import declare, news, plain, write_message
from liveart.panel.stream import Meter, Pictures, SoundTap, fit_width, to_pcm
from liveart.panel.visitor import Visitor

LONGEST_MESSAGE = 64 * 1024
MOST_SOCKETS = 24  # of each kind: a room of phones may look on, a fault may not open thousands
VALUES_EVERY, STATUS_EVERY, HANDS_EVERY, PICTURE_EVERY, SOUND_EVERY = 1 / 30, 1 / 4, 1 / 10, 1 / 30, 0.02
Task = Callable[[web.WebSocketResponse], Awaitable[None]]


class Sockets:
    """Serves each page in tasks of its own: a page that is slow or gone holds up nobody else."""

    def __init__(self, host: PanelHost, pictures: Pictures) -> None:
        self._host = host
        self._pictures = pictures
        self._meter = Meter(host)
        self._found: dict[str, tuple[float, Any]] = {}  # what the show said last, and when
        self._open: dict[str, set[web.WebSocketResponse]] = {}

    async def close(self) -> None:
        """Say goodbye to every page."""
        everyone = [ws for sockets in self._open.values() for ws in sockets]
        await asyncio.gather(*(ws.close(code=1001, message=b"liveart ends") for ws in everyone))

    def status(self) -> Any:
        """Return the show's status in plain JSON types, asked for at most a few times a second."""
        return self._ask("status", self._host.status, STATUS_EVERY)

    def _ask(self, word: str, ask: Callable[[], Any], every: float) -> Any:
        """Return what `ask` gives, in plain JSON types; asked once for all pages in `every` seconds."""
        now = time.monotonic()
        at, found = self._found.get(word, (float("-inf"), None))
        if now - at >= every * 0.8:
            at, found = self._found[word] = now, plain(ask())
        return found

    async def control(self, request: web.Request) -> web.WebSocketResponse:
        """Tell a page every declaration, value and status; do what it says."""
        async with self._accept(request, "control") as ws, asyncio.TaskGroup() as tasks:
            teller = tasks.create_task(self._tell(ws))
            visitor = Visitor(self._host, f"panel {request.remote}")
            try:
                async for message in ws:
                    if message.type is WSMsgType.TEXT and (answer := await visitor.obey(message.data)):
                        await _send(ws, answer)
            finally:
                visitor.leave()
                teller.cancel()
        return ws

    async def picture(self, request: web.Request) -> web.WebSocketResponse:
        """Send a JPEG for each text message: the page asks when it has shown the last, so none ever queue."""
        width = fit_width(request.query.get("w", ""))
        asked = asyncio.Event()
        async with self._accept(request, "picture") as ws, asyncio.TaskGroup() as tasks:

            async def show() -> None:
                index = -1
                while await asked.wait():
                    asked.clear()
                    started = time.monotonic()
                    index, jpeg = await self._pictures.newer(index, width)
                    await ws.send_bytes(jpeg)
                    await asyncio.sleep(PICTURE_EVERY - (time.monotonic() - started))

            with self._pictures:
                shower = tasks.create_task(_until_gone(show()))
                async for message in ws:
                    width = fit_width(str(message.data), width)
                    asked.set()
                shower.cancel()
        return ws

    async def sound(self, request: web.Request) -> web.WebSocketResponse:
        """Send first {"rate", "channels"}, then int16 stereo chunks as the show makes them."""
        _keep_short(request)
        async with self._accept(request, "sound") as ws, asyncio.TaskGroup() as tasks:

            async def play() -> None:
                await ws.send_str(write_message({"rate": self._host.sound_rate, "channels": 2}))
                tap = SoundTap(self._host)
                while True:
                    samples = tap.read()
                    if len(samples):
                        await ws.send_bytes(to_pcm(samples))
                    await asyncio.sleep(SOUND_EVERY)

            player = tasks.create_task(_until_gone(play()))
            async for _ in ws:
                pass
            player.cancel()
        return ws

    @contextlib.asynccontextmanager
    async def _accept(self, request: web.Request, kind: str) -> AsyncIterator[web.WebSocketResponse]:
        sockets = self._open.setdefault(kind, set())
        if len(sockets) >= MOST_SOCKETS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_SOCKETS} pages are connected already. Close some.")
        # Heartbeats find pages that went away without a word; JPEG and PCM do not compress further.
        ws = web.WebSocketResponse(heartbeat=10.0, timeout=1.0, compress=False,
                                   max_msg_size=LONGEST_MESSAGE)
        try:
            await ws.prepare(request)
        except ConnectionResetError:
            raise web.HTTPBadRequest(text="gone before the line was made") from None
        sockets.add(ws)
        try:
            yield ws
        finally:
            sockets.discard(ws)

    async def _tell(self, ws: web.WebSocketResponse) -> None:
        """Send what is new, at most 30 times a second; a page that is slow to take it gets the newest next."""
        seen: Snapshot | None = None
        told: dict[str, Any] = {}
        status_due = hands_due = 0.0
        while not ws.closed:
            now = time.monotonic()
            snapshot = self._host.board.snapshot()
            snapshot = snapshot.at(snapshot.beat(now))  # while a morph runs, its values are on their way
            message: dict[str, Any] = {}
            if seen is None or seen.layout is not snapshot.layout:
                message["layout"] = {"groups": declare(snapshot.layout, self._host.groups()),
                                     "sound_rate": self._host.sound_rate}
            if values := news(seen, snapshot):
                message["values"] = values
            if levels := self._meter.levels(now):
                message["levels"] = levels
            if now >= status_due:
                message["status"], status_due = self.status(), now + STATUS_EVERY
            if now >= hands_due:
                message |= self._hands(told)
                hands_due = now + HANDS_EVERY
            seen = snapshot
            if message:
                await _send(ws, message)
            await asyncio.sleep(VALUES_EVERY)

    def _hands(self, told: dict[str, Any]) -> dict[str, Any]:
        """Return hands and cues where they differ from what a page was told; remember them as told."""
        found = {"hands": self._ask("hands", self._host.hands, HANDS_EVERY),
                 "cues": self._ask("cues", self._host.cues, HANDS_EVERY)}
        changed = {word: value for word, value in found.items() if value != told.get(word)}
        told |= changed
        return changed


async def _send(ws: web.WebSocketResponse, message: dict[str, Any]) -> None:
    with contextlib.suppress(ConnectionResetError):  # the page has just left; its own loop notices
        await ws.send_str(write_message(message))


async def _until_gone(work: Awaitable[None]) -> None:
    with contextlib.suppress(ConnectionResetError):
        await work


def _keep_short(request: web.Request) -> None:
    """Let the system hold little sound for a page that stalls: what waits there is heard late."""
    if request.transport and (line := request.transport.get_extra_info("socket")):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 * 1024)
