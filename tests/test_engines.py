"""The two engines: freeze, blackout, panic, failing generators; one frame or block at a time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_parts import PATCH, write_patch

from liveart.core.event import Event
from liveart.core.limit import soft_limit
from liveart.core.material import Picture, Sound
from liveart.errors import LiveartError, MaterialError, PatchError
from liveart.show.offline import Offline
from liveart.show.patch_file import read_patch
from liveart.show.sound import KNEE
from liveart.show.sound_block import from_db


def _play(folder: Path, seconds: float, events: list[tuple[float, str, Any]] | None = None,
          extra: str = "") -> tuple[list[Picture], np.ndarray, Offline]:
    patch = read_patch(write_patch(folder, extra))
    show = Offline(patch, [Event(address, value, time) for time, address, value in events or []])
    materials = list(show.materials(seconds))
    show.close()
    sound = np.concatenate([m.samples for m in materials if isinstance(m, Sound)])
    return [m for m in materials if isinstance(m, Picture)], sound, show


def test_a_second_has_as_many_frames_and_samples_as_promised(tmp_path: Path) -> None:
    pictures, sound, _ = _play(tmp_path, 1.0)
    assert len(pictures) == 30
    assert sound.shape == (24000, 2)
    assert pictures[0].pixels.shape == (24, 32, 3)


def test_a_value_shows_in_the_frame_after_it(tmp_path: Path) -> None:
    pictures, _, _ = _play(tmp_path, 0.5, [(0.2, "/liveart/field/level", 1.0)])
    red = [int(picture.pixels[0, 0, 0]) for picture in pictures]
    assert set(red[:6]) == {64}
    assert set(red[7:]) == {255}


def test_freeze_holds_picture_and_journey_and_goes_on_without_a_jump(tmp_path: Path) -> None:
    pictures, _, _ = _play(tmp_path, 1.0, [(0.3, "/liveart/freeze", 1), (0.7, "/liveart/freeze", 0)])
    frozen = [picture.pixels.tobytes() for picture in pictures[10:21]]
    assert len(set(frozen)) == 1
    green = [int(picture.pixels[0, 0, 1]) for picture in pictures]
    assert max(abs(a - b) for a, b in pairwise(green)) <= 3


def test_blackout_fades_picture_and_sound_and_comes_back(tmp_path: Path) -> None:
    events = [(0.2, "/liveart/blackout", 1), (1.0, "/liveart/blackout", 0)]
    pictures, sound, _ = _play(tmp_path, 2.0, events)
    light = np.array([int(picture.pixels.max()) for picture in pictures])
    assert light[24] == 0
    assert 0 < light[9] < light[5]
    assert light[-1] > 100
    assert np.abs(sound[int(0.7 * 24000) : int(0.9 * 24000)]).max() == 0
    assert np.abs(sound[-4000:]).max() > 0.05
    assert np.abs(np.diff(sound[:, 0])).max() < 0.05  # a 440 Hz sine of that level moves less than this


def test_panic_is_silent_within_ten_milliseconds_and_starts_clean(tmp_path: Path) -> None:
    _, sound, _ = _play(tmp_path, 1.0, [(0.5, "/liveart/panic", 1)])
    start = -(-int(0.5 * 24000) // 256) * 256  # the block that answers begins here
    quiet = sound[start + 240 : start + 256]
    assert np.abs(quiet).max() == 0
    assert np.abs(sound[start + 600 :]).max() > 0.05
    assert np.abs(np.diff(sound[:, 0])).max() < 0.06


def test_a_generator_that_fails_mid_show_leaves_its_last_picture_and_silence(tmp_path: Path) -> None:
    events = [(0.2, "/liveart/field/fail", 1), (0.2, "/liveart/tone/fail", 1), (0.4, "/liveart/field/fail", 0),
              (0.4, "/liveart/tone/fail", 0)]
    pictures, sound, show = _play(tmp_path, 1.5, events)
    assert pictures[8].pixels.tobytes() == pictures[5].pixels.tobytes()
    assert pictures[-1].pixels.tobytes() != pictures[5].pixels.tobytes()
    assert np.abs(sound[int(0.3 * 24000) : int(0.35 * 24000)]).max() == 0
    assert np.abs(sound[-2000:]).max() > 0.05
    assert any("asked to fail" in text for text in show.troubles)


@pytest.mark.parametrize(("name", "words"), [("Raises", "RuntimeError"), ("WrongShape", "promised"),
                                             ("TooShort", "promised"), ("NotFinite", "NaN")])
def test_a_generator_that_breaks_its_promise_is_refused_at_open(tmp_path: Path, name: str, words: str) -> None:
    patch = PATCH + f'[players.bad]\ngenerator = "parts.py:{name}"\n'
    with pytest.raises(MaterialError, match=words):
        Offline(read_patch(write_patch(tmp_path, patch=patch)))


@pytest.mark.parametrize(("params", "words"), [("levle = 1", "level"), ("level = 7", "impossible")])
def test_starting_values_that_cannot_be_are_refused(tmp_path: Path, params: str, words: str) -> None:
    patch = PATCH.replace("level = 0.25", params)
    with pytest.raises(LiveartError, match=words):
        Offline(read_patch(write_patch(tmp_path, patch=patch)))


def test_two_params_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "clash.py").write_text(
        "from liveart import Generator, Param\nclass A(Generator):\n    params = (Param('opacity'),)\n"
        "    def make(self, now, z, params):\n        return None\n")
    patch = PATCH + '[players.bad]\ngenerator = "clash.py:A"\n'
    with pytest.raises(PatchError, match="opacity"):
        Offline(read_patch(write_patch(tmp_path, patch=patch)))


def test_players_hidden_by_opacity_are_not_made(tmp_path: Path) -> None:
    pictures, _, show = _play(tmp_path, 0.3, [(0.0, "/liveart/field/opacity", 0.0), (0.0, "/liveart/field/fail", 1)])
    assert pictures[-1].pixels.max() == 0
    assert not show.troubles


def test_the_limiter_leaves_quiet_sound_alone_and_never_passes_one() -> None:
    loud = np.linspace(-9, 9, 999, dtype=np.float32)
    limited = soft_limit(loud.copy(), KNEE)
    assert np.abs(limited).max() <= 1.0
    assert (np.diff(limited) >= 0).all()
    quiet = np.linspace(-0.79, 0.79, 99, dtype=np.float32)
    assert (soft_limit(quiet.copy(), KNEE) == quiet).all()


def test_the_lowest_gain_is_silence_and_zero_is_unity() -> None:
    assert (from_db(-60.0), from_db(0.0)) == (0.0, 1.0)
