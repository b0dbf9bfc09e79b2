"""Wav recordings: PCM of 16 or 24 bits, or 32-bit float, playable at any moment while they grow."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from liveart.sinks.file_out import OutFile, Recipe

_LIMIT = 0xFFFFFFFF  # what the sizes of a RIFF header can say


class WavRecording:
    """A wav file whose header is brought up to date once a second of sound.

    Above 4 GB the header becomes RF64 (EBU Tech 3306), for which room is kept from the start.
    """

    def __init__(self, path: Path, recipe: Recipe) -> None:
        self._file = OutFile(path, recipe.overwrite)
        self.path = self._file.path
        self._rate, self._channels, self._bits = recipe.rate, recipe.channels, recipe.bits
        self._frames = 0
        self._told = 0

    def picture(self, pixels: np.ndarray) -> None:
        """Do nothing: a wav has no pictures."""

    def repeat(self, times: int) -> None:
        """Do nothing: a wav has no pictures."""

    def sound(self, samples: np.ndarray) -> None:
        """Append float32 [frames, channels], -1..1; PCM clips what is beyond."""
        if not self._frames:
            self._tell()
        self._file.write(encode(samples, self._bits))
        self._frames += len(samples)
        if self._frames - self._told >= self._rate:
            self._tell()

    def close(self) -> None:
        """Bring the header up to date and close."""
        if self._frames:
            self._tell()
            self._file.write(bytes(self._frames * self._channels * self._bits // 8 % 2))  # a chunk's length is even
        self._file.close()

    def abandon(self) -> None:
        """Cut off what the header does not tell of, and close."""
        self._file.cut()
        self._file.close()

    def _tell(self) -> None:
        self._file.seek(0)
        self._file.write(header(self._rate, self._channels, self._bits, self._frames))
        self._file.seek(0, 2)
        self._file.keep()
        self._told = self._frames


def encode(samples: np.ndarray, bits: int) -> bytes:
    """Return little-endian samples of 16, 24 (PCM) or 32 bits (float)."""
    if bits == 32:
        return bytes(samples.astype("<f4").tobytes())
    full = (1 << (bits - 1)) - 1
    whole = np.rint(samples.astype(np.float64).clip(-1, 1) * full).astype("<i4")
    if bits == 16:
        return bytes(whole.astype("<i2").tobytes())
    return bytes(whole[..., None].view(np.uint8)[..., :3].tobytes())


def header(rate: int, channels: int, bits: int, frames: int) -> bytes:
    """Return a wav header of 92 bytes for so many frames."""
    step = channels * bits // 8
    data = frames * step
    whole = 84 + data + data % 2
    is_large = whole > _LIMIT
    sizes = struct.pack("<QQQI", whole, data, frames, 0) if is_large else bytes(28)
    form = struct.pack("<HHIIHH", 3 if bits == 32 else 1, channels, rate, rate * step, step, bits)
    return b"".join([
        b"RF64" if is_large else b"RIFF", struct.pack("<I", min(whole, _LIMIT)), b"WAVE",
        b"ds64" if is_large else b"JUNK", struct.pack("<I", 28), sizes,
        b"fmt ", struct.pack("<I", 16), form,
        b"fact", struct.pack("<II", 4, min(frames, _LIMIT)),
        b"data", struct.pack("<I", min(data, _LIMIT)),
    ])
