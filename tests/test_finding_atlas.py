"""`liveart atlas`: every seed has a cell of its own, neighbours are alike, and the journey passes its stations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from finding_models import stretched_net, tiny_model, tiny_pkl
from PIL import Image

from liveart.checkpoints.directions import find_directions, write_directions
from liveart.checkpoints.keyframes import write_keyframe
from liveart.cli import main
from liveart.core.path import Hold, Loop, Noise, Orbit, Walk
from liveart.errors import ModelError
from liveart.finding.journey import FINE, OPEN, journey_of
from liveart.finding.pictures import open_net
from liveart.finding.plane import cells_for, grid_for, plane_of


@pytest.mark.parametrize("count", [1, 2, 7, 64, 200])
def test_every_picture_gets_a_cell_of_its_own(count: int) -> None:
    places = np.random.default_rng(count).random((count, 2))
    columns, rows = grid = grid_for(count)
    cells = cells_for(places, grid)
    assert len(set(cells)) == count
    assert all(0 <= column < columns and 0 <= row < rows for column, row in cells)


def test_pictures_that_lie_apart_get_the_cells_they_lie_in() -> None:
    assert cells_for(np.array([[0.1, 0.9], [0.9, 0.9], [0.1, 0.1]]), (2, 2)) == [(0, 0), (1, 0), (0, 1)]


def test_the_plane_measures_in_standard_deviations_along_the_strongest_axes() -> None:
    plane = plane_of(stretched_net(torch.tensor([1.0, 5.0, 1.0, 1.0, 3.0, 1.0])))
    point = np.full((1, 6), 0.5, np.float32)
    point[0, 1] += 10.0
    assert plane.at(point)[0] == pytest.approx([2.0, 0.0], abs=0.2)


def test_even_places_fill_the_map_evenly_and_keep_their_order() -> None:
    plane = plane_of(stretched_net(torch.tensor([1.0, 5.0, 1.0, 3.0])))
    places = np.random.default_rng(0).standard_normal((2000, 2))
    even = plane.even(places)
    assert np.histogram(even[:, 0], 4, (0, 1))[0] / 2000 == pytest.approx([0.25] * 4, abs=0.05)
    assert np.all(np.diff(even[np.argsort(places[:, 1]), 1]) >= 0)


def test_the_journey_of_a_loop_passes_its_seeds_and_keyframes_and_comes_home(tmp_path: Path) -> None:
    net = open_net(tiny_model(tmp_path))
    portrait = np.full((net.rows, net.style), 0.25, np.float32)
    journey = journey_of(Loop(stations=[3, "portrait", 17]), net, {"portrait": portrait})
    assert journey.names == ("3", "portrait", "17")
    assert np.allclose(journey.stations[1], portrait)
    assert len(journey.way) == 3 * FINE + 1
    assert torch.allclose(journey.way[FINE], journey.stations[1])
    assert torch.equal(journey.way[0], journey.way[-1])


def test_journeys_without_an_end_without_seeds_and_without_movement_are_drawn_too(tmp_path: Path) -> None:
    net = open_net(tiny_model(tmp_path))
    assert journey_of(Walk(seed=0), net, {}).names == tuple(str(seed) for seed in range(OPEN))
    assert journey_of(Orbit(seed=1), net, {}).names[0] == ""
    assert len(journey_of(Noise(seed=1), net, {}).way) > FINE
    assert journey_of(Hold(seed=5), net, {}).names == ("5",)


def test_a_station_that_is_unknown_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match='no keyframe "portrait"'):
        journey_of(Loop(stations=[3, "portrait"]), open_net(tiny_model(tmp_path)), {})


def test_the_command_draws_seeds_directions_and_the_journey(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tiny_model(tmp_path)
    write_directions(model, find_directions(open_net(model), 2))
    write_keyframe(model, "me", np.zeros((8, 16), np.float32))
    patch = tmp_path / "show.toml"
    patch.write_text('format = "liveart-patch"\nformat_version = 1\n[players.toy]\ngenerator = "stylegan"\n'
                     'model = "toy.pkl"\npath = { kind = "loop", stations = [2, "me", 90] }\n')
    words = ["atlas", str(model.file), "-o", str(tmp_path / "map.png"), "--seeds", "9", "--patch", str(patch), "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((tmp_path / "map.json").read_text())
    assert [spot["name"] for spot in told["seeds"]] == [str(seed) for seed in range(9)]
    assert [spot["name"] for spot in told["journey"]] == ["2", "me", "90"]
    assert told["journey"][0] == told["seeds"][2]
    assert told["directions"] == ["pca_1", "pca_2"]
    with Image.open(tmp_path / "map.png") as sheet:
        assert list(sheet.size) == told["size"]
        middle = sheet.getpixel(tuple(told["seeds"][0]["pixel"]))
        assert middle != sheet.getpixel((1, 1))


def test_an_atlas_of_a_stylegan_with_classes_needs_no_patch(tmp_path: Path) -> None:
    out = str(tmp_path / "a" / "map.png")
    assert main(["atlas", str(tiny_pkl(tmp_path, classes=3)), "-o", out, "--seeds", "3"]) == 0
    assert (tmp_path / "a" / "map.json").is_file()


@pytest.mark.parametrize(("words", "said"), [
    (["--seeds", "0"], "1 to 2000"), (["-o", "atlas.jpg"], "is a PNG"), (["--from-seed", "-1"], "from 0 up")])
def test_wrong_words_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str],
                                  said: str) -> None:
    assert main(["atlas", str(tiny_pkl(tmp_path)), *words]) == 2
    assert said in capsys.readouterr().err
