"""What processes that own a sound device have in common: what they are told, what they say, when they go.

Each says one JSON line on standard output for each thing that happens: {"open": device, "delay": seconds by the
device's own word, …} once it has its device, or {"error": [what, hint]}. The end of standard input tells it to go.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from liveart.errors import LiveartError
from liveart.sound_devices import Device, Way, choose_device, scan_devices

LOOK_EVERY = 1.0  # s between looks for an absent device


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOrder:
    """Which device is wanted: `name` a part of its name. `is_patient`: wait for it until it is there."""

    name: str
    is_patient: bool = False

    def to_json(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))


def told_to_go() -> threading.Event:
    """Return what is set when the parent wants this process to end, or is gone. Ctrl-C is the conductor's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gone = threading.Event()

    def wait() -> None:
        sys.stdin.buffer.read()
        gone.set()

    threading.Thread(target=wait, daemon=True).start()
    return gone


def open_when_there(order: DeviceOrder, way: Way, gone: threading.Event,
                    open_device: Callable[[Device], Any]) -> tuple[Device, Any] | None:
    """Return the device and the running stream that `open_device` made of it; every fault is said once.

    None when told to go, or when the device can't be had and must not be waited for.
    """
    said = ""
    while not gone.is_set():
        try:
            device = choose_device(way, scan_devices(way), order.name)
            return device, open_device(device)
        except LiveartError as error:
            if str(error) != said:
                say({"error": [error.what, error.hint]})
            said = str(error)
        if not order.is_patient:
            return None
        gone.wait(LOOK_EVERY)
    return None


def say_open(device: Device, stream: Any, **more: Any) -> None:
    """Say that the device is open."""
    say({"open": device.name, "delay": round(float(stream.latency), 4), **more})


def say(word: Any) -> None:
    """Say one thing; with nobody there to listen any more, end."""
    try:
        print(json.dumps(word), flush=True)
    except OSError:
        os._exit(0)


def leave() -> None:
    """End without PortAudio's own farewell, which may hang or abort when the device is gone."""
    sys.stdout.flush()
    os._exit(0)
