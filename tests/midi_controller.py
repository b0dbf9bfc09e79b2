"""The program of a MIDI controller on JACK: does what standard input says, and writes what it receives."""

from __future__ import annotations

import queue
import sys
import threading
import time

import rtmidi


def main(name: str, port: str) -> None:
    """Answer "done" to each line: send HEX, burst COUNT, unplug, plug; end when the input ends."""
    def plug() -> tuple[rtmidi.MidiIn, rtmidi.MidiOut]:
        receiver, sender = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name), rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name)
        receiver.ignore_types(False, False, False)
        for each in (receiver, sender):
            each.open_virtual_port(port)
        return receiver, sender

    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read_lines() -> None:
        for line in sys.stdin:
            lines.put(line)
        lines.put("end")

    threading.Thread(target=read_lines, daemon=True).start()
    ports: tuple[rtmidi.MidiIn, rtmidi.MidiOut] | None = plug()
    print("done", flush=True)
    while True:
        while ports and (message := ports[0].get_message()):
            print("got", bytes(message[0]).hex(), flush=True)
        if lines.empty():
            time.sleep(0.002)
            continue
        word, _, rest = lines.get().strip().partition(" ")
        if word == "send" and ports:
            ports[1].send_message(bytes.fromhex(rest))
        elif word == "burst" and ports:
            for place in range(int(rest)):
                ports[1].send_message([0xB0, 21, 77 if place == int(rest) - 1 else place % 128])
        elif word in ("unplug", "end"):
            for each in ports or ():
                each.delete()
            ports = None
        elif word == "plug":
            ports = plug()
        if word == "end":
            return
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
