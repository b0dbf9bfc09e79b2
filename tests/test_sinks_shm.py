"""Frames in shared memory: the header as fixed, whole frames only, and readers that outlive a killed writer."""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from liveart.core.contract import Stage
from liveart.core.material import Picture, Sound
from liveart.errors import SinkError
from liveart.sinks import shm_block
from liveart.sinks.null import NullSink
from liveart.sinks.shm import ShmSink
from liveart.sinks.shm_block import FrameBlock
from liveart.sinks.shm_reader import ShmReader

ROOT = Path(__file__).parent.parent
STAGE = Stage(size=(8, 4))


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # the locks of this test and of its child processes lie there
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    unique = f"t{uuid.uuid4().hex[:12]}"
    yield unique
    with suppress(FileNotFoundError):
        FrameBlock.attach(f"liveart-{unique}").retire()


def frame(value: int, size: tuple[int, int] = (8, 4), channels: int = 3) -> Picture:
    return Picture(np.full((size[1], size[0], channels), value, np.uint8), 0.0, value, 1000 + value, 2000 + value)


def reader_file() -> Any:
    """Return the reader that ships for TouchDesigner, loaded as its file."""
    spec = importlib.util.spec_from_file_location("shm_in", ROOT / "patches" / "touchdesigner" / "shm_in.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def child(script: str, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", script, str(ROOT), name], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_header_is_as_published(name: str) -> None:
    sink = ShmSink(name)
    sink.open(STAGE)
    pixels = np.arange(96, dtype=np.uint8).reshape(4, 8, 3)
    sink.send(Picture(pixels, 0.0, 0, received_ns=111, finished_ns=222))
    memory: Any = shm_block._open_shared(f"liveart-{name}")
    head = struct.unpack("<4sIIIIIQQQ", bytes(memory.buf[:48]))
    assert head == (b"LVRT", 1, 8, 4, 3, 0, 2, 111, 222)
    assert bytes(memory.buf[64 : 64 + 96]) == pixels.tobytes()
    memory.close()
    sink.close()


def test_a_reader_gets_each_new_frame_once(name: str) -> None:
    sink = ShmSink(name)
    with ShmReader(name) as reader:
        assert reader.read() is None
        sink.open(STAGE)
        assert reader.read() is None
        for value in (7, 8):
            sink.send(frame(value))
            got = reader.read()
            assert got is not None
            assert (got.pixels == value).all()
            assert (got.received_ns, got.finished_ns) == (1000 + value, 2000 + value)
            assert reader.read() is None
        sink.close()
        assert not reader.is_open


def test_readers_never_see_two_frames_mixed(name: str) -> None:
    sink, size = ShmSink(name), (320, 240)
    sink.open(Stage(size=size))
    stop = threading.Event()

    def write() -> None:
        value = 0
        while not stop.is_set():
            value = (value + 1) % 256
            sink.send(frame(value, size))
            time.sleep(0.0005)

    writer = threading.Thread(target=write)
    writer.start()
    with ShmReader(name) as reader:
        got = list(islice((got for got in iter(reader.read, 0) if got is not None), 40))
    stop.set()
    writer.join()
    sink.close()
    assert all((one.pixels == one.pixels.flat[0]).all() for one in got)
    assert all(one.received_ns - 1000 == one.pixels.flat[0] for one in got)


def test_another_size_gets_a_new_block_and_readers_follow(name: str) -> None:
    sink = ShmSink(name)
    sink.open(STAGE)
    sink.send(frame(1))
    with ShmReader(name) as reader:
        assert reader.read() is not None
        sink.send(frame(2, (16, 6), channels=4))
        got = reader.read()
        assert got is not None
        assert got.pixels.shape == (6, 16, 4)
    sink.close()


def test_close_removes_the_block_and_open_makes_it_again(name: str) -> None:
    sink = ShmSink(name)
    for _ in range(2):
        sink.open(STAGE)
        sink.send(frame(3))
        sink.close()
        sink.close()
        with pytest.raises(FileNotFoundError):
            FrameBlock.attach(f"liveart-{name}")
    sink.send(frame(4))
    assert sink.counts() == {"frames": 2}


def test_a_second_liveart_with_the_same_name_is_refused(name: str) -> None:
    first, second = ShmSink(name), ShmSink(name)
    first.open(STAGE)
    with pytest.raises(SinkError, match="in use by another liveart"):
        second.open(STAGE)
    second.close()
    first.send(frame(5))
    with ShmReader(name) as reader:
        assert reader.read() is not None
    first.close()


WRITER = """
import os, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from liveart.core.contract import Stage
from liveart.core.material import Picture
from liveart.sinks.shm import ShmSink
sink = ShmSink(sys.argv[2])
sink.open(Stage(size=(8, 4)))
for value in range(10):
    sink.send(Picture(np.full((4, 8, 3), value, np.uint8), 0.0, value))
sink._block._header["sequence"] += 1  # as if killed in the middle of a frame
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_block_left_by_a_killed_process_is_taken_over_and_readers_keep_their_mapping(name: str) -> None:
    writer = child(WRITER, name)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    block = FrameBlock.attach(f"liveart-{name}")
    with pytest.raises(SinkError, match="in use"):
        ShmSink(name).open(STAGE)
    writer.kill()
    writer.communicate(timeout=30)
    assert block.read(attempts=2) is None  # half a frame is never given
    sink = ShmSink(name)
    sink.open(STAGE)
    sink.send(frame(99))
    got = block.read()
    assert got is not None
    assert (got.pixels == 99).all()
    assert got.sequence == 22  # counting goes on
    block.close()
    sink.close()


READER = """
import sys
sys.path.insert(0, sys.argv[1])
from liveart.sinks.shm_reader import ShmReader
with ShmReader(sys.argv[2]) as reader:
    print(reader.read().pixels[0, 0, 0])
"""


def test_a_reading_process_that_ends_leaves_the_block_alone(name: str) -> None:
    sink = ShmSink(name)
    sink.open(STAGE)
    sink.send(frame(6))
    out, errors = child(READER, name).communicate(timeout=60)
    assert (out, errors) == ("6\n", "")
    FrameBlock.attach(f"liveart-{name}").close()
    sink.close()


def test_a_name_taken_away_by_a_foreign_tracker_comes_back(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveart.sinks.shm._CHECK", 0.0)
    monkeypatch.setattr("liveart.sinks.shm_reader._STALE", 0.0)
    sink = ShmSink(name)
    sink.open(STAGE)
    sink.send(frame(1))
    with ShmReader(name) as reader:
        assert reader.read() is not None
        foreign = FrameBlock.attach(f"liveart-{name}")
        with shm_block._untracked(f"liveart-{name}"):
            foreign._memory.unlink()
        foreign.close()
        sink.send(frame(2))
        got = reader.read()
        assert got is not None
        assert (got.pixels == 2).all()
    sink.close()


def test_sound_is_no_business_of_shm(name: str) -> None:
    sink = ShmSink(name)
    sink.open(STAGE)
    sink.send(Sound(np.zeros((4, 2), np.float32), 48000, 0.0, 0))
    assert sink.counts() == {"frames": 0}
    sink.close()


@pytest.mark.parametrize("bad", ["a/b", "ü", "x" * 23, "two words"])
def test_names_that_not_all_systems_take_are_refused(bad: str) -> None:
    with pytest.raises(SinkError, match="can't be called"):
        ShmSink(bad)


def test_no_name_means_stage() -> None:
    assert ShmSink("").name == "stage"


def test_short_memory_is_told_before_it_kills(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=100))
    monkeypatch.setattr("liveart.sinks.shm_block.Path.is_dir", lambda _: True)
    sink = ShmSink(name)
    with pytest.raises(SinkError, match="no room"):
        sink.open(STAGE)
    monkeypatch.undo()
    sink.open(STAGE)  # the name was let go of
    sink.close()


def test_the_host_reader_reads_follows_and_leaves_alone(name: str) -> None:
    host = reader_file().ShmIn(name)
    assert host.read() is None
    host.looked = 0.0
    sink = ShmSink(name)
    sink.open(STAGE)
    sink.send(frame(3))
    assert (host.read() == 3).all()
    assert (host.received_ns, host.finished_ns) == (1003, 2003)
    assert host.read() is None
    sink.send(frame(4, (16, 6)))
    host.looked = 0.0
    assert host.read().shape == (6, 16, 3)
    host.close()
    sink.close()


def test_the_touchdesigner_callback_turns_rows_over_and_adds_alpha(name: str) -> None:
    given: list[np.ndarray] = []
    script = SimpleNamespace(par=SimpleNamespace(Name=SimpleNamespace(eval=lambda: name)), copyNumpyArray=given.append)
    sink = ShmSink(name)
    sink.open(STAGE)
    pixels = np.arange(96, dtype=np.uint8).reshape(4, 8, 3)
    sink.send(Picture(pixels, 0.0, 0))
    module = reader_file()
    module.onCook(script)
    module.onCook(script)
    assert len(given) == 1
    assert np.array_equal(given[0][::-1, :, :3], pixels)
    assert (given[0][..., 3] == 255).all()
    module.READERS[name].close()
    sink.close()


def test_the_host_reader_as_a_program_tells_what_arrives(name: str) -> None:
    sink = ShmSink(name)
    sink.open(STAGE)
    sink.send(frame(3))
    done = subprocess.run([sys.executable, ROOT / "patches" / "touchdesigner" / "shm_in.py", name, "1.3"],
                          capture_output=True, text=True, timeout=60, check=True)
    assert "8x4  1 frames" in done.stdout
    assert done.stderr == ""
    FrameBlock.attach(f"liveart-{name}").close()
    sink.close()


def test_null_counts_both_kinds() -> None:
    sink = NullSink()
    sink.open(STAGE)
    for value in range(3):
        sink.send(frame(value))
        sink.send(Sound(np.zeros((512, 2), np.float32), 48000, 0.0, 0))
    sink.close()
    assert sink.takes == {"picture", "sound"}
    assert sink.counts() == {"pictures": 3, "samples": 1536}
