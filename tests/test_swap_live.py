"""Models changed in a running show: the old one plays until the new one is ready; hands, cues and faces follow."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from examples import tiny_vae
from tiny_models import tiny_gan

from liveart.core.binding import Binding
from liveart.core.event import Event
from liveart.show.conductor import Conductor
from liveart.show.host import ShowHost
from liveart.show.patch_file import parse_patch
from liveart.sinks.shm_reader import ShmReader

NAME = f"swap{os.getpid()}"
MODEL, TRUNCATION, TEMPERATURE = (f"/liveart/face/{word}" for word in ("model", "truncation", "temperature"))
PATCH = f'''
[clock]
tempo = 240
[picture]
size = [32, 32]
fps = 30
[sound]
device = "none"
[osc]
port = 0
[players.face]
models = ["gold", "dream"]
swap = 1
path = {{ kind = "walk", speed = 0.5 }}
[[bindings]]
device = "keys"
control = "key z"
target = "face/truncation"
[[outputs]]
kind = "shm"
name = "{NAME}"
'''


@dataclass
class Scene:
    """A running show, and all that it told."""

    conductor: Conductor
    told: list[str]

    def put(self, address: str, value: Any) -> None:
        """Move something by hand."""
        self.conductor.put([Event(address, value, time.monotonic(), "test")])

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        """Tick until it is so."""
        limit = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < limit, f"it did not happen in time; told: {self.told}"
            self.conductor.tick()
            time.sleep(0.005)

    @property
    def has(self) -> Any:
        """The addresses that there are."""
        return self.conductor.board.layout.params

    def models(self) -> dict[str, str]:
        """What the worker says of its models."""
        child = self.conductor.child("picture")
        assert child is not None
        return dict(child.figures.get("models", {}).get("face", {}))


@contextmanager
def scene(folder: Path, text: str = PATCH) -> Iterator[Scene]:
    """Play a patch."""
    told: list[str] = []
    conductor = Conductor(parse_patch(text, str(folder)), "test", tell=told.append)
    conductor.start()
    try:
        conductor.wait_ready(90)
        yield Scene(conductor, told)
    finally:
        conductor.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A GAN and a VAE."""
    tiny_gan(tmp_path / "gold")
    tiny_vae(tmp_path / "dream")
    return tmp_path


def test_a_model_is_swapped_while_frames_go_on_and_hands_cues_and_places_follow(folder: Path) -> None:
    with scene(folder) as show, ShmReader(NAME) as reader:
        board = show.conductor.board
        show.until(lambda: show.models().get("playing") == "gold")
        show.put(TRUNCATION, 0.3)
        show.put("/liveart/face/speed/position", 7.25)
        show.put("/liveart/face/speed", 0.0)
        show.until(lambda: board.snapshot()["/liveart/face/speed"] == 0.0)
        place = board.snapshot().position("/liveart/face/speed", 0.0)
        show.put(MODEL, "dream")
        frames: list[int] = []

        def is_in() -> bool:
            frame = reader.read()
            frames.extend([] if frame is None else [frame.sequence])
            return show.models().get("playing") == "dream" and TEMPERATURE in show.has

        show.until(is_in)
        assert TRUNCATION not in show.has
        assert len(set(frames)) >= 3  # frames kept coming while it was loaded
        assert board.snapshot().position("/liveart/face/speed", 0.0) == pytest.approx(place)
        show.until(lambda: any("went with its model" in text for text in show.told))
        show.put("/liveart/cue/store", "asleep")
        show.put(MODEL, "gold")
        show.until(lambda: TRUNCATION in show.has and show.models()["playing"] == "gold")
        assert board.snapshot()[TRUNCATION] == pytest.approx(0.3)
        show.conductor.hands.key("z", True)
        assert board.snapshot()[TRUNCATION] != pytest.approx(0.3)
        show.put("/liveart/cue", "asleep")
        show.until(lambda: show.models()["playing"] == "dream")
        assert not [text for text in show.told if "does not have" in text]
        assert all(child.restarts == 0 for child in show.conductor.children)


def test_a_killed_picture_worker_comes_back_with_the_model_that_played(folder: Path) -> None:
    with scene(folder) as show:
        show.put(MODEL, "dream")
        show.put("/liveart/face/hue", 0.2)
        show.until(lambda: show.models().get("playing") == "dream")
        show.put(TEMPERATURE, 1.25)
        child = show.conductor.child("picture")
        assert child is not None
        assert child.pid is not None
        os.kill(child.pid, 9)
        show.until(lambda: child.restarts == 1 and show.models().get("playing") == "dream")
        snapshot = show.conductor.board.snapshot()
        assert snapshot["/liveart/face/hue"] == pytest.approx(0.2)
        assert snapshot[TEMPERATURE] == pytest.approx(1.25)


def test_the_newest_wish_wins_and_a_model_that_fails_leaves_the_show_as_it_was(folder: Path) -> None:
    text = PATCH.replace('"dream"', '"dream", "broken", "last"')
    tiny_gan(folder / "last", seed=5)
    broken = tiny_gan(folder / "broken")
    (broken / "weights.safetensors").write_bytes(b"no weights")
    with scene(folder, text) as show:
        show.until(lambda: show.models().get("playing") == "gold")
        show.put(MODEL, "broken")
        show.until(lambda: show.models().get("failed") == "broken")
        assert show.models()["playing"] == "gold"
        assert show.conductor.board.snapshot()[MODEL] == 2.0  # it stays where the hand put it
        assert [text for text in show.told if '"broken" can\'t be played' in text]
        for word in ("dream", "broken", "dream", "last"):
            show.put(MODEL, word)
        show.until(lambda: show.models()["playing"] == "last" and not show.models()["loading"])
        assert TRUNCATION in show.has
        status = ShowHost(show.conductor, "test").status()
        assert status["models"] == {"face": {"playing": "last", "loading": "", "failed": ""}}


def test_many_swaps_leave_no_memory_blocks_behind(folder: Path) -> None:
    with scene(folder) as show:
        child = show.conductor.child("picture")
        assert child is not None
        for word in ("dream", "gold") * 4:
            show.put(MODEL, word)
            show.until(lambda: show.models().get("playing") == word)  # noqa: B023  (asked at once)
        mapped = Path(f"/proc/{child.pid}/maps")
        if not mapped.is_file():
            pytest.skip("this system does not tell which memory a process has")
        blocks = [line for line in mapped.read_text().splitlines() if f"/la{os.getpid():x}-" in line]
        assert len(blocks) <= 4


def test_a_binding_that_waits_is_kept(folder: Path) -> None:
    with scene(folder) as show:
        before: tuple[Binding, ...] = tuple(show.conductor.hands.mapper.bindings)
        show.put(MODEL, 1)
        show.until(lambda: TEMPERATURE in show.has)
        assert tuple(show.conductor.hands.mapper.bindings) == before
        assert np.isfinite(show.conductor.board.snapshot()[TEMPERATURE])
