"""Desk: stands between all hands and the board. What is a cue word, a tap or a recall is done here; the rest goes on.

The live show and the offline render put their events through the same desk, so a take plays its cues again, to the
frame: a recall is written into the block of values ahead of its beat, and every reader finds that beat by itself.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import groupby
from types import MappingProxyType
from typing import Any

from liveart.core.board import BEAT_ADDRESS, TEMPO_ADDRESS, Board, Change, Verdict
from liveart.core.event import Event
from liveart.core.morph import CURVES
from liveart.core.param import Value
from liveart.core.tap import Tap
from liveart.errors import LiveartError, PatchError, did_you_mean
from liveart.show.cue import QUANTA, WORDS, Cue
from liveart.show.cue_list import EDITS, CueList, is_number

CUE = "/liveart/cue"
TAP = "/liveart/clock/tap"
ALWAYS_SAFE = ("/liveart/panic", "/liveart/blackout", "/liveart/freeze", "/liveart/clock/*", "/liveart/sound/gain",
               "/liveart/picture/brightness")
AHEAD = 0.05      # seconds by which a launch is written ahead of its beat: longer than any tick is late
LONGEST_UNDO = 20
FARTHEST = 1e15   # what a trigger may be sent; larger ones are no numbers of a sane sender
_ON_GRID = 1e-6   # beats: a press on the beat is on the beat

Trouble = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pending:
    """A cue that waits for its beat; `place` is where it stands in the set list."""

    cue: Cue
    launch: float
    place: int
    is_follow: bool = False


class Desk:
    """Cues, taps, and the board behind them. Thread-safe: network, panel and the show's own loop all come here.

    `keep` is called with the new list when cues were stored or edited. `waits` takes what a cue sets and the show
    lacks, and says whether it may come yet: then nothing is wrong.
    """

    def __init__(self, board: Board, cues: CueList, bar: int = 4, safe: Sequence[str] = (),
                 on_trouble: Trouble = lambda text: None, keep: Callable[[CueList], None] = lambda cues: None,
                 waits: Callable[[Verdict], bool] = lambda verdict: False) -> None:
        self.board = board
        self.cues = cues
        self._bar = bar
        self._safe = (*ALWAYS_SAFE, *(word if word.startswith("/") else f"/liveart/{word}" for word in safe))
        self._on_trouble = on_trouble
        self._keep = keep
        self._waits = waits
        self._lock = threading.RLock()
        self._tap = Tap()
        self._pending: Pending | None = None
        self._launched: Pending | None = None
        self._at, self._place = "", -1
        self._undo: list[tuple[str, int, dict[str, Value]]] = []
        board.watch(self._changed)

    def understands(self, address: str) -> bool:
        """Return whether an address is a cue word, or names a cue that is there; quick."""
        word = address.removeprefix(f"{CUE}/").removesuffix("/norm") if is_cue_word(address) else "-"
        return address == CUE or word in WORDS or is_number(word) or any(cue.name == word for cue in self.cues.cues)

    def put(self, events: Sequence[Event]) -> list[Verdict]:
        """Do what hands say, in order: cue words here, what lies between them on the board, each run whole."""
        verdicts: list[Verdict] = []
        for is_word, run in groupby(events, key=lambda event: is_cue_word(event.address)):
            said = list(run)
            self._launch_due(said[0].time)
            verdicts += [self._say(event) for event in said] if is_word else self.board.put_all(said)
        return verdicts

    def tick(self, time: float) -> None:
        """Launch what is due, and tell the board's watchers where a morph has come to; about 100 times a second."""
        self._launch_due(time)
        self.board.follow_morph(time, "cue")

    def _launch_due(self, time: float) -> None:
        """Write the launch of a cue that is due by `time`; its own moment is what counts, not when somebody looked."""
        with self._lock:
            pending, snapshot = self._pending, self.board.snapshot()
            if pending is None:
                return
            due = time + (pending.launch - snapshot.beat(time)) * 60.0 / snapshot.tempo - AHEAD
            if due <= time:
                self._pending = None
                self._launch(pending, Event(f"{CUE}/{pending.cue.name}", 1, due, "cue"))

    def _say(self, event: Event) -> Verdict:
        """Do one cue word."""
        word = event.address.removeprefix(CUE).strip("/").removesuffix("/norm")
        try:
            if word and not _fires(event.value, word):
                return Verdict(event, "ok")
            self._do(word or event.value, event)
        except LiveartError as error:
            unknown = isinstance(error, PatchError) and word not in WORDS
            return Verdict(event, "unknown" if unknown else "refused", f"{event.address}: {error}")
        return Verdict(event, "ok")

    def _do(self, word: object, event: Event) -> None:
        with self._lock:
            if word == "undo":
                self._take_back(event)
            elif word == "store":
                self.store(event.value if isinstance(event.value, str) else "", event.time)
            elif word in ("next", "previous"):
                self._step(1 if word == "next" else -1, event)
            elif word is None or word == "":
                raise PatchError("a cue needs a name or a number.", f"Send {CUE} 1, or {CUE}/next.")
            else:
                cue = self.cues.find(word)
                self._call(cue, event, self.cues.place_of(cue.name, self._place))

    def _step(self, step: int, event: Event) -> None:
        names = self.cues.set_list
        if not names:
            raise PatchError("there is no cue yet.", f"Store one: {CUE}/store")
        waits = self._pending if self._pending is not None and not self._pending.is_follow else None
        here = self._place if waits is None else waits.place  # pressed twice before the bar, it goes two on
        place = (here + step) % len(names) if here >= 0 else 0 if step > 0 else len(names) - 1
        self._call(self.cues.find(names[place]), event, place)

    def _call(self, cue: Cue, event: Event, place: int) -> None:
        """Launch a cue now, or let it wait for its beat."""
        grid, beat = cue.beats(self._bar), self.board.snapshot().beat(event.time)
        if grid == 0.0:
            self._pending = None
            self._launch(Pending(cue, beat, place), event)
        else:
            self._pending = Pending(cue, math.ceil(beat / grid - _ON_GRID) * grid, place)

    def _launch(self, pending: Pending, event: Event) -> None:
        self._undo = [*self._undo, (self._at, self._place, self.board.capture(event.time))][-LONGEST_UNDO:]
        self._recall(pending.cue.values, event, pending.launch, pending.cue.morph, pending.cue.curve)
        self._at, self._place, self._launched = pending.cue.name, pending.place, pending
        if pending.cue.follow:
            follow = self.cues.find(pending.cue.follow)
            self._pending = Pending(follow, pending.launch + pending.cue.after,
                                    self.cues.place_of(follow.name, self._place), is_follow=True)

    def _recall(self, values: Mapping[str, Value], event: Event, launch: float, beats: float, curve: str) -> None:
        verdicts = self.board.recall(values, event, launch, beats, CURVES.index(curve))
        wrong = [verdict for verdict in verdicts if not self._waits(verdict)]
        for verdict in wrong[:3]:  # a cue of another show would have a hundred of them
            self._on_trouble(verdict.text)

    def _take_back(self, event: Event) -> None:
        """Undo: call off what waits, else go back to the values from before the last recall, in a beat at most."""
        if self._pending is not None and not self._pending.is_follow:
            self._pending = None
            return
        if not self._undo:
            raise PatchError("there is no recall to undo.")
        self._at, self._place, values = self._undo.pop()
        last, self._pending = self._launched, None
        beats = min(last.cue.morph, 1.0) if last is not None else 0.0
        self._recall(self._allowed(values), event, self.board.snapshot().beat(event.time), beats, "smooth")

    def keep_nothing(self) -> None:
        """From now on what is stored and edited lasts for this show only: a take is played again."""
        self._keep = lambda cues: None

    def store(self, name: str, time: float) -> str:
        """Keep all values as they stand under a name ("" makes one); return it. Raises PatchError for a bad name."""
        with self._lock:
            name = name or self.cues.fresh_name()
            if is_number(name):
                name = self.cues.find(name).name
            self._replace(self.cues.store(name, self._allowed(self.board.capture(time))))
            self._at, self._place = name, self.cues.place_of(name, self._place)
            return name

    def edit(self, what: Mapping[str, Any], time: float) -> str:
        """Do one edit: {"store": name}, {"delete": name}, {"rename": [old, new]}, {"order": names} or
        {"set": name, "morph": …}; return the sentence to show. Raises PatchError.
        """
        verb = next((word for word in EDITS if word in what), "")
        if not verb:
            raise PatchError(f"a cue can't be edited by {dict(what)!r:.80}.",
                             did_you_mean(str(next(iter(what), "")), EDITS))
        with self._lock:
            if verb == "store":
                return f'stored as cue "{self.store(str(what[verb] or ""), time)}".'
            if verb == "delete":
                self._replace(self.cues.delete(what[verb]))
                return f'cue "{what[verb]}" is deleted.'
            if verb == "order":
                self._replace(self.cues.reorder(what[verb]))
                return "the set list is changed."
            return self._change(verb, what)

    def _change(self, verb: str, what: Mapping[str, Any]) -> str:
        if verb == "set":
            self._replace(self.cues.change(what[verb], {key: value for key, value in what.items() if key != verb}))
            return f'cue "{what[verb]}" is changed.'
        names = what[verb]
        if not isinstance(names, (list, tuple)) or len(names) != 2:
            raise PatchError(f"rename takes the old and the new name, not {names!r:.60}.")
        self._replace(self.cues.rename(*names), {str(names[0]): str(names[1])})
        self._at = names[1] if self._at == names[0] else self._at
        return f'cue "{names[0]}" is now "{names[1]}".'

    def _replace(self, cues: CueList, names: Mapping[str, str] = MappingProxyType({})) -> None:
        """Take another list; what waits is taken from it, under its new name if `names` has one, or called off."""
        pending, self.cues = self._pending, cues
        if pending is not None:
            name = names.get(pending.cue.name, pending.cue.name)
            fresh = next((cue for cue in cues.cues if cue.name == name), None)
            self._pending = None if fresh is None else replace(pending, cue=fresh)
        self._keep(cues)

    def _allowed(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {address: value for address, value in values.items()
                if not any(fnmatchcase(address, pattern) for pattern in self._safe)}

    def _changed(self, changes: Sequence[Change]) -> None:
        """Watch the board: taps become tempo, a jump of the clock moves what waits onto the new grid."""
        for change in changes:
            if change.address == TAP:
                self._tapped(change.time)
            elif change.address == BEAT_ADDRESS:
                self._regrid(change.number, change.time)

    def _tapped(self, time: float) -> None:
        tempo = self._tap.tap(time)
        if tempo is None:
            return
        # The taps are on beats: the nearest one of the show is moved there, the bar stays as it was.
        beat = self._tap.nearest(self.board.snapshot().beat(time), time)
        self.board.put_all([Event(TEMPO_ADDRESS, tempo, time, "tap"), Event(BEAT_ADDRESS, beat, time, "tap")])

    def _regrid(self, moved: float, time: float) -> None:
        """Let what waits go with a clock that jumped by `moved` beats: onto the new grid, or as far off as before."""
        with self._lock:
            pending = self._pending
            if pending is None:
                return
            grid, launch = pending.cue.beats(self._bar), pending.launch + moved
            if not pending.is_follow and grid:
                launch = math.ceil(self.board.snapshot().beat(time) / grid - _ON_GRID) * grid
            self._pending = replace(pending, launch=launch)

    def state(self, time: float) -> dict[str, Any]:
        """Return what the panel shows of the cues: all of them, the set list, what is, comes and waits."""
        with self._lock:
            snapshot, pending, names = self.board.snapshot(), self._pending, self.cues.set_list
            share = snapshot.share(snapshot.beat(time))
            rows = [{"number": number, "name": cue.name, "morph": cue.morph, "quantum": cue.quantum,
                     "curve": cue.curve, "follow": cue.follow, "after": cue.after, "count": len(cue.values)}
                    for number, cue in enumerate(self.cues.cues, start=1)]
            return {"cues": rows, "list": list(names), "at": self._at,
                    "next": names[(self._place + 1) % len(names)] if names else "",
                    "pending": pending.cue.name if pending else "", "launch": pending.launch if pending else None,
                    "share": None if share == 1.0 else share, "can_undo": bool(self._undo), "quanta": QUANTA}


def is_cue_word(address: str) -> bool:
    """Return True for /liveart/cue and what lies below it."""
    return address == CUE or address.startswith(f"{CUE}/")


def _fires(value: Value, word: str) -> bool:
    """Return whether a value fires a trigger: anything but 0; a name belongs to store alone."""
    if isinstance(value, str):
        if word != "store":
            raise PatchError(f"{CUE}/{word} is a trigger and can't take {value!r:.60}.", f"Send {CUE}/{word} 1.")
        return True
    if value is not None and not (isinstance(value, (bool, int, float)) and abs(value) < FARTHEST):
        raise PatchError(f"{CUE}/{word} can't take {value!s:.60}.", f"Send {CUE}/{word} 1.")
    return value is None or value != 0
