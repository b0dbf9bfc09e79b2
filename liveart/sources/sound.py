"""Sound that moves things: a microphone, a line input, a file or the show's own sound, heard as level, bands, onsets,
brightness, pitch, beat and tempo.

    [sources.ear]
    kind = "sound"
    device = "USB"
    level = "paint/opacity"
    bass = { target = "paint/zoom", low = 0.2, high = 0.8, release = 0.4 }
    onset = "paint/strike"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from liveart.core.beat import FASTEST, SLOWEST, USUAL
from liveart.core.contract import Moment, Source
from liveart.core.ear import Ear
from liveart.core.event import Event
from liveart.core.own_show import OwnShow
from liveart.core.param import Value
from liveart.errors import PatchError
from liveart.sources.follow import read_follows
from liveart.sources.sound_clock import SoundClock
from liveart.sources.sound_clocked import FileEar, ShowEar
from liveart.sources.sound_device import ORIGIN, DeviceEar, Put
from liveart.sources.sound_file import RATE
from liveart.sources.sound_follow import FEATURES, Follower
from liveart.sources.sound_input import Order

MOST_NUDGE = 1000.0  # ms
Setting = str | Mapping[str, Any] | None


class SoundSource(Source):
    """Listens to `device` (part of an input's name, "" the default), to `file`, looped in time with the show, or,
    with `show`, to what the show itself plays.

    gain    dB, before all else; auto: a slow automatic gain besides, for rooms that are quieter or louder
    around  beats a minute that beat and tempo are looked for near: their half and their double are less likely
    clock   True: the show's tempo and beat follow those that are heard
    nudge   milliseconds by which the show is later than they (or, below 0, earlier)
    level, bass, mid, high, onset, brightness, pitch, beat, tempo  what each moves: an address or a table, see follow
    A file and the show are heard in `tick`, so the same show gives the same values. A device is heard in a process
    of its own and put as it comes, so that it is in the take. When it vanishes that is told once, and it is looked
    for each second. Raises PatchError for settings that make no sense.
    """

    def __init__(self, device: str = "", file: str = "", gain: float = 0.0, auto: bool = False,
                 level: Setting = None, bass: Setting = None, mid: Setting = None, high: Setting = None,
                 onset: Setting = None, brightness: Setting = None, pitch: Setting = None, beat: Setting = None,
                 tempo: Setting = None, show: bool = False, around: float = USUAL, clock: bool = False,
                 nudge: float = 0.0) -> None:
        _check(device, file, show, gain, auto, around, clock)
        if isinstance(nudge, bool) or not isinstance(nudge, (int, float)) or not abs(nudge) <= MOST_NUDGE:
            raise PatchError(f"a sound source has nudge = {nudge!r}.", "Write -1000 to 1000 (ms).")
        said = {"level": level, "bass": bass, "mid": mid, "high": high, "onset": onset, "brightness": brightness,
                "pitch": pitch, "beat": beat, "tempo": tempo}
        self._follows = read_follows(FEATURES, said)
        if not self._follows and not clock:
            raise PatchError("a sound source moves nothing.", 'Write level = "player/param", for instance.')
        has_pitch = pitch is not None

        def make_ear(rate: int) -> Ear:
            return Ear(rate, gain, auto, has_pitch)

        def make_follower(dt: float) -> Follower:
            return Follower(self._follows, dt, float(around), clock)

        self._part: DeviceEar | FileEar | ShowEar = \
            ShowEar(make_ear, make_follower) if show \
            else FileEar(file, RATE, make_ear, make_follower) if file \
            else DeviceEar(Order(name=device, gain=float(gain), is_auto=auto, has_pitch=has_pitch), make_follower)
        self.is_live = isinstance(self._part, DeviceEar)
        self._own: OwnShow | None = None
        self._has_clock, self._nudge = clock, nudge / 1000.0

    def attend(self, show: OwnShow) -> None:
        """Take what the show itself makes."""
        self._own = show

    def open(self, put: Put) -> None:
        """Begin to listen. Raises PatchError, naming what there is, when there is nothing to listen to."""
        self._put, self._clock = put, SoundClock()
        match self._part:
            case ShowEar() as part:
                part.open(self._own)
            case FileEar() as part:
                part.open(self.folder)
            case DeviceEar() as part:
                part.open(put)

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return what is moved at this moment. Raises a LiveartError once when the sound has gone away."""
        moves = list(self._part.tick(now.time))
        beat = self._part.follower.beat() if self._has_clock and self._part.follower is not None else None
        draws = [] if beat is None else self._clock.hear(now, beat[0], beat[1] + self._late())
        if draws and self.is_live:  # so that it is in the take
            self._put([Event(address, value, now.time, ORIGIN) for address, value in draws])
            return moves
        return [*moves, *draws]

    def _late(self) -> float:
        """Return the seconds by which what is heard lies further back than it seems, less the nudge."""
        return (self._part.delay if isinstance(self._part, DeviceEar) else 0.0) - self._nudge

    def close(self) -> None:
        """Stop; may be called twice."""
        self._part.close()

    def note(self) -> str:
        """Return what is heard and what for: `"USB" 48 kHz: level, onset`."""
        names = [follow.name for follow in self._follows] + ["clock"] * self._has_clock
        return f"{self._part.note()}: {', '.join(names)}"


def _check(device: Any, file: Any, show: Any, gain: Any, auto: Any, around: Any, clock: Any) -> None:
    """Refuse settings that make no sense."""
    if not isinstance(device, str) or not isinstance(file, str) or not isinstance(show, bool) \
            or bool(device) + bool(file) + show > 1:
        raise PatchError(f"a sound source listens to device {device!r}, file {file!r} and show = {show!r}.",
                         'Write one of device = "part of a name", file = "song.wav" and show = true.')
    if isinstance(gain, bool) or not isinstance(gain, (int, float)) or not -60.0 <= gain <= 60.0:
        raise PatchError(f"a sound source has gain = {gain!r}.", "Write -60 to 60 (dB).")
    for word, value in (("auto", auto), ("clock", clock)):
        if not isinstance(value, bool):
            raise PatchError(f"a sound source has {word} = {value!r}.", f"Write {word} = true, or leave it out.")
    if isinstance(around, bool) or not isinstance(around, (int, float)) or not SLOWEST <= around <= FASTEST:
        raise PatchError(f"a sound source has around = {around!r}.",
                         f"Write {SLOWEST:g} to {FASTEST:g} (beats a minute).")
