"""Sound between two rates: clean, in place, the same however it is cut, and never short of samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from liveart.errors import MaterialError, ModelError
from liveart.neural.rate_bridge import RateBridge
from liveart.neural.resample import StreamResampler

RATES = (16000, 22050, 44100, 48000, 96000)
PAIRS = [(a, b) for a in RATES for b in RATES if a != b]
DOWN = [(a, b) for a, b in PAIRS if a > b]
TONE = 300.0  # Hz
CUTS = st.lists(st.integers(1, 700), min_size=1, max_size=12)


def sine(hertz: float, rate: int, count: int, first: int = 0) -> np.ndarray:
    """Return float32 [count, 1], from sample number `first` on; silence before 0."""
    places = np.arange(first, first + count)
    return (np.sin(2.0 * np.pi * hertz * places / rate) * (places >= 0)).astype(np.float32)[:, None]


def middle(samples: np.ndarray) -> np.ndarray:
    return samples[len(samples) // 4 : len(samples) * 3 // 4, 0].astype(np.float64)


def level(samples: np.ndarray) -> float:
    """Return the dB of a sound beside a full sine, its ends left out."""
    return 10.0 * math.log10(max(2.0 * float(np.mean(middle(samples) ** 2)), 1e-20))


def resampled(hertz: float, rate_in: int, rate_out: int) -> np.ndarray:
    return StreamResampler(rate_in, rate_out, 1).feed(sine(hertz, rate_in, rate_in // 2))


def cut(samples: np.ndarray, sizes: Sequence[int]) -> list[np.ndarray]:
    """Return the samples in pieces of these sizes, over and over."""
    pieces, at, turn = [], 0, 0
    while at < len(samples):
        pieces.append(samples[at : at + sizes[turn % len(sizes)]])
        at, turn = at + len(pieces[-1]), turn + 1
    return pieces


@pytest.mark.parametrize(("rate_in", "rate_out"), PAIRS)
def test_it_is_flat_and_at_its_place_up_to_nine_tenths_of_the_lower_half_rate(rate_in: int, rate_out: int) -> None:
    half = min(rate_in, rate_out) / 2.0
    for share, low in ((0.01, -0.01), (0.3, -0.01), (0.6, -0.01), (0.8, -0.01), (0.88, -0.1), (0.9, -3.0)):
        assert low < level(resampled(share * half, rate_in, rate_out)) < 0.01
    heard = resampled(0.11 * half, rate_in, rate_out)
    assert np.abs(middle(heard - sine(0.11 * half, rate_out, len(heard)))).max() < 1e-5


@pytest.mark.parametrize(("rate_in", "rate_out"), DOWN)
def test_what_the_new_rate_can_not_hold_is_gone(rate_in: int, rate_out: int) -> None:
    shares = (1.03, 1.06, 1.1, 1.25, 1.5, 2.1, 3.3)
    for hertz in (share * rate_out / 2.0 for share in shares if share * rate_out < rate_in):
        assert level(resampled(hertz, rate_in, rate_out)) < -90.0


@pytest.mark.parametrize(("rate_in", "rate_out"), [*PAIRS, (44101, 48000), (44100, 47999)])
def test_a_tone_comes_out_alone(rate_in: int, rate_out: int) -> None:
    hertz = 0.8 * min(rate_in, rate_out) / 2.0
    heard = middle(resampled(hertz, rate_in, rate_out))
    strengths = np.abs(np.fft.rfft(heard * np.kaiser(len(heard), 16.0)))
    away = np.abs(np.fft.rfftfreq(len(heard), 1.0 / rate_out) - hertz) > 60.0 * 48000 / len(heard) / 2.0
    assert 20.0 * math.log10(strengths[away].max() / strengths.max()) < -90.0


@pytest.mark.parametrize(("rate_in", "rate_out"), [(48000, 44100), (48000, 16000), (96000, 22050)])
def test_a_sweep_beyond_the_new_rate_leaves_silence_and_no_mirror(rate_in: int, rate_out: int) -> None:
    time = np.arange(rate_in) / rate_in
    low, high = 1.03 * rate_out / 2.0, 0.99 * rate_in / 2.0
    # Faded in and out without a corner: a sweep cut off sharply holds all frequencies.
    edge = np.sin(0.5 * np.pi * np.minimum(1.0, 10.0 * np.minimum(time, 1.0 - time))) ** 4
    sweep = np.sin(2.0 * np.pi * (low * time + (high - low) * time**2 / 2.0)) * edge
    heard = StreamResampler(rate_in, rate_out, 1).feed(sweep.astype(np.float32)[:, None])
    assert np.abs(heard).max() < 1e-4  # -80 dB


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PAIRS), st.integers(1, 3), CUTS)
def test_the_samples_are_the_same_however_the_blocks_are_cut(pair: tuple[int, int], channels: int,
                                                             sizes: list[int]) -> None:
    sound = np.random.RandomState(0).randn(3000, channels).astype(np.float32)
    whole = StreamResampler(*pair, channels).feed(sound)
    pieces = np.concatenate([*map(StreamResampler(*pair, channels).feed, cut(sound, sizes))])
    assert np.array_equal(whole, pieces)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PAIRS), CUTS, st.integers(0, 2000))
@example((16000, 22050), [1], 53)  # some of what was no number stayed in the filter
def test_it_is_never_later_than_its_delay_also_after_a_reset(pair: tuple[int, int], sizes: list[int],
                                                             past: int) -> None:
    resampler = StreamResampler(*pair, 1)
    fresh = resampler.feed(sine(TONE, pair[0], 2000))
    resampler.reset()
    resampler.feed(np.full((past, 1), np.nan, np.float32))
    resampler.reset()
    taken, parts = 0, []
    for piece in cut(sine(TONE, pair[0], 2000), sizes):
        parts.append(resampler.feed(piece))
        taken += len(piece)
        assert sum(map(len, parts)) / pair[1] >= taken / pair[0] - resampler.delay - 1e-9
    assert np.array_equal(np.concatenate(parts), fresh)


def test_delays_are_a_millisecond_at_the_usual_rates() -> None:
    assert StreamResampler(44100, 48000, 1).delay < 0.0012
    assert StreamResampler(48000, 44100, 1).delay < 0.0012
    assert StreamResampler(48000, 48000, 1).delay == 0.0


@pytest.mark.parametrize("channels", [1, 2, 5, 64, 65, 130])
def test_channels_keep_apart_however_many_there_are(channels: int) -> None:
    sound = np.zeros((600, channels), np.float32)
    sound[:, -1] = sine(TONE, 44100, 600)[:, 0]
    heard = StreamResampler(44100, 48000, channels).feed(sound)
    assert not heard[:, :-1].any()
    assert np.array_equal(heard[:, -1:], StreamResampler(44100, 48000, 1).feed(sine(TONE, 44100, 600)))


def test_at_equal_rates_a_copy_comes_back_at_once() -> None:
    sound = sine(TONE, 48000, 100)
    heard = StreamResampler(48000, 48000, 1).feed(sound)
    assert np.array_equal(heard, sound)
    assert heard is not sound


@pytest.mark.parametrize("wrong", [(0, 48000, 1), (48000, -1, 1), (48000, 44100, 0)])
def test_rates_and_channels_that_can_not_be_are_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ModelError, match="can't go"):
        StreamResampler(*wrong)


class Oscillator:
    """A source: a sine at the model's rate, in whole blocks."""

    def __init__(self, rate: int, block: int) -> None:
        self.rate, self.block, self.made = rate, block, 0

    def __call__(self, samples: np.ndarray) -> np.ndarray:
        assert samples.shape[1] == 0
        assert len(samples) % self.block == 0
        self.made += len(samples)
        return sine(TONE, self.rate, len(samples), self.made - len(samples))


def through(bridge: RateBridge, sound: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    made = []
    for piece in cut(sound, sizes):
        made.append(bridge.process(piece))
        assert made[-1].shape == (len(piece), 1)
    return np.concatenate(made)


RATE, BLOCK = st.sampled_from(RATES), st.one_of(st.integers(1, 4096), st.sampled_from((64, 128, 512, 2048)))


@settings(max_examples=40, deadline=None)
@given(RATE, RATE, BLOCK, CUTS)
def test_a_source_sounds_without_gap_or_shift_at_any_rate_block_and_cut(rate: int, model_rate: int, block: int,
                                                                        sizes: list[int]) -> None:
    bridge, count = RateBridge(Oscillator(model_rate, block), rate, model_rate, block, 0, 1), 4000
    heard = through(bridge, np.zeros((count, 0), np.float32), sizes)
    start = int(0.03 * rate)  # the sine begins with a corner, which a filter rounds off
    assert np.abs(heard - sine(TONE, rate, count))[start:].max() < 1e-4


@settings(max_examples=40, deadline=None)
@given(RATE, RATE, BLOCK, CUTS)
def test_an_effect_is_late_by_exactly_what_it_says(rate: int, model_rate: int, block: int, sizes: list[int]) -> None:
    def nothing(samples: np.ndarray) -> np.ndarray:
        assert len(samples) % block == 0
        return samples

    bridge = RateBridge(nothing, rate, model_rate, block, 1, 1)
    assert bridge.delay == bridge.samples / rate
    count, start = bridge.samples + 4000, bridge.samples + int(0.03 * rate)
    heard = through(bridge, sine(TONE, rate, count), sizes)
    assert not heard[: bridge.samples - int(0.015 * rate)].any() or bridge.samples < 0.015 * rate
    assert np.abs(heard - sine(TONE, rate, count, -bridge.samples))[start:].max() < 1e-4


@settings(max_examples=40, deadline=None)
@given(BLOCK, st.integers(1, 1024), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_at_equal_rates_an_effect_waits_for_its_block_alone_bit_for_bit(block: int, frames: int,
                                                                        turns: list[int]) -> None:
    bridge = RateBridge(lambda samples: samples, 48000, 48000, block, 1, 1, frames)
    assert bridge.samples == block - math.gcd(block, frames)
    sound = sine(TONE, 48000, frames * (block * 3 // frames + 3))
    heard = through(bridge, sound, [turn * frames for turn in turns])
    assert np.array_equal(heard[bridge.samples :], sound[: len(sound) - bridge.samples])
    assert not heard[: bridge.samples].any()


def test_a_call_of_another_length_than_promised_makes_a_gap_and_nothing_shifts() -> None:
    bridge = RateBridge(lambda samples: samples, 48000, 48000, 64, 1, 1, frames=64)
    sound = 1.0 + np.arange(64 * 6, dtype=np.float32)[:, None]
    heard = through(bridge, sound, [64, 64, 10, 54, 64])
    assert np.array_equal(heard[:128], sound[:128])
    assert np.array_equal(heard[192:], sound[192:])
    assert not heard[128:138].any()


def test_a_source_is_asked_for_no_more_than_it_needs() -> None:
    source = Oscillator(44100, 512)
    bridge = RateBridge(source, 48000, 44100, 512, 0, 1)
    for call in range(1, 50):
        bridge.process(np.zeros((480, 0), np.float32))
        assert source.made - call * 441 < 512 + 52
    assert 0.0 < bridge.delay < 0.5 * 512 / 44100 + 0.0012
    assert RateBridge(source, 48000, 48000, 512, 0, 1, frames=1024).delay == 0.0


@pytest.mark.parametrize("inputs", [0, 1])
def test_after_a_reset_it_is_as_just_opened(inputs: int) -> None:
    def noise(samples: np.ndarray) -> np.ndarray:
        return np.ones((len(samples), 1), np.float32) + samples.sum(1, keepdims=True)

    bridge, sound = RateBridge(noise, 48000, 22050, 100, inputs, 1), np.ones((3000, inputs), np.float32)
    first = through(bridge, sound, [512])
    bridge.reset()
    assert np.array_equal(first, through(bridge, sound, [512]))


def test_several_channels_go_in_and_out() -> None:
    bridge = RateBridge(lambda samples: samples.sum(1, keepdims=True) * [1.0, 2.0, 3.0], 48000, 44100, 64, 2, 3)
    heard = bridge.process(np.full((4800, 2), 0.5, np.float32))
    assert heard.shape == (4800, 3)
    assert heard.dtype == np.float32
    assert np.allclose(heard[-100:], [1.0, 2.0, 3.0], atol=1e-4)


def test_a_model_that_gives_too_little_is_named() -> None:
    bridge = RateBridge(lambda samples: samples[1:], 48000, 48000, 64, 1, 1)
    with pytest.raises(MaterialError, match=r"asked for \[64, 1\] samples and gave \[63, 1\]"):
        bridge.process(np.zeros((64, 1), np.float32))
