"""The notation of controls, "cc 21" or "note C3": checked and brought into the one form that gestures carry."""

from __future__ import annotations

import re

from liveart.errors import PatchError, did_you_mean

NUMBERED = {"cc": 127, "cc14": 31, "nrpn": 16383, "rpn": 16383, "note": 127, "poly": 127}  # the highest number
ALONE = ("bend", "pressure", "program", "song", "notes")
KEYS, OSC = "keys", "osc"  # the devices that are no MIDI port
LONGEST = 200  # letters: an OSC address can be as long as a datagram

_NOTE = re.compile(r"([A-G])([#B]?)(-?[0-9])")
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FINE = ("cc14", "nrpn", "rpn", "bend")
_EXAMPLES = 'Write "cc 21", "cc14 1", "nrpn 1300", "note 36", "note C3", "bend", "key n" or "/fader/1".'


def check_control(text: str) -> str:
    """Return a control as gestures name it: "CC 21" gives "cc 21", "note C3" gives "note 60" (middle C).

    Raises PatchError for what no controller can send.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise PatchError(f"{text!r:.60} is no control.", _EXAMPLES)
    if text.startswith("/"):
        return _check_address(text)
    kind, _, rest = text.strip().partition(" ")
    kind, rest = kind.lower(), rest.strip()
    if kind in ALONE and not rest:
        return kind
    if kind == "key" and rest and " " not in rest:
        return f"key {rest.lower()}"
    if kind not in NUMBERED:
        near = did_you_mean(kind, [*NUMBERED, *ALONE, "key"]) if not rest or rest.isdigit() else ""
        raise PatchError(f'"{text:.60}" is no control.', f"{near} {_EXAMPLES}".strip())
    number = _note_number(rest) if kind in ("note", "poly") else _number(rest)
    if number is None or not 0 <= number <= NUMBERED[kind]:
        raise PatchError(f'"{text:.60}" is no control.', f"{kind} takes a number from 0 to {NUMBERED[kind]}.")
    return f"{kind} {number}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None


def _note_number(text: str) -> int | None:
    """Return the number of "60" or "C3"; octaves are counted as in most sequencers: C3 is middle C, C-2 is 0."""
    found = _NOTE.fullmatch(text.upper())
    if found is None:
        return _number(text)
    sharp = {"": 0, "#": 1, "B": -1}[found[2]]
    return _SEMITONES[found[1]] + sharp + 12 * (int(found[3]) + 2)


def _check_address(text: str) -> str:
    if re.search(r"[\s#*,?\[\]{}]|//|/$", text) or text.startswith("/liveart/"):
        raise PatchError(f'"{text:.60}" can\'t be bound.',
                         "Write one plain address of another program, such as /fader/1; /liveart/… needs no binding.")
    return text


def home(control: str) -> str:
    """Return which device can have such a control: "keys", "osc", or "" for any MIDI port."""
    if control.startswith("/"):
        return OSC
    return KEYS if control.startswith("key ") else ""


def fineness(control: str) -> int:
    """Return how many steps a control can show: 127, or 16383 for a fine one."""
    return 16383 if control.startswith("/") or control.partition(" ")[0] in _FINE else 127


def is_key(control: str) -> bool:
    """Return True for what goes down and up: notes and keys."""
    return control.startswith(("note ", "key "))
