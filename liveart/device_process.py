"""DeviceProcess: a process that owns a sound device, started again whenever it ends.

The first one must find the device; those after it wait until the device is back (see docs/decisions/0007).
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from liveart.device_child import DeviceOrder
from liveart.sound_devices import Way, end_python, start_python

OPEN_SECONDS = 20.0  # that a device may take to open, on a machine that is busy starting a show
RETRY_SECONDS = 1.0


class DeviceProcess:
    """Keeps `module` running with `order`, and gives every word that it says to `on_word`, in a thread of its own.

    way      input or output: for the words of its faults
    keep     the number of an open file that the process is to have too
    on_gone  called when a device that was open has gone
    """

    def __init__(self, module: str, way: Way, order: DeviceOrder, on_word: Callable[[Any], None],
                 on_gone: Callable[[], None], keep: int | str = "") -> None:
        self._module, self._way, self._order, self._keep = module, way, order, keep
        self._on_word, self._on_gone = on_word, on_gone
        self._closing = threading.Event()
        self._first: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._watcher: threading.Thread | None = None
        self.is_open = False

    def open(self) -> None:
        """Start it, and wait until its device is open. Raises the way's error when that can't be had."""
        self._closing.clear()
        self._first = queue.SimpleQueue()
        self._watcher = threading.Thread(target=self._watch, name=f"sound {self._way.word} watcher", daemon=True)
        self._watcher.start()
        try:
            word = self._first.get(timeout=OPEN_SECONDS)
        except queue.Empty:
            word = {"error": [f"no answer from the sound {self._way.word} within {OPEN_SECONDS:.0f} s.",
                              "Does its driver hang?"]}
        if "error" in word:
            self.close()
            raise self._way.error(*word["error"])

    def close(self) -> None:
        """End it; may be called twice."""
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join(10.0)
            self._watcher = None

    def _watch(self) -> None:
        order = self._order
        while not self._closing.is_set():
            self._run_once(order)
            was_open, self.is_open = self.is_open, False
            if self._closing.is_set():
                return
            if not was_open and not order.is_patient:
                self._first.put({"error": [f"the sound {self._way.word} ended unexpectedly.", "Try another device."]})
                return
            if was_open:
                self._on_gone()
            order = replace(order, is_patient=True)
            self._closing.wait(RETRY_SECONDS)

    def _run_once(self, order: DeviceOrder) -> None:
        """Return when the process has ended, or was ended as this is to be closed."""
        try:
            process = start_python(self._module, order.to_json(), keep=self._keep)
        except OSError as error:  # no room for one more process now
            self._first.put({"error": [f"no sound {self._way.word} can be opened: {error}.", "Close other programs."]})
            return
        reader = threading.Thread(target=self._read, args=(process,), name=f"sound {self._way.word}", daemon=True)
        reader.start()
        while process.poll() is None and not self._closing.wait(0.05):
            pass
        end_python(process)
        reader.join(2.0)

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Take what the process says, until it ends."""
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if self._closing.is_set():
                    return
                word = json.loads(line)
                self._on_word(word)
                if isinstance(word, dict):
                    self.is_open = self.is_open or "open" in word
                    self._first.put(word)
