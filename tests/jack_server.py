"""A JACK server without a sound card for tests that need a real sound device, and an independent ear on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from parts import absent, needs

RATE = 48000


@dataclass
class JackServer:
    """A running server: its name, its process, and how to listen to it."""

    name: str
    period: int
    process: subprocess.Popen[bytes]

    @contextmanager
    def ear(self, channels: int = 2) -> Iterator[Ear]:
        """Return a JACK client that records what any program sends to the sound card."""
        import jack

        ear = Ear(jack.Client("ear", no_start_server=True, servername=self.name), channels)
        try:
            yield ear
        finally:
            ear.close()

    def stop(self) -> None:
        """End the server, as if its sound card had been pulled out; may be called twice."""
        self.process.terminate()  # a killed one would keep its place in JACK's list of servers, which has eight
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


class Ear:
    """Records whatever is connected to the server's playback ports."""

    def __init__(self, client: Any, channels: int) -> None:
        self._client = client
        self._blocks: list[np.ndarray] = []
        self._ports = [client.inports.register(f"in_{k}") for k in range(channels)]
        self.xruns = 0
        client.set_xrun_callback(self._count)
        client.set_process_callback(self._take)
        client.activate()

    def _count(self, _delay: float) -> None:
        self.xruns += 1

    def _take(self, _frames: int) -> None:
        self._blocks.append(np.stack([port.get_array().copy() for port in self._ports], axis=1))

    def connect(self, timeout: float = 10.0) -> list[str]:
        """Connect to every other program's outputs; return their names. Fails when none shows up in time."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            found = [port for port in self._client.get_ports(is_audio=True, is_output=True)
                     if not port.name.startswith(("system:", f"{self._client.name}:"))]
            if len(found) >= len(self._ports):
                for source, port in zip(found, self._ports, strict=False):
                    self._client.connect(source, port)
                return [port.name for port in found]
            time.sleep(0.1)
        raise AssertionError("no program played on the JACK server")

    def heard(self) -> np.ndarray:
        """Return float32 [frames, channels] of all that was recorded."""
        return np.concatenate(self._blocks) if self._blocks else np.zeros((0, len(self._ports)), np.float32)

    def close(self) -> None:
        """Stop listening."""
        self._client.deactivate()
        self._client.close()


def start_jack(name: str, period: int = 512) -> JackServer:
    """Start a server with JACK's dummy driver, paced by the real clock; skips the test when JACK is absent."""
    program = needs("jackd")
    try:
        import jack  # noqa: F401  (loads the JACK library)
    except (ImportError, OSError) as error:
        absent(f"JACK-Client can't be used: {error}")
    command = [program, "-n", name, "--no-mlock", "-d", "dummy", "-r", str(RATE), "-p", str(period)]
    for attempt in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server = JackServer(name, period, process)
        end = time.monotonic() + 15.0
        while time.monotonic() < end and process.poll() is None:
            if _answers(name):
                return server
            time.sleep(0.2)
        server.stop()
        if attempt == 0:
            _sweep()
    absent("jackd does not answer on this machine")
    raise AssertionError  # absent() never returns


def _sweep() -> None:
    """Remove what killed servers left behind, which stops the next one; only where none runs."""
    running = [path for path in Path("/proc").glob("[0-9]*/comm") if _word(path) == "jackd"]
    if not running:
        for path in Path("/dev/shm").glob("jack*"):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _word(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:  # the process ended meanwhile
        return ""


def _answers(name: str) -> bool:
    import jack

    try:
        client = jack.Client("knock", no_start_server=True, servername=name)
    except jack.JackOpenError:
        return False
    client.close()
    return True


@pytest.fixture
def jack_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[JackServer]:
    """A JACK server of the test's own; programs started by the test find it through JACK_DEFAULT_SERVER."""
    name = f"liveart-{os.getpid()}-{time.monotonic_ns() % 100_000}"
    server = start_jack(name)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    yield server
    server.stop()
