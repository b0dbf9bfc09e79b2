"""Blends of two models: their ends are the parents, what can't be blended says why, and one can be kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from finding_models import tiny_model, tiny_pkl
from stylegan_files import sg3_tensors, write_pkl
from torch import Tensor

from liveart.checkpoints.model import open_model
from liveart.cli import main
from liveart.core.card import read_card
from liveart.errors import ModelError
from liveart.finding.blend_models import amounts_by_group, blend_of
from liveart.finding.pictures import draw, on_rows, open_net, seeds_of
from liveart.nets.blend import blended, block_rows, check_blendable


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_a_blend_of_nothing_is_the_first_model_and_of_all_is_the_second(tmp_path: Path) -> None:
    a, b = tiny_model(tmp_path, "a"), tiny_model(tmp_path, "b", seed=1)
    for share, parent in ((0.0, a), (1.0, b)):
        assert same(blended(a, b, dict.fromkeys(block_rows(a), share), share), parent.tensors)


def test_a_blend_draws_what_its_halfway_weights_draw(tmp_path: Path) -> None:
    a, b = tiny_model(tmp_path, "a"), tiny_model(tmp_path, "b", seed=1)
    half = blended(a, b, dict.fromkeys(block_rows(a), 0.5), 0.5)
    name = "synthesis.b16.conv0.weight"
    assert torch.allclose(half[name], (a.tensors[name] + b.tensors[name]) / 2)
    net, fresh = open_net(a), open_net(replace(a, tensors=half))
    net.refill(half)
    styles = on_rows(fresh, seeds_of(fresh, [1]))
    assert torch.allclose(draw(net, styles), draw(fresh, styles), atol=1e-5)


def test_a_grain_is_one_parents_or_the_others_never_a_mixture(tmp_path: Path) -> None:
    a, b = tiny_model(tmp_path, "a"), tiny_model(tmp_path, "b", seed=1)
    for share, parent in ((0.4, a), (0.6, b)):
        found = blended(a, b, {"b8": share})["synthesis.b8.conv0.noise_const"]
        assert torch.equal(found, parent.tensors["synthesis.b8.conv0.noise_const"])


def test_only_what_is_named_is_blended(tmp_path: Path) -> None:
    a, b = tiny_model(tmp_path, "a"), tiny_model(tmp_path, "b", seed=1)
    assert {name.split(".")[1] for name in blended(a, b, {"b8": 0.3})} == {"b8"}
    assert all(name.startswith("mapping.") for name in blended(a, b, {}, 0.3))
    with pytest.raises(ModelError, match='no block "b9"'):
        blended(a, b, {"b9": 0.3})


def test_the_blocks_of_a_stylegan2_stand_at_the_rows_of_their_second_convolutions(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    assert block_rows(model) == {"b4": 0, "b8": 2, "b16": 4, "b32": 6}
    assert {layer.name.split(".")[0]: layer.row for layer in open_net(model).layers} == block_rows(model)


def test_the_blocks_of_a_stylegan3_are_its_input_and_its_layers(tmp_path: Path) -> None:
    model = open_model(write_pkl(tmp_path / "three.pkl", *sg3_tensors()))
    rows = block_rows(model)
    assert next(iter(rows)) == "input"
    assert list(rows.values()) == list(range(model.net["rows"]))
    assert same(blended(model, model, dict.fromkeys(rows, 0.0), 0.0), model.tensors)


def test_groups_say_how_much_each_block_takes(tmp_path: Path) -> None:
    amounts = amounts_by_group(tiny_model(tmp_path), {"coarse": 0.0, "middle": 0.5, "fine": 1.0})
    assert amounts == {"b4": 0.0, "b8": 0.0, "b16": 0.5, "b32": 1.0}


@pytest.mark.parametrize(("other", "words"), [
    ({"style": 12}, "[12]"), ({"size": 64}, "has no synthesis.b64"), ({"mapping": 3}, "has no mapping.fc2")])
def test_models_of_different_shapes_can_not_be_blended(tmp_path: Path, other: dict[str, int], words: str) -> None:
    a, b = tiny_model(tmp_path, "a"), tiny_model(tmp_path, "b", **other)
    with pytest.raises(ModelError) as caught:
        check_blendable(a, b)
    assert words in str(caught.value)
    assert "Crossfade" in caught.value.hint


def test_models_of_different_kinds_can_not_be_blended(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="a stylegan2 and"):
        check_blendable(tiny_model(tmp_path), open_model(write_pkl(tmp_path / "three.pkl", *sg3_tensors())))


def test_a_blend_is_kept_as_a_model_that_names_its_parents_and_both_licences(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b, out = tiny_pkl(tmp_path, "a"), tiny_pkl(tmp_path, "b", seed=1), tmp_path / "both"
    assert main(["blend", str(a), str(b), "-o", str(out), "--all", "0.5", "--fine", "1", "--mapping", "0.25"]) == 0
    card = read_card(out)
    assert [parent["name"] for parent in card.training["parents"]] == ["a", "b"]
    assert card.licence["weights"].startswith("check both")
    assert (out / "preview.png").is_file()
    first, second = open_model(a), open_model(b)
    amounts = amounts_by_group(first, {"coarse": 0.5, "middle": 0.5, "fine": 1.0})
    assert same(open_model(out).tensors, blend_of(first, second, amounts, 0.25).tensors)
    assert "liveart play" in capsys.readouterr().out


def test_a_blend_is_never_written_over_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, out = tiny_pkl(tmp_path, "a"), tmp_path / "both"
    words = ["blend", str(a), str(a), "-o", str(out)]
    assert (main(words), main(words)) == (0, 1)
    assert "stays as it is" in capsys.readouterr().err


def test_an_impossible_amount_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = tiny_pkl(tmp_path, "a")
    assert main(["blend", str(a), str(a), "-o", str(tmp_path / "b"), "--fine", "1.5"]) == 2
    assert "0 is the first model" in capsys.readouterr().err
