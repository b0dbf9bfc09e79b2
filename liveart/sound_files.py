"""A sound file as an endless stream at a wanted rate, decoded as it is needed: the file that wraps PyAV for reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from liveart.errors import PatchError

_LAYOUTS = {1: "mono", 2: "stereo"}


class SoundFile:
    """Any sound or film that FFmpeg reads, with 1 or 2 channels at `rate`, from its start and over again.

    Raises PatchError when it can't be read or holds no sound.
    """

    def __init__(self, path: Path, rate: int, channels: int) -> None:
        try:
            import av
        except ImportError as error:
            raise PatchError("PyAV is not installed.", "Install it with: pip install av") from error
        self._av: Any = av
        self.path, self.rate, self.channels = path, rate, channels
        if not path.is_file():
            raise PatchError(f"there is no sound file {path}.", "Write its name as seen from the patch's folder.")
        try:
            self._container: Any = av.open(str(path))
        except (av.FFmpegError, OSError, ValueError) as error:
            raise PatchError(f"{path} can't be read: {error}.", "Give it a wav, flac, mp3, ogg or mp4.") from error
        if not self._container.streams.audio:
            self._container.close()
            raise PatchError(f"{path} holds no sound.", "Give it another file.")
        self._blocks = self._decode()
        self._waiting = np.zeros((0, channels), np.float32)
        self._is_empty = True

    def read(self, count: int) -> np.ndarray:
        """Return the next samples, float32 [count, channels]. Raises PatchError when the file is damaged."""
        parts, missing = [self._waiting], count - len(self._waiting)
        while missing > 0:
            parts.append(next(self._blocks))
            missing -= len(parts[-1])
        joined = np.concatenate(parts)
        self._waiting = joined[count:]
        return joined[:count]

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        self._container.close()

    def _decode(self) -> Iterator[np.ndarray]:
        try:
            while True:
                yield from self._once()
                if self._is_empty:
                    raise PatchError(f"{self.path} holds no sound.", "Give it another file.")
                self._container.seek(0)
        except (self._av.FFmpegError, OSError, ValueError) as error:
            raise PatchError(f"{self.path} can't be decoded: {error}.", "Give it another file.") from error

    def _once(self) -> Iterator[np.ndarray]:
        resampler = self._av.AudioResampler(format="flt", layout=_LAYOUTS[self.channels], rate=self.rate)
        for frame in self._container.decode(audio=0):
            yield from self._samples(resampler, frame)
        yield from self._samples(resampler, None)

    def _samples(self, resampler: Any, frame: Any) -> Iterator[np.ndarray]:
        for part in resampler.resample(frame):
            self._is_empty = False
            yield part.to_ndarray().reshape(-1, self.channels)  # packed: left, right, left, …
