"""The numbers of the tensors in a StyleGAN pickle, read one storage at a time."""

from __future__ import annotations

import io
import pickle
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from liveart.checkpoints.allowed import Blob, StoredTensor
from liveart.checkpoints.pickle_data import Unknown
from liveart.checkpoints.pickle_source import Span
from liveart.errors import ModelError

_TYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
_AGAIN = "Fetch the file again."
_FORBIDDEN = "can run a program of its maker"


def read_tensor(stored: StoredTensor, name: str, file: BinaryIO, path: Path) -> Tensor:
    """Return a tensor of its own memory: float32, or float16 and bfloat16 as they are stored.

    Raises ModelError, naming the tensor, when its storage is none or doesn't hold as many numbers as it says.
    """
    storage = _storage(_opened(stored.blob, file, name, path), name, path)
    if storage.dtype not in _TYPES:
        raise ModelError(f"{path}: {name} is of type {str(storage.dtype).removeprefix('torch.')}, not of decimal "
                         "numbers.", "Take the file that the training wrote.")
    memory = storage._untyped_storage  # the public way to it warns of typed storages, which such files always hold
    numbers = memory.nbytes() // storage.dtype.itemsize
    _check_place(stored, numbers, name, path)
    tensor = torch.empty(0, dtype=storage.dtype).set_(memory, stored.offset, stored.size, stored.stride)
    kind = torch.float32 if storage.dtype == torch.float64 else storage.dtype
    whole = tensor.is_contiguous() and stored.count == numbers and kind == storage.dtype
    return tensor if whole else tensor.to(kind).clone(memory_format=torch.contiguous_format)


class _Window(io.RawIOBase):
    """A stretch of a file as a file: its numbers go straight into the tensor, without a copy on the way."""

    def __init__(self, file: BinaryIO, span: Span) -> None:
        self._file, self._span, self._at = file, span, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._span.length)[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")[: max(0, self._span.length - self._at)]
        self._file.seek(self._span.offset + self._at)
        count = self._file.readinto(view)  # type: ignore[attr-defined]
        self._at += count
        return int(count)


def _opened(blob: Blob, file: BinaryIO, name: str, path: Path) -> BinaryIO:
    data = blob.data
    if not isinstance(data, Span):
        return io.BytesIO(data)
    if not data.is_text:
        return io.BufferedReader(_Window(file, data))
    try:  # protocol 2 has no byte strings: it writes each byte as the letter of the same number
        return io.BytesIO(data.read(file).decode("utf-8").encode("latin1"))
    except UnicodeError as error:
        raise ModelError(f"{path}: the storage of {name} is no text of bytes.", _AGAIN) from error


def _storage(data: BinaryIO, name: str, path: Path) -> Any:
    """Return the storage. What is in there is a pickle again, of which torch loads tensors only."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of other pickle protocols; what matters is whether it reads
            storage = torch.load(data, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise Unknown(f"{path}: the storage of {name} holds more than numbers, which {_FORBIDDEN}. Nothing was run.",
                      "Take a file of an author whom you trust.") from error
    except Exception as error:  # torch's reader raises whatever a damaged file leads it to
        raise ModelError(f"{path}: the storage of {name} can't be read.", _AGAIN) from error
    if not isinstance(storage, torch.storage.TypedStorage):
        raise ModelError(f"{path}: the storage of {name} is a {type(storage).__name__}.", _AGAIN)
    return storage


def _check_place(stored: StoredTensor, numbers: int, name: str, path: Path) -> None:
    """Refuse a tensor that reaches out of its storage, or that repeats what is in it."""
    fits = len(stored.size) == len(stored.stride)
    last = stored.offset + sum((n - 1) * step for n, step in zip(stored.size, stored.stride, strict=False))
    if not fits or (stored.count and last >= numbers) or stored.count > numbers:
        raise ModelError(f"{path}: {name} is {list(stored.size)}, but its storage holds {numbers} numbers.", _AGAIN)
