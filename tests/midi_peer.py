"""A MIDI controller in a process of its own (midi_controller.py), and a JACK server for both sides to meet on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jack_server import JackServer, start_jack
from parts import absent

from liveart.midi.system import DESK

CONTROLLER = Path(__file__).with_name("midi_controller.py")


class Peer:
    """A controller with an output and an input of the same name, as liveart's side sees it."""

    def __init__(self, name: str, port: str = "port") -> None:
        self.received = b""
        self._process = subprocess.Popen([sys.executable, CONTROLLER, name, port], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._answers = 0
        self._asked = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._wait()

    def send(self, data: bytes) -> None:
        """Send one message."""
        self._do(f"send {data.hex()}")

    def burst(self, count: int) -> None:
        """Send controller 21 `count` times in a row with 0, 1, 2 … modulo 128; the last is 77."""
        self._do(f"burst {count}")

    def unplug(self) -> None:
        """Take both ports away."""
        self._do("unplug")

    def plug(self) -> None:
        """Make both ports again."""
        self._do("plug")

    def close(self) -> None:
        """End the process."""
        process = self._process
        if process.stdin is not None and process.stdout is not None:
            process.stdin.close()  # the end of its input ends it
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
            self._reader.join(5)
            process.stdout.close()

    def _do(self, line: str) -> None:
        assert self._process.stdin is not None
        self._asked += 1
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        self._wait()

    def _wait(self) -> None:
        assert wait_for(lambda: self._answers > self._asked), "the MIDI peer does not answer"

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "done":
                self._answers += 1
            else:
                self.received += bytes.fromhex(rest)


@contextmanager
def peer(name: str, port: str = "port") -> Iterator[Peer]:
    """Return a running controller, ended after use."""
    made = Peer(name, port)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def midi_server() -> Iterator[JackServer]:
    """A JACK server for the tests of one file, whose MIDI this process lets go of before it ends."""
    try:
        import rtmidi
    except ImportError:
        absent("python-rtmidi is not installed: pip install python-rtmidi")
    if rtmidi.API_UNIX_JACK not in rtmidi.get_compiled_api():
        absent("python-rtmidi can't use JACK on this system")
    with own_server(f"liveart-midi-{os.getpid()}") as server:
        yield server


@contextmanager
def own_server(name: str) -> Iterator[JackServer]:
    """Return a server that programs started meanwhile find, ended after use."""
    server = start_jack(name, 256)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JACK_DEFAULT_SERVER", name)
        patch.setenv("JACK_NO_START_SERVER", "1")
        try:
            yield server
        finally:
            DESK.end()
            server.stop()


def wait_for(is_true: Callable[[], bool], timeout: float = 15.0) -> bool:
    """Wait until something holds; return whether it does."""
    end = time.monotonic() + timeout
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
