"""The picture worker: newest values → engine → sinks, at the patch's frame rate, in a process of its own."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

from liveart.core.clock import Pace
from liveart.core.material import Picture
from liveart.core.ring import SampleRing
from liveart.core.stats import Rate, Recent
from liveart.core.values import ValueBlock
from liveart.errors import LiveartError
from liveart.show.governor import Governor
from liveart.show.job import (
    AddOutput,
    Failed,
    Job,
    Opened,
    Quit,
    RemoveOutput,
    Report,
    Trouble,
    UseLayout,
    Watch,
    calm_collector,
    give_picture_its_cores,
    say,
    settle_in,
)
from liveart.show.outlet import Outlet, make_sink
from liveart.show.shared import SharedBlock
from liveart.sinks.shm import ShmSink

REPORT_EVERY = 0.5
PREVIEW_PERIOD = 1 / 30
GLANCE = 0.001  # seconds between looks whether a hand moved


def picture_main(job: Job, pipe: Connection) -> None:
    """Run the worker until it is told to quit or the conductor is gone."""
    settle_in()
    worker = PictureWorker(job, pipe)
    try:
        worker.open()
    except LiveartError as error:
        say(pipe, Failed(error))
        return
    worker.run()


class PictureWorker:
    """Holds the engine, the outlets and the figures of one picture process."""

    def __init__(self, job: Job, pipe: Connection) -> None:
        self._job = job
        self._pipe = pipe
        self._patch = job.patch
        self._outlets: list[Outlet] = []
        self._values: ValueBlock | None = None
        self._blocks: list[SharedBlock] = []
        self._playing = True
        self._watching = False
        self._preview_due = 0.0
        self._index = 0
        self._last_due = 0.0
        self._newest_received = 0
        self._level_told = 0
        self._to_frame, self._work, self._rate = Recent(600), Recent(120), Rate(1.0)

    def open(self) -> None:
        """Load models, then sinks. Raises LiveartError."""
        from liveart.show.device import choose_device
        from liveart.show.picture import PictureEngine

        give_picture_its_cores()
        device = choose_device(self._patch.device)
        self._stage = self._patch.stage(device)
        self._engine = PictureEngine(self._patch, self._stage, self._tell)
        tap_block = SharedBlock.attach(self._job.tap_name)
        self._blocks.append(tap_block)
        self._tap = tap_ring(tap_block, self._stage.rate)
        self._preview = ShmSink(self._job.preview_name)
        self._preview.open(self._stage)
        for spec in self._job.outputs:
            self._add_output(spec)
        notes = tuple(f"{p.name}: {p.generator.note()}" for p in self._engine.players)
        say(self._pipe, Opened(tuple(self._engine.groups()), device, notes))

    def run(self) -> None:
        """Wait for the values, then make frames until told to stop."""
        while self._playing and self._values is None:
            self._hear(timeout=0.5)
        calm_collector()
        start = time.monotonic()
        self._pace, self._governor = Pace(self._patch.fps, start), Governor(1 / self._patch.fps)
        due, report_due = start, start + REPORT_EVERY
        while self._playing:
            self._frame(due)
            now = time.monotonic()
            if now >= report_due:
                self._report(now)
                report_due = now + REPORT_EVERY
            due = self._pace.next_due(time.monotonic())
            self._hear(timeout=0.0)
            due = self._wait(due)
        self._close()

    def _wait(self, due: float) -> float:
        """Sleep until the next frame is due, or until a hand moves: it is not kept waiting for the grid.

        Returns the moment for which the frame is made. Never above twice the patch's frame rate.
        """
        assert self._values is not None
        earliest = self._last_due + self._pace.period / 2
        while (now := time.monotonic()) < due:
            if now >= earliest and self._values.received_ns > self._newest_received:
                self._pace.start_afresh(now)
                return now
            time.sleep(min(due - now, GLANCE))
        return due

    def _frame(self, due: float) -> None:
        assert self._values is not None
        began = time.monotonic()
        snapshot = self._values.read()
        dt = self._pace.period if self._index == 0 else min(due - self._last_due, 1.0)
        self._last_due = due
        pixels = self._engine.step(snapshot, due, dt, self._index)
        finished = time.monotonic_ns()
        picture = Picture(pixels, due, self._index, snapshot.received_ns, finished)
        for outlet in self._outlets:
            outlet.put(picture)
        if self._watching and began >= self._preview_due:
            self._preview.send(picture)
            self._preview_due = began + PREVIEW_PERIOD * 0.9
        self._count(picture, time.monotonic() - began)
        self._index += 1

    def _count(self, picture: Picture, work: float) -> None:
        now = time.monotonic()
        self._rate.add(now)
        self._work.add(work * 1000)
        if picture.received_ns > self._newest_received:
            if self._newest_received:  # the first value is the patch's own start, not a hand's
                self._to_frame.add((picture.finished_ns - picture.received_ns) / 1e6)
            self._newest_received = picture.received_ns
        self._engine.level = min(self._governor.step(work, now), self._job.level_limit)
        if self._engine.level != self._level_told:
            self._level_told = self._engine.level
            self._tell("the machine is too slow for the picture at full inner resolution: "
                       f"now at 1/{2 ** self._level_told}." if self._level_told
                       else "the picture is back at full inner resolution.")

    def _report(self, now: float) -> None:
        dropped = sum(outlet.counts().get("dropped", 0.0) for outlet in self._outlets)
        figures: dict[str, Any] = {
            "fps": self._rate.value(now), "gen_ms": self._work.percentile(50), "late_frames": self._pace.late,
            "frames": self._index, "level": self._engine.level, "dropped": dropped,
            "control_to_frame_ms": {"p50": self._to_frame.percentile(50), "p99": self._to_frame.percentile(99)},
            "outputs": [outlet.sink.note() for outlet in self._outlets if outlet.sink.note()]}
        self._playing &= say(self._pipe, Report(figures))

    def _hear(self, timeout: float) -> None:
        try:
            while self._pipe.poll(timeout):
                self._obey(self._pipe.recv())
                timeout = 0.0
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self._playing = False  # the conductor is gone: finish the files and end

    def _obey(self, word: Any) -> None:
        match word:
            case UseLayout(layout=layout, block_name=name):
                self._blocks.append(SharedBlock.attach(name))
                self._values = ValueBlock(self._blocks[-1].buffer, layout)
                self._engine.begin(layout)
            case Watch(watching=watching):
                self._watching = watching
            case AddOutput(spec=spec):
                try:
                    self._add_output(spec)
                except LiveartError as error:
                    self._tell(str(error))
            case RemoveOutput(name=name):
                for outlet in [outlet for outlet in self._outlets if outlet.spec.name == name]:
                    self._outlets.remove(outlet)
                    outlet.close()
            case Quit():
                self._playing = False

    def _add_output(self, spec: Any) -> None:
        sink = make_sink(spec, self._patch.folder)
        self._outlets.append(Outlet(sink, spec, self._stage, self._tell, self._tap))

    def _tell(self, text: str) -> None:
        say(self._pipe, Trouble(text))

    def _close(self) -> None:
        for outlet in reversed(self._outlets):
            outlet.close()
        self._preview.close()
        self._engine.close()


def tap_ring(block: SharedBlock, rate: int) -> SampleRing:
    """Return the sound tap that lies in a shared block."""
    from liveart.show.job import TAP_SECONDS

    return SampleRing(int(TAP_SECONDS * rate), 2, block.buffer)
