"""Cycles: harmonic levels, their way back to samples, and the computed families."""

from __future__ import annotations

import numpy as np
import pytest

from liveart.core.cycle import FLOOR_DB, HARMONICS, centroid, draw_cycle, to_amplitudes, to_levels
from liveart.training.wavetable_shapes import FAMILIES, computed_levels


def test_levels_forget_loudness_and_give_the_amplitudes_back() -> None:
    amplitudes = 1.0 / np.arange(1, HARMONICS + 1)
    levels = to_levels(amplitudes * 37.0)
    assert np.array_equal(levels, to_levels(amplitudes))
    assert np.allclose(to_amplitudes(levels), amplitudes / np.sqrt((amplitudes**2).sum()), atol=2e-4)


def test_silence_has_level_0_everywhere_and_stays_silent() -> None:
    levels = to_levels(np.zeros(HARMONICS))
    assert not levels.any()
    assert np.abs(to_amplitudes(levels)).max() < 1e-12
    assert FLOOR_DB < 0


def test_one_harmonic_is_drawn_as_that_sine() -> None:
    amplitudes = np.zeros(8)
    amplitudes[2] = 0.5
    assert np.allclose(draw_cycle(amplitudes, 64), 0.5 * np.sin(2 * np.pi * 3 * np.arange(64) / 64), atol=1e-12)
    assert centroid(to_levels(amplitudes)) == pytest.approx(3.0, abs=0.01)


def test_a_cycle_too_small_for_its_harmonics_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        draw_cycle(np.ones(40), 64)


def test_computed_cycles_are_in_range_varied_and_the_same_for_the_same_seed() -> None:
    levels = computed_levels(500, seed=3)
    assert levels.shape == (500, HARMONICS)
    assert levels.dtype == np.float32
    assert levels.min() >= 0.0
    assert levels.max() <= 1.0
    assert np.array_equal(levels, computed_levels(500, seed=3))
    low, high = np.percentile(centroid(levels), [10, 90])
    assert high > 4.0 * low


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_every_family_gives_finite_sounding_cycles(family: object) -> None:
    amplitudes = family(np.random.RandomState(0), 32)  # type: ignore[operator]
    assert amplitudes.shape == (32, HARMONICS)
    assert np.isfinite(amplitudes).all()
    assert (np.abs(amplitudes).max(axis=1) > 0.0).all()
