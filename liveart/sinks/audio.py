"""The `audio` sink: a sound device by name, fed from a prefilled ring, reopened by itself when it comes back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from liveart.core.contract import Sink, Stage
from liveart.core.material import Material, Sound
from liveart.core.memory_file import MemoryFile
from liveart.device_process import DeviceProcess
from liveart.errors import PatchError, SinkError
from liveart.sinks.audio_feed import ASKED, HEADROOM, RING, XRUNS, Feed, feed_bytes
from liveart.sinks.audio_player import Order
from liveart.sound_devices import OUTPUT

QUIET_SECONDS = 0.3  # without a question of the device after which the show's clock leads
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
        self._process: DeviceProcess | None = None
        self._label = self._trouble = ""
        self._device_delay = 0.0
        self._asked, self._asked_at = -1.0, 0.0

    def open(self, stage: Stage) -> None:
        """Open the device and begin with silence. Raises SinkError, listing the devices, when it can't be had."""
        if stage.block * self._blocks > 16384:
            raise SinkError(f"{self._blocks} blocks of {stage.block} frames are too much to keep ahead.",
                            "Let blocks × block be 16384 or less.")
        self._rate = stage.rate
        self._memory = MemoryFile(feed_bytes(stage.channels), "liveart-audio-")
        self._feed = Feed(self._memory.memory, stage.channels, stage.block, self._blocks)
        order = Order(name=self.name, file=self._memory.word, rate=stage.rate, channels=stage.channels,
                      block=stage.block, blocks=self._blocks, latency=self._latency)
        self._process = DeviceProcess("liveart.sinks.audio_player", OUTPUT, order, self._on_word, self._on_gone,
                                      keep=order.file)
        try:
            self._process.open()
        except SinkError:
            self.close()
            raise

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
        if self._process is not None:
            self._process.close()
            self._process = None
        if self._feed is not None:
            self._feed.release()
            self._feed = None
            self._memory.close()

    @property
    def _is_playing(self) -> bool:
        return self._process is not None and self._process.is_open

    def _hears(self) -> bool:
        """Say whether the device is there and asked for sound lately."""
        assert self._feed is not None
        if not self._is_playing:
            return False
        asked, now = float(self._feed.counters[ASKED]), time.monotonic()
        if asked != self._asked:
            self._asked, self._asked_at = asked, now
        return now - self._asked_at < QUIET_SECONDS

    def _on_word(self, word: dict[str, Any]) -> None:
        if "open" in word:
            self._label, self._device_delay = word["open"], word["delay"]
            self._asked_at = time.monotonic()
        else:
            self._trouble = word["error"][0]

    def _on_gone(self) -> None:
        self._trouble = "it stopped asking for sound."
