"""Packs the text of the layout, liveart.xml, into liveart.tosc, which TouchOSC opens. Needs Python only.

    python pack.py                          writes liveart.tosc beside this file
    python pack.py mine.xml mine.tosc
    python pack.py mine.tosc mine.xml       the other way: a layout that was changed in TouchOSC's editor, as text

A .tosc file is its XML compressed by zlib, nothing more.
"""

import sys
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

HERE = Path(__file__).parent
MOST = 64 << 20  # bytes of a layout's text: no real one comes near


def pack(text):
    """Return the bytes of a layout; raises ParseError for broken XML, ValueError for XML of another kind."""
    if ElementTree.fromstring(text).tag != "lexml":
        raise ValueError("this is no TouchOSC layout: its outermost element is not <lexml>.")
    return zlib.compress(text, 9)


def unpack(data):
    """Return the text of a layout; raises zlib.error when it is none, ValueError when it is endless."""
    opener = zlib.decompressobj()
    text = opener.decompress(data, MOST)
    if opener.unconsumed_tail:
        raise ValueError("this layout is larger than 64 MB.")
    return text


def main(words):
    """Read one file, write the other."""
    source = Path(words[0]) if words else HERE / "liveart.xml"
    is_layout = source.suffix == ".tosc"
    target = Path(words[1]) if len(words) > 1 else source.with_suffix(".xml" if is_layout else ".tosc")
    target.write_bytes((unpack if is_layout else pack)(source.read_bytes()))
    print(f"{target}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
