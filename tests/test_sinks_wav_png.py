"""Recordings as wav and as numbered PNG files."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from recordings import RATE, picture, play, probe, sound, stage

from liveart.core.material import Sound
from liveart.errors import SinkError
from liveart.sinks import file_out, wav
from liveart.sinks.file import FileSink


@pytest.mark.parametrize(("bits", "codec"), [(16, "pcm_s16le"), (24, "pcm_s24le"), (32, "pcm_f32le")])
def test_a_wav_gives_the_samples_back(tmp_path: Path, bits: int, codec: str) -> None:
    sink = FileSink("set.wav", bits=bits)
    assert sink.takes == {"sound"}
    sink.open(stage(tmp_path))
    blocks = [sound(9 + n * 500 / RATE, n * 500, 500) for n in range(50)]
    for block in blocks:
        sink.send(block)
    sink.close()
    samples, rate = soundfile.read(tmp_path / "set.wav", dtype="float32")
    assert rate == RATE
    whole = np.concatenate([block.samples for block in blocks])
    assert np.abs(samples - whole).max() <= 1 / (1 << (min(bits, 25) - 1))
    told = probe(tmp_path / "set.wav")["audio"]
    assert told["codec_name"] == codec
    assert float(told["duration"]) == pytest.approx(25000 / RATE, abs=1e-4)


def test_loud_samples_are_clipped_in_pcm_and_kept_in_float() -> None:
    loud = np.array([[2.0], [-2.0]], np.float32)
    assert np.frombuffer(wav.encode(loud, 16), "<i2").tolist() == [32767, -32767]
    assert np.frombuffer(wav.encode(loud, 32), "<f4").tolist() == [2.0, -2.0]


def test_a_growing_wav_can_be_read_at_any_moment(tmp_path: Path) -> None:
    sink = FileSink("grow.wav", bits=16)
    sink.open(stage(tmp_path))
    for n in range(250):
        sink.send(sound(n / 100, n * 480, 480))
        if n % 60 == 59:
            with wave.open(str(tmp_path / "grow.wav")) as file:  # a reader that trusts the header alone
                assert 0 <= (n + 1) * 480 - file.getnframes() <= RATE
                assert len(file.readframes(file.getnframes())) == file.getnframes() * 4
    sink.close()


def test_an_odd_number_of_bytes_is_padded(tmp_path: Path) -> None:
    sink = FileSink("odd.wav", bits=24)
    sink.open(stage(tmp_path, channels=1))
    sink.send(sound(0.0, 0, 3, channels=1))
    sink.close()
    data = (tmp_path / "odd.wav").read_bytes()
    assert len(data) % 2 == 0
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    assert len(soundfile.read(io.BytesIO(data))[0]) == 3


def test_above_four_gigabytes_the_header_is_rf64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wav, "_LIMIT", 1000)
    samples = np.zeros((4000, 2), np.float32)
    data = wav.header(RATE, 2, 16, 4000).replace((1000).to_bytes(4, "little"), b"\xff" * 4)
    told = soundfile.info(io.BytesIO(data + wav.encode(samples, 16)))
    assert (told.format, told.frames, told.channels) == ("RF64", 4000, 2)


def test_a_gap_in_the_sound_becomes_silence(tmp_path: Path) -> None:
    sink = FileSink("gap.wav", bits=32)
    sink.open(stage(tmp_path))
    sink.send(sound(1.0, 0, 4800))
    sink.send(sound(1.5, 24000, 4800))
    sink.close()
    samples, _ = soundfile.read(tmp_path / "gap.wav")
    assert len(samples) == 28800
    assert not samples[4800:24000].any()


def test_mono_goes_to_all_channels(tmp_path: Path) -> None:
    sink = FileSink("mono.wav", bits=32)
    sink.open(stage(tmp_path))
    sink.send(Sound(np.linspace(0, 0.5, 100, dtype=np.float32), RATE, 0.0, 0))
    sink.close()
    samples, _ = soundfile.read(tmp_path / "mono.wav")
    assert np.array_equal(samples[:, 0], samples[:, 1])
    assert samples[-1, 0] == pytest.approx(0.5)


def test_a_wav_on_a_full_disk_keeps_what_its_header_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = FileSink("full.wav", bits=16)
    sink.open(stage(tmp_path))
    for n in range(25):
        sink.send(sound(n / 10, n * 4800, 4800))

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_out.OutFile, "_write_raw", full)
    with pytest.raises(SinkError, match="No space left"):
        sink.send(sound(2.5, 120000, 4800))
    sink.send(sound(2.6, 124800, 4800))
    sink.close()
    assert "No space left" in sink.note()
    assert len(soundfile.read(tmp_path / "full.wav")[0]) >= 2 * RATE


@pytest.mark.parametrize(("name", "first"), [
    ("shots/", "shots/frame_000001.png"), ("shots.png", "shots_000001.png"), ("a/shot%04d.png", "a/shot0001.png"),
])
def test_pictures_are_numbered_from_one(tmp_path: Path, name: str, first: str) -> None:
    sink = FileSink(name)
    assert sink.takes == {"picture"}
    sink.open(stage(tmp_path))
    shown = [picture(3 + index / 30, index) for index in range(3)]
    for frame in shown:
        sink.send(frame)
    sink.close()
    files = sorted(tmp_path.rglob("*.png"))
    assert files[0] == tmp_path / first
    assert len(files) == 3
    assert np.array_equal(np.asarray(Image.open(files[2])), shown[2].pixels)


def test_a_gap_repeats_the_last_picture_so_that_numbers_have_no_holes(tmp_path: Path) -> None:
    sink = FileSink("gap/")
    sink.open(stage(tmp_path))
    for index, time in enumerate([0.0, 4 / 30]):
        sink.send(picture(time, index))
    sink.close()
    data = [path.read_bytes() for path in sorted((tmp_path / "gap").iterdir())]
    assert len(data) == 5
    assert data[0] == data[3] != data[4]


@pytest.mark.parametrize(("name", "second"), [
    ("shots/", "shots-2/frame_000001.png"), ("shots.png", "shots-2_000001.png"), ("s%03d.png", "s-2_001.png"),
])
def test_pictures_that_exist_are_kept(tmp_path: Path, name: str, second: str) -> None:
    for _ in range(2):
        sink = FileSink(name)
        sink.open(stage(tmp_path))
        sink.send(picture(0.0))
        sink.close()
    assert (tmp_path / second).exists()
    assert len(list(tmp_path.rglob("*.png"))) == 2


def test_told_to_overwrite_a_shorter_sequence_leaves_nothing_of_the_longer(tmp_path: Path) -> None:
    for seconds in (0.5, 0.2):
        sink = FileSink("shots/", overwrite=True)
        sink.open(stage(tmp_path))
        play(sink, seconds, has_sound=False)
        sink.close()
    assert len(list((tmp_path / "shots").iterdir())) == 6


def test_a_picture_that_could_not_be_written_whole_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = FileSink("shots/")
    sink.open(stage(tmp_path))
    sink.send(picture(0.0))

    def full(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SinkError, match="No space left"):
        sink.send(picture(1 / 30, 1))
    sink.close()
    assert [path.name for path in (tmp_path / "shots").iterdir()] == ["frame_000001.png"]
