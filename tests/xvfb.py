"""A screen without a monitor for tests that open windows: Xvfb on a free display, screenshots of it, and its hands."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from parts import absent, needs

SIZE = (1024, 768)


@dataclass
class Display:
    """A running Xvfb."""

    name: str  # as in DISPLAY: ":7"
    process: subprocess.Popen[bytes]

    def screenshot(self, folder: Path) -> np.ndarray:
        """Return what is on the screen: uint8 [height, width, 3]."""
        from PIL import Image

        path = folder / "screen.png"
        subprocess.run([needs("import"), "-display", self.name, "-window", "root", str(path)], check=True)
        with Image.open(path) as image:
            return np.array(image.convert("RGB"))

    def xdotool(self, *words: str) -> str:
        """Press keys and move the mouse, as a person would; return what xdotool says."""
        done = subprocess.run([needs("xdotool"), *words], env={**os.environ, "DISPLAY": self.name}, check=True,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def start_display() -> Display:
    """Start Xvfb on a display number that it chooses; skips the test where it is absent."""
    program = needs("Xvfb")
    read, write = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    # -noreset: without it, it begins anew when its last window closes, and turns the next one away meanwhile.
    process = subprocess.Popen([program, "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp",
                                "-noreset"], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()  # Xvfb writes it when clients may come; nothing when it fails
    if not number:
        process.wait(10)
        absent("Xvfb does not start on this machine")
    return Display(f":{number}", process)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[Display]:
    """A display of the test's own, which windows opened by the test find."""
    shown = start_display()
    monkeypatch.setenv("DISPLAY", shown.name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    yield shown
    shown.stop()
