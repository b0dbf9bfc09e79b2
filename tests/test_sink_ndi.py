"""The ndi sink against a real receiver in another process, and what it says when something is wrong."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from ndi_receiver import run_apart, run_trial
from parts import absent

from liveart.core.contract import Stage
from liveart.core.material import Picture
from liveart.errors import NotInstalled, SinkError
from liveart.sinks import ndi_library
from liveart.sinks.ndi import NdiSink
from liveart.sinks.ndi_sender import frame_rate
from liveart.sinks.rgbx import widen


@pytest.fixture
def real_ndi() -> None:
    """Skips the test where the NDI library is absent."""
    if importlib.util.find_spec("cyndilib") is None:
        absent('cyndilib is not installed: pip install "liveart[ndi]"')


@pytest.fixture
def fresh_library() -> Iterator[None]:
    """Lets the test look for the library anew."""
    ndi_library.load_library.cache_clear()
    yield
    ndi_library.load_library.cache_clear()


@pytest.mark.usefixtures("real_ndi")
def test_picture_sound_rate_and_time_arrive_in_another_program_as_they_were_sent() -> None:
    found = run_trial("320x180", fps=59.94)
    assert found["received"] > 30
    assert found["size"] == [320, 180]
    assert found["rate"] == [60000, 1001]
    assert found["mean_away"] < 5, "compared by time code, so the codes are right too"
    assert found["most_away"] < 30
    assert [tone["hz"] for tone in found["tones"]] == pytest.approx([440.0, 660.0], abs=2.0)
    assert [tone["level"] for tone in found["tones"]] == pytest.approx([0.5, 0.5], abs=0.02)
    assert found["sound_rate"] == 48000
    assert found["sound_apart_ms"] < 1.0, "each block's time code follows the one before"
    assert "320x180 at 59.94 · 2 receivers, on air" in found["note"]
    assert found["troubles"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that stops a program")
@pytest.mark.usefixtures("real_ndi")
def test_a_hung_receiver_costs_its_own_frames_and_no_one_waits() -> None:
    found = run_trial("640x360", seconds=3.0, is_hung=True)
    assert found["sent"] + found["dropped"] > 100, "the show went on while the receiver stood still for a second"
    assert found["missing"] > 20
    assert found["most_away"] < 30, "and it sees the newest picture when it is back"
    assert found["troubles"] == []


IN_A_CHILD = '''
import sys; sys.path.insert(0, {tests!r})
import numpy as np
from examples import check_sink
from liveart import Picture, Stage
from liveart.errors import SinkError
from liveart.sinks.ndi import NdiSink
check_sink(NdiSink("contract"))
one, other = NdiSink("same"), NdiSink("same")
one.open(Stage())
for size in ((1, 1), (63, 47), (64, 48)):
    one.send(Picture(np.zeros((*size, 3), np.uint8), 0.0, 0))
assert "no receiver" in one.note(), one.note()
assert one.counts() == {{"frames": 0, "unseen": 3, "blocks": 0}}
try:
    other.open(Stage())
except SinkError as error:
    print(error)
one.close()
other.open(Stage())
other.close()
'''


@pytest.mark.usefixtures("real_ndi")
def test_it_keeps_the_contract_and_a_name_taken_on_this_machine_is_told() -> None:
    said = run_apart(["-c", IN_A_CHILD.format(tests=str(Path(__file__).parent))])
    assert 'NDI can\'t make the source "same"' in said
    assert "ndi:same-2" in said


def test_a_missing_library_says_which_extra_brings_it(monkeypatch: pytest.MonkeyPatch, fresh_library: None) -> None:
    monkeypatch.setattr(ndi_library, "_places", lambda: iter(()))
    with pytest.raises(SinkError, match="the NDI library is not in it"):
        NdiSink().open(Stage())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotInstalled, match=r"cyndilib is not installed.*liveart\[ndi\]"):
        NdiSink().open(Stage())


def test_a_broken_library_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fresh_library: None) -> None:
    (tmp_path / "libndi.so").write_text("not a library")
    monkeypatch.setattr(ndi_library, "_places", lambda: iter([tmp_path / "libndi.so"]))
    with pytest.raises(SinkError, match=r"the NDI library .* can't be used"):
        NdiSink().open(Stage())


def test_ndis_own_installer_is_found_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("NDI_RUNTIME_DIR_V5", raising=False)
    monkeypatch.setenv("NDI_RUNTIME_DIR_V6", str(tmp_path))
    assert list(ndi_library._places()) == []
    (tmp_path / "libndi.so.6").touch()
    assert list(ndi_library._places()) == [tmp_path / "libndi.so.6"]


def test_frames_to_a_closed_one_go_nowhere() -> None:
    sink = NdiSink("shut")
    sink.send(Picture(np.zeros((4, 4, 3), np.uint8), 0.0, 0))
    assert sink.note() == "ndi shut closed"
    assert sink.counts()["frames"] == 0


def test_a_name_that_no_network_carries_is_refused() -> None:
    with pytest.raises(SinkError, match="too long"):
        NdiSink("x" * 300)


@pytest.mark.parametrize(("fps", "rate"), [(60, Fraction(60)), (59.94, Fraction(60000, 1001)), (25, Fraction(25)),
                                           (29.97, Fraction(30000, 1001)), (23.976, Fraction(24000, 1001)),
                                           (12.5, Fraction(25, 2)), (0.5, Fraction(1, 2)), (144, Fraction(144))])
def test_frame_rates_are_written_as_ndi_has_them(fps: float, rate: Fraction) -> None:
    assert frame_rate(fps) == rate


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (3, 5), (48, 64), (31, 33)])
def test_widening_keeps_every_pixel(size: tuple[int, int]) -> None:
    random = np.random.RandomState(1)
    pixels = random.randint(0, 256, (*size, 3), np.uint8)
    out = np.full((*size, 4), 255, np.uint8)
    widen(pixels, out)
    assert (out[..., :3] == pixels).all()
    widen(pixels[::-1, ::-1], out)
    assert (out[..., :3] == pixels[::-1, ::-1]).all(), "also a view that does not lie in one piece"
