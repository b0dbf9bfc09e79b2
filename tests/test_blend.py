"""Blends: shares of stations that add up to 1, pass the stations, move smoothly, and are mixed straight."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveart.core.blend import Blend, Station, between, z_of
from liveart.core.latent import seed_point
from liveart.core.path import Grid, Hold, Loop, Noise, Orbit, Path, Walk
from liveart.core.style_rows import group_rows, rows_of
from liveart.errors import PatchError

PATHS: dict[str, Path] = {
    "hold": Hold(3.5), "loop": Loop([1, 2, 3]), "loop rest": Loop([1, 2, 3], flow="rest"),
    "loop arc": Loop([5, 6], flow="arc"), "loop of one": Loop([4]),
    "names": Loop(stations=[3, "portrait", 17, "portrait"]),
    "keyframes": Loop(keyframes=[[1.0, -1.0], [0.2, 1.5], [-1.1, 0.3]]), "walk": Walk(9), "walk rest": Walk(9, "rest"),
    "grid": Grid(1), "orbit": Orbit(2), "noise": Noise(5),
}
WITH_STATIONS = [name for name in PATHS if name not in ("orbit", "noise")]
STYLE = 24


def blend_at(path: Path, place: float, dims: int = 8) -> Blend:
    """Return the blend after a travel of `place` (for hold: at that seed; for grid: across and up)."""
    values = {param.name: param.start for param in path.params} | {"speed_position": place}
    if isinstance(path, Hold):
        values["seed"] = place + 50.0
    if isinstance(path, Grid):
        values["y"] = place * 0.37
    return path.blend(values, dims)


def mapped(station: Station) -> np.ndarray:
    """Stand in for a mapping: any station has a point of its own in w."""
    if isinstance(station, str):
        return seed_point(sum(map(ord, station)), STYLE)
    return np.tanh(np.resize(z_of(station, 8), STYLE) * 1.7)


def w_of(blend: Blend) -> np.ndarray:
    """Return the point of w that a generator would make of a blend."""
    total = np.zeros(STYLE)
    for station, share in blend.parts:
        total += share * mapped(station)
    return total


@pytest.mark.parametrize("name", PATHS)
@settings(max_examples=40)
@given(place=st.floats(-40.0, 40.0))
def test_the_shares_of_a_path_add_up_to_one(name: str, place: float) -> None:
    assert math.isclose(sum(share for _, share in blend_at(PATHS[name], place).parts), 1.0, abs_tol=1e-12)


@pytest.mark.parametrize("name", WITH_STATIONS)
@settings(max_examples=40)
@given(place=st.floats(-20.0, 20.0), step=st.floats(1e-5, 0.02))
def test_a_small_step_of_travel_is_a_small_step_in_w(name: str, place: float, step: float) -> None:
    a, b = (w_of(blend_at(PATHS[name], x)) for x in (place, place + step))
    assert np.linalg.norm(b - a) <= 25.0 * step + 1e-9


@pytest.mark.parametrize("name", WITH_STATIONS)
@given(place=st.integers(-20, 20))
def test_a_path_passes_its_stations_alone(name: str, place: int) -> None:
    path = PATHS[name]
    if isinstance(path, Grid):
        place = 0  # the one place at which this test stands on whole numbers both ways
    parts = blend_at(path, float(place)).parts
    assert len(parts) == 1
    assert parts[0][1] == 1.0


def test_stations_are_seeds_and_names_as_they_were_given() -> None:
    named = PATHS["names"]
    assert [blend_at(named, float(place)).parts[0][0] for place in range(5)] == [3, "portrait", 17, "portrait", 3]
    assert named.keyframes == ("portrait",)
    assert blend_at(Hold(), -38.0) == Blend(((12, 1.0),))
    assert (z_of(12, 64) == seed_point(12, 64)).all()
    assert z_of(blend_at(PATHS["keyframes"], 1.0).parts[0][0], 2) == pytest.approx([0.2, 1.5])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["orbit", "noise"])
def test_a_path_without_stations_stands_at_its_z(name: str) -> None:
    path, values = PATHS[name], {param.name: param.start for param in PATHS[name].params} | {"speed_position": 0.3}
    (station, share), = path.blend(values, 16).parts
    assert share == 1.0
    assert isinstance(station, bytes)
    assert (z_of(station, 16) == path.at(values, 16)).all()


def test_a_spline_of_blends_has_no_kink_at_its_stations() -> None:
    h = 1e-4
    before, here, after = (w_of(blend_at(PATHS["walk"], 3.0 + step)) for step in (-h, 0.0, h))
    assert np.linalg.norm((after - here) - (here - before)) < 1e-2 * np.linalg.norm(after - here)


@given(share=st.floats(0.0, 1.0), first=st.floats(-9, 9), second=st.floats(-9, 9))
def test_a_morph_of_two_blends_goes_straight_through_w(share: float, first: float, second: float) -> None:
    a, b = blend_at(PATHS["loop"], first), blend_at(PATHS["names"], second)
    mixed = between(a, b, share)
    assert isinstance(mixed, Blend)
    assert len({station for station, _ in mixed.parts}) == len(mixed.parts)
    assert np.allclose(w_of(mixed), (1 - share) * w_of(a) + share * w_of(b), atol=1e-3)
    assert math.isclose(sum(part for _, part in mixed.parts), 1.0, abs_tol=1e-12)
    assert np.allclose(w_of(a.mixed(b, 0.0)), w_of(a), atol=1e-3)
    assert np.allclose(w_of(a.mixed(b, 1.0)), w_of(b), atol=1e-3)


def test_morphs_that_interrupt_each_other_heap_up_no_stations() -> None:
    blend = Blend(((0, 1.0),))
    for seed in range(1, 500):
        blend = blend.mixed(Blend(((seed, 1.0),)), 0.2)
    assert len(blend.parts) < 60
    assert math.isclose(sum(part for _, part in blend.parts), 1.0, abs_tol=1e-12)


def test_what_lies_between_two_z_is_an_arc_and_a_z_may_become_a_blend() -> None:
    a, b = seed_point(1, 16), seed_point(2, 16)
    middle = between(a, b, 0.5)
    assert isinstance(middle, np.ndarray)
    assert np.linalg.norm(middle) == pytest.approx((np.linalg.norm(a) + np.linalg.norm(b)) / 2, rel=1e-4)
    assert between(a, Blend(((3, 1.0),)), 0.25) == Blend(((a.tobytes(), 0.75), (3, 0.25)))
    assert between(Blend(((3, 1.0),)), b, 0.25) is b


def test_a_z_of_another_length_is_made_to_fit() -> None:
    assert z_of(np.array([1.0, 2.0], np.float32).tobytes(), 5).tolist() == [1.0, 2.0, 1.0, 2.0, 1.0]


@pytest.mark.parametrize("settings", [
    {"stations": [3, ""]}, {"stations": [True]}, {"stations": [1.5]}, {"stations": [3], "seeds": [3]},
    {"stations": [3], "keyframes": [[1.0]]}, {"stations": []}, {"stations": [[1.0]]},
])
def test_impossible_stations_are_refused_with_what_to_do(settings: dict[str, Any]) -> None:
    with pytest.raises(PatchError) as caught:
        Loop(**settings)
    assert caught.value.hint


def test_a_path_to_a_keyframe_has_no_z_there() -> None:
    with pytest.raises(PatchError, match="portrait"):
        PATHS["names"].at({"speed_position": 1.0, "offset": 0.0}, 8)


@given(rows=st.integers(6, 18))
def test_the_three_groups_share_all_rows_between_them(rows: int) -> None:
    found = group_rows({}, rows)
    assert [row for group in found.values() for row in group] == list(range(rows))
    assert all(len(group) for group in found.values())


def test_large_nets_are_cut_where_performers_know_it() -> None:
    for rows in (14, 16, 18):
        assert group_rows({}, rows) == {"coarse": range(4), "middle": range(4, 8), "fine": range(8, rows)}
    assert rows_of("all", 18) == range(18)
    assert rows_of("3-7", 18) == range(3, 8)
    assert rows_of("5", 18) == range(5, 6)
    assert group_rows({"shape": "0-2", "light": "10"}, 14) == {"shape": range(3), "light": range(10, 11)}


@pytest.mark.parametrize(("word", "hint"), [("corse", "coarse"), ("7-3", "0 to 13"), ("3-14", "0 to 13"),
                                            ("-3", "3-7"), ("", "3-7"), ("3-", "3-7"), ("²", "3-7")])
def test_words_that_mean_no_rows_are_refused_with_what_to_write(word: str, hint: str) -> None:
    with pytest.raises(PatchError) as caught:
        rows_of(word, 14)
    assert hint in str(caught.value)
