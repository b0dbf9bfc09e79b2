"""The names that a StyleGAN pickle may hold, each with what liveart makes of it. Standard library and NumPy only."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveart.checkpoints.pickle_data import Buildable, Make
from liveart.checkpoints.pickle_source import Span

MOST_NUMBERS = 4096  # of a NumPy array: the files keep only settings in such
_NUMBERS = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248])")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A network, or a part of one: its class's name and its state. Its program text is left in the file."""

    class_name: str
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Blob:
    """A storage as torch saved it, not yet read."""

    data: bytes | Span


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor whose numbers are still in the file."""

    blob: Blob
    offset: int  # in numbers, as the strides
    size: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.size)


class Dtype(Buildable):
    """A NumPy number type: bool, int, uint or float, nothing else."""

    __slots__ = ("word",)

    def __init__(self, word: str) -> None:
        if type(word) is not str or not _NUMBERS.fullmatch(word):
            raise ValueError(f"NumPy values of type {str(word)[:40]!r} are not loaded")
        self.word = word

    def build(self, state: Any) -> None:
        """Take the byte order; whatever has fields or holds objects is refused."""
        _, order, *fields = state
        if any(field is not None for field in fields[:3]) or order not in ("<", ">", "|", "="):
            raise ValueError("NumPy values with fields are not loaded")
        self.word = np.dtype(self.word).newbyteorder(order).str

    def array(self, data: Any, count: int) -> np.ndarray:
        """Return `count` numbers of this type in `data`."""
        if not isinstance(data, bytes) or not 0 <= count <= MOST_NUMBERS:
            raise ValueError("a NumPy array is larger than any setting")
        return np.frombuffer(data, self.word, count)


class Array(Buildable):
    """A NumPy array that takes its numbers afterwards: `value`."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = np.zeros(0)

    def build(self, state: Any) -> None:
        """Take shape, type and numbers."""
        _, shape, dtype, by_columns, data = state
        self.value = _array(data, dtype, shape, "F" if by_columns else "C")


def _array(data: Any, dtype: Any, shape: Any, order: str) -> np.ndarray:
    if not isinstance(dtype, Dtype):
        raise ValueError("a NumPy array has no type")
    lengths = _lengths(shape)
    if isinstance(data, Span):  # no setting of a generator is that long: it stays in the file
        return np.zeros(0)
    return dtype.array(data, math.prod(lengths)).reshape(lengths, order="F" if order == "F" else "C")


def _lengths(values: Any) -> tuple[int, ...]:
    if type(values) is not tuple or len(values) > 8 or any(type(v) is not int or v < 0 for v in values):
        raise ValueError("a shape is no tuple of whole numbers")
    return values


def _part(given: tuple[Any, ...]) -> Part:
    (meta,) = given
    class_name, state = meta["class_name"], meta["state"]
    if type(class_name) is not str or type(state) is not dict:
        raise ValueError("a network has no name or no state")
    return Part(class_name[:80], state)


def _dictionary(given: tuple[Any, ...]) -> dict[Any, Any]:
    if given:
        raise ValueError("a dictionary is made of something else")
    return {}


def _blob(given: tuple[Any, ...]) -> Blob:
    (data,) = given
    if not isinstance(data, bytes | Span):
        raise ValueError("a storage is no byte string")
    return Blob(data)


def _tensor(given: tuple[Any, ...]) -> StoredTensor:
    blob, offset, size, stride = given[:4]  # behind them: whether it is trained, and hooks
    if type(blob) is not Blob or type(offset) is not int or offset < 0:
        raise ValueError("a tensor has no storage")
    return StoredTensor(blob, offset, _lengths(size), _lengths(stride))


def _parameter(given: tuple[Any, ...]) -> StoredTensor:
    if type(given[0]) is not StoredTensor:
        raise ValueError("a parameter is no tensor")
    return given[0]


def _scalar(given: tuple[Any, ...]) -> Any:
    dtype, data = given
    if not isinstance(dtype, Dtype):
        raise ValueError("a NumPy value has no type")
    return dtype.array(data, 1)[0].item()


def _new_array(given: tuple[Any, ...]) -> Array:
    return Array()


def _array_of_buffer(given: tuple[Any, ...]) -> Array:
    data, dtype, shape, order = given
    made = Array()
    made.value = _array(data, dtype, shape, order)
    return made


def _encoded(given: tuple[Any, ...]) -> bytes | Span:
    """Return bytes that protocol 2 had to write as text; a long one stays in the file."""
    text, encoding = given
    if encoding != "latin1" or not isinstance(text, str | Span):
        raise ValueError("a byte string is written in no known way")
    return text if isinstance(text, Span) else text.encode("latin1")


def _set(given: tuple[Any, ...]) -> set[Any]:
    items = given[0] if given else []
    if type(items) is not list or any(type(item) is not str for item in items):
        raise ValueError("a set is made of something else")
    return set(items)


def _no_bytes(given: tuple[Any, ...]) -> bytes:
    if given:
        raise ValueError("a byte string is made of something else")
    return b""


def _nothing(given: tuple[Any, ...]) -> Any:
    raise ValueError("a NumPy array is made in an unknown way")


ALLOWED: dict[tuple[str, str], Make] = {
    ("torch_utils.persistence", "_reconstruct_persistent_obj"): _part,
    ("dnnlib.util", "EasyDict"): _dictionary,
    ("dnnlib", "EasyDict"): _dictionary,
    ("collections", "OrderedDict"): _dictionary,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _parameter,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch.storage", "_load_from_bytes"): _blob,
    ("numpy", "dtype"): lambda given: Dtype(given[0]),
    ("numpy", "ndarray"): _nothing,  # only ever an argument
    ("_codecs", "encode"): _encoded,
    ("builtins", "set"): _set,
    ("__builtin__", "set"): _set,
    ("builtins", "bytes"): _no_bytes,
    ("__builtin__", "bytes"): _no_bytes,
    # NumPy 2 gave its core another name: files written by either are read by either.
    **{(f"numpy.{core}.multiarray", "scalar"): _scalar for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _new_array for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _array_of_buffer for core in ("core", "_core")},
}
