"""How fast hands are: OSC and MIDI to the finished frame of a running show, by turns in one run.

    python tests/bench_hands.py --seconds 20 --period 64

A show plays the built-in patch at 60 frames a second. A controller in another process (on JACK) and an OSC sender move
the same param in turn, at moments that have nothing to do with the frames. Measured is the time from when the driver
(MIDI) or the socket (OSC) had the message to when the first frame with it was finished.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import statistics
import tempfile
import time
from dataclasses import replace

from jack_server import start_jack
from midi_peer import Peer
from pythonosc.osc_message_builder import OscMessageBuilder

from liveart.core.binding import Binding
from liveart.midi.device import MidiDevice
from liveart.show.conductor import Conductor
from liveart.show.find_patch import find_patch
from liveart.show.patch import PartSpec
from liveart.sinks.shm_reader import ShmReader

ADDRESS = "/liveart/paint/hue"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--period", type=int, default=64, help="frames in a period of JACK")
    asked = parser.parse_args()
    server = start_jack(f"bench-{os.getpid()}", asked.period)
    os.environ |= {"JACK_DEFAULT_SERVER": server.name, "JACK_NO_START_SERVER": "1"}
    peer = Peer("nano")
    name = f"bench-{os.getpid()}"
    patch = replace(find_patch("tide"), osc_port=0, panel_port=0, file="", folder=tempfile.mkdtemp(),
                    outputs=(PartSpec("shm", "shm", {"name": name}),), midi=(MidiDevice("nano", "nano"),),
                    bindings=(Binding("cc 21", ADDRESS, "nano", takeover="jump"),))
    show = Conductor(patch, "bench")
    show.start()
    try:
        show.wait_ready()
        show.run(6.0)
        senders = {"osc": osc_sender(show), "midi": lambda step: peer.send(bytes([0xB0, 21, step]))}
        with ShmReader(name) as reader:
            for way, found in measure(show, reader, senders, asked.seconds).items():
                print(way, shown(found))
        print("\n".join(show.hands.notes()), show.child("picture").figures)
    finally:
        show.stop()
        peer.close()
        server.stop()


def osc_sender(show: Conductor):
    """Return a function that moves the param by OSC."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(step: int) -> None:
        builder = OscMessageBuilder(f"{ADDRESS}/norm")
        builder.add_arg(step / 127, "f")
        door.sendto(builder.build().dgram, ("127.0.0.1", show.osc.port))

    return send


def measure(show: Conductor, reader: ShmReader, senders, seconds: float) -> dict[str, list[float]]:
    """Move the param about ten times a second, now this way, now that; return what each took, in milliseconds."""
    found: dict[str, list[float]] = {way: [] for way in senders}
    newest, way, step = 0, "", 0
    due = time.monotonic()
    end = due + seconds
    while time.monotonic() < end:
        show.tick()
        frame = reader.read()
        if frame is not None and frame.received_ns > newest:
            newest = frame.received_ns
            if way:
                found[way].append((frame.finished_ns - frame.received_ns) / 1e6)
        if time.monotonic() >= due:
            way, step = random.choice(list(senders)), (step + 37) % 128
            senders[way](step)
            due = time.monotonic() + random.uniform(0.07, 0.13)
        time.sleep(0.004)
    return found


def shown(found: list[float]) -> str:
    """Return p50, p90 and p99."""
    ordered = sorted(found)
    return "  ".join([f"n {len(found)}", f"p50 {statistics.median(ordered):.2f} ms",
                      *(f"p{share} {ordered[len(ordered) * share // 100]:.2f} ms" for share in (90, 99))])


if __name__ == "__main__":
    main()
