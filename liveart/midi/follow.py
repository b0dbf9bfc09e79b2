"""Follower: tempo and beat of a MIDI clock, from its ticks, Start, Continue, Stop and Song Position."""

from __future__ import annotations

from typing import Literal

from liveart.midi.tick_loop import TickLoop

PER_BEAT = 24
PER_SIXTEENTH = 6

ClockState = Literal["waiting", "running", "stopped", "lost"]


class Follower:
    """Knows where a sender's song stands. Pure: every time is handed in, in seconds of one clock; no threads.

    A tempo is known after six to eight ticks. While no ticks come, the tempo is held and the beat goes on by it.
    """

    def __init__(self) -> None:
        self._loop = TickLoop()
        self._state: Literal["waiting", "running", "stopped"] = "waiting"
        self._pointer = 0.0  # the beat of tick `_origin`
        self._origin = 0
        self._is_due = False  # the next tick is the one that plays the pointer

    @property
    def tempo(self) -> float | None:
        """Beats a minute; None until it is known."""
        line = self._loop.line
        return 60.0 / (PER_BEAT * line.period) if line else None

    def tick(self, time: float) -> bool:
        """Take one of the 24 ticks of a beat; return False for one that is left out as doubled."""
        counts = self._loop.tick(time)
        if counts and self._is_due:
            self._is_due = False
            self._origin = self._loop.index
            self._loop.snap(time)
        return counts

    def start(self) -> None:
        """Play from the beginning: the next tick is beat 0."""
        self._pointer, self._is_due, self._state = 0.0, True, "running"

    def cont(self) -> None:
        """Play on from where it was stopped or put: the next tick is that beat."""
        if self._state != "running":
            self._is_due, self._state = True, "running"

    def stop(self) -> None:
        """Stand still; ticks that still come tell the tempo only."""
        if self._state == "running" and not self._is_due:
            self._pointer += (self._loop.index + 1 - self._origin) / PER_BEAT
        self._is_due, self._state = False, "stopped"

    def position(self, sixteenths: int) -> None:
        """Put the song to a place, in sixteenth notes; while it runs, the next tick is that place."""
        self._pointer = sixteenths * PER_SIXTEENTH / PER_BEAT
        self._is_due = self._state == "running"

    def beat(self, time: float) -> float:
        """Return the song's beat; it stands while stopped, and until the tick after a start has come."""
        if self._state != "running" or self._is_due:
            return self._pointer
        return self._pointer + self._ticks(time, self._origin) / PER_BEAT

    def count(self, time: float) -> float:
        """Return beats counted since the first tick, whether or not the song runs."""
        return self._ticks(time, 0) / PER_BEAT

    def state(self, now: float) -> ClockState:
        """Return waiting (no Start yet; there may be ticks and a tempo), running, stopped, or lost (no ticks come)."""
        if self._state != "stopped" and self._loop.last is not None and now - self._loop.last > self._loop.patience:
            return "lost"
        return self._state

    def _ticks(self, time: float, origin: int) -> float:
        line = self._loop.line
        return (line.index_at(time) if line else max(self._loop.index, 0)) - origin
