"""Recordings as mp4: right length, rate and codecs, sound and picture together, and nothing lost by a bad end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from parts import absent
from recordings import RATE, picture, play, probe, sound, stage

from liveart.core.material import Picture, Sound
from liveart.errors import SinkError
from liveart.sinks import file_out
from liveart.sinks.file import FileSink


def record(folder: Path, name: str = "set.mp4", seconds: float = 1.5, **settings: object) -> Path:
    sink = FileSink(name, **settings)  # type: ignore[arg-type]
    sink.open(stage(folder))
    play(sink, seconds)
    sink.close()
    return folder / name


def frames_of(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [(float(frame.time or 0), frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def samples_of(path: Path) -> np.ndarray:
    """Return the first channel as a player would sound it, from time 0."""
    with av.open(str(path)) as container:
        pieces = [(round(float(frame.time or 0) * RATE), frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
    line = np.zeros(max(start + len(piece) for start, piece in pieces), np.float32)
    for start, piece in pieces:
        line[max(start, 0) : start + len(piece)] = piece[max(-start, 0) :]
    return line


def test_an_mp4_has_the_length_rate_and_codecs_of_the_show(tmp_path: Path) -> None:
    told = probe(record(tmp_path))
    assert told["video"]["codec_name"] == "h264"
    assert told["video"]["pix_fmt"] == "yuv420p"
    assert (told["video"]["width"], told["video"]["height"]) == (64, 48)
    assert Fraction(told["video"]["avg_frame_rate"]) == 30
    assert int(told["video"]["nb_read_frames"]) == 45
    assert told["audio"]["codec_name"] == "aac"
    assert int(told["audio"]["sample_rate"]) == RATE
    assert float(told["video"]["start_time"]) == 0
    assert float(told["format"]["duration"]) == pytest.approx(1.5, abs=1 / 30)


@pytest.mark.parametrize("preset", ["ultrafast", "medium"])
def test_flash_and_click_stay_together(tmp_path: Path, preset: str) -> None:
    sink = FileSink("sync.mp4", preset=preset)
    sink.open(stage(tmp_path))
    for index in range(60):
        time = 100 + index / 30
        sink.send(picture(time, index, grey=255 if index == 31 else 0))
        samples = np.zeros((1600, 2), np.float32)
        if index == 31:
            samples[:64] = 0.8
        sink.send(Sound(samples, RATE, time, index * 1600))
    sink.close()
    flash = max(frames_of(tmp_path / "sync.mp4"), key=lambda frame: float(frame[1].mean()))[0]
    click = int(np.argmax(np.abs(samples_of(tmp_path / "sync.mp4")))) / RATE
    assert flash == pytest.approx(31 / 30, abs=1e-3)
    assert abs(flash - click) < 0.005


def test_sound_that_begins_before_or_after_the_picture_lies_right(tmp_path: Path) -> None:
    for shift in (-0.2, 0.2):
        sink = FileSink("shift.mp4", overwrite=True)
        sink.open(stage(tmp_path))
        for index in range(30):
            samples = np.zeros((1600, 2), np.float32)
            samples[0 if index == 15 else 1600 :][:64] = 0.8
            sink.send(Sound(samples, RATE, 50 + shift + index / 30, index * 1600))
            sink.send(picture(50 + index / 30, index))
        sink.close()
        click = int(np.argmax(np.abs(samples_of(tmp_path / "shift.mp4")))) / RATE
        assert click == pytest.approx(0.5 + shift, abs=0.005)


@pytest.mark.parametrize("preset", ["ultrafast", "medium"])
def test_the_same_show_gives_the_same_bytes(tmp_path: Path, preset: str) -> None:
    first = record(tmp_path / "a", preset=preset).read_bytes()
    assert record(tmp_path / "b", preset=preset).read_bytes() == first


def test_colours_come_back_as_they_were(tmp_path: Path) -> None:
    sink = FileSink("colour.mp4", quality=4)
    sink.open(stage(tmp_path))
    bands = np.repeat(np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]], np.uint8), 16, 0)
    sink.send(Picture(np.broadcast_to(bands, (48, 64, 3)), 0.0, 0))
    sink.close()
    with av.open(str(tmp_path / "colour.mp4")) as container:
        frame = next(container.decode(video=0))
        assert frame.colorspace == 1  # BT.709, and marked so
        seen = frame.reformat(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709").to_ndarray()
    assert np.abs(seen[24, 8::16].astype(int) - bands[::16]).max() < 12


def test_gaps_repeat_the_last_frame_and_doubles_are_left_out(tmp_path: Path) -> None:
    sink = FileSink("gap.mp4", sound=False)
    sink.open(stage(tmp_path))
    for index, time in enumerate([0.0, 1 / 30, 1 / 30 + 0.001, 10 / 30]):
        sink.send(picture(time, index, grey=40 * index))
    sink.close()
    greys = [int(frame[20, 60, 0]) for _, frame in frames_of(tmp_path / "gap.mp4")]
    assert np.allclose(greys, [0] + [40] * 9 + [120], atol=4)
    assert sink.counts() == {"frames": 3, "repeated": 8, "doubles": 1, "lost": 0}


def test_no_sound_at_all_still_gives_a_whole_file(tmp_path: Path) -> None:
    sink = FileSink("mute.mp4")
    sink.open(stage(tmp_path))
    play(sink, 4.0, has_sound=False)
    sink.close()
    told = probe(tmp_path / "mute.mp4")
    assert float(told["video"]["duration"]) == pytest.approx(4.0, abs=0.05)
    assert float(told["audio"]["duration"]) == pytest.approx(4.0, abs=0.05)


def test_no_picture_at_all_gives_black_with_the_sound(tmp_path: Path) -> None:
    sink = FileSink("dark.mp4")
    sink.open(stage(tmp_path))
    for start in range(0, 3 * RATE, 4800):
        sink.send(sound(start / RATE, start, 4800))
    sink.close()
    told = probe(tmp_path / "dark.mp4")
    assert float(told["audio"]["duration"]) == pytest.approx(3.0, abs=0.05)
    assert int(told["video"]["nb_read_frames"]) == 90
    assert max(int(frame.max()) for _, frame in frames_of(tmp_path / "dark.mp4")) < 3


def test_without_sound_there_is_no_audio_stream(tmp_path: Path) -> None:
    sink = FileSink("plain.mp4", sound=False)
    assert sink.takes == {"picture"}
    sink.open(stage(tmp_path))
    play(sink, 0.5)
    sink.close()
    assert "audio" not in probe(tmp_path / "plain.mp4")


def test_odd_sizes_gain_one_row_and_column_that_repeat_the_last(tmp_path: Path) -> None:
    sink = FileSink("odd.mp4", sound=False, quality=4)
    sink.open(stage(tmp_path, size=(63, 47)))
    sink.send(picture(0.0, 10, 100, (63, 47)))
    sink.close()
    (_, frame), = frames_of(tmp_path / "odd.mp4")
    assert frame.shape == (48, 64, 3)
    assert np.abs(frame[47, 40:].astype(int) - 100).max() < 6
    assert np.abs(frame[:, 63].astype(int) - 100).max() < 6


def test_a_frame_of_another_size_is_scaled(tmp_path: Path) -> None:
    sink = FileSink("scaled.mp4", sound=False)
    sink.open(stage(tmp_path))
    sink.send(picture(0.0, 0))
    sink.send(picture(1 / 30, 1, size=(128, 96)))
    sink.close()
    assert [frame.shape for _, frame in frames_of(tmp_path / "scaled.mp4")] == [(48, 64, 3)] * 2


def test_an_existing_recording_is_never_overwritten_unless_told(tmp_path: Path) -> None:
    (tmp_path / "set.mp4").write_bytes(b"mine")
    sink = FileSink("set.mp4")
    for _ in range(2):
        sink.open(stage(tmp_path))
        play(sink, 0.2)
        sink.close()
    assert "set-3.mp4" in sink.note()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set-2.mp4", "set-3.mp4", "set.mp4"]
    assert (tmp_path / "set.mp4").read_bytes() == b"mine"
    record(tmp_path, overwrite=True)
    assert float(probe(tmp_path / "set.mp4")["format"]["duration"]) > 1


def test_a_recording_in_which_nothing_came_leaves_no_file(tmp_path: Path) -> None:
    sink = FileSink("never.mp4")
    sink.open(stage(tmp_path))
    sink.close()
    sink.close()
    assert list(tmp_path.iterdir()) == []


def test_pictures_and_sound_may_come_from_two_threads(tmp_path: Path) -> None:
    sink = FileSink("two.mp4")
    sink.open(stage(tmp_path))

    def blocks() -> None:
        for start in range(0, RATE, 480):
            sink.send(sound(start / RATE, start, 480))

    thread = threading.Thread(target=blocks)
    thread.start()
    play(sink, 1.0, begin=0.0, has_sound=False)
    thread.join()
    sink.close()
    told = probe(tmp_path / "two.mp4")
    assert int(told["video"]["nb_read_frames"]) == 30
    assert float(told["audio"]["duration"]) == pytest.approx(1.0, abs=0.03)


def test_a_hole_of_hours_in_the_shows_time_is_left_out(tmp_path: Path) -> None:
    sink = FileSink("hole.mp4")
    sink.open(stage(tmp_path))
    play(sink, 0.5, begin=10.0)
    play(sink, 0.5, begin=90000.0)
    sink.close()
    assert float(probe(tmp_path / "hole.mp4")["format"]["duration"]) == pytest.approx(1.0, abs=0.1)


def test_a_nan_in_the_sound_does_not_end_the_recording(tmp_path: Path) -> None:
    sink = FileSink("nan.mp4")
    sink.open(stage(tmp_path))
    sink.send(picture(0.0))
    sink.send(Sound(np.full((4800, 2), np.nan, np.float32), RATE, 0.0, 0))
    sink.close()
    assert not samples_of(tmp_path / "nan.mp4").any()


KILLED = """
import os, sys
sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from recordings import play, stage
from liveart.sinks.file import FileSink
sink = FileSink("killed.mp4")
sink.open(stage(Path(sys.argv[3])))
play(sink, 3.5)
os._exit(9)
"""


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    here = Path(__file__).parent
    return subprocess.run([sys.executable, "-c", script, str(here), str(here.parent), str(folder)],
                          capture_output=True, text=True, timeout=60, check=False)


def test_a_killed_recording_plays_up_to_its_last_second(tmp_path: Path) -> None:
    assert run(KILLED, tmp_path).returncode == 9
    told = probe(tmp_path / "killed.mp4")
    assert int(told["video"]["nb_read_frames"]) >= 60
    assert int(told["audio"]["nb_read_frames"]) > 60


FULL = """
import resource, sys
sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from recordings import play, stage
import numpy as np
from liveart.core.material import Picture
from liveart.errors import SinkError
from liveart.sinks.file import FileSink
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
sink = FileSink("full.mp4")
sink.open(stage(Path(sys.argv[3])))
noise = np.random.default_rng(0)
errors = []
for index in range(300):
    try:
        sink.send(Picture(noise.integers(0, 255, (48, 64, 3), np.uint8), index / 30, index))
    except SinkError as error:
        errors.append(str(error))
sink.close()
sink.close()
print(len(errors), sink.counts()["lost"] > 10, errors[0])
"""


def test_a_file_that_can_grow_no_more_is_told_once_and_plays_up_to_there(tmp_path: Path) -> None:
    if os.name == "nt":
        absent("file size limits are not known on this system")
    done = run(FULL, tmp_path)
    assert done.stdout.startswith("1 True recording full.mp4 stopped after"), done.stderr
    assert int(probe(tmp_path / "full.mp4")["video"]["nb_read_frames"]) >= 30


def test_a_disk_that_fills_up_at_the_very_end_costs_the_end_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = FileSink("late.mp4")
    sink.open(stage(tmp_path))
    play(sink, 3.5)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_out.OutFile, "_write_raw", full)
    with pytest.raises(SinkError, match=r"No space left on device.* plays"):
        sink.close()
    sink.close()
    assert int(probe(tmp_path / "late.mp4")["video"]["nb_read_frames"]) >= 60


@pytest.mark.parametrize(("settings", "words"), [
    ({"name": "set.mp5"}, 'Did you mean ".mp4"'), ({"name": "set"}, "set.mp4, set.wav"),
    ({"preset": "fastest"}, "Did you mean"), ({"quality": 99}, "0 .lossless. to 51"), ({"bits": 12}, "16, 24, or 32"),
    ({"fps": -3}, "frames a second"),
])
def test_impossible_settings_are_refused_with_what_to_do(settings: dict[str, object], words: str) -> None:
    with pytest.raises(SinkError, match=words):
        FileSink(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["set.mp4", "set.wav", "shots/"])
def test_a_place_that_can_not_be_written_is_refused_at_open(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SinkError, match="can't record"):
        FileSink(f"file/{name}").open(stage(tmp_path))


def test_an_impossible_sound_is_refused_at_open_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="wav takes any"):
        FileSink("five.mp4").open(stage(tmp_path, channels=5))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    assert record(tmp_path, "tour/march/set.mp4", 0.2).exists()


def test_sound_of_another_rate_is_refused(tmp_path: Path) -> None:
    sink = FileSink("rate.wav")
    sink.open(stage(tmp_path))
    with pytest.raises(SinkError, match="44100 Hz"):
        sink.send(Sound(np.zeros((10, 2), np.float32), 44100, 0.0, 0))
    sink.close()
