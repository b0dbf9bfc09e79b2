"""ShowClock: draws the show's tempo and beat to those of another clock, by events, as seldom as will do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from liveart.core.board import Board
from liveart.core.event import Event

TEMPO, BEAT = "/liveart/clock/tempo", "/liveart/clock/beat"
SLOWEST, FASTEST = 20.0, 300.0  # beats a minute that a show can have
_PHASE = 0.3e-3  # seconds that the show may be off
_TEMPO = 0.01  # beats a minute that the show may be off
_PAUSE = 0.06  # seconds between two batches, but for jumps
_JUMP = 0.02  # seconds: what is further off can't wait

Put = Callable[[list[Event]], Sequence[Any]]


class ShowClock:
    """What `board` should go by. `origin` begins with "clock", so that no hand is seen in its events."""

    def __init__(self, board: Board, origin: str) -> None:
        self._board = board
        self._origin = origin
        self._said = -1e9

    @property
    def tempo(self) -> float:
        """The show's own tempo, beats a minute."""
        return self._board.snapshot().tempo

    def beat(self, time: float) -> float:
        """Return the show's own beat at `time`."""
        return self._board.snapshot().beat(time)

    def draw(self, put: Put, tempo: float | None, beat: float | None, time: float) -> bool:
        """Let the show be at `beat` at `time` and have this tempo; None leaves either as it is. Events go out as one.

        Nothing is put where the show is near enough. A tempo that no show can have is left out; then, too, the beat
        follows. Returns True when something was put.
        """
        snapshot = self._board.snapshot()
        if tempo is not None and not (can_follow(tempo) and abs(tempo - snapshot.tempo) > _TEMPO):
            tempo = None
        late = 0.0 if beat is None else abs(beat - snapshot.beat(time)) * 60.0 / snapshot.tempo
        if (tempo is None and late <= _PHASE) or (time - self._said < _PAUSE and late < _JUMP):
            return False
        self._said = time
        events = [] if tempo is None else [Event(TEMPO, tempo, time, self._origin)]
        events += [] if beat is None else [Event(BEAT, beat, time, self._origin)]
        put(events)
        return True


def can_follow(tempo: float) -> bool:
    """Return True for a tempo that a show can have."""
    return SLOWEST <= tempo <= FASTEST
