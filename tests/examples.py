"""An example of every registered part, and the promises that each kind of part keeps."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import wave
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stylegan_files import sg2_tensors, write_pkl
from tiny_models import tiny_gan

from liveart.core.blend import Blend, Point
from liveart.core.board import Board
from liveart.core.card import Card, write_card
from liveart.core.contract import Generator, Moment, Sink, Source, Stage
from liveart.core.event import Event
from liveart.core.glimpse import Glimpses
from liveart.core.latent import seed_point
from liveart.core.layout import Layout
from liveart.core.material import Material, Picture, Sound, Values
from liveart.core.own_show import OwnShow
from liveart.core.param import Param
from liveart.core.registry import find_part
from liveart.core.values import ValueBlock, block_bytes
from liveart.errors import SinkError
from liveart.nets.vae import VaeDecoder
from liveart.nets.wavetable import WavetableDecoder
from liveart.weights import save_weights

STAGE = Stage(size=(64, 48), fps=30.0, block=256, seed=3)
MIXED = {"picture": ("opacity", "blend"), "sound": ("gain",)}  # names that the mix adds to a player's own


def tiny_vae(folder: Path) -> Path:
    """Write a VAE decoder with random weights; return its folder."""
    net = {"latent": 8, "widths": [16, 16, 8], "style": 16}
    return _write(folder, "vae", net, VaeDecoder(8, (16, 16, 8), 16))


def tiny_wavetable(folder: Path) -> Path:
    """Write a wavetable decoder with random weights; return its folder."""
    net = {"latent": 4, "widths": [8], "harmonics": 64}
    return _write(folder, "wavetable", net, WavetableDecoder(4, (8,), 64))


def _write(folder: Path, kind: str, net: Mapping[str, Any], built: torch.nn.Module) -> Path:
    folder.mkdir(parents=True)
    digest = save_weights(folder / "weights.safetensors", built.state_dict())
    write_card(folder, Card(folder.name, kind, kind, "weights.safetensors", digest, net=net))
    return folder


def write_beats(file: Path) -> Path:
    """Write two seconds of clicks, two a second; return the file."""
    samples = np.zeros(2 * 48000)
    samples[::24000] = 0.8
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48000)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    return file


# Each example makes the settings of a part; files go into a folder of the test.
GENERATOR_EXAMPLES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "gan": lambda folder: {"model": str(tiny_gan(folder / "gan"))},
    "line": lambda folder: {"file": str(write_beats(folder / "beats.wav"))},
    "neural": lambda folder: {"model": "undertow", "voices": 2},  # a foreign file promises no level
    "stylegan": lambda folder: {"model": str(write_pkl(folder / "faces.pkl", *sg2_tensors(classes=3)))},
    "vae": lambda folder: {"model": str(tiny_vae(folder / "vae"))},
    "wavetable": lambda folder: {"model": str(tiny_wavetable(folder / "wavetable")), "voices": 3},
}
SOURCE_EXAMPLES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "lfo": lambda folder: {"target": "paint/opacity", "wave": "random", "beats": 1.0},
    "picture": lambda folder: {"brightness": "paint/opacity", "change": "paint/strike"},
    "sound": lambda folder: {"file": str(write_beats(folder / "beats.wav")), "level": "paint/opacity"},
}
SINK_EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "file": {"mp4": {"name": "set.mp4"}, "wav": {"name": "set.wav"}, "png": {"name": "shots/"}},
    "audio": {"default device": {}},
    "window": {"plain": {}},
    "ndi": {"own name": {"name": f"contract-{os.getpid()}"}},
    "shm": {"own name": {"name": f"contract-{os.getpid()}"}},
    "osc": {"everything": {"port": 9}, "a map": {"port": 9, "map": {"p/x": "/fader/1"}, "norm": True}},
    "midi": {"absent port": {"name": "nobody has this port", "map": {"p/x": "cc 21"}}},
    "midi-clock": {"absent port": {"name": "nobody has this port"}},
    "null": {"plain": {}},
}


def create(table: str, name: str, settings: Mapping[str, Any]) -> Any:
    """Return a fresh part from the registry."""
    return find_part(table, name)(**settings)


def moment(index: int, frames: int = STAGE.block, level: int = 0) -> Moment:
    """Return the moment of frame (or block) `index`."""
    dt = frames / STAGE.rate
    return Moment(index * dt, index * dt * 2.0, dt, index, STAGE.size, frames, STAGE.rate, level)


def starts(generator: Generator, travelled: float = 0.0) -> dict[str, float]:
    """Return the defaults of a generator's params, as the board would give them."""
    rates = {f"{param.name}_position": travelled for param in generator.params if param.kind == "rate"}
    return {param.name: param.start for param in generator.params} | rates


def point(generator: Generator, seed: int = 0) -> Point:
    """Return a z, or a Blend, such as a path gives."""
    if generator.travels == "blend":
        return Blend(((seed, 0.75), (seed + 1, 0.25)))
    return seed_point(seed, generator.latent).copy()


def made(generator: Generator, now: Moment, seed: int = 0) -> np.ndarray:
    """Return a copy of what a generator makes with its defaults, after checking that it keeps its promise."""
    return checked(generator, now, generator.make(now, point(generator, seed), starts(generator, now.beat)))


def checked(generator: Generator, now: Moment, material: Any) -> np.ndarray:
    """Return material as a fresh array; assert shape, type and range."""
    is_tensor = isinstance(material, torch.Tensor)
    array = np.array(material.detach().cpu().numpy() if is_tensor else material)
    assert np.isfinite(array.astype(np.float64)).all()
    if generator.kind == "sound":
        assert array.dtype == np.float32
        assert array.shape in ((now.frames,), (now.frames, 1), (now.frames, 2))
        assert np.abs(array).max() <= 1.0
        return array
    picture = array[0].transpose(1, 2, 0) if is_tensor else array
    assert picture.ndim == 3
    assert picture.shape[2] in (1, 3, 4)
    assert min(picture.shape[:2]) >= 1
    if array.dtype != np.uint8:
        assert array.dtype.kind == "f"
        assert 0.0 <= array.min() <= array.max() <= 1.0
    return array


def check_generator(create: Callable[[], Generator]) -> None:
    """Assert the whole contract of generators for one kind of them."""
    generator = create()
    generator.open(STAGE)
    check_params(generator)
    first = [made(generator, moment(index), seed=index) for index in range(4)]
    for level in (1, 2):
        made(generator, moment(4, level=level))
    for frames in (1, 64, 441, 512, 1024):
        made(generator, moment(5, frames))
    generator.reset()
    made(generator, moment(6))
    check_busy_board(generator)
    assert isinstance(generator.note(), str)
    generator.close()
    generator.close()

    generator.open(STAGE)  # the same one opened again, and another one: both begin as the first did
    other = create()
    other.open(STAGE)
    for again in (generator, other):
        for index, picture in enumerate(first):
            assert (made(again, moment(index), seed=index) == picture).all()
        again.close()


def check_params(generator: Generator) -> None:
    """Assert that params can live on the board beside those of the mix, and that each explains itself."""
    params = list(generator.params)
    assert all(isinstance(param, Param) for param in params)
    names = [*MIXED[generator.kind], *starts(generator)]
    assert len(set(names)) == len(names)
    assert generator.latent >= 0
    Layout.of([("p", params)])


def check_busy_board(generator: Generator) -> None:
    """Assert that a generator keeps its promise with any values, while 8 threads put them."""
    plan = Layout.of([("p", generator.params)])
    block = ValueBlock(bytearray(block_bytes(plan)), plan)
    board = Board(plan, block=block)
    done = threading.Event()

    def put(seed: int) -> None:
        random = np.random.RandomState(seed)
        board.put_all([Event(f"{address}/norm", random.choice([0.0, 1.0, random.rand()]), 0.0)
                       for address in plan.params])

    def keep_putting(who: int) -> None:
        for n in itertools.count():
            put(1000 * who + n)
            if done.wait(0.005):
                return

    threads = [threading.Thread(target=keep_putting, args=(who,)) for who in range(1, 9)]
    for thread in threads:
        thread.start()
    try:
        for index in range(20):
            put(index)
            now = moment(index)
            values = block.read().group("p", now.beat)
            checked(generator, now, generator.make(now, point(generator, index), values))
    finally:
        done.set()
        for thread in threads:
            thread.join()


def own_pictures() -> OwnShow:
    """Return a show that has shown a few pictures, each brighter than the one before."""
    show = OwnShow(None, STAGE.rate, Glimpses())
    assert show.pictures is not None
    show.pictures.watch()
    for index in range(20):
        show.pictures.write(np.full((48, 64, 3), 10 * index, np.uint8), moment(index).time)
    return show


def check_source(create: Callable[[], Source]) -> None:
    """Assert the whole contract of sources for one kind of them."""
    source = create()
    source.attend(own_pictures())
    said: list[list[tuple[str, Any]]] = []
    for _ in range(2):
        source.open(lambda events: [])
        said.append([pair for index in range(50) for pair in source.tick(moment(index))])
        source.close()
        source.close()
    for address, value in said[0]:
        assert address.startswith("/liveart/")
        assert value is None or isinstance(value, (bool, int, float, str))
        assert not isinstance(value, float) or np.isfinite(value)
    assert said[0], "a source that says nothing"
    assert said[1] == said[0]
    assert isinstance(source.note(), str)


def materials(kinds: frozenset[str], count: int = 4) -> list[Material]:
    """Return a few frames and the sound that belongs to them, in the order of a show."""
    width, height = STAGE.size
    board = Board(Layout.of([("p", (Param("x"), Param("hit", kind="trigger")))]))
    made: list[Material] = []
    for index in range(count):
        time = index / STAGE.fps
        if "values" in kinds:
            board.put(Event("/liveart/p/x", index / 8, time))
            made.append(Values(board.snapshot(), {"/liveart/p/x": index / 8}, time))
        if "picture" in kinds:
            made.append(Picture(np.full((height, width, 3), 40 * index, np.uint8), time, index))
        if "sound" in kinds:
            frames = int(STAGE.rate / STAGE.fps)
            made.append(Sound(np.full((frames, STAGE.channels), 0.5, np.float32), STAGE.rate, time, index * frames))
    return made


def check_sink(sink: Sink, folder: str = ".") -> None:
    """Assert the whole contract of sinks for one of them; it must be closed."""
    stage = Stage(STAGE.size, STAGE.fps, STAGE.rate, STAGE.block, folder=folder)
    kinds = frozenset(sink.takes)
    assert kinds
    assert kinds <= {"picture", "sound"} or kinds == {"values"}
    sink.close()  # never opened
    for _ in range(2):
        sink.open(stage)
        for material in materials(kinds):
            content = content_of(material)
            before = content.copy()
            with contextlib.suppress(*([SinkError] if kinds == {"values"} else [])):  # whoever is to hear it is absent
                sink.send(material)
            assert (content == before).all(), "a sink altered what others are sent too"
        assert list(sink.tend()) == []
        assert sink.delay() >= 0.0
        wanted = sink.wanted()
        assert wanted is None or (isinstance(wanted, int) and wanted >= 0)
        check_words(sink)
        sink.close()
        sink.close()
    check_words(sink)


def content_of(material: Material) -> np.ndarray:
    """Return what a sink must leave as it is."""
    if isinstance(material, Values):
        return material.snapshot.numbers
    return material.pixels if isinstance(material, Picture) else material.samples


def check_words(sink: Sink) -> None:
    """Assert that the panel can show a sink's state."""
    assert isinstance(sink.note(), str)
    assert all(isinstance(name, str) and np.isfinite(float(number)) for name, number in sink.counts().items())
