"""The sound worker: newest values → engine → ring → device, block by block, in a process of its own."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from liveart.core.contract import Sink
from liveart.core.material import Sound
from liveart.core.stats import Recent
from liveart.core.values import ValueBlock
from liveart.errors import LiveartError
from liveart.show.job import (
    Failed,
    Job,
    Opened,
    Quit,
    Report,
    Trouble,
    UseLayout,
    calm_collector,
    give_sound_its_core,
    say,
    settle_in,
)
from liveart.show.outlet import Outlet, make_sink
from liveart.show.patch import PartSpec
from liveart.show.picture_worker import tap_ring
from liveart.show.shared import SharedBlock
from liveart.show.sound import SoundEngine

REPORT_EVERY = 0.5
LEAD_BLOCKS = 3  # how far the sound runs ahead when no device paces it


def sound_main(job: Job, pipe: Connection) -> None:
    """Run the worker until it is told to quit or the conductor is gone."""
    settle_in()
    worker = SoundWorker(job, pipe)
    try:
        worker.open()
    except LiveartError as error:
        say(pipe, Failed(error))
        return
    worker.run()


class SoundWorker:
    """Holds the engine, the device and the figures of one sound process."""

    def __init__(self, job: Job, pipe: Connection) -> None:
        self._job = job
        self._pipe = pipe
        self._patch = job.patch
        self._rate, self._size = job.patch.rate, job.patch.block
        self._outlets: list[Outlet] = []
        self._devices: list[tuple[Sink, PartSpec]] = []
        self._values: ValueBlock | None = None
        self._blocks: list[SharedBlock] = []
        self._playing = True
        self._no_device = ""
        self._index = self._made = 0
        self._work, self._peaks = Recent(int(self._rate / self._size)), np.zeros(2)

    def open(self) -> None:
        """Load models, then the device. Raises LiveartError."""
        give_sound_its_core()
        self._stage = self._patch.stage("cpu")
        self._engine = SoundEngine(self._patch, self._stage, self._tell)
        self._blocks.append(SharedBlock.attach(self._job.tap_name))
        self._tap = tap_ring(self._blocks[0], self._rate)
        device = self._patch.sound_device
        named = () if device in ("auto", "none") else (PartSpec("sound device", "audio", {"name": device}),)
        for spec in (*self._job.outputs, *named):
            self._add_output(spec)
        notes = tuple(f"{p.name}: {p.generator.note()}" for p in self._engine.players)
        say(self._pipe, Opened(tuple(self._engine.groups()), "cpu", notes))
        if device == "auto" and not self._devices:
            self._try_default_device()  # after the word that all is open: the picture need not wait for it

    def _try_default_device(self) -> None:
        """Play on the default device when there is one; the panel plays the sound in any case."""
        try:
            self._add_output(PartSpec("sound device", "audio", {}))
        except LiveartError as error:
            self._no_device = f"no sound device ({error.what.rstrip('.')}): listen in the panel"

    def _add_output(self, spec: PartSpec) -> None:
        sink = make_sink(spec, self._patch.folder)
        if sink.has_clock():
            sink.open(self._stage)
            self._devices.append((sink, spec))
        else:
            self._outlets.append(Outlet(sink, spec, self._stage, self._tell, self._tap))

    def run(self) -> None:
        """Wait for the values, then make blocks until told to stop."""
        while self._playing and self._values is None:
            self._hear(timeout=0.5)
        calm_collector()
        self._time = time.monotonic()
        self._epoch, report_due = self._time, self._time
        while self._playing:
            if self._room() >= self._size:
                self._block()
            else:
                time.sleep(self._size / self._rate / 4)
            now = time.monotonic()
            if now >= report_due:
                self._report()
                report_due = now + REPORT_EVERY
            self._hear(timeout=0.0)
        self._close()

    def _room(self) -> int:
        """Return how many samples are wanted now: by the first device that answers, else by the clock."""
        for sink, _ in self._devices:
            wanted = sink.wanted()
            if wanted is not None:
                self._epoch = time.monotonic() - self._made / self._rate
                return wanted
        ahead = int((time.monotonic() - self._epoch) * self._rate) - self._made
        if ahead > self._rate:  # held up for over a second: start afresh rather than rush
            self._epoch += ahead / self._rate
            ahead = 0
        return ahead + LEAD_BLOCKS * self._size

    def _block(self) -> None:
        assert self._values is not None
        began = time.monotonic()
        snapshot = self._values.read()
        samples = self._engine.step(snapshot, self._show_time(began), self._size, self._index)
        self._tap.epoch = self._time - self._made / self._rate
        self._tap.write(samples)
        sound = Sound(samples, self._rate, self._time, self._made, snapshot.received_ns)
        for sink, spec in self._devices:
            try:
                sink.send(sound)
            except LiveartError as error:
                self._tell(f"{spec.kind}: {error}")
        self._peaks = np.maximum(self._peaks, np.abs(samples).max(axis=0))
        self._work.add((time.monotonic() - began) * self._rate / self._size)
        self._made += self._size
        self._index += 1

    def _show_time(self, now: float) -> float:
        """Return the block's time: counted in samples, drawn gently towards the show's clock.

        Devices run a little faster or slower than the machine; a jump would be a jump in the journey.
        """
        counted = self._time + self._size / self._rate if self._index else now
        error = now - counted
        self._time = now if abs(error) > 0.25 else counted + 0.01 * error
        return self._time

    def _report(self) -> None:
        xruns = sum(int(sink.counts().get("xruns", 0)) for sink, _ in self._devices)
        worst = self._work.percentile(99)
        floor = 1e-6
        figures: dict[str, Any] = {
            "xruns": xruns, "audio_headroom": None if worst is None else 1.0 - worst, "blocks": self._index,
            "levels": [float(20 * np.log10(max(peak, floor))) for peak in self._peaks],
            "outputs": self._notes()}
        self._peaks[:] = 0.0
        self._playing &= say(self._pipe, Report(figures))

    def _notes(self) -> list[str]:
        notes = [sink.note() for sink, _ in self._devices] or [self._no_device]
        return [note for note in notes if note]

    def _hear(self, timeout: float) -> None:
        try:
            while self._pipe.poll(timeout):
                self._obey(self._pipe.recv())
                timeout = 0.0
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self._playing = False

    def _obey(self, word: Any) -> None:
        match word:
            case UseLayout(layout=layout, block_name=name):
                self._blocks.append(SharedBlock.attach(name))
                self._values = ValueBlock(self._blocks[-1].buffer, layout)
                self._engine.begin(layout)
            case Quit():
                self._playing = False

    def _tell(self, text: str) -> None:
        say(self._pipe, Trouble(text))

    def _close(self) -> None:
        for sink, _ in self._devices:
            sink.close()
        for outlet in reversed(self._outlets):
            outlet.close()
        self._engine.close()
