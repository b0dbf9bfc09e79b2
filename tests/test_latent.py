"""Latent mathematics against the plain formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.latent import ease, lerp, plane, seed_point, slerp, spline, truncate

SEEDS = st.integers(0, 10_000)
SHARES = st.floats(0.0, 1.0)


def test_a_seed_gives_the_z_that_other_players_of_models_mean_by_it() -> None:
    assert (seed_point(7, 512) == np.random.RandomState(7).randn(512).astype(np.float32)).all()
    assert seed_point(-3, 8).tolist() == seed_point(2**32 - 3, 8).tolist()


def test_the_point_of_a_seed_can_not_be_altered_by_whoever_gets_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        seed_point(7, 8)[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        plane(7, 8)[0][0] = 1.0


@given(SEEDS, SEEDS, SHARES, st.integers(2, 64))
def test_lerp_and_slerp_are_their_formulas(first: int, second: int, t: float, dims: int) -> None:
    a, b = (seed_point(seed, dims).astype(np.float64) for seed in (first, second))
    assert np.allclose(lerp(a, b, t), a + (b - a) * t, atol=1e-5)
    angle = math.acos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1))
    if 0.01 < angle < math.pi - 0.01:
        ua, ub = a / np.linalg.norm(a), b / np.linalg.norm(b)
        unit = (math.sin((1 - t) * angle) * ua + math.sin(t * angle) * ub) / math.sin(angle)
        length = np.linalg.norm(a) * (1 - t) + np.linalg.norm(b) * t
        assert np.allclose(slerp(a, b, t), unit * length, atol=1e-3)


@given(SEEDS, SEEDS, st.integers(1, 64))
def test_every_way_begins_and_ends_at_its_points(first: int, second: int, dims: int) -> None:
    a, b = seed_point(first, dims), seed_point(second, dims)
    for way in (lerp, slerp, lambda a, b, t: spline([seed_point(1, dims), a, b, seed_point(2, dims)], t)):
        assert np.allclose(way(a, b, 0.0), a, atol=1e-4)
        assert np.allclose(way(a, b, 1.0), b, atol=1e-4)
        assert way(a, b, 0.5).dtype == np.float32


@pytest.mark.parametrize(("a", "b"), [([1, 0], [-1, 0]), ([1, 0], [2, 0]), ([0, 0], [1, 0]), ([0, 0], [0, 0])])
def test_opposite_parallel_and_empty_points_have_a_finite_way_between_them(a: list[float], b: list[float]) -> None:
    first, second = np.array(a, np.float32), np.array(b, np.float32)
    for t in (0.0, 0.25, 0.5, 1.0):
        assert np.isfinite(slerp(first, second, t)).all()
        assert np.isfinite(spline([first, first, second, second], t)).all()


def test_the_spline_is_catmull_roms_in_its_direction_and_blends_the_lengths() -> None:
    p = [seed_point(seed, 32).astype(np.float64) for seed in range(4)]
    basis = 0.5 * np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]])
    for t in (0.0, 0.3, 0.8):
        curve = np.array([1, t, t**2, t**3]) @ basis @ np.stack(p)
        length = np.linalg.norm(p[1]) * (1 - t) + np.linalg.norm(p[2]) * t
        assert np.allclose(spline(p, t), curve / np.linalg.norm(curve) * length, atol=1e-5)


def test_a_spline_passes_its_stations_without_a_kink() -> None:
    p = [seed_point(seed, 64) for seed in range(5)]
    h = 1e-2
    before = (spline(p[:4], 1.0) - spline(p[:4], 1.0 - h)) / h
    after = (spline(p[1:], h) - spline(p[1:], 0.0)) / h
    assert np.linalg.norm(after - before) < 0.15 * np.linalg.norm(after)


def test_truncation_leaves_centres_and_crosses_over() -> None:
    z, centre = seed_point(1, 16), seed_point(2, 16)
    assert np.allclose(truncate(z, 1.0, centre), z, atol=1e-6)
    assert np.allclose(truncate(z, 0.0, centre), centre, atol=1e-6)
    assert np.allclose(truncate(z, -1.0), -z)


def test_easing_starts_and_ends_at_rest() -> None:
    assert [ease(t) for t in (0.0, 0.5, 1.0)] == [0.0, 0.5, 1.0]
    assert ease(1e-4) < 1e-7 > 1.0 - ease(1.0 - 1e-4)


@given(SEEDS, st.integers(3, 128))
def test_the_axes_of_a_plane_are_orthogonal_and_as_long_as_a_typical_z(seed: int, dims: int) -> None:
    axes = np.stack(plane(seed, dims)).astype(np.float64)
    assert np.allclose(axes @ axes.T / dims, np.eye(3), atol=1e-4)


def test_a_plane_of_two_dimensions_has_no_third_axis() -> None:
    assert np.linalg.norm(plane(3, 2)[2]) == 0.0
