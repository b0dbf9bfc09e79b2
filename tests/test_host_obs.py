"""The scene collection for OBS: well formed, and loaded by a real OBS whose capture of a screen is looked at."""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hosts import ROOT
from parts import absent, needs
from PIL import Image
from test_window_obs import SETTINGS, connect, free_port
from xvfb import start_display

FILE = ROOT / "patches" / "obs" / "liveart.json"
COLLECTION: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
SCENES = [scene["name"] for scene in COLLECTION["scene_order"]]


def test_each_scene_shows_one_source_that_is_there() -> None:
    sources = {source["name"]: source for source in COLLECTION["sources"]}
    assert len(sources) == len(COLLECTION["sources"])
    assert COLLECTION["current_scene"] in SCENES
    for scene in SCENES:
        (item,) = sources[scene]["settings"]["items"]
        assert sources[item["name"]]["id"] != "scene"


def test_it_names_no_file_that_obs_would_miss_with_a_dialog() -> None:
    assert not [source["name"] for source in COLLECTION["sources"] if source["settings"].get("local_file")]


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A virtual screen; yield its name."""
    shown = start_display()
    try:
        yield shown.name
    finally:
        shown.stop()


@contextlib.contextmanager
def studio(folder: Path, display: str) -> Iterator[Any]:
    """A real OBS that has the shipped collection; yield a line to it."""
    program = needs("obs")
    if importlib.util.find_spec("obsws_python") is None:
        absent("obsws-python is not installed: pip install obsws-python")
    port = free_port()
    settings = folder / ".config" / "obs-studio"
    (settings / "basic" / "scenes").mkdir(parents=True)
    (settings / "global.ini").write_text(SETTINGS.format(port=port))
    shutil.copy(FILE, settings / "basic" / "scenes" / "liveart.json")
    env = os.environ | {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_CONFIG_HOME": str(folder / ".config"),
                        "QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
    process = subprocess.Popen([program, "--multi", "--disable-updater", "--collection", "liveart"], env=env,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        line = connect(port)
        yield line
        line.disconnect()
    finally:
        process.terminate()  # it then leaves with a signal's code, whatever one does
        process.wait(15)


@contextlib.contextmanager
def red_window(display: str) -> Iterator[None]:
    """A window of one red over the whole screen, above all that was there."""
    window = subprocess.Popen([needs("xlogo"), "-display", display, "-geometry", "1024x768+0+0", "-bg", "#c02010",
                               "-fg", "#c02010"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        window.terminate()
        window.wait(10)


def mean_colour(line: Any, source: str) -> np.ndarray:
    """Return the mean colour of OBS's own picture of a source."""
    shot = line.get_source_screenshot(source, "png", 320, 180, -1).image_data
    picture = Image.open(io.BytesIO(base64.b64decode(shot.split(",")[1]))).convert("RGB")
    colour: np.ndarray = np.asarray(picture).mean(axis=(0, 1))
    return colour


def test_a_real_obs_loads_the_collection_and_captures_the_stages_screen(tmp_path: Path) -> None:
    with screen() as display, studio(tmp_path, display) as line:
        assert line.get_scene_collection_list().current_scene_collection_name == "liveart"
        assert {scene["sceneName"] for scene in line.get_scene_list().scenes} == set(SCENES)
        for scene in SCENES:
            assert len(line.get_scene_item_list(scene).scene_items) == 1
        line.set_current_program_scene("liveart: screen (Linux)")
        with red_window(display):
            end = time.monotonic() + 30
            while not is_red(mean_colour(line, "the stage's screen")) and time.monotonic() < end:
                time.sleep(0.3)
            assert is_red(mean_colour(line, "the stage's screen"))


def is_red(colour: np.ndarray) -> bool:
    return bool(np.allclose(colour, (0xC0, 0x20, 0x10), atol=12.0))
