"""ClockIn: a show that follows a MIDI clock: what comes from the port goes in, tempo and beat come out as events."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from liveart.core.board import Board
from liveart.core.contract import Moment, Source
from liveart.core.param import Value
from liveart.midi.follow import ClockState, Follower
from liveart.sources.show_clock import FASTEST, SLOWEST, Put, ShowClock, can_follow

_HELD = 0.05  # beats: if a hand moved the show's beat by more while no song runs, it stays where the hand put it


class ClockIn(Source):
    """Follows the clock of one controller, `device`, by the name that the patch gives it.

    While the sender's song runs, the show is at its beat. Before the first Start and after Stop the show goes on
    freely at the clock's tempo. When the clock is lost the tempo is held.

    nudge  milliseconds by which the show is later (or, below 0, earlier) than the clock
    """

    def __init__(self, board: Board, device: str, nudge: float = 0.0) -> None:
        self.device = device
        self._follower = Follower()
        self._show = ShowClock(board, "clock midi")
        self._nudge = nudge / 1000.0
        self._put: Put | None = None
        self._lock = threading.Lock()  # ticks come in the port's thread, looks from the conductor's
        self._apart: float | None = None  # the show's beat less the ticks' count, while no song runs
        self._last_state: tuple[ClockState, bool] = ("waiting", True)

    def open(self, put: Put) -> None:
        """Follow from now on; the ticks are brought by `on_clock`."""
        self._put = put

    def close(self) -> None:
        """Follow no longer; may be called twice."""
        self._put = None

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return nothing: what there is to say is put when a tick comes."""
        return ()

    def on_clock(self, device: str, kind: str, value: int, time: float) -> None:
        """Take a message of the clock: "clock", "start", "continue", "stop", or "position" (value: sixteenths).

        Those of other devices are left alone. `time`: `time.monotonic` seconds at which it came.
        """
        if device != self.device:
            return
        with self._lock:
            is_tick = kind == "clock" and self._follower.tick(time)
            if kind == "start":
                self._follower.start()
            elif kind == "continue":
                self._follower.cont()
            elif kind == "stop":
                self._follower.stop()
            elif kind == "position":
                self._follower.position(value)
        if is_tick:
            self._follow(time)

    def news(self, now: float) -> str:
        """Return a sentence when the clock was lost, came back, or has a tempo that can't be followed; else ""."""
        with self._lock:
            state, tempo = self._follower.state(now), self._follower.tempo
        before, is_fit = self._last_state, tempo is None or can_follow(tempo)
        self._last_state = (state, is_fit)
        if not is_fit and before[1]:
            return (f'the clock of "{self.device}" has {tempo:.1f} beats a minute; '
                    f"{SLOWEST:g} to {FASTEST:g} can be followed. The tempo is held.")
        if state == before[0] or "lost" not in (state, before[0]):
            return ""
        if state == "lost":
            return f'the clock of "{self.device}" is lost. The tempo is held at {self._show.tempo:.1f}.'
        return f'the clock of "{self.device}" is back.'

    def state(self, now: float) -> dict[str, Any]:
        """Return what the panel shows: kind, name, state (see Follower.state), tempo or None."""
        with self._lock:
            state, tempo = self._follower.state(now), self._follower.tempo
        return {"kind": "midi", "name": self.device, "state": state, "tempo": tempo}

    def note(self) -> str:
        """Return `midi clock of nano`."""
        return f"midi clock of {self.device}"

    def _follow(self, time: float) -> None:
        """Draw the show to where the clock is at a tick."""
        put, follower = self._put, self._follower
        if put is None:
            return
        if follower.tempo is not None and not can_follow(follower.tempo):
            self._apart = None
            return
        if follower.state(time) == "running":
            self._apart = None
            self._show.draw(put, follower.tempo, follower.beat(time - self._nudge), time)
        elif follower.tempo is not None:
            self._show.draw(put, follower.tempo, self._free_beat(time), time)

    def _free_beat(self, time: float) -> float:
        """Return the beat of a show that keeps its place while no song runs, yet does not drift from the ticks."""
        count, beat = self._follower.count(time), self._show.beat(time)
        if self._apart is None or abs(beat - count - self._apart) > _HELD:
            self._apart = beat - count
        return count + self._apart
