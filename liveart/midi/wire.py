"""MIDI as bytes: what a control is called, and the messages that set it to a position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from liveart.core.control import check_control, fineness, home
from liveart.errors import PatchError, did_you_mean
from liveart.midi.split import data_length

COARSE, FINE = 127, 16383  # the highest numbers of 7 and of 14 bits
CENTRE = 8192  # of the pitch bend wheel


@dataclass(frozen=True, slots=True)
class Control:
    """What a control sends: the word that says how ("cc", "note", …), and its number (0 where there is none)."""

    word: str
    number: int = 0

    @property
    def steps(self) -> int:
        """The highest number that it sends: 127 or 16383."""
        return fineness(self.word)


@lru_cache(1024)
def parse_control(text: str) -> Control:
    """Return what "cc 21", "cc14 1", "nrpn 1300", "note C3" or "bend" means, as in Gesture.control.

    Raises PatchError for what MIDI has not, and for a number that is missing or out of range.
    """
    control = check_control(text)
    word, _, number = control.partition(" ")
    if home(control) or word not in _WRITERS:
        raise PatchError(f'"{text:.60}" is no MIDI control.', did_you_mean(word, _WRITERS))
    return Control(word, int(number or 0))


def message_for(control: str, channel: int, position: float) -> bytes:
    """Return the message, or the several in a row, that put a control at `position` 0..1 (clipped).

    Feedback (LEDs, rings, motors) and MIDI out both send these. channel: 1..16, 0 counts as 1. A note at 0 is let go.
    Raises PatchError for a control that MIDI has not.
    """
    what = parse_control(control)
    position = min(max(0.0, position), 1.0)  # in this order NaN gives 0
    raw = bend_raw(position) if what.word == "bend" else round(position * what.steps)
    return _WRITERS[what.word](max(channel, 1) - 1, what.number, raw)


def bend_position(raw: int) -> float:
    """Return where a 14-bit wheel stands, 0..1: its centre 8192 is 0.5 and both ends are reached."""
    return raw / (2 * CENTRE) if raw <= CENTRE else 0.5 + (raw - CENTRE) / (2 * (FINE - CENTRE))


def bend_raw(position: float) -> int:
    """Return the 14-bit number of a wheel at `position` 0..1."""
    span = CENTRE if position <= 0.5 else FINE - CENTRE
    return CENTRE + round((position - 0.5) * 2 * span)


def note_off(channel: int, note: int) -> bytes:
    """Return the message that lets a note go. channel: 1..16."""
    return bytes((0x80 | channel - 1, note, 64))


def messages(data: bytes) -> list[bytes]:
    """Return the messages in `data`, one by one, as drivers want them. Each must have its status byte."""
    found, place = [], 0
    while place < len(data):
        if data[place] == 0xF0:
            end = data.find(b"\xf7", place)
            length = (end if end >= 0 else len(data) - 1) - place + 1
        else:
            length = 1 + (data_length(data[place]) if data[place] >= 0x80 else 0)
        found.append(data[place : place + length])
        place += length
    return found


def _cc(channel: int, number: int, raw: int) -> bytes:
    return bytes((0xB0 | channel, number, raw))


def _cc14(channel: int, number: int, raw: int) -> bytes:
    return _cc(channel, number, raw >> 7) + _cc(channel, number + 32, raw & 127)


def _numbered(high: int, low: int) -> Callable[[int, int, int], bytes]:
    """Return the writer of NRPN or RPN: choose the parameter by two controllers, then send both halves of the value."""
    def write(channel: int, number: int, raw: int) -> bytes:
        return b"".join(_cc(channel, *pair) for pair in ((high, number >> 7), (low, number & 127),
                                                         (6, raw >> 7), (38, raw & 127)))
    return write


_WRITERS: dict[str, Callable[[int, int, int], bytes]] = {
    "cc": _cc,
    "cc14": _cc14,
    "nrpn": _numbered(99, 98),
    "rpn": _numbered(101, 100),
    "note": lambda channel, number, raw: bytes((0x90 | channel, number, raw)),
    "poly": lambda channel, number, raw: bytes((0xA0 | channel, number, raw)),
    "bend": lambda channel, number, raw: bytes((0xE0 | channel, raw & 127, raw >> 7)),
    "pressure": lambda channel, number, raw: bytes((0xD0 | channel, raw)),
    "program": lambda channel, number, raw: bytes((0xC0 | channel, raw)),
    "song": lambda channel, number, raw: bytes((0xF3, raw)),
}
