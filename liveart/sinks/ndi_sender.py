"""One NDI source: pictures and sound handed to the NDI library, which compresses and sends in threads of its own."""

from __future__ import annotations

import ctypes
from ctypes import byref
from fractions import Fraction
from html import escape

import numpy as np

from liveart.errors import SinkError
from liveart.sinks.ndi_library import (
    PROGRESSIVE,
    AudioFrame,
    Metadata,
    SenderSettings,
    Tally,
    VideoFrame,
    fourcc,
    load_library,
)
from liveart.sinks.rgbx import widen

TICKS = 10_000_000  # NDI counts time in 100 ns
_RGBX, _PLANAR_FLOAT = fourcc("RGBX"), fourcc("FLTp")


class NdiSender:
    """Announces a source while it exists. One thread sends; any may ask for `receivers` and `tally`."""

    def __init__(self, name: str, about: dict[str, str] | None = None) -> None:
        """Announce `name`; `about` is what a receiver is told on connecting. Raises SinkError, NotInstalled."""
        self._library = load_library()
        settings = SenderSettings(name.encode(), None, False, False)  # the show is the clock, not NDI
        self._handle = self._library.NDIlib_send_create(byref(settings))
        if not self._handle:
            raise SinkError(f'NDI can\'t make the source "{name}"; this machine seems to have one of that name.',
                            f"Give this output another name: ndi:{name}-2.")
        self._slots: list[np.ndarray] = []
        self._frames = (VideoFrame(), VideoFrame())
        self._turn = 0
        words = " ".join(f'{key}="{escape(value)}"' for key, value in (about or {}).items())
        self._library.NDIlib_send_add_connection_metadata(
            self._handle, byref(Metadata(0, 0, f"<ndi_product {words}/>".encode())))

    @property
    def name(self) -> str:
        """The name under which receivers list it, with that of the machine: "STAGE-PC (liveart)"."""
        found = self._library.NDIlib_send_get_source_name(self._handle)
        return str(found.contents.name.decode(errors="replace")) if found else ""

    @property
    def receivers(self) -> int:
        """How many programs are connected."""
        return int(self._library.NDIlib_send_get_no_connections(self._handle, 0))

    @property
    def tally(self) -> tuple[bool, bool]:
        """(on program, on preview), as the receivers say."""
        tally = Tally()
        self._library.NDIlib_send_get_tally(self._handle, byref(tally), 0)
        return bool(tally.on_program), bool(tally.on_preview)

    def send_picture(self, pixels: np.ndarray, rate: Fraction, time: float) -> None:
        """Hand over uint8 [height, width, 3] for `time` seconds; waits only while the frame before is being packed.

        The library reads our memory until the next call, so the frames lie in two buffers by turns.
        """
        height, width = pixels.shape[:2]
        if not self._slots or self._slots[0].shape[:2] != (height, width):
            self._flush()
            self._slots = [np.full((height, width, 4), 255, np.uint8) for _ in range(2)]
        self._turn = 1 - self._turn
        slot, frame = self._slots[self._turn], self._frames[self._turn]
        widen(pixels, slot)
        frame.width, frame.height, frame.fourcc, frame.format = width, height, _RGBX, PROGRESSIVE
        frame.rate_n, frame.rate_d, frame.aspect = rate.numerator, rate.denominator, 0.0  # square pixels
        frame.timecode, frame.data, frame.stride = round(time * TICKS), slot.ctypes.data, width * 4
        self._library.NDIlib_send_send_video_async_v2(self._handle, byref(frame))

    def send_sound(self, samples: np.ndarray, rate: int, time: float) -> None:
        """Hand over float32 [frames, channels] whose first sample belongs to `time` seconds."""
        planar = np.ascontiguousarray(samples.T, np.float32)
        channels, count = planar.shape
        frame = AudioFrame(rate, channels, count, round(time * TICKS), _PLANAR_FLOAT, planar.ctypes.data, count * 4)
        self._library.NDIlib_send_send_audio_v3(self._handle, byref(frame))

    def close(self) -> None:
        """Take the source off the network; may be called twice."""
        if self._handle:
            self._flush()
            self._library.NDIlib_send_destroy(self._handle)
            self._handle = None

    def _flush(self) -> None:
        """Wait until the library has let go of our memory."""
        self._library.NDIlib_send_send_video_async_v2(self._handle, ctypes.POINTER(VideoFrame)())


def frame_rate(fps: float) -> Fraction:
    """Return frames a second as NDI wants them: 59.94 is 60000/1001."""
    drop = Fraction(round(fps * 1.001) * 1000, 1001)
    return drop if abs(float(drop) - fps) < 0.006 else Fraction(fps).limit_denominator(1000)
