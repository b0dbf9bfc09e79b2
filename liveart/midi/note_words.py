"""NoteWords: what is played on keys, as words for a player's notes: "60", "60.3", "60.3/bend", "bend", "sustain"."""

from __future__ import annotations

from liveart.midi.mpe import LOWER, UPPER, Zones
from liveart.midi.wire import bend_position

NoteWord = tuple[str, float, float, int]  # word, value, `time.monotonic` seconds, channel 1..16

SUSTAIN, SLIDE, SOUND_OFF, RESET, NOTES_OFF = 64, 74, 120, 121, 123  # controllers
_RANGE, _ZONE = 0, 6  # registered parameters: bend range, MPE configuration


class NoteWords:
    """Turns the messages of a keyboard, or of an MPE instrument, into words. See core/notes.py for what they mean.

    A note on a member channel of an MPE zone gets the channel as its finger ("60.3"), and the channel's bend, pressure
    and slide are the note's own. Any other channel's are said of all notes.
    """

    def __init__(self, is_mpe: bool = False) -> None:
        self.said: list[NoteWord] = []
        self._zones = Zones(is_mpe)
        self._held: dict[tuple[int, int], str] = {}  # (channel, note) to word: let go by the word it was struck with
        self._marks: dict[int, dict[str, float]] = {}  # of each member channel: what its next note begins with
        self._pedals: set[int] = set()

    def strike(self, channel: int, note: int, velocity: int, time: float) -> None:
        """Take a note on; velocity 0 lets the note go."""
        if velocity == 0:
            self.let_go(channel, note, time)
            return
        word = f"{note}.{channel}" if self._zones.manager(channel) else str(note)
        self._held[channel, note] = word
        self._say(word, velocity / 127, time, channel)
        for mark, value in self._marks.get(channel, {}).items():
            self._say(f"{word}/{mark}", value, time, channel)

    def let_go(self, channel: int, note: int, time: float) -> None:
        """Take a note off; one that is not held is let go all the same."""
        word = self._held.pop((channel, note), "")
        self._say(word or (f"{note}.{channel}" if self._zones.manager(channel) else str(note)), 0.0, time, channel)

    def press(self, channel: int, note: int, value: int, time: float) -> None:
        """Take the pressure of a single key."""
        word = self._held.get((channel, note))
        if word is not None:
            self._say(f"{word}/pressure", value / 127, time, channel)

    def press_all(self, channel: int, value: int, time: float) -> None:
        """Take the pressure of a channel."""
        self._mark(channel, "pressure", value / 127, time)

    def bend(self, channel: int, raw: int, time: float) -> None:
        """Take the bend of a channel, 0..16383."""
        self._mark(channel, "bend", (bend_position(raw) - 0.5) * 2.0 * self._zones.range(channel), time)

    def control(self, channel: int, number: int, value: int, time: float) -> None:
        """Take a controller: the pedal, the slide of MPE, all notes off, all controllers at rest."""
        if number == SUSTAIN:
            (self._pedals.add if value >= 64 else self._pedals.discard)(channel)
            self._say("sustain", value / 127, time, channel)
        elif number == SLIDE and self._zones.manager(channel):
            self._mark(channel, "slide", value / 127, time)
        elif number == RESET:
            self._rest(channel, time)
        elif number == SOUND_OFF or number >= NOTES_OFF:
            self._forget(channel)
            self._say("off", 1.0, time, channel)

    def parameter(self, channel: int, number: int, coarse: int, fine: int, time: float) -> None:
        """Take a registered parameter: the bend range in semitones and cents, or an MPE zone."""
        if number == _RANGE:
            self._zones.set_range(channel, coarse + fine / 100)
        elif number == _ZONE and channel in (LOWER, UPPER):
            self.release(time)
            self._zones.configure(channel, coarse)
            self._marks.clear()

    def release(self, time: float) -> None:
        """Let go of all that is held, key by key, and of the pedal: the hands are gone."""
        for (channel, _), word in list(self._held.items()):
            self._say(word, 0.0, time, channel)
        for channel in sorted(self._pedals):
            self._say("sustain", 0.0, time, channel)
        self._held.clear()
        self._pedals.clear()

    def held(self) -> list[tuple[int, int]]:
        """Return (channel, note) of each key that is down."""
        return list(self._held)

    def _mark(self, channel: int, mark: str, value: float, time: float) -> None:
        """Say it of the notes on a member channel, and keep it for the next one; on any other say it of all."""
        if not self._zones.manager(channel):
            self._say(mark, value, time, channel)
            return
        self._marks.setdefault(channel, {})[mark] = value
        for (other, _), word in self._held.items():
            if other == channel:
                self._say(f"{word}/{mark}", value, time, channel)

    def _rest(self, channel: int, time: float) -> None:
        for member in self._zones.together(channel)[1:]:
            self._marks.pop(member, None)
        self._mark(channel, "bend", 0.0, time)
        self._mark(channel, "pressure", 0.0, time)
        self._pedals.discard(channel)
        self._say("sustain", 0.0, time, channel)

    def _forget(self, channel: int) -> None:
        together = self._zones.together(channel)
        self._held = {key: word for key, word in self._held.items() if key[0] not in together}
        self._pedals.difference_update(together)

    def _say(self, word: str, value: float, time: float, channel: int) -> None:
        self.said.append((word, value, time, channel))
