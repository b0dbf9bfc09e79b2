"""A show without models for the panel's tests: a real board, a picture that follows it, a sine in a ring."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

from liveart.core.board import Board, Change, Verdict
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.core.ring import RingReader, SampleRing
from liveart.errors import SinkError

RATE = 48000
GROUPS = [{"name": "journey", "title": "journey", "kind": "path"},
          {"name": "paint", "title": "paint", "kind": "picture"},
          {"name": "veil", "title": "veil", "kind": "picture"},
          {"name": "cycles", "title": "cycles", "kind": "sound"}]
PARAMS: list[tuple[str, list[Param]]] = [
    ("", [Param("panic", kind="trigger", help="notes off, states reset, the show goes on"),
          Param("blackout", False, kind="bool", help="fade picture and sound to nothing"),
          Param("freeze", False, kind="bool", help="hold the journey where it stands")]),
    ("clock", [Param("tempo", 96.0, 20.0, 300.0, unit="bpm", help="beats a minute")]),
    ("sound", [Param("gain", -6.0, -60.0, 6.0, unit="dB", glide=0.05, help="loudness of everything")]),
    ("journey", [Param("x", 0.0, -4.0, 4.0, pad="x", glide=0.25, help="across the plane of seeds"),
                 Param("y", 0.0, -4.0, 4.0, pad="y", glide=0.25, help="up the plane of seeds"),
                 Param("speed", 0.25, -4.0, 4.0, kind="rate", unit="steps/beat", help="drift along the plane")]),
    ("paint", [Param("opacity", 1.0, glide=0.1, help="how much of it shows"),
               Param("blend", "normal", kind="choice", choices=("normal", "add", "screen", "multiply"),
                     help="how it lies over the players below"),
               Param("truncation", 0.8, 0.0, 1.5, glide=0.2, help="from the average (0) to the wild (1.5)"),
               Param("hue", 0.0, 0.0, 1.0, unit="turn", help="turns the colours"),
               Param("seed", 7, 0, 9999, kind="int", help="which point"),
               Param("mirror", True, kind="bool", help="left is right")]),
    ("veil", [Param("opacity", 0.35, glide=0.1, help="how much of it shows"),
              Param("grain", "medium", kind="choice",
                    choices=("none", "fine", "medium", "coarse", "paper", "linen", "sand"), help="the texture"),
              Param("burst", kind="trigger", help="a flash of light")]),
    ("cycles", [Param("gain", -12.0, -60.0, 0.0, unit="dB", help="loudness"),
                Param("pitch", 110.0, 20.0, 2000.0, unit="Hz", curve="log", glide=0.1, help="lowest voice"),
                Param("attack", 0.02, 0.0, 4.0, unit="s", curve="square", help="how fast a voice comes"),
                Param("voices", 5, 1, 12, kind="int", help="how many voices"),
                Param("spread", 0.3, help="detune and width")])]


class FakeHost:
    """Answers the panel as a conductor would. `with FakeHost() as host:` runs its sine."""

    def __init__(self, size: int = 256, frequency: float = 220.0) -> None:
        self.board = Board(Layout.of(PARAMS), time.monotonic())
        self.sound_rate = RATE
        self.size = size
        self.recording = False
        self.watched: list[bool] = []
        self.last = ""
        self.refused = 0
        self.changes: list[Change] = []
        self.troubles: list[dict[str, Any]] = []
        self._ring = SampleRing(RATE, 2)
        self._frequency = frequency
        self._start = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sound, daemon=True)
        self.board.watch(self.changes.extend)

    def __enter__(self) -> FakeHost:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def put(self, events: list[Event]) -> list[Verdict]:
        """Put on the board, and remember the last sentence."""
        verdicts = self.board.put_all(events)
        for verdict in verdicts:
            self.refused += verdict.judgement in ("refused", "unknown")
            self.last = verdict.text or f"{verdict.event.address} {verdict.event.value} from {verdict.event.origin}"
        return verdicts

    def groups(self) -> list[dict[str, Any]]:
        """The players and paths."""
        return GROUPS

    def status(self) -> dict[str, Any]:
        """Plausible figures; the beat is the board's."""
        now = time.monotonic()
        snapshot = self.board.snapshot()
        return {"patch": "tide", "version": "0.1.0", "device": "cpu", "fps": 59.9, "gen_ms": 6.4, "late_frames": 0,
                "control_to_frame_ms": {"p50": 9.2, "p99": 17.1}, "xruns": 0, "audio_headroom": 0.83,
                "osc_received": 1204, "osc_refused": self.refused, "last": self.last, "troubles": self.troubles,
                "level": 0, "restarts": 0, "rss_mb": {"conductor": 61.0, "picture": 420.0, "sound": 310.0},
                "beat": snapshot.beat(now), "tempo": snapshot.tempo, "recording": self.recording,
                "levels": [float("-inf"), np.float32(-12.5)], "uptime": now - self._start, "osc_port": 9000}

    def preview(self, last_index: int) -> tuple[int, np.ndarray] | None:
        """A plasma whose colours follow /liveart/paint/hue and whose place follows the pad; 30 a second."""
        index = int((time.monotonic() - self._start) * 30)
        return None if index == last_index else (index, self._plasma(index / 30))

    def listen(self) -> RingReader | None:
        """A reader at the newest sample."""
        return self._ring.reader()

    def record(self, on: bool) -> str:
        """Pretend to record; the disk is full the second time."""
        if on and self.recording:
            raise SinkError("the take can't be written: disk full.", "Free some space.")
        self.recording = on
        return "recording to take-01.jsonl" if on else "take-01.jsonl is saved"

    def watch_preview(self, watching: bool) -> None:
        """Remember who looked."""
        self.watched.append(watching)

    def _plasma(self, seconds: float) -> np.ndarray:
        values = self.board.snapshot()
        x0, y0 = values["/liveart/journey/x"], values["/liveart/journey/y"]
        y, x = np.mgrid[0 : self.size : 4, 0 : self.size : 4].astype(np.float32) / self.size * 3
        x, y, slow = x + x0, y - y0, seconds * 0.25
        wave = np.sin(2 * x + np.sin(1.7 * y + slow)) + np.sin(1.3 * y - x + slow)
        turns = np.array([0.0, 0.21, 0.42]) + values["/liveart/paint/hue"]
        colour = 0.5 + 0.5 * np.cos(2 * np.pi * (0.22 * wave[..., None] + turns))
        light = (0.35 + 0.3 * np.sin(wave * 2.1)) * (0.0 if values["/liveart/blackout"] else 1.0)
        coarse: np.ndarray = np.clip(colour * light[..., None] * 2 * 255, 0, 255).astype(np.uint8)
        return coarse.repeat(4, axis=0).repeat(4, axis=1)  # a double must not eat the machine

    def _sound(self) -> None:
        made = 0
        while not self._ended.wait(0.01):
            due = int((time.monotonic() - self._start) * RATE)
            times = np.arange(made, min(due, made + RATE // 2))
            tone = 0.3 * np.sin(2 * np.pi * self._frequency * times / RATE)
            self._ring.write(np.stack([tone, 0.7 * tone], axis=1).astype(np.float32))
            made = due
