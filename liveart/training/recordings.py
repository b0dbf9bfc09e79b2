"""Recordings to learn from: sound files of any kind as plain samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from liveart.errors import TrainingError

SUFFIXES = {".aif", ".aiff", ".flac", ".m4a", ".mp3", ".ogg", ".opus", ".wav"}


def read_recording(path: Path, rate: int, shortest: float) -> np.ndarray:
    """Return a sound file, of any rate and number of channels, as mono float32 [samples] at `rate`.

    Raises TrainingError when it can't be decoded, is shorter than `shortest` seconds, or holds samples that are not
    numbers.
    """
    import av  # needed for recordings only: what is computed trains without it

    blocks: list[np.ndarray] = []
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in container.decode(audio=0):
                blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            blocks += [part.to_ndarray()[0] for part in resampler.resample(None)]
    except (av.FFmpegError, IndexError, ValueError, OSError) as error:
        raise TrainingError(f"can't be decoded: {error}.") from error
    samples = np.concatenate(blocks).astype(np.float32) if blocks else np.zeros(0, np.float32)
    if len(samples) < shortest * rate:
        raise TrainingError(f"only {len(samples) / rate * 1000:.0f} ms long.")
    if not np.isfinite(samples).all():
        raise TrainingError("holds samples that are not numbers.")
    return samples
