"""The process that owns a sound input: the device's thread writes what it hears into memory that its parent reads.

A process of its own because PortAudio can end one, see liveart/sound_devices.py.
"""

from __future__ import annotations

import json
import mmap
import sys
import threading
from dataclasses import dataclass
from typing import Any

from liveart.core.priority import go_first
from liveart.device_child import DeviceOrder, leave, open_when_there, say_open, told_to_go
from liveart.generators.line_feed import CHANNELS, LineFeed, feed_bytes
from liveart.sound_devices import INPUT, Device, is_running, open_stream

LOOK_EVERY = 1.0  # s between looks at the device
STALLED = 4       # looks, four a second, without a sample after which the device counts as gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(DeviceOrder):
    """What to listen to: the rate that the show has, and the memory (see MemoryFile.word) for what is heard."""

    word: int | str
    rate: int


def main() -> None:
    """Listen as the order on the command line says."""
    gone = told_to_go()
    sys.setswitchinterval(0.0005)
    go_first()
    order = Order(**json.loads(sys.argv[1]))
    with open(order.word, "r+b") as file:
        memory = mmap.mmap(file.fileno(), feed_bytes())
    feed = LineFeed(memory)

    def listen(device: Device) -> Any:
        feed.start()
        return open_stream(INPUT, device, order.rate, min(device.channels, CHANNELS), "low", feed.write)

    opened = open_when_there(order, INPUT, gone, listen)
    if opened is not None:
        say_open(*opened)
        _watch(opened[1], feed, gone)
    leave()


def _watch(stream: Any, feed: LineFeed, gone: threading.Event) -> None:
    """Return when told to go, or when nothing comes any more."""
    written, idle = -1, 0
    while not gone.wait(LOOK_EVERY / STALLED) and idle < STALLED:
        idle = idle + 1 if feed.ring.written == written or not is_running(stream) else 0
        written = feed.ring.written


if __name__ == "__main__":
    main()
