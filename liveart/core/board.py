"""The board: the live values, put from anywhere, read as immutable snapshots."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from liveart.core.event import Event
from liveart.core.layout import POSITION, Layout, Snapshot
from liveart.core.param import Value
from liveart.core.state import (
    BEAT_ADDRESS,
    FREEZE_ADDRESS,
    TEMPO_ADDRESS,
    Change,
    Judgement,
    State,
    Verdict,
)
from liveart.errors import did_you_mean

__all__ = ["BEAT_ADDRESS", "FREEZE_ADDRESS", "TEMPO_ADDRESS", "Board", "Change", "Judgement", "Verdict"]

_MOST_HINTS = 500  # looking for the nearest address takes milliseconds: not again and again in a flood of unknown ones


class Block(Protocol):
    """Where the values are mirrored for other processes (see core/values.py)."""

    def write(self, numbers: np.ndarray) -> None: ...


class Board:
    """The only shared mutable state: thread-safe `put`, lock-free readers through `block`.

    `time` is beat 0 on the show's clock. `tempo`, in beats a minute, wins over the layout's default.
    """

    def __init__(self, layout: Layout, time: float = 0.0, tempo: float | None = None,
                 block: Block | None = None) -> None:
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._untold: deque[list[Change]] = deque()
        self._block = block
        self._watchers: list[Callable[[Sequence[Change]], None]] = []
        self._hints: dict[str, str] = {}
        self._state = State(layout, time, tempo)
        self._morphing: dict[str, float] = {}
        self._publish()

    @property
    def layout(self) -> Layout:
        """The addresses of the show."""
        return self._state.layout

    def watch(self, watcher: Callable[[Sequence[Change]], None]) -> None:
        """Call `watcher` with the changes of every accepted batch, outside the lock, in the order they took effect.

        While one thread tells, it also tells what others put meanwhile; so a put may return before its own are told.
        """
        self._watchers.append(watcher)

    def put(self, event: Event) -> Verdict:
        """Apply one event; nothing is raised, the verdict says what became of it."""
        return self.put_all((event,))[0]

    def put_all(self, events: Iterable[Event]) -> list[Verdict]:
        """Apply several events whole: no reader sees a part of them (an OSC bundle)."""
        events = tuple(events)  # foreign code, if it is a generator: run before the lock is taken
        changes: list[Change] = []
        with self._lock:
            verdicts = [self._state.apply(event, changes) for event in events]
            self._publish()
            if changes:
                self._untold.append(changes)
        self._tell()
        return [self._with_hint(verdict) if verdict.judgement == "unknown" else verdict for verdict in verdicts]

    def recall(self, values: Mapping[str, Value], event: Event, launch: float | None = None, beats: float = 0.0,
               curve: int = 0) -> list[Verdict]:
        """Morph to `values` (address → native value) in `beats` beats; return what did not fit, never raise.

        The morph begins at beat `launch` (at once when None), be it ahead: every reader works out the moment by
        itself, to the frame. `event` says when and by whom; `curve` is a place in morph.CURVES.
        """
        with self._lock:
            start = self._state.beat(event.time) if launch is None else launch
            verdicts = self._state.recall(values, start, beats, curve, event)
            self._morphing |= dict.fromkeys(values, np.nan)
            self._publish()
        return verdicts

    def follow_morph(self, time: float, origin: str) -> bool:
        """Tell the watchers where the morph has come to by `time`; True while it runs or waits for its launch."""
        with self._lock:
            if not self._morphing:
                return False
            snapshot = self._state.snapshot()
            share = snapshot.share(snapshot.beat(time))
            if share > 0.0:
                self._note_morph(snapshot.at(snapshot.beat(time)), time, origin)
            if share == 1.0:
                self._morphing.clear()
        self._tell()
        return share < 1.0

    def _note_morph(self, now: Snapshot, time: float, origin: str) -> None:
        changes = []
        for address, before in self._morphing.items():
            if address in now.layout.params and (number := now[address]) != before:
                changes.append(Change(address, number, time, origin))
                self._morphing[address] = number
        if changes:
            self._untold.append(changes)

    def capture(self, time: float) -> dict[str, Value]:
        """Return all values by address as people write them, with the places of all journeys; for `recall`.

        Left out: triggers, notes, and what an LFO (or whatever else follows the beat) moves at present.
        """
        with self._lock:
            snapshot, clocked = self._state.snapshot(), set(self._state.clocked)
        beat = snapshot.beat(time)
        now, values = snapshot.at(beat), dict[str, Value]()
        for address, param in now.layout.entries:
            if param.kind in ("trigger", "notes") or address in clocked:
                continue
            values[address] = param.show(now[address])
            if param.kind == "rate":
                values[f"{address}/{POSITION}"] = now.position(address, beat)
        return values

    def _tell(self) -> None:
        """Tell the watchers all that is untold, one teller at a time, so that the newest value is told last."""
        while self._untold and self._telling.acquire(blocking=False):
            try:
                while self._untold:
                    changes = self._untold.popleft()
                    for watcher in self._watchers:
                        watcher(changes)
            finally:
                self._telling.release()

    def _with_hint(self, verdict: Verdict) -> Verdict:
        address = verdict.event.address
        hint = self._hints.get(address)
        if hint is None and len(self._hints) < _MOST_HINTS:
            hint = self._hints[address] = did_you_mean(address.removesuffix("/norm"), self.layout.params)
        return Verdict(verdict.event, "unknown", f"{verdict.text} {hint or ''}".rstrip())

    def snapshot(self) -> Snapshot:
        """Return the values now; `snapshot.at(beat)` has what morphs on its way."""
        with self._lock:
            return self._state.snapshot()

    def restart(self, time: float) -> None:
        """Begin the show at `time`: beat 0, and every journey at its start."""
        with self._lock:
            self._state.restart(time)
            self._publish()

    def detach(self) -> None:
        """Stop mirroring the values, so that the block's memory can be closed."""
        with self._lock:
            self._block = None

    def relayout(self, layout: Layout, block: Block | None) -> None:
        """Take a new set of addresses (a model was swapped); values of those that stay are kept.

        A choice stays by its word. A rate that is new sets out from 0 at the newest event.
        """
        with self._lock:
            self._state.relayout(layout)
            self._block = block
            self._hints.clear()
            self._morphing = {address: number for address, number in self._morphing.items() if address in layout.params}
            self._publish()

    def _publish(self) -> None:
        if self._block is not None:
            self._block.write(self._state.numbers)
