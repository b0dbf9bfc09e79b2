"""ShowHost: a running show as its faces see it: the panel, the status line, the stats file."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from liveart.core.board import Board, Verdict
from liveart.core.event import Event
from liveart.core.ring import RingReader
from liveart.show.conductor import Conductor
from liveart.sinks.shm_reader import ShmReader


class ShowHost:
    """Answers what the panel asks (see panel/host.py); quick, callable from any thread."""

    def __init__(self, conductor: Conductor, version: str, recordings: str | Path = "recordings") -> None:
        self._conductor = conductor
        self._version = version
        self._recordings = Path(recordings)
        self._reader = ShmReader(conductor.preview_name)
        self._newest: tuple[int, np.ndarray] | None = None
        self._looking = threading.Lock()  # several pages may look at once
        self.sound_rate = conductor.patch.rate

    @property
    def board(self) -> Board:
        """The live values."""
        return self._conductor.board

    def put(self, events: list[Event]) -> Sequence[Verdict]:
        """Apply what a page sent."""
        return self._conductor.put(events)

    def put_osc(self, events: list[Event]) -> Sequence[Verdict]:
        """Apply what came as OSC through the panel's WebSocket."""
        return self._conductor.hands.foreign(events)

    def groups(self) -> Sequence[Mapping[str, Any]]:
        """Return the show's own groups, paths and players, in the order of the patch."""
        patch = self._conductor.patch
        shown = [{"name": name, "title": name, "kind": "show"} for name in ("clock", "picture", "sound")]
        shown += [{"name": path.group, "title": f"{path.group} · {path.kind}", "kind": "path"} for path in patch.paths]
        return shown + [{"name": player.name, "kind": player.kind, "has_models": bool(player.models),
                         "title": player.name if player.models else f"{player.name} · {player.generator}"}
                        for player in patch.players]

    def status(self) -> Mapping[str, Any]:
        """Return how the show does now (see panel/host.py for the keys)."""
        conductor, now = self._conductor, time.monotonic()
        picture, sound = (self._figures(kind) for kind in ("picture", "sound"))
        snapshot = conductor.board.snapshot()
        child = conductor.child("picture") or conductor.child("sound")
        return {
            "patch": conductor.patch.name, "version": self._version,
            "device": child.opened.device if child and child.opened else None,
            "fps": picture.get("fps"), "gen_ms": picture.get("gen_ms"), "late_frames": picture.get("late_frames"),
            "level": picture.get("level"), "control_to_frame_ms": picture.get("control_to_frame_ms"),
            "dropped": picture.get("dropped"),
            "xruns": sound.get("xruns"), "audio_headroom": sound.get("audio_headroom"), "levels": sound.get("levels"),
            "mutes": sound.get("mutes"), "sound_delay_ms": sound.get("delay_ms"),
            "sound_rate": conductor.patch.rate if sound else None,
            "osc_received": int(conductor.osc.counts().get("received", 0)),
            "osc_refused": sum(int(conductor.osc.counts().get(key, 0)) for key in ("refused", "unknown")),
            "osc_port": conductor.osc.port, "last": conductor.last_control, "troubles": conductor.troubles.now(now),
            "restarts": sum(child.restarts for child in conductor.children), "rss_mb": self._memory(),
            "beat": snapshot.beat(now), "tempo": snapshot.tempo, "recording": conductor.is_recording,
            "uptime": now - conductor.origin_time, "hands": conductor.hands.notes(),
            "plays": [note for each in conductor.children if each.opened for note in each.opened.notes],
            "models": {**picture.get("models", {}), **sound.get("models", {})},
            "outputs": [*picture.get("outputs", []), *sound.get("outputs", []), *conductor.feed_notes()],
        }

    def stats(self) -> dict[str, Any]:
        """Return one line of the stats file."""
        status = self.status()
        keys = ("fps", "late_frames", "control_to_frame_ms", "xruns", "mutes", "audio_headroom", "osc_received",
                "osc_refused", "rss_mb", "restarts")
        return {"t": round(status["uptime"], 3)} | {key: status[key] for key in keys}

    def preview(self, last_index: int) -> tuple[int, np.ndarray] | None:
        """Return the newest frame unless it is `last_index`."""
        with self._looking:
            frame = self._reader.read()
            if frame is not None:
                self._newest = (frame.sequence, frame.pixels)
            newest = self._newest
        return None if newest is None or newest[0] == last_index else newest

    def listen(self) -> RingReader | None:
        """Return a reader at the newest sample of the mixed sound."""
        return self._conductor.tap.reader() if self._conductor.child("sound") else None

    def record(self, on: bool) -> str:
        """Start or stop a recording in the recordings folder; return the sentence to show."""
        if not on:
            self._conductor.record(None)
            return "the recording is finished."
        stamp = time.strftime("%Y-%m-%d-%H%M%S")
        file = self._recordings / f"{self._conductor.patch.name}-{stamp}.mp4"
        self._conductor.record(str(file.resolve()))
        return f"recording to {file}"

    def watch_preview(self, watching: bool) -> None:
        """Ask for preview frames only while somebody looks."""
        if watching:
            with self._looking:
                self._reader.read()
                self._newest = None  # what was seen last time is long past
        self._conductor.watch_preview(watching)

    def hands(self) -> Mapping[str, Any]:
        """Return controllers, bindings, what is being learnt, and whose tempo is followed."""
        return self._conductor.hands.state()

    def learn(self, address: str | None) -> None:
        """Bind the next control that moves to an address; None calls it off."""
        self._conductor.hands.mapper.learn(address)

    def bind(self, index: int, changes: Mapping[str, Any]) -> None:
        """Change a binding. Raises LiveartError."""
        self._conductor.hands.bind(index, changes)

    def unbind(self, index: int) -> None:
        """Take a binding away. Raises LiveartError."""
        self._conductor.hands.mapper.unbind(index)

    def undo_bind(self) -> None:
        """Take back the last change of the bindings."""
        self._conductor.hands.mapper.undo()

    def key(self, name: str, is_down: bool) -> None:
        """A key went down or up."""
        self._conductor.hands.key(name, is_down)

    def cues(self) -> Mapping[str, Any]:
        """Return the cues, the set list, and what is, comes and waits."""
        state = self._conductor.desk.state(time.monotonic())
        return {**state, "file": str(self._conductor.keeper.file)}

    def edit_cue(self, what: Mapping[str, Any]) -> str:
        """Store, delete, rename, set or order cues; return the sentence to show. Raises LiveartError."""
        return self._conductor.desk.edit(what, time.monotonic())

    def _figures(self, kind: str) -> dict[str, Any]:
        child = self._conductor.child(kind)
        return child.figures if child is not None else {}

    def _memory(self) -> dict[str, float]:
        """Return resident megabytes of each process."""
        pids = {"conductor": None} | {child.kind: child.pid for child in self._conductor.children}
        sizes = {}
        for name, pid in pids.items():
            try:
                sizes[name] = round(psutil.Process(pid).memory_info().rss / 1e6, 2)
            except psutil.NoSuchProcess:  # it is being started again
                continue
        return sizes

    def close(self) -> None:
        """Let go of the preview."""
        self._reader.close()
