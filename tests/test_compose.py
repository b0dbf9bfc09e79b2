"""Compose: any allowed picture becomes a layer; layers blend by the book; frames come out at the asked size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from liveart.core.contract import Moment
from liveart.errors import MaterialError
from liveart.show.compose import as_layer, check_picture, fit_to, mix, to_pixels
from liveart.show.patch import BLENDS

NOW = Moment(0.0, 0.0, 1 / 60, 0)


@pytest.mark.parametrize("material", [
    np.full((4, 6), 0.5), np.full((4, 6, 1), 0.5), np.full((4, 6, 3), 0.5, np.float32),
    np.full((4, 6, 3), 128, np.uint8), torch.full((1, 3, 4, 6), 0.5), torch.full((1, 1, 4, 6), 0.5)])
def test_every_allowed_form_becomes_the_same_layer(material: Any) -> None:
    layer = as_layer(material)
    assert layer.shape == (1, 3, 4, 6)
    assert layer.dtype == torch.uint8
    assert (layer.int() - 128).abs().max() <= 1


@pytest.mark.parametrize("material", [
    np.zeros((3, 8, 8)), np.zeros(5), np.zeros((0, 4, 3)), torch.zeros(3, 8, 8), torch.zeros(2, 3, 8, 8), "picture",
    None, np.zeros((4, 4, 3), np.int64)])
def test_anything_else_is_refused_with_what_was_promised_and_what_came(material: Any) -> None:
    with pytest.raises(MaterialError, match="promised"):
        as_layer(material)


@pytest.mark.parametrize("value", [np.nan, np.inf, 7.0, -3.0])
def test_a_picture_out_of_range_or_not_finite_is_refused_at_the_door(value: float) -> None:
    with pytest.raises(MaterialError):
        check_picture(np.full((4, 4, 3), value), NOW)


def _plain(base: float, top: float, mode: str) -> float:
    return {"normal": top, "add": min(base + top, 1), "screen": base + top - base * top, "multiply": base * top,
            "lighten": max(base, top), "darken": min(base, top), "difference": abs(base - top),
            "overlay": 2 * base * top if base <= 0.5 else 1 - 2 * (1 - base) * (1 - top)}[mode]


@pytest.mark.parametrize("mode", BLENDS)
def test_blend_modes_follow_their_formulas(mode: str) -> None:
    for base, top, opacity in ((0.2, 0.7, 1.0), (0.8, 0.3, 0.5), (0.5, 1.0, 0.25)):
        below, above = (as_layer(np.full((4, 4, 3), value)) for value in (base, top))
        mixed = mix([(below, "normal", 1.0), (above, mode, opacity)])
        assert mixed is not None
        wanted = base + (_plain(base, top, mode) - base) * opacity
        assert float(mixed.float().mean()) / 255 == pytest.approx(wanted, abs=0.012)


def test_layers_of_different_sizes_meet_at_the_largest() -> None:
    mixed = mix([(as_layer(np.zeros((8, 8, 3))), "normal", 1.0), (as_layer(np.ones((16, 32, 3))), "add", 0.5)])
    assert mixed is not None
    assert mixed.shape == (1, 3, 16, 32)


def test_alpha_covers_only_where_it_is() -> None:
    top = np.ones((4, 4, 4), np.float32)
    top[:, :2, 3] = 0.0
    mixed = mix([(as_layer(np.zeros((4, 4, 3))), "normal", 1.0), (as_layer(top), "normal", 1.0)])
    assert mixed is not None
    assert mixed[0, 0, 0].tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize("fit", ["cover", "contain", "stretch"])
def test_the_frame_has_exactly_the_asked_size(fit: str) -> None:
    pixels = to_pixels(fit_to(as_layer(np.full((10, 10, 3), 0.6)), (48, 20), fit), 1.0)
    assert pixels.shape == (20, 48, 3)
    assert pixels.dtype == np.uint8
    assert (pixels[0, 0, 0] < 10) == (fit == "contain")
    assert abs(int(pixels[10, 24, 0]) - 153) <= 1


def test_cover_keeps_the_middle_undistorted() -> None:
    picture = np.zeros((20, 20, 3))
    picture[5:15, 5:15] = 1.0
    pixels = to_pixels(fit_to(as_layer(picture), (40, 20), "cover"), 1.0)
    bright = pixels[:, :, 0] > 128
    assert bright.sum(axis=1).max() == 20  # ten of twenty columns, of forty wide: still square: twenty
    assert bright.sum(axis=0).max() == 20


def test_brightness_dims_in_proportion() -> None:
    layer = as_layer(np.full((4, 4, 3), 200, np.uint8))
    assert to_pixels(layer, 0.5).mean() == pytest.approx(100, abs=1)
    assert to_pixels(layer, 0.0).max() == 0
