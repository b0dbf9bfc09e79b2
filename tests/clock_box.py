"""A drum machine's clock in a process of its own, on JACK: hands on all it hears, and writes down what and when.

usage: python clock_box.py NAME      ends with its input; then writes JSON: a list of [seconds, bytes as hex]
"""

from __future__ import annotations

import json
import sys
import time

import rtmidi


def main(name: str) -> None:
    """Hear and hand on until the input ends."""
    heard: list[tuple[float, str]] = []
    ear, mouth = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name), rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name)

    def hear(event: tuple[list[int], float], _data: object) -> None:
        heard.append((time.monotonic(), bytes(event[0]).hex()))
        mouth.send_message(event[0])

    ear.open_virtual_port("in")
    mouth.open_virtual_port("out")
    ear.ignore_types(False, False, False)
    ear.set_callback(hear)
    print("ready", flush=True)
    sys.stdin.read()
    ear.delete()
    mouth.delete()
    print(json.dumps(heard), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
