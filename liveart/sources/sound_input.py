"""The process that listens to a sound input: the device's thread copies, this one hears, its parent gets frames.

A process of its own because PortAudio can end one: with a dead JACK server it can be neither asked for its devices
anew nor shut down. And the conductor's hands stay free.

Says one JSON line on standard output for each thing that happens: {"open": device, "rate": n, "dt": seconds, "delay":
seconds by the device's own word} once it listens, a list of the numbers of a Frame, or {"error": [what, hint]}. The end
of standard input tells it to go.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, fields
from typing import Any

from liveart.core.ear import Ear
from liveart.core.features import Frame
from liveart.core.ring import RingReader, SampleRing
from liveart.errors import LiveartError
from liveart.sound_devices import INPUT, choose_device, open_stream, scan_devices

RING = 1 << 16  # frames, over a second
POLL = 0.005  # s
STALLED = 1.0  # s without a sample after which the device counts as gone
LOOK_EVERY = 1.0  # s between looks for an absent device

@dataclass(frozen=True, slots=True)
class Order:
    """What to listen to, and how. `is_patient`: wait for the device until it is there."""

    name: str
    gain: float
    is_auto: bool
    has_pitch: bool
    is_patient: bool

    def to_json(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))


def _listen(order: Order, gone: threading.Event) -> None:
    """Open the device (wait for it when patient) and tell what is heard, until told to go or it is gone."""
    said = ""
    while not gone.is_set():
        try:
            device = choose_device(INPUT, scan_devices(INPUT), order.name)
            ring = SampleRing(RING, min(device.channels, 2))
            stream = open_stream(INPUT, device, device.rate, ring.channels, "low",
                                 lambda samples, *_, ring=ring: ring.write(samples))
        except LiveartError as error:
            if str(error) != said:
                _say({"error": [error.what, error.hint]})
            said = str(error)
            if not order.is_patient:
                return
            gone.wait(LOOK_EVERY)
            continue
        ear = Ear(device.rate, order.gain, order.is_auto, order.has_pitch)
        _say({"open": device.name, "rate": device.rate, "dt": ear.dt, "delay": float(stream.latency)})
        _hear(ring.reader(), ear, gone)
        del stream  # kept until here: it plays as long as somebody holds it
        return


def _hear(reader: RingReader, ear: Ear, gone: threading.Event) -> None:
    fed, names = time.monotonic(), [field.name for field in fields(Frame)]
    while not gone.is_set() and time.monotonic() - fed < STALLED:
        time.sleep(POLL)  # cheaper than to wait for `gone`, two hundred times a second
        samples = reader.read()
        if len(samples):
            fed = time.monotonic()
            for frame in ear.feed(samples.mean(axis=1)):
                _say([getattr(frame, name) for name in names])


def _say(word: Any) -> None:
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
    gone = threading.Event()
    threading.Thread(target=_wait_for_end, args=(gone,), daemon=True).start()
    _listen(Order(**json.loads(sys.argv[1])), gone)
    sys.stdout.flush()
    os._exit(0)  # without PortAudio's own farewell, which may hang or abort when the device is gone


if __name__ == "__main__":
    main()
