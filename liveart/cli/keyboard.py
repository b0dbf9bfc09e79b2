"""Keyboard: single keys from a terminal, without Enter and without echo; put back as it was in any case."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable

PAUSE = 0.1  # seconds that the reader sleeps at most, so how long closing takes
NAMES = {" ": "space", "\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace",
         "\x1b": "escape"}
SEQUENCES = {"[A": "up", "[B": "down", "[C": "right", "[D": "left", "OA": "up", "OB": "down"}


class Keyboard:
    """Calls `on_key` with the name of each key: "n", "space", "up"; from a thread of its own. Only for a terminal."""

    def __init__(self, on_key: Callable[[str], None]) -> None:
        self._on_key = on_key
        self._is_closing = False
        self._restore: Callable[[], None] = lambda: None
        self._thread: threading.Thread | None = None

    def open(self) -> bool:
        """Begin to read; False when there is no terminal to read from."""
        if not (sys.stdin.isatty() and sys.stdout.isatty() and _is_in_front()):
            return False
        read = self._open_windows() if sys.platform == "win32" else self._open_posix()
        self._thread = threading.Thread(target=self._run, args=(read,), name="keyboard", daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        """Give the terminal back; may be called twice."""
        self._is_closing = True
        if self._thread is not None:
            self._thread.join(1.0)
            self._thread = None
        self._restore()
        atexit.unregister(self._restore)
        self._restore = lambda: None

    def _run(self, read: Callable[[], str]) -> None:
        while not self._is_closing:
            try:
                text = read()
            except OSError:  # the terminal is gone
                return
            for name in key_names(text):
                self._on_key(name)

    def _open_posix(self) -> Callable[[], str]:
        import termios
        import tty

        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)

        def restore() -> None:
            with contextlib.suppress(termios.error, ValueError, OSError):  # the terminal may be gone
                termios.tcsetattr(terminal, termios.TCSADRAIN, before)

        def read() -> str:
            ready, _, _ = select.select([terminal], [], [], PAUSE)
            data = os.read(terminal, 64) if ready else None
            if data == b"":  # the terminal is gone, and would be ready for ever
                self._is_closing = True
            return (data or b"").decode("utf-8", "replace")

        self._restore = restore
        atexit.register(restore)
        tty.setcbreak(terminal)  # Ctrl-C still ends the show
        return read

    def _open_windows(self) -> Callable[[], str]:
        import msvcrt  # untried on Windows
        import time

        arrows = {"H": "\x1b[A", "P": "\x1b[B", "M": "\x1b[C", "K": "\x1b[D"}

        def read() -> str:
            if not msvcrt.kbhit():  # type: ignore[attr-defined, unused-ignore]
                time.sleep(PAUSE / 4)
                return ""
            letter: str = msvcrt.getwch()  # type: ignore[attr-defined, unused-ignore]
            second = msvcrt.getwch() if letter in "\x00\xe0" else ""  # type: ignore[attr-defined, unused-ignore]
            return arrows.get(second, "") if second else letter

        return read


def _is_in_front() -> bool:
    """Return whether this program has the terminal: one in the background would be stopped for touching it."""
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:  # not the terminal that rules this program, so it stops nobody
        return True


def key_names(text: str) -> list[str]:
    """Return the names of the keys in what a terminal sent; what is no key is left out."""
    names = []
    while text:
        if text[0] == "\x1b" and text[1:3] in SEQUENCES:
            names.append(SEQUENCES[text[1:3]])
            text = text[3:]
        elif text[0] == "\x1b" and len(text) > 2 and text[1] in "[O":
            end = next((place for place, letter in enumerate(text[2:], start=2) if letter.isalpha() or letter == "~"),
                       len(text) - 1)
            text = text[end + 1 :]
        else:
            names += [NAMES[text[0]]] if text[0] in NAMES else [text[0]] if text[0].isprintable() else []
            text = text[1:]
    return names
