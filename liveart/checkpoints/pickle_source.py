"""The bytes of a pickle, taken one by one; long ones stay in the file. Standard library only."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from liveart.errors import ModelError

LONGEST_READ = 4096  # bytes; whatever is longer stays in the file
LONGEST_NAME = 300
AGAIN = "Fetch the file again."


@dataclass(frozen=True, slots=True)
class Span:
    """A long byte string or text that stays in the file: where it lies."""

    offset: int
    length: int
    is_text: bool = False

    def read(self, file: BinaryIO) -> bytes:
        """Return the bytes."""
        file.seek(self.offset)
        return file.read(self.length)


class Source:
    """A pickle's file. Raises ModelError where it ends too early."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self._size = path.stat().st_size

    @property
    def place(self) -> int:
        """How far the file has been read."""
        return self._file.tell()

    def code(self) -> bytes:
        """Return the next instruction; b"" at the end of the file."""
        return self._file.read(1)

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        data = self._file.read(count)
        if len(data) < count:
            raise self.cut_short()
        return data

    def number(self, form: str) -> Any:
        """Return the next number, written as `struct` calls it."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def string(self, length: int, is_text: bool) -> Any:
        """Return the next text or byte string; of a long one where it lies."""
        if length <= LONGEST_READ:
            data = self.take(length)
            return data.decode("utf-8", "surrogatepass") if is_text else data
        span = Span(self._file.tell(), length, is_text)
        if span.offset + length > self._size:
            raise self.cut_short()
        self._file.seek(length, 1)
        return span

    def line(self) -> str:
        """Return the next line, which is part of a name."""
        line = self._file.readline(LONGEST_NAME + 1)
        if not line.endswith(b"\n"):
            raise ModelError(f"{self._path} names something of more than {LONGEST_NAME} letters.", AGAIN)
        return line[:-1].decode("utf-8")

    def cut_short(self) -> ModelError:
        """Return the error for a file that ends too early."""
        return ModelError(f"{self._path} is cut short after {self._size} bytes.", AGAIN)
