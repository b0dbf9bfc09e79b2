"""Draws docs/hosts/<host>.svg: which part of a host is wired to which part of liveart. `make wiring` runs it.

One table below says it all; the pictures are plain text and the same on every machine.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from html import escape
from pathlib import Path

HOSTS = Path(__file__).parent / "hosts"
WIDTH, LEFT, RIGHT, BOX = 900, 24, 626, 250  # of the picture; where the two boxes begin; how wide they are
TOP, ROW = 74, 66
COLOURS = {"control": "#2f7fd0", "feedback": "#2f7fd0", "picture": "#c05a1e", "sound": "#7a4fb5",
           "tempo": "#2b8a57"}
FONT = "font-family='DejaVu Sans, Verdana, sans-serif'"


@dataclass(frozen=True, slots=True)
class Cable:
    """One line between a host and liveart: `way` is "to" liveart, "from" it, or "both"."""

    kind: str
    way: str
    host: str
    label: str
    liveart: str


WIRING: dict[str, tuple[str, tuple[Cable, ...]]] = {
    "touchdesigner": ("TouchDesigner", (
        Cable("control", "to", "OSC Out DAT", "OSC, UDP port 9000", "addresses"),
        Cable("feedback", "from", "OSC In DAT", "OSC, UDP port 9001", "every change"),
        Cable("picture", "from", "NDI In TOP", "NDI", "--output ndi"),
        Cable("picture", "from", "Script TOP", "shared memory, same machine", "--output shm:stage"))),
    "resolume": ("Resolume", (
        Cable("picture", "from", "Sources: a clip", "NDI", "[[outputs]] ndi"),
        Cable("control", "to", "OSC output", "OSC, UDP port 9000", "[[bindings]]"),
        Cable("control", "from", "OSC input", "OSC, UDP port 7000", "[[outputs]] osc"),
        Cable("tempo", "both", "Ableton Link", "Link", "[clock] follow"))),
    "ableton": ("Ableton Live", (
        Cable("control", "to", "liveart.amxd", "OSC, UDP port 9000", "addresses"),
        Cable("control", "to", "a MIDI track", 'MIDI, a port called "liveart"', "[midi.live]"),
        Cable("tempo", "both", "Link, or MIDI Sync", "tempo and beat", "[clock] follow"),
        Cable("sound", "from", "an audio input", "a sound device, JACK, loopback", "--output audio"))),
    "max": ("Max 8", (
        Cable("control", "to", "udpsend", "OSC, UDP port 9000", "addresses"),
        Cable("feedback", "from", "udpreceive", "OSC, UDP port 9001", "every change"))),
    "puredata": ("Pure Data", (
        Cable("control", "to", "netsend -u -b", "OSC, UDP port 9000", "addresses"),
        Cable("feedback", "from", "netreceive -u -b", "OSC, UDP port 9001", "every change"),
        Cable("tempo", "to", "abl_link~ (if you like)", "tempo and beat, by OSC", "clock"))),
    "supercollider": ("SuperCollider", (
        Cable("control", "to", "NetAddr", "OSC, UDP port 9000", "addresses, notes"),
        Cable("feedback", "from", "the language's port", "OSC, UDP port 57120", "every change"))),
    "obs": ("OBS Studio", (
        Cable("picture", "from", "NDI Source", "NDI, picture and sound", "--output ndi"),
        Cable("picture", "from", "Window or Screen Capture", "the screen", "--output window"),
        Cable("picture", "from", "Media Source", "a file", "--output file:set.mp4"),
        Cable("picture", "from", "Browser Source", "http, port 8321", "the panel"))),
    "touchosc": ("TouchOSC", (
        Cable("control", "to", "Connections: OSC, send", "OSC, UDP port 9000, wifi", "addresses"),
        Cable("feedback", "from", "Connections: OSC, receive", "OSC, UDP port 9001, wifi", "every change"))),
    "open-stage-control": ("Open Stage Control", (
        Cable("control", "to", "--send 127.0.0.1:9000", "OSC, UDP port 9000", "addresses"),
        Cable("feedback", "from", "--osc-port 9001", "OSC, UDP port 9001", "every change"))),
}


def draw(title: str, cables: tuple[Cable, ...]) -> str:
    """Return the SVG of one host."""
    height = TOP + ROW * len(cables) + 20
    parts = [f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' "
             f"height='{height}' role='img' aria-label='{escape(title)} and liveart'>",
             f"<rect width='{WIDTH}' height='{height}' rx='14' fill='#f6f5f2'/>",
             box(LEFT, height, title), box(RIGHT, height, "liveart")]
    for number, cable in enumerate(cables):
        parts.append(line(cable, TOP + ROW * number + ROW // 2))
    return "\n".join([*parts, "</svg>"]) + "\n"


def box(x: int, height: int, title: str) -> str:
    """Return the box of one program with its name."""
    return (f"<rect x='{x}' y='18' width='{BOX}' height='{height - 36}' rx='10' fill='#ffffff' stroke='#3a3a3a' "
            f"stroke-width='1.5'/>\n{text(x + BOX // 2, 50, title, 20, '#202020', 'bold')}")


def line(cable: Cable, y: int) -> str:
    """Return one cable with a socket at each end, its arrows, and what stands beside them."""
    colour, start, end = COLOURS[cable.kind], LEFT + BOX, RIGHT
    parts = [socket(LEFT + 14, y, cable.host, colour), socket(RIGHT + 14, y, cable.liveart, colour),
             f"<path d='M{start + 4} {y} H{end - 4}' stroke='{colour}' stroke-width='3'/>"]
    if cable.way in ("to", "both"):
        parts.append(f"<path d='M{end} {y} l-15 -8 v16 z' fill='{colour}'/>")
    if cable.way in ("from", "both"):
        parts.append(f"<path d='M{start} {y} l15 -8 v16 z' fill='{colour}'/>")
    parts.append(text((start + end) // 2, y - 10, cable.kind, 15, colour, "bold"))
    parts.append(text((start + end) // 2, y + 20, cable.label, 13, "#404040"))
    return "\n".join(parts)


def socket(x: int, y: int, name: str, colour: str) -> str:
    """Return the named part of a program at which a cable ends."""
    return (f"<rect x='{x}' y='{y - 19}' width='{BOX - 28}' height='38' rx='6' fill='{colour}' fill-opacity='0.12' "
            f"stroke='{colour}'/>\n{text(x + (BOX - 28) // 2, y + 5, name, 14, '#202020')}")


def text(x: int, y: int, words: str, size: int, colour: str, weight: str = "normal") -> str:
    """Return centred words."""
    return (f"<text x='{x}' y='{y}' {FONT} font-size='{size}' font-weight='{weight}' fill='{colour}' "
            f"text-anchor='middle'>{escape(words)}</text>")


def main() -> None:
    """Draw all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=HOSTS, help="where the pictures go")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for host, (title, cables) in WIRING.items():
        (folder / f"{host}.svg").write_text(draw(title, cables), encoding="utf-8")
    print(f"{folder}: {len(WIRING)} pictures")


if __name__ == "__main__":
    main()
