"""Grading of training pictures: stars, faint light, colours and hues."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tiny_training import tiny_recipe

from liveart.training.pictures import Pictures, crop
from liveart.training.tone import graded, turned_hue


def _sky() -> Image.Image:
    """A faint red glow with one star."""
    pixels = np.zeros((64, 64, 3), dtype=np.uint8)
    pixels[16:48, 16:48] = (60, 20, 10)
    pixels[32, 32] = 255
    return Image.fromarray(pixels)


def test_a_recipe_that_grades_nothing_leaves_pictures_alone() -> None:
    sky = _sky()
    assert graded(sky, tiny_recipe("gan")) is sky


def test_stars_go_and_the_glow_stays() -> None:
    given, dimmed = np.asarray(_sky()), np.asarray(graded(_sky(), tiny_recipe("gan", stars=0.0)))
    assert given[32, 32].min() == 255
    assert np.abs(dimmed[32, 32].astype(int) - dimmed[30, 28]).max() < 12


def test_faint_light_is_lifted_and_keeps_its_hue() -> None:
    lifted = np.asarray(graded(_sky(), tiny_recipe("gan", lift=0.5)))[20, 20].astype(float)
    plain = np.asarray(_sky())[20, 20].astype(float)
    assert lifted.sum() > plain.sum() * 1.5
    assert lifted / lifted.max() == pytest.approx(plain / plain.max(), abs=0.03)


def test_colours_are_deepened_and_grey_stays_grey() -> None:
    deep = np.asarray(graded(_sky(), tiny_recipe("gan", saturation=2.0)))
    assert np.ptp(deep[20, 20].astype(int)) > np.ptp(np.asarray(_sky())[20, 20].astype(int))
    grey = Image.new("L", (16, 16), 90)
    assert np.asarray(graded(grey, tiny_recipe("gan", saturation=2.0, lift=0.9))).shape == (16, 16)


def test_a_third_of_a_turn_makes_red_green_and_a_whole_turn_nothing() -> None:
    red = np.full((2, 2, 3), (200, 0, 0), dtype=np.uint8)
    assert tuple(turned_hue(red, 1 / 3)[0, 0]) == (0, 200, 0)
    assert np.array_equal(turned_hue(red, 1.0), red)


def test_crops_get_hues_between_the_limits() -> None:
    red = Pictures([np.full((16, 16, 3), (200, 0, 0), dtype=np.uint8)])
    recipe = tiny_recipe("gan", hue_low=-0.1, hue_high=0.1)
    crops = [crop(red, recipe, np.random.default_rng(seed)) for seed in range(8)]
    assert all(one[..., 0].min() > 100 for one in crops)
    assert len({one.tobytes() for one in crops}) > 4


def test_a_margin_is_cut_off_at_each_side() -> None:
    assert graded(Image.new("RGB", (100, 50)), tiny_recipe("gan", margin=0.1)).size == (80, 40)
