"""The panel's web application: page, files, status, single frame and OSCQuery; guards the door."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from liveart.core import oscquery
from liveart.panel.door import Door, host_name
from liveart.panel.host import PanelHost
from liveart.panel.listen import Listening
from liveart.panel.messages import write_message
from liveart.panel.sockets import Sockets
from liveart.panel.stream import WIDEST, Pictures, fit_width

PAGE = Path(__file__).parent / "page"
# Written out, since the type that Windows has in its registry for .js may keep a browser from running it.
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
                               "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; "
                               "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin"}
PNG = b"\x89PNG\r\n\x1a\n"  # how every such file begins
LARGEST_PNG = 2_000_000  # bytes: a page may show dozens
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Routes:
    """The handlers of one panel; they live on the panel's event loop."""

    def __init__(self, host: PanelHost, door: Door) -> None:
        self._host = host
        self._door = door
        self._pictures = Pictures(host)
        self._sockets = Sockets(host, self._pictures)
        self._listening = Listening(host)
        # Read once: no path from the network ever reaches the file system.
        self._files = {file.name: (file.read_bytes(), TYPES[file.suffix])
                       for file in PAGE.iterdir() if file.suffix in TYPES}

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            refused = self._turn_away(request)
            return await handler(request) if refused is None else refused

        app = web.Application(middlewares=[guard])
        app.router.add_get("/", self._root)
        app.router.add_get("/panel/{name}", self._file)
        app.router.add_get("/ws", self._sockets.control)
        app.router.add_get("/picture", self._sockets.picture)
        app.router.add_get("/picture/{address:.+}", self._thumbnail)
        app.router.add_get("/sound", self._sockets.sound)
        app.router.add_get("/preview.jpg", self._preview)
        app.router.add_get("/api/status", self._status)
        app.router.add_get("/{address:.*}", self._query)
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _: web.Application) -> None:
        await asyncio.gather(self._sockets.close(), self._listening.close())
        self._pictures.close()

    def _turn_away(self, request: web.Request) -> web.StreamResponse | None:
        """Return the answer for those who may not come in, or should come in by another way; None lets them in."""
        token, cookie = request.query.get("token"), _cookie_name(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        refusal = self._door.judge(request.headers.get("Host", ""), request.headers.get("Origin"),
                                   (token, request.cookies.get(cookie), bearer))
        if refusal and refusal.status == 401 and _wants_page(request):
            return self._page("gate.html", status=401)
        if refusal:
            return _json({"error": refusal.text}, refusal.status)
        if token is not None and _wants_page(request):
            # From here on a cookie shows the token: the address line may be seen by an audience.
            reply = web.Response(status=303, headers={"Location": "/", **HEADERS})
            reply.set_cookie(cookie, token, httponly=True, samesite="Lax", max_age=30 * 86400)
            return reply
        return None

    def _page(self, name: str, status: int = 200) -> web.Response:
        body, kind = self._files[name]
        return web.Response(body=body, content_type=kind, charset="utf-8", status=status, headers=HEADERS)

    async def _root(self, request: web.Request) -> web.StreamResponse:
        return self._page("index.html") if _wants_page(request) else await self._query(request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        return self._page(name) if name in self._files else _json({"error": f"the panel has no file {name}."}, 404)

    async def _status(self, request: web.Request) -> web.StreamResponse:
        return _json(self._sockets.status())

    async def _query(self, request: web.Request) -> web.StreamResponse:
        """Answer OSCQuery: the whole tree, a branch, one attribute, HOST_INFO, or a WebSocket at any address."""
        if _is_upgrade(request):
            return await self._listening.serve(request)
        asked = [word for word in request.query_string.split("&") if word and not word.startswith("token=")]
        if asked[:1] == ["HOST_INFO"]:
            name, port = host_name(request.headers.get("Host", "")), self._sockets.status().get("osc_port")
            return _json(oscquery.host_info("liveart", name, port, name, request.url.port or 80))
        snapshot = self._host.board.snapshot()
        snapshot = snapshot.at(snapshot.beat(time.monotonic()))  # in the midst of a morph: where values stand
        status, node = oscquery.answer(snapshot, request.path, asked[0] if asked else "")
        if node is None and status == 404:
            node = {"error": f"there is nothing at {request.path}."}
        if node is None:
            return web.Response(status=status, headers=HEADERS)
        # Of plain types already: looking through a tree of 500 params for others takes longer than to make it.
        return _text(json.dumps(node, separators=(",", ":"), allow_nan=False), status)

    async def _preview(self, request: web.Request) -> web.StreamResponse:
        width = fit_width(request.query.get("w", ""), otherwise=WIDEST)
        try:
            with self._pictures:
                _, jpeg = await asyncio.wait_for(self._pictures.newer(-1, width), timeout=2.0)
        except TimeoutError:
            return _json({"error": "the show has made no picture yet."}, 503)
        return web.Response(body=jpeg, content_type="image/jpeg", headers=HEADERS)


    async def _thumbnail(self, request: web.Request) -> web.StreamResponse:
        """Send the picture that a param is declared with: no other file, whatever is asked for."""
        address = f"/{request.match_info['address']}"
        param = self._host.board.layout.params.get(address)
        body = await asyncio.to_thread(read_png, param.picture) if param is not None and param.picture else None
        if body is None:
            return _json({"error": f"there is no picture of {address:.100}."}, 404)
        return web.Response(body=body, content_type="image/png", headers=HEADERS)


def read_png(file: str) -> bytes | None:
    """Return a small PNG file; None when it is gone, too large, or something else."""
    try:
        with Path(file).open("rb") as opened:
            body = opened.read(LARGEST_PNG + 1)
    except OSError:
        return None
    return body if body.startswith(PNG) and len(body) <= LARGEST_PNG else None


def _wants_page(request: web.Request) -> bool:
    return request.path == "/" and "text/html" in request.headers.get("Accept", "") \
        and request.query_string != "HOST_INFO" and not _is_upgrade(request)


def _is_upgrade(request: web.Request) -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"


def _cookie_name(request: web.Request) -> str:
    return f"liveart_{request.url.port}"  # cookies know no ports, and two shows may run on one machine


def _json(answer: Any, status: int = 200) -> web.Response:
    return _text(write_message(answer), status)


def _text(answer: str, status: int) -> web.Response:
    return web.Response(text=answer, content_type="application/json", status=status, headers=HEADERS)
