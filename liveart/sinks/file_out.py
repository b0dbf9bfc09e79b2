"""A recording's file on disk: made without overwriting another, and kept whole up to the moment the disk is full."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from itertools import count
from pathlib import Path
from typing import Protocol

import numpy as np

from liveart.errors import SinkError

_ROOM = 16 << 20  # bytes that must be free to begin a recording


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a recording is made of. `channels` 0: without sound. `quality` is x264's crf, `bits` those of a wav."""

    size: tuple[int, int]
    fps: float
    rate: int
    channels: int
    quality: int
    preset: str
    bits: int
    overwrite: bool


class Recording(Protocol):
    """What FileSink asks of a kind of file. Each method raises OSError when the disk refuses."""

    path: Path

    def picture(self, pixels: np.ndarray) -> None:
        """Append one frame, uint8 [height, width, 3]."""

    def repeat(self, times: int) -> None:
        """Append the last frame again (a black one when there is none)."""

    def sound(self, samples: np.ndarray) -> None:
        """Append float32 [frames, channels]."""

    def close(self) -> None:
        """Finish the file."""

    def abandon(self) -> None:
        """Keep what is whole and let go, after one of the others failed."""


def other_names(path: Path) -> Iterator[Path]:
    """Yield set.mp4, set-2.mp4, set-3.mp4, …"""
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def make_folder(folder: Path) -> None:
    """Make a folder that may exist; raises SinkError when it can't be had or has no room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise unwritable(folder, error) from error
    if free < _ROOM:
        raise SinkError(f"can't record into {folder}: only {free >> 20} MB are free.", "Make room on that disk.")


def unwritable(path: Path, error: OSError) -> SinkError:
    """Return the error for a file or folder that the system refuses."""
    return SinkError(f"can't record to {path}: {error.strerror}.", "Name a place that can be written.")


class OutFile:
    """An unbuffered file. What was written survives the death of the process; `keep` and `cut` survive a full disk."""

    def __init__(self, path: Path, overwrite: bool = False) -> None:
        make_folder(path.parent)
        try:
            self.path, self._file = self._open(path, overwrite)
        except OSError as error:
            raise unwritable(path, error) from error
        self._kept = 0
        self._is_dead = False
        self._place = 0

    def write(self, data: bytes | memoryview) -> int:
        """Write all of `data`; after `cut` it goes nowhere."""
        left = memoryview(data)
        while left and not self._is_dead:
            left = left[self._write_raw(left) :]
        self._place += len(data)
        return len(data)

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place, as in a plain file."""
        if not self._is_dead:
            self._place = self._file.seek(place, whence)
        elif whence < 2:
            self._place = place + (self._place if whence else 0)
        return self._place

    def tell(self) -> int:
        """Return the place."""
        return self._place

    def keep(self) -> None:
        """Note that all that is written now is whole."""
        self._kept = max(self._kept, self._place)

    def cut(self) -> None:
        """Shorten the file to what was whole at the last `keep`; whoever still writes writes nowhere."""
        self._is_dead = True
        self._file.truncate(self._kept)

    def close(self) -> None:
        """Close it; a file in which nothing is whole is removed."""
        if self._file.closed:
            return
        self._file.close()
        if not self._kept:
            self.path.unlink(missing_ok=True)

    def _write_raw(self, data: memoryview) -> int:
        return self._file.write(data)

    @staticmethod
    def _open(path: Path, overwrite: bool) -> tuple[Path, FileIO]:
        if overwrite:
            return path, FileIO(path, "w+")
        for name in other_names(path):
            try:
                return name, FileIO(name, "x+")
            except FileExistsError:
                continue
        raise AssertionError("names never end")
