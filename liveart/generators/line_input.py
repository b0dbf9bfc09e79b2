"""The process that owns a sound input: the device's thread writes what it hears into memory that its parent reads.

A process of its own because PortAudio can end one, see liveart/sound_devices.py.

Says one JSON line on standard output for each thing that happens: {"open": device, "delay": seconds} once it listens,
or {"error": [what, hint]}. The end of standard input tells it to go.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass

from liveart.core.priority import go_first
from liveart.errors import LiveartError
from liveart.generators.line_feed import CHANNELS, LineFeed, feed_bytes
from liveart.sound_devices import INPUT, choose_device, is_running, open_stream, scan_devices

LOOK_EVERY = 1.0  # s between looks for an absent device
STALLED = 4       # looks, four a second, without a sample after which the device counts as gone


@dataclass(frozen=True, slots=True)
class Order:
    """What to listen to: the device, the rate that the show has, and the memory (see MemoryFile.word) for it.

    `is_patient`: wait for the device until it is there.
    """

    word: int | str
    name: str
    rate: int
    is_patient: bool

    def to_json(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))


def _listen(order: Order, feed: LineFeed, gone: threading.Event) -> None:
    """Open the device (wait for it when patient) and let it write, until told to go or it is gone."""
    said = ""
    while not gone.is_set():
        try:
            device = choose_device(INPUT, scan_devices(INPUT), order.name)
            feed.start()
            stream = open_stream(INPUT, device, order.rate, min(device.channels, CHANNELS), "low", feed.write)
        except LiveartError as error:
            if str(error) != said:
                _say({"error": [error.what, error.hint]})
            said = str(error)
            if not order.is_patient:
                return
            gone.wait(LOOK_EVERY)
            continue
        _say({"open": device.name, "delay": round(float(stream.latency), 4)})
        written, idle = -1, 0
        while not gone.wait(LOOK_EVERY / STALLED) and idle < STALLED:
            idle = idle + 1 if feed.ring.written == written or not is_running(stream) else 0
            written = feed.ring.written
        return


def _say(word: dict[str, object]) -> None:
    try:
        print(json.dumps(word), flush=True)
    except OSError:
        os._exit(0)  # nobody listens any more


def _wait_for_end(gone: threading.Event) -> None:
    sys.stdin.buffer.read()
    gone.set()


def main() -> None:
    """Listen as the order on the command line says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's affair
    sys.setswitchinterval(0.0005)
    go_first()
    order = Order(**json.loads(sys.argv[1]))
    gone = threading.Event()
    threading.Thread(target=_wait_for_end, args=(gone,), daemon=True).start()
    with open(order.word, "r+b") as file:
        memory = mmap.mmap(file.fileno(), feed_bytes())
    _listen(order, LineFeed(memory), gone)
    sys.stdout.flush()
    os._exit(0)  # without PortAudio's own farewell, which may hang or abort when the device is gone


if __name__ == "__main__":
    main()
