"""Keyframes: places in w by name, kept for their own model only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from finding_models import tiny_model
from PIL import Image

from liveart.checkpoints.keyframes import read_keyframes, write_keyframe
from liveart.errors import ModelError


def place(rows: int = 8, style: int = 16) -> np.ndarray:
    return np.linspace(-1, 1, rows * style, dtype=np.float32).reshape(rows, style)


def test_a_keyframe_is_read_as_it_was_written_with_its_picture(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    assert read_keyframes(model) == {}
    path = write_keyframe(model, "portrait", place(), np.full((4, 4, 3), 90, np.uint8))
    write_keyframe(model, "other-1", -place())
    found = read_keyframes(model)
    assert list(found) == ["other-1", "portrait"]
    assert np.array_equal(found["portrait"], place())
    assert found["portrait"].dtype == np.float32
    with Image.open(path.with_suffix(".png")) as picture:
        assert picture.getpixel((0, 0)) == (90, 90, 90)


def test_writing_a_keyframe_again_replaces_it(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    for w in (place(), 2 * place()):
        write_keyframe(model, "portrait", w)
    assert np.array_equal(read_keyframes(model)["portrait"], 2 * place())


@pytest.mark.parametrize("name", ["", "17", "two words", "../up", "é", "a" * 61])
def test_a_name_that_is_no_file_or_means_a_seed_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="name of a keyframe"):
        write_keyframe(tiny_model(tmp_path), name, place())


@pytest.mark.parametrize("w", [place(7), place(8, 15), place() * np.nan, np.ones((8, 16), np.int64)])
def test_a_place_that_does_not_fit_is_refused(tmp_path: Path, w: np.ndarray) -> None:
    with pytest.raises(ModelError, match=r"must be finite numbers \[8, 16\]"):
        write_keyframe(tiny_model(tmp_path), "portrait", w)


def test_a_keyframe_of_another_model_is_refused(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    write_keyframe(replace(model, fingerprint="else"), "portrait", place())
    with pytest.raises(ModelError, match="belongs to another model"):
        read_keyframes(model)


def test_a_keyframe_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    model = tiny_model(tmp_path)
    path = write_keyframe(model, "portrait", place())
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ModelError, match="can't be read"):
        read_keyframes(model)
