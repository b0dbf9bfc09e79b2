"""Outlet: a sink with a thread of its own, so that a slow one costs its own frames and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from liveart.core.contract import Sink, Stage
from liveart.core.gesture import Gesture
from liveart.core.mailbox import Mailbox
from liveart.core.material import Material, Picture, Sound
from liveart.core.registry import find_part
from liveart.core.ring import RingReader, SampleRing
from liveart.errors import LiveartError, PatchError, SinkError
from liveart.show.patch import PartSpec
from liveart.show.player import Trouble

SOUND_POLL = 0.02  # seconds between looks at the tap
RETRY = 1.0


def make_sink(spec: PartSpec, folder: str = ".") -> Sink:
    """Return the sink of a spec, not yet open. Raises PatchError."""
    try:
        made = find_part("sink", spec.kind, folder)(**spec.settings)
    except (TypeError, ValueError) as error:
        raise PatchError(f"{spec.name} ({spec.kind}): {error}.") from error
    if not isinstance(made, Sink):
        raise PatchError(f"{spec.name}: {spec.kind} is not a Sink.", "Derive the class from liveart.Sink.")
    return made


def sink_line(sink: Sink, spec: PartSpec) -> str:
    """Return the kind of a sink and its own note."""
    kind, note = Path(spec.kind).name, sink.note()
    return note if note.startswith(kind) else f"{kind}: {note}" if note else kind


def place_of(sink: Sink) -> str:
    """Return the process in which a sink lives: with the pictures, unless it takes sound alone, or values."""
    if "values" in sink.takes:
        return "conductor"
    return "picture" if "picture" in sink.takes else "sound"


class Outlet:
    """Feeds one open sink: pictures through a one-slot mailbox, sound from the tap. Faults are told and retried."""

    def __init__(self, sink: Sink, spec: PartSpec, stage: Stage, on_trouble: Trouble,
                 tap: SampleRing | None = None) -> None:
        self.sink = sink
        self.spec = spec
        self._rate = stage.rate
        self._on_trouble = on_trouble
        self._mailbox: Mailbox[Picture] = Mailbox()
        self._tap: RingReader | None = tap.reader() if tap is not None and "sound" in sink.takes else None
        self._quiet_until = 0.0
        sink.open(stage)
        self._closing = False
        self._thread: threading.Thread | None = None
        if not sink.is_quick or self._tap is not None:
            self._thread = threading.Thread(target=self._run, name=f"sink {spec.kind}", daemon=True)
            self._thread.start()

    def put(self, picture: Picture) -> None:
        """Hand over a frame; never waits for a slow sink."""
        if self._thread is None:
            self._send(picture)
        else:
            self._mailbox.put(picture)

    def tend(self) -> Sequence[Gesture]:
        """Let the sink do what it must in the main thread; return what hands did there."""
        try:
            return self.sink.tend()
        except Exception as error:  # whatever a sink throws, the show goes on
            self._on_trouble(f"{self.spec.kind}: {type(error).__name__}: {error}")
            return ()

    def line(self) -> str:
        """Return a line for the start card and the panel: the kind, and the sink's own note."""
        return sink_line(self.sink, self.spec)

    def counts(self) -> Mapping[str, float]:
        """Return the sink's counters and the frames it was too slow for."""
        return {**self.sink.counts(), "dropped": self._mailbox.dropped}

    def close(self, timeout: float = 10.0) -> None:
        """Send what lies there, finish the sink, end the thread; a thread that hangs is named."""
        self._closing = True
        self._mailbox.close()
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                self._on_trouble(f"{self.spec.kind}: the sink did not finish within {timeout:.0f} s.")
                return
        try:
            self.sink.close()
        except (LiveartError, OSError) as error:
            self._on_trouble(f"{self.spec.kind}: {error}")

    def _run(self) -> None:
        wants_pictures = "picture" in self.sink.takes
        while not self._closing:
            if wants_pictures:
                self._send_picture(SOUND_POLL if self._tap else 0.5)
            else:
                time.sleep(SOUND_POLL)
            self._send_sound()
        self._send_picture(0.0)
        self._send_sound()

    def _send_picture(self, timeout: float) -> None:
        picture = self._mailbox.take(timeout)
        if picture is not None:
            self._send(picture)

    def _send_sound(self) -> None:
        tap = self._tap
        if tap is None:
            return
        lost = tap.lost
        start, samples = tap.place, tap.read()
        if tap.lost != lost:
            start = tap.place - len(samples)
            self._on_trouble(f"{self.spec.kind}: too slow for the sound, {tap.lost - lost} samples are missing.")
        if len(samples):
            self._send(Sound(samples, self._rate, tap.ring.epoch + start / self._rate, start))

    def _send(self, material: Material) -> None:
        if time.monotonic() < self._quiet_until:
            return
        try:
            self.sink.send(material)
        except Exception as error:  # whatever a sink throws, the show goes on
            kind = "" if isinstance(error, SinkError) else f"{type(error).__name__}: "
            self._on_trouble(f"{self.spec.kind}: {kind}{error}")
            self._quiet_until = time.monotonic() + RETRY
