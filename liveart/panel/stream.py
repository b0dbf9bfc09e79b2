"""Picture and sound for pages: the newest frame as JPEG, the mixed sound as PCM. What a page can't take is dropped."""

from __future__ import annotations

import asyncio
import io
import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

from liveart.core.ring import RingReader
from liveart.panel.host import PanelHost

QUALITY = 80
NARROWEST, WIDEST, STEP = 64, 2048, 64
POLL = 1 / 60
SILENCE_DB = -120.0


class Pictures:
    """Frames as JPEG: each frame is encoded once a width, in one thread, however many pages watch."""

    def __init__(self, host: PanelHost) -> None:
        self._host = host
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="panel-picture")
        self._watchers = 0
        self._index = -1
        self._frame: np.ndarray | None = None
        self._encoded: dict[int, bytes] = {}

    def __enter__(self) -> Pictures:
        """Count one who watches; the first makes the show hand over its frames."""
        self._watchers += 1
        if self._watchers == 1:
            self._frame = None  # it is of the last time that somebody looked
            self._host.watch_preview(True)
        return self

    def __exit__(self, *_: object) -> None:
        self._watchers -= 1
        if self._watchers == 0:
            self._host.watch_preview(False)

    async def newer(self, after: int, width: int) -> tuple[int, bytes]:
        """Wait for a frame other than number `after`; return its number and JPEG (see to_jpeg)."""
        loop = asyncio.get_running_loop()
        while True:
            found = await loop.run_in_executor(self._pool, self._look, after, width)
            if found is not None:
                return found
            await asyncio.sleep(POLL)

    def close(self) -> None:
        """End the encoding thread."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self, after: int, width: int) -> tuple[int, bytes] | None:
        newest = self._host.preview(self._index)
        if newest is not None:
            self._index, self._frame = newest
            self._encoded.clear()
        if self._frame is None or self._index == after:
            return None
        if width not in self._encoded:
            self._encoded[width] = to_jpeg(self._frame, width)
        return self._index, self._encoded[width]


def to_jpeg(frame: np.ndarray, width: int) -> bytes:
    """Return uint8 [height, width, 3] as JPEG, made smaller by the whole factor that leaves at least `width` pixels.

    A whole factor averages whole pixels: far cheaper than a free scale, and the browser does the rest.
    """
    image = Image.fromarray(np.ascontiguousarray(frame))
    if (factor := image.width // width) > 1:
        image = image.reduce(factor)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def fit_width(text: str, otherwise: int = 768) -> int:
    """Return the width that a page asks for, in steps, so that pages of like size share their JPEGs."""
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return otherwise
    return min(max(math.ceil(int(text) / STEP) * STEP, NARROWEST), WIDEST)


class SoundTap:
    """The show's sound as int16 chunks. A page that stalls hears the present when it is back, not the past."""

    LONGEST = 0.25  # seconds that may wait before they are skipped
    DRY = 0.5  # seconds without a sample after which the ring is asked for anew

    def __init__(self, host: PanelHost) -> None:
        self._host = host
        self._reader: RingReader | None = None
        self._fed = -math.inf

    def read(self) -> np.ndarray:
        """Return what is new, float32 [n, channels]; n is 0 when there is nothing."""
        now = time.monotonic()
        reader = self._reader
        if reader is None or now - self._fed > self.DRY or reader.ready > self.LONGEST * self._host.sound_rate:
            self._fed = now
            reader = self._reader = self._host.listen()
        if reader is None:
            return np.zeros((0, 2), np.float32)
        samples = reader.read()
        if len(samples):
            self._fed = now
        return samples


def to_pcm(samples: np.ndarray) -> bytes:
    """Return float32 [n, channels], -1..1, as interleaved stereo int16, little-endian; mono goes to both sides."""
    stereo = samples[:, :2] if samples.shape[1] >= 2 else np.repeat(samples, 2, axis=1)
    pcm: np.ndarray = (np.clip(np.nan_to_num(stereo), -1.0, 1.0) * 32767.0).astype("<i2")
    return pcm.tobytes()


class Meter:
    """Peak levels of the sound since the last look, shared by all pages."""

    def __init__(self, host: PanelHost) -> None:
        self._tap = SoundTap(host)
        self._levels: list[float] | None = None
        self._at = -math.inf

    def levels(self, now: float) -> list[float] | None:
        """Return [left, right] in dB of full scale; None when there is no sound to measure."""
        if now - self._at < 0.03:
            return self._levels
        samples = self._tap.read()
        if len(samples):
            peaks = np.abs(np.nan_to_num(samples)).max(axis=0)
            left, right = float(peaks[0]), float(peaks[min(1, len(peaks) - 1)])
            self._levels, self._at = [to_db(left), to_db(right)], now
        elif now - self._at > 1.0:
            self._levels = None
        return self._levels


def to_db(peak: float) -> float:
    """Return an amplitude in dB of full scale, never below SILENCE_DB."""
    return max(20.0 * math.log10(peak), SILENCE_DB) if peak > 0 else SILENCE_DB
