"""Rate and mel bands with torchaudio where it loads and in torch alone where not: the choice, and the same result."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor

from liveart.errors import ModelError
from liveart.neural import torchaudio_part
from liveart.neural.torchaudio_part import log_mel, mel_filterbank, resample

PAIRS = [(44100, 48000), (48000, 44100), (16000, 48000), (48000, 22050), (96000, 16000)]


@pytest.fixture(autouse=True)
def fresh_choice() -> Iterator[None]:
    torchaudio_part.torchaudio.cache_clear()
    yield
    torchaudio_part.torchaudio.cache_clear()


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take torchaudio, if it is there, out of what was imported."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
        monkeypatch.delitem(sys.modules, name)


class Broken(MetaPathFinder, Loader):
    """Finds a torchaudio whose import fails, as one does whose library was made for another torch."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name == "torchaudio" else None

    def create_module(self, spec: ModuleSpec) -> None:
        raise self.error


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let torchaudio be absent."""
    forget(monkeypatch)
    monkeypatch.setitem(sys.modules, "torchaudio", None)


class Fake(ModuleType):
    """A torchaudio.functional that writes down how it was called."""

    def __init__(self) -> None:
        super().__init__("torchaudio.functional")
        self.calls: list[tuple[Any, ...]] = []

    def resample(self, x: Tensor, old: int, new: int, **settings: Any) -> Tensor:
        self.calls.append(("resample", old, new, settings["resampling_method"]))
        return torch.full((*x.shape[:-1], math.ceil(x.shape[-1] * new / old)), 7.0, dtype=x.dtype)

    def melscale_fbanks(self, bins: int, low: float, high: float, bands: int, rate: int, **settings: Any) -> Tensor:
        self.calls.append(("mel", bins, low, high, bands, rate, settings["mel_scale"]))
        return torch.full((bins, bands), 7.0)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    forget(monkeypatch)
    part, whole = Fake(), ModuleType("torchaudio")
    whole.functional = part  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torchaudio", whole)
    monkeypatch.setitem(sys.modules, "torchaudio.functional", part)
    return part


def test_torchaudio_is_used_where_it_loads(fake: Fake) -> None:
    made = resample(torch.zeros(2, 100), 44100, 48000)
    assert (made.shape, made.dtype, float(made[0, 0])) == ((2, 109), torch.float32, 7.0)
    assert float(mel_filterbank(8, 65, 16000)[0, 0]) == 7.0
    assert fake.calls == [("resample", 44100, 48000, "sinc_interp_kaiser"), ("mel", 65, 0.0, 8000.0, 8, 16000, "htk")]


@pytest.mark.parametrize("error", [OSError("libc10_cuda.so: cannot open shared object file"),
                                   ImportError("none"), RuntimeError("operator torchaudio::_x does not exist")])
def test_a_torchaudio_that_does_not_load_is_done_without(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    forget(monkeypatch)
    monkeypatch.setattr(sys, "meta_path", [Broken(error), *sys.meta_path])
    assert torchaudio_part.torchaudio() is None
    assert resample(torch.zeros(100), 44100, 48000).shape == (109,)
    assert mel_filterbank(8, 65, 16000).shape == (65, 8)


def test_an_absent_torchaudio_is_done_without(without: None) -> None:
    assert torchaudio_part.torchaudio() is None


def test_a_real_torchaudio_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    if torchaudio_part.torchaudio() is None:
        pytest.skip("torchaudio is absent, or does not load beside this torch")
    sound = torch.randn(2, 3, 4001, generator=torch.Generator().manual_seed(0))
    banks = [(64, 513, 44100, 0.0, None), (80, 513, 22050, 20.0, 8000.0), (40, 257, 11025, 0.0, None)]
    theirs = [resample(sound, *pair) for pair in PAIRS], [mel_filterbank(*bank) for bank in banks]
    monkeypatch.setattr(torchaudio_part, "torchaudio", lambda: None)
    for pair, made in zip(PAIRS, theirs[0], strict=True):
        assert torch.allclose(resample(sound, *pair), made, atol=5e-6)
    for bank, made in zip(banks, theirs[1], strict=True):
        assert torch.allclose(mel_filterbank(*bank), made, atol=1e-6)


def tone(hertz: float, rate: int, count: int) -> Tensor:
    return torch.sin(2.0 * math.pi * hertz * torch.arange(count, dtype=torch.float64) / rate).float()


def level(sound: Tensor) -> float:
    inner = sound[len(sound) // 4 : len(sound) * 3 // 4].double()
    return 10.0 * math.log10(max(2.0 * float((inner**2).mean()), 1e-20))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_resampled_sound_is_at_its_place_flat_and_clean(without: None, old: int, new: int) -> None:
    half = min(old, new) / 2.0
    heard = resample(tone(0.2 * half, old, old // 4), old, new)
    assert len(heard) == math.ceil(old // 4 * new / old)
    inner = slice(len(heard) // 4, len(heard) * 3 // 4)
    assert (heard - tone(0.2 * half, new, len(heard)))[inner].abs().max() < 1e-4
    for share, low in ((0.5, -0.01), (0.8, -0.01), (0.9, -1.0)):
        assert low < level(resample(tone(share * half, old, old // 4), old, new)) < 0.01
    for hertz in (share * half for share in (1.03, 1.2, 1.7) if share * half < old / 2.0):
        assert level(resample(tone(hertz, old, old // 4), old, new)) < -90.0


def test_shape_and_type_are_kept_and_gradients_pass(without: None) -> None:
    sound = torch.randn(2, 3, 500, dtype=torch.float64, requires_grad=True)
    made = resample(sound, 48000, 16000)
    assert (made.shape, made.dtype) == ((2, 3, 167), torch.float64)
    made.sum().backward()  # type: ignore[no-untyped-call]
    assert sound.grad is not None


def test_equal_rates_and_no_samples_are_left_alone() -> None:
    assert resample(torch.ones(5), 44100, 44100).tolist() == [1.0] * 5
    assert resample(torch.zeros(2, 0), 44100, 48000).shape == (2, 0)


@pytest.mark.parametrize(("old", "new", "words"), [(0, 48000, "can't go"), (44101, 48000, "little in common")])
def test_rates_that_can_not_be_are_refused(old: int, new: int, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        resample(torch.zeros(10), old, new)


def test_mel_bands_are_triangles_that_share_every_frequency_between_two(without: None) -> None:
    filters = mel_filterbank(40, 1025, 48000, 50.0, 16000.0)
    assert filters.shape == (1025, 40)
    hertz = torch.linspace(0.0, 24000.0, 1025)
    peaks = hertz[filters.argmax(0)]
    assert (peaks.diff() > 0.0).all()
    inner = (hertz > peaks[0]) & (hertz < peaks[-1])
    assert torch.allclose(filters[inner].sum(1), torch.ones(int(inner.sum())), atol=1e-4)
    assert not filters[(hertz < 50.0) | (hertz > 16000.0)].any()


@pytest.mark.parametrize("wrong", [(0, 513, 48000), (8, 1, 48000), (8, 513, 48000, 9000.0, 100.0),
                                   (8, 513, 48000, 0.0, 30000.0), (8, 513, 48000, -1.0)])
def test_mel_bands_that_can_not_be_are_refused(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(ModelError, match="mel bands"):
        mel_filterbank(*wrong)


def test_log_mel_shows_a_tone_in_its_band_and_silence_as_the_floor(without: None) -> None:
    made = log_mel(torch.stack([tone(93 * 44100 / 1024, 44100, 44100), torch.zeros(44100)]), 44100)
    assert made.shape == (2, 64, 1 + 44100 // 256)
    strongest = int(made[0, :, 80].argmax())
    filters = mel_filterbank(64, 513, 44100)
    assert strongest == int(filters[93].argmax())
    assert -0.5 < float(made[0, strongest, 80]) < 0.2
    assert torch.equal(made[1], torch.full_like(made[1], -10.0))
