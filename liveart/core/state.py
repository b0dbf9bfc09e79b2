"""State: the numbers of a board, and what each event does to them. Plain arithmetic: no lock, no telling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from liveart.core import notes
from liveart.core.event import CLOCKED, Event
from liveart.core.layout import (
    CLOCK_BEAT,
    CLOCK_TIME,
    FROZEN,
    FROZEN_BEAT,
    HEADER,
    MORPH_BEATS,
    MORPH_CURVE,
    MORPH_LAUNCH,
    MORPH_NUMBER,
    POSITION,
    RECEIVED,
    TEMPO,
    Layout,
    Snapshot,
    width,
)
from liveart.core.param import Param, Value
from liveart.errors import ParamError

TEMPO_ADDRESS = "/liveart/clock/tempo"
BEAT_ADDRESS = "/liveart/clock/beat"  # takes the beat that it is now; it has no value of its own
FREEZE_ADDRESS = "/liveart/freeze"
JUMP = 0.25  # beats: a smaller correction of the clock takes the journeys along, a larger one leaves them standing
TEMPO_START = 120.0
FARTHEST = 1e9  # beats and steps: beyond it a float no longer tells one frame from the next

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


class State:
    """The numbers of one layout. `clocked`: the addresses that were last moved by something that follows the beat."""

    def __init__(self, layout: Layout, time: float, tempo: float | None) -> None:
        self.layout = layout
        self.numbers = layout.starts()
        self.numbers[CLOCK_TIME] = time
        self.clocked: set[str] = set()
        param, place = layout.params.get(TEMPO_ADDRESS), layout.places.get(TEMPO_ADDRESS)
        if param is not None and place is not None:
            tempo = param.start if tempo is None else param.read(tempo).number
            self.numbers[place] = tempo
        self.numbers[TEMPO] = TEMPO_START if tempo is None else tempo

    def snapshot(self) -> Snapshot:
        """Return a copy of the values now, read-only."""
        numbers = self.numbers.copy()
        numbers.flags.writeable = False
        return Snapshot(self.layout, numbers)

    def beat(self, time: float) -> float:
        """Return the beat at `time`."""
        n = self.numbers
        return float(n[CLOCK_BEAT] + (time - n[CLOCK_TIME]) * n[TEMPO] / 60.0)

    def restart(self, time: float) -> None:
        """Begin at `time`: beat 0, every journey at its start, nothing morphing."""
        n = self.numbers
        n[CLOCK_TIME], n[CLOCK_BEAT], n[MORPH_LAUNCH] = time, 0.0, -np.inf
        for place in self._rates():
            n[place + 1 : place + 3] = 0.0

    def apply(self, event: Event, changes: list[Change]) -> Verdict:
        """Take one event; what it changed is added to `changes`."""
        is_norm = event.address.endswith("/norm")
        address = event.address[:-5] if is_norm else event.address
        param = self.layout.params.get(address)
        try:
            if param is None:
                return self._apply_below(address, event, changes)
            reading = param.read_norm(event.value) if is_norm else param.read(event.value)
        except ParamError as error:
            return Verdict(event, "refused", f"{event.address}: {error}")
        self._set(address, param, reading.number, event, changes)
        if reading.clipped:
            limits = "0..1" if is_norm else f"{param.bottom:g}..{param.top:g}"
            return Verdict(event, "clipped", f"{event.address}: {event.value} clipped to {limits}.")
        return Verdict(event, "ok")

    def _apply_below(self, address: str, event: Event, changes: list[Change]) -> Verdict:
        """Take an event for what is no param by itself: the beat, a note of a keyboard, the place of a rate."""
        if address == BEAT_ADDRESS:
            self._rebeat(event.time, _within(address, event.value), event, changes)
            return Verdict(event, "ok")
        above, word = self.layout.above(address)
        if not above:
            return Verdict(event, "unknown", f"unknown address {event.address:.100}.")
        place = self.layout.places[above]
        if word == POSITION:
            self._place(place, _within(address, event.value), self.beat(event.time))
            self._receive(event)
            return Verdict(event, "ok")
        declared = notes.declared(word)
        reading = (declared.read_norm if event.address.endswith("/norm") else declared.read)(event.value)
        notes.apply(self.numbers[place : place + notes.WIDTH], word, reading.number, event.time)
        changes.append(Change(address, reading.number, event.time, event.origin))
        self._receive(event)
        clipped = f"{event.address}: {event.value} clipped to {reading.number:g}." if reading.clipped else ""
        return Verdict(event, "clipped" if clipped else "ok", clipped)

    def _receive(self, event: Event) -> None:
        if not event.origin.startswith(CLOCKED):
            self.numbers[RECEIVED] = max(self.numbers[RECEIVED], event.time * 1e9)

    def _set(self, address: str, param: Param, number: float, event: Event, changes: list[Change]) -> None:
        place, away = self.layout.places[address], self.layout.away
        if param.kind == "trigger":
            if number == 0.0:
                return
            number = self.numbers[place] + 1.0  # counted, so that no firing is lost or merged
            if param.steps:
                self._step(f"{address.rpartition('/')[0]}/{param.steps}", event, changes)
        elif param.kind == "rate":
            self._anchor(place, self.beat(event.time))
        elif address == TEMPO_ADDRESS:
            self._retime(event.time, number)
        elif address == FREEZE_ADDRESS:
            self._freeze(bool(number), event.time)
        self.numbers[place] = self.numbers[place + away] = number  # a hand takes it out of a running morph
        (self.clocked.add if event.origin.startswith(CLOCKED) else self.clocked.discard)(address)
        self._receive(event)
        changes.append(Change(address, float(number), event.time, event.origin))

    def _step(self, address: str, event: Event, changes: list[Change]) -> None:
        """Move the number (or the place of the rate) at `address` on by one; behind the end it begins anew."""
        place, param = self.layout.places[address], self.layout.params[address]
        if param.kind == "rate":
            self.numbers[place + 1] += 1.0
            self.numbers[place + 1 + self.layout.away] += 1.0
            return
        number = self.numbers[place] + 1.0
        self._set(address, param, param.bottom if number > param.top else number, event, changes)

    def _rates(self) -> list[int]:
        """Return the places of all rates, and of their copies."""
        places = [self.layout.places[address] for address, param in self.layout.entries if param.kind == "rate"]
        return places + [place + self.layout.away for place in places]

    def _anchor(self, place: int, beat: float) -> None:
        """Keep the distance travelled so far, so that a new rate goes on from where it stands."""
        n = self.numbers
        for at in (place, place + self.layout.away):
            if not n[FROZEN]:
                n[at + 1] += n[at] * (beat - n[at + 2])
            n[at + 2] = beat

    def _place(self, place: int, position: float, beat: float) -> None:
        for at in (place, place + self.layout.away):
            self.numbers[at + 1], self.numbers[at + 2] = position, beat

    def _retime(self, time: float, tempo: float) -> None:
        n = self.numbers
        n[CLOCK_BEAT], n[CLOCK_TIME] = self.beat(time), time
        n[TEMPO] = tempo

    def _rebeat(self, time: float, beat: float, event: Event, changes: list[Change]) -> None:
        """Let it be `beat` at `time`. Journeys and a running morph go on without a jump."""
        n, moved = self.numbers, beat - self.beat(time)
        if abs(moved) >= JUMP:
            for place in self._rates():
                n[place + 2] += moved
            n[MORPH_LAUNCH] += moved
            n[FROZEN_BEAT] += moved
            changes.append(Change(BEAT_ADDRESS, moved, time, event.origin))
        n[CLOCK_BEAT], n[CLOCK_TIME] = beat, time

    def _freeze(self, frozen: bool, time: float) -> None:
        n, beat = self.numbers, self.beat(time)
        for address, param in self.layout.entries:
            if param.kind == "rate":
                self._anchor(self.layout.places[address], beat)
        if frozen and not n[FROZEN]:
            n[FROZEN_BEAT] = beat
        elif n[FROZEN] and not frozen and n[MORPH_LAUNCH] + n[MORPH_BEATS] > n[FROZEN_BEAT]:
            n[MORPH_LAUNCH] += beat - max(n[FROZEN_BEAT], n[MORPH_LAUNCH])  # the morph goes on where it was held
        n[FROZEN] = float(frozen)

    def recall(self, values: Mapping[str, Value], launch: float, beats: float, curve: int,
               event: Event) -> list[Verdict]:
        """Morph to `values` (by address, native units) from beat `launch` on, in `beats` beats; return misfits.

        `<rate>/position` sets out from that place at the launch. What is not in `values` goes on as it was.
        """
        n, layout, now = self.numbers, self.layout, self.beat(event.time)
        n[HEADER + layout.away :] = self.snapshot().at(now).numbers[HEADER : HEADER + layout.away]
        n[MORPH_LAUNCH], n[MORPH_BEATS], n[MORPH_CURVE] = launch, beats, curve
        n[MORPH_NUMBER] += 1.0
        if launch <= now:
            self._receive(event)
        verdicts = [self._aim(address, value, launch, event) for address, value in values.items()]
        return [verdict for verdict in verdicts if verdict is not None]

    def _aim(self, address: str, value: Value, launch: float, event: Event) -> Verdict | None:
        """Set where one value goes; None when all is well."""
        above, _, word = address.rpartition("/")
        param = self.layout.params.get(address)
        said = Event(address, value, event.time, event.origin)
        try:
            if param is None and word == POSITION and above in self.layout.params:
                place = self.layout.places[above]
                self.numbers[place + 1], self.numbers[place + 2] = _within(address, value), launch
                return None
            if param is None or param.kind in ("trigger", "notes"):
                return Verdict(said, "unknown", f"the cue sets {address:.100}, which this show does not have.")
            reading = param.read(value)
        except ParamError as error:
            return Verdict(said, "refused", f"{address}: {error}")
        place = self.layout.places[address]
        if param.kind == "rate":
            rate, position, since = self.numbers[place : place + 3]
            travelled = position if self.numbers[FROZEN] else position + rate * (launch - since)
            self.numbers[place + 1], self.numbers[place + 2] = travelled, launch
        elif address == TEMPO_ADDRESS:
            self._retime(event.time, reading.number)
        elif address == FREEZE_ADDRESS:
            self._freeze(bool(reading.number), event.time)
        self.numbers[place] = reading.number
        if address in (TEMPO_ADDRESS, FREEZE_ADDRESS):  # the clock can't be on its way to a tempo: it has it at once
            self.numbers[place + self.layout.away] = reading.number
        self.clocked.discard(address)
        return Verdict(said, "clipped", f"{address}: {value} clipped.") if reading.clipped else None

    def relayout(self, layout: Layout) -> None:
        """Take a new set of addresses; values of those that stay are kept, and go on morphing if they were."""
        beat = self.beat(max(self.numbers[CLOCK_TIME], self.numbers[RECEIVED] / 1e9))
        fresh = layout.starts()
        fresh[:HEADER] = self.numbers[:HEADER]
        for address, param in layout.entries:
            place, before = layout.places[address], self.layout.params.get(address)
            if before is not None and before.kind == param.kind:
                at = self.layout.places[address]
                if param.kind == "rate":
                    self._anchor(at, beat)
                for here, there in ((place, at), (place + layout.away, at + self.layout.away)):
                    fresh[here : here + width(param)] = self._kept(there, before, param)
            elif param.kind == "rate":
                fresh[place + 2] = fresh[place + layout.away + 2] = beat
        self.layout, self.numbers = layout, fresh

    def _kept(self, place: int, before: Param, param: Param) -> np.ndarray:
        """Return the numbers of a param that stays, made to fit its new declaration."""
        kept = self.numbers[place : place + width(param)].copy()
        if param.kind == "choice":
            word = before.show(kept[0])
            kept[0] = param.read(word).number if word in param.choices else param.start
        elif param.kind not in ("trigger", "notes"):
            kept[0] = param.clip(kept[0])
        return kept


def _within(address: str, value: Value) -> float:
    """Return a beat or a place as a number. Raises ParamError."""
    number = Param(address.rpartition("/")[2], 0.0, -FARTHEST, FARTHEST).read(value)
    if number.clipped:
        raise ParamError(f"{value} is too far.", f"It can be {-FARTHEST:g} to {FARTHEST:g}.")
    return number.number
