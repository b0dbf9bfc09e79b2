"""A name held by one living process at a time; the system lets go of it when that process dies, however it dies."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import IO


class NameLock:
    """Holds `name` against other processes (and other holders in this one) by a lock on a small file."""

    def __init__(self, name: str) -> None:
        user = os.getuid() if sys.platform != "win32" else 0  # the temporary folder is the user's own there
        self._path = Path(tempfile.gettempdir()) / f"{name}-{user}.lock"
        self._file: IO[bytes] | None = None

    @property
    def is_held(self) -> bool:
        """True from a `take` that succeeded to `release`."""
        return self._file is not None

    def take(self, patience: float = 1.0) -> bool:
        """Return True when the name is ours; tries for `patience` seconds, since a killed holder may still be going."""
        until = time.monotonic() + patience
        file = self._path.open("ab")
        while not _lock(file):
            if time.monotonic() >= until:
                file.close()
                return False
            time.sleep(0.05)
        self._file = file
        return True

    def release(self) -> None:
        """Let go. The file stays: removing it would pull it from under someone who just opened it."""
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        # flock belongs to the open file, so that two sinks of one process exclude each other too.
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
