"""The keys of `liveart play`: what terminals send, choosing an address, and a whole show played from a terminal."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from own_parts import write_patch
from parts import absent

from liveart.cli.keyboard import Keyboard, key_names
from liveart.cli.play_keys import PlayKeys
from liveart.core.board import Board
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.errors import PatchError


@pytest.mark.parametrize(("sent", "names"), [
    ("n", ["n"]), (" ", ["space"]), ("\r", ["enter"]), ("\x1b", ["escape"]), ("\x1b[A\x1b[B", ["up", "down"]),
    ("\x7f", ["backspace"]), ("\x1b[15~a", ["a"]), ("1\x1b[", ["1", "escape", "["]), ("\x01\x02", []), ("", [])])
def test_what_a_terminal_sends_is_read_as_keys(sent: str, names: list[str]) -> None:
    assert key_names(sent) == names


class Host:
    """As much of a show as the keys ask for."""

    board = Board(Layout.of([("paint", (Param("hue"), Param("saturation"))), ("journey", (Param("speed"),))]))

    def __init__(self) -> None:
        self.pressed: list[tuple[str, bool]] = []
        self.asked: list[str | None] = []
        self.waits = ""

    def key(self, name: str, is_down: bool) -> None:
        if name == "9":
            raise PatchError("there is no cue 9.")
        self.pressed.append((name, is_down))

    def learn(self, address: str | None) -> None:
        self.asked.append(address)
        self.waits = address or ""

    def hands(self) -> dict[str, Any]:
        return {"learning": self.waits, "bindings": [{"address": "/liveart/paint/hue", "device": "nano",
                                                      "control": "cc 21"}]}

    def cues(self) -> dict[str, Any]:
        return {"cues": [{"name": "dawn", "number": 1}], "file": "show.toml"}


class Terminal:
    """A PlayKeys with its ears."""

    def __init__(self) -> None:
        self.host, self.said, self.prompts, self.quits = Host(), list[str](), list[str](), list[bool]()
        self.keys = PlayKeys(self.host, self.said.append, self.prompts.append,  # type: ignore[arg-type]
                             lambda: self.quits.append(True))

    def type(self, *names: str) -> None:
        for name in names:
            self.keys.press(name)


def test_a_key_is_a_control_that_goes_down_and_up() -> None:
    terminal = Terminal()
    terminal.type("n", "space")
    assert terminal.host.pressed == [("n", True), ("n", False), ("space", True), ("space", False)]


def test_letters_choose_an_address_and_the_next_control_is_bound_to_it() -> None:
    terminal = Terminal()
    terminal.type("l", "h", "u", "enter")
    assert terminal.host.asked == ["/liveart/paint/hue"]
    assert "move a control" in terminal.prompts[-1]
    terminal.keys.look()
    assert not terminal.said
    terminal.host.waits = ""
    terminal.keys.look()
    assert terminal.said == ["nano cc 21 now moves /liveart/paint/hue"]
    assert terminal.prompts[-1] == ""


def test_arrows_go_through_what_was_found_and_backspace_widens_it() -> None:
    terminal = Terminal()
    terminal.type("l", "p", "a", "i", "down", "enter")
    assert terminal.host.asked == ["/liveart/paint/saturation"]
    terminal.type("escape", "l", "x", "x", "backspace", "backspace", "d", "a", "w", "enter")
    assert terminal.host.asked[1:] == [None, "/liveart/cue/dawn"]


def test_escape_leaves_learning_and_keys_play_again() -> None:
    terminal = Terminal()
    terminal.type("l", "z", "enter", "escape", "n")
    assert terminal.host.asked == []
    assert terminal.host.pressed == [("n", True), ("n", False)]


def test_what_goes_wrong_is_said_and_q_ends() -> None:
    terminal = Terminal()
    terminal.type("9", "?", "q")
    assert terminal.said[0] == "there is no cue 9."
    assert "blackout" in terminal.said[1]
    assert terminal.quits == [True]


class Pty:
    """`liveart play` in a terminal of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        import pty

        self._master, slave = pty.openpty()
        self._process = subprocess.Popen([sys.executable, "-m", "liveart", "play", *words], stdin=slave, stdout=slave,
                                         stderr=slave, cwd=folder, env={**os.environ, "TERM": "xterm"})
        os.close(slave)
        self.text = ""

    def until(self, wanted: str, seconds: float = 60.0) -> None:
        """Read until a text has come."""
        end = time.monotonic() + seconds
        while not re.search(wanted, self.text) and time.monotonic() < end:
            if select.select([self._master], [], [], 0.2)[0]:
                self.text += os.read(self._master, 65536).decode("utf-8", "replace")
        assert re.search(wanted, self.text), self.text[-2000:]

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """Wait for the end; return the exit code."""
        while self._process.poll() is None:
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self._master, 65536).decode("utf-8", "replace")
                except OSError:  # the terminal closes with its last program
                    break
        os.close(self._master)
        return self._process.wait(30)


def test_a_show_is_played_from_a_terminal_and_its_cue_is_there_after_a_restart(tmp_path: Path) -> None:
    if sys.platform == "win32":
        absent("this test drives a POSIX terminal")
    write_patch(tmp_path)
    show = Pty(tmp_path, "tiny.toml", "--set", "/liveart/field/level=0.75")
    show.until("fps  gen")
    show.type("s")
    show.until('kept as cue 1, "cue-1"')
    show.type("lhue\x1bllevel\r")
    show.until("learn /liveart/field/level: move a control")
    show.type("k")
    show.until("keys key k now moves /liveart/field/level")
    show.type("q")
    assert show.end() == 0
    again = Pty(tmp_path, "tiny.toml", "--stats", "stats.jsonl")
    again.until("fps  gen")
    again.type("1")
    again.until("last: /liveart/cue/1")
    again.type("q")
    assert again.end() == 0
    text = (tmp_path / "tiny.toml").read_text()
    assert '"field/level" = 0.75' in text
    assert 'control = "key k"' in text


def test_a_terminal_that_is_gone_ends_the_keys_and_not_the_show(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        absent("this test drives a POSIX terminal")
    import pty

    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        keyboard = Keyboard(lambda name: None)
        assert keyboard.open()
        thread = keyboard._thread
        assert thread is not None
        os.close(master)
        thread.join(5.0)
        assert not thread.is_alive()
        keyboard.close()
