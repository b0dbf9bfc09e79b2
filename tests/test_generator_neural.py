"""The neural generator: files of every kind as players and effects, for any block, without a step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_audio as tiny
from tiny_audio import LATENT, tiny_ts
from tiny_neutone import tiny_nm

from liveart.core import notes
from liveart.core.contract import Moment, Stage
from liveart.core.latent import seed_point
from liveart.errors import LiveartError, ModelError, PatchError
from liveart.generators import neural_pace
from liveart.generators.neural import Neural
from liveart.generators.neural_latents import Bend, Bender, LatentFlow
from liveart.show.find_patch import find_patch

RATE, BLOCK = 44100, 512
STAGE = Stage(rate=RATE, block=BLOCK, seed=3)


def opened(folder: Path, kind: Any = tiny.Listed, stage: Stage = STAGE, **settings: Any) -> Neural:
    player = Neural(str(tiny_ts(folder, kind)), **settings)
    player.open(stage)
    return player


def values(player: Neural, **moved: Any) -> dict[str, Any]:
    return {param.name: param.start for param in player.params} | moved


def played(player: Neural, blocks: int, heard: np.ndarray | None = None, stage: Stage = STAGE,
           z: np.ndarray | None = None, **moved: Any) -> np.ndarray:
    made, params = [], values(player, **moved)
    for index in range(blocks):
        part = None if heard is None else heard[index * stage.block : (index + 1) * stage.block]
        now = Moment(index * stage.block / stage.rate, 0.0, stage.block / stage.rate, index, frames=stage.block,
                     rate=stage.rate, heard=part)
        point = seed_point(index, player.latent) if z is None else z
        made.append(player.make(now, point, params))
    return np.concatenate(made)


def sound(samples: int, seed: int = 5) -> np.ndarray:
    return (0.2 * np.random.RandomState(seed).standard_normal((samples, 2))).astype(np.float32)


@pytest.mark.parametrize("kind", [tiny.Bare, tiny.Listed, tiny.Hidden, tiny.Codes, tiny.LateDecoder, tiny.NoState])
def test_every_decoder_plays_and_plays_again_the_same(kind: Any, tmp_path: Path) -> None:
    player = opened(tmp_path, kind, rate=RATE)
    first = played(player, 20)
    assert first.dtype == np.float32
    assert first.shape == (20 * BLOCK, 2)
    assert np.abs(first).max() > 1e-3
    player.reset()
    np.testing.assert_array_equal(played(player, 20), first)


@pytest.mark.parametrize("rate", [22050, 48000, 96000])
def test_a_device_of_another_rate_hears_the_same_length(rate: int, tmp_path: Path) -> None:
    stage = Stage(rate=rate, block=480)
    player = opened(tmp_path, stage=stage)
    assert np.isfinite(played(player, 30, stage=stage)).all()
    assert player.lag() < 0.05


def test_voices_stand_apart_and_width_puts_them_left_and_right(tmp_path: Path) -> None:
    player = opened(tmp_path, voices=2)
    wide = played(player, 8, spread=0.6, width=1.0)
    assert not np.allclose(wide[:, 0], wide[:, 1], atol=1e-3)
    player.reset()
    mono = played(player, 8, spread=0.6, width=0.0)
    np.testing.assert_allclose(mono[:, 0], mono[:, 1], atol=1e-6)


def test_hands_and_scale_move_the_latents(tmp_path: Path) -> None:
    player = opened(tmp_path)
    still = played(player, 6, z=np.zeros(LATENT, np.float32))
    player.reset()
    moved = played(player, 6, z=np.zeros(LATENT, np.float32), latent_2=2.0)
    assert np.abs(moved - still).max() > 0.01
    player.reset()
    np.testing.assert_array_equal(played(player, 6, scale=0.0), still)


def test_an_effect_lies_on_the_sound_that_came_in(tmp_path: Path) -> None:
    player, heard = opened(tmp_path, tiny.LateDecoder, method="forward"), sound(40 * BLOCK)
    wet = played(player, 40, heard)
    player.reset()
    dry = played(player, 40, heard, wet=0.0)
    np.testing.assert_allclose(wet[BLOCK:], dry[BLOCK:], atol=1e-5)  # its forward only delays: both are the same
    player.reset()
    half = played(player, 40, heard, wet=0.5)
    np.testing.assert_allclose(half[BLOCK:], dry[BLOCK:], atol=1e-5)
    shift = player._dry.samples
    np.testing.assert_allclose(dry[shift:], heard[: len(heard) - shift], atol=1e-6)


def test_left_stays_left_through_a_mono_effect(tmp_path: Path) -> None:
    player, heard = opened(tmp_path, method="effect"), sound(20 * BLOCK)
    heard[:, 1] = 0.0
    silent = opened(tmp_path, method="effect")
    made, nothing = played(player, 20, heard), played(silent, 20, np.zeros_like(heard))
    np.testing.assert_allclose(made[:, 1], nothing[:, 1], atol=1e-6)
    assert np.abs(made[:, 0] - nothing[:, 0]).max() > 1e-3


def test_a_frozen_effect_goes_on_without_its_input(tmp_path: Path) -> None:
    player = opened(tmp_path, method="effect")
    played(player, 20, sound(20 * BLOCK), freeze=0.0)
    held = played(player, 10, sound(10 * BLOCK), freeze=1.0)[4 * BLOCK :]
    other = played(player, 10, np.zeros((10 * BLOCK, 2), np.float32), freeze=1.0)[4 * BLOCK :]
    np.testing.assert_allclose(held[-BLOCK:], other[-BLOCK:], atol=1e-5)
    assert np.abs(other[-BLOCK:]).max() > 1e-4


def test_a_neutone_file_is_an_effect_with_knobs(tmp_path: Path) -> None:
    player = Neural(str(tiny_nm(tmp_path / "tape.nm")))
    player.open(STAGE)
    heard = sound(40 * BLOCK)
    wet = played(player, 40, heard)
    assert np.abs(wet[20 * BLOCK :]).max() > 1e-3
    assert any(param.name.startswith("p1") for param in player.params)


def test_a_neutone_file_alone_hears_the_sound_input(tmp_path: Path) -> None:
    patch = find_patch(str(tiny_nm(tmp_path / "tape.nm")))
    assert [(player.name, player.generator, player.input) for player in patch.players] == [
        ("line", "line", ""), ("tape", "neural", "line")]
    assert patch.players[0].gain == -60.0
    alone = find_patch(str(tiny_ts(tmp_path)))
    assert [(player.generator, player.input) for player in alone.players] == [("neural", "")]


def test_a_model_with_a_prior_goes_on_by_itself(tmp_path: Path) -> None:
    player = opened(tmp_path, tiny.Wrapped, method="prior", voices=2)
    assert player.latent == 0
    assert {"temperature", "latent_1", "scale"} <= {param.name for param in player.params}
    assert np.abs(played(player, 20)).max() > 1e-3


def test_attributes_are_params_or_settings(tmp_path: Path) -> None:
    player = opened(tmp_path, attributes={"gain": [2.0, "soft"]})
    assert [param.kind for param in player.params if param.name == "on"] == ["bool"]
    played(player, 1, on=1.0)
    assert player._playing is not None
    assert player._playing.model.get("on") == (True,)
    assert player._playing.model.get("gain") == (2.0, "soft")
    with pytest.raises(PatchError, match="refuses gain"):
        opened(tmp_path, attributes={"gain": [-1.0, "soft"]})
    with pytest.raises(PatchError, match=r"no attribute .*Did you mean"):
        opened(tmp_path, attributes={"gian": 1.0})


def test_what_a_model_can_not_do_is_said_with_what_it_can(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no prior") as refused:
        opened(tmp_path, tiny.Bare, method="prior")
    assert "decode" in refused.value.hint
    with pytest.raises(PatchError, match="can't have 3 voices"):
        opened(tmp_path, tiny.Bare, method="effect", voices=3)
    with pytest.raises(PatchError, match='no method "decod"'):
        Neural("x.ts", method="decod")
    with pytest.raises(PatchError, match="voices = 99"):
        Neural("x.ts", voices=99)


def test_an_effect_whose_streams_mix_hears_both_sides_together(tmp_path: Path) -> None:
    player, heard = opened(tmp_path, tiny.Mixing, rate=RATE), sound(4 * BLOCK)
    both = np.repeat(heard.mean(axis=1, keepdims=True), 2, axis=1)
    np.testing.assert_allclose(played(player, 4, heard), both, atol=1e-6)
    with pytest.raises(ModelError, match="mixes its streams"):
        opened(tmp_path, tiny.Mixing, rate=RATE, voices=2)


def test_notes_are_refused_where_nothing_plays_them(tmp_path: Path) -> None:
    with pytest.raises(LiveartError, match="notes"):
        opened(tmp_path, method="effect", notes=4)


def test_an_effect_that_hears_nobody_says_so(tmp_path: Path) -> None:
    player = opened(tmp_path, method="effect")
    played(player, 2)
    assert "input" in player.note()


def test_a_file_without_a_rate_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not tell its sample rate"):
        opened(tmp_path, tiny.Gain)
    assert opened(tmp_path, tiny.Gain, rate=RATE).note()


def test_a_model_too_slow_for_this_machine_is_refused_live_and_rendered(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural_pace, "_quickest", lambda playing, samples: 0.01 * playing.model.batch)
    with pytest.raises(ModelError, match="8 streams") as refused:
        opened(tmp_path, voices=8)
    assert "voices and notes be" in refused.value.hint
    opened(tmp_path, voices=8, stage=Stage(rate=RATE, block=BLOCK, is_live=False))
    assert "of a core" in opened(tmp_path, voices=2).note()


def test_notes_begin_and_end_and_a_taken_voice_does_not_click() -> None:
    player = Neural("undertow", notes=2)
    player.open(stage := Stage())
    numbers = np.zeros(notes.WIDTH)
    silent = values(player, play=2.0, note=numbers)
    sounds = []
    for index in range(150):
        if index in (20, 40, 60, 80):
            notes.apply(numbers, str(48 + index // 4), 0.9, index * stage.block / stage.rate)
        now = Moment(index * stage.block / stage.rate, 0.0, stage.block / stage.rate, index, frames=stage.block,
                     rate=stage.rate)
        sounds.append(player.make(now, seed_point(3, player.latent), silent))
    whole = np.concatenate(sounds)
    assert np.abs(whole[15 * 512 : 19 * 512]).max() < 1e-3
    assert np.abs(whole[60 * 512 :]).max() > 0.01
    steps = np.abs(np.diff(whole, axis=0)).max(axis=1)
    struck = steps[20 * 512 : 100 * 512].max()
    assert struck <= 1.5 * np.percentile(steps[100 * 512 :], 99.9)


def test_latents_go_in_straight_lines_and_codes_step() -> None:
    flow = LatentFlow(1, 2)
    flow.lead(np.array([[0.0, 1.0]]), 4)
    np.testing.assert_allclose(flow.lead(np.array([[4.0, 1.0]]), 4)[0], [[1, 2, 3, 4], [1, 1, 1, 1]])
    codes = LatentFlow(1, 1, is_discrete=True)
    codes.lead(np.array([[1.0]]), 2)
    np.testing.assert_array_equal(codes.lead(np.array([[5.0]]), 3)[0, 0], [5, 5, 5])
    angles = LatentFlow(1, 1, is_spherical=True)
    angles.lead(np.array([[3.0]]), 2)
    way = angles.lead(np.array([[-3.0]]), 8)[0, 0]
    assert np.abs(np.diff(np.concatenate([[3.0], way]))).max() < 0.1  # over pi, not back through 0


def test_bends_meet_from_block_to_block() -> None:
    bender, zeros = Bender(1, 3), np.zeros(3, np.float32)
    latents = np.tile(np.array([1.0, 2.0, 3.0], np.float32)[None, :, None], (1, 1, 8))
    point = np.full(3, 9.0, np.float32)
    one = bender.bend(latents, point, Bend(zeros))
    np.testing.assert_array_equal(one, latents)
    two = bender.bend(latents, point, Bend(zeros + 1.0, scale=2.0, turn=1, path=0.5))
    assert np.abs(np.diff(np.concatenate([one, two], axis=2), axis=2)).max() < 1.5
    np.testing.assert_allclose(two[0, :, -1], (np.array([3.0, 1.0, 2.0]) * 2.0 + 1.0 + 9.0) / 2.0)
