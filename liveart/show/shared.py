"""Shared memory between the processes of one show: made by the conductor, attached to by the workers."""

from __future__ import annotations

import contextlib
import os
from itertools import count
from multiprocessing.shared_memory import SharedMemory

_numbers = count(1)


class SharedBlock:
    """A named piece of memory. Whoever made it unlinks it; views on it must be released before `close`."""

    def __init__(self, memory: SharedMemory, is_owner: bool) -> None:
        self._memory = memory
        self._is_owner = is_owner
        self.name = memory.name

    @classmethod
    def create(cls, size: int) -> SharedBlock:
        """Make a zeroed block of at least `size` bytes under a fresh name (short: macOS allows 31 letters)."""
        name = f"la{os.getpid():x}-{next(_numbers):x}"
        return cls(SharedMemory(name, create=True, size=size), is_owner=True)

    @classmethod
    def attach(cls, name: str) -> SharedBlock:
        """Open a block that another process of this show made."""
        return cls(SharedMemory(name), is_owner=False)

    @property
    def buffer(self) -> memoryview:
        """The memory itself, writable."""
        assert self._memory.buf is not None, "the block is closed"
        return self._memory.buf

    def close(self) -> None:
        """Let go of it; the owner also removes the name."""
        with contextlib.suppress(BufferError):  # a view that still lives keeps the mapping until it goes
            self._memory.close()
        if self._is_owner:
            with contextlib.suppress(FileNotFoundError):
                self._memory.unlink()
