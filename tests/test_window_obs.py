"""OBS Studio, a program of others, captures the window of the show: what its viewers would see is what was sent."""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from parts import absent, needs
from test_sink_window import flat, showing
from xvfb import SIZE, Display, display, start_display

from liveart.sinks.window import WindowSink

__all__ = ["display"]

COLOUR = (210, 90, 30)
SETTINGS = """[General]
FirstRun=true
EnableAutoUpdates=false

[OBSWebSocket]
FirstLoad=false
ServerEnabled=true
ServerPort={port}
AuthRequired=false
"""


def test_obs_captures_the_window(display: Display, tmp_path: Path) -> None:
    program = needs("obs")
    if importlib.util.find_spec("obsws_python") is None:
        absent("obsws-python is not installed: pip install obsws-python")
    port = free_port()
    folder = tmp_path / ".config" / "obs-studio"
    folder.mkdir(parents=True)
    (folder / "global.ini").write_text(SETTINGS.format(port=port))
    desk = start_display()  # OBS has a screen of its own, so that it does not cover the show
    home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "QT_QPA_PLATFORM": "xcb", "DISPLAY": desk.name}
    studio = subprocess.Popen([program, "--multi", "--disable-updater"], env={**os.environ, **home},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with showing(WindowSink(fullscreen=True), (64, 48)) as show:
            show.frames(3, flat((64, 48), COLOUR))
            remote = connect(port)
            try:
                seen = capture(remote, display.name)
            finally:
                remote.disconnect()
    finally:
        studio.terminate()
        studio.wait(10)
        desk.stop()
    assert seen.shape[1] / seen.shape[0] == pytest.approx(SIZE[0] / SIZE[1], rel=0.01)
    assert np.abs(seen.astype(int) - COLOUR).max() <= 2


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def connect(port: int) -> Any:
    """Return OBS's remote control, as soon as it answers."""
    import obsws_python

    end = time.monotonic() + 30.0
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except ConnectionRefusedError:
            assert time.monotonic() < end, "OBS never answered"
            time.sleep(0.2)
    return obsws_python.ReqClient(host="127.0.0.1", port=port, password="", timeout=10)


def capture(remote: Any, server: str) -> np.ndarray:
    """Let OBS capture a display; return its own screenshot of that source, uint8 [height, width, 3]."""
    from obsws_python.error import OBSSDKRequestError
    from PIL import Image

    scene = remote.get_scene_list().scenes[0]["sceneName"]
    source = {"advanced": True, "server": server, "screen": 0, "show_cursor": False}
    remote.create_input(scene, "liveart", "xshm_input", source, True)
    end = time.monotonic() + 15.0
    while time.monotonic() < end:
        time.sleep(0.3)
        try:
            shot = remote.get_source_screenshot("liveart", "png", 256, 192, -1).image_data
        except OBSSDKRequestError:  # no frame yet
            continue
        with Image.open(io.BytesIO(base64.b64decode(shot.split(",")[1]))) as image:
            pixels = np.array(image.convert("RGB"))
        if pixels.any():
            return pixels
    raise AssertionError("OBS never showed a frame")
