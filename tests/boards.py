"""A small board for tests, what they ask of it, and writers that run in another process."""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory

import numpy as np

from liveart.core.board import Board, Verdict
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param, Value
from liveart.core.ring import SampleRing
from liveart.core.values import ValueBlock

FIXED = (
    ("", (Param("panic", kind="trigger"), Param("blackout", False, kind="bool"), Param("freeze", False, kind="bool"))),
    ("clock", (Param("tempo", 120.0, 20.0, 300.0, unit="bpm"),)),
)
PLAYER = (Param("level", 0.5, glide=0.2), Param("tone", 440.0, 20.0, 20_000.0, curve="log", glide=0.2),
          Param("speed", 0.25, -4.0, 4.0, kind="rate"), Param("steps", 4, 1, 16, kind="int"),
          Param("mood", "calm", kind="choice", choices=("calm", "wild")), Param("hit", kind="trigger"))


def layout(*groups: tuple[str, tuple[Param, ...]]) -> Layout:
    """Return a layout of the fixed words and `groups`; of one player `p` without any."""
    return Layout.of([*FIXED, *(groups or (("p", PLAYER),))])


def put(board: Board, address: str, value: Value, time: float = 0.0) -> Verdict:
    """Put one value at `/liveart/<address>`."""
    return board.put(Event(f"/liveart/{address}", value, time, "test"))


def position(board: Board, time: float, address: str = "p/speed") -> float:
    """Return how far a rate has travelled by `time`."""
    snapshot = board.snapshot()
    return snapshot.position(f"/liveart/{address}", snapshot.beat(time))


def write_rows(name: str, shown: Layout, count: int) -> None:
    """Write `count` rows of one equal number each into a shared block (the other side of a process test)."""
    memory = SharedMemory(name)
    block = ValueBlock(memory.buf, shown)
    for number in range(1, count + 1):
        block.write(np.full(shown.count, float(number)))
    block.release()
    memory.close()


def write_samples(name: str, frames: int, blocks: int, size: int) -> None:
    """Write a ramp of `blocks` blocks into a shared ring: frame n holds the number n in both channels."""
    memory = SharedMemory(name)
    ring = SampleRing(frames, 2, memory.buf)
    for block in range(blocks):
        ramp = np.arange(block * size, (block + 1) * size, dtype=np.float32)
        ring.write(np.stack([ramp, ramp], axis=1))
    ring.release()
    memory.close()
