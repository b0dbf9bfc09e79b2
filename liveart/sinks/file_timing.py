"""Where each frame and each sample of a recording belongs: pure arithmetic on the show's time, no files."""

from __future__ import annotations

from liveart.core.material import Sound

_JUMP = 0.25  # seconds by which sound must be off its place to be moved: below it is drift, followed gently
_FOLLOW = 5.0  # seconds over which the drift of the sound's clock is averaged
_LOST = 10.0  # seconds: a larger hole in the running numbers is a restart, not a loss


class PictureLine:
    """The frames of a file of constant rate; `count` is how many it has."""

    def __init__(self, fps: float) -> None:
        self.fps = fps
        self.count = 0

    @property
    def seconds(self) -> float:
        """How long the pictures so far last."""
        return self.count / self.fps

    def place(self, seconds: float) -> int:
        """Return how many frames are missing before one of this time; -1 when its place is taken already.

        A frame near enough to the next place gets it, so that a show at the file's own rate whose times
        tremble by half a period loses and repeats nothing.
        """
        exact = seconds * self.fps
        slot = self.count if abs(exact - self.count) < 0.75 else round(exact)
        if slot < self.count:
            return -1
        missing = slot - self.count
        self.count = slot + 1
        return missing


class SoundLine:
    """The samples of a file; `count` is how many it has. They decide: they are never stretched or dropped for drift.

    Where the device's clock and the show's clock part by some parts in a million, `drift` says by how many seconds, and
    the pictures are moved instead. Only a real hole (lost blocks, a restarted worker) is filled with silence.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.count = 0
        self.drift = 0.0
        self._next_start: int | None = None
        self._is_placed = False

    @property
    def seconds(self) -> float:
        """How long the sound so far lasts."""
        return self.count / self.rate

    def place(self, sound: Sound, seconds: float) -> tuple[int, int]:
        """Return (samples of silence to put first, samples to leave out at the start) for a block of this time."""
        frames = len(sound.samples)
        gap = self._gap(sound.start, frames, seconds)
        silence, skipped = max(gap, 0), min(max(-gap, 0), frames)
        self.count += silence + frames - skipped
        return silence, skipped

    def pad(self, samples: int) -> None:
        """Note silence put at the end because no sound came; the next block is placed by its time."""
        self.count += samples
        self._is_placed = False

    def _gap(self, start: int, frames: int, seconds: float) -> int:
        lost = 0 if self._next_start is None else start - self._next_start
        self._next_start = start + frames
        if not 0 <= lost <= _LOST * self.rate:
            lost, self._is_placed = 0, False
        ahead = seconds - (self.count + lost) / self.rate
        if self._is_placed and abs(ahead - self.drift) < _JUMP:
            self.drift += (ahead - self.drift) * min(1.0, frames / (_FOLLOW * self.rate))
            return lost
        gap = round((ahead - self.drift) * self.rate) + lost
        self._is_placed = gap > -frames
        return gap
