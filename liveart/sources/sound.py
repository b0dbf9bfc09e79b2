"""Sound that moves things: a microphone, a line input or a file, heard as level, bands, onsets, brightness and pitch.

    [sources.ear]
    kind = "sound"
    device = "USB"
    level = "paint/opacity"
    bass = { target = "paint/zoom", low = 0.2, high = 0.8, release = 0.4 }
    onset = "paint/strike"
"""

from __future__ import annotations

import json
import math
import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from liveart.core.contract import Moment, Source
from liveart.core.ear import Ear
from liveart.core.event import CLOCKED, Event
from liveart.core.features import Frame
from liveart.core.param import Value
from liveart.errors import LiveartError, PatchError
from liveart.sound_devices import start_python
from liveart.sources.sound_file import RATE, SoundFile
from liveart.sources.sound_follow import Follower, read_follow
from liveart.sources.sound_input import Order

ORIGIN = f"{CLOCKED} sound"  # no hand waits for it to be seen
OPEN_SECONDS = 20.0  # that a device may take to open, on a machine that is busy starting a show
RETRY_SECONDS = 1.0
SKIP = 1.0  # s that a file may be behind the show before what lies between is left out

Put = Callable[[list[Event]], Sequence[Any]]
Setting = str | Mapping[str, Any] | None


class SoundSource(Source):
    """Listens to `device` (part of an input's name, "" the default) or to `file`, looped in time with the show.

    gain  dB, before all else; auto: a slow automatic gain besides, for rooms that are quieter or louder
    level, bass, mid, high, onset, brightness, pitch  what each moves: an address or a table, see sound_follow
    A file is heard in `tick`: the same show gives the same values, live and offline. A device is heard in a process
    of its own and put as it comes, so that it is in the take. When it vanishes that is told once, and it is looked
    for each second. Raises PatchError for settings that make no sense.
    """

    def __init__(self, device: str = "", file: str = "", gain: float = 0.0, auto: bool = False,
                 level: Setting = None, bass: Setting = None, mid: Setting = None, high: Setting = None,
                 onset: Setting = None, brightness: Setting = None, pitch: Setting = None) -> None:
        if not isinstance(device, str) or not isinstance(file, str) or (device and file):
            raise PatchError(f"a sound source listens to device {device!r} and file {file!r}.",
                             'Write device = "part of a name", or file = "song.wav".')
        if isinstance(gain, bool) or not isinstance(gain, (int, float)) or not -60.0 <= gain <= 60.0:
            raise PatchError(f"a sound source has gain = {gain!r}.", "Write -60 to 60 (dB).")
        if not isinstance(auto, bool):
            raise PatchError(f"a sound source has auto = {auto!r}.", "Write auto = true, or leave it out.")
        said = {"level": level, "bass": bass, "mid": mid, "high": high, "onset": onset, "brightness": brightness,
                "pitch": pitch}
        self._follows = tuple(read_follow(name, setting) for name, setting in said.items() if setting is not None)
        if not self._follows:
            raise PatchError("a sound source moves nothing.", 'Write level = "player/param", for instance.')
        has_pitch = pitch is not None
        self._part: _Device | _File = \
            _File(file, lambda: Ear(RATE, gain, auto, has_pitch), self._make_follower) if file \
            else _Device(Order(device, float(gain), auto, has_pitch, is_patient=False), self._make_follower)
        self.is_live = not file

    def open(self, put: Put) -> None:
        """Begin to listen. Raises PatchError, naming what there is, when the device or file can't be had."""
        if isinstance(self._part, _File):
            self._part.folder = self.folder
        self._part.open(put)

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return what a file moves at this moment. Raises a LiveartError once when the sound has gone away."""
        return self._part.tick(now.time)

    def close(self) -> None:
        """Stop; may be called twice."""
        self._part.close()

    def note(self) -> str:
        """Return what is heard and what for: `"USB" 48 kHz: level, onset`."""
        return f"{self._part.note()}: {', '.join(follow.feature for follow in self._follows)}"

    def _make_follower(self, dt: float) -> Follower:
        return Follower(self._follows, dt)


class _File:
    """A file, heard in step with the show's time from the first tick on."""

    def __init__(self, name: str, make_ear: Callable[[], Ear], make_follower: Callable[[float], Follower]) -> None:
        self._name, self._make_ear, self._make_follower = name, make_ear, make_follower
        self._file: SoundFile | None = None
        self.folder = "."

    def open(self, put: Put) -> None:
        self.close()
        self._file = SoundFile(Path(self.folder, self._name))
        self._ear = self._make_ear()
        self._follower = self._make_follower(self._ear.dt)
        self._began: float | None = None
        self._done = 0  # frames

    def tick(self, now: float) -> Iterable[tuple[str, Value]]:
        if self._file is None:
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
                    news.update(self._follower.step(frame))
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
        if self._file is not None:
            self._file.close()
            self._file = None

    def note(self) -> str:
        return Path(self._name).name


class _Device:
    """A sound input, heard by a process that is started again whenever it ends."""

    def __init__(self, order: Order, make_follower: Callable[[float], Follower]) -> None:
        self._order = order
        self._make_follower = make_follower
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None
        self._troubles: deque[LiveartError] = deque(maxlen=4)
        self._label, self._is_open = order.name or "sound input", False
        self._has_begun = False  # before the first tick a show has no players yet that could be moved

    def open(self, put: Put) -> None:
        self.close()
        self._closing.clear()
        self._troubles.clear()
        self._has_begun = False
        first: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._watcher = threading.Thread(target=self._watch, args=(put, first), name="sound in", daemon=True)
        self._watcher.start()
        try:
            word = first.get(timeout=OPEN_SECONDS)
        except queue.Empty:
            word = {"error": [f"no answer from the sound input within {OPEN_SECONDS:.0f} s.", "Does its driver hang?"]}
        if "error" in word:
            self.close()
            raise PatchError(*word["error"])

    def tick(self, now: float) -> Iterable[tuple[str, Value]]:
        self._has_begun = True
        if self._troubles:
            raise self._troubles.popleft()
        return ()

    def close(self) -> None:
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join(10.0)
            self._watcher = None

    def note(self) -> str:
        return f'"{self._label}"' if self._is_open else f'"{self._label}" is not there'

    def _watch(self, put: Put, first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Keep a listening process running until closed: the first must find the device, later ones wait for it."""
        order = self._order
        while not self._closing.is_set():
            try:
                listener = start_python("liveart.sources.sound_input", order.to_json())
            except OSError as error:  # no room for one more process now
                self._troubles.append(LiveartError(f"no sound input can be listened to: {error}."))
                first.put({"error": [f"no sound input can be listened to: {error}.", ""]})
                self._closing.wait(RETRY_SECONDS)
                continue
            reader = threading.Thread(target=self._read, args=(listener, put, first), name="sound frames", daemon=True)
            reader.start()
            while listener.poll() is None and not self._closing.wait(0.05):
                pass
            _end(listener)
            reader.join(2.0)
            if self._closing.is_set():
                return
            if not self._is_open and not order.is_patient:
                first.put({"error": ["the sound input ended unexpectedly.", "Try another device."]})
                return
            if self._is_open:
                self._is_open = False
                self._troubles.append(LiveartError(f'the sound input "{self._label}" is gone.',
                                                   "It is used again as soon as it is back."))
            order = replace(order, is_patient=True)
            self._closing.wait(RETRY_SECONDS)

    def _read(self, listener: subprocess.Popen[bytes], put: Put, first: queue.SimpleQueue[dict[str, Any]]) -> None:
        """Take what the listening process says, until it ends."""
        assert listener.stdout is not None
        follower: Follower | None = None
        with listener.stdout:
            for line in listener.stdout:
                word = json.loads(line)
                if isinstance(word, dict):
                    first.put(word)
                    if "open" in word:
                        self._label, self._is_open = word["open"], True
                        follower = self._make_follower(word["dt"])
                elif follower is not None and self._has_begun and not self._closing.is_set():
                    self._put(put, follower.step(Frame(*word)))

    def _put(self, put: Put, moves: list[tuple[str, Value]]) -> None:
        if not moves:
            return
        now = time.monotonic()
        try:
            put([Event(address, value, now, ORIGIN) for address, value in moves])
        except Exception as error:  # a fault elsewhere must not make the show deaf
            self._troubles.append(LiveartError(f"what was heard is lost to {type(error).__name__}: {error}."))


def _end(listener: subprocess.Popen[bytes]) -> None:
    """Tell the process to go, and see that it does."""
    assert listener.stdin is not None
    try:
        listener.stdin.close()
        listener.wait(3.0)
    except subprocess.TimeoutExpired:
        listener.kill()
        listener.wait(3.0)
    except OSError:  # it has gone already
        listener.wait(3.0)
