"""A small show that plays a moving picture and two tones into the ndi sink, as the picture worker does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from liveart.core.contract import Stage
from liveart.core.material import Picture
from liveart.core.ring import SampleRing
from liveart.show.outlet import Outlet
from liveart.show.patch import PartSpec
from liveart.sinks.ndi import NdiSink

RATE, TONES, LEVEL = 48000, (440.0, 660.0), 0.5  # left and right


class NdiShow:
    """Plays through an Outlet and remembers what it sent."""

    def __init__(self, name: str, size: tuple[int, int], fps: float) -> None:
        self.troubles: list[str] = []
        self.fps = fps
        self._tap = SampleRing(2 * RATE, 2)
        self.outlet = Outlet(NdiSink(name), PartSpec("output 1", "ndi", {}), Stage(size=size, fps=fps, rate=RATE),
                             self.troubles.append, self._tap)
        self._pictures = [_picture(size, index) for index in range(4)]
        self._sent: dict[int, int] = {}  # time in 100 ns → which of the pictures
        self._late: list[float] = []
        self._note = ""
        self._cpu = self._first = 0.0

    def play(self, is_over: Callable[[], bool], on_first: Callable[[], None] = lambda: None) -> None:
        """Play until `is_over`; call `on_first` when somebody receives."""
        began = time.monotonic()
        self._tap.epoch = began
        index = 0
        while not is_over():
            due = began + index / self.fps
            self._put(due, index)
            self._play_tones(int((due - began) * RATE))
            if not self._first and self.outlet.counts()["frames"]:
                self._first, self._cpu = self.outlet.counts()["frames"], time.process_time()
                on_first()
            if index % 30 == 0 and "no receiver" not in self.outlet.sink.note():
                self._note = self.outlet.sink.note()
            index += 1
            time.sleep(max(0.0, due + 1 / self.fps - time.monotonic()))
        self._cpu = time.process_time() - self._cpu

    def figures(self) -> dict[str, Any]:
        """Return what the sending side counted; CPU is that of the whole process, the library's threads included."""
        counts = self.outlet.counts()
        seen = max(counts["frames"] - self._first, 1)
        return {"sent": counts["frames"], "dropped": counts["dropped"], "blocks": counts["blocks"],
                "put_ms_p99": round(float(np.percentile(self._late, 99)), 3),
                "cpu_ms_a_frame": round(self._cpu / seen * 1000, 2), "note": self._note, "troubles": self.troubles}

    def compare(self, pixels: np.ndarray, code: float) -> dict[str, float]:
        """Return how far a received picture lies from the one sent at its time code."""
        sent = self._pictures[self._sent[round(code * 1e7)]]
        away = np.abs(pixels[..., :3].astype(int) - sent)
        return {"mean_away": round(float(away.mean()), 3), "most_away": int(away.max())}

    def missing(self, codes: np.ndarray) -> int:
        """Return how many frames between the first and the last received one did not arrive."""
        got = {round(code * 1e7) for code in codes}
        return len([code for code in self._sent if min(got) <= code <= max(got) and code not in got])

    def _put(self, due: float, index: int) -> None:
        self._sent[round(due * 1e7)] = index % len(self._pictures)
        began = time.monotonic()
        self.outlet.put(Picture(self._pictures[index % len(self._pictures)], due, index))
        self._late.append((time.monotonic() - began) * 1000)

    def _play_tones(self, until: int) -> None:
        place = np.arange(self._tap.written, until)[:, None] / RATE
        self._tap.write((LEVEL * np.sin(2 * np.pi * place * TONES)).astype(np.float32))


def stop_and_go(stop: Callable[[], None], go: Callable[[], None], seconds: float) -> None:
    """Call `stop` after a third of `seconds`, `go` after two thirds, from a thread."""
    for share, act in ((1 / 3, stop), (2 / 3, go)):
        timer = threading.Timer(seconds * share, act)
        timer.daemon = True
        timer.start()


def _picture(size: tuple[int, int], index: int) -> np.ndarray:
    """Return a smooth picture in colours of its own: a codec keeps it nearly as it is."""
    across, down = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    turn = index * np.pi / 2
    waves = [0.5 + 0.4 * np.sin(2 * np.pi * across + turn), 0.2 + 0.6 * down, 0.5 + 0.4 * np.cos(3 * down + turn)]
    return np.round(np.stack(waves, -1) * 255).astype(np.uint8)
