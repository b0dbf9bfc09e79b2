"""Real parts that some tests need: absent parts skip with a reason, or fail under LIVEART_REQUIRE_PARTS=1."""

from __future__ import annotations

import os
import shutil

import pytest

INSTALL = {"oscsend": "liblo-tools", "oscdump": "liblo-tools", "jackd": "jackd2", "chromium": "chromium",
           "ffprobe": "ffmpeg", "ffmpeg": "ffmpeg", "pd": "puredata", "sclang": "supercollider-language",
           "fluidsynth": "fluidsynth", "obs": "obs-studio", "Xvfb": "xvfb", "xdotool": "xdotool", "xwd": "x11-apps",
           "xlogo": "x11-apps", "import": "imagemagick", "ip": "iproute2", "unshare": "util-linux"}


def needs(program: str) -> str:
    """Return the path of a program; skip the test (or fail it, under LIVEART_REQUIRE_PARTS=1) when absent."""
    path = shutil.which(program)
    if path is None:
        absent(f"{program} is not installed: apt-get install {INSTALL.get(program, program)}")
    return str(path)


def absent(reason: str) -> None:
    """Skip the running test with `reason`; under LIVEART_REQUIRE_PARTS=1 fail it instead."""
    if os.environ.get("LIVEART_REQUIRE_PARTS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
