"""The `audio` sink: a sound device by name, fed from a prefilled ring, reopened by itself when it comes back."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from liveart.core.contract import Sink, Stage
from liveart.core.material import Material, Sound
from liveart.core.memory_file import MemoryFile
from liveart.errors import PatchError, SinkError
from liveart.sinks.audio_feed import ASKED, HEADROOM, RING, XRUNS, Feed, feed_bytes
from liveart.sinks.audio_player import Order
from liveart.sound_devices import end_python, start_python

OPEN_SECONDS = 20.0  # that a device may take to open, on a machine that is busy starting a show
QUIET_SECONDS = 0.3  # without a question of the device after which the show's clock leads
RETRY_SECONDS = 1.0
LEAST_BLOCKS = 1.25  # a quarter of one is left when the next is begun


class AudioSink(Sink):
    """Plays on a sound device. `name` is a part of its name ("" the default), `blocks` how many are kept ahead.

    The device paces the sound: `wanted` says how much it has room for. When the device vanishes, `wanted` is None,
    the show goes on by its clock, and the device is opened again as soon as it is back.
    """

    takes = frozenset({"sound"})
    is_quick: ClassVar[bool] = True

    def __init__(self, name: str = "", blocks: float = 6, latency: str = "low") -> None:
        if not isinstance(name, str):
            raise PatchError(f"an audio output can't be called {name!r}.", 'Write a part of its name, such as "USB".')
        if isinstance(blocks, bool) or not isinstance(blocks, int | float) or not LEAST_BLOCKS <= blocks <= 64:
            raise PatchError(f"an audio output can't keep {blocks!r} blocks ahead.",
                             f"Let blocks be {LEAST_BLOCKS:g} to 64.")
        if latency not in ("low", "high"):
            raise PatchError(f'an audio output has no latency "{latency}".', 'Write "low" or "high".')
        super().__init__(name)
        self._blocks, self._latency = blocks, latency
        self._feed: Feed | None = None
        self._watcher: threading.Thread | None = None
        self._closing = threading.Event()
        self._is_playing = False
        self._label = self._trouble = ""
        self._device_delay = 0.0
        self._asked, self._asked_at = -1.0, 0.0

    def open(self, stage: Stage) -> None:
        """Open the device and begin with silence. Raises SinkError, listing the devices, when it can't be had."""
        if stage.block * self._blocks > 16384:
            raise SinkError(f"{self._blocks} blocks of {stage.block} frames are too much to keep ahead.",
                            "Let blocks × block be 16384 or less.")
        self._rate = stage.rate
        self._closing.clear()
        self._memory = MemoryFile(feed_bytes(stage.channels), "liveart-audio-")
        self._feed = Feed(self._memory.memory, stage.channels, stage.block, self._blocks)
        order = Order(self._memory.word, self.name, stage.rate, stage.channels, stage.block, self._blocks,
                      self._latency, is_patient=False)
        first: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._watcher = threading.Thread(target=self._watch, args=(order, first), name="audio watcher", daemon=True)
        self._watcher.start()
        try:
            word = first.get(timeout=OPEN_SECONDS)
        except queue.Empty:
            word = {"error": [f"no answer from the sound output within {OPEN_SECONDS:.0f} s.", "Does its driver hang?"]}
        if "error" in word:
            self.close()
            raise SinkError(*word["error"])

    def send(self, material: Material) -> None:
        """Put one block of sound [frames, channels] behind what waits already; dropped while the device is gone."""
        if not isinstance(material, Sound) or self._feed is None:
            raise SinkError("an audio output takes sound, after it was opened.")
        if self._hears() and not self._feed.put(material.samples):
            raise SinkError(f"there was no room for {len(material.samples)} frames of sound.", "Ask `wanted` first.")

    def wanted(self) -> int | None:
        """Return how many frames it has room for now; None while the device is gone."""
        return self._feed.room if self._feed is not None and self._hears() else None

    def counts(self) -> Mapping[str, float]:
        """Return xruns since the start, and headroom: the least share of the buffer left in the last second."""
        if self._feed is None:
            return {"xruns": 0, "headroom": 1.0}
        return {"xruns": int(self._feed.counters[XRUNS]), "headroom": float(self._feed.counters[HEADROOM])}

    def note(self) -> str:
        """Return the device, its rate and how long sound waits in the buffer."""
        if self._feed is None:
            return ""
        if not self._is_playing:
            return f'"{self._label}" is gone, waiting for it: {self._trouble}'
        device = f" + {self._device_delay * 1000.0:.0f} ms device" if self._device_delay else ""
        return (f'"{self._label}" {self._rate / 1000:g} kHz, {self._feed.target / self._rate * 1000.0:.0f} ms buffer'
                f"{device}")

    def delay(self) -> float:
        """Return how long a block waits in the buffer and, by the device's own word, in the device."""
        if self._feed is None:
            return 0.0
        return float(max(self._feed.target, self._feed.ready) / self._rate + self._device_delay)

    def run_ahead(self, seconds: float) -> bool:
        """Keep so many seconds beside what waits as ever; say whether they wait already, or the device is gone."""
        if self._feed is None:
            return True
        self._feed.extra = max(min(int(seconds * self._rate), RING // 2 - self._feed.target), 0)
        return self._feed.room < self._feed.block or not self._hears()

    def close(self) -> None:
        """Stop and let go of the device; may be called twice."""
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join(10.0)
            self._watcher = None
        if self._feed is not None:
            self._feed.release()
            self._feed = None
            self._memory.close()

    def _hears(self) -> bool:
        """Say whether the device is there and asked for sound lately."""
        assert self._feed is not None
        if not self._is_playing:
            return False
        asked, now = float(self._feed.counters[ASKED]), time.monotonic()
        if asked != self._asked:
            self._asked, self._asked_at = asked, now
        return now - self._asked_at < QUIET_SECONDS

    def _watch(self, order: Order, first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Keep a player process running until closed: the first one must find the device, later ones wait for it."""
        while not self._closing.is_set():
            player = start_python("liveart.sinks.audio_player", order.to_json(), keep=order.file)
            listener = threading.Thread(target=self._listen, args=(player, first), name="audio listener", daemon=True)
            listener.start()
            while player.poll() is None and not self._closing.wait(0.05):
                pass
            end_python(player)
            listener.join(2.0)
            was_open, self._is_playing = self._is_playing, False
            if was_open:
                self._trouble = "it stopped asking for sound."
            if not order.is_patient and not was_open:
                first.put({"error": ["the sound output ended unexpectedly.", "Try another device."]})
                return
            order = replace(order, is_patient=True)
            self._closing.wait(RETRY_SECONDS)

    def _listen(self, player: subprocess.Popen[bytes], first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Take what the player says, until it ends."""
        assert player.stdout is not None
        with player.stdout:
            for line in player.stdout:
                word = json.loads(line)
                if "open" in word:
                    self._label, self._is_playing = word["open"], True
                    self._device_delay = word["delay"]
                    self._asked_at = time.monotonic()
                else:
                    self._trouble = word["error"][0]
                first.put(word)
