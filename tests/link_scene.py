"""Link peers in a network of their own: run by test_tempo_link.py inside `unshare -rn`; writes JSON to its output.

usage: python link_scene.py joins COUNT | lead | pd PATCH
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from boards import layout

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.sources.link import LinkClock
from liveart.sources.link_ear import listen

NETWORK = ("ip link set lo up", "ip link set lo multicast on", "ip route add 224.0.0.0/4 dev lo")


class Other:
    """A peer of Ableton's own code in a process of its own, which writes each tempo and its bar's phase that it sees.

    It reads a tempo a line and gives it to the session.
    """

    def __init__(self, tempo: float) -> None:
        self.tempi: list[float] = []
        self.offset = 0.0
        self._process = subprocess.Popen([sys.executable, __file__, "other", str(tempo)], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def set(self, tempo: float) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{tempo}\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            tempo, beat, moment = map(float, line.split())
            self.tempi.append(tempo)
            self.offset = beat - moment * tempo / 60.0  # of its beat at second 0

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._reader.join(5)


def be_other(tempo: float) -> None:
    """Be a peer until the input ends."""
    import link

    peer = link.Link(tempo)
    peer.enabled = True
    wishes: list[str] = []
    ended = threading.Event()

    def read() -> None:
        for line in sys.stdin:
            wishes.append(line)
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    while not ended.wait(0.02):
        state, micros, moment = peer.captureAppSessionState(), peer.clock().micros(), time.monotonic()
        if wishes:
            state.setTempo(float(wishes.pop(0)), micros)
            peer.commitAppSessionState(state)
        print(state.tempo(), state.beatAtTime(micros, 4.0), moment, flush=True)
    peer.enabled = False


@contextmanager
def show(tempo: float, **settings: Any) -> Iterator[tuple[Board, LinkClock]]:
    """Return a board and the clock that draws it to the session."""
    board = Board(layout(), time.monotonic(), tempo)
    clock = LinkClock(board, **settings)
    clock.open(board.put_all)
    try:
        yield board, clock
    finally:
        clock.close()


def wait(is_true: Callable[[], bool], timeout: float = 12.0) -> bool:
    end = time.monotonic() + timeout
    while not is_true() and time.monotonic() < end:
        time.sleep(0.02)
    return is_true()


def put_tempo(board: Board, tempo: float) -> None:
    board.put(Event("/liveart/clock/tempo", tempo, time.monotonic(), "hand"))


def joins(count: int) -> dict[str, Any]:
    """Join a session again and again, each time at once after leaving: nobody's tempo may change."""
    other = Other(111.0)
    wait(lambda: len(other.tempi) > 20)
    heard, adopted, off = [], [], []
    for _ in range(count):
        with show(97.0) as (board, clock):
            adopted.append(wait(lambda board=board: abs(board.snapshot().tempo - 111.0) < 0.02))
            time.sleep(0.3)
            now = time.monotonic()
            apart = board.snapshot().beat(now) - other.offset - now * other.tempi[-1] / 60.0
            off.append(abs((apart + 2.0) % 4.0 - 2.0) * 60.0 / 111.0 * 1000.0)
            heard.append(clock.state(now))
    heard_alone = listen(threading.Event())
    other.close()
    return {"lowest": min(other.tempi), "highest": max(other.tempi), "adopted": adopted, "off_ms": off,
            "peers": [state["peers"] for state in heard], "heard": heard_alone}


def lead() -> dict[str, Any]:
    """Follow a peer, take a hand's tempo with and without the leave to lead, and be alone at last."""
    other = Other(111.0)
    wait(lambda: len(other.tempi) > 20)
    found: dict[str, Any] = {}
    with show(97.0, lead=True) as (board, clock):
        wait(lambda: abs(board.snapshot().tempo - 111.0) < 0.02)
        found["before"] = max(other.tempi)
        other.set(126.0)
        found["follows"] = wait(lambda: abs(board.snapshot().tempo - 126.0) < 0.02)
        put_tempo(board, 90.0)
        found["leads"] = wait(lambda: abs(other.tempi[-1] - 90.0) < 0.02)
        time.sleep(0.3)
        found["keeps"] = board.snapshot().tempo
    with show(97.0) as (board, clock):
        wait(lambda: abs(board.snapshot().tempo - 90.0) < 0.02)
        put_tempo(board, 150.0)
        found["returns"] = wait(lambda: abs(board.snapshot().tempo - 90.0) < 0.02)
        found["other"] = max(other.tempi[-10:])
        other.close()
        found["alone"] = wait(lambda: clock.state(0.0)["state"] == "alone")
        put_tempo(board, 101.0)
        found["own"] = wait(lambda: abs((clock.state(0.0)["tempo"] or 0.0) - 101.0) < 0.02)
        late = Other(60.0)
        found["joined"] = wait(lambda: bool(late.tempi) and abs(late.tempi[-1] - 101.0) < 0.02)
        late.close()
    return found


def pd(patch: str) -> dict[str, Any]:
    """Meet Pure Data's abl_link~: take its tempo, then give it another."""
    process = subprocess.Popen(["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-lib", "abl_link~", patch],
                               stderr=subprocess.PIPE, text=True)
    tempi: list[float] = []

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("tempo:"):
                tempi.append(float(line.split()[1]))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    found: dict[str, Any] = {"began": wait(lambda: bool(tempi))}
    time.sleep(1.0)
    with show(97.0, lead=True) as (board, clock):
        found["adopted"] = wait(lambda: abs(board.snapshot().tempo - tempi[0]) < 0.02)
        found["peers"] = clock.state(0.0)["peers"]
        found["seen"] = list(tempi)
        put_tempo(board, 133.0)
        found["led"] = wait(lambda: abs(tempi[-1] - 133.0) < 0.02)
    process.terminate()
    process.wait(10)
    reader.join(5)
    return found


if __name__ == "__main__":
    if sys.argv[1] == "other":
        be_other(float(sys.argv[2]))
    else:
        for line in NETWORK:
            subprocess.run(line.split(), check=True)
        scene = {"joins": lambda: joins(int(sys.argv[2])), "lead": lead, "pd": lambda: pd(sys.argv[2])}[sys.argv[1]]
        print(json.dumps(scene()))
