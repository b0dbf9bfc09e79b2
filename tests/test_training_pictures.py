"""Training pictures: what is read, what is skipped and named, and crops that a seed decides."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_training import paint_folder, tiny_recipe

from liveart.errors import TrainingError
from liveart.training.pictures import Pictures, batch, batches, crop, read_pictures


def test_broken_and_tiny_pictures_are_skipped_and_named(tmp_path: Path) -> None:
    paint_folder(tmp_path / "deep" / "er", 2)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    (tmp_path / "empty.png").write_bytes(b"")
    whole = (tmp_path / "deep" / "er" / "0.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    Image.new("RGB", (30, 3)).save(tmp_path / "thin.png")
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    found = read_pictures(tmp_path, tiny_recipe("gan"))
    assert len(found.images) == 2
    assert sorted(found.skipped) == ["broken.jpg", "cut.png", "empty.png", "thin.png"]
    assert "3 pixels" in found.skipped["thin.png"]


def test_a_folder_without_a_usable_picture_says_why(tmp_path: Path) -> None:
    Image.new("RGB", (2, 2)).save(tmp_path / "dot.png")
    with pytest.raises(TrainingError, match=r"dot\.png"):
        read_pictures(tmp_path, tiny_recipe("gan"))
    with pytest.raises(TrainingError, match="neither a folder"):
        read_pictures(tmp_path / "nowhere", tiny_recipe("gan"))


def test_grey_palette_and_transparent_pictures_become_what_the_recipe_wants(tmp_path: Path) -> None:
    for mode in ("L", "P", "RGBA", "CMYK"):
        suffix = "jpg" if mode == "CMYK" else "png"
        Image.new(mode, (20, 20)).save(tmp_path / f"{mode}.{suffix}")
    colour = read_pictures(tmp_path, tiny_recipe("gan"))
    grey = read_pictures(tmp_path, tiny_recipe("gan", channels=1))
    assert {picture.shape for picture in colour.images} == {(20, 20, 3)}
    assert {picture.shape for picture in grey.images} == {(20, 20, 1)}


def test_an_npz_of_grey_digits_is_read_and_a_pickled_one_is_not(tmp_path: Path) -> None:
    recipe = tiny_recipe("dcgan", channels=1)
    np.savez(tmp_path / "digits.npz", np.zeros((5, 28, 28), np.uint8))
    assert len(read_pictures(tmp_path / "digits.npz", recipe).images) == 5
    np.savez(tmp_path / "objects.npz", np.array([{"a": 1}], dtype=object))
    with pytest.raises(TrainingError):
        read_pictures(tmp_path / "objects.npz", recipe)
    np.savez(tmp_path / "floats.npz", np.zeros((5, 28, 28), np.float32))
    with pytest.raises(TrainingError, match="uint8"):
        read_pictures(tmp_path / "floats.npz", recipe)


@pytest.mark.parametrize("crops", ["resize", "multi"])
@pytest.mark.parametrize("flips", ["none", "h", "hv", "all"])
def test_every_crop_has_the_size_of_the_recipe(tmp_path: Path, crops: str, flips: str) -> None:
    recipe = tiny_recipe("gan", crops=crops, flips=flips, crop_low=0.5, crop_high=3.0 if crops == "multi" else 1.0)
    pictures = read_pictures(paint_folder(tmp_path), recipe)
    stack = batch(pictures, recipe, 0, 0)
    assert stack.shape == (4, 16, 16, 3)
    assert stack.dtype == np.uint8


def test_the_bright_crop_is_preferred() -> None:
    pictures = Pictures([np.zeros((16, 16, 3), np.uint8), np.full((16, 16, 3), 200, np.uint8)])
    rng = np.random.default_rng(0)
    recipe = tiny_recipe("gan", prefer="bright", crop_low=1.0)
    bright = np.mean([crop(pictures, recipe, rng).mean() > 100 for _ in range(100)])
    assert 0.6 < bright < 0.9  # three of four pairs hold a bright one


def test_a_resumed_run_gets_the_data_it_would_have_got(tmp_path: Path) -> None:
    recipe = tiny_recipe("gan")
    pictures = read_pictures(paint_folder(tmp_path), recipe)
    whole = list(islice(batches(pictures, recipe, 5, 0), 6))
    rest = list(islice(batches(pictures, recipe, 5, 4), 2))
    assert all(np.array_equal(a, b) for a, b in zip(whole[4:], rest, strict=True))
    assert not np.array_equal(whole[0], whole[1])
    assert not np.array_equal(batch(pictures, recipe, 5, 0), batch(pictures, recipe, 5, 0, rank=1))
