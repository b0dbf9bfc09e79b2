"""Small shows for the tests of recordings: frames and sound of known content, and a look into the finished file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from parts import needs

from liveart.core.contract import Sink, Stage
from liveart.core.material import Picture, Sound

RATE = 48000


def stage(folder: Path, size: tuple[int, int] = (64, 48), fps: float = 30.0, channels: int = 2) -> Stage:
    """Return a small stage that records into `folder`."""
    return Stage(size=size, fps=fps, rate=RATE, block=512, channels=channels, folder=str(folder))


def picture(time: float, index: int = 0, grey: int = 60, size: tuple[int, int] = (64, 48)) -> Picture:
    """Return a frame of one grey with a mark that moves with `index`."""
    pixels = np.full((size[1], size[0], 3), grey, np.uint8)
    pixels[:, index % size[0]] = (200, 40, 90)
    return Picture(pixels, time, index)


def sound(time: float, start: int, frames: int = 512, channels: int = 2, level: float = 0.2) -> Sound:
    """Return a block of a 440 Hz tone that goes on from block to block."""
    wave = level * np.sin(2 * np.pi * 440 * (start + np.arange(frames)) / RATE)
    return Sound(np.repeat(wave[:, None], channels, 1).astype(np.float32), RATE, time, start)


def play(sink: Sink, seconds: float, begin: float = 5.0, fps: float = 30.0, has_sound: bool = True) -> None:
    """Send a steady show, frame by frame with the blocks of sound that belong to it."""
    sent = 0
    for index in range(round(seconds * fps)):
        sink.send(picture(begin + index / fps, index))
        while has_sound and sent < min((index + 1) / fps, seconds) * RATE:
            sink.send(sound(begin + sent / RATE, sent))
            sent += 512


def probe(path: Path) -> dict[str, Any]:
    """Return what ffprobe says: {"format": {…}, "video": {…}, "audio": {…}}; frames are really decoded and counted."""
    asked = ["-v", "error", "-count_frames", "-show_format", "-show_streams", "-of", "json"]
    done = subprocess.run([needs("ffprobe"), *asked, str(path)], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    return {"format": told["format"]} | {stream["codec_type"]: stream for stream in told["streams"]}
