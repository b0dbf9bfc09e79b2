"""The board: the live values, put from anywhere, read as immutable snapshots."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from liveart.core.event import CLOCKED, Event
from liveart.core.layout import CLOCK_BEAT, CLOCK_TIME, FROZEN, HEADER, RECEIVED, TEMPO, Layout, Snapshot, width
from liveart.core.param import Param
from liveart.errors import ParamError, did_you_mean

TEMPO_ADDRESS = "/liveart/clock/tempo"
FREEZE_ADDRESS = "/liveart/freeze"
TEMPO_START = 120.0
_MOST_HINTS = 500  # looking for the nearest address takes milliseconds: not again and again in a flood of unknown ones

Judgement = Literal["ok", "clipped", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one event, and the sentence to show for it ("" when fine)."""

    event: Event
    judgement: Judgement
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that changed: full address, number in native units, and who did it."""

    address: str
    number: float
    time: float
    origin: str


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
        self.layout = layout
        self._numbers = layout.starts()
        self._numbers[CLOCK_TIME] = time
        self._start_tempo(tempo)
        self._publish()

    def _start_tempo(self, tempo: float | None) -> None:
        param, place = self.layout.params.get(TEMPO_ADDRESS), self.layout.places.get(TEMPO_ADDRESS)
        if param is not None and place is not None:
            tempo = param.start if tempo is None else param.read(tempo).number
            self._numbers[place] = tempo
        self._numbers[TEMPO] = TEMPO_START if tempo is None else tempo

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
            verdicts = [self._apply(event, changes) for event in events]
            if changes:
                self._publish()
                self._untold.append(changes)
        self._tell()
        return [self._with_hint(verdict) if verdict.judgement == "unknown" else verdict for verdict in verdicts]

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
        """Return the values now."""
        with self._lock:
            layout, numbers = self.layout, self._numbers.copy()
        numbers.flags.writeable = False
        return Snapshot(layout, numbers)

    def restart(self, time: float) -> None:
        """Begin the show at `time`: beat 0, and every journey at its start."""
        with self._lock:
            self._numbers[CLOCK_TIME], self._numbers[CLOCK_BEAT] = time, 0.0
            for address, param in self.layout.entries:
                if param.kind == "rate":
                    place = self.layout.places[address]
                    self._numbers[place + 1 : place + 3] = 0.0
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
            time = max(self._numbers[CLOCK_TIME], self._numbers[RECEIVED] / 1e9)
            fresh = layout.starts()
            fresh[:HEADER] = self._numbers[:HEADER]
            for address, param in layout.entries:
                place, before = layout.places[address], self.layout.params.get(address)
                if before is not None and before.kind == param.kind:
                    fresh[place : place + width(param)] = self._kept(address, before, param, time)
                elif param.kind == "rate":
                    fresh[place + 2] = self._beat(time)
            self.layout, self._numbers, self._block = layout, fresh, block
            self._hints.clear()
            self._publish()

    def _kept(self, address: str, before: Param, param: Param, time: float) -> np.ndarray:
        """Return the numbers of a param that stays, made to fit its new declaration."""
        place = self.layout.places[address]
        if param.kind == "rate":
            self._anchor(place, time)
        kept = self._numbers[place : place + width(param)].copy()
        if param.kind == "choice":
            word = before.show(kept[0])
            kept[0] = param.read(word).number if word in param.choices else param.start
        elif param.kind != "trigger":
            kept[0] = param.clip(kept[0])
        return kept

    def _apply(self, event: Event, changes: list[Change]) -> Verdict:
        is_norm = event.address.endswith("/norm")
        address = event.address[:-5] if is_norm else event.address
        param = self.layout.params.get(address)
        if param is None:
            return Verdict(event, "unknown", f"unknown address {event.address:.100}.")
        try:
            reading = param.read_norm(event.value) if is_norm else param.read(event.value)
        except ParamError as error:
            return Verdict(event, "refused", f"{event.address}: {error}")
        self._set(address, param, reading.number, event, changes)
        if reading.clipped:
            limits = "0..1" if is_norm else f"{param.bottom:g}..{param.top:g}"
            return Verdict(event, "clipped", f"{event.address}: {event.value} clipped to {limits}.")
        return Verdict(event, "ok")

    def _set(self, address: str, param: Param, number: float, event: Event, changes: list[Change]) -> None:
        place = self.layout.places[address]
        if param.kind == "trigger":
            if number == 0.0:
                return
            number = self._numbers[place] + 1.0  # counted, so that no firing is lost or merged
        elif param.kind == "rate":
            self._anchor(place, event.time)
        elif address == TEMPO_ADDRESS:
            self._retime(event.time, number)
        elif address == FREEZE_ADDRESS:
            self._freeze(bool(number), event.time)
        self._numbers[place] = number
        if event.origin != CLOCKED:
            self._numbers[RECEIVED] = max(self._numbers[RECEIVED], event.time * 1e9)
        changes.append(Change(address, float(number), event.time, event.origin))

    def _beat(self, time: float) -> float:
        n = self._numbers
        return float(n[CLOCK_BEAT] + (time - n[CLOCK_TIME]) * n[TEMPO] / 60.0)

    def _anchor(self, place: int, time: float) -> None:
        """Keep the distance travelled so far, so that a new rate goes on from where it stands."""
        n, beat = self._numbers, self._beat(time)
        if not n[FROZEN]:
            n[place + 1] += n[place] * (beat - n[place + 2])
        n[place + 2] = beat

    def _retime(self, time: float, tempo: float) -> None:
        n = self._numbers
        n[CLOCK_BEAT], n[CLOCK_TIME] = self._beat(time), time
        n[TEMPO] = tempo

    def _freeze(self, frozen: bool, time: float) -> None:
        for address, param in self.layout.entries:
            if param.kind == "rate":
                self._anchor(self.layout.places[address], time)
        self._numbers[FROZEN] = float(frozen)

    def _publish(self) -> None:
        if self._block is not None:
            self._block.write(self._numbers)
