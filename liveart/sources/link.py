"""LinkClock: a show that follows an Ableton Link session. It joins quietly: nobody's tempo changes when it comes."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal, Protocol

from liveart.core.board import Board
from liveart.core.contract import Moment, Source
from liveart.core.param import Value
from liveart.sources.link_ear import listen
from liveart.sources.link_session import LinkSession, LinkView
from liveart.sources.show_clock import FASTEST, SLOWEST, Put, ShowClock, can_follow

POLL = 0.025  # seconds
SETTLE = 0.8  # seconds after peers came into sight in which their tempo may still change, and ours is never said
ALONE_AFTER = 2.0  # seconds without a peer before the session is taken for our own
_SAME = 0.02  # beats a minute; above what ShowClock lets pass, or that would look like a hand
_PLACED = 0.02  # beats that a session of our own may be off the show's beat
_PLACES = 0.25  # seconds between two corrections of it

Deed = Literal["wait", "adopt", "lead", "place"]


class Session(Protocol):
    """What LinkClock asks of a session; see LinkSession."""

    def enable(self, tempo: float) -> None: ...
    def disable(self) -> None: ...
    def look(self) -> LinkView: ...
    def lead(self, tempo: float) -> None: ...
    def place(self, tempo: float, beat: float, time: float) -> None: ...


class Manners:
    """Decides what a peer may do. Pure: what it sees is handed in."""

    def __init__(self, lead: bool) -> None:
        self._may_lead = lead
        self._agreed: float | None = None  # the tempo that show and session had in common last
        self._adopted: float | None = None  # the tempo that the show was told to have last
        self._since = -math.inf  # when the number of peers last went to or from none
        self._had_peers = False

    def begin(self, now: float) -> None:
        """Forget all: a session is joined now."""
        self._agreed, self._adopted, self._since, self._had_peers = None, None, now, False

    def judge(self, now: float, peers: int, tempo: float, show_tempo: float) -> Deed:
        """Return what to do: adopt the session's tempo and place in the bar, lead it to the show's tempo,
        place our own lonely session where the show is, or wait.
        """
        if (peers > 0) != self._had_peers:
            self._had_peers, self._since, self._agreed = peers > 0, now, None
        if peers == 0:
            return "place" if now - self._since >= ALONE_AFTER else "wait"
        if now - self._since < SETTLE:
            return "wait"
        if self._may_lead and self._is_by_hand(tempo, show_tempo):
            self._agreed = self._adopted = show_tempo
            return "lead"
        if _same(tempo, show_tempo):
            self.agree(tempo)
        self._adopted = tempo
        return "adopt"

    def agree(self, tempo: float) -> None:
        """Take note that the show has the session's tempo now."""
        self._agreed = tempo

    def _is_by_hand(self, tempo: float, show_tempo: float) -> bool:
        """Return True when the show, and not the session, left the tempo that they had in common."""
        return (_same(tempo, self._agreed) and not _same(show_tempo, self._agreed)
                and not _same(show_tempo, self._adopted) and can_follow(show_tempo))


class LinkClock(Source):
    """Follows the Link session on the local network.

    bar        beats of a bar: the show's bars are aligned with those of the others
    nudge      milliseconds by which the show is later (or, below 0, earlier) than the session
    lead       True: a tempo set in the show by hand is given to all peers; False: theirs always wins
    transport  True: when a peer presses play, the show's beat becomes 0 at the next bar

    Alone on the network it keeps a session at the show's own tempo and beat, which whoever comes may join.
    """

    def __init__(self, board: Board, bar: int = 4, nudge: float = 0.0, lead: bool = False, transport: bool = False,
                 session: Callable[[float, bool], Session] = LinkSession,
                 ear: Callable[[threading.Event], float | None] = listen) -> None:
        self._show = ShowClock(board, "clock link")
        self._bar = float(bar)
        self._nudge = nudge / 1000.0
        self._transport = transport
        self._manners = Manners(lead)
        self._make = session
        self._ear = ear
        self._view: LinkView | None = None
        self._placed = -math.inf
        self._was_playing: bool | None = None
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: tuple[int, bool] = (0, True)
        self._fault = ""

    def open(self, put: Put) -> None:
        """Listen, then join. Raises NotInstalled without the extra `liveart[link]`."""
        self.close()
        session = self._make(self._bar, self._transport)
        self._closing.clear()
        self._thread = threading.Thread(target=self._run, args=(session, put), name="link", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the session; may be called twice."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(2.0)
            self._thread = None
        self._view = None

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return nothing: it has a thread of its own."""
        return ()

    def news(self, now: float) -> str:
        """Return a sentence when the peers became more or fewer, or their tempo can't be followed; else ""."""
        view, fault = self._view, self._fault
        if fault:
            self._fault = ""
            return fault
        if view is None:
            return ""
        (peers, was_fit), is_fit = self._told, can_follow(view.tempo)
        self._told = (view.peers, is_fit)
        if was_fit and not is_fit:
            return f"Link goes at {view.tempo:.1f} beats a minute; {SLOWEST:g} to {FASTEST:g} can be followed."
        if view.peers == peers:
            return ""
        return f"Link: {_peers(view.peers)}, {view.tempo:.1f} beats a minute."

    def state(self, now: float) -> dict[str, Any]:
        """Return what the panel shows: kind, name, state ("joining", "alone", "running"), tempo, peers, playing."""
        view = self._view
        if view is None:
            return {"kind": "link", "name": "Link", "state": "joining", "tempo": None, "peers": 0, "playing": False}
        return {"kind": "link", "name": "Link", "state": "running" if view.peers else "alone", "tempo": view.tempo,
                "peers": view.peers, "playing": view.is_playing}

    def note(self) -> str:
        """Return `Link, 2 peers`."""
        return f"Link, {_peers(self._view.peers if self._view else 0)}"

    def _run(self, session: Session, put: Put) -> None:
        """Join with the tempo that is heard, so that ours can't become everyone's by chance; then follow."""
        try:
            heard = self._ear(self._closing)
            if not self._closing.is_set():
                session.enable(heard or self._show.tempo)
        except Exception as error:
            self._fault = f"Link can't be joined, and the show keeps its own tempo: {type(error).__name__}: {error}"
            return
        self._manners.begin(time.monotonic())
        while not self._closing.wait(POLL):
            try:
                self._step(session, put, session.look())
            except Exception as error:  # the show goes on at its tempo, and it is said
                self._fault = f"Link: {type(error).__name__}: {error}"
                self._closing.wait(1.0)
        session.disable()

    def _step(self, session: Session, put: Put, view: LinkView) -> None:
        """Look once at the session and do what good manners allow."""
        self._view = view
        tempo = self._show.tempo
        deed = self._manners.judge(view.time, view.peers, view.tempo, tempo)
        if deed == "adopt":
            self._adopt(put, view)
        elif deed == "lead":
            session.lead(tempo)
        elif deed == "place":
            self._place(session, view, tempo)
        self._was_playing = view.is_playing

    def _adopt(self, put: Put, view: LinkView) -> None:
        """Draw the show to the session: the nearest beat that lies in the bar as the session's does."""
        phase = view.phase - self._behind(view)
        beat = nearest_in_bar(self._show.beat(view.time), phase, self._bar)
        if self._transport and view.is_playing and self._was_playing is False:
            beat = phase - self._bar if phase > 0.0 else phase  # counts in: 0 is at the next bar
        if can_follow(view.tempo) and self._show.draw(put, view.tempo, beat, view.time):
            self._manners.agree(view.tempo)

    def _place(self, session: Session, view: LinkView, tempo: float) -> None:
        """Set the session, which is ours alone, to the show."""
        beat = self._show.beat(view.time) + self._behind(view)
        off = abs(nearest_in_bar(beat, view.phase, self._bar) - beat)
        if view.time - self._placed >= _PLACES and (not _same(tempo, view.tempo) or off > _PLACED):
            self._placed = view.time
            session.place(tempo, beat, view.time)

    def _behind(self, view: LinkView) -> float:
        """Return by how many beats the nudge holds the show behind."""
        return self._nudge * view.tempo / 60.0


def nearest_in_bar(beat: float, phase: float, bar: float) -> float:
    """Return the beat nearest to `beat` that lies `phase` beats behind a bar line."""
    return phase + bar * round((beat - phase) / bar)


def _same(tempo: float, other: float | None) -> bool:
    return other is not None and abs(tempo - other) <= _SAME


def _peers(count: int) -> str:
    return f"{count} peer{'' if count == 1 else 's'}" if count else "alone"
