"""The process that listens to a sound input: the device's thread copies, this one hears, its parent gets frames.

A process of its own because PortAudio can end one: with a dead JACK server it can be neither asked for its devices
anew nor shut down. And the conductor's hands stay free.

Beside what all such processes say (liveart/device_child.py), it says the numbers of each Frame as a list; "open" comes
with the "dt" in seconds between two frames.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass, fields
from typing import Any

from liveart.core.ear import Ear
from liveart.core.features import Frame
from liveart.core.ring import RingReader, SampleRing
from liveart.device_child import DeviceOrder, leave, open_when_there, say, say_open, told_to_go
from liveart.sound_devices import INPUT, Device, open_stream

RING = 1 << 16  # frames, over a second
POLL = 0.005  # s
STALLED = 1.0  # s without a sample after which the device counts as gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(DeviceOrder):
    """How to listen: see SoundSource."""

    gain: float
    is_auto: bool
    has_pitch: bool


def main() -> None:
    """Listen as the order on the command line says."""
    gone = told_to_go()
    order = Order(**json.loads(sys.argv[1]))
    rings: list[SampleRing] = []

    def listen(device: Device) -> Any:
        ring = SampleRing(RING, min(device.channels, 2))
        stream = open_stream(INPUT, device, device.rate, ring.channels, "low", lambda samples, *_: ring.write(samples))
        rings.append(ring)
        return stream

    opened = open_when_there(order, INPUT, gone, listen)
    if opened is not None:
        ear = Ear(opened[0].rate, order.gain, order.is_auto, order.has_pitch)
        say_open(*opened, dt=ear.dt)
        _hear(rings[-1].reader(), ear, gone)
    leave()


def _hear(reader: RingReader, ear: Ear, gone: threading.Event) -> None:
    fed, names = time.monotonic(), [field.name for field in fields(Frame)]
    while not gone.is_set() and time.monotonic() - fed < STALLED:
        time.sleep(POLL)  # cheaper than to wait for `gone`, two hundred times a second
        samples = reader.read()
        if len(samples):
            fed = time.monotonic()
            for frame in ear.feed(samples.mean(axis=1)):
                say([getattr(frame, name) for name in names])


if __name__ == "__main__":
    main()
