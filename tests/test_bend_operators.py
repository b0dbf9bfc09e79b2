"""Each bending operator against its plain definition, and what all of them promise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import plain_bends
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from liveart.nets import bend, bend_moves
from liveart.nets.bend_echo import Echo
from liveart.nets.bend_kinds import KINDS

SHAPES = [(1, 3, 4, 4), (2, 2, 6, 9), (1, 2, 16, 16), (1, 1, 5, 2)]
CASES: list[tuple[str, Any, tuple[Any, ...]]] = [
    *(("translate", bend_moves.translate, numbers) for numbers in
      [(0.25, 0.0), (-0.3, 0.21), (1.0, -1.0), (0.1, 0.7, "mirror"), (-2.3, 1.7, "mirror"), (-2.3, 1.7, "wrap")]),
    *(("rotate", bend_moves.rotate, numbers) for numbers in [(0.25,), (0.11,), (-0.4, 0.6), (1.0, -1.0)]),
    *(("scale", bend_moves.scale, numbers) for numbers in [(1.0, 1.0), (-2.0, -2.0), (0.4, -0.7), (0.0, 2.0)]),
    *(("flip", bend_moves.flip, numbers) for numbers in [(1.0, 0.0), (0.0, 1.0), (0.3, 0.6)]),
    *(("dilate", bend.dilate, (radius,)) for radius in [1.0, 0.4, 2.0, 3.3, 7.0, 40.0, -1.0, -0.25, -2.7]),
    *(("sharpen", bend.sharpen, numbers) for numbers in [(1.0, 1), (0.3, 2), (-1.0, 1), (-0.5, 5)]),
    *(("threshold", bend.threshold, numbers) for numbers in [(0.5,), (0.9, 1.0), (-0.7, -0.5), (0.1, -2.0), (1.0,)]),
    *(("invert", bend.invert, (amount,)) for amount in [1.0, 0.5, -0.5]),
    *(("multiply", bend.multiply, (factor,)) for factor in [-2.0, 0.0, 4.0]),
    *(("ablate", bend.ablate, numbers) for numbers in [(1.0,), (0.4,), (0.4, 1.0), (1.0, -1.0)]),
]
amounts = st.floats(-1.0, 1.0, width=32)


def features(shape: tuple[int, ...], seed: int = 0, dtype: torch.dtype = torch.float32, last: bool = True) -> Tensor:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(dtype)
    return x.contiguous(memory_format=torch.channels_last if last else torch.contiguous_format)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("name", "operator", "numbers"), CASES, ids=[f"{name}{numbers}" for name, _, numbers in CASES])
def test_an_operator_does_what_its_definition_says(name: str, operator: Callable[..., Tensor],
                                                   numbers: tuple[Any, ...], shape: tuple[int, ...]) -> None:
    x = features(shape)
    plain = getattr(plain_bends, name)
    wanted = [[plain(one.double().numpy(), *numbers) for one in sample] for sample in x]
    assert np.allclose(operator(x, *numbers).numpy(), np.array(wanted), atol=2e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_an_amount_of_nothing_changes_nothing(kind: str) -> None:
    x = features((1, 4, 8, 8))
    assert torch.equal(KINDS[kind].start()(x, 0.0, 0.7), x)


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(sorted(KINDS)), amount=amounts, across=amounts,
       shape=st.sampled_from([(1, 8, 4, 4), (2, 3, 4, 7), (1, 2, 33, 20), (1, 1, 1, 1)]),
       dtype=st.sampled_from([torch.float64, torch.float32, torch.bfloat16, torch.float16]), is_last=st.booleans(),
       size=st.sampled_from([0.0, 1.0, 6e4]))
def test_shape_type_and_layout_are_kept_the_argument_too_and_numbers_stay_finite(
        kind: str, amount: float, across: float, shape: tuple[int, ...], dtype: torch.dtype, is_last: bool,
        size: float) -> None:
    x = (features(shape, last=is_last).clamp(-1, 1) * size).to(dtype)
    before, operator = x.clone(), KINDS[kind].start()
    for _ in range(2):
        y = operator(x, amount, across)
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    assert torch.equal(x, before)
    assert torch.isfinite(y).all()
    for layout in (torch.channels_last, torch.contiguous_format):
        assert y.is_contiguous(memory_format=layout) or not x.is_contiguous(memory_format=layout)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("amount", "across"), [(0.45, 0.0), (-0.6, 0.35)])
def test_half_as_many_bits_bend_alike(kind: str, amount: float, across: float) -> None:
    x, then = features((1, 4, 16, 16), dtype=torch.bfloat16), features((1, 4, 16, 16), 1, torch.bfloat16)
    halves, wholes = KINDS[kind].start(), KINDS[kind].start()
    halves(then, amount, across), wholes(then.float(), amount, across)
    difference = (halves(x, amount, across).float() - wholes(x.float(), amount, across)).abs()
    assert difference.mean() < 0.02


@pytest.mark.parametrize("kind", ["translate", "translate mirrored"])
@pytest.mark.parametrize(("amount", "across", "to"), [(0.25, 0.0, (4, 6)), (0.25, 0.5, (2, 4)), (0.25, -0.5, (6, 4)),
                                                      (0.25, 1.0, (4, 2)), (-0.25, 0.0, (4, 2))])
def test_across_is_the_way_of_a_shift(kind: str, amount: float, across: float, to: tuple[int, int]) -> None:
    x = torch.zeros(1, 1, 8, 8)
    x[0, 0, 4, 4] = 1.0
    moved = KINDS[kind].start()(x, amount, across)
    assert divmod(int(moved.argmax()), 8) == to
    assert moved.max() == pytest.approx(1.0, abs=1e-5)


def test_a_quarter_turn_is_clockwise() -> None:
    x = torch.zeros(1, 1, 8, 8)
    x[0, 0, 0, 4] = 1.0  # above the middle
    assert divmod(int(KINDS["rotate"].start()(x, 0.25, 0.0).argmax()), 8) == (4, 7)


def test_dilating_makes_light_grow_and_eroding_dark() -> None:
    x = torch.zeros(1, 1, 64, 64)
    x[0, 0, 20:44, 20:44] = 1.0
    assert (KINDS["dilate"].start()(x, 1.0, 0.0) > 0).sum() == 32**2  # four pixels are a sixteenth
    assert (KINDS["erode"].start()(x, 1.0, 0.0) > 0).sum() == 16**2
    assert torch.equal(KINDS["erode"].start()(x, -0.7, 0.0), KINDS["dilate"].start()(x, 0.7, 0.0))


def test_every_device_finds_the_same_sums() -> None:
    x = features((1, 6, 9, 7))
    places, weights = bend_moves._move(9, 7, ((0.9, 0.1, 0.3), (-0.1, 0.9, 2.0)), "wrap", x.device, x.dtype)
    pixels = x.permute(0, 2, 3, 1).flatten(1, 2)[0]
    bags = bend_moves._sums(pixels, places, weights)
    assert torch.allclose(bend_moves.gathered_plainly(pixels, places, weights), bags, atol=1e-6)


def test_an_echo_is_the_last_frame_mixed_in() -> None:
    echo, first, second = Echo(), features((1, 2, 8, 8), 0), features((1, 2, 8, 8), 1)
    assert torch.equal(echo(first, 0.5, 0.0), first)
    share = 1 - 0.02**0.5
    assert torch.allclose(echo(second, 0.5, 0.0), (1 - share) * second + share * first, atol=1e-6)
    opposite = Echo()
    opposite(first, -0.5, 0.0)
    assert torch.allclose(opposite(second, -0.5, 0.0), (1 - share) * second - share * first, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_a_long_echo_comes_to_rest_at_a_picture_that_stands_still(dtype: torch.dtype) -> None:
    echo, x = Echo(), features((1, 2, 8, 8), dtype=dtype)
    echo(2 * x, 1.0, 0.0)
    for _ in range(600):
        y = echo(x, 1.0, 0.0)
    assert torch.allclose(y.float(), x.float(), rtol=0.01)


def test_the_trail_of_an_echo_drifts_grows_and_dies_away() -> None:
    echo, spot, dark = Echo(), torch.zeros(1, 1, 64, 64), torch.zeros(1, 1, 64, 64)
    spot[0, 0, 16:20, 30:34] = 1.0
    echo(spot, 0.9, 1.0)
    trail = [echo(dark, 0.9, 1.0) for _ in range(200)]
    rows = torch.arange(64.0)
    heights = [float((frame[0, 0].sum(1) * rows).sum() / frame.sum()) for frame in trail[:4]]
    assert heights == sorted(heights, reverse=True)  # away from the middle
    assert trail[0].max() > trail[3].max() > 0.2
    assert trail[-1].max() < 1e-3


def test_an_echo_begins_anew_when_features_of_another_size_come() -> None:
    echo, x = Echo(), features((1, 2, 8, 8))
    echo(x, 1.0, 0.0)
    wider = features((1, 2, 8, 12))
    assert torch.equal(echo(wider, 1.0, 0.5), wider)


def test_a_frame_that_overflowed_does_not_stay_in_the_echo() -> None:
    echo = Echo()
    echo(torch.full((1, 2, 8, 8), math.nan), 1.0, 0.3)
    assert torch.isfinite(echo(features((1, 2, 8, 8)), 1.0, 0.3)).all()


def test_what_the_net_does_in_place_to_bent_features_does_not_reach_the_echo() -> None:
    echo, x = Echo(), features((1, 2, 8, 8))
    echo(x, 1.0, 0.0).mul_(100.0)
    assert echo(torch.zeros_like(x), 1.0, 0.0).abs().max() < 10.0
