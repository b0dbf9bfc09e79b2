"""The parts of the band model: its ear, its causal layers, its voice."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from band_models import tiny_net

from liveart.nets.band_ear import BANDS, HOP, PAST, RANGES, RATE, BandEar, levels
from liveart.nets.band_layers import CausalStack
from liveart.nets.band_synth import BandSynth, half_frames, noise_shapes, partials
from liveart.nets.band_vae import divergence


def sine(hertz: float, hops: int = 24) -> torch.Tensor:
    return torch.sin(2 * torch.pi * hertz * torch.arange(PAST + hops * HOP) / RATE)[None]


@pytest.mark.parametrize("hertz", [110.0, 440.0, 1760.0])
def test_the_ear_hears_a_tone_in_the_bands_around_it_with_about_its_power(hertz: float) -> None:
    power = BandEar()(sine(hertz))[0, -1]
    assert power.shape == (BANDS,)
    low = RANGES[0]
    centre = low.low * (low.high / low.low) ** (int(power[: low.count].argmax()) / (low.count - 1))
    assert abs(np.log2(centre / hertz)) < 0.09 if hertz > 200 else abs(centre - hertz) < 18
    assert 0.3 < float(power[: low.count].max()) < 3.0


def test_the_ear_has_no_band_that_is_deaf_and_none_that_looks_ahead() -> None:
    ear, chance = BandEar(), torch.Generator().manual_seed(0)
    noise = torch.randn(1, PAST + 8 * HOP, generator=chance)
    assert bool((ear(noise) > 0).all())
    changed = noise.clone()
    changed[:, PAST + 5 * HOP :] = 0.0
    assert torch.equal(ear(changed)[:, :5], ear(noise)[:, :5])
    assert not torch.equal(ear(changed)[:, 5:], ear(noise)[:, 5:])


def test_levels_are_of_the_size_that_a_net_likes() -> None:
    both = levels(torch.tensor([0.0, 1.0]))
    assert both.tolist() == pytest.approx([-1.317, 1.35], abs=0.01)


def test_a_causal_stack_in_pieces_is_the_whole_and_the_future_changes_nothing() -> None:
    torch.manual_seed(1)
    stack = CausalStack(3, 8, (1, 2, 4))
    x, past = torch.randn(2, 20, 3), stack.silence(2)
    whole, _ = stack(x, past)
    first, past = stack(x[:, :7], past)
    second, _ = stack(x[:, 7:], past)
    assert torch.allclose(torch.cat([first, second], 1), whole, atol=1e-6)
    again, _ = stack(torch.cat([x[:, :7], torch.randn(2, 13, 3)], 1), stack.silence(2))
    assert torch.allclose(again[:, :7], whole[:, :7], atol=1e-6)


def test_a_settled_stack_goes_on_as_it_is() -> None:
    torch.manual_seed(2)
    stack = CausalStack(3, 8, (1, 2, 4))
    x = torch.randn(2, 1, 3)
    made, _ = stack(x.expand(-1, 30, -1), stack.settled(x))
    assert torch.allclose(made, made[:, :1].expand_as(made), atol=1e-5)
    slow, _ = stack(x.expand(-1, 40, -1), stack.silence(2))
    assert torch.allclose(slow[:, -1], made[:, -1], atol=1e-5)


def test_partials_are_quarter_tones_from_c1() -> None:
    hertz = partials(192)
    assert float(hertz[0]) == pytest.approx(32.7032, abs=1e-4)
    assert float(hertz[24] / hertz[0]) == pytest.approx(2.0)
    assert float(partials(192, 12.0)[0]) == pytest.approx(float(hertz[24]))


def test_half_frames_are_those_of_the_formula_and_nothing_aliases() -> None:
    hertz = torch.tensor([100.0, 5000.0, 21000.0], dtype=torch.float64)
    cosines, sines = half_frames(hertz)
    place = torch.arange(HOP, dtype=torch.float64)
    turn = 2 * torch.pi * hertz[:2, None] * place / RATE
    assert torch.allclose(cosines[:2].double(), torch.cos(turn) * (1 - place / HOP), atol=1e-6)
    assert torch.allclose(sines[:2].double(), torch.sin(turn) * (1 - place / HOP), atol=1e-6)
    assert not bool(cosines[2].any() or sines[2].any())


def test_one_steady_partial_is_a_pure_sine() -> None:
    synth = BandSynth(96, 8)
    amplitudes = torch.zeros(1, 40, 96)
    amplitudes[:, :, 60] = 0.5
    samples = synth(amplitudes, torch.zeros(1, 40, 8), synth.start[:1], synth.places[:1])[0, 4 * HOP :]
    hertz, time = float(partials(96)[60]), np.arange(len(samples)) / RATE
    waves = np.stack([np.sin(2 * np.pi * hertz * time), np.cos(2 * np.pi * hertz * time)], 1)
    found, *_ = np.linalg.lstsq(waves, samples.numpy(), rcond=None)
    assert np.hypot(*found) == pytest.approx(0.5, abs=1e-3)
    assert np.abs(samples.numpy() - waves @ found).max() < 1e-4


def test_even_noise_is_white_and_as_loud_as_it_says() -> None:
    assert torch.allclose(noise_shapes(64).sum(0), torch.ones(HOP + 1))
    assert bool((noise_shapes(64) > 0).any(1).all())
    synth = BandSynth(24, 64)
    samples = synth(torch.zeros(1, 400, 24), torch.full((1, 400, 64), 0.1), synth.start[:1], synth.places[:1])[0, HOP:]
    assert float(samples.square().mean().sqrt()) == pytest.approx(0.1, rel=0.02)
    spectrum = torch.fft.rfft(samples[: 256 * 300].view(-1, 1024)).abs().square().mean(0)[8:503].view(-1, 9).mean(1)
    assert float(spectrum.max() / spectrum.min()) < 1.6


def test_codes_and_what_is_played_are_each_other_s_reverse() -> None:
    net = tiny_net()
    z = torch.randn(2, 7, 5)
    assert torch.allclose(net.played(net.code(z)), z, atol=1e-5)


def test_the_divergence_of_a_standard_normal_code_is_zero_and_no_other_s() -> None:
    zero = torch.zeros(1, 1, 5)
    assert float(divergence(zero, zero)) == 0.0
    assert float(divergence(zero + 1.0, zero)) == pytest.approx(2.5)
    assert float(divergence(zero, zero - 1.0)) > 0.0
