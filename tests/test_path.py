"""Paths: pure, continuous, as long as a typical z, and home again where they promise it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveart.core.latent import seed_point
from liveart.core.path import Grid, Hold, Loop, Noise, Orbit, Path, Walk
from liveart.core.path_kinds import PATHS
from liveart.errors import LiveartError, ParamError, PatchError

EXAMPLES: dict[str, Path] = {
    "hold": Hold(3.5), "loop": Loop([1, 2, 3]), "loop rest": Loop([1, 2, 3], flow="rest"),
    "loop arc": Loop([5, 6], flow="arc"), "loop of one": Loop([4]),
    "keyframes": Loop(keyframes=[[1.0, -1.0, 0.5], [0.2, 1.5, -0.4], [-1.1, 0.3, 0.8]]),
    "walk": Walk(9), "walk arc": Walk(9, flow="arc"), "orbit": Orbit(2),
    "noise": Noise(5), "noise fine": Noise(5, 2.0, 8), "grid": Grid(1),
}
SEEDED = [name for name in EXAMPLES if name != "keyframes"]


def values(path: Path, place: float = 0.0, **more: float) -> dict[str, float]:
    """Return the values of a path's params after a travel of `place` (for hold: that seed)."""
    found = {param.name: param.start for param in path.params} | {"speed_position": place}
    return found | ({"seed": place + 50.0} if isinstance(path, Hold) else {}) | more


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("dims", [1, 2, 3, 8, 512])
def test_a_path_gives_a_point_of_as_many_dimensions_as_asked_for(name: str, dims: int) -> None:
    for place in (-7.3, 0.0, 1.0, 2.5, 1e6):
        z = EXAMPLES[name].at(values(EXAMPLES[name], max(place, -50.0)), dims)
        assert (z.shape, z.dtype) == ((dims,), np.float32)
        assert np.isfinite(z).all()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_place_is_the_same_point_whatever_was_asked_before(name: str) -> None:
    path = EXAMPLES[name]
    first = path.at(values(path, 2.3), 64).copy()
    for dims, place in ((8, 9.0), (64, -3.7), (512, 2.3)):
        path.at(values(path, place), dims)
    assert (path.at(values(path, 2.3), 64) == first).all()


@pytest.mark.parametrize("name", EXAMPLES)
@settings(max_examples=30)
@given(place=st.floats(-20.0, 20.0), step=st.floats(1e-4, 0.05))
def test_a_small_step_of_travel_is_a_small_step_in_latent_space(name: str, place: float, step: float) -> None:
    path, dims = EXAMPLES[name], 128
    a, b = (path.at(values(path, x), dims) for x in (place, place + step))
    steepest = 16.0 if name == "noise fine" else 7.0  # lengths of a typical z per step of travel
    assert np.linalg.norm(b - a) <= steepest * math.sqrt(dims) * step + 1e-3


@pytest.mark.parametrize("name", SEEDED)
@settings(max_examples=30)
@given(place=st.floats(-20.0, 20.0))
def test_points_are_about_as_long_as_a_typical_z(name: str, place: float) -> None:
    path = EXAMPLES[name]
    length = np.linalg.norm(path.at(values(path, place), 512)) / math.sqrt(512)
    low, high = (0.5, 1.7) if isinstance(path, Noise) else (0.85, 1.15)
    assert low < length < high


@pytest.mark.parametrize(("path", "turn"), [(Loop([1, 2, 3]), 3), (Loop([1, 2], flow="rest"), 2), (Orbit(3), 1),
                                            (EXAMPLES["keyframes"], 3), (Noise(2, period=4.0), 4)])
@given(place=st.floats(-10.0, 10.0))
def test_closed_paths_come_home(path: Path, turn: float, place: float) -> None:
    assert np.allclose(path.at(values(path, place), 32), path.at(values(path, place + turn), 32), atol=1e-3)


@pytest.mark.parametrize("name", ["loop", "walk", "orbit", "noise"])
def test_the_offset_is_a_place_further_along(name: str) -> None:
    path = EXAMPLES[name]
    assert np.allclose(path.at(values(path, 1.0, offset=1.5), 32), path.at(values(path, 2.5), 32), atol=1e-5)


def test_stations_are_the_seeds_themselves() -> None:
    assert np.allclose(Loop([11, 12]).at(values(Loop([11, 12]), 1.0), 64), seed_point(12, 64), atol=1e-5)
    assert np.allclose(Hold().at({"seed": 12.0}, 64), seed_point(12, 64), atol=1e-5)
    assert np.allclose(Orbit(7).at(values(Orbit(7), 0.3, radius=0.0), 64), seed_point(7, 64)
                       * 8.0 / np.linalg.norm(seed_point(7, 64)), atol=1e-4)
    frames = [[1.0, 2.0], [3.0, 4.0]]
    assert np.allclose(Loop(keyframes=frames).at(values(Loop(keyframes=frames), 1.0), 2), [3.0, 4.0], atol=1e-5)


def test_a_walk_does_not_come_back_and_seeds_give_different_walks() -> None:
    points = [Walk(seed).at(values(Walk(seed), float(place)), 16) for seed in (0, 1) for place in range(30)]
    gaps = [np.linalg.norm(a - b) for k, a in enumerate(points) for b in points[:k]]
    assert min(gaps) > 0.5


def test_a_loop_at_rest_slows_down_at_its_stations() -> None:
    rest = EXAMPLES["loop rest"]
    pause, way = (np.linalg.norm(rest.at(values(rest, place + 0.01), 64) - rest.at(values(rest, place), 64))
                  for place in (1.0, 1.5))
    assert pause < 0.1 * way


@pytest.mark.parametrize(("kind", "settings"), [
    ("loop", {}), ("loop", {"seeds": [1], "keyframes": [[1.0]]}), ("loop", {"seeds": [1], "flow": "wobbly"}),
    ("walk", {"flow": "splines"}), ("loop", {"keyframes": [[]]}), ("loop", {"keyframes": [[math.nan]]}),
    ("loop", {"keyframes": [["a"]]}), ("loop", {"keyframes": [1.0, 2.0]}), ("loop", {"keyframes": [[[1.0]]]}),
    ("noise", {"period": 0.0}), ("noise", {"detail": 99}), ("orbit", {"radius": 2.0}), ("walk", {"speed": 100.0}),
    ("hold", {"seed": -1}), ("grid", {"x": math.inf}),
])
def test_impossible_paths_are_refused_with_what_to_do(kind: str, settings: dict[str, Any]) -> None:
    with pytest.raises(LiveartError) as caught:
        PATHS[kind](**settings)
    assert isinstance(caught.value, PatchError | ParamError)
    assert caught.value.hint
