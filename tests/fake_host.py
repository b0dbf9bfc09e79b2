"""A show without models for the panel's tests: its real board, desk and mapper, a plain picture, a sine in a ring."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from fake_hands import FakeHands

from liveart.core.board import Board, Change, Verdict
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.core.ring import RingReader, SampleRing
from liveart.errors import SinkError
from liveart.show.cue_list import CueList
from liveart.show.desk import Desk

RATE = 48000
GROUPS = [{"name": "journey", "title": "journey", "kind": "path"},
          {"name": "paint", "title": "paint", "kind": "picture"},
          {"name": "veil", "title": "veil", "kind": "picture"},
          {"name": "cycles", "title": "cycles", "kind": "sound"}]
PARAMS: list[tuple[str, list[Param]]] = [
    ("", [Param("panic", kind="trigger", help="notes off, states reset, the show goes on"),
          Param("blackout", False, kind="bool", help="fade picture and sound to nothing"),
          Param("freeze", False, kind="bool", help="hold the journey where it stands")]),
    ("clock", [Param("tempo", 96.0, 20.0, 300.0, unit="bpm", help="beats a minute"),
               Param("tap", kind="trigger", help="tap the tempo")]),
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
                Param("spread", 0.3, help="detune and width"),
                Param("note", kind="notes", help="play it")])]


class FakeHost:
    """Answers the panel as a conductor would. `with FakeHost() as host:` runs its sine, its cues and its learning."""

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
        self.desk = Desk(self.board, CueList())
        self.controller = FakeHands(self.board, self.desk.put)
        self.played: list[tuple[str, Any]] = []

    def __enter__(self) -> FakeHost:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def put(self, events: list[Event]) -> list[Verdict]:
        """Put on the board, and remember the last sentence."""
        self.played += [(event.address, event.value) for event in events if "/note/" in event.address]
        verdicts = self.desk.put(events)
        for verdict in verdicts:
            self.refused += verdict.judgement in ("refused", "unknown")
            self.last = verdict.text or f"{verdict.event.address} {verdict.event.value} from {verdict.event.origin}"
        return verdicts

    def put_osc(self, events: list[Event]) -> list[Verdict]:
        """The same; no foreign address is bound here."""
        return self.put(events)

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

    def hands(self) -> Mapping[str, Any]:
        """The controller, and what it moves."""
        return self.controller.show()

    def learn(self, address: str | None) -> None:
        """Wait for a control."""
        self.controller.mapper.learn(address)

    def bind(self, index: int, changes: Mapping[str, Any]) -> None:
        """Change a binding."""
        self.controller.mapper.rebind(index, **changes)

    def unbind(self, index: int) -> None:
        """Take one away."""
        self.controller.mapper.unbind(index)

    def undo_bind(self) -> None:
        """Bring it back."""
        self.controller.mapper.undo()

    def key(self, name: str, is_down: bool) -> None:
        """A key of the page's keyboard."""
        self.controller.key(name, is_down)

    def cues(self) -> Mapping[str, Any]:
        """The set."""
        return {**self.desk.state(time.monotonic()), "file": "tide.toml"}

    def edit_cue(self, what: Mapping[str, Any]) -> str:
        """Change the set."""
        return self.desk.edit(what, time.monotonic())

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
            self.desk.tick(time.monotonic())
            self.controller.tick()
            due = int((time.monotonic() - self._start) * RATE)
            times = np.arange(made, min(due, made + RATE // 2))
            tone = 0.3 * np.sin(2 * np.pi * self._frequency * times / RATE)
            self._ring.write(np.stack([tone, 0.7 * tone], axis=1).astype(np.float32))
            made = due
