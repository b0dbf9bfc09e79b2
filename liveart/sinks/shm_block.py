"""The shared-memory block of the shm sink: its header, its name, and one frame written and read whole.

The block is called `liveart-<name>`. Its 64-byte little-endian header is part of the public surface: hosts read it
without liveart. Besides liveart.errors it imports numpy and the standard library only, so that a reader stays light.
"""

from __future__ import annotations

import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import numpy as np

from liveart.errors import SinkError

MAGIC = b"LVRT"
VERSION = 1
# Eight-byte fields lie on eight-byte places: each is stored at one stroke, so a reader never sees half a number.
HEADER = np.dtype(
    {
        "names": ["magic", "version", "width", "height", "channels", "zero",
                  "sequence", "received_ns", "finished_ns"],
        "formats": ["S4", "<u4", "<u4", "<u4", "<u4", "<u4", "<u8", "<u8", "<u8"],
        "offsets": [0, 4, 8, 12, 16, 20, 24, 32, 40],
        "itemsize": 64,
    },
    align=True,
)
Shape = tuple[int, int, int]
_patching = threading.Lock()


@dataclass(frozen=True, slots=True)
class ShmFrame:
    """One frame as read: `pixels` uint8 [height, width, 3 or 4], rows top to bottom; times as in `Picture`."""

    pixels: np.ndarray
    sequence: int
    received_ns: int
    finished_ns: int


def block_name(name: str) -> str:
    """Return the system's name for the block called `name`; raises SinkError for a name that not all systems take."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,22}", name):  # macOS allows 31 signs in all
        raise SinkError(f'shm can\'t be called "{name}".', "Use 1 to 22 letters, digits, - and _.")
    return f"liveart-{name}"


@contextmanager
def _untracked(name: str) -> Iterator[None]:
    """Keep the block `name` out of Python's resource tracker while it is opened or unlinked.

    Before 3.13 the tracker of any process that merely attached removes the block when that process ends, and on
    POSIX it starts a second interpreter, which inside a host such as TouchDesigner is a second host.
    """
    if sys.version_info >= (3, 13):
        yield  # the `track` argument does it
        return
    with _patching:
        kept = resource_tracker.register, resource_tracker.unregister
        for word, call in (("register", kept[0]), ("unregister", kept[1])):
            setattr(resource_tracker, word, _all_but(name, call))
        try:
            yield
        finally:
            resource_tracker.register, resource_tracker.unregister = kept


def _all_but(name: str, call: Any) -> Any:
    return lambda what, kind: None if what.lstrip("/") == name else call(what, kind)


def _open_shared(name: str, size: int = 0) -> SharedMemory:
    """Attach to a block, or create one of `size` bytes; raises FileNotFoundError, FileExistsError."""
    options: dict[str, Any] = {"track": False} if sys.version_info >= (3, 13) else {}
    with _untracked(name):
        return SharedMemory(name, create=size > 0, size=size, **options)


class FrameBlock:
    """One frame in shared memory: a seqlock, so that the writer never waits and a reader never sees two frames mixed.

    The sequence is odd while a frame is being written, 0 before the first. A block that its owner gave up loses its
    `LVRT` sign, which tells readers that still hold it to look for a new one.
    """

    def __init__(self, memory: SharedMemory) -> None:
        self._memory = memory

    @classmethod
    def create(cls, name: str, shape: Shape) -> FrameBlock:
        """Make a new block for frames of `shape` (height, width, channels); raises FileExistsError."""
        size = HEADER.itemsize + int(np.prod(shape))
        _check_room(size)
        block = cls(_open_shared(name, size))
        block.announce(shape)
        return block

    @classmethod
    def attach(cls, name: str) -> FrameBlock:
        """Open a block that exists; raises FileNotFoundError."""
        memory = _open_shared(name)
        if memory.size < HEADER.itemsize:  # its owner is between making it and giving it a size
            memory.close()
            raise FileNotFoundError(name)
        return cls(memory)

    def announce(self, shape: Shape) -> None:
        """Say in the header that this is a block to read, for frames of `shape`."""
        head = self._header
        head["version"], head["channels"] = VERSION, shape[2]
        head["height"], head["width"] = shape[0], shape[1]
        head["magic"] = MAGIC  # last: now it may be read

    @property
    def is_alive(self) -> bool:
        """True while the block is the one to read."""
        head = self._header
        return bool(head["magic"][0] == MAGIC and head["version"][0] == VERSION)

    @property
    def shape(self) -> Shape:
        """(height, width, channels), or zeros when the header can't be true."""
        head = self._header[0]  # a view: one field is read at a time
        shape = int(head["height"]), int(head["width"]), int(head["channels"])
        fits = HEADER.itemsize + shape[0] * shape[1] * shape[2] <= self._memory.size
        return shape if fits else (0, 0, 0)

    @property
    def sequence(self) -> int:
        """Odd while a frame is being written; half of it is the number of frames so far."""
        return int(self._header["sequence"][0])

    def write(self, pixels: np.ndarray, received_ns: int, finished_ns: int) -> None:
        """Publish one frame of the block's shape."""
        head = self._header
        writing = self.sequence | 1  # still odd when the last owner was killed in the middle
        head["sequence"] = writing
        head["received_ns"], head["finished_ns"] = received_ns, finished_ns
        self._pixels()[...] = pixels
        head["sequence"] = writing + 1

    def read(self, attempts: int = 50) -> ShmFrame | None:
        """Return a whole frame; None before the first, or when its owner stopped in the middle of one."""
        for _ in range(attempts):
            before = self.sequence
            if before and before % 2 == 0:
                head, pixels = self._header[0].copy(), self._pixels().copy()
                if self.sequence == before:
                    return ShmFrame(pixels, before, int(head["received_ns"]), int(head["finished_ns"]))
            elif before == 0:
                return None
            time.sleep(0.0002)  # the writer needs a moment to finish
        return None

    def retire(self) -> None:
        """Tell all readers that this block is over, remove its name and let go of it."""
        self._header["magic"] = b""
        # The name may be gone: a foreign reader's resource tracker was quicker.
        with _untracked(self._memory.name.lstrip("/")), suppress(FileNotFoundError):
            self._memory.unlink()
        self.close()

    def close(self) -> None:
        """Let go of the memory; it stays for others."""
        self._memory.close()

    # Arrays are made when they are used: the mapping can't close while one looks at it.
    @property
    def _header(self) -> np.ndarray:
        return _array(self._memory, HEADER, 1, 0)

    def _pixels(self) -> np.ndarray:
        count = int(np.prod(self.shape))
        return _array(self._memory, np.dtype(np.uint8), count, HEADER.itemsize).reshape(self.shape)


def _array(memory: SharedMemory, kind: np.dtype[Any], count: int, offset: int) -> np.ndarray:
    buffer: Any = memory.buf
    return np.frombuffer(buffer, kind, count, offset)


def _check_room(size: int) -> None:
    # Linux promises memory that it does not have and kills the writer at the first touch; containers have 64 MB.
    folder = Path("/dev/shm")
    if folder.is_dir() and shutil.disk_usage(folder).free < size + 4096:
        raise SinkError(f"shared memory has no room for {size >> 20} MB.",
                        "Free some in /dev/shm, or start the container with a larger --shm-size.")
