"""LinkSession: one peer of an Ableton Link session, in `time.monotonic` seconds; the only file that imports `link`.

The binding is under the GPL, so it comes with the extra `liveart[link]` alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from liveart.errors import NotInstalled

_TIGHT = 50e-6  # seconds that reading both clocks may take
_TRIES = 4


@dataclass(frozen=True, slots=True)
class LinkView:
    """The session at one moment: other peers, beats a minute, where in the bar it is, whether its transport plays."""

    time: float
    peers: int
    tempo: float
    phase: float
    is_playing: bool


class LinkSession:
    """Joins at `enable`, and leaves at `disable`. Nothing is said to the others but by `lead` and `place`.

    bar  beats after which phases repeat. Raises NotInstalled without the extra.
    """

    def __init__(self, bar: float, transport: bool) -> None:
        try:
            import link
        except ImportError as error:
            raise NotInstalled("LinkPython-extern", "link") from error
        self._make = link.Link
        self._link: Any = None
        self._bar = bar
        self._transport = transport

    def enable(self, tempo: float) -> None:
        """Look for others, and join them; where there are none begin a session with this tempo."""
        self._link = self._make(tempo)
        self._link.startStopSyncEnabled = self._transport
        self._link.enabled = True

    def disable(self) -> None:
        """Leave; may be called twice."""
        if self._link is not None:
            self._link.enabled = False
            self._link = None

    def look(self) -> LinkView:
        """Return how the session stands now."""
        now, micros = self._clocks()
        state = self._link.captureAppSessionState()
        return LinkView(now, self._link.numPeers(), state.tempo(), state.phaseAtTime(micros, self._bar),
                        state.isPlaying())

    def lead(self, tempo: float) -> None:
        """Give all peers a tempo."""
        _, micros = self._clocks()
        state = self._link.captureAppSessionState()
        state.setTempo(tempo, micros)
        self._link.commitAppSessionState(state)

    def place(self, tempo: float, beat: float, time: float) -> None:
        """Set tempo and beat (at `time`) of a session without other peers; where one has come, leave all as it is."""
        now, micros = self._clocks()
        state = self._link.captureAppSessionState()
        state.setTempo(tempo, micros)
        state.forceBeatAtTime(beat, micros + round((time - now) * 1e6), self._bar)
        if self._link.numPeers() == 0:
            self._link.commitAppSessionState(state)

    def _clocks(self) -> tuple[float, int]:
        """Return one moment by `time.monotonic` and by Link's own clock, which drift from each other."""
        best = (1.0, 0.0, 0)
        for _ in range(_TRIES):
            before = time.monotonic()
            micros = self._link.clock().micros()
            took = time.monotonic() - before
            best = min(best, (took, before + took / 2.0, micros))
            if took < _TIGHT:
                break
        return best[1], best[2]
