"""The show's own picture moves its sound: what is seen, and that it costs next to nothing.

`python tests/test_source_picture.py` measures what a frame costs the one who shows it and the one who looks.
"""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from live_shows import running
from own_parts import PATCH, write_patch

from liveart.core.contract import Moment
from liveart.core.glimpse import GRID, Glimpse, Glimpses, glimpse_bytes
from liveart.core.material import Picture, Sound
from liveart.core.own_show import OwnShow
from liveart.errors import PatchError
from liveart.show.offline import Offline
from liveart.show.patch_file import parse_patch, read_patch
from liveart.sources.follow import Hands, read_follow
from liveart.sources.picture import PictureSource
from liveart.sources.picture_look import FEATURES, Look

EYE = ('[sources.eye]\nkind = "picture"\nred = { target = "tone/hz", attack = 0.0, release = 0.0 }\n'
       '[sources.breath]\nkind = "lfo"\ntarget = "field/level"\nbeats = 2\n')
RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)


def plain(*rgb: int, size: tuple[int, int] = (48, 64)) -> np.ndarray:
    """Return a picture of one colour."""
    return np.full((*size, 3), rgb, np.uint8)


def seen(pixels: np.ndarray, at: float = 0.0) -> Glimpse:
    """Return a picture as it is seen from far."""
    glimpses = Glimpses()
    glimpses.watch()
    glimpses.write(pixels, at)
    return glimpses.reader().read(at)[0]


def readings(*pictures: np.ndarray, fps: float = 30.0) -> list[dict[str, float | None]]:
    """Return what is seen in pictures that follow each other."""
    look = Look()
    return [look.step(seen(pixels, index / fps)) for index, pixels in enumerate(pictures)]


@pytest.mark.parametrize("size", [(1080, 1920), (512, 512), (24, 32), (7, 5), (33, 1000)])
def test_a_glimpse_is_the_picture_made_small(size: tuple[int, int]) -> None:
    down, across = np.mgrid[0 : size[0], 0 : size[1]]
    pixels = np.stack([255 * down / size[0], 255 * across / size[1], 0 * down], axis=2).astype(np.uint8)
    small = seen(pixels).pixels
    assert small.shape == (GRID, GRID, 3)
    assert np.abs(small.mean(axis=(0, 1)) - pixels.mean(axis=(0, 1))).max() < 6
    assert (np.diff(small[:, 0, 0].astype(int)) >= 0).all()
    assert (np.diff(small[0, :, 1].astype(int)) >= 0).all()


def test_nothing_is_written_while_nobody_looks_and_each_is_read_once_in_its_time() -> None:
    glimpses = Glimpses(memoryview(bytearray(glimpse_bytes())))
    glimpses.write(plain(*RED), 0.0)
    assert glimpses.written == 0
    glimpses.watch()
    reader = glimpses.reader()
    for index in range(5):
        glimpses.write(plain(index, 0, 0), index / 10)
    assert [round(each.time, 1) for each in reader.read(0.25)] == [0.0, 0.1, 0.2]
    assert [each.pixels[0, 0, 0] for each in reader.read(9.0)] == [3, 4]
    assert reader.read(9.0) == []
    for index in range(1000):
        glimpses.write(plain(index % 256, 0, 0), float(index))
    late = reader.read(1e9)
    assert 10 < len(late) < 60  # of many the newest
    assert late[-1].pixels[0, 0, 0] == 999 % 256
    glimpses.release()
    glimpses.release()


@pytest.mark.parametrize(("rgb", "hue"), [(RED, 0.0), ((255, 255, 0), 1 / 6), (GREEN, 1 / 3), (BLUE, 2 / 3),
                                          ((90, 60, 60), 0.0)])
def test_a_hue_is_a_place_on_the_circle(rgb: tuple[int, int, int], hue: float) -> None:
    (found,) = readings(plain(*rgb))
    assert found["hue"] == pytest.approx(hue, abs=1e-6)


def test_colours_are_told_apart() -> None:
    (red,), (grey,) = readings(plain(*RED)), readings(plain(*GREY))
    assert (red["red"], red["green"], red["saturation"]) == (1.0, 0.0, 1.0)
    assert red["brightness"] == pytest.approx(0.2126, abs=1e-3)
    assert grey["hue"] is None
    assert grey["saturation"] == 0.0
    assert grey["brightness"] == pytest.approx(128 / 255)


def test_contrast_is_none_for_one_colour_and_full_for_black_and_white() -> None:
    half = plain(0, 0, 0)
    half[:, 32:] = 255
    assert readings(plain(*GREY))[0]["contrast"] == 0.0
    assert readings(half)[0]["contrast"] == pytest.approx(1.0, abs=0.01)


def slide(step: float, count: int) -> list[np.ndarray]:
    """Return pictures of stripes that move by `step` pixels each."""
    across = np.arange(256)
    return [np.repeat(np.tile(127 + 100 * np.sin((across + step * index) / 20), (64, 1)).astype(np.uint8)[:, :, None],
                      3, axis=2) for index in range(count)]


def test_motion_is_of_the_picture_and_not_of_its_frame_rate() -> None:
    slow, quick = readings(*slide(2.0, 20), fps=30.0), readings(*slide(1.0, 40), fps=60.0)
    assert float(quick[-1]["motion"] or 0) == pytest.approx(float(slow[-1]["motion"] or 0), rel=0.1)
    double = readings(*slide(4.0, 20), fps=30.0)
    assert float(double[-1]["motion"] or 0) == pytest.approx(2 * float(slow[-1]["motion"] or 0), rel=0.15)
    assert readings(*[plain(*RED)] * 3)[-1]["motion"] == 0.0


def test_a_cut_is_a_change_and_motion_is_none() -> None:
    other = np.random.RandomState(0).randint(0, 256, (64, 256, 3), np.uint8)
    changes = [found["change"] for found in readings(*slide(2.0, 20), *[other] * 20, *slide(2.0, 20))]
    assert [index for index, change in enumerate(changes) if change] == [20, 40]
    grain = [np.random.RandomState(seed).randint(0, 256, (64, 64, 3), np.uint8) for seed in range(30)]
    assert not any(found["change"] for found in readings(*grain)[2:])


def test_a_hue_goes_the_shorter_way_round() -> None:
    hands = Hands([read_follow(FEATURES, "hue", {"target": "p/x", "attack": 0.3, "release": 0.3})])
    places = [float(value) for reading in [0.95] + [0.05] * 60  # type: ignore[arg-type]
              for _, value in hands.step({"hue": reading}, 1 / 30)]
    assert all(place >= 0.94 or place <= 0.06 for place in places)
    assert places[-1] == pytest.approx(0.05, abs=0.01)


def looking(settings: dict[str, Any], pictures: list[np.ndarray], fps: float = 30.0) -> list[tuple[int, str, Any]]:
    """Return (tick, address, value) of all that a source says of these frames."""
    show = OwnShow(None, 48000, Glimpses())
    source, said = PictureSource(**settings), []
    source.attend(show)
    source.open(lambda events: [])
    assert show.pictures is not None
    for index, pixels in enumerate(pictures):
        said += [(index, *pair) for pair in source.tick(Moment(index / fps, 0.0, 1 / fps, index))]
        show.pictures.write(pixels, index / fps)
    source.close()
    source.close()
    return said


def test_a_source_says_what_it_sees_one_frame_later() -> None:
    pictures = [plain(0, 0, 0)] * 10 + [plain(255, 255, 255)] * 10
    bright = {"target": "p/x", "low": 0.2, "high": 0.8, "attack": 0.0}
    assert looking({"brightness": bright, "change": "p/cut"}, pictures) == [
        (1, "/liveart/p/x/norm", 0.2), (11, "/liveart/p/x/norm", pytest.approx(0.8)), (11, "/liveart/p/cut", 1.0)]
    flash = looking({"change": {"target": "p/x", "low": 0.1, "high": 0.9, "release": 0.1}}, pictures)
    assert [value for _, _, value in flash][:2] == [0.1, 0.9]
    assert flash[-1][2] < 0.2


@pytest.mark.parametrize("settings", [{}, {"hue": ""}, {"motion": {"target": "p/x", "ceiling": 0.0}}, {"red": 3},
                                      {"change": {"target": "p/x", "attack": 1.0}},
                                      {"blue": {"target": "p/x", "high": 2}}])
def test_impossible_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(PatchError):
        PictureSource(**settings)


def test_a_show_without_pictures_can_not_be_looked_at(tmp_path: Path) -> None:
    blind = re.sub(r"\[players.field\].*?(?=\[players.tone)", "", PATCH, flags=re.DOTALL)
    with pytest.raises(PatchError, match="makes no pictures"):
        Offline(read_patch(write_patch(tmp_path, '[sources.eye]\nkind = "picture"\nred = "tone/gain"\n', blind)))


def test_the_pictures_of_a_render_move_its_sound_and_the_same_each_time(tmp_path: Path) -> None:
    file, digests = write_patch(tmp_path, EYE), []
    for _ in range(2):
        show, hertz, reds = Offline(read_patch(file)), [], []
        digest = hashlib.sha256()
        for made in show.materials(1.0):
            if isinstance(made, Picture):
                hertz.append(float(show.board.snapshot()["/liveart/tone/hz"]))
                reds.append(made.pixels[0, 0, 0] / 255)
            elif isinstance(made, Sound):
                digest.update(made.samples.tobytes())
        assert show.troubles == []
        show.close()
        digests.append(digest.hexdigest())
    assert digests[0] == digests[1]
    places = np.log(np.array(hertz) / 20) / np.log(5000 / 20)
    assert np.abs(places[1:] - np.array(reds[:-1])).max() < 0.01  # what was shown a frame before


def test_a_live_show_without_a_panel_sees_itself(tmp_path: Path) -> None:
    file = write_patch(tmp_path, EYE)
    with running(file) as conductor:
        found: set[int] = set()
        end = time.monotonic() + 40.0
        while time.monotonic() < end and len(found) < 10:
            conductor.tick()
            found.add(round(float(conductor.board.snapshot()["/liveart/tone/hz"])))
            time.sleep(0.01)
        assert len(found) >= 10
        assert conductor.troubles.now(time.monotonic()) == []


CUT = ('[sources.eye]\nkind = "picture"\nchange = "cue/high"\n[cues.high]\nquantum = "now"\n'
       'values = { "/liveart/tone/hz" = 880.0 }\n[sources.blink]\nkind = "lfo"\ntarget = "field/level"\n'
       'wave = "square"\nbeats = 1\n')


def test_a_cut_fires_a_cue_live_as_in_a_render(tmp_path: Path) -> None:
    file = write_patch(tmp_path, CUT)
    show = Offline(read_patch(file))
    for _ in show.materials(1.0):
        pass
    hertz = show.board.snapshot()["/liveart/tone/hz"]
    assert show.troubles == []
    show.close()
    assert hertz == 880.0
    with running(file) as conductor:
        end = time.monotonic() + 40.0
        while time.monotonic() < end and conductor.board.snapshot()["/liveart/tone/hz"] != 880.0:
            conductor.tick()
            time.sleep(0.01)
        assert conductor.board.snapshot()["/liveart/tone/hz"] == 880.0
        assert conductor.troubles.now(time.monotonic()) == []


def test_the_patch_on_the_page_plays(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "listening.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (text,) = [block for block in blocks if 'name = "mirror"' in block]
    show = Offline(replace(parse_patch(text), size=(32, 32), fps=10.0))
    for _ in show.materials(0.5):
        pass
    moved = {name: show.board.snapshot()[f"/liveart/cycles/{name}"] for name in ("brightness", "space")}
    usual = {name: show.layout.params[f"/liveart/cycles/{name}"].default for name in moved}
    assert show.troubles == []
    show.close()
    assert all(moved[name] != usual[name] for name in moved)


def measure() -> None:
    """Print what a frame costs."""
    glimpses = Glimpses()
    glimpses.watch()
    for size in ((512, 512), (1080, 1920)):
        pixels = np.random.RandomState(0).randint(0, 256, (*size, 3), np.uint8)
        print(f"a glimpse of {size[1]}x{size[0]}: {micros(lambda: glimpses.write(pixels, 0.0)):.0f} us")  # noqa: B023
    look, glimpse = Look(), seen(np.random.RandomState(0).randint(0, 256, (64, 64, 3), np.uint8))
    print(f"a look at it: {micros(lambda: look.step(glimpse)):.0f} us")


def micros(what: Any) -> float:
    """Return the microseconds that something takes, the best of five hundred goes five times."""
    best = 1e9
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(100):
            what()
        best = min(best, (time.perf_counter() - began) / 100)
    return best * 1e6


if __name__ == "__main__":
    measure()
