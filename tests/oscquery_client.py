"""An OSCQuery client for tests, written from the OSCQuery proposal and the OSC 1.0 specification alone.

It knows nothing of liveart: it finds a service by DNS-SD, reads HOST_INFO, walks the tree, follows addresses over the
WebSocket and writes by raw OSC packets.
"""

from __future__ import annotations

import json
import struct
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

OSCQUERY = "_oscjson._tcp.local."


@dataclass(frozen=True)
class Found:
    """A service that announces itself."""

    name: str
    host: str
    port: int


def discover(kind: str = OSCQUERY, seconds: float = 15.0, name: str = "") -> list[Found]:
    """Return the services of a kind on loopback; as soon as `name` is among them, or after `seconds`."""
    from zeroconf import ServiceBrowser, ServiceStateChange, Zeroconf

    names: list[str] = []

    def heard(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Added:
            names.append(name)

    with Zeroconf(interfaces=["127.0.0.1"]) as line:
        browser = ServiceBrowser(line, kind, handlers=[heard])
        end = time.monotonic() + seconds
        while time.monotonic() < end and f"{name}.{kind}" not in names:
            time.sleep(0.05)
        infos = [line.get_service_info(kind, found) for found in names]
        browser.cancel()
    return [Found(info.name.removesuffix(f".{kind}"), info.parsed_addresses()[0], info.port or 0)
            for info in infos if info is not None]


def encode(address: str, tag: str = "", value: Any = None) -> bytes:
    """Return an OSC message with one argument (tags i f s), or none; T, F, I and N carry their value themselves."""
    body = {"i": lambda: struct.pack(">i", value), "f": lambda: struct.pack(">f", value),
            "s": lambda: _padded(value)}.get(tag, lambda: b"")()
    return _padded(address) + _padded(f",{tag}") + body


def bundle(*messages: bytes) -> bytes:
    """Return messages as one bundle for at once."""
    return b"#bundle\0" + struct.pack(">Q", 1) + b"".join(struct.pack(">i", len(each)) + each for each in messages)


def decode(packet: bytes) -> tuple[str, str, Any]:
    """Return (address, type tag, value) of an OSC message with at most one argument."""
    address, rest = _text(packet)
    tags, rest = _text(rest)
    assert tags[0] == ","
    assert len(tags) <= 2
    tag = tags[1:]
    if tag in ("i", "f"):
        assert len(rest) == 4
        return address, tag, struct.unpack(f">{tag}", rest)[0]
    if tag == "s":
        text, rest = _text(rest)
        assert not rest
        return address, tag, text
    assert not rest
    return address, tag, {"T": True, "F": False}.get(tag)


def _padded(text: str) -> bytes:
    raw = text.encode("ascii") + b"\0"
    return raw + b"\0" * (-len(raw) % 4)


def _text(raw: bytes) -> tuple[str, bytes]:
    end = raw.index(b"\0")
    behind = end + 4 - end % 4
    assert not raw[end:behind].strip(b"\0")
    return raw[:end].decode("ascii"), raw[behind:]


def leaves(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the nodes that take a value, by address, and check that each stands where it says."""
    found: dict[str, dict[str, Any]] = {}
    for name, below in node.get("CONTENTS", {}).items():
        assert below["FULL_PATH"] == f"{node['FULL_PATH'].rstrip('/')}/{name}"
        found |= leaves(below)
        if "TYPE" in below:
            found[below["FULL_PATH"]] = below
    return found


class Client:
    """A session with one OSCQuery server: `async with Client(host, port) as client`."""

    def __init__(self, host: str, port: int, token: str = "") -> None:
        self._base = f"http://{host}:{port}"
        self._query = f"?token={token}" if token else ""
        self._session: aiohttp.ClientSession | None = None
        self._ws: Any = None
        self.words: list[dict[str, Any]] = []
        self.packets: list[tuple[str, str, Any]] = []

    async def __aenter__(self) -> Client:
        self._session = aiohttp.ClientSession()
        try:
            info = await self.get("/?HOST_INFO")
            host, port = info.get("WS_IP"), info.get("WS_PORT")
            where = f"http://{host}:{port}" if host and port else self._base  # by the proposal, else where HTTP is
            self._ws = await self._session.ws_connect(f"{where}/{self._query}")
        except aiohttp.ClientError:
            await self._session.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._ws is not None:
            await self._ws.close()
        assert self._session is not None
        await self._session.close()

    async def get(self, path: str) -> Any:
        """Return the JSON at a path with its query, such as `/a/b?VALUE`."""
        assert self._session is not None
        join = "&" if "?" in path and self._query else self._query[:1]
        async with self._session.get(f"{self._base}{path}{join}{self._query[1:]}") as reply:
            reply.raise_for_status()
            return await reply.json()

    async def command(self, word: str, data: Any) -> None:
        """Send one JSON command."""
        await self._ws.send_str(json.dumps({"COMMAND": word, "DATA": data}))

    async def text(self, text: str) -> None:
        """Send a text frame as it is."""
        await self._ws.send_str(text)

    async def write(self, packet: bytes) -> None:
        """Send an OSC packet."""
        await self._ws.send_bytes(packet)

    async def hear(self, seconds: float = 10.0) -> bool:
        """Take in one frame; False when none comes in time."""
        try:
            message = await self._ws.receive(timeout=seconds)
        except TimeoutError:
            return False
        if message.type is aiohttp.WSMsgType.TEXT:
            self.words.append(json.loads(message.data))
        elif message.type is aiohttp.WSMsgType.BINARY:
            self.packets.append(decode(message.data))
        else:
            raise ConnectionError(f"the server ended it: {message}")
        return True

    async def packet(self, seconds: float = 10.0) -> tuple[str, str, Any]:
        """Return the next OSC message; asserts that one comes in time."""
        while not self.packets:
            assert await self.hear(seconds), f"no packet within {seconds} s, but {self.words}"
        return self.packets.pop(0)

    async def word(self, seconds: float = 10.0) -> dict[str, Any]:
        """Return the next JSON message; asserts that one comes in time."""
        while not self.words:
            assert await self.hear(seconds), f"no word within {seconds} s"
        return self.words.pop(0)

    async def quiet(self, seconds: float) -> bool:
        """Return whether no OSC message comes for so long."""
        end = time.monotonic() + seconds
        while not self.packets and (left := end - time.monotonic()) > 0:
            await self.hear(left)
        return not self.packets
