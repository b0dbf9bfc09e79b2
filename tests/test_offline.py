"""Live = offline: the same snapshots give the same material, and a take renders the same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from own_parts import write_patch
from tiny_models import tiny_gan

from liveart.cli import main
from liveart.core.event import Event
from liveart.core.layout import Snapshot
from liveart.core.material import Material, Picture
from liveart.core.values import ValueBlock, block_bytes
from liveart.show.offline import Offline
from liveart.show.patch import Patch
from liveart.show.patch_file import read_patch
from liveart.show.picture import PictureEngine
from liveart.show.sound import SoundEngine

LFO = '[sources.breath]\nkind = "lfo"\ntarget = "/liveart/field/level"\nbeats = 2\n'
EVENTS = [Event("/liveart/tone/hz", 880.0, 0.11), Event("/liveart/clock/tempo", 90.0, 0.2),
          Event("/liveart/journey/speed", 2.0, 0.25), Event("/liveart/picture/brightness", 0.5, 0.3)]


def _digest(materials: Iterator[Material]) -> str:
    digest = hashlib.sha256()
    for material in materials:
        digest.update(material.pixels.tobytes() if isinstance(material, Picture) else material.samples.tobytes())
    return digest.hexdigest()


@pytest.fixture
def patch(tmp_path: Path) -> Patch:
    return read_patch(write_patch(tmp_path, LFO))


def test_the_same_take_gives_the_same_frames_and_samples(patch: Patch) -> None:
    digests = []
    for _ in range(2):
        show = Offline(patch, EVENTS)
        digests.append(_digest(show.materials(0.6)))
        show.close()
    assert digests[0] == digests[1]
    show = Offline(patch, EVENTS[:-1])
    assert _digest(show.materials(0.6)) != digests[0]
    show.close()


def test_live_gives_what_offline_gives_for_the_same_snapshots(patch: Patch) -> None:
    """The live workers read snapshots from shared memory; fed with offline's, their engines make the same bytes."""
    show = Offline(patch, EVENTS)
    seen: list[tuple[str, np.ndarray, float, float, int]] = []

    def spy(kind: str, step):  # type: ignore[no-untyped-def]
        def spied(snapshot: Snapshot, time: float, amount: float, index: int) -> np.ndarray:
            seen.append((kind, snapshot.numbers.copy(), time, amount, index))
            return step(snapshot, time, amount, index)
        return spied

    show.picture.step = spy("picture", show.picture.step)  # type: ignore[method-assign]
    show.sound.step = spy("sound", show.sound.step)  # type: ignore[method-assign]
    offline = [m.pixels if isinstance(m, Picture) else m.samples for m in show.materials(0.5)]
    show.close()

    block = ValueBlock(bytearray(block_bytes(show.layout)), show.layout)
    picture, sound = PictureEngine(patch, patch.stage("cpu"), print), SoundEngine(patch, patch.stage("cpu"), print)
    picture.begin(show.layout)
    sound.begin(show.layout)
    live = []
    for kind, numbers, time, amount, index in seen:
        block.write(numbers)
        live.append(picture.step(block.read(), time, amount, index) if kind == "picture"
                    else sound.step(block.read(), time, int(amount), index))
    for mine, theirs in zip(live, offline, strict=True):
        assert (mine[: len(theirs)] == theirs).all()


def test_a_gan_travels_and_renders_the_same_every_time(tmp_path: Path) -> None:
    model = tiny_gan(tmp_path / "tiny")
    file = tmp_path / "gan.toml"
    file.write_text(f'[picture]\nsize = [64, 64]\n[players.a]\ngenerator = "gan"\nmodel = "{model}"\n'
                    'path = { kind = "walk", speed = 1.0 }\n')
    digests = []
    for _ in range(2):
        show = Offline(read_patch(file))
        frames = [m.pixels for m in show.materials(0.5)]
        digests.append(hashlib.sha256(b"".join(frame.tobytes() for frame in frames)).hexdigest())
        show.close()
    assert digests[0] == digests[1]
    assert frames[0].shape == (64, 64, 3)
    assert frames[0].tobytes() != frames[-1].tobytes()


def test_rendering_twice_with_one_take_gives_byte_equal_files(tmp_path: Path) -> None:
    patch, take = write_patch(tmp_path, LFO), tmp_path / "take.jsonl"
    take.write_text('{"format": "liveart-take", "format_version": 1, "patch": "tiny", "seed": 3}\n'
                    '{"t": 0.2, "address": "/liveart/tone/hz", "value": 700.0}\n'
                    '{"t": 0.4, "address": "/liveart/field/level", "value": 1.0}\n')
    for name in ("a.mp4", "b.mp4"):
        assert main(["render", str(patch), "-o", str(tmp_path / name), "--take", str(take), "--seconds", "1"]) == 0
    first, second = ((tmp_path / name).read_bytes() for name in ("a.mp4", "b.mp4"))
    assert len(first) > 1000
    assert first == second


def test_render_wants_to_know_how_long(tmp_path: Path) -> None:
    assert main(["render", str(write_patch(tmp_path)), "-o", str(tmp_path / "a.mp4")]) == 2
