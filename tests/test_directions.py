"""Directions: found where they were planted, kept for their own model only, and read back as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from finding_models import stretched_net, tiny_model

from liveart.checkpoints.directions import Direction, find_directions, read_directions, write_directions
from liveart.errors import LiveartError, ModelError, PatchError
from liveart.finding.pictures import open_net

STRETCH = torch.tensor([1.0, 5.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0])


def test_principal_components_are_the_axes_along_which_w_was_stretched_and_as_long_as_its_spread() -> None:
    first, second = find_directions(stretched_net(STRETCH), 2)
    assert (np.abs(first.vector).argmax(), np.abs(second.vector).argmax()) == (1, 4)
    assert first.sigma == pytest.approx(5.0, rel=0.1)
    assert second.sigma == pytest.approx(3.0, rel=0.1)


def test_a_direction_points_the_same_way_whenever_it_is_found() -> None:
    for samples in (1000, 1500, 2048):
        assert find_directions(stretched_net(STRETCH), 1, samples=samples)[0].vector[1] > 0


def test_closed_form_finds_the_axis_that_the_style_weights_amplify() -> None:
    torch.manual_seed(0)
    tensors = {f"synthesis.b{4 << row}.conv1.affine.weight": 0.1 * torch.randn(12, 8) for row in range(4)}
    tensors["synthesis.b8.conv1.affine.weight"][:, 6] += 4.0
    found = find_directions(stretched_net(torch.ones(8)), 2, "closed-form", tensors=tensors)
    assert [one.name for one in found] == ["sefa_1", "sefa_2"]
    assert np.abs(found[0].vector).argmax() == 6
    assert found[0].sigma == pytest.approx(1.0, rel=0.1)


def test_closed_form_looks_at_the_asked_layers_alone() -> None:
    tensors = {f"synthesis.b{4 << row}.conv1.affine.weight": torch.eye(8) * (1 + torch.arange(8) * (row == 3))
               for row in range(4)}
    tensors["synthesis.b4.conv1.affine.weight"][0, 0] = 50.0
    fine = find_directions(stretched_net(torch.ones(8)), 1, "closed-form", layers="3", tensors=tensors)[0]
    assert np.abs(fine.vector).argmax() == 7
    assert fine.layers == "3"


def test_quick_and_long_looks_agree_on_the_strongest_direction_of_a_real_net(tmp_path: Path) -> None:
    net = open_net(tiny_model(tmp_path, classes=3))
    quick, long = (find_directions(net, 1, samples=samples)[0] for samples in (2048, 10_000))
    assert abs(quick.vector @ long.vector) / (quick.sigma * long.sigma) > 0.9


@pytest.mark.parametrize(("arguments", "words"), [
    ({"count": 9}, "1 to 8"), ({"count": 0}, "1 to 8"), ({"count": 1, "method": "pac"}, 'Did you mean "pca"'),
    ({"count": 1, "method": "closed-form"}, "no style weights"), ({"count": 1, "layers": "corse"}, '"coarse"')])
def test_what_can_not_be_found_is_said(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(LiveartError) as caught:
        find_directions(stretched_net(STRETCH), **arguments)  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_directions_are_read_as_they_were_written(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    kept = (Direction("smile", np.arange(16, dtype=np.float32), "coarse", "pca"),
            Direction("sefa_1", np.ones(16, np.float32), "2-3", "closed-form"))
    assert read_directions(model) == ()
    path = write_directions(model, kept)
    assert path == tmp_path / "toy.liveart" / "directions.toml"
    for one, other in zip(read_directions(model), kept, strict=True):
        assert (one.name, one.layers, one.method, one.picture) == (other.name, other.layers, other.method, "")
        assert np.array_equal(one.vector, other.vector)
        assert one.vector.dtype == np.float32


def test_directions_of_another_model_are_refused(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    write_directions(replace(model, fingerprint="else"), [Direction("smile", np.ones(16, np.float32))])
    with pytest.raises(ModelError, match="belongs to another model"):
        read_directions(model)


@pytest.mark.parametrize(("was", "becomes", "words"), [
    ('name = "smile"', 'name = "frown"', "missing"), ('name = "smile"', "name = 3", "Both are words"),
    ('name = "smile"', 'name = "big smile"', "letters, digits"), ('layers = "all"', 'layers = "99"', "no layers"),
    ("format_version = 1", "format_version = 9", "no file of directions"), ("[[directions]]", "[[", "can't be read"),
    ("[[directions]]", "[directions]", "list of tables")])
def test_a_broken_file_of_directions_is_refused_with_what_is_wrong(
        tmp_path: Path, was: str, becomes: str, words: str) -> None:
    model = tiny_model(tmp_path)
    path = write_directions(model, [Direction("smile", np.ones(16, np.float32))])
    path.write_text(path.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")
    with pytest.raises((ModelError, PatchError, LiveartError)) as caught:
        read_directions(model)
    assert words in str(caught.value)


@pytest.mark.parametrize("vector", [np.ones(15, np.float32), np.full(16, np.nan, np.float32)])
def test_a_vector_that_does_not_fit_is_refused(tmp_path: Path, vector: np.ndarray) -> None:
    model = tiny_model(tmp_path)
    write_directions(model, [Direction("smile", vector)])
    with pytest.raises(ModelError, match="must be 16 finite"):
        read_directions(model)


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    model.beside.write_text("a file where a folder should be")
    with pytest.raises(ModelError, match="can't be written"):
        write_directions(model, [Direction("smile", np.ones(16, np.float32))])
