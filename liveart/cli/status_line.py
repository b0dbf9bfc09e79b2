"""The start card and the one status line of a playing show."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

from liveart.show.keys import LEGEND
from liveart.show.patch import Patch


class StatusLine:
    """Writes to the terminal: a card, one line that renews itself, and troubles above it.

    On anything but a terminal, or when `plain`, the line is written every ten seconds and nothing is overwritten.
    """

    def __init__(self, plain: bool = False) -> None:
        self._lively = sys.stdout.isatty() and not plain
        self._colour = self._lively and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()
        self._turn = 0
        self._prompt = ""

    def card(self, status: Mapping[str, Any], patch: Patch, url: str, has_keys: bool = False) -> None:
        """Show what plays and how to reach it; `has_keys`: this terminal's keys play too."""
        title = self._strong(f"liveart {status['version']}")
        picture = ", ".join(player.name for player in patch.players_of("picture")) or "none"
        sound = ", ".join(player.name for player in patch.players_of("sound")) or "none"
        outputs = " · ".join(status["outputs"] or [spec.kind for spec in patch.outputs]) or "panel only"
        rows = [f"{title}   patch: {patch.name}   device: {status['device']}",
                f"  picture   {picture} · {patch.size[0]}x{patch.size[1]} at {patch.fps:g} fps",
                *(f"            {note}" for note in status.get("plays", [])),
                f"  sound     {sound} · {patch.rate / 1000:g} kHz{_delay(status)}",
                f"  control   {' · '.join([f'osc {patch.osc_host}:' + str(status['osc_port']), *status['hands']])}",
                f"  outputs   {outputs}",
                f"  panel     {self._strong(url)}",
                *([f"  keys      {LEGEND}", "            l learn a control · ? this again · q quit"] if has_keys
                  else ["  Ctrl-C stops."])]
        self._write("\n".join(rows) + "\n")

    def show(self, status: Mapping[str, Any]) -> None:
        """Renew the line."""
        self._turn += 1
        text = self._prompt or line_text(status)
        if self._lively:
            width = os.get_terminal_size().columns
            self._write(f"\r\x1b[2K{text[: width - 1]}")
        elif self._turn % 10 == 1:
            self._write(text + "\n")

    def prompt(self, text: str) -> None:
        """Show `text` in place of the line until it is called with ""."""
        self._prompt = text
        if self._lively and text:
            self._write(f"\r\x1b[2K{text[: os.get_terminal_size().columns - 1]}")

    def say(self, text: str) -> None:
        """Tell something once, above the line."""
        self._write(f"\r\x1b[2K{text}\n" if self._lively else text + "\n", sys.stderr)

    def end(self) -> None:
        """Leave the line, so that the terminal's prompt stands below it."""
        if self._lively:
            self._write("\n")

    def _write(self, text: str, where: TextIO | None = None) -> None:
        """Write to the terminal; a show does not stop because its terminal is gone."""
        with self._lock, contextlib.suppress(OSError):
            print(text, end="", file=where or sys.stdout, flush=True)

    def _strong(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._colour else text


def _delay(status: Mapping[str, Any]) -> str:
    delay = status.get("sound_delay_ms")
    return f" · {delay:.0f} ms from hand to ear" if delay else ""


def line_text(status: Mapping[str, Any]) -> str:
    """Return the status line: rate, work, late frames, latency, xruns, the last control."""
    def shown(value: Any, form: str = "{:.1f}") -> str:
        return "–" if value is None else form.format(value)

    latency = status.get("control_to_frame_ms") or {}
    parts = [f"{shown(status['fps'])} fps", f"gen {shown(status['gen_ms'])} ms",
             f"late {shown(status['late_frames'], '{}')}", f"ctl {shown(latency.get('p50'))} ms",
             f"xruns {shown(status['xruns'], '{}')}"]
    if status.get("level"):
        parts.append(f"inner 1/{2 ** status['level']}")
    if status.get("restarts"):
        parts.append(f"restarts {status['restarts']}")
    if status.get("recording"):
        parts.append("REC")
    return "  ".join(parts) + f"   last: {status['last'] or '–'}"
