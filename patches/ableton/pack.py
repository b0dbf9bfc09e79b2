"""Wraps the text of the device, liveart.maxpat, into liveart.amxd, which Ableton Live loads. Needs Python only.

    python pack.py                          writes liveart.amxd beside this file
    python pack.py mine.maxpat mine.amxd

A device file is a row of chunks: four letters, a length (u32, little endian), so many bytes.
  "ampf"  the kind of device: "mmmm" MIDI effect, "aaaa" audio effect, "iiii" instrument
  "meta"  a number; 0
  "ptch"  the patcher as JSON text, ended by a newline and a zero byte
That is how devices look that were saved without being frozen, as far as it is publicly known; Live was not at hand.
"""

import json
import struct
import sys
from pathlib import Path

KIND = b"mmmm"  # a MIDI effect: it hears the notes of its track
HERE = Path(__file__).parent


def chunk(name, data):
    """Return one chunk."""
    return name + struct.pack("<I", len(data)) + data


def pack(text):
    """Return the bytes of a device; raises ValueError when the text is no patcher."""
    patcher = json.loads(text)["patcher"] if text.lstrip().startswith("{") else None
    if not patcher or not patcher.get("boxes"):
        raise ValueError("this is no Max patcher: its JSON has no boxes.")
    body = json.dumps({"patcher": patcher}, indent=1, ensure_ascii=False).encode("utf-8") + b"\n\0"
    return chunk(b"ampf", KIND) + chunk(b"meta", struct.pack("<I", 0)) + chunk(b"ptch", body)


def main(words):
    """Read one file, write the other."""
    source = Path(words[0]) if words else HERE / "liveart.maxpat"
    target = Path(words[1]) if len(words) > 1 else source.with_suffix(".amxd")
    device = pack(source.read_text(encoding="utf-8"))
    target.write_bytes(device)
    print(f"{target}: {len(device)} bytes. Drag it onto a MIDI track in Live, before the instrument.")


if __name__ == "__main__":
    main(sys.argv[1:])
