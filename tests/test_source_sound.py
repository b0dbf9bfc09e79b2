"""The sound source: what is heard moves what the patch says, from a file in time with the show, from a real input."""

from __future__ import annotations

import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jack_server import JackServer, jack_server, start_jack
from parts import absent

from liveart.core.board import Board
from liveart.core.contract import Moment
from liveart.core.event import Event
from liveart.core.features import SILENCE, Frame
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.errors import LiveartError, PatchError
from liveart.sound_devices import INPUT, Device, choose_device, list_devices
from liveart.sources.sound import SoundSource
from liveart.sources.sound_clocked import SKIP
from liveart.sources.sound_device import ORIGIN
from liveart.sources.sound_follow import Follower, read_follow

__all__ = ["jack_server"]

RATE = 48000
DT = 512 / RATE


def frame(**heard: Any) -> Frame:
    """Return a frame of silence but for what is said."""
    silent = {"time": 0.0, "level": SILENCE, "bass": SILENCE, "mid": SILENCE, "high": SILENCE, "flux": 0.0,
              "is_onset": False, "centroid": 0.0, "pitch": 0.0, "clarity": 0.0}
    return Frame(**silent | heard)


def following(feature: str, setting: Any, frames: list[Frame]) -> list[float]:
    """Return the value after each frame (the last one told)."""
    follower, values = Follower([read_follow(feature, setting)], DT), [float("nan")]
    for heard in frames:
        told = follower.step(heard)
        values.append(float(told[0][1]) if told else values[-1])  # type: ignore[arg-type]
    return values[1:]


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    """Write mono 16-bit sound."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def beats(length: float = 2.0, every: float = 0.5) -> np.ndarray:
    """Return a decaying 100 Hz thump each half second, the first after a quarter."""
    sound = np.zeros(int(length * RATE))
    for at in np.arange(0.25, length, every):
        when = np.arange(int(0.2 * RATE)) / RATE
        sound[int(at * RATE) :][: len(when)] += (0.8 * np.sin(2 * np.pi * 100 * when) * np.exp(-when / 0.05))
    return sound


def played(source: SoundSource, length: float, fps: float = 60.0, start: float = 0.0) -> list[tuple[int, str, Any]]:
    """Return all that a file's source says in the first `length` seconds of a show: (tick, address, value)."""
    source.open(lambda events: [])
    said = [(index, *pair) for index in range(int(length * fps))
            for pair in source.tick(Moment(start + index / fps, 0.0, 1 / fps, index))]
    source.close()
    return said


def test_a_level_rises_in_its_attack_falls_in_its_release_and_comes_to_rest_at_its_ends() -> None:
    loud, quiet = [frame(level=0.0)] * 40, [frame()] * 100
    values = following("level", {"target": "p/x", "low": 0.2, "high": 0.8, "attack": 0.1, "release": 0.4}, loud + quiet)
    assert values[round(0.1 / DT) - 1] == pytest.approx(0.2 + 0.6 * 0.95, abs=0.02)
    assert max(values) == 0.8
    assert values[40 + round(0.4 / DT) - 1] == pytest.approx(0.2 + 0.6 * 0.05, abs=0.02)
    assert values[-1] == 0.2


@pytest.mark.parametrize(("level", "share"), [(-90.0, 0.0), (-60.0, 0.0), (-30.0, 0.5), (-15.0, 0.75), (3.0, 1.0)])
def test_floor_and_ceiling_are_the_ends(level: float, share: float) -> None:
    values = following("mid", {"target": "p/x", "attack": 0.0, "release": 0.0}, [frame(mid=level)])
    assert values == [pytest.approx(share)]


def test_low_above_high_turns_it_round() -> None:
    assert following("bass", {"target": "p/x", "low": 1.0, "high": 0.0, "attack": 0.0}, [frame(bass=0.0)]) == [0.0]


def test_pitch_goes_by_notes_and_holds_while_there_is_none() -> None:
    setting = {"target": "p/x", "floor": 57, "ceiling": 81, "attack": 0.0, "release": 0.0}
    sung = frame(level=-20.0, pitch=440.0, clarity=0.95)
    unclear, quiet = frame(level=-20.0, pitch=600.0, clarity=0.5), frame(level=-80.0, pitch=600.0, clarity=0.99)
    values = following("pitch", setting, [sung, unclear, quiet, frame(level=-20.0, pitch=880.0, clarity=0.95)])
    assert values == [pytest.approx(0.5), pytest.approx(0.5), pytest.approx(0.5), 1.0]


def test_brightness_goes_by_octaves_and_holds_in_silence() -> None:
    setting = {"target": "p/x", "floor": 500, "ceiling": 8000, "attack": 0.0, "release": 0.0}
    values = following("brightness", setting, [frame(level=-20.0, centroid=2000.0), frame()])
    assert values == [pytest.approx(0.5), pytest.approx(0.5)]


def test_an_onset_fires_a_trigger_or_flashes() -> None:
    frames = [frame(), frame(is_onset=True), *[frame()] * 90]
    follower = Follower([read_follow("onset", "p/hit")], DT)
    told = [pair for heard in frames for pair in follower.step(heard)]
    assert told == [("/liveart/p/hit", 1.0)]
    values = following("onset", {"target": "p/x", "release": 0.3, "low": 0.1, "high": 0.9}, frames)
    assert values[:2] == [0.1, 0.9]
    assert values[1 + round(0.3 / DT)] == pytest.approx(0.1 + 0.8 * 0.05, abs=0.02)
    assert values[-1] == 0.1


def test_small_moves_are_not_told() -> None:
    follower = Follower([read_follow("level", "p/x")], DT)
    random = np.random.RandomState(0)
    told = [follower.step(frame(level=-20.0 + 0.01 * random.normal())) for _ in range(400)]
    assert sum(map(bool, told[100:])) < 5


def test_a_file_moves_things_in_time_with_the_show_whatever_its_frame_rate(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "beats.wav", beats())
    settings: dict[str, Any] = {"file": str(tmp_path / "beats.wav"), "onset": "p/hit"}
    said = played(SoundSource(**settings), 4.0)
    assert [address for _, address, _ in said] == ["/liveart/p/hit"] * 8  # twice through
    for number, (tick, _, _) in enumerate(said):
        assert 0.0 < tick / 60 - (0.25 + 0.5 * number) < 0.05
    assert [round(tick / 25, 1) for tick, _, _ in played(SoundSource(**settings), 4.0, fps=25.0)] == [
        round(0.3 + 0.5 * number, 1) for number in range(8)]
    assert file.exists()


def test_a_file_says_the_same_each_time_and_whenever_the_show_begins(tmp_path: Path) -> None:
    write_wav(tmp_path / "beats.wav", beats() + np.random.RandomState(0).normal(0, 0.01, RATE * 2), RATE)
    source = SoundSource(file=str(tmp_path / "beats.wav"), auto=True, level="p/x", bass="p/y",
                         onset={"target": "p/z", "release": 0.2}, brightness="p/b", pitch="p/a")
    said = played(source, 3.0)
    assert {address for _, address, _ in said} == {f"/liveart/p/{name}/norm" for name in "xyzba"}
    assert played(source, 3.0) == said
    late = played(source, 3.0, start=12345.5)
    assert [pair[1:] for pair in late] == [pair[1:] for pair in said]


def test_after_a_long_freeze_a_file_is_heard_where_the_show_is(tmp_path: Path) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE * 2) / RATE)
    write_wav(tmp_path / "a.wav", np.concatenate([np.zeros(RATE * 8), tone]))
    source = SoundSource(file=str(tmp_path / "a.wav"), level={"target": "p/x", "attack": 0.0})
    source.open(lambda events: [])
    for index in range(10):
        assert dict(source.tick(Moment(index / 60, 0.0, 1 / 60, index))).get("/liveart/p/x/norm", 0.0) == 0.0
    assert SKIP < 5
    assert dict(source.tick(Moment(9.5, 0.0, 1 / 60, 10)))["/liveart/p/x/norm"] == pytest.approx(51 / 60, abs=0.01)
    source.close()


def test_the_values_reach_a_board(tmp_path: Path) -> None:
    board = Board(Layout.of([("p", [Param("x", 0.0), Param("hit", kind="trigger")])]))
    source = SoundSource(file=str(write_wav(tmp_path / "b.wav", beats())), level="p/x", onset="/liveart/p/hit")
    for _, address, value in played(source, 1.9):
        assert board.put(Event(address, value, 0.0, "test")).judgement == "ok"
    assert board.snapshot()["/liveart/p/hit"] == 4.0


@pytest.mark.parametrize("settings", [
    {}, {"level": ""}, {"level": 5}, {"level": "/"}, {"level": {"low": 0.2}}, {"level": "/other/x"},
    {"level": {"target": "p/x", "lows": 0.2}}, {"level": {"target": "p/x", "low": 2}},
    {"level": {"target": "p/x", "low": "a"}}, {"level": {"target": "p/x", "attack": -1}},
    {"level": {"target": "p/x", "release": float("nan")}}, {"bass": {"target": "p/x", "floor": 0, "ceiling": -10}},
    {"brightness": {"target": "p/x", "floor": 0}}, {"onset": {"target": "p/x", "floor": 0.5}},
    {"onset": {"target": "p/x", "attack": 0.5}}, {"level": "p/x", "gain": 100}, {"level": "p/x", "gain": "loud"},
    {"level": "p/x", "auto": 1}, {"level": "p/x", "device": 3}, {"level": "p/x", "device": "a", "file": "b.wav"}])
def test_impossible_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(PatchError):
        SoundSource(**settings)


def test_a_file_that_is_absent_or_no_sound_is_refused_when_opened(tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("not a sound")
    write_wav(tmp_path / "empty.wav", np.zeros(0))
    for name, words in (("none.wav", "there is no sound file"), ("words.wav", "can't be read")):
        with pytest.raises(PatchError, match=words):
            SoundSource(file=str(tmp_path / name), level="p/x").open(lambda events: [])
    source = SoundSource(file=str(tmp_path / "empty.wav"), level="p/x")
    source.open(lambda events: [])
    with pytest.raises(PatchError, match="holds no sound"):
        list(source.tick(Moment(0.0, 0, 0, 0))) or list(source.tick(Moment(1.0, 0, 0, 1)))
    assert list(source.tick(Moment(2.0, 0, 0, 2))) == []  # told once
    source.close()
    source.close()


INPUTS = [Device(0, "Built-in Microphone", "Core Audio", 1, 48000, 0.01, True),
          Device(1, "USB Line", "MME", 2, 44100, 0.09, False),
          Device(2, "USB Line", "Windows WASAPI", 2, 48000, 0.01, False),
          Device(3, "USB Mic", "Windows WASAPI", 1, 48000, 0.01, False)]


@pytest.mark.parametrize(("name", "index"), [("", 0), ("mic, win", 3), ("usb line", 2), ("USB LINE, MME", 1)])
def test_an_input_is_chosen_by_a_part_of_its_name(name: str, index: int) -> None:
    assert choose_device(INPUT, INPUTS, name).index == index


@pytest.mark.parametrize(("inputs", "name", "words"), [
    ([], "", "no sound input on this machine"),
    (INPUTS, "guitar", '"Built-in Microphone, Core Audio" (default); "USB Line, MME"'), (INPUTS, "usb", "fits 3")])
def test_a_name_that_fits_nothing_or_several_is_answered_with_what_there_is(
        inputs: list[Device], name: str, words: str) -> None:
    with pytest.raises(PatchError) as caught:
        choose_device(INPUT, inputs, name)
    assert words in str(caught.value)


def test_an_absent_device_is_refused_when_opened_and_can_be_closed_twice() -> None:
    source = SoundSource(device="no such device anywhere", level="p/x")
    with pytest.raises(PatchError):
        source.open(lambda events: [])
    source.close()
    source.close()
    assert list(source.tick(Moment(0.0, 0, 0, 0))) == []
    assert "is not there" in source.note()


def wait_for(what: Callable[[], bool], limit: float = 30.0) -> bool:
    """Return whether `what` comes true within `limit` seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end and not what():
        time.sleep(0.02)
    return what()


class Heard:
    """Takes the events of a source, as a conductor does."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._lock = threading.Lock()

    def put(self, events: list[Event]) -> list[Any]:
        """Keep them."""
        with self._lock:
            self.events += events
        return []

    def of(self, name: str) -> list[Event]:
        """Return the events for an address of player p."""
        with self._lock:
            return [event for event in self.events if event.address.removesuffix("/norm") == f"/liveart/p/{name}"]


@contextmanager
def player(server: JackServer) -> Iterator[Callable[[np.ndarray], None]]:
    """Yield a function that plays a sound into every input that listens on a JACK server, over and over."""
    try:
        import jack
    except (ImportError, OSError) as error:
        absent(f"JACK-Client can't be used: {error}")
    client = jack.Client("singer", no_start_server=True, servername=server.name)
    out = client.outports.register("out")
    sound: list[np.ndarray] = [np.zeros(1, np.float32)]
    place = [0]

    def process(frames: int) -> None:
        samples = sound[0]
        out.get_array()[:] = np.take(samples, np.arange(place[0], place[0] + frames), mode="wrap")
        place[0] += frames

    def play(samples: np.ndarray) -> None:
        def ears() -> list[Any]:
            return [port for port in client.get_ports(is_audio=True, is_input=True)
                    if not port.name.startswith(("system:", "singer:"))]
        assert wait_for(lambda: bool(ears())), "nobody listens on the JACK server"
        for port in ears():
            if port not in client.get_all_connections(out):
                client.connect(out, port)
        sound[0], place[0] = samples.astype(np.float32), 0

    client.set_process_callback(process)
    client.activate()
    try:
        yield play
    finally:
        client.deactivate()
        client.close()


def test_what_another_program_plays_is_heard_by_its_level_pitch_and_onsets(jack_server: JackServer) -> None:
    heard = Heard()
    source = SoundSource(device="system", level={"target": "p/level", "attack": 0.0, "release": 0.0}, onset="p/hit",
                         pitch={"target": "p/pitch", "floor": 57, "ceiling": 81})
    source.open(heard.put)
    try:
        assert "system" in source.note()
        with player(jack_server) as play:
            play(0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE))
            time.sleep(0.2)
            assert not heard.events  # the show has not begun
            source.tick(Moment(time.monotonic(), 0, 0, 0))
            assert wait_for(lambda: any(abs(float(event.value or 0) - 0.5) < 0.01 for event in heard.of("pitch")))
            assert wait_for(lambda: abs(float(heard.of("level")[-1].value or 0) - (60 - 9.03) / 60) < 0.02)
            before = len(heard.of("hit"))
            play(beats(1.0))
            assert wait_for(lambda: len(heard.of("hit")) >= before + 4)
            assert {event.origin for event in heard.events} == {ORIGIN}
            gaps = np.diff([event.time for event in heard.of("hit")[before + 1 :]])
            assert abs(np.median(gaps) - 0.5) < 0.1
    finally:
        source.close()


def test_jack_is_listed_as_an_input(jack_server: JackServer) -> None:
    rows = [row for row in list_devices(INPUT) if row["name"] == "system"]
    assert (rows[0]["channels"], rows[0]["rate"], rows[0]["is_default"]) == (2, 48000, True)


def test_a_device_that_vanishes_is_told_once_and_heard_again_when_it_is_back(jack_server: JackServer) -> None:
    heard = Heard()
    source = SoundSource(device="system", level={"target": "p/level", "attack": 0.0, "release": 0.0})
    source.open(heard.put)
    told: list[str] = []

    def tick() -> bool:
        try:
            source.tick(Moment(time.monotonic(), 0, 0, 0))
        except LiveartError as error:
            told.append(str(error))
        return bool(told)

    try:
        assert not tick()
        jack_server.stop()
        assert wait_for(tick)
        assert "is not there" in source.note()
        jack_server.process = start_jack(jack_server.name).process
        assert wait_for(lambda: "is not there" not in source.note())
        with player(jack_server) as play:
            play(0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE))
            assert wait_for(lambda: bool(heard.of("level")) and float(heard.of("level")[-1].value or 0) > 0.8)
        tick()
        assert len(told) == 1
        assert '"system" is gone' in told[0]
    finally:
        source.close()
