"""The picture worker: newest values → engine → sinks, at the patch's frame rate, in a process of its own."""

from __future__ import annotations

import os
import sys
import time
from multiprocessing.connection import Connection
from typing import Any

from liveart.core.clock import Pace
from liveart.core.glimpse import Glimpses
from liveart.core.heap import keep_freed_memory
from liveart.core.material import Picture
from liveart.core.stats import Rate, Recent
from liveart.errors import LiveartError
from liveart.show.governor import Governor
from liveart.show.job import (
    AddOutput,
    Changed,
    Job,
    Opened,
    RemoveOutput,
    Report,
    Watch,
    give_picture_its_cores,
    say,
)
from liveart.show.outlet import Outlet, make_sink
from liveart.show.patch import PartSpec
from liveart.show.shared import SharedBlock
from liveart.show.worker import Worker, run_worker
from liveart.sinks.shm import ShmSink

REPORT_EVERY = 0.5
PREVIEW_PERIOD = 1 / 30
GLANCE = 0.001  # seconds between looks whether a hand moved


def picture_main(job: Job, pipe: Connection) -> None:
    """Run the worker until it is told to quit or the conductor is gone."""
    run_worker(PictureWorker, job, pipe)


class PictureWorker(Worker):
    """Holds the engine, the outlets and the figures of the picture process."""

    def __init__(self, job: Job, pipe: Connection) -> None:
        super().__init__(job, pipe)
        self._is_watched = False
        self._preview_due = 0.0
        self._index = self._newest_received = self._level_told = 0
        self._last_due = 0.0
        self._to_frame, self._work, self._rate = Recent(600), Recent(120), Rate(1.0)

    def open(self) -> None:
        """Load models, then sinks, and say `Opened`. Raises LiveartError."""
        from liveart.show.device import choose_device  # these two import torch
        from liveart.show.picture import PictureEngine

        give_picture_its_cores()
        device = choose_device(self.patch.device)
        self._stage = self.patch.stage(device)
        self.engine: PictureEngine = PictureEngine(self.patch, self._stage, self.tell)
        keep_freed_memory()
        self._tap = self.open_tap()
        self._preview = ShmSink(self.job.preview_name)
        self._preview.open(self._stage)
        self._glimpse_block = SharedBlock.attach(self.job.glimpse_name)  # kept: the glimpses live as long as it does
        self._glimpses = Glimpses(self._glimpse_block.buffer)
        for spec in self.job.outputs:
            self._add_output(spec)
        say(self.pipe, Opened(tuple(self.engine.groups()), device, self.notes()))
        if self.patch.opens_window and _has_display():
            self._add_output(PartSpec("window", "window", {}))  # without one there is still the panel

    def play(self) -> None:
        """Make frames when they are due, or as soon as a hand moves."""
        due = time.monotonic()
        self._pace, self._governor = Pace(self.patch.fps, due), Governor(1 / self.patch.fps)
        report_due = due + REPORT_EVERY
        while self.is_playing:
            self._frame(due)
            now = time.monotonic()
            if now >= report_due:
                self._report(now)
                report_due = now + REPORT_EVERY
            due = self._pace.next_due(time.monotonic())
            self.hear()
            self.tend()
            due = self._wait(due)

    def _wait(self, due: float) -> float:
        """Sleep until the next frame is due, or until a hand moves: it is not kept waiting for the grid.

        Returns the moment for which the frame is made. Never above twice the patch's frame rate.
        """
        earliest = self._last_due + self._pace.period / 2
        while (now := time.monotonic()) < due:
            if now >= earliest and self.values.received_ns > self._newest_received:
                self._pace.start_afresh(now)
                return now
            time.sleep(min(due - now, GLANCE))
        return due

    def _frame(self, due: float) -> None:
        began = time.monotonic()
        snapshot = self.values.read()
        dt = self._pace.period if self._index == 0 else min(due - self._last_due, 1.0)
        self._last_due = due
        if self.engine.follow(snapshot, due, dt):
            say(self.pipe, Changed(tuple(self.engine.groups()), self.notes()))
        pixels = self.engine.step(snapshot, due, dt, self._index)
        picture = Picture(pixels, due, self._index, snapshot.received_ns, time.monotonic_ns())
        for outlet in self.outlets:
            outlet.put(picture)
        self._glimpses.write(pixels, due)
        if self._is_watched and began >= self._preview_due:
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
        if not self.engine.is_swapping:  # two models at once say nothing of what one of them can do
            self.engine.level = self._governor.step(work, now)
        if self.engine.level != self._level_told:
            self._level_told = self.engine.level
            self.tell("the machine is too slow for the picture at full inner resolution: "
                      f"now at 1/{2 ** self._level_told}." if self._level_told
                      else "the picture is back at full inner resolution.")

    def _report(self, now: float) -> None:
        figures: dict[str, Any] = {
            "fps": self._rate.value(now), "gen_ms": self._work.percentile(50), "late_frames": self._pace.late,
            "frames": self._index, "level": self.engine.level,
            "dropped": sum(outlet.counts().get("dropped", 0.0) for outlet in self.outlets),
            "control_to_frame_ms": {"p50": self._to_frame.percentile(50), "p99": self._to_frame.percentile(99)},
            "outputs": [outlet.line() for outlet in self.outlets], "models": self.engine.models()}
        self.is_playing &= say(self.pipe, Report(figures))

    def obey(self, word: Any) -> None:
        """Do one thing that the conductor says."""
        match word:
            case Watch(watching=watching):
                self._is_watched = watching
            case AddOutput(spec=spec):
                try:
                    self._add_output(spec)
                except LiveartError as error:
                    self.tell(str(error))
            case RemoveOutput(name=name):
                for outlet in [outlet for outlet in self.outlets if outlet.spec.name == name]:
                    self.outlets.remove(outlet)
                    outlet.close()
            case _:
                super().obey(word)

    def _add_output(self, spec: PartSpec) -> None:
        """Open one more sink. Raises LiveartError, unless the show can do without it: then it is told."""
        sink = make_sink(spec, self.patch.folder)
        try:
            self.outlets.append(Outlet(sink, spec, self._stage, self.tell, self._tap))
        except LiveartError as error:
            if sink.is_vital:
                raise
            self.tell(f"{spec.kind}: {error} The show goes on without it.")

    def close(self) -> None:
        """Finish the sinks, let go of the models."""
        super().close()
        self._preview.close()


def _has_display() -> bool:
    """Return whether a window could be seen; a box without a screen is spared the attempt."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
