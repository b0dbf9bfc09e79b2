"""`liveart train sound`: what it reads, how it measures, exact resume, stopping, and what it refuses."""

from __future__ import annotations

import argparse
import signal
import wave
from pathlib import Path

import numpy as np
import pytest
import torch

from liveart.cli import main
from liveart.core.card import read_card
from liveart.errors import TrainingError
from liveart.nets.band_ear import HOP, PAST, RATE, BandEar
from liveart.nets.band_vae import BandVAE, crowding
from liveart.neural.band_model import open_band_model
from liveart.training import sound
from liveart.training.sound_bands import Bands
from liveart.training.sound_data import LOUD, SHIFTS, Sounds, draw, evened, prepared, read_folder
from liveart.training.sound_loss import bin_weights, magnitudes, spectral_distance
from liveart.training.sound_options import add_arguments
from liveart.training.sound_shapes import FAMILIES, computed_sounds
from liveart.training.sound_sheet import spectrogram, stations
from liveart.training.sound_space import fit_space
from liveart.weights import read_tensors


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "COMPUTED", 2)
    monkeypatch.setattr(sound, "HOPS", 32)
    monkeypatch.setattr("liveart.training.sound_shapes.SECONDS", 0.6)
    monkeypatch.setattr("liveart.training.sound_space.DRAWN", 64)


def options(data: str | Path, out: Path, *more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    words = ["--batch", "3", "--width", "16", "--latent", "4", "--iterations", "3", "--device", "cpu", *more]
    return parser.parse_args([str(data), "-o", str(out), *words])


def tone(hertz: float, seconds: float, rate: int = RATE) -> np.ndarray:
    out: np.ndarray = 0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    return out


def save_wav(path: Path, samples: np.ndarray, rate: int = RATE, channels: int = 1) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.repeat(samples[:, None], channels, 1) * 32767).astype("<i2").tobytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "sounds"
    place.mkdir()
    save_wav(place / "mono.wav", tone(220.0, 0.5))
    save_wav(place / "other.wav", tone(330.0, 0.5, 22050), 22050, 2)
    save_wav(place / "short.wav", tone(220.0, 0.02))
    save_wav(place / "silent.wav", np.zeros(RATE))
    (place / "broken.flac").write_bytes(b"no sound at all")
    (place / "words.txt").write_text("not looked at")
    return place


def test_sounds_of_any_rate_are_read_at_several_pitches_and_the_unusable_are_named(folder: Path) -> None:
    sounds = read_folder(folder, 48, 0.0, 0)
    assert sorted(sounds.skipped) == ["broken.flac", "short.wav", "silent.wav"]
    assert [one.name for one in sounds.learnt] == ["mono.wav"] * len(SHIFTS) + ["other.wav"] * len(SHIFTS)
    assert float(sounds.odds.sum()) == pytest.approx(1.0)
    for one, hertz in ((sounds.learnt[0], 220.0), (sounds.learnt[len(SHIFTS)], 330.0)):
        spectrum = torch.fft.rfft(one.samples[PAST + 20 * HOP :][:16384] * torch.hann_window(16384)).abs()
        assert float(spectrum.argmax()) * RATE / 16384 == pytest.approx(hertz, abs=3.0)
    up = sounds.learnt[SHIFTS.index(12.0)]
    assert up.samples.count_nonzero() == pytest.approx(0.25 * RATE, rel=0.05)


def test_files_are_held_out_by_share_or_by_name(folder: Path) -> None:
    half = read_folder(folder, 48, 0.5, 0)
    assert len(half.held_out) == 1
    assert half.held_out[0].name not in {one.name for one in half.learnt}
    named = read_folder(folder, 48, 0.0, 0, ["other.wav"])
    assert [one.name for one in named.held_out] == ["other.wav"]


def test_nothing_to_learn_from_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no folder"):
        read_folder(tmp_path / "absent", 48, 0.1, 0)
    with pytest.raises(TrainingError, match="can be used"):
        read_folder(tmp_path, 48, 0.1, 0)


def test_loud_stretches_are_brought_to_one_level() -> None:
    quiet = np.concatenate([tone(220.0, 0.5) * 0.01, np.zeros(RATE // 4)]).astype(np.float32)
    made = evened(quiet)
    assert np.sqrt((made[: RATE // 4] ** 2).mean()) == pytest.approx(LOUD, rel=0.05)


def test_crops_hold_sound_and_their_bands_fit_their_samples() -> None:
    ear = BandEar()
    sounds = Sounds()
    sounds.mix_in([prepared("tone", tone(440.0, 1.0).astype(np.float32), ear, 40)], 1.0)
    crops = draw(sounds, 6, 40, torch.Generator().manual_seed(0))
    assert crops.samples.shape == (6, 40 * HOP)
    heard = ear(torch.nn.functional.pad(crops.samples, [PAST, 0]))
    assert torch.allclose(heard[:, 17:], crops.power[:, 17:], rtol=1e-3, atol=1e-6)
    assert float(crops.samples.square().mean(1).sqrt().min()) > 0.01


def test_computed_sounds_are_finite_audible_and_the_same_again() -> None:
    made, again = computed_sounds(len(FAMILIES), 3), computed_sounds(len(FAMILIES), 3)
    for one, other in zip(made, again, strict=True):
        assert np.array_equal(one, other)
        assert np.isfinite(one).all()
        assert np.sqrt((one**2).mean()) > 0.01


def test_the_distance_is_zero_for_the_same_and_grows_with_the_difference() -> None:
    a = torch.from_numpy(np.stack([tone(440.0, 0.3)])).float()
    near, far = a + 1e-3 * torch.randn(a.shape, generator=torch.Generator().manual_seed(0)), a.roll(1) * 0.3
    assert float(spectral_distance(a, a)) == 0.0
    assert 0.0 < float(spectral_distance(near, a)) < float(spectral_distance(torch.zeros_like(a), a))
    assert float(spectral_distance(far, a)) > 0.1


def test_of_a_held_sound_only_the_mean_spectrum_counts() -> None:
    swell = torch.from_numpy(np.stack([tone(440.0, 0.5)])).float()
    back = swell * torch.linspace(0.0, 2.0, swell.shape[1])
    held = torch.tensor([True])
    assert float(spectral_distance(back, back.flip(1), held)) < 0.3 * float(spectral_distance(back, back.flip(1)))


@pytest.mark.parametrize("kind", ["both", "tones", "noise"])
def test_what_the_decoder_says_is_what_is_heard_of_it(kind: str) -> None:
    torch.manual_seed(3)
    net = BandVAE(4, 16)
    amplitudes = (0.02 * torch.rand(2, 1, 192) ** 4 * (kind != "noise")).expand(-1, 200, -1)
    noise = (0.02 * torch.rand(2, 1, 64) * (kind != "tones")).expand(-1, 200, -1)
    samples = net.synth(amplitudes, noise, net.synth.start[:2], net.synth.places[:2])
    power = net.ear(torch.nn.functional.pad(samples, [PAST, 0]))
    bands, held = Bands(192, 64), torch.ones(2, dtype=torch.bool)
    right = bands(amplitudes, noise, samples, power, held, 40)
    wrong = bands(amplitudes * 1.5, noise * 1.5, samples, power, held, 40)
    assert float(right.max()) < 0.4
    assert float((wrong - right).min()) > 0.4
    if kind == "tones":
        assert float(bands(amplitudes.roll(1, 2), noise, samples, power, held, 40).min()) > 3.0 * float(right.max())


def test_many_partials_side_by_side_are_a_crowd_and_a_few_are_not() -> None:
    few = torch.zeros(1, 1, 192)
    few[:, :, 120:180:12] = 0.1
    assert float(crowding(few)) == 0.0
    assert float(crowding(torch.full((1, 1, 192), 0.1))) > 0.3


def test_a_full_sine_has_the_magnitude_one_and_weights_have_the_mean_one() -> None:
    sine = torch.from_numpy(np.stack([tone(3000.0, 0.2)])).float() / 0.3
    assert float(magnitudes(sine, 1024).max()) == pytest.approx(1.0, rel=0.02)
    assert float(bin_weights(513, 0.5).mean()) == pytest.approx(1.0)
    assert torch.equal(bin_weights(5, 0.0), torch.ones(5))


def test_normal_numbers_lead_to_where_audible_sounds_are_and_the_first_is_louder() -> None:
    torch.manual_seed(0)
    net, sounds = BandVAE(4, 16), Sounds()
    sounds.mix_in([prepared("noise", one, BandEar(), 48) for one in computed_sounds(4, 1)], 1.0)
    fit_space(net, sounds, 16, 32, 0)
    assert torch.allclose(net.mixing @ net.unmixing, torch.eye(4), atol=1e-3)
    assert not torch.equal(net.shift, torch.zeros(4))


def test_stations_hold_each_seed_and_a_spectrogram_shows_a_tone_where_it_is() -> None:
    z = stations(4, [1, 2], 1.0)
    assert z.shape == (2 * (RATE // HOP), 4)
    assert np.array_equal(z[0], z[50])
    assert not np.array_equal(z[0], z[150])
    low, high = (spectrogram(tone(hertz, 0.5).astype(np.float32), 20, 90).astype(int) for hertz in (100.0, 5000.0))
    assert low[:, 10].sum(1).argmax() > high[:, 10].sum(1).argmax() + 30


def test_a_run_leaves_a_model_that_plays_and_what_to_look_at_and_hear(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "moss"
    assert sound.train(options(folder, out, "--samples-every", "2", "--held-out", "0.5")) == 0
    card = read_card(out)
    assert (card.kind, card.arch, card.name) == ("sound", "band", "moss")
    assert card.training["iterations"] == 3
    assert card.training["held_out"] in (["mono.wav"], ["other.wav"])
    assert str(tmp_path) not in (out / "card.toml").read_text(encoding="utf-8")
    for name in ("latest.png", "preview.png", "samples/000002.png", "samples/000002.wav", "training/state.safetensors"):
        assert (out / name).is_file(), name
    made = open_band_model(out, 2).run("decode", torch.randn(2, 4, 8))
    assert bool(torch.isfinite(made).all())


def test_a_resumed_run_is_the_same_as_one_in_one_piece(folder: Path, tmp_path: Path) -> None:
    sound.train(options(folder, tmp_path / "whole", "--iterations", "4"))
    sound.train(options(folder, tmp_path / "parts", "--iterations", "2"))
    sound.train(options(folder, tmp_path / "parts", "--iterations", "4", "--resume"))
    whole, parts = (read_tensors(tmp_path / name / "weights.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(tensor, parts[name]) for name, tensor in whole.items())


def test_training_learns(tmp_path: Path) -> None:
    args = options("computed", tmp_path, "--rate", "0.004", "--batch", "4")
    run = sound._Run(args, tmp_path, sound.About(latent=4), sound.read_sounds("computed", 1.0, 0.0, 0))
    losses = [run.step(iteration) for iteration in range(60)]
    early, late = (sum(float(one["bands"] + one["held"]) for one in part) for part in (losses[:10], losses[-10:]))
    assert late < 0.8 * early


def test_ctrl_c_stops_with_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = sound._Run.step

    def interrupted(self: sound._Run, iteration: int) -> dict[str, torch.Tensor]:
        if iteration == 1:
            signal.raise_signal(signal.SIGINT)
        return step(self, iteration)

    monkeypatch.setattr(sound._Run, "step", interrupted)
    sound.train(options("computed", tmp_path / "out", "--iterations", "50"))
    assert read_card(tmp_path / "out").training["iterations"] == 2


@pytest.mark.parametrize(
    ("more", "word"),
    [(["--latent", "0"], "latent 0"), (["--batch", "1"], "batch 1"), (["--computed", "2"], "computed 2"),
     (["--held-out", "0.9"], "held-out 0.9"), (["--resume"], "nothing to resume")],
)
def test_settings_that_can_t_be_are_refused(tmp_path: Path, more: list[str], word: str) -> None:
    with pytest.raises(TrainingError, match=word):
        sound.train(options("computed", tmp_path / "out", *more))


def test_the_command_line_trains_and_never_over_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["train", "sound", "computed", "-o", "fern", "--iterations", "1", "--batch", "2", "--width", "16"]
    assert main(words) == 0
    assert "2 computed sounds" in capsys.readouterr().err
    assert main(words) == 1
    assert "--resume" in capsys.readouterr().err
    assert main([*words, "--resume", "--iterations", "2"]) == 0
    assert "--iterations 2" in read_card(tmp_path / "fern").training["command"]
