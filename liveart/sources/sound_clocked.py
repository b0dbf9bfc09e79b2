"""What is heard in step with the show's own time: a file, or the sound that the show itself makes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from liveart.core.ear import Ear
from liveart.core.own_show import OwnShow
from liveart.core.param import Value
from liveart.core.ring import RingReader
from liveart.errors import LiveartError, PatchError
from liveart.sources.sound_file import SoundFile
from liveart.sources.sound_follow import Follower

SKIP = 1.0  # s that an ear may be behind the show before what lies between is left out
LOST = 0.25  # s without sound of a show after which it is heard as silent

MakeEar = Callable[[int], Ear]  # of a rate
MakeFollower = Callable[[float], Follower]  # of the seconds from frame to frame


class FileEar:
    """A file, heard in step with the show's time from the first tick on. `rate`: at which it is read."""

    def __init__(self, name: str, rate: int, make_ear: MakeEar, make_follower: MakeFollower) -> None:
        self._name, self._rate = name, rate
        self._make_ear, self._make_follower = make_ear, make_follower
        self._file: SoundFile | None = None
        self.follower: Follower | None = None

    def open(self, folder: str) -> None:
        """Begin anew. Raises PatchError when the file can't be read."""
        self.close()
        self._file = SoundFile(Path(folder, self._name))
        self._ear = self._make_ear(self._rate)
        self.follower = self._make_follower(self._ear.dt)
        self._began: float | None = None
        self._done = 0  # frames

    def tick(self, now: float) -> Iterable[tuple[str, Value]]:
        """Return what it moves by `now`. Raises a LiveartError once when the file turns out to be damaged."""
        if self._file is None or self.follower is None:
            return ()
        if self._began is None:
            self._began = now
        due = math.floor((now - self._began) / self._ear.dt + 1e-6)
        news: dict[str, Value] = {}
        try:
            self._skip(self._file, due)
            while self._done < due:
                self._done += 1
                for frame in self._ear.feed(self._file.read(self._ear.hop)):
                    news.update(self.follower.step(frame))
        except LiveartError:
            self.close()
            raise
        return tuple(news.items())

    def _skip(self, file: SoundFile, due: int) -> None:
        """Leave out what went by while nobody asked (a frozen show), but for the last that is heard."""
        late = due - self._done - math.ceil(SKIP / self._ear.dt)
        if late > 0 and self._done > 0:
            for _ in range(late):
                file.read(self._ear.hop)
            self._done += late

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def note(self) -> str:
        """Return its name."""
        return Path(self._name).name


class ShowEar:
    """The show's own mix, heard when the audience hears it: each sample at the moment that the ring gives it."""

    def __init__(self, make_ear: MakeEar, make_follower: MakeFollower) -> None:
        self._make_ear, self._make_follower = make_ear, make_follower
        self._reader: RingReader | None = None
        self.follower: Follower | None = None

    def open(self, show: OwnShow | None) -> None:
        """Begin anew with what is oldest there. Raises PatchError when the show makes no sound."""
        if show is None or show.sound is None:
            raise PatchError("a sound source listens to the show, which makes no sound.",
                             "Add a player of sound, or listen to a device or a file.")
        self._rate = show.rate
        self._reader = show.sound.reader(show.sound.written)
        self._ear = self._make_ear(show.rate)
        self.follower = self._make_follower(self._ear.dt)
        self._heard: float | None = None  # the moment up to which it has heard

    def tick(self, now: float) -> Iterable[tuple[str, Value]]:
        """Return what it moves by `now`."""
        reader = self._reader
        if reader is None or self.follower is None or not reader.ring.written:
            return ()
        news: dict[str, Value] = {}
        for frame in self._ear.feed(self._due(reader, now).mean(axis=1)):
            news.update(self.follower.step(frame))
        return tuple(news.items())

    def _due(self, reader: RingReader, now: float) -> np.ndarray:
        """Return what sounded since the last tick, [frames, 2]; silence once there has been none for a while."""
        ring, rate = reader.ring, self._rate
        due = math.floor((now - ring.epoch) * rate + 1e-3)
        reader.place = max(reader.place, min(due, ring.written) - round(SKIP * rate))  # what a freeze left behind
        count = min(due - reader.place, reader.ready)
        if count > 0:
            self._heard = now
            return reader.read(count)
        if self._heard is None or now - self._heard < LOST:
            return np.zeros((0, 2), np.float32)
        silence = np.zeros((round(min(now - self._heard, SKIP) * rate), 2), np.float32)
        self._heard = now
        return silence

    def close(self) -> None:
        """Hear nothing more; may be called twice."""
        self._reader = None

    def note(self) -> str:
        """Return what is heard."""
        return "this show"
