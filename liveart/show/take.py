"""Takes: a log of what the hands did, as JSON Lines; replays a show and pins behaviour in tests.

First line: {"format": "liveart-take", "format_version": 1, "patch": name, "seed": n, "cues": {…}, "order": […]}: the
cues as they were when it began. Then one line an event:
{"t": seconds since the show began, "address": ..., "value": ..., "origin": ...}. A take that was cut off in the
middle of a line can still be replayed up to there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import IO, Any

from liveart.core.event import Event
from liveart.errors import LiveartError, TakeError
from liveart.show.cue import read_cue
from liveart.show.cue_list import CueList
from liveart.show.patch import Patch

FORMAT = "liveart-take"
FORMAT_VERSION = 1


class TakeWriter:
    """Writes events as they happen; each line is on its way to the disk at once.

    A take that is there is never written over: `path` is the file itself, or friday-2.jsonl, friday-3.jsonl, …
    """

    def __init__(self, file: str | Path, patch: Patch, cues: CueList, start: float) -> None:
        path = self.path = _unused(Path(file))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] | None = path.open("w", encoding="utf-8")
        except OSError as error:
            raise TakeError(f"take {path} can't be written: {error}.", "Choose another file.") from error
        self._start = start
        # The cues as they are now: the patch may hold others by the time the take is played.
        self._line({"format": FORMAT, "format_version": FORMAT_VERSION, "patch": patch.name, "seed": patch.seed,
                    "cues": {cue.name: cue.to_table() for cue in cues.cues}, "order": list(cues.order)})

    def write(self, events: Iterable[Event]) -> None:
        """Append events. Raises TakeError once when the disk is full; what was written stays readable."""
        try:
            for event in events:
                self._line({"t": round(event.time - self._start, 6), "address": event.address, "value": event.value,
                            "origin": event.origin})
            self._flush()
        except OSError as error:
            self._file = None
            raise TakeError(f"the take stopped: {error}.", "Make room on the disk and record again.") from error

    def close(self) -> None:
        """Finish the file; may be called twice."""
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def _line(self, value: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(value) + "\n")

    def _flush(self) -> None:
        if self._file is not None:
            self._file.flush()


def _unused(path: Path) -> Path:
    names = (path if number == 1 else path.with_stem(f"{path.stem}-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


@dataclass(frozen=True, slots=True)
class Take:
    """A recorded performance: events in order of time, times counted from the show's beginning.

    cues  those that the show had at its beginning; None in a take that does not say
    """

    patch: str
    seed: int
    events: tuple[Event, ...]
    cues: CueList | None = None

    def dress(self, patch: Patch) -> Patch:
        """Return the patch with the cues of the take."""
        return patch if self.cues is None else replace(patch, cues=replace(self.cues, plain=patch.cues.plain))

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.events[-1].time if self.events else 0.0


def read_take(file: str | Path) -> Take:
    """Return the take in a file. Raises TakeError; a last line that was cut off is left out."""
    path = Path(file)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TakeError(f"take {path} can't be read: {error}.") from error
    head = _parse(lines[0], path, 1) if lines else None
    if not head or head.get("format") != FORMAT:
        raise TakeError(f"{path} is not a take.", "Record one with: liveart play --record-take FILE")
    if head.get("format_version") != FORMAT_VERSION:
        raise TakeError(f"{path} has format_version {head.get('format_version')}; this liveart reads {FORMAT_VERSION}.")
    events = [_event(line, path, number, is_last=number == len(lines))
              for number, line in enumerate(lines[1:], start=2) if line.strip()]
    ordered = sorted((event for event in events if event is not None), key=lambda event: event.time)
    return Take(str(head.get("patch", "")), int(head.get("seed", 0)), tuple(ordered), _cues(head, path))


def _cues(head: dict[str, Any], path: Path) -> CueList | None:
    tables, order = head.get("cues"), head.get("order", [])
    if not isinstance(tables, dict) or not isinstance(order, list):
        return None
    try:
        return CueList(tuple(read_cue(name, table, name) for name, table in tables.items()), tuple(order))
    except LiveartError as error:
        raise TakeError(f"{path}, line 1: {error}") from error


def _event(line: str, path: Path, number: int, is_last: bool) -> Event | None:
    try:
        row = _parse(line, path, number)
        return Event(str(row["address"]), row["value"], float(row["t"]), str(row.get("origin", "take")))
    except (TakeError, KeyError, TypeError, ValueError) as error:
        if is_last:
            return None  # the show was cut off while this line was written
        raise TakeError(f"{path}, line {number}: {line[:60]!r} is not an event.",
                        "Delete that line to replay the rest.") from error


def _parse(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise TakeError(f"{path}, line {number}: {error}.") from error
    if not isinstance(value, dict):
        raise TakeError(f"{path}, line {number} is not an object.")
    return value


class Replay:
    """Gives out a take's events as their time comes."""

    def __init__(self, events: Sequence[Event], start: float = 0.0) -> None:
        self._events = events
        self._start = start
        self._next = 0

    def due(self, now: float) -> list[Event]:
        """Return the events up to `now`, stamped with their moment on the show's clock."""
        found = []
        while self._next < len(self._events) and self._start + self._events[self._next].time <= now:
            event = self._events[self._next]
            found.append(Event(event.address, event.value, self._start + event.time, event.origin or "take"))
            self._next += 1
        return found
