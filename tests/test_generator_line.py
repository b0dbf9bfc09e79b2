"""The line: a file at its place in every block, an input whose clock is another's, a device that comes and goes."""

from __future__ import annotations

import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from jack_server import RATE, JackServer, jack_server, start_jack

from liveart.core.contract import Moment, Stage
from liveart.core.ring import SampleRing
from liveart.errors import PatchError
from liveart.generators.line import Line
from liveart.generators.line_reader import MOST, LineReader

__all__ = ["jack_server"]

BLOCK = 512
LEVEL = {"level": 0.0}


def write_song(path: Path, frames: int, rate: int = RATE) -> np.ndarray:
    """Write stereo noise of 16 bits; return it as floats."""
    numbers = np.random.RandomState(5).randint(-9000, 9000, (frames, 2)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(numbers.tobytes())
    return numbers.astype(np.float32) / 32768.0


def moment(index: int, frames: int = BLOCK) -> Moment:
    """Return the moment of a block."""
    dt = frames / RATE
    return Moment(index * dt, index * dt * 2.0, dt, index, frames=frames, rate=RATE)


def test_a_file_is_looped_in_stereo_and_a_block_that_was_not_asked_for_has_gone_by(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 3 * BLOCK + 100)
    line = Line(file="song.wav")
    line.open(Stage(folder=str(tmp_path)))
    endless = np.concatenate([song] * 4)
    for index in (0, 1, 2, 3, 4, 7, 8, 2):
        assert np.array_equal(line.make(moment(index), None, LEVEL), endless[index * BLOCK :][:BLOCK])
    line.reset()  # a panic does not put the song out of step
    assert np.array_equal(line.make(moment(3), None, LEVEL), endless[3 * BLOCK :][:BLOCK])
    assert line.note() == "song.wav, looped"
    line.close()


def test_a_file_of_another_rate_plays_at_its_own_pitch(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes((9000 * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)).astype("<i2").tobytes())
    line = Line(file="a.wav")
    line.open(Stage(folder=str(tmp_path)))
    heard = np.concatenate([line.make(moment(index), None, LEVEL) for index in range(80)])
    assert np.array_equal(heard[:, 0], heard[:, 1])
    spectrum = np.abs(np.fft.rfft(heard[:, 0] * np.hanning(len(heard))))
    assert np.argmax(spectrum) * RATE / len(heard) == pytest.approx(440.0, abs=1.5)
    line.close()


def test_level_goes_straight_to_where_it_is_put_and_its_lowest_is_silence(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 4 * BLOCK)
    line = Line(file="song.wav")
    line.open(Stage(folder=str(tmp_path)))
    line.make(moment(0), None, LEVEL)
    falling = line.make(moment(1), None, {"level": -60.0})
    assert np.allclose(falling, song[BLOCK : 2 * BLOCK] * np.linspace(1, 0, BLOCK + 1)[1:, None], atol=1e-6)
    assert not line.make(moment(2), None, {"level": -60.0}).any()
    line.close()


@pytest.mark.parametrize("settings", [{"device": "USB", "file": "song.wav"}, {"device": 3}, {"file": None}])
def test_what_is_no_device_and_no_file_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(PatchError, match="a line has"):
        Line(**settings)  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PatchError, match=r"absent\.wav"):
        Line(file="absent.wav").open(Stage(folder=str(tmp_path)))


def test_in_a_render_a_device_is_silence() -> None:
    line = Line(device="anything")
    line.open(Stage(is_live=False))
    assert not line.make(moment(0), None, LEVEL).any()
    assert "render" in line.note()
    line.close()


def run(reader: LineReader, ring: SampleRing, seconds: float, drift: float, period: int = 480,
        start: int = 0, jitter: float = 0.0) -> tuple[np.ndarray, int]:
    """Let a device that is faster by `drift` write a sine of 440 Hz, and read it; return blocks and frames written."""
    random, blocks, written, due = np.random.RandomState(1), [], start, 0.0
    for index in range(int(seconds * RATE / BLOCK)):
        now = index * BLOCK + jitter * random.rand()
        while due <= now:
            ring.write(np.repeat(0.5 * np.sin(2 * np.pi * 440 * np.arange(written, written + period) / RATE)[:, None],
                                 2, axis=1).astype(np.float32))
            written += period
            due += period / (1.0 + drift)
        reader.period = period
        blocks.append(reader.read(BLOCK))
    return np.concatenate(blocks), written


@pytest.mark.parametrize("drift", [0.0, 2e-4, -2e-4, 1e-3])
def test_drift_between_the_clocks_is_taken_up_without_a_gap_or_a_click(drift: float) -> None:
    ring = SampleRing(1 << 16, 2)
    reader = LineReader(ring, RATE)
    heard, written = run(reader, ring, 60.0, drift, jitter=BLOCK / 2)
    sounding = heard[np.flatnonzero(np.abs(heard[:, 0]) > 1e-4)[0] :, 0]
    assert reader.gaps == 0
    assert len(sounding) > 59 * RATE
    assert np.abs(np.diff(sounding)).max() < 0.5 * 2 * np.pi * 440 / RATE * (1 + MOST) * 1.01
    bent = np.diff(sounding, 2)[RATE:]  # of a sine it follows the sine; of a click it would not
    assert np.abs(bent).max() < 0.5 * (2 * np.pi * 440 / RATE) ** 2 * 1.05
    waiting = written - reader._place
    assert waiting < reader._reserve + 480 + BLOCK + 400


def test_at_the_same_clock_samples_come_as_they_were() -> None:
    ring = SampleRing(1 << 16, 2)
    reader = LineReader(ring, RATE)
    sent = np.random.RandomState(0).uniform(-0.5, 0.5, (RATE // 2, 2)).astype(np.float32)
    heard = []
    for start in range(0, len(sent), BLOCK):
        ring.write(sent[start : start + BLOCK])
        heard.append(reader.read(BLOCK))
    joined = np.concatenate(heard)
    began = int(np.flatnonzero(joined[:, 0])[0])
    after = joined[began + 2000 : began + 12000]
    place = next(at for at in range(len(sent) - 4) if sent[at, 0] == after[0, 0])
    assert np.array_equal(after, sent[place : place + len(after)])


def test_when_nothing_comes_it_fades_counts_one_gap_and_comes_back_with_a_ramp() -> None:
    ring = SampleRing(1 << 16, 2)
    reader = LineReader(ring, RATE)
    before, written = run(reader, ring, 1.0, 0.0)
    without = np.concatenate([reader.read(BLOCK) for _ in range(40)])
    back, _ = run(reader, ring, 1.0, 0.0, start=written)
    heard = np.concatenate([before, without, back])[:, 0]
    assert reader.gaps == 1
    assert not without[-BLOCK * 20 :].any()
    assert np.abs(np.diff(heard)).max() < 0.5 * 2 * np.pi * 440 / RATE + 0.5 / 240
    assert np.abs(back[-BLOCK:]).max() > 0.4


def test_what_waits_too_long_is_left_out_within_a_crossfade() -> None:
    ring = SampleRing(1 << 16, 2)
    reader = LineReader(ring, RATE)
    first, written = run(reader, ring, 1.0, 0.0)
    ring.write(np.repeat(0.5 * np.sin(2 * np.pi * 440 * np.arange(written, written + 9600) / RATE)[:, None], 2,
                         axis=1).astype(np.float32))  # the loop stood still for a fifth of a second
    then, _ = run(reader, ring, 1.0, 0.0, start=written + 9600)
    heard = np.concatenate([first, then])[:, 0]
    assert np.abs(np.diff(heard)[BLOCK * 20 :]).max() < 2 * 0.5 * 2 * np.pi * 440 / RATE
    assert reader.gaps == 0
    assert ring.written - reader._place < reader._reserve + 480 + BLOCK + 500


class Voice:
    """A JACK client that plays a sine into whatever listens."""

    def __init__(self, server: JackServer) -> None:
        import jack

        self._client = jack.Client("voice", no_start_server=True, servername=server.name)
        self._port = self._client.outports.register("out")
        self._made = 0
        self._client.set_process_callback(self._play)
        self._client.activate()

    def _play(self, frames: int) -> None:
        self._port.get_array()[:] = 0.4 * np.sin(2 * np.pi * 440 * np.arange(self._made, self._made + frames) / RATE)
        self._made += frames

    def connect(self) -> None:
        """Connect to the program that listens."""
        end = time.monotonic() + 20.0
        while time.monotonic() < end:
            found = [port for port in self._client.get_ports(is_audio=True, is_input=True)
                     if not port.name.startswith(("system:", "voice:"))]
            if found:
                for port in found:
                    self._client.connect(self._port, port)
                return
            time.sleep(0.05)
        raise AssertionError("nobody listens")

    def close(self) -> None:
        """End it."""
        self._client.deactivate()
        self._client.close()


def hear(line: Line, seconds: float, stop: threading.Event | None = None) -> tuple[np.ndarray, list[str]]:
    """Ask a line for blocks in time, as the sound worker does; return them and what it told."""
    blocks, told, began, index = [], [], time.monotonic(), 0
    while index * BLOCK < seconds * RATE and not (stop is not None and stop.is_set()):
        if (time.monotonic() - began) * RATE < index * BLOCK:
            time.sleep(0.002)
            continue
        try:
            blocks.append(line.make(moment(index), None, LEVEL))
        except PatchError as error:
            told.append(str(error))
            blocks.append(np.zeros((BLOCK, 2), np.float32))
            if stop is not None:
                stop.set()
        index += 1
    return np.concatenate(blocks), told


def test_a_real_input_is_heard_is_told_once_when_it_goes_and_is_back_by_itself(jack_server: JackServer) -> None:
    line = Line()
    line.open(Stage(rate=RATE, block=BLOCK))
    try:
        assert "48 kHz" in line.note()
        voice = Voice(jack_server)
        voice.connect()
        heard, told = hear(line, 3.0)
        assert told == []
        loud = heard[2 * RATE :]
        assert np.sqrt((loud[:, 0] ** 2).mean()) == pytest.approx(0.4 / np.sqrt(2), rel=0.05)
        assert np.abs(np.diff(loud[:, 0])).max() < 0.4 * 2 * np.pi * 440 / RATE * 1.05 + 0.4 / 240
        voice.close()
        jack_server.stop()
        _, told = hear(line, 30.0, threading.Event())
        assert len(told) == 1
        assert "is gone" in told[0]
        silent, told = hear(line, 0.5)
        assert told == []
        assert not silent.any()
        again = start_jack(jack_server.name)
        try:
            voice = Voice(again)
            voice.connect()
            heard, told = hear(line, 3.0)
            assert told == []
            assert np.abs(heard[-RATE:]).max() > 0.3
            voice.close()
        finally:
            again.stop()
    finally:
        line.close()
