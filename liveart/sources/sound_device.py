"""DeviceEar: a sound input, heard by a process that is started again whenever it ends."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from liveart.core.event import CLOCKED, Event
from liveart.core.features import Frame
from liveart.core.param import Value
from liveart.errors import LiveartError, PatchError
from liveart.sound_devices import start_python
from liveart.sources.sound_follow import Follower
from liveart.sources.sound_input import Order

ORIGIN = f"{CLOCKED} sound"  # no hand waits for it to be seen
OPEN_SECONDS = 20.0  # that a device may take to open, on a machine that is busy starting a show
RETRY_SECONDS = 1.0

Put = Callable[[list[Event]], Sequence[Any]]


class DeviceEar:
    """Hears the input that an order names, and puts what it moves as it comes."""

    def __init__(self, order: Order, make_follower: Callable[[float], Follower]) -> None:
        self._order = order
        self._make_follower = make_follower
        self.follower: Follower | None = None
        self.delay = 0.0  # seconds from a sound to its coming in, by the device's own word
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None
        self._troubles: deque[LiveartError] = deque(maxlen=4)
        self._label, self._is_open = order.name or "sound input", False
        self._has_begun = False  # before the first tick a show has no players yet that could be moved

    def open(self, put: Put) -> None:
        self.close()
        self._closing.clear()
        self._troubles.clear()
        self._has_begun = False
        first: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._watcher = threading.Thread(target=self._watch, args=(put, first), name="sound in", daemon=True)
        self._watcher.start()
        try:
            word = first.get(timeout=OPEN_SECONDS)
        except queue.Empty:
            word = {"error": [f"no answer from the sound input within {OPEN_SECONDS:.0f} s.", "Does its driver hang?"]}
        if "error" in word:
            self.close()
            raise PatchError(*word["error"])

    def tick(self, now: float) -> Iterable[tuple[str, Value]]:
        self._has_begun = True
        if self._troubles:
            raise self._troubles.popleft()
        return ()

    def close(self) -> None:
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join(10.0)
            self._watcher = None

    def note(self) -> str:
        return f'"{self._label}"' if self._is_open else f'"{self._label}" is not there'

    def _watch(self, put: Put, first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Keep a listening process running until closed: the first must find the device, later ones wait for it."""
        order = self._order
        while not self._closing.is_set():
            try:
                listener = start_python("liveart.sources.sound_input", order.to_json())
            except OSError as error:  # no room for one more process now
                self._troubles.append(LiveartError(f"no sound input can be listened to: {error}."))
                first.put({"error": [f"no sound input can be listened to: {error}.", ""]})
                self._closing.wait(RETRY_SECONDS)
                continue
            reader = threading.Thread(target=self._read, args=(listener, put, first), name="sound frames", daemon=True)
            reader.start()
            while listener.poll() is None and not self._closing.wait(0.05):
                pass
            _end(listener)
            reader.join(2.0)
            if self._closing.is_set():
                return
            if not self._is_open and not order.is_patient:
                first.put({"error": ["the sound input ended unexpectedly.", "Try another device."]})
                return
            if self._is_open:
                self._is_open = False
                self._troubles.append(LiveartError(f'the sound input "{self._label}" is gone.',
                                                   "It is used again as soon as it is back."))
            order = replace(order, is_patient=True)
            self._closing.wait(RETRY_SECONDS)

    def _read(self, listener: subprocess.Popen[bytes], put: Put, first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Take what the listening process says, until it ends."""
        assert listener.stdout is not None
        with listener.stdout:
            for line in listener.stdout:
                word = json.loads(line)
                if isinstance(word, dict):
                    first.put(word)
                    if "open" in word:
                        self._label, self._is_open, self.delay = word["open"], True, word["delay"]
                        self.follower = self._make_follower(word["dt"])
                elif self.follower is not None and self._has_begun and not self._closing.is_set():
                    self._put(put, self.follower.step(Frame(*word)))

    def _put(self, put: Put, moves: list[tuple[str, Value]]) -> None:
        if not moves:
            return
        now = time.monotonic()
        try:
            put([Event(address, value, now, ORIGIN) for address, value in moves])
        except Exception as error:  # a fault elsewhere must not make the show deaf
            self._troubles.append(LiveartError(f"what was heard is lost to {type(error).__name__}: {error}."))


def _end(listener: subprocess.Popen[bytes]) -> None:
    """Tell the process to go, and see that it does."""
    assert listener.stdin is not None
    try:
        listener.stdin.close()
        listener.wait(3.0)
    except subprocess.TimeoutExpired:
        listener.kill()
        listener.wait(3.0)
    except OSError:  # it has gone already
        listener.wait(3.0)
