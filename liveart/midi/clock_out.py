"""ClockOut: which clock messages are due when, for a show's beat. Pure: snapshots and times are handed in."""

from __future__ import annotations

import math
from typing import Protocol

CLOCK, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"
PER_BEAT = 24
_PER_SIXTEENTH = 6
_SIXTEENTHS = 1 << 14  # song position has 14 bits: it begins anew after 4096 beats, which are whole bars
_MOST_LATE = 6  # ticks that are made up after a hold-up; more are a jump
_JUMP = 1.0  # ticks by which the show's beat may be corrected without telling the receivers to jump


class Beats(Protocol):
    """What is asked of a snapshot."""

    @property
    def tempo(self) -> float: ...
    @property
    def is_frozen(self) -> bool: ...
    def beat(self, time: float) -> float: ...


class ClockOut:
    """Sends nothing itself: `wait` says how long nothing is due, `due` which bytes are.

    Ticks always go out, so that receivers keep the tempo. The song plays from the first bar line after `begin`, stops
    while the show is frozen, and after a jump of the show's beat plays on from the next whole beat.
    """

    def __init__(self, bar: int = 4) -> None:
        self._bar = bar
        self._beats: Beats | None = None
        self._tick = 0  # the last one sent
        self._resume: int | None = None  # the tick with which the song plays on
        self._is_playing = False

    def begin(self, beats: Beats, time: float) -> None:
        """Begin, or begin anew for a receiver that has just come."""
        self._beats = beats
        self._tick = math.floor(beats.beat(time) * PER_BEAT)
        self._is_playing = False
        self._resume = None if beats.is_frozen else self._next(self._bar)

    def update(self, beats: Beats, time: float) -> bytes:
        """Take the show as it is now; return what must be sent at once."""
        before, self._beats = self._beats, beats
        if before is None:
            self.begin(beats, time)
            return b""
        moved = (beats.beat(time) - before.beat(time)) * PER_BEAT
        if abs(moved) > _JUMP:
            self._tick = math.floor(beats.beat(time) * PER_BEAT)
        elif beats.is_frozen == before.is_frozen:
            return b""
        return self._break()

    def wait(self, time: float) -> float:
        """Return the seconds until the next tick is due; 0 or less when it is, infinity before `begin`."""
        if self._beats is None:
            return math.inf
        return ((self._tick + 1) / PER_BEAT - self._beats.beat(time)) * 60.0 / self._beats.tempo

    def due(self, time: float) -> bytes:
        """Return the bytes of the tick that is due. After a long hold-up: what leads on from now."""
        beats = self._beats
        if beats is None:
            return b""
        late = beats.beat(time) * PER_BEAT - self._tick - 1
        if late > _MOST_LATE:
            self._tick += math.floor(late) + 1
            return self._break()
        self._tick += 1
        return (self._play() if self._tick == self._resume else b"") + CLOCK

    def end(self) -> bytes:
        """Return what must be sent at last."""
        self._resume = None
        was_playing, self._is_playing = self._is_playing, False
        return STOP if was_playing else b""

    def _break(self) -> bytes:
        """Stop the song, to play on from the next beat unless the show is frozen."""
        stop = self.end()
        if self._beats is not None and not self._beats.is_frozen:
            self._resume = self._next(1)
        return stop

    def _play(self) -> bytes:
        """Return what lets the song play from the next tick on."""
        self._resume, self._is_playing = None, True
        place = self._tick // _PER_SIXTEENTH % _SIXTEENTHS
        if place == 0:
            return START
        return bytes((0xF2, place & 127, place >> 7)) + CONTINUE

    def _next(self, beats: int) -> int:
        """Return the next tick after this one that stands on a multiple of so many beats."""
        grid = beats * PER_BEAT
        return (self._tick // grid + 1) * grid
