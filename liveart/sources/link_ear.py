"""Listening before joining: the tempo of a Link session on this network, heard without being a part of it.

Two sessions that meet become one, and the younger gives way. But when they are less than half a second apart, chance
decides; and a peer's session begins anew when its last companion leaves. So a program that leaves and comes back at
once changes everybody's tempo now and then. Whoever first listens for a while, and begins with the tempo that it heard,
can't. Link's peers tell of themselves four times a second by multicast; the form of these messages was found by
looking at them.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from liveart.sources.show_clock import can_follow

GROUP, PORT = "224.76.78.75", 20808
LISTEN = 1.0  # seconds: four of their messages
CALM = 0.8  # seconds since the last session began, after which none can be as young as one that begins now
_LONGEST = 4.0  # seconds after which it is joined in any case
_HEAD = b"_asdp_v\x01"
_ALIVE, _ANSWER, _LEAVING = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Word:
    """What one message said: its session's id (b"" for one who leaves) and beats a minute (None: not told)."""

    session: bytes
    tempo: float | None


def read_word(data: bytes) -> Word | None:
    """Return what a peer's message says; None for one that is none."""
    if len(data) < 20 or not data.startswith(_HEAD) or data[8] not in (_ALIVE, _ANSWER, _LEAVING):
        return None
    session, tempo, place = b"", None, 20  # behind version, kind, life span, group and the peer's own id
    while place + 8 <= len(data) and data[8] != _LEAVING:
        key, size = data[place : place + 4], struct.unpack_from(">I", data, place + 4)[0]
        body = data[place + 8 : place + 8 + size]
        if key == b"sess" and len(body) == 8:
            session = body
        elif key == b"tmln" and len(body) == 24:
            micros = struct.unpack_from(">q", body)[0]  # of a beat
            tempo = 60e6 / micros if micros > 0 and can_follow(60e6 / micros) else None
        place += 8 + size
    return Word(session, tempo)


class Calm:
    """When it is time to join. Pure: words and times are handed in."""

    def __init__(self, now: float) -> None:
        self.tempo: float | None = None
        self._began = now
        self._changed = -1e9
        self._sessions: set[bytes] = set()

    def hear(self, word: Word, now: float) -> None:
        """Take what a peer said."""
        is_known = word.session in self._sessions or now - self._began < 0.3  # those were there before
        if not word.session or not is_known:
            self._changed = now
        self._sessions.add(word.session)
        self.tempo = word.tempo or self.tempo

    def left(self, now: float) -> float:
        """Return for how many seconds more to listen; 0 or less when it is time."""
        end = min(max(self._began + LISTEN, self._changed + CALM), self._began + _LONGEST)
        return end - now


def listen(closing: threading.Event, now: Callable[[], float] = time.monotonic) -> float | None:
    """Listen for a second, or longer while others come and go; return the tempo of the session there, None without.

    Where nothing can be heard (another program has the port to itself) it is only waited. Ends early on `closing`.
    """
    calm = Calm(now())
    with contextlib.ExitStack() as stack:
        ear = _open_ear()
        if ear is not None:
            stack.enter_context(ear)
        while not closing.is_set() and calm.left(now()) > 0.0:
            if ear is None:
                closing.wait(calm.left(now()))
                continue
            with contextlib.suppress(OSError):  # nothing came in time
                ear.settimeout(min(max(calm.left(now()), 0.01), 0.2))
                word = read_word(ear.recv(2048))
                if word is not None:
                    calm.hear(word, now())
    return calm.tempo


def _open_ear() -> socket.socket | None:
    """Return a socket that receives what peers say on each of this machine's networks; None where there is no way."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        for option in ("SO_REUSEADDR", "SO_REUSEPORT"):  # Link's own sockets share the port as well
            if hasattr(socket, option):
                ear.setsockopt(socket.SOL_SOCKET, getattr(socket, option), 1)
        ear.bind(("", PORT))
    except OSError:
        ear.close()
        return None
    for address in _addresses():
        with contextlib.suppress(OSError):  # a network that has no multicast has no Link either
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                           socket.inet_aton(GROUP) + socket.inet_aton(address))
    return ear


def _addresses() -> list[str]:
    """Return this machine's addresses, the default network ("0.0.0.0") first."""
    found = {"127.0.0.1": None}
    with contextlib.suppress(OSError):
        found |= {str(info[4][0]): None for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return ["0.0.0.0", *found]
