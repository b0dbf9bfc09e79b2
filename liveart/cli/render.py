"""`liveart render`: a patch (and a take) to a film or a sound file, the same every time."""

from __future__ import annotations

import argparse
from typing import Any

from tqdm import tqdm

from liveart.cli.options import apply_settings, from_here
from liveart.core.contract import Sink
from liveart.core.registry import find_part
from liveart.errors import UsageError
from liveart.show.find_patch import find_patch
from liveart.show.offline import Offline
from liveart.show.take import read_take

EXAMPLE = "example: liveart render tide -o tide.mp4 --seconds 60 --size 1024x1024"


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("render", help="write a show to a file, offline and repeatable", epilog=EXAMPLE)
    parser.add_argument("patch", metavar="PATCH", help="as for liveart play")
    parser.add_argument("-o", "--output-file", required=True, metavar="OUT", dest="out",
                        help="out.mp4, out.wav or frames/ for numbered PNGs; an existing file is replaced")
    parser.add_argument("--seconds", type=float, metavar="N", help="how long; the take's length when left out")
    parser.add_argument("--take", metavar="FILE", help="replay this performance")
    parser.add_argument("--size", metavar="WxH", help="another picture size than the patch's")
    parser.add_argument("--fps", type=float, metavar="N", help="another frame rate than the patch's")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Render; return the exit code."""
    patch = apply_settings(find_patch(args.patch), args)
    take = read_take(args.take) if args.take else None
    patch = take.dress(patch) if take else patch
    seconds = args.seconds if args.seconds is not None else (take.seconds + 1.0 if take else 0.0)
    if not 0 < seconds < 1e6:
        raise UsageError("how long shall it be?", "Give --seconds N, or a take.")
    show = Offline(patch, take.events if take else ())
    sink = _open_sink(args.out, show)
    try:
        _write(show, sink, seconds)
    finally:
        sink.close()
        show.close()
    for text in dict.fromkeys(show.troubles):
        print(f"note: {text}")
    made = f"{patch.size[0]}x{patch.size[1]} at {patch.fps:g} fps" if "picture" in sink.takes else f"{patch.rate} Hz"
    print(f"{args.out}: {seconds:g} s, {made}")
    return 0


def _open_sink(out: str, show: Offline) -> Sink:
    sound = bool(show.patch.players_of("sound"))
    sink: Sink = find_part("sink", "file")(from_here(out), sound=sound, overwrite=True, preset="medium")
    sink.open(show.patch.stage(show.device))
    return sink


def _write(show: Offline, sink: Sink, seconds: float) -> None:
    with tqdm(total=round(seconds * show.patch.fps), unit="frame", dynamic_ncols=True, disable=None) as bar:
        for material in show.materials(seconds):
            is_picture = hasattr(material, "pixels")
            if ("picture" if is_picture else "sound") in sink.takes:
                sink.send(material)
            bar.update(is_picture)
