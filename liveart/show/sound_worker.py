"""The sound worker: newest values → engine → ring → device, block by block, in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from liveart.core.contract import Sink
from liveart.core.material import Sound
from liveart.core.priority import go_first
from liveart.core.stats import Recent
from liveart.errors import LiveartError
from liveart.show.job import Changed, Job, Opened, Report, give_sound_its_core, say
from liveart.show.outlet import Outlet, make_sink, sink_line
from liveart.show.patch import PartSpec
from liveart.show.sound import SoundEngine
from liveart.show.worker import Worker, run_worker

REPORT_EVERY = 0.5
RUN_AHEAD = 0.3  # s of sound made in advance while a model is loaded: torch reads one without letting Python go
AHEAD_WITHIN = 2.0  # s after which it is loaded in any case
LEAST_SLEEP = 0.0005  # s, while a block of sound is nearly due
LEAD_BLOCKS = 3  # how far the sound runs ahead when no device paces it


def sound_main(job: Job, pipe: Connection) -> None:
    """Run the worker until it is told to quit or the conductor is gone."""
    run_worker(SoundWorker, job, pipe)


class SoundWorker(Worker):
    """Holds the engine, the device and the figures of the sound process."""

    def __init__(self, job: Job, pipe: Connection) -> None:
        super().__init__(job, pipe)
        self._rate, self._size = job.patch.rate, job.patch.block
        self._devices: list[tuple[Sink, PartSpec]] = []
        self._gone: list[Sink] = []
        self._no_device = ""
        self._index = self._made = 0
        self._time = 0.0
        self._work, self._peaks = Recent(int(self._rate / self._size)), np.zeros(2)

    def open(self) -> None:
        """Load models, then the device, and say `Opened`. Raises LiveartError."""
        give_sound_its_core()
        self._stage = self.patch.stage("cpu")
        self.engine: SoundEngine = SoundEngine(self.patch, self._stage, self.tell, around=self._loading)
        self._tap = self.open_tap()
        device = self.patch.sound_device
        named = () if device in ("auto", "none") else (PartSpec("sound device", "audio", {"name": device}),)
        for spec in (*self.job.outputs, *named):
            self._add_output(spec)
        say(self.pipe, Opened(tuple(self.engine.groups()), "cpu", self.notes()))
        if device == "auto" and not self._devices:
            self._try_default_device()  # after the word that all is open: the picture need not wait for it

    def _try_default_device(self) -> None:
        """Play on the default device when there is one; the panel plays the sound in any case."""
        try:
            self._add_output(PartSpec("sound device", "audio", {}))
        except LiveartError as error:
            self._no_device = f"no sound device ({error.what.rstrip('.')}): listen in the panel"

    def _add_output(self, spec: PartSpec) -> None:
        sink = make_sink(spec, self.patch.folder)
        if sink.has_clock():
            sink.open(self._stage)
            self._devices.append((sink, spec))
        else:
            self.outlets.append(Outlet(sink, spec, self._stage, self.tell, self._tap))

    def play(self) -> None:
        """Make blocks whenever there is room for one."""
        go_first()  # only now: loading models would keep the picture from its core
        self._time = self._epoch = report_due = time.monotonic()
        while self.is_playing:
            missing = self._size - self._room()
            if missing <= 0:
                self._block()
            else:
                time.sleep(min(max(missing / self._rate, LEAST_SLEEP), self._size / self._rate / 4))
            now = time.monotonic()
            if now >= report_due:
                self._report()
                report_due = now + REPORT_EVERY
            self.hear()

    def _room(self) -> int:
        """Return how many samples are wanted now: by the first device that answers, else by the clock."""
        for sink, _ in self._devices:
            wanted = sink.wanted()
            if (wanted is None) != (sink in self._gone):
                (self._gone.append if wanted is None else self._gone.remove)(sink)
                self.tell(f"audio: {sink.note()}")
            if wanted is not None:
                self._epoch = time.monotonic() - self._made / self._rate
                return wanted
        ahead = int((time.monotonic() - self._epoch) * self._rate) - self._made
        if ahead > self._rate:  # held up for over a second: start afresh rather than rush
            self._epoch += ahead / self._rate
            ahead = 0
        return ahead + LEAD_BLOCKS * self._size

    def _block(self) -> None:
        began = time.monotonic()
        snapshot = self.values.read()
        ahead = self._ahead()
        heard = self._show_time(began + ahead)
        if self.engine.follow(snapshot, heard, self._size):
            say(self.pipe, Changed(tuple(self.engine.groups()), self.notes()))
        samples = self.engine.step(snapshot, heard, self._size, self._index, ahead)
        self._tap.epoch = self._time - self._tap.written / self._rate  # what a worker before this one wrote counts
        self._tap.write(samples)
        sound = Sound(samples, self._rate, self._time, self._made, snapshot.received_ns)
        for sink, spec in self._devices:
            try:
                sink.send(sound)
            except LiveartError as error:
                self.tell(f"{spec.kind}: {error}")
        self._peaks = np.maximum(self._peaks, np.abs(samples).max(axis=0))
        self._work.add((time.monotonic() - began) * self._rate / self._size)
        self._made += self._size
        self._index += 1

    @contextmanager
    def _loading(self) -> Iterator[None]:
        """Load only when enough sound waits to outlast it; called in the thread that loads.

        A show that hears a live input can't be made in advance: it has what waits in any case.
        """
        devices = [] if self.engine.is_live else [sink for sink, _ in self._devices]
        limit = time.monotonic() + AHEAD_WITHIN
        while not all([sink.run_ahead(RUN_AHEAD) for sink in devices]) and time.monotonic() < limit:
            time.sleep(self._size / self._rate)
        try:
            yield
        finally:
            for sink in devices:
                sink.run_ahead(0.0)

    def _ahead(self) -> float:
        """Return the seconds from the making of a block to its first sound: buffer and device."""
        return max((sink.delay() for sink, _ in self._devices), default=0.0)

    def _delay(self) -> float:
        """Return the seconds from a hand to what it changes in the slowest model: buffer, device and its lag."""
        return self._ahead() + self.engine.lag

    def _show_time(self, heard: float) -> float:
        """Return when the block is heard: counted in samples, drawn gently towards the show's clock.

        So a beat is heard on the beat, and not a buffer later. Devices run a little faster or slower than the
        machine; a jump would be a jump in the journey.
        """
        counted = self._time + self._size / self._rate if self._index else heard
        error = heard - counted
        self._time = heard if abs(error) > 0.25 else counted + 0.01 * error
        return self._time

    def _report(self) -> None:
        xruns = sum(int(sink.counts().get("xruns", 0)) for sink, _ in self._devices)
        worst = self._work.percentile(99)
        floor = 1e-6
        figures: dict[str, Any] = {
            "xruns": xruns, "audio_headroom": None if worst is None else 1.0 - worst, "blocks": self._index,
            "mutes": self.engine.mutes, "models": self.engine.models(), "delay_ms": 1000.0 * self._delay(),
            "levels": [float(20 * np.log10(max(peak, floor))) for peak in self._peaks],
            "outputs": self._notes()}
        self._peaks[:] = 0.0
        self.is_playing &= say(self.pipe, Report(figures))

    def _notes(self) -> list[str]:
        notes = [sink_line(sink, spec) for sink, spec in self._devices] or [self._no_device]
        return [note for note in [*notes, *(outlet.line() for outlet in self.outlets)] if note]

    def close(self) -> None:
        """Close the device, finish the sinks, let go of the models."""
        for sink, _ in self._devices:
            sink.close()
        super().close()
