"""A whole show in its three processes: hands reach frames, killed workers come back, nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import pytest
from live_shows import running
from own_parts import PATCH, write_patch
from pythonosc.osc_message_builder import OscMessageBuilder

from liveart.core.event import Event
from liveart.errors import LiveartError, MaterialError, PatchError, PortError
from liveart.show.conductor import Conductor
from liveart.show.host import ShowHost
from liveart.show.patch_file import read_patch
from liveart.show.take import read_take
from liveart.sinks.shm_reader import ShmReader

NAME = f"t{os.getpid()}"
SHM = f'[[outputs]]\nkind = "shm"\nname = "{NAME}"\n'


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Conductor]:
    with running(write_patch(tmp_path, SHM)) as conductor:
        yield conductor


def _until(conductor: Conductor, done: Callable[[], bool], seconds: float = 30.0) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, "it did not happen in time"
        conductor.tick()
        time.sleep(0.005)


def _send(conductor: Conductor, address: str, value: float) -> None:
    builder = OscMessageBuilder(address)
    builder.add_arg(value, "f")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.sendto(builder.build().dgram, ("127.0.0.1", conductor.osc.port))


def _red(reader: ShmReader) -> int:
    frame = reader.read()
    return -1 if frame is None else int(frame.pixels[0, 0, 0])


def test_an_osc_message_shows_in_a_frame_and_in_the_figures(show: Conductor) -> None:
    with ShmReader(NAME) as reader:
        _until(show, lambda: _red(reader) == 64)
        sent = time.monotonic_ns()
        _send(show, "/liveart/field/level", 1.0)
        _until(show, lambda: _red(reader) == 255)
        _send(show, "/liveart/field/level", 0.5)
        _until(show, lambda: _red(reader) == 128)
    host = ShowHost(show, "test")
    _until(show, lambda: (host.status()["control_to_frame_ms"] or {}).get("p50") is not None)
    stats = host.stats()
    assert stats["osc_received"] == 2
    assert set(stats) == {"t", "fps", "late_frames", "control_to_frame_ms", "xruns", "mutes", "audio_headroom",
                          "osc_received", "osc_refused", "rss_mb", "restarts"}
    assert set(stats["rss_mb"]) == {"conductor", "picture", "sound"}
    assert "/liveart/field/level 0.5" in host.status()["last"]
    assert sent < time.monotonic_ns()


def test_a_misspelt_address_is_told_once_with_the_nearest_and_counted(tmp_path: Path) -> None:
    told: list[str] = []
    conductor = Conductor(read_patch(write_patch(tmp_path)), "test", tell=told.append)
    conductor.start()
    try:
        conductor.wait_ready(60)
        for _ in range(3):
            _send(conductor, "/liveart/feild/level", 1.0)
        _until(conductor, lambda: int(conductor.osc.counts()["received"]) == 3)
        _until(conductor, lambda: any("field/level" in text for text in told))
        assert sum("feild" in text for text in told) == 1
    finally:
        conductor.stop()


@pytest.mark.parametrize("kind", ["picture", "sound"])
def test_a_killed_worker_comes_back_with_the_present_state_and_the_other_goes_on(show: Conductor, kind: str) -> None:
    other = show.child("sound" if kind == "picture" else "picture")
    mine = show.child(kind)
    assert mine is not None
    assert other is not None
    assert mine.pid is not None
    show.put([Event("/liveart/field/level", 0.75, time.monotonic(), "test"),
              Event("/liveart/tone/hz", 1000.0, time.monotonic(), "test")])
    with ShmReader(NAME) as reader:
        _until(show, lambda: _red(reader) == 191)
        other_pid, old_pid = other.pid, mine.pid
        os.kill(mine.pid, signal.SIGKILL)
        _until(show, lambda: mine.restarts == 1 and mine.pid != old_pid and bool(mine.figures))
        assert other.pid == other_pid
        assert other.restarts == 0
        if kind == "picture":
            _until(show, lambda: _red(reader) == 191)
        else:
            ear = show.tap.reader()
            _until(show, lambda: ear.ready > 4096)
            assert _pitch(ear.read()[-4096:, 0], show.patch.rate) == pytest.approx(1000.0, abs=12.0)


def _pitch(samples: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


def test_both_players_stand_at_the_same_place_of_a_shared_path(show: Conductor) -> None:
    show.put([Event("/liveart/journey/speed", 3.0, time.monotonic(), "test")])
    snapshot = show.board.snapshot()
    now = time.monotonic()
    assert snapshot.position("/liveart/journey/speed", snapshot.beat(now + 2)) > snapshot.position(
        "/liveart/journey/speed", snapshot.beat(now))


@pytest.mark.parametrize(("name", "error"), [("Raises", MaterialError), ("TooShort", MaterialError)])
def test_a_generator_that_breaks_its_promise_stops_the_start_with_its_reason(
        tmp_path: Path, name: str, error: type[LiveartError]) -> None:
    patch = PATCH + f'[players.bad]\ngenerator = "parts.py:{name}"\n'
    conductor = Conductor(read_patch(write_patch(tmp_path, patch=patch)))
    conductor.start()
    try:
        with pytest.raises(error, match="bad"):
            conductor.wait_ready(60)
    finally:
        conductor.stop()


def test_a_second_show_on_the_same_port_is_refused_and_the_first_plays_on(show: Conductor, tmp_path: Path) -> None:
    patch = replace(read_patch(write_patch(tmp_path)), osc_port=show.osc.port)
    with pytest.raises(PortError, match=str(show.osc.port)):
        Conductor(patch).start()
    with ShmReader(NAME) as reader:
        _until(show, lambda: _red(reader) == 64)


def test_a_take_of_a_performance_holds_what_the_hands_did(show: Conductor, tmp_path: Path) -> None:
    show.record_take(tmp_path / "take.jsonl")
    _send(show, "/liveart/field/level", 0.9)
    _send(show, "/liveart/no/such", 1.0)
    _until(show, lambda: int(show.osc.counts()["received"]) == 2)
    show.stop()
    take = read_take(tmp_path / "take.jsonl")
    assert [event.address for event in take.events] == ["/liveart/field/level"]


def test_a_recording_begun_mid_show_holds_picture_and_sound(show: Conductor, tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    show.record(str(tmp_path / "set.mp4"))
    begun = time.monotonic()
    _until(show, lambda: time.monotonic() - begun > 2.0)
    show.record(None)
    begun = time.monotonic()
    _until(show, lambda: time.monotonic() - begun > 1.0)
    show.stop()
    with av.open(str(tmp_path / "set.mp4")) as film:
        assert film.streams.video[0].width == 32
        assert sum(1 for _ in film.decode(video=0)) > 10
    with av.open(str(tmp_path / "set.mp4")) as film:
        assert sum(frame.samples for frame in film.decode(audio=0)) > 12_000


def test_nothing_is_left_behind_when_a_show_ends(show: Conductor) -> None:
    pids = [child.pid for child in show.children]
    names = [block.name for block in show._blocks]
    show.stop()
    for pid in pids:
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    for name in [*names, f"liveart-{NAME}"]:
        with pytest.raises(FileNotFoundError):
            SharedMemory(name)


def test_a_patch_without_pictures_still_plays(tmp_path: Path) -> None:
    text = "\n".join(line for line in PATCH.split("[players.field]")[0].splitlines())
    patch = text + '\n[players.tone]\ngenerator = "parts.py:Tone"\npath = "journey"\n'
    conductor = Conductor(read_patch(write_patch(tmp_path, patch=patch)))
    conductor.start()
    try:
        conductor.wait_ready(60)
        ear = conductor.tap.reader()
        _until(conductor, lambda: ear.ready > 1024)
        with pytest.raises(PatchError, match="no picture"):
            conductor.record("x.mp4")
    finally:
        conductor.stop()


def test_a_microphone_is_no_longer_heard_while_a_take_is_played(tmp_path: Path) -> None:
    (tmp_path / "ears.py").write_text("from liveart import Source\n\nclass Ear(Source):\n    is_live = True\n"
                                      "    def tick(self, now):\n        return ()\n    def close(self):\n"
                                      "        open(self.folder + '/closed', 'w').close()\n")
    with running(write_patch(tmp_path, '[sources.ear]\nkind = "ears.py"\n')) as conductor:
        assert not (tmp_path / "closed").exists()
        conductor.replay([Event("/liveart/field/level", 1.0, 0.0)])
        assert (tmp_path / "closed").exists()
        _until(conductor, lambda: conductor.board.snapshot()["/liveart/field/level"] == 1.0)
