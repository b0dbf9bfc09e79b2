"""`liveart directions`: finds, keeps what was there, renames, pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from finding_models import tiny_model, tiny_pkl
from PIL import Image
from tiny_models import tiny_gan

from liveart.checkpoints.directions import Direction, read_directions
from liveart.checkpoints.model import open_model
from liveart.cli import main
from liveart.errors import ParamError, UsageError
from liveart.finding.direction_list import added, renamed, with_layers, without
from liveart.finding.direction_pictures import moved
from liveart.finding.pictures import open_net, typical


def axis(name: str, place: int, layers: str = "all", sign: float = 1.0) -> Direction:
    vector = np.zeros(16, np.float32)
    vector[place] = sign
    return Direction(name, vector, layers)


def names(directions: tuple[Direction, ...]) -> list[str]:
    return [one.name for one in directions]


def test_what_was_renamed_stays_when_it_is_found_again() -> None:
    kept, again = added((axis("smile", 0),), (axis("pca_1", 0, sign=-1.0), axis("pca_2", 1)))
    assert names(kept) == ["smile", "pca_2"]
    assert again == {"pca_1": "smile"}


def test_a_renamed_direction_with_layers_of_its_own_is_not_found_anew() -> None:
    kept, again = added((axis("smile", 0, "4-7"),), (axis("pca_1", 0),))
    assert (names(kept), again) == (["smile"], {"pca_1": "smile"})


def test_the_same_way_for_other_layers_is_another_direction() -> None:
    assert names(added((axis("pca_1", 0),), (axis("pca_1", 0, "fine"),))[0]) == ["pca_1", "pca_2"]


def test_a_new_direction_whose_name_is_taken_gets_the_next_number() -> None:
    assert names(added((axis("pca_1", 0), axis("pca_2", 1)), (axis("pca_1", 2),))[0]) == ["pca_1", "pca_2", "pca_3"]


def test_a_name_that_is_unknown_taken_or_unfit_is_refused() -> None:
    kept = (axis("pca_1", 0), axis("pca_2", 1))
    with pytest.raises(UsageError, match="pca_1"):
        renamed(kept, "pca1", "smile")
    with pytest.raises(UsageError, match="already"):
        renamed(kept, "pca_1", "PCA_2")
    with pytest.raises(ParamError, match="big smile"):
        renamed(kept, "pca_1", "big smile")
    assert names(renamed(kept, "pca_1", "Pca_1")) == ["Pca_1", "pca_2"]


def test_layers_and_length_of_the_list_can_be_changed() -> None:
    kept = (axis("pca_1", 0), axis("pca_2", 1))
    assert [one.layers for one in with_layers(kept, "pca_2", "fine", 8)] == ["all", "fine"]
    assert names(without(kept, "pca_1")) == ["pca_2"]


def test_a_direction_moves_its_own_rows_alone(tmp_path: Path) -> None:
    net = open_net(tiny_model(tmp_path))
    start = typical(net)
    back, still, forth = moved(net, start, axis("one", 3, "2-4"), (-2.0, 0.0, 2.0))
    assert np.array_equal(still, start.expand(8, -1))
    shift = (forth - still).numpy()
    assert np.allclose(shift[2:5, 3], 2.0)
    assert np.count_nonzero(shift) == 3
    assert np.allclose((back - still).numpy(), -shift, atol=1e-5)


def test_the_command_finds_pictures_and_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tiny_pkl(tmp_path))
    assert main(["directions", file, "--count", "2"]) == 0
    assert main(["directions", file, "--rename", "pca_1=smile", "--set-layers", "smile=2-3"]) == 0
    assert main(["directions", file, "--count", "3", "--method", "pca"]) == 0
    assert main(["directions", file, "--count", "1", "--method", "closed-form", "--layers", "coarse"]) == 0
    assert main(["directions", file, "--remove", "pca_3"]) == 0
    found = read_directions(open_model(file))
    assert [(one.name, one.layers) for one in found] == [("smile", "2-3"), ("pca_2", "all"), ("sefa_1", "coarse")]
    assert sorted(path.stem for path in (tmp_path / "toy.liveart" / "directions").iterdir()) == [
        "pca_2", "sefa_1", "smile"]
    with Image.open(found[0].picture) as strip, Image.open(tmp_path / "toy.liveart" / "directions.png") as sheet:
        assert strip.width > 3 * strip.height
        assert sheet.width > 2 * strip.width
    said = capsys.readouterr().out
    assert "pca_1 was there already, as smile" in said


def test_the_list_is_json_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tiny_pkl(tmp_path))
    assert main(["directions", file, "--list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    main(["directions", file, "--count", "1", "--json"])
    assert json.loads(capsys.readouterr().out)[0].keys() == {"name", "method", "layers", "sigma", "picture"}


@pytest.mark.parametrize(("words", "code", "said"), [
    (["--rename", "pca_1"], 2, "NAME=VALUE"), (["--rename", "a=b"], 2, 'no direction "a"'),
    (["--rename", "a=b", "--count", "3"], 2, "two commands"), (["--count", "0"], 1, "1 to 16"),
    (["--layers", "corse"], 1, '"coarse"')])
def test_wrong_words_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int,
                                  said: str) -> None:
    assert main(["directions", str(tiny_pkl(tmp_path)), *words]) == code
    assert said in capsys.readouterr().err


def test_a_model_without_w_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["directions", str(tiny_gan(tmp_path / "plain"))]) == 1
    assert "is a gan (styled)" in capsys.readouterr().err
