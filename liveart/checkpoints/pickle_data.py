"""Reads a pickle as data. Standard library only.

Python's own reader calls whatever a file names. This one calls nothing of the file's choice: it knows the instructions
that make plain values, and a table of names, each with what liveart makes of it. Whatever else a file asks for ends
the reading with its name. Long byte strings (weights) and long texts (program text) are not read at all: only where
they lie is kept.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from liveart.checkpoints.pickle_source import AGAIN, LONGEST_NAME, Source
from liveart.errors import ModelError

Make = Callable[[tuple[Any, ...]], Any]
Names = Mapping[tuple[str, str], Make]

MOST_VALUES = 5_000_000  # real files have about a hundred thousand instructions
_KEYS = (str, int, float, bool, bytes, type(None))


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the table knows, not yet called."""

    word: str
    make: Make


class Buildable:
    """A value made by the table that takes its state afterwards."""

    __slots__ = ()

    def build(self, state: Any) -> None:
        """Take the state. Raises ModelError or any of `WRONG` when it is none that fits."""
        raise NotImplementedError


class Unknown(ModelError):
    """A name that the table does not have: `word` is that name."""

    def __init__(self, what: str, hint: str = "", word: str = "") -> None:
        super().__init__(what, hint)
        self.word = word

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.what, self.hint, self.word)


# What a table's functions may raise of an argument that is not as it should be.
WRONG = (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError)


def read_pickle(file: BinaryIO, path: Path, names: Names) -> Any:
    """Return the value that a pickle (protocol 2 to 5) describes, as plain values and what `names` makes.

    Raises Unknown for a name that is not in `names`, ModelError for all else that is no such pickle.
    """
    return _Reader(file, path, names).read()


class _Reader:
    """One reading: a stack of values, marks in it, and the values that the file refers back to."""

    def __init__(self, file: BinaryIO, path: Path, names: Names) -> None:
        self.file = Source(file, path)
        self._path, self._names = path, names
        self._stack: list[Any] = []
        self._below: list[list[Any]] = []  # the stacks below each mark
        self._memo: dict[int, Any] = {}

    def read(self) -> Any:
        for _ in range(MOST_VALUES):
            code = self.file.code()
            act = _ACTS.get(code)
            if act is None and code != b".":
                raise self._unknown(code)
            try:
                if act is None:
                    return self._pop()
                act(self)
            except (*WRONG, struct.error) as error:
                raise ModelError(f"{self._path} is no pickle that makes sense: {_first_line(error)}.",
                                 AGAIN) from error
        raise ModelError(f"{self._path} holds more than {MOST_VALUES:,} values: no model does.", AGAIN)

    def _unknown(self, code: bytes) -> ModelError:
        if not code:
            return self.file.cut_short()
        if code in _REFUSED:
            return ModelError(f"{self._path} asks for {_REFUSED[code]}, which liveart never does. Nothing was run.",
                              "Take a file of an author whom you trust.")
        return ModelError(f"{self._path} is no pickle that liveart reads: byte {code[0]:#04x} at "
                          f"{self.file.place - 1}.", AGAIN)

    # The stack.

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _pop(self) -> Any:
        if not self._stack:
            raise ValueError("an instruction lacks its values")
        return self._stack.pop()

    def _top(self, kind: type) -> Any:
        if not self._stack or type(self._stack[-1]) is not kind:
            raise ValueError(f"an instruction needs a {kind.__name__}")
        return self._stack[-1]

    def _mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def _since_mark(self) -> list[Any]:
        if not self._below:
            raise ValueError("an instruction lacks its mark")
        values, self._stack = self._stack, self._below.pop()
        return values

    def _pop_one(self) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._since_mark()

    # Collections.

    def _tuple(self, count: int) -> None:
        values = [self._pop() for _ in range(count)]
        self._push(tuple(reversed(values)))

    def _set_items(self, items: list[Any]) -> None:
        if len(items) % 2:
            raise ValueError("a dictionary has a key without a value")
        into = self._top(dict)
        for key, value in zip(items[::2], items[1::2], strict=True):
            into[_key(key)] = value

    def _set_item(self) -> None:
        value, key = self._pop(), self._pop()
        self._set_items([key, value])

    def _append(self) -> None:
        value = self._pop()
        self._top(list).append(value)

    def _add_items(self) -> None:
        items = self._since_mark()
        self._top(set).update(_key(item) for item in items)

    # What was there before.

    def _put(self, index: int) -> None:
        if not self._stack:
            raise ValueError("an instruction lacks its values")
        self._memo[index] = self._stack[-1]

    def _get(self, index: int) -> None:
        if index not in self._memo:
            raise ValueError("it refers back to what is not there")
        self._push(self._memo[index])

    # Names, and what is made of them.

    def _name(self, module: Any, word: Any) -> None:
        if type(module) is not str or type(word) is not str:
            raise ValueError("a name is no text")
        make = self._names.get((module, word))
        full = f"{module}.{word}"[:LONGEST_NAME]
        if make is None:
            shown = "".join(letter if letter.isprintable() else "?" for letter in full)
            raise Unknown(f'{self._path} asks for "{shown}", which liveart does not load from a StyleGAN pickle. '
                          "Nothing was run.", word=shown)
        self._push(Name(full, make))

    def _stack_name(self) -> None:
        word, module = self._pop(), self._pop()
        self._name(module, word)

    def _call(self) -> None:
        given, name = self._pop(), self._pop()
        if type(name) is not Name or type(given) is not tuple:
            raise ValueError("it calls what can't be called")
        self._push(name.make(given))

    def _build(self) -> None:
        state = self._pop()
        target = self._stack[-1] if self._stack else None
        if isinstance(target, Buildable):
            target.build(state)
        elif type(target) is not dict:  # attributes of a dictionary say nothing that is used
            raise ValueError("it gives a state to what takes none")


def _key(value: Any) -> Any:
    # Deep tuples would be hashed by recursion without end; no model has others than these.
    if type(value) not in _KEYS:
        raise ValueError(f"a {type(value).__name__} is no key")
    return value


def _first_line(error: Exception) -> str:
    lines = str(error.args[0] if error.args else "").splitlines()
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(".")


def _long(reader: _Reader, form: str) -> None:
    count = reader.file.number(form)
    if not 0 <= count <= 64:
        raise ValueError(f"a whole number of {count} bytes")
    reader._push(int.from_bytes(reader.file.take(count), "little", signed=True))


_ACTS: dict[bytes, Callable[[_Reader], Any]] = {
    b"\x80": lambda r: r.file.take(1),  # the protocol's number
    b"\x95": lambda r: r.file.take(8),  # the length of a frame, which is of no use here
    b"N": lambda r: r._push(None),
    b"\x88": lambda r: r._push(True),
    b"\x89": lambda r: r._push(False),
    b"J": lambda r: r._push(r.file.number("<i")),
    b"K": lambda r: r._push(r.file.number("<B")),
    b"M": lambda r: r._push(r.file.number("<H")),
    b"\x8a": lambda r: _long(r, "<B"),
    b"\x8b": lambda r: _long(r, "<i"),
    b"G": lambda r: r._push(r.file.number(">d")),
    b"\x8c": lambda r: r._push(r.file.string(r.file.number("<B"), True)),
    b"X": lambda r: r._push(r.file.string(r.file.number("<I"), True)),
    b"\x8d": lambda r: r._push(r.file.string(r.file.number("<Q"), True)),
    b"C": lambda r: r._push(r.file.string(r.file.number("<B"), False)),
    b"B": lambda r: r._push(r.file.string(r.file.number("<I"), False)),
    b"\x8e": lambda r: r._push(r.file.string(r.file.number("<Q"), False)),
    b"\x96": lambda r: r._push(r.file.string(r.file.number("<Q"), False)),
    b"(": _Reader._mark,
    b"0": _Reader._pop_one,
    b"1": _Reader._since_mark,
    b")": lambda r: r._push(()),
    b"\x85": lambda r: r._tuple(1),
    b"\x86": lambda r: r._tuple(2),
    b"\x87": lambda r: r._tuple(3),
    b"t": lambda r: r._push(tuple(r._since_mark())),
    b"]": lambda r: r._push([]),
    b"a": _Reader._append,
    b"e": lambda r: _extend(r),
    b"}": lambda r: r._push({}),
    b"s": _Reader._set_item,
    b"u": lambda r: r._set_items(r._since_mark()),
    b"\x8f": lambda r: r._push(set()),
    b"\x90": _Reader._add_items,
    b"\x91": lambda r: r._push(frozenset(_key(item) for item in r._since_mark())),
    b"q": lambda r: r._put(r.file.number("<B")),
    b"r": lambda r: r._put(r.file.number("<I")),
    b"\x94": lambda r: r._put(len(r._memo)),
    b"h": lambda r: r._get(r.file.number("<B")),
    b"j": lambda r: r._get(r.file.number("<I")),
    b"c": lambda r: r._name(r.file.line(), r.file.line()),
    b"\x93": _Reader._stack_name,
    b"R": _Reader._call,
    b"\x81": _Reader._call,  # a new object: the table says what it becomes
    b"b": _Reader._build,
}

_REFUSED = {
    b"i": "an object made by its name", b"o": "an object made by its class", b"\x92": "an object made with keywords",
    b"\x82": "a registered extension", b"\x83": "a registered extension", b"\x84": "a registered extension",
    b"P": "something outside of the file", b"Q": "something outside of the file",
    b"\x97": "something outside of the file", b"\x98": "something outside of the file",
}


def _extend(reader: _Reader) -> None:
    items = reader._since_mark()
    reader._top(list).extend(items)
