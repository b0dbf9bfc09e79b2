"""Neutone files: both generations of metadata, knobs, delay, reset, and what is refused with which words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_neutone import NATIVE, NEW, OLD, HiddenPast, TinyNeutone, metadata, tiny_nm, write_nm
from torch import Tensor

from liveart.errors import ModelError
from liveart.neural.model import AudioModel
from liveart.neural.neutone import open_neutone
from liveart.neural.neutone_card import read_card

RATE, BLOCK = 48000, 256


def opened(path: Path, block: int = BLOCK) -> AudioModel:
    return open_neutone(path, RATE, block)


def noise(blocks: int, channels: int = 2, seed: int = 0) -> Tensor:
    return 0.3 * torch.randn(1, channels, blocks * BLOCK, generator=torch.Generator().manual_seed(seed))


def test_a_file_of_the_new_generation_tells_its_knobs_in_their_own_units(tmp_path: Path) -> None:
    spec = opened(tiny_nm(tmp_path / "a.nm")).spec
    assert (spec.form, spec.rate, spec.block, spec.streams, spec.latent) == ("neutone", RATE, BLOCK, True, 0)
    level, tail = spec.attributes
    assert (level.name, level.kinds, level.values, level.low, level.high) == ("p1", ("float",), (0.0,), -12.0, 12.0)
    assert level.help == "Level: how loud"
    assert (tail.name, tail.kinds, tail.values, tail.low, tail.high) == ("p2", ("int",), (1,), 0.0, 2.0)
    assert tail.help == "Tail: how long. 0 short, 1 middle, 2 long"
    assert "Story is left out: it takes words, not a number." in spec.remarks
    assert any("44.1 kHz" in remark for remark in spec.remarks)


def test_a_file_of_the_old_generation_has_strings_for_numbers_and_leaves_out_unused_knobs(tmp_path: Path) -> None:
    model = opened(tiny_nm(tmp_path / "a.nm", parameters=OLD, sdk_version="1.4.1"))
    assert [(knob.name, knob.values, knob.low, knob.high) for knob in model.spec.attributes] == [
        ("p1", (0.5,), 0.0, 1.0), ("p2", (0.5,), 0.0, 1.0)]


@pytest.mark.parametrize("is_mono", [True, False])
def test_sound_comes_back_as_late_as_the_file_says(tmp_path: Path, is_mono: bool) -> None:
    model, channels = opened(tiny_nm(tmp_path / "a.nm", parameters=OLD, is_mono=is_mono)), 1 if is_mono else 2
    method = model.spec.methods["forward"]
    assert (method.inputs, method.outputs, method.in_ratio, method.out_ratio) == (channels, channels, 1, 1)
    assert model.set("p1", (1.0,))
    assert model.set("p2", (0.0,))
    model.reset()
    x = noise(4, channels)
    made = model.run("forward", x)
    assert made.shape == x.shape
    assert model.lag("forward") == NATIVE
    assert torch.equal(made[..., NATIVE:], x[..., :-NATIVE])
    assert not made[..., :NATIVE].any()


def test_one_channel_may_go_into_a_stereo_file(tmp_path: Path) -> None:
    assert opened(tiny_nm(tmp_path / "a.nm")).run("forward", noise(2, 1)).shape == (1, 1, 2 * BLOCK)


def test_many_blocks_at_once_are_the_same_as_one_by_one_bit_for_bit(tmp_path: Path) -> None:
    model, x = opened(tiny_nm(tmp_path / "a.nm")), noise(6)
    whole = model.run("forward", x)
    model.reset()
    assert torch.equal(whole, torch.cat([model.run("forward", part) for part in torch.split(x, BLOCK, 2)], 2))


@pytest.mark.parametrize("fault", ["", "random", "no reset", "prints"])
def test_a_reset_brings_back_the_beginning_bit_for_bit_whatever_the_file_forgets(tmp_path: Path, fault: str) -> None:
    path, x = tiny_nm(tmp_path / "a.nm", fault), noise(5)
    model = opened(path)
    first = model.run("forward", x)
    assert not torch.equal(first, model.run("forward", x))
    model.reset()
    assert torch.equal(first, model.run("forward", x))
    assert torch.equal(first, opened(path).run("forward", x))


def test_a_past_that_can_not_be_seen_is_forgotten_by_loading_anew_and_that_is_told(tmp_path: Path) -> None:
    model, x = opened(write_nm(tmp_path / "a.nm", HiddenPast(), json.dumps(metadata()))), noise(3)
    assert any("loads it again" in remark for remark in model.spec.remarks)
    first = model.run("forward", x)
    assert not torch.equal(first, model.run("forward", x))
    model.reset()
    assert torch.equal(first, model.run("forward", x))


def test_a_knob_moves_within_one_block_without_a_step_and_stays(tmp_path: Path) -> None:
    model = opened(tiny_nm(tmp_path / "a.nm"))
    model.set("p2", (0,))
    model.reset()
    still = torch.ones(1, 2, 3 * BLOCK)
    model.run("forward", still)
    assert model.set("p1", (12.0,))
    made = model.run("forward", still)
    assert made[0, 0].diff().abs().max() < 0.51 / BLOCK * 1.01
    assert made[0, 0, -1] == 1.0
    model.reset()
    assert model.get("p1") == (12.0,)
    assert model.run("forward", still)[0, 0, NATIVE] == 1.0


def test_a_knob_refuses_what_lies_beyond_its_ends_or_is_no_number(tmp_path: Path) -> None:
    model = opened(tiny_nm(tmp_path / "a.nm"))
    wrong: tuple[Any, ...] = ((13.0,), (-13.0,), (float("nan"),), ("loud",), (), (1.0, 2.0))
    for values in wrong:
        assert model.set("p1", values) is False
    assert model.set("p4", (0.0,)) is False
    assert model.get("p1") == (0.0,)
    assert model.set("p2", (1.6,))
    assert model.get("p2") == (2,)
    assert model.set("p2", (float("inf"),)) is False


def test_a_fork_has_the_knobs_and_no_past_and_goes_its_own_way(tmp_path: Path) -> None:
    path, x = tiny_nm(tmp_path / "a.nm"), noise(3)
    model = opened(path)
    model.set("p1", (6.0,))
    model.run("forward", noise(2, seed=1))
    twin = model.fork(1)
    assert twin.get("p1") == (6.0,)
    made = twin.run("forward", x)
    model.reset()
    assert torch.equal(made, model.run("forward", x))


def test_several_streams_of_one_file_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="plays one stream; 4 were asked for") as refusal:
        opened(tiny_nm(tmp_path / "a.nm")).fork(4)
    assert "separate models" in refusal.value.hint


def test_a_file_that_prints_plays_in_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    model = opened(tiny_nm(tmp_path / "a.nm", "prints"))
    model.run("forward", noise(2))
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(("fault", "words"), [
    ("nan", "NaN or infinity"),
    ("short", rf"gave \[2, {BLOCK - 1}\] for a block of {BLOCK}"),
    ("double", "torch.float64 in place of float32"),
    ("delay", "a delay of .-5, 0. samples"),
])
def test_a_file_that_breaks_its_promise_is_refused_when_it_is_opened(tmp_path: Path, fault: str, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        opened(tiny_nm(tmp_path / "a.nm", fault))


def test_a_file_that_begins_to_give_nan_raises_then(tmp_path: Path) -> None:
    model = opened(tiny_nm(tmp_path / "a.nm", "late nan"))
    model.run("forward", noise(20))
    with pytest.raises(ModelError, match="NaN or infinity"):
        model.run("forward", noise(1))


def test_a_wrong_method_or_shape_is_refused(tmp_path: Path) -> None:
    model = opened(tiny_nm(tmp_path / "a.nm"))
    with pytest.raises(ModelError, match="no method 'decode'"):
        model.run("decode", noise(1))
    for shape in ((2, 2, BLOCK), (1, 3, BLOCK), (1, 2, BLOCK + 1), (2, BLOCK)):
        with pytest.raises(ModelError, match="was given"):
            model.run("forward", torch.zeros(shape))


def test_a_rate_or_block_that_can_not_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="blocks of 0"):
        opened(tiny_nm(tmp_path / "a.nm"), 0)


def knob(**told: Any) -> str:
    return json.dumps(metadata({"p1": NEW["p1"] | told}))


@pytest.mark.parametrize(("told", "words"), [
    (None, "holds no metadata.json"),
    ("{", "are broken"),
    ("[" * 100_000, "are broken"),
    (b"\xff\xfe{", "are broken"),
    ("[1]", "no table but list"),
    ("{}", "name no neutone_parameters"),
    (json.dumps(metadata({"p9": NEW["p1"]})), "a parameter 'p9'"),
    (json.dumps({"neutone_parameters": {"p1": "loud"}}), "a parameter 'p1'"),
    (knob(min_value=5.0, max_value=1.0), "can't be"),
    (knob(default_value=100.0), "the default 100.0 between -12 and 12"),
    (knob(default_value="much"), "'much'"),
    (knob(max_value=float("nan")), "can't be"),
    (knob(type="categorical", n_values=1, default_value=0), "can't be"),
])
def test_broken_metadata_are_refused_before_the_program_runs(tmp_path: Path, told: str | bytes | None,
                                                             words: str) -> None:
    path = write_nm(tmp_path / "a.nm", TinyNeutone(), told)
    with pytest.raises(ModelError, match=words):
        read_card(path)
    with pytest.raises(ModelError, match=words):
        opened(path)


def test_a_file_without_words_on_its_channels_is_asked_itself(tmp_path: Path) -> None:
    told = metadata(OLD)
    del told["is_input_mono"]
    model = opened(write_nm(tmp_path / "a.nm", TinyNeutone(is_mono=True), json.dumps(told)))
    assert model.spec.methods["forward"].inputs == 1


class NoHost(torch.nn.Module):
    """A program that no host can prepare."""

    def forward(self, x: Tensor) -> Tensor:
        return x


def test_a_program_that_is_not_for_playing_live_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not made for playing live: it has no set_daw"):
        opened(write_nm(tmp_path / "a.nm", NoHost(), json.dumps(metadata())))


@pytest.mark.parametrize("content", [b"", b"not a file of ours", b"PK\x03\x04 cut short"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.nm"
    path.write_bytes(content)
    with pytest.raises(ModelError):
        opened(path)
    with pytest.raises(ModelError):
        opened(tmp_path / "absent.nm")
