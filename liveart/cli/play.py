"""`liveart play`: a show, live, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import signal
import threading
import time
from pathlib import Path
from typing import IO, Any

from liveart import __version__
from liveart.cli.keyboard import Keyboard
from liveart.cli.options import apply_settings, parse_set
from liveart.cli.play_keys import PlayKeys
from liveart.cli.status_line import StatusLine
from liveart.core.event import Event
from liveart.errors import LiveartError, UsageError
from liveart.show.conductor import Conductor
from liveart.show.find_patch import find_patch
from liveart.show.host import ShowHost
from liveart.show.take import read_take

CARD_PATIENCE = 3.0  # seconds
EXAMPLE = "example: liveart play tide --output shm:stage --output file:set.mp4"


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("play", help="play a patch, a model or a generator of your own", epilog=EXAMPLE)
    parser.add_argument("patch", nargs="?", metavar="PATCH",
                        help="patch file, shipped patch, model (folder or name), or my.py:MyGenerator; "
                             "the built-in patch when left out")
    parser.add_argument("--headless", action="store_true",
                        help="write plain lines and open no window (the panel shows the picture)")
    parser.add_argument("--seconds", type=float, metavar="N", help="stop after N seconds of playing")
    parser.add_argument("--osc-port", type=int, metavar="N", help="receive OSC here (0: any free port)")
    parser.add_argument("--panel-port", type=int, metavar="N", help="serve the panel here (0: any free port)")
    parser.add_argument("--set", action="append", default=[], metavar="ADDRESS=VALUE",
                        help="start with this value; may be given several times")
    parser.add_argument("--stats", metavar="FILE", help="write one line of figures (JSON) a second")
    parser.add_argument("--output", action="append", metavar="KIND[:NAME]",
                        help="add an output: window:2 (full screen on screen 2), ndi, shm:stage, file:set.mp4, "
                             'audio:"USB", null; may be given several times')
    parser.add_argument("--take", metavar="FILE", help="replay a recorded take")
    parser.add_argument("--record-take", metavar="FILE", help="record what the hands do, to replay or render later")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play until Ctrl-C, SIGTERM or --seconds; return the exit code."""
    if args.seconds is not None and args.seconds <= 0:
        raise UsageError(f"--seconds {args.seconds:g} is impossible.", "Give a number above 0.")
    patch = apply_settings(find_patch(args.patch), args).on_screen(not args.headless)
    starts = [parse_set(word) for word in args.set]
    take = read_take(args.take) if args.take else None
    patch = take.dress(patch) if take else patch
    line = StatusLine(plain=args.headless)
    conductor = Conductor(patch, __version__, tell=line.say)
    _end_on_signal()
    conductor.start()
    try:
        with Show(conductor, args, line) as show:
            conductor.wait_ready()
            if args.record_take:
                line.say(f"the take goes to {conductor.record_take(args.record_take)}")
            _put_starts(conductor, starts)
            if take:
                conductor.replay(take.events)
            _meet_outputs(conductor)
            has_keys = not args.headless and show.keyboard.open()
            line.card(show.host.status(), patch, show.panel.url, has_keys)
            conductor.run(args.seconds, show.each)
    except KeyboardInterrupt:
        line.say("finishing; Ctrl-C once more stops at once.")
    finally:
        conductor.stop()
        line.end()
    return 0


def _meet_outputs(conductor: Conductor) -> None:
    """Wait a moment for the first word of each worker, so that the start card knows what plays."""
    end = time.monotonic() + CARD_PATIENCE
    while not all(child.figures for child in conductor.children) and time.monotonic() < end:
        conductor.tick()
        time.sleep(0.005)


def _put_starts(conductor: Conductor, starts: list[tuple[str, Any]]) -> None:
    now = time.monotonic()
    for verdict in conductor.put([Event(address, value, now, "--set") for address, value in starts]):
        if verdict.judgement in ("refused", "unknown"):
            raise UsageError(verdict.text)


def _end_on_signal() -> None:
    """Let SIGTERM (a service manager's stop) finish the recordings just as Ctrl-C does."""
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


class Show:
    """What hangs on a running conductor: the panel, the status line, the stats file, the take."""

    def __init__(self, conductor: Conductor, args: argparse.Namespace, line: StatusLine) -> None:
        from liveart.panel.announce import Announcement
        from liveart.panel.server import Panel

        self.host = ShowHost(conductor, __version__)
        self._ended = threading.Event()
        patch = conductor.patch
        self.panel = Panel(self.host, patch.panel_host, patch.panel_port, patch.panel_token or None)
        self.panel.start()
        self._announcement = Announcement((patch.panel_host, self.panel.port), (patch.osc_host, conductor.osc.port),
                                          conductor.trouble)
        self._announcement.start()
        self.keys = PlayKeys(self.host, line.say, line.prompt, self._ended.set)
        self.keyboard = Keyboard(self.keys.press)
        self._line = line
        self._stats = _open_stats(args.stats)
        self._due = 0.0

    def __enter__(self) -> Show:
        return self

    def each(self) -> None:
        """Called at every turn of the conductor's loop: once a second the line and the stats."""
        now = time.monotonic()
        if self._ended.is_set():
            raise KeyboardInterrupt  # as Ctrl-C does; a signal would be lost where a script has them ignored
        self.keys.look()
        if now < self._due:
            return
        self._due = now + 1.0 if self._due == 0.0 or now - self._due > 1.0 else self._due + 1.0
        self._line.show(self.host.status())
        if self._stats is not None:
            self._write_stats(self._stats)

    def _write_stats(self, file: IO[str]) -> None:
        try:
            file.write(json.dumps(self.host.stats()) + "\n")
            file.flush()
        except OSError as error:
            self._stats = None
            self._line.say(f"the stats file stopped: {error}")

    def __exit__(self, *_: object) -> None:
        self.keyboard.close()
        self._announcement.close()
        self.panel.stop()
        self.host.close()
        if self._stats is not None:
            self._stats.close()


def _open_stats(file: str | None) -> IO[str] | None:
    if file is None:
        return None
    try:
        return Path(file).open("w", encoding="utf-8")
    except OSError as error:
        raise LiveartError(f"stats file {file} can't be written: {error}.", "Choose another file.") from error


