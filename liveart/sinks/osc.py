"""The `osc` sink: what changes on the board goes out as OSC, to addresses of other programs.

    [[outputs]]
    kind = "osc"
    host = "192.168.1.20"
    port = 7000
    norm = true
    map = { "paint/hue" = "/composition/layers/1/video/opacity/values" }
    beat = "/beat"
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from liveart.core.contract import Sink, Stage
from liveart.core.layout import Layout, Snapshot
from liveart.core.material import Material, Values
from liveart.core.param import Param
from liveart.errors import PatchError, SinkError, did_you_mean
from liveart.sinks.osc_packet import Message, write_message, write_packets

TICK = 1 / 60  # s
ALL_PER_TICK = 20  # values a tick while the whole state is told: bursts of more are lost by many receivers
SETTLED = 10.0  # s without new addresses after which they are complete: players take a while to load
BEAT_LOOK = 0.05  # s between looks at the tempo while a beat is awaited
_FORBIDDEN = set(' #*,?[]{}')  # what an address may not have: OSC 1.0, M. Wright, 2002


class OscSink(Sink):
    """Sends changes to `host`:`port`, the newest value of each address, all of a tick in one bundle.

    map   which address of the show goes where, `{"paint/hue" = "/fader/1"}`; without it every change goes out
          under the show's own address
    norm  True: fader positions 0..1 instead of native values
    beat  an address that gets the number of each beat as it begins, "" for none

    The whole state goes first, spread over ticks; so also when a model brings other addresses. A value goes out
    when it differs from what went out last. Sending never waits; what a full line can't take is lost and counted.
    A program on this machine that comes later gets the whole state with the first change after it came.
    Raises PatchError for settings that make no sense.
    """

    takes = frozenset({"values"})
    is_vital = False

    def __init__(self, port: int, host: str = "127.0.0.1", map: Mapping[str, str] | None = None, norm: bool = False,
                 beat: str = "", name: str = "") -> None:
        super().__init__(name)
        if not isinstance(host, str) or not host:
            raise PatchError(f"an OSC output can't send to host {host!r}.", 'Write host = "127.0.0.1".')
        if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
            raise PatchError(f"an OSC output can't send to port {port!r}.", "Write the other program's port.")
        if not isinstance(norm, bool):
            raise PatchError(f"an OSC output has norm = {norm!r}.", "Write norm = true for 0..1, or leave it out.")
        self._host, self._port, self._norm = host, port, norm
        self._map = None if map is None else _read_map(map)
        self._beat = _target(beat, "beat") if beat != "" else ""
        self._socket: socket.socket | None = None
        self._layout: Layout | None = None
        self._sent: dict[str, float] = {}
        self._untold: deque[str] = deque()
        self._learned, self._now = 0.0, 0.0
        self._warned: Layout | None = None
        self._clock: Snapshot | None = None
        self._closing = threading.Event()
        self._drummer: threading.Thread | None = None
        self._sending = threading.Lock()
        self._is_refused = self._is_told = False
        self._counts = {"sent": 0, "lost": 0}

    def open(self, stage: Stage) -> None:
        """Find the host. Raises SinkError when it can't be reached at all."""
        self.close()
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)
            family, _, _, _, where = min(found, key=lambda entry: entry[0] != socket.AF_INET)
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            self._socket.connect(where)  # sends nothing; only a connected socket is told that nobody is there
        except (OSError, UnicodeError) as error:
            self.close()
            raise SinkError(f"the OSC output can't reach {self._host}:{self._port}: {_reason(error)}.",
                            "Check host and port.") from error
        self._closing.clear()
        if self._beat:
            self._drummer = threading.Thread(target=self._drum, args=(self._socket,), name="osc beat", daemon=True)
            self._drummer.start()

    def send(self, material: Material) -> None:
        """Send what has changed. Raises SinkError once when nobody is there, and goes on sending."""
        if not isinstance(material, Values) or self._socket is None:
            raise SinkError("an OSC output takes values, after it was opened.")
        self._clock, self._now = material.snapshot, material.time
        if material.snapshot.layout is not self._layout:
            self._learned = material.time
            self._learn(material.snapshot.layout)
        for packet in write_packets(self._changes(material)):
            self._send(self._socket, packet)
        while self._untold and not self._closing.is_set():
            for packet in write_packets(self._state(material.snapshot.at(material.snapshot.beat(material.time)))):
                self._send(self._socket, packet)
            self._closing.wait(TICK)
        if words := self._strangers():
            raise SinkError(words)
        if self._is_refused and not self._is_told:
            self._is_told = True
            raise SinkError(f"nobody receives OSC at {self._host}:{self._port}.",
                            "Start the other program, or mend the port. liveart goes on sending.")

    def note(self) -> str:
        """Return where it goes and what: `127.0.0.1:7000, 3 addresses`."""
        what = "every change" if self._map is None else f"{len(self._map)} addresses"
        return f"{self._host}:{self._port}, {what}{self._absent()}"

    def counts(self) -> Mapping[str, float]:
        """Return packets sent, and packets lost because the line was full or nobody was there."""
        return self._counts

    def close(self) -> None:
        """Stop; may be called twice."""
        self._closing.set()
        if self._drummer is not None:
            self._drummer.join(2.0)
            self._drummer = self._clock = None
        if self._socket is not None:
            self._socket.close()
        self._socket = self._layout = None
        self._sent.clear()

    def _learn(self, layout: Layout) -> None:
        """Begin with the whole state of these addresses."""
        self._layout = layout
        self._sent.clear()
        followed = layout.params if self._map is None else self._map
        self._untold = deque(address for address in followed
                             if address in layout.params and _has_value(layout.params[address]))

    def _absent(self) -> str:
        if self._layout is None or self._map is None or self._now - self._learned < SETTLED:
            return ""
        absent = [address for address in self._map if address not in self._layout.params]
        return f" (not in this show: {', '.join(absent)})" if absent else ""

    def _strangers(self) -> str:
        """Return a sentence on addresses of the map that this show does not have, once for each layout."""
        if not self._absent() or self._layout is None or self._map is None or self._layout is self._warned:
            return ""
        self._warned = self._layout
        known = self._layout.params
        return " ".join(f"there is no value {address} to send. {did_you_mean(address, known)}"
                        for address in self._map if address not in known)

    def _changes(self, values: Values) -> Iterable[Message]:
        for address, number in values.changes.items():
            param = values.snapshot.layout.params.get(address)
            if param is not None and param.kind != "notes" and (param.kind == "trigger"
                                                                or self._is_news(address, number)):
                yield from self._message(address, param, number)

    def _state(self, snapshot: Snapshot) -> Iterable[Message]:
        """Return what a tick takes of the values that are still to be told from the beginning."""
        for _ in range(min(ALL_PER_TICK, len(self._untold))):
            address = self._untold.popleft()
            if self._is_news(address, snapshot[address]):
                yield from self._message(address, snapshot.layout.params[address], snapshot[address])

    def _is_news(self, address: str, number: float) -> bool:
        """Say whether a value differs from what went out last, and note that it goes out."""
        if self._sent.get(address) == number:
            return False
        self._sent[address] = number
        return True

    def _message(self, address: str, param: Param, number: float) -> Iterable[Message]:
        target = address if self._map is None else self._map.get(address)
        if target is None:
            return
        if param.kind == "trigger":
            yield target, 1
        elif self._norm:
            yield target, float(param.to_norm(number))
        else:
            shown = param.show(number)
            yield target, int(shown) if isinstance(shown, bool) else shown

    def _send(self, line: socket.socket, packet: bytes) -> None:
        """Send one packet. The system says that nobody took a packet when the next one is sent, which it then keeps."""
        with self._sending:
            try:
                if not self._is_taken(line, packet):
                    line.send(packet)
                elif self._is_refused:
                    self._is_refused, self._layout = False, None  # somebody is there now, and is told the whole state
                self._counts["sent"] += 1
            except OSError:  # the line is full, or the network is away
                self._counts["lost"] += 1

    def _is_taken(self, line: socket.socket, packet: bytes) -> bool:
        try:
            line.send(packet)
        except ConnectionRefusedError:
            self._is_refused = True
            self._counts["lost"] += 1
            return False
        return True

    def _drum(self, line: socket.socket) -> None:
        """Tell each beat as it begins: a thread of its own, as changes may come just when there is none."""
        told, pause = -math.inf, BEAT_LOOK
        while not self._closing.wait(pause):
            clock, pause = self._clock, BEAT_LOOK
            if clock is None:
                continue
            beat = clock.beat(time.monotonic())
            if math.floor(beat) != told:
                told = math.floor(beat)
                self._send(line, write_message(self._beat, told))
            pause = min((1.0 + math.floor(beat) - beat) * 60.0 / clock.tempo, BEAT_LOOK)


def _has_value(param: Param) -> bool:
    return param.kind not in ("trigger", "notes")


def _read_map(table: Any) -> dict[str, str]:
    """Return full addresses of the show and where each goes. Raises PatchError."""
    if not isinstance(table, Mapping) or not table:
        raise PatchError(f"an OSC output has map = {table!r:.80}.", 'Write map = { "paint/hue" = "/fader/1" }.')
    read = {}
    for source, target in table.items():
        if not isinstance(source, str) or not source.strip("/") or source.endswith("/norm"):
            raise PatchError(f'an OSC output can\'t send "{source}".', 'Write "player/param"; norm = true gives 0..1.')
        read[source if source.startswith("/") else f"/liveart/{source}"] = _target(target, source)
    return read


def _target(address: Any, source: str) -> str:
    if not isinstance(address, str) or not address.startswith("/") or len(address) < 2 or address.endswith("/") \
            or not address.isascii() or not address.isprintable() or _FORBIDDEN & set(address):
        raise PatchError(f"an OSC output can't send {source} to {address!r:.80}.",
                         "An OSC address begins with / and has no space, #, *, ?, comma or bracket.")
    return address


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
