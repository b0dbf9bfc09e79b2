"""Parser: the bytes of one MIDI device as gestures of controls, words for notes, and clock messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from liveart.core.gesture import Gesture, Sort
from liveart.midi.note_words import NoteWord, NoteWords
from liveart.midi.pairs import Chosen, Pair, Pairs
from liveart.midi.split import Splitter
from liveart.midi.wire import COARSE, FINE, bend_position

Tick = tuple[str, int, float]  # kind, value, `time.monotonic` seconds

# What a clock says; "position" counts sixteenths since the beginning of the song.
_CLOCK = {0xF2: "position", 0xF8: "clock", 0xFA: "start", 0xFB: "continue", 0xFC: "stop", 0xFE: "sensing"}
_SETUP = (0, 6)  # registered parameters that set up an instrument, and are no hand's doing: bend range, MPE zones
_DATA, _DATA_FINE, _UP, _DOWN = 6, 38, 96, 97


@dataclass(slots=True)
class Heard:
    """What came, each kind in its order."""

    gestures: list[Gesture] = field(default_factory=list)
    notes: list[NoteWord] = field(default_factory=list)
    clock: list[Tick] = field(default_factory=list)


class Parser:
    """Reads one device's bytes, in pieces of any size; never raises, whatever they are.

    `feed` what comes, `take` what it meant, and `flush` every few milliseconds while `is_waiting`: the first half of
    a 14-bit value waits that long for its second. Every controller also speaks for itself, as "cc 1"; only what
    belongs to NRPN and RPN does not.
    """

    def __init__(self, device: str = "", is_mpe: bool = False) -> None:
        self.device = device
        self._is_mpe = is_mpe
        self._garbage = 0
        self._heard = Heard()
        self._readers: dict[int, Callable[[int, int, int, float], None]] = {
            0x8: self._note_off, 0x9: self._note_on, 0xA: self._poly, 0xB: self._controller,
            0xC: self._program, 0xD: self._pressure, 0xE: self._bend}
        self._begin()

    def _begin(self) -> None:
        self._splitter = Splitter()
        self._pairs = Pairs()
        self._chosen: dict[int, Chosen] = {}
        self._banks: dict[int, list[int]] = {}  # by channel: coarse, fine
        self._notes = NoteWords(self._is_mpe)

    @property
    def is_waiting(self) -> bool:
        """True while a value waits for its second half, so that `flush` has something to do soon."""
        return self._pairs.is_waiting

    @property
    def has_heard(self) -> bool:
        """True when `take` has something to return."""
        return bool(self._heard.gestures or self._heard.clock or self._heard.notes or self._notes.said)

    @property
    def garbage(self) -> int:
        """How many pieces made no sense so far."""
        return self._garbage + self._splitter.garbage

    def feed(self, data: bytes, time: float) -> None:
        """Read what came at `time`, in `time.monotonic` seconds."""
        for status, first, second in self._splitter.feed(data):
            if status < 0xF0:
                self._readers[status >> 4]((status & 15) + 1, first, second, time)
            elif status in _CLOCK:
                self._heard.clock.append((_CLOCK[status], first | second << 7, time))
            elif status == 0xF3:
                self._say("song", first / COARSE, first, COARSE, time)

    def flush(self, now: float) -> None:
        """Give out the values whose second half has not come in time."""
        for key, pair, time in self._pairs.due(now):
            self._say_pair(key, pair, time)

    def release(self, time: float) -> None:
        """The device is gone: let go of its keys and forget what it was about to say."""
        for channel, note in self._notes.held():
            self._say(f"note {note}", 0.0, 0, COARSE, time, channel, "button")
        self._notes.release(time)
        self._heard.notes += self._notes.said
        self._garbage = self.garbage
        self._begin()

    def take(self) -> Heard:
        """Return what was heard since the last call."""
        heard, self._heard = self._heard, Heard()
        heard.notes += self._notes.said
        self._notes.said = []
        return heard

    def _say(self, control: str, value: float, raw: int, steps: int, time: float, channel: int = 0,
             sort: Sort = "position") -> None:
        self._heard.gestures.append(Gesture(self.device, control, value, raw, steps, time, channel, sort))

    def _say_pair(self, key: Any, pair: Pair, time: float) -> None:
        word, channel, number = key
        self._say(f"{word} {number}", pair.raw / pair.steps, pair.raw, pair.steps, time, channel)

    def _note_on(self, channel: int, note: int, velocity: int, time: float) -> None:
        self._say(f"note {note}", velocity / COARSE, velocity, COARSE, time, channel, "button")
        self._notes.strike(channel, note, velocity, time)

    def _note_off(self, channel: int, note: int, _: int, time: float) -> None:
        self._note_on(channel, note, 0, time)

    def _poly(self, channel: int, note: int, value: int, time: float) -> None:
        self._say(f"poly {note}", value / COARSE, value, COARSE, time, channel)
        self._notes.press(channel, note, value, time)

    def _pressure(self, channel: int, value: int, _: int, time: float) -> None:
        self._say("pressure", value / COARSE, value, COARSE, time, channel)
        self._notes.press_all(channel, value, time)

    def _bend(self, channel: int, low: int, high: int, time: float) -> None:
        raw = high << 7 | low
        self._say("bend", bend_position(raw), raw, FINE, time, channel)
        self._notes.bend(channel, raw, time)

    def _program(self, channel: int, program: int, _: int, time: float) -> None:
        high, low = self._banks.get(channel, (0, 0))
        self._say("program", program / COARSE, (high << 7 | low) << 7 | program, COARSE, time, channel)

    def _controller(self, channel: int, number: int, value: int, time: float) -> None:
        if 98 <= number <= 101:
            self._chosen.setdefault(channel, Chosen()).choose(number, value)
            return
        chosen = self._chosen.get(channel)
        if number in (_DATA, _DATA_FINE, _UP, _DOWN) and chosen is not None and chosen.number is not None:
            self._parameter(channel, chosen.word, chosen.number, number, value, time)
            return
        self._say(f"cc {number}", value / COARSE, value, COARSE, time, channel)
        if number in (0, 32):
            self._banks.setdefault(channel, [0, 0])[number == 32] = value
        if number < 32:
            self._pairs.coarse(("cc14", channel, number), value, time)
        elif number < 64:
            self._fine(("cc14", channel, number - 32), value, time)
        else:
            self._notes.control(channel, number, value, time)

    def _parameter(self, channel: int, word: str, number: int, controller: int, value: int, time: float) -> None:
        """Take a data controller of the NRPN or RPN that is chosen."""
        key = (word, channel, number)
        if word == "rpn" and number in _SETUP:
            if controller == _DATA:
                self._pairs.coarse(key, value, time)
                self._notes.parameter(channel, number, value, 0, time)
            elif controller == _DATA_FINE and number == 0:
                self._notes.parameter(channel, number, self._pairs.coarse_of(key), value, time)
        elif controller == _DATA:
            self._pairs.coarse(key, value, time, must_wait=True)
        elif controller == _DATA_FINE:
            self._fine(key, value, time, must_fit=False)
        else:
            self._say_pair(key, self._pairs.step(key, 1 if controller == _UP else -1), time)

    def _fine(self, key: tuple[str, int, int], value: int, time: float, must_fit: bool = True) -> None:
        pair = self._pairs.fine(key, value, time, must_fit)
        if pair is not None:
            self._say_pair(key, pair, time)
