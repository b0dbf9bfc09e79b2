"""SoundClock: draws the show's tempo and beat to those that are heard, a little with each beat."""

from __future__ import annotations

from liveart.core.contract import Moment
from liveart.core.param import Value
from liveart.sources.show_clock import BEAT, TEMPO

_TEMPO = 0.15  # beats a minute that the show may be off
_BEAT = 0.01   # beats that it may be off
_FAR = 0.12    # beats: from here on it is put right at once
_SHARE = 0.4   # of what is less, with each beat


class SoundClock:
    """Says what the show's clock should be told. Bars stay as they are: only the nearest beat is moved."""

    def __init__(self) -> None:
        self._tempo = 0.0

    def hear(self, now: Moment, tempo: float, ago: float) -> list[tuple[str, Value]]:
        """Return the events for a beat of `tempo` beats a minute that was heard `ago` seconds before `now`."""
        heard = ago * tempo / 60.0  # beats since a whole one
        off = (heard - now.beat + 0.5) % 1.0 - 0.5
        if abs(tempo - self._tempo) <= _TEMPO and abs(off) <= _BEAT:
            return []
        self._tempo = tempo
        return [(TEMPO, tempo), (BEAT, now.beat + (off if abs(off) > _FAR else _SHARE * off))]
