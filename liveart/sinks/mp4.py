"""Mp4 recordings through PyAV: H.264 (yuv420p, BT.709) with AAC sound; the only sink file that imports av."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from liveart.errors import SinkError
from liveart.sinks.file_out import OutFile, Recipe

# While it grows the file is a row of one-second fragments, so that whatever ends it, it plays up to there.
# `delay_moov` keeps sound and picture exactly together: only a header written late can say how much the AAC encoder
# put in front. A clean close turns the file into a plain mp4 ("hybrid"), which editors and media servers like better;
# FFmpeg before 8.1 spoils the file when both are asked for, so there it stays in fragments.
_MOVFLAGS = "frag_keyframe+delay_moov+default_base_moof"
_HYBRID_SINCE = (62, 12, 0)  # libavformat of FFmpeg 8.1
_LAYOUTS = {1: "mono", 2: "stereo", 4: "quad", 6: "5.1", 8: "7.1"}
_AAC_FRAME = 1024


class Mp4Recording:
    """An mp4 file; the same frames and samples always give the same bytes."""

    def __init__(self, path: Path, recipe: Recipe) -> None:
        self._file = OutFile(path, recipe.overwrite)
        self.path = self._file.path
        try:
            self._container: Any = av.open(self._file, "w", format="mp4", options=_container_options())
            self._video = _Video(self._container, recipe)
            self._audio = _Audio(self._container, recipe) if recipe.channels else None
            self._container.start_encoding()
        except (av.error.FFmpegError, ValueError) as error:
            self._file.close()
            raise SinkError(f"can't encode {self.path.name}: {error}.", _advice(recipe)) from error

    def picture(self, pixels: np.ndarray) -> None:
        """Append one frame, uint8 [height, width, 3 or 4]; another size is scaled to the file's."""
        self._mux(self._video.picture(pixels))

    def repeat(self, times: int) -> None:
        """Append the last frame again (a black one when there is none)."""
        for _ in range(times):
            self._mux(self._video.again())

    def sound(self, samples: np.ndarray) -> None:
        """Append float32 [frames, channels]."""
        if self._audio is not None:
            self._mux(self._audio.sound(samples))

    def close(self) -> None:
        """Finish the file; one without a frame is removed."""
        if self._video.count or (self._audio is not None and self._audio.count):
            self._mux(self._video.finish())
            self._mux([] if self._audio is None else self._audio.finish())
            with _os_errors():
                self._container.close()
            self._file.keep()
            self._file.close()
        else:
            self.abandon()

    def abandon(self) -> None:
        """Cut the file after its last whole fragment, where it plays up to."""
        self._file.cut()
        with suppress(av.error.FFmpegError):  # libav repeats the error that brought us here
            self._container.close()  # frees the encoders; what it still writes goes nowhere
        self._file.close()

    def _mux(self, packets: list[Any]) -> None:
        with _os_errors():
            for packet in packets:
                self._container.mux(packet)
        self._file.keep()


@contextmanager
def _os_errors() -> Iterator[None]:
    """Raise libav's errors as the OSError that a Recording promises."""
    try:
        yield
    except av.error.FFmpegError as error:
        raise OSError(error.errno, error.strerror) from error


class _Video:
    """The H.264 stream: one frame of the file after another."""

    def __init__(self, container: Any, recipe: Recipe) -> None:
        width, height = recipe.size
        self._even = width + width % 2, height + height % 2  # yuv420p halves the colours both ways
        rate = Fraction(recipe.fps).limit_denominator(1001)
        # aq-mode: bits for the dark and the smooth, which ultrafast would leave in blocks.
        self._stream = container.add_stream("libx264", rate=rate, options={
            "preset": recipe.preset, "crf": str(recipe.quality), "aq-mode": "1", "flags": "+bitexact",
            "threads": str(self._threads())})
        self._stream.width, self._stream.height = self._even
        self._stream.pix_fmt = "yuv420p"
        self._stream.gop_size = round(recipe.fps)  # a fragment a second
        codec = self._stream.codec_context
        codec.time_base = 1 / rate
        codec.color_range, codec.colorspace = ColorRange.MPEG, Colorspace.ITU709
        codec.color_primaries = codec.color_trc = 1  # BT.709; without these marks players guess by size
        self._reformatter = VideoReformatter()
        self._frame: Any = None
        self.count = 0

    def picture(self, pixels: np.ndarray) -> list[Any]:
        """Encode one frame."""
        width, height = self._even
        if pixels.shape[:2] in ((height - 1, width), (height, width - 1), (height - 1, width - 1)):
            # An odd size gets its last row or column twice: nothing is cut off, nothing is scaled.
            pixels = np.pad(pixels, ((0, height - pixels.shape[0]), (0, width - pixels.shape[1]), (0, 0)), "edge")
        wrapped = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(pixels[..., :3]), "rgb24")
        self._frame = self._reformatter.reformat(
            wrapped, width, height, "yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR)
        return self.again()

    def again(self) -> list[Any]:
        """Encode the last frame once more."""
        if self._frame is None:
            return self.picture(np.zeros((self._even[1], self._even[0], 3), np.uint8))
        self._frame.pts, self._frame.time_base = self.count, self._stream.codec_context.time_base
        self.count += 1
        return list(self._stream.encode(self._frame))

    def finish(self) -> list[Any]:
        """Return the packets that the encoder still holds."""
        return list(self._stream.encode(None))

    def _threads(self) -> int:
        # A number of the size alone: x264 gives other bytes with other numbers, and a small picture needs no more.
        return min(8, max(1, round(self._even[0] * self._even[1] / 400_000)))


class _Audio:
    """The AAC stream, fed in pieces of the codec's own length."""

    def __init__(self, container: Any, recipe: Recipe) -> None:
        self._layout = _LAYOUTS.get(recipe.channels)
        if self._layout is None:
            raise ValueError(f"{recipe.channels} channels")
        options = {"flags": "+bitexact"}
        self._stream = container.add_stream("aac", rate=recipe.rate, layout=self._layout, options=options)
        self._stream.bit_rate = 128_000 * recipe.channels
        self._rate = recipe.rate
        self._rest = np.zeros((0, recipe.channels), np.float32)
        self.count = 0

    def sound(self, samples: np.ndarray) -> list[Any]:
        """Encode what makes whole pieces; keep the rest for the next call."""
        self._rest = np.concatenate([self._rest, samples])
        packets: list[Any] = []
        while len(self._rest) >= _AAC_FRAME:
            packets += self._encode(self._rest[:_AAC_FRAME])
            self._rest = self._rest[_AAC_FRAME:]
        return packets

    def finish(self) -> list[Any]:
        """Encode the rest and return the packets that the encoder still holds."""
        last = self._encode(self._rest) if len(self._rest) else []
        return last + list(self._stream.encode(None))

    def _encode(self, piece: np.ndarray) -> list[Any]:
        planes = np.ascontiguousarray(piece.T, np.float32)
        frame = av.AudioFrame.from_ndarray(planes, "fltp", layout=str(self._layout))
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self.count, Fraction(1, self._rate)
        self.count += len(piece)
        return list(self._stream.encode(frame))


def _container_options() -> dict[str, str]:
    is_hybrid = av.library_versions["libavformat"] >= _HYBRID_SINCE
    return {"movflags": _MOVFLAGS + "+hybrid_fragmented" * is_hybrid, "fflags": "+bitexact"}


def _advice(recipe: Recipe) -> str:
    layouts = ", ".join(map(str, _LAYOUTS))
    return (f"Asked for {recipe.size[0]}x{recipe.size[1]} at {recipe.fps:g} fps, sound {recipe.rate} Hz with "
            f"{recipe.channels} channels; AAC takes {layouts} channels at 8000 to 96000 Hz. A wav takes any.")
