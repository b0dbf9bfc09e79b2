"""The process that owns the sound device: reads the feed, plays it, and ends when its parent or the device is gone.

A process of its own for two reasons. The device's thread never waits for the interpreter that makes the sound. And
PortAudio can end a process: with a dead JACK server it can be neither asked for its devices anew nor shut down.

Says one JSON line on standard output for each thing that happens: {"open": device, "channels": n}, or
{"error": [what, hint]}. The end of standard input tells it to go.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Any

from liveart.core.priority import go_first
from liveart.errors import SinkError
from liveart.sinks.audio_feed import ASKED, Feed, Feeder, feed_bytes
from liveart.sound_devices import OUTPUT, choose_device, is_running, open_stream, scan_devices

LOOK_EVERY = 1.0  # s between looks at the device, or for it
STALLED = 3       # looks without a single question of the device after which it counts as gone


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played: the feed's file (its path, or its number where that is handed on), and the device.

    `is_patient`: wait for the device until it is there.
    """

    file: int | str
    name: str
    rate: int
    channels: int
    block: int
    blocks: float
    latency: str
    is_patient: bool

    def to_json(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))


def main() -> None:
    """Play as the order on the command line says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's affair
    sys.setswitchinterval(0.0005)
    go_first()
    order = Order(**json.loads(sys.argv[1]))
    gone = threading.Event()
    threading.Thread(target=_wait_for_end, args=(gone,), daemon=True).start()
    with open(order.file, "r+b") as file:
        memory = mmap.mmap(file.fileno(), feed_bytes(order.channels))
    feed = Feed(memory, order.channels, order.block, order.blocks)
    stream = _open(order, feed, gone)
    if stream is not None:
        gc.disable()
        _watch(stream, feed, gone)
    os._exit(0)  # without PortAudio's own farewell, which may hang or abort when the device is gone


def _wait_for_end(gone: threading.Event) -> None:
    sys.stdin.buffer.read()
    gone.set()


def _open(order: Order, feed: Feed, gone: threading.Event) -> Any:
    """Return the running stream; None when told to go, or when the device is absent and must not be waited for."""
    said = ""
    while not gone.is_set():
        try:
            device = choose_device(OUTPUT, scan_devices(OUTPUT), order.name)
            channels = min(order.channels, device.channels)
            stream = open_stream(OUTPUT, device, order.rate, channels, order.latency,
                                 Feeder(feed, order.rate, channels))
        except SinkError as error:
            if str(error) != said:
                _say({"error": [error.what, error.hint]})
            said = str(error)
            if not order.is_patient:
                return None
            gone.wait(LOOK_EVERY)
            continue
        _say({"open": device.name, "channels": channels, "delay": round(float(stream.latency), 4)})
        return stream
    return None


def _watch(stream: Any, feed: Feed, gone: threading.Event) -> None:
    """Return when told to go, or when the device has stopped asking."""
    asked, idle = -1.0, 0
    while not gone.wait(LOOK_EVERY / STALLED) and idle < STALLED:
        idle = idle + 1 if feed.counters[ASKED] == asked or not is_running(stream) else 0
        asked = float(feed.counters[ASKED])


def _say(word: dict[str, Any]) -> None:
    try:
        print(json.dumps(word), flush=True)
    except OSError:
        os._exit(0)  # nobody listens any more


if __name__ == "__main__":
    main()
