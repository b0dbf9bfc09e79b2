"""MemoryFile: memory that this process shares with one that it starts, without a name that could be left over."""

from __future__ import annotations

import contextlib
import mmap
import os
import tempfile
from pathlib import Path

_IS_POSIX = os.name == "posix"


class MemoryFile:
    """A fresh file of `size` zero bytes, in memory where possible.

    memory  its bytes, as this process sees them
    word    what the other process opens: the number of the open file where that can be handed on, else its path
    """

    def __init__(self, size: int, prefix: str) -> None:
        place = Path("/dev/shm")
        folder = place if place.is_dir() and os.access(place, os.W_OK) else None
        number, self._path = tempfile.mkstemp(prefix=prefix, dir=folder)
        self._file = open(number if _IS_POSIX else self._path, "r+b")  # noqa: SIM115  (closed by `close`)
        if _IS_POSIX:
            os.unlink(self._path)
        else:
            os.close(number)
        self._file.truncate(size)
        self.memory = mmap.mmap(self._file.fileno(), 0)
        self.word: int | str = self._file.fileno() if _IS_POSIX else self._path

    def close(self) -> None:
        """Let go of it; arrays over `memory` should be gone by then. May be called twice."""
        with contextlib.suppress(BufferError):  # somebody uses it at this moment: it goes with that one
            self.memory.close()
        self._file.close()
        if not _IS_POSIX:
            with contextlib.suppress(OSError):  # a file that is still mapped can't be removed
                os.unlink(self._path)
