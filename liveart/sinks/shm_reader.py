"""Reads what a shm sink writes: for the panel's preview, for tests, and as the example for other programs."""

from __future__ import annotations

import time
from typing import Self

from liveart.sinks.shm_block import FrameBlock, ShmFrame, block_name

_STALE = 1.0  # seconds without a new frame after which the block is looked up again


class ShmReader:
    """The newest frame of the block `liveart-<name>`; finds it when it comes and follows it when it is replaced."""

    def __init__(self, name: str = "stage") -> None:
        self._name = block_name(name)
        self._block: FrameBlock | None = None
        self._seen = 0
        self._moved = 0.0

    @property
    def is_open(self) -> bool:
        """True while a living block is held."""
        return self._block is not None and self._block.is_alive

    def read(self) -> ShmFrame | None:
        """Return the newest frame; None when there is no block or no frame since the last call."""
        block = self._current()
        if block is None or block.sequence == self._seen:
            return None
        frame = block.read()
        if frame is not None:
            self._seen, self._moved = frame.sequence, time.monotonic()
        return frame

    def close(self) -> None:
        """Let go of the block; may be called twice, and `read` finds it again."""
        if self._block is not None:
            self._block.close()
            self._block = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _current(self) -> FrameBlock | None:
        now = time.monotonic()
        # A block whose name was taken away (by another program's resource tracker) looks alive but stands still.
        still = self._block is not None and self._block.sequence == self._seen and now - self._moved > _STALE
        if not self.is_open or still:
            self._look_up(now)
        return self._block

    def _look_up(self, now: float) -> None:
        was, seen = self.is_open, self._seen
        self.close()
        self._moved = now
        try:
            block = FrameBlock.attach(self._name)
        except FileNotFoundError:
            self._seen = 0
            return
        if not block.is_alive:
            block.close()
            return
        self._block = block
        # The same block once more keeps its place; another one begins anew.
        self._seen = seen if was and block.sequence >= seen else 0
