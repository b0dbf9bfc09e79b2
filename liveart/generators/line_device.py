"""LineDevice: a sound input as blocks at the show's own pace; its device lives in a process that is kept running."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from dataclasses import replace
from typing import Any

import numpy as np

from liveart.core.memory_file import MemoryFile
from liveart.errors import PatchError
from liveart.generators.line_feed import LineFeed, feed_bytes
from liveart.generators.line_input import Order
from liveart.generators.line_reader import LineReader
from liveart.sound_devices import end_python, start_python

OPEN_SECONDS = 20.0  # that a device may take to open, on a machine that is busy starting a show
RETRY_SECONDS = 1.0


class LineDevice:
    """Opens the input whose name has `name` in it ("" the default) at `rate`; when it vanishes it is looked for.

    `read` raises a PatchError once when it has vanished, and gives silence until it is back.
    """

    def __init__(self, name: str, rate: int) -> None:
        self._rate = rate
        self._memory = MemoryFile(feed_bytes(), "liveart-line-")
        self._feed = LineFeed(self._memory.memory)
        self._reader = LineReader(self._feed.ring, rate)
        self._closing = threading.Event()
        self._lost: PatchError | None = None
        self._label, self._is_open, self._device_delay = name, False, 0.0
        first: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        order = Order(self._memory.word, name, rate, is_patient=False)
        self._watcher = threading.Thread(target=self._watch, args=(order, first), name="line watcher", daemon=True)
        self._watcher.start()
        try:
            word = first.get(timeout=OPEN_SECONDS)
        except queue.Empty:
            word = {"error": [f"no answer from the sound input within {OPEN_SECONDS:.0f} s.", "Does its driver hang?"]}
        if "error" in word:
            self.close()
            raise PatchError(*word["error"])

    def read(self, frames: int) -> np.ndarray:
        """Return the next float32 [frames, 2]."""
        lost, self._lost = self._lost, None
        if lost is not None:
            raise lost
        self._reader.period = self._feed.period
        return self._reader.read(frames)

    @property
    def gaps(self) -> int:
        """How often nothing was there to be read."""
        return self._reader.gaps

    def note(self) -> str:
        """Return the device, and how long sound takes through it."""
        if not self._is_open:
            return f'"{self._label}" is not there'
        device = f" + {self._device_delay * 1000.0:.0f} ms device" if self._device_delay else ""
        return f'"{self._label}" {self._rate / 1000:g} kHz, {self._reader.delay * 1000.0:.0f} ms{device}'

    def close(self) -> None:
        """Stop; may be called twice."""
        self._closing.set()
        if self._watcher.is_alive():
            self._watcher.join(10.0)
        if hasattr(self, "_feed"):
            self._feed.release()
            del self._feed
            self._memory.close()

    def _watch(self, order: Order, first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Keep a listening process running until closed: the first must find the device, later ones wait for it."""
        while not self._closing.is_set():
            keep = order.word if isinstance(order.word, int) else ""
            try:
                listener = start_python("liveart.generators.line_input", order.to_json(), keep=keep)
            except OSError as error:  # no room for one more process now
                first.put({"error": [f"no sound input can be opened: {error}.", "Close other programs."]})
                self._closing.wait(RETRY_SECONDS)
                continue
            hearer = threading.Thread(target=self._hear, args=(listener, first), name="line listener", daemon=True)
            hearer.start()
            while listener.poll() is None and not self._closing.wait(0.05):
                pass
            end_python(listener)
            hearer.join(2.0)
            was_open, self._is_open = self._is_open, False
            if self._closing.is_set():
                return
            if not was_open and not order.is_patient:
                first.put({"error": ["the sound input ended unexpectedly.", "Try another device."]})
                return
            if was_open:
                self._lost = PatchError(f'the sound input "{self._label}" is gone.',
                                        "It is used again as soon as it is back.")
            order = replace(order, is_patient=True)
            self._closing.wait(RETRY_SECONDS)

    def _hear(self, listener: subprocess.Popen[bytes], first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Take what the listening process says, until it ends."""
        assert listener.stdout is not None
        with listener.stdout:
            for line in listener.stdout:
                word = json.loads(line)
                if "open" in word:
                    self._label, self._device_delay, self._is_open = word["open"], word["delay"], True
                first.put(word)
