"""A sound file as an ear hears it: one channel, at one rate, without end."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from liveart import sound_files

RATE = 48000


class SoundFile(sound_files.SoundFile):
    """Any sound or film that FFmpeg reads, mono at RATE. Raises PatchError when it can't be read or holds no sound."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, RATE, 1)

    def read(self, count: int) -> np.ndarray:
        """Return the next `count` samples, float32 [count]. Raises PatchError when the file is damaged."""
        return super().read(count)[:, 0]
