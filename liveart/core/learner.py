"""Learner: waits for a hand to move a control, and tells which one it was: a knob, a button, an encoder, a keyboard."""

from __future__ import annotations

from dataclasses import dataclass, field

from liveart.core.binding import Binding
from liveart.core.control import KEYS, OSC, is_key
from liveart.core.encoder import GUESS_FROM, guess, may_turn
from liveart.core.gesture import Gesture
from liveart.errors import PatchError

WAIT = 0.04  # seconds in which a coarse control may turn out to be half of a fine one
FAR = 0.03  # of the travel: no resting fader trembles so far
PLACES = 3  # different ones, of 128: trembling is to and fro between two
PAUSE = 2.0  # seconds without a move after which a control begins anew
_MOST = 512  # controls watched at once
_SWITCHES = ("program", "song")
_NEVER = frozenset(f"cc {number}" for number in (*range(98, 102), *range(120, 128)))  # they carry no value of a knob
_DATA_ENTRY = 6

_Key = tuple[str, str, int]  # device, control, channel


@dataclass(slots=True)
class _Moved:
    """What one control has sent since the waiting began."""

    last: float
    low: float = 1.0
    high: float = 0.0
    places: set[int] = field(default_factory=set)
    raws: list[int] = field(default_factory=list)

    def add(self, gesture: Gesture) -> None:
        self.last = gesture.time
        self.low, self.high = min(self.low, gesture.value), max(self.high, gesture.value)
        if len(self.places) < PLACES:
            self.places.add(round(gesture.value * 127))
        if gesture.steps == 127 and len(self.raws) < GUESS_FROM:
            self.raws.append(gesture.raw)

    def encoder(self, control: str) -> str:
        return guess(self.raws) if control.startswith("cc ") else ""

    def is_clear(self, control: str) -> bool:
        """Say whether a hand moved it for certain, and what it is."""
        if control.startswith("cc ") and len(self.raws) < GUESS_FROM and all(map(may_turn, self.raws)):
            return False  # it may yet be an encoder
        return self.high - self.low > FAR or len(self.places) >= PLACES or self.encoder(control) != ""


class Learner:
    """One search for the control of `target`. Feed it gestures; `found` is the binding as soon as there is one.

    `is_keyboard`: the target takes notes, so that any key stands for the whole keyboard.
    Not thread-safe: the mapper's lock guards it. Raises PatchError for what can't be a target.
    """

    def __init__(self, target: str, is_keyboard: bool = False) -> None:
        self._target = target
        self.address = Binding("bend", target).address
        self.found: Binding | None = None
        self._is_keyboard = is_keyboard
        self._moved: dict[_Key, _Moved] = {}
        self._coarse: tuple[Gesture, str, float] | None = None

    def take(self, gesture: Gesture) -> None:
        """Look at what a hand did."""
        self.settle(gesture.time)
        if self.found is not None or gesture.control in _NEVER or not _is_sound(gesture):
            return
        if self._coarse is not None:
            if _is_finer(_key(gesture), _key(self._coarse[0])):
                self._find(gesture, "")
        elif gesture.control in _SWITCHES or (gesture.sort == "button" and gesture.value > 0.0):
            self._find(gesture, "")
        elif gesture.sort != "button":
            self._watch(gesture)

    def settle(self, now: float) -> None:
        """Take the coarse control when no fine one has come by `now`, in `time.monotonic` seconds."""
        if self._coarse is not None and now >= self._coarse[2]:
            self._find(*self._coarse[:2])

    def _watch(self, gesture: Gesture) -> None:
        key = _key(gesture)
        moved = self._moved.get(key)
        if moved is None or gesture.time - moved.last > PAUSE:
            if len(self._moved) >= _MOST:
                self._moved.clear()
            moved = self._moved[key] = _Moved(gesture.time)
        moved.add(gesture)
        if not moved.is_clear(gesture.control):
            return
        encoder = moved.encoder(gesture.control)
        if not _is_coarse(gesture.control):
            self._find(gesture, encoder)
        elif not any(_is_finer(other, key) for other in self._moved):
            self._coarse = (gesture, encoder, gesture.time + WAIT)

    def _find(self, gesture: Gesture, encoder: str) -> None:
        control = "notes" if self._is_keyboard and gesture.control.startswith("note ") else gesture.control
        self.found = Binding(control, self._target, gesture.device, gesture.channel, encoder=encoder)


def _key(gesture: Gesture) -> _Key:
    return gesture.device, gesture.control, gesture.channel


def _is_sound(gesture: Gesture) -> bool:
    """Say whether it can be bound: addresses come from the network as they are."""
    try:
        return Binding(gesture.control, "any", gesture.device, gesture.channel).control == gesture.control
    except PatchError:
        return False


def _is_coarse(control: str) -> bool:
    """Say whether a control may be one half of a fine one."""
    return control.startswith("cc ") and int(control[3:]) < 64


def _is_finer(fine: _Key, coarse: _Key) -> bool:
    """Say whether the coarse control is only one half of the fine one, by its number on the same channel."""
    kind, half = fine[1].partition(" ")[0], int(coarse[1][3:]) % 32
    if (fine[0], fine[2]) != (coarse[0], coarse[2]):
        return False
    return fine[1] == f"cc14 {half}" or (kind in ("nrpn", "rpn") and half == _DATA_ENTRY)


def replaced(bindings: tuple[Binding, ...], found: Binding) -> tuple[Binding, ...]:
    """Return the bindings with the one that was found; it takes the place, and the settings, of one that did the same.

    The same is: the same address by the same controller and the same sort of control. All others stay.
    """
    for place, old in enumerate(bindings):
        if (old.address, old.device, _sort(old)) == (found.address, found.device, _sort(found)):
            settings = old.to_dict() | {"control": found.control, "channel": found.channel, "encoder": found.encoder}
            return (*bindings[:place], Binding(**settings), *bindings[place + 1 :])
    return (*bindings, found)


def _sort(binding: Binding) -> str:
    if binding.control == "notes" or binding.device in (KEYS, OSC):
        return binding.control if binding.control == "notes" else binding.device
    return "button" if is_key(binding.control) else "knob"
