"""LineDevice: a sound input as blocks at the show's own pace; its device lives in a process that is kept running."""

from __future__ import annotations

from typing import Any

import numpy as np

from liveart.core.memory_file import MemoryFile
from liveart.device_process import DeviceProcess
from liveart.errors import PatchError
from liveart.generators.line_feed import LineFeed, feed_bytes
from liveart.generators.line_input import Order
from liveart.generators.line_reader import LineReader
from liveart.sound_devices import INPUT


class LineDevice:
    """Opens the input whose name has `name` in it ("" the default) at `rate`; when it vanishes it is looked for.

    `read` raises a PatchError once when it has vanished, and gives silence until it is back.
    """

    def __init__(self, name: str, rate: int) -> None:
        self._rate = rate
        self._memory = MemoryFile(feed_bytes(), "liveart-line-")
        self._feed = LineFeed(self._memory.memory)
        self._reader = LineReader(self._feed.ring, rate)
        self._lost: PatchError | None = None
        self._label, self._device_delay = name, 0.0
        word = self._memory.word
        self._process = DeviceProcess("liveart.generators.line_input", INPUT, Order(word=word, name=name, rate=rate),
                                      self._on_word, self._on_gone, word if isinstance(word, int) else "")
        try:
            self._process.open()
        except PatchError:
            self.close()
            raise

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
        if not self._process.is_open:
            return f'"{self._label}" is not there'
        device = f" + {self._device_delay * 1000.0:.0f} ms device" if self._device_delay else ""
        return f'"{self._label}" {self._rate / 1000:g} kHz, {self._reader.delay * 1000.0:.0f} ms{device}'

    def close(self) -> None:
        """Stop; may be called twice."""
        self._process.close()
        if hasattr(self, "_feed"):
            self._feed.release()
            del self._feed
            self._memory.close()

    def _on_word(self, word: dict[str, Any]) -> None:
        if "open" in word:
            self._label, self._device_delay = word["open"], word["delay"]

    def _on_gone(self) -> None:
        self._lost = PatchError(f'the sound input "{self._label}" is gone.',
                                "It is used again as soon as it is back.")
