"""The process that owns the sound device: reads the feed, plays it, and ends when its parent or the device is gone.

A process of its own for two reasons. The device's thread never waits for the interpreter that makes the sound. And
PortAudio can end a process: with a dead JACK server it can be neither asked for its devices anew nor shut down.
"""

from __future__ import annotations

import gc
import json
import mmap
import sys
import threading
from dataclasses import dataclass
from typing import Any

from liveart.core.priority import go_first
from liveart.device_child import DeviceOrder, leave, open_when_there, say_open, told_to_go
from liveart.sinks.audio_feed import ASKED, Feed, Feeder, feed_bytes
from liveart.sound_devices import OUTPUT, Device, is_running, open_stream

LOOK_EVERY = 1.0  # s between looks at the device
STALLED = 3       # looks without a single question of the device after which it counts as gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(DeviceOrder):
    """What is to be played: the feed's file (its path, or its number where that is handed on), and how."""

    file: int | str
    rate: int
    channels: int
    block: int
    blocks: float
    latency: str


def main() -> None:
    """Play as the order on the command line says."""
    gone = told_to_go()
    sys.setswitchinterval(0.0005)
    go_first()
    order = Order(**json.loads(sys.argv[1]))
    with open(order.file, "r+b") as file:
        memory = mmap.mmap(file.fileno(), feed_bytes(order.channels))
    feed = Feed(memory, order.channels, order.block, order.blocks)

    def play(device: Device) -> Any:
        channels = min(order.channels, device.channels)
        return open_stream(OUTPUT, device, order.rate, channels, order.latency, Feeder(feed, order.rate, channels))

    opened = open_when_there(order, OUTPUT, gone, play)
    if opened is not None:
        say_open(*opened)
        gc.disable()
        _watch(opened[1], feed, gone)
    leave()


def _watch(stream: Any, feed: Feed, gone: threading.Event) -> None:
    """Return when told to go, or when the device has stopped asking."""
    asked, idle = -1.0, 0
    while not gone.wait(LOOK_EVERY / STALLED) and idle < STALLED:
        idle = idle + 1 if feed.counters[ASKED] == asked or not is_running(stream) else 0
        asked = float(feed.counters[ASKED])


if __name__ == "__main__":
    main()
