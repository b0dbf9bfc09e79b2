"""The `line` generator: what comes in at a sound input, or a sound file in a loop. For effects to hear, or as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from liveart.core.contract import Generator, Kind, Moment, Stage
from liveart.core.param import Param
from liveart.errors import LiveartError, PatchError
from liveart.generators.line_device import LineDevice
from liveart.sound_files import SoundFile


class Line(Generator):
    """Plays `file`, looped from the show's first moment on, or the input with `device` in its name ("" the default).

    A file is at its place in every block, whatever happened before: the same live and in a render. A device is
    silence in a render. A device that vanishes is told once and used again when it is back; so is a damaged file, which
    stays silent.
    """

    kind: ClassVar[Kind] = "sound"
    params = (Param("level", 0.0, -60.0, 12.0, unit="dB", glide=0.05,
                    help="before all that hears it; the lowest value is silence"),)

    def __init__(self, device: str = "", file: str = "") -> None:
        if not isinstance(device, str) or not isinstance(file, str) or (device and file):
            raise PatchError(f"a line has device {device!r} and file {file!r}.",
                             'Write device = "part of a name", or file = "song.wav".')
        self._name, self._file_name = device, file
        self.is_live = not file
        self._device: LineDevice | None = None
        self._file: SoundFile | None = None

    def open(self, stage: Stage) -> None:
        """Open the file or the device. Raises PatchError, naming what there is, when it can't be had."""
        self.close()
        self._path, self._rate = Path(stage.folder, self._file_name), stage.rate
        if self._file_name:
            self._rewind()
        elif stage.is_live:
            self._device = LineDevice(self._name, stage.rate)
        self.reset()

    def reset(self) -> None:
        """Forget how loud it was; the place in a file is the show's affair."""
        self._gain: float | None = None

    def make(self, now: Moment, z: Any, params: Mapping[str, Any]) -> np.ndarray:
        """Return float32 [now.frames, 2]. Raises PatchError once when the device is gone, or the file is damaged."""
        level = params["level"]
        gain = 0.0 if level <= -59.99 else 10.0 ** (level / 20.0)
        before, self._gain = gain if self._gain is None else self._gain, gain
        block = self._read(now) * np.linspace(before, gain, now.frames + 1, dtype=np.float32)[1:, None]
        return np.clip(block, -1.0, 1.0)

    def close(self) -> None:
        """Let go of the file and the device; may be called twice."""
        if self._device is not None:
            self._device.close()
            self._device = None
        self._close_file()

    def note(self) -> str:
        """Return what is heard."""
        if self._file_name:
            return f"{Path(self._file_name).name}, looped"
        return "a sound input, silent in a render" if self._device is None else self._device.note()

    def _read(self, now: Moment) -> np.ndarray:
        if self._device is not None:
            return self._device.read(now.frames)
        if self._file is None:
            return np.zeros((now.frames, 2), np.float32)
        try:
            return self._read_file(now.index * now.frames, now.frames)
        except LiveartError:
            self._close_file()
            raise

    def _read_file(self, place: int, frames: int) -> np.ndarray:
        """Return the frames from running number `place` on; what lies between is passed over."""
        if place < self._place:
            self._rewind()
        assert self._file is not None
        while self._place < place:
            self._place += len(self._file.read(min(place - self._place, self._rate)))
        self._place += frames
        return self._file.read(frames)

    def _rewind(self) -> None:
        self._close_file()
        self._file, self._place = SoundFile(self._path, self._rate, 2), 0

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
