"""OSC on the wire: datagrams to messages and back. Strict and bounded: garbage costs little and says what it is.

python-osc reads and writes the single values. The frame around them is read here, since python-osc logs a line for
each odd packet, recurses as deep as a bundle is nested, and completes truncated floats with zeros.
OSC 1.0 specification, M. Wright, 2002; the tag I (a bang) from OSC 1.1, A. Freed and A. Schmeder, 2009.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from pythonosc.parsing import ntp, osc_types

from liveart.core.param import Value
from liveart.errors import LiveartError

MAX_DEPTH = 8
MAX_ADDRESS = 255
MAX_TEXT = 1023

_BUNDLE = b"#bundle\0"
_HEAD = struct.Struct(">8sQ")
_SIZE = struct.Struct(">i")
_CONSTANTS: dict[str, Value] = {"T": True, "F": False, "N": None, "I": None}
_READERS = {"i": (4, osc_types.get_int), "f": (4, osc_types.get_float), "h": (8, osc_types.get_int64),
            "d": (8, osc_types.get_double)}
_STRINGS = "sS"
_FOREIGN = {"b": "a blob", "[": "an array", "m": "a MIDI message", "r": "a colour", "t": "a time tag",
            "c": "a character"}


class WireError(LiveartError):
    """Bytes that are no OSC."""


@dataclass(frozen=True, slots=True)
class Message:
    """One address with its value; None when it came without."""

    address: str
    value: Value


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message whose values can't be used, and the sentence to show for it."""

    address: str
    text: str


@dataclass(slots=True)
class Group:
    """Messages to apply together, and when: seconds since 1970, or None for at once."""

    when: float | None
    items: list[Message | Refusal]


def read_datagram(data: bytes) -> list[Group]:
    """Return what a datagram says; a bundle is one group, with more only for nested bundles of a later time.

    Raises WireError when it can't be read; a bundle with a broken element is refused as a whole.
    """
    if data.startswith(b"/"):
        return [Group(None, [read_message(data)])]
    if not data.startswith(_BUNDLE):
        raise WireError(f"{len(data)} bytes that are no OSC, they begin with {data[:8]!r}.")
    first = Group(None, [])
    groups = [first]
    _read_bundle(data, first, groups, 1)
    return groups


def read_message(data: bytes) -> Message | Refusal:
    """Return one message; raises WireError when its bytes are broken."""
    if len(data) % 4:
        raise WireError(f"an OSC message of {len(data)} bytes; whole ones are a multiple of 4.")
    address, place = _text(data, 0, MAX_ADDRESS)
    if not address.isascii() or not address.isprintable():
        raise WireError("an OSC address with characters that addresses can't have.")
    if place == len(data):
        return Message(address, None)  # senders of 1997 leave the type tags out
    tags, place = _text(data, place, len(data))
    if not tags.startswith(","):
        raise WireError(f"a message to {address} without type tags.")
    if len(tags) == 1:
        return Message(address, None)
    if tags[1] in _FOREIGN:
        return Refusal(address, f"{address} can't take {_FOREIGN[tags[1]]}. Send a number or a word.")
    if len(tags) > 2:
        return Refusal(address, f"{address} takes one value; {len(tags) - 1} came. Send one message for each.")
    return _one_value(data, place, address, tags[1])


def write_message(address: str, value: float | int | str | None) -> bytes:
    """Return the datagram of one message: a float, an int (a bool goes as 0 or 1), a string, or no value."""
    head: bytes = osc_types.write_string(address)
    if value is None:
        return head + bytes(osc_types.write_string(","))
    if isinstance(value, str):
        tail = osc_types.write_string(",s") + osc_types.write_string(value.replace("\0", " ")[:MAX_TEXT])
    elif isinstance(value, int):
        tail = osc_types.write_string(",i") + osc_types.write_int(int(value))
    else:
        tail = osc_types.write_string(",f") + osc_types.write_float(value)
    return head + bytes(tail)


def _one_value(data: bytes, place: int, address: str, tag: str) -> Message | Refusal:
    value: Any
    if tag in _CONSTANTS:
        value = _CONSTANTS[tag]
    elif tag in _READERS:
        size, reader = _READERS[tag]
        if place + size > len(data):
            raise WireError(f"a truncated message to {address}.")
        value, place = reader(data, place)
    elif tag in _STRINGS:
        value, place = _text(data, place, MAX_TEXT)
    else:
        return Refusal(address, f'{address} came with OSC type "{tag}", which is unknown. Send a number or a word.')
    if place != len(data):
        raise WireError(f"a message to {address} with {len(data) - place} bytes too many.")
    return Message(address, value)


def _read_bundle(data: bytes, parent: Group, groups: list[Group], depth: int) -> None:
    """Add the messages of a bundle to its parent's group, or to a new one when its time is later."""
    if depth > MAX_DEPTH:
        raise WireError(f"bundles nested deeper than {MAX_DEPTH}.")
    if len(data) < _HEAD.size:
        raise WireError("a truncated bundle.")
    when = _seconds(_HEAD.unpack_from(data)[1])
    group = parent
    if when is not None and when > (parent.when or 0.0):
        group = Group(when, [])
        groups.append(group)
    place = _HEAD.size
    while place < len(data):
        size = _SIZE.unpack_from(data, place)[0] if place + 4 <= len(data) else 0
        piece = data[place + 4 : place + 4 + max(size, 0)]
        if size <= 0 or size % 4 or len(piece) != size:
            raise WireError("a truncated bundle.")
        if piece.startswith(_BUNDLE):
            _read_bundle(piece, group, groups, depth + 1)
        elif piece.startswith(b"/"):
            group.items.append(read_message(piece))
        else:
            raise WireError(f"a bundle with {size} bytes in it that are no OSC.")
        place += 4 + size


def _seconds(tag: int) -> float | None:
    """Return an NTP time tag as seconds since 1970; None for "immediately" (1, and 0 from careless senders)."""
    return None if tag <= 1 else float(ntp.ntp_time_to_system_epoch(tag / 2**32))


def _text(data: bytes, start: int, limit: int) -> tuple[str, int]:
    """Return the padded string at `start` and the place behind it."""
    end = data.find(b"\0", start, start + limit + 1)
    behind = end + 4 - end % 4
    if end < 0 or behind > len(data):
        raise WireError("a string without an end, or longer than any that liveart takes.")
    try:
        return data[start:end].decode(), behind
    except UnicodeDecodeError as error:
        raise WireError("a string that is no UTF-8.") from error
