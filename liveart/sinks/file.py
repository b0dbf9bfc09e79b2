"""The file sink: a show recorded as mp4, wav or numbered PNG files, live and offline by the same steps."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from liveart.core.contract import Sink, Stage
from liveart.core.material import Material, Picture, Sound
from liveart.errors import SinkError, did_you_mean
from liveart.sinks.file_out import Recipe, Recording
from liveart.sinks.file_timing import PictureLine, SoundLine

TAKES = {
    ".mp4": frozenset({"picture", "sound"}),
    ".wav": frozenset({"sound"}),
    ".png": frozenset({"picture"}),
}
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_APART = 2.0  # seconds by which one kind may lag before its place is filled
_CUT = 60.0  # seconds: a longer hole in the show's time is left out of the file


class FileSink(Sink):
    """Records to the file that `name` says, from the first frame (or sample) on.

    name       `set.mp4` (H.264 and AAC), `set.wav`, `shots/` or `shots.png` or `shot%05d.png` (numbered pictures)
    fps        frames a second of the file; 0: the show's
    quality    of an mp4: x264's crf, 0 (lossless) to 51; each 6 less doubles the size
    preset     of an mp4: from ultrafast (live) to veryslow (a render); slower makes smaller files
    bits       of a wav: 16, 24, or 32 (float)
    sound      False: an mp4 without sound
    overwrite  False: an existing `set.mp4` is left alone and `set-2.mp4` is written

    Frames land at their `Picture.time` in a constant rate: gaps repeat the last frame, doubles are left out. Sound
    lies where its time says when it begins; from then on its samples count. Pictures and sound may come from two
    threads; neither may lag more than 2 s behind the other, or its place is filled with the last frame or with silence.
    """

    def __init__(self, name: str = "set.mp4", fps: float = 0.0, quality: int = 16, preset: str = "ultrafast",
                 bits: int = 24, sound: bool = True, overwrite: bool = False) -> None:
        super().__init__(name or "set.mp4")
        self._kind = _kind(self.name)
        takes = TAKES[self._kind]
        # The contract lets the class say what it takes; here the file's name does.
        self.takes = takes if sound or self._kind == ".wav" else takes - {"sound"}
        _check(fps, quality, preset, bits)
        self._settings = (fps, quality, preset, bits, overwrite)
        self._lock = threading.Lock()
        self._recording: Recording | None = None
        self._path: Path | None = None
        self._fault = ""
        self._counts = {"frames": 0, "repeated": 0, "doubles": 0, "lost": 0}

    def open(self, stage: Stage) -> None:
        """Begin the file; raises SinkError when it can't be made."""
        self.close()
        fps, quality, preset, bits, overwrite = self._settings
        has_sound = "sound" in self.takes and stage.rate > 0
        recipe = Recipe(stage.size, fps or stage.fps, stage.rate, stage.channels if has_sound else 0, quality, preset,
                        bits, overwrite)
        with self._lock:
            self._pictures = PictureLine(recipe.fps)
            self._sounds = SoundLine(stage.rate) if has_sound else None
            self._channels = stage.channels
            self._held: deque[Sound] = deque()
            self._zero: float | None = None
            self._fault = ""
            self._recording = _begin(self._kind, Path(stage.folder), self.name, recipe)
            self._path = self._recording.path

    def send(self, material: Material) -> None:
        """Append one frame or block. When the disk refuses, raises SinkError once; then it only counts what is lost."""
        with self._lock:
            if self._recording is None:
                self._counts["lost"] += 1
                return
            try:
                self._take(self._recording, material)
            except OSError as error:
                raise self._give_up(self._recording, error) from error

    def close(self) -> None:
        """Finish the file; may be called twice. Raises SinkError when the disk refuses the end of it."""
        with self._lock:
            recording = self._recording
            if recording is None:
                return
            try:
                self._level(recording)
                recording.close()
            except OSError as error:
                raise self._give_up(recording, error) from error
            self._recording = None

    def note(self) -> str:
        """Return the file and how long it is, or why it stopped ("" before the first `open`)."""
        if self._fault or self._path is None:
            return self._fault
        minutes, seconds = divmod(int(self._seconds), 60)
        return f"{self._path} {minutes}:{seconds:02d}"

    def counts(self) -> Mapping[str, float]:
        """Return {"frames", "repeated" (to fill gaps), "doubles" (left out), "lost" (after a fault)}."""
        return dict(self._counts)

    @property
    def _seconds(self) -> float:
        return max(self._pictures.seconds, self._sounds.seconds if self._sounds else 0.0)

    def _take(self, recording: Recording, material: Material) -> None:
        if isinstance(material, Picture) and "picture" in self.takes:
            if self._zero is None:
                self._start(recording, material.time)
            self._picture(recording, material)
        elif isinstance(material, Sound) and self._sounds is not None:
            if self._zero is None and not self._may_start(material):
                return
            if self._zero is None:
                self._start(recording, self._held[0].time)
            else:
                self._sound(recording, self._sounds, material)

    def _may_start(self, sound: Sound) -> bool:
        """Hold sound that comes before the first picture, for a while: the file begins with the picture."""
        self._held.append(sound)
        held = sum(len(block.samples) for block in self._held) / max(sound.rate, 1)
        return "picture" not in self.takes or held > _APART

    def _start(self, recording: Recording, zero: float) -> None:
        self._zero = zero
        while self._held and self._sounds is not None:
            self._sound(recording, self._sounds, self._held.popleft())

    def _picture(self, recording: Recording, picture: Picture) -> None:
        drift = self._sounds.drift if self._sounds else 0.0
        missing = self._pictures.place(self._since_zero(picture.time) - drift)
        if missing < 0:
            self._counts["doubles"] += 1
            return
        self._repeat(recording, missing)
        recording.picture(picture.pixels)
        self._counts["frames"] += 1
        if self._sounds and self._pictures.seconds - self._sounds.seconds > _APART:
            self._silence(recording, self._sounds, self._pictures.seconds - _APART / 2)

    def _sound(self, recording: Recording, line: SoundLine, sound: Sound) -> None:
        samples = _fit(sound, line.rate, self._channels)
        silence, skipped = line.place(sound, self._since_zero(sound.time))
        if silence:
            recording.sound(np.zeros((silence, self._channels), np.float32))
        recording.sound(samples[skipped:])
        if "picture" in self.takes and line.seconds - self._pictures.seconds > _APART:
            self._fill(recording, line.seconds - _APART / 2)

    def _since_zero(self, time: float) -> float:
        seconds = time - (self._zero or 0.0)
        if abs(seconds - self._seconds) > _CUT:
            self._zero = time - self._seconds
            seconds = self._seconds
        return seconds

    def _repeat(self, recording: Recording, times: int) -> None:
        recording.repeat(times)
        self._counts["repeated"] += times

    def _fill(self, recording: Recording, seconds: float) -> None:
        """Repeat the last frame until the pictures last so long."""
        times = int(seconds * self._pictures.fps + 1e-6) - self._pictures.count
        if times > 0:
            self._pictures.count += times
            self._repeat(recording, times)

    def _silence(self, recording: Recording, line: SoundLine, seconds: float) -> None:
        """Put silence until the sound lasts so long."""
        samples = round(seconds * line.rate) - line.count
        if samples > 0:
            line.pad(samples)
            recording.sound(np.zeros((samples, self._channels), np.float32))

    def _level(self, recording: Recording) -> None:
        """Bring both kinds to the same end."""
        if self._held and self._zero is None:
            self._start(recording, self._held[0].time)
        if self._sounds is not None and "picture" in self.takes:
            self._fill(recording, self._sounds.seconds)
            self._silence(recording, self._sounds, self._pictures.seconds)

    def _give_up(self, recording: Recording, error: OSError) -> SinkError:
        self._recording = None
        self._fault = f"{recording.path.name} stopped after {self._seconds:.0f} s: {error.strerror or error}"
        try:
            recording.abandon()
        except OSError as second:
            self._fault += f"; its end could not be tidied: {second.strerror or second}"
        return SinkError(f"recording {self._fault}.", "Make room and start it again; the file up to there plays.")


def _kind(name: str) -> str:
    if name.endswith(("/", "\\")):
        return ".png"
    suffix = Path(name).suffix.lower()
    if suffix not in TAKES:
        near = did_you_mean(suffix, TAKES) if suffix else "Name one of set.mp4, set.wav, shots.png or a folder, shots/."
        raise SinkError(f'can\'t record to "{name}": there are .mp4, .wav, .png and a folder for pictures.', near)
    return suffix


def _check(fps: float, quality: int, preset: str, bits: int) -> None:
    if not 0 <= fps <= 1000:
        raise SinkError(f"a file can't have {fps} frames a second.", "Give fps from 1 to 1000, or 0 for the show's.")
    if not 0 <= quality <= 51:
        raise SinkError(f"quality {quality} is out of range.", "Give 0 (lossless) to 51 (worst); 16 looks perfect.")
    if preset not in PRESETS:
        raise SinkError(f'there is no preset "{preset}".', did_you_mean(preset, PRESETS))
    if bits not in (16, 24, 32):
        raise SinkError(f"a wav can't have {bits} bits.", "Give 16, 24, or 32 (float).")


def _begin(kind: str, folder: Path, name: str, recipe: Recipe) -> Recording:
    path = folder / name
    if kind == ".mp4":
        from liveart.sinks.mp4 import Mp4Recording

        return Mp4Recording(path, recipe)
    if kind == ".wav":
        from liveart.sinks.wav import WavRecording

        return WavRecording(path, recipe)
    from liveart.sinks.png import PngRecording

    return PngRecording(path, recipe, name.endswith(("/", "\\")))


def _fit(sound: Sound, rate: int, channels: int) -> np.ndarray:
    """Return its samples as float32 [frames, channels]; a mono block goes to all channels."""
    samples = sound.samples if sound.samples.ndim == 2 else sound.samples[:, None]
    if sound.rate != rate or samples.shape[1] not in (1, channels):
        raise SinkError(f"sound of {sound.rate} Hz with {samples.shape[1]} channels came to a file of {rate} Hz with "
                        f"{channels}.", "Close the recording before the show's sound changes.")
    # One NaN would end an AAC stream.
    return np.broadcast_to(np.nan_to_num(samples), (len(samples), channels)).astype(np.float32, copy=False)
