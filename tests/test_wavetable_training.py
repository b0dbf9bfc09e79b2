"""`liveart train wavetable`: cycles out of recordings, exact resume, stopping, and what it refuses."""

from __future__ import annotations

import argparse
import signal
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from liveart import Moment, Stage
from liveart.core.card import read_card, write_card
from liveart.core.cycle import centroid, to_levels
from liveart.errors import TrainingError
from liveart.generators.wavetable import Wavetable
from liveart.training import wavetable
from liveart.training.wavetable_data import RATE, cut_cycles, find_period, gather_cycles
from liveart.training.wavetable_options import add_arguments
from liveart.weights import read_tensors


@pytest.fixture(autouse=True)
def few_cycles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wavetable, "COMPUTED", 200)


def options(data: str | Path, out: Path, *more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args([str(data), "-o", str(out), "--batch", "8", "--device", "cpu", *more])


def tone(hertz: float, seconds: float, amplitudes: tuple[float, ...] = (1.0, 0.5, 0.25)) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    waves = [size * np.sin(2 * np.pi * hertz * (k + 1) * time + k) for k, size in enumerate(amplitudes)]
    mixed: np.ndarray = np.sum(waves, axis=0) * 0.3
    return mixed


def save_tone(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


@pytest.mark.parametrize("hertz", [55.0, 110.0, 261.6, 880.0])
def test_the_period_of_a_tone_is_found(hertz: float) -> None:
    period, unsteadiness = find_period(tone(hertz, 0.2)[:3150])
    assert RATE / period == pytest.approx(hertz, rel=0.003)
    assert unsteadiness < 0.05


def test_the_cycles_of_a_tone_have_its_harmonics_and_noise_has_none() -> None:
    levels = cut_cycles(tone(220.0, 0.5).astype(np.float32))
    wanted = to_levels(np.array([1.0, 0.5, 0.25] + [0.0] * 253))
    assert len(levels) > 5
    assert np.abs(levels[:, :3] - wanted[:3]).max() < 0.01
    assert np.abs(centroid(levels) - centroid(wanted)).max() < 0.1
    assert len(cut_cycles(np.random.RandomState(0).uniform(-0.3, 0.3, RATE // 2).astype(np.float32))) == 0


def test_broken_short_and_pitchless_files_are_left_out_and_named(tmp_path: Path) -> None:
    save_tone(tmp_path / "good.wav", tone(150.0, 0.4))
    save_tone(tmp_path / "short.wav", tone(150.0, 0.02))
    save_tone(tmp_path / "noise.wav", np.random.RandomState(0).uniform(-0.3, 0.3, RATE // 2))
    (tmp_path / "broken.flac").write_bytes(b"not a sound at all")
    (tmp_path / "notes.txt").write_text("not looked at")
    harvest = gather_cycles(tmp_path)
    assert list(harvest.taken) == ["good.wav"]
    assert sorted(harvest.skipped) == ["broken.flac", "noise.wav", "short.wav"]


def test_a_folder_without_pitch_and_one_that_is_absent_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no sound with a steady pitch"):
        gather_cycles(tmp_path)
    with pytest.raises(TrainingError, match="no folder"):
        gather_cycles(tmp_path / "absent")


def test_training_on_a_folder_leaves_a_model_that_plays(tmp_path: Path) -> None:
    data, out = tmp_path / "sounds", tmp_path / "mine"
    data.mkdir()
    save_tone(data / "good.wav", tone(150.0, 0.4))
    assert wavetable.train(options(data, out, "--iterations", "12", "--samples-every", "6")) == 0
    samples = sorted(path.name for path in (out / "samples").iterdir())
    assert samples == ["000006.png", "000006.wav", "000012.png", "000012.wav"]
    assert (out / "preview.png").is_file()
    card = read_card(out)
    assert card.training["iterations"] == 12
    assert "sounds/" in card.training["command"]
    generator = Wavetable(str(out))
    generator.open(Stage())
    block = generator.make(Moment(0, 0, 0.01, 0, frames=512, rate=48000), np.zeros(8, np.float32),
                           {param.name: param.start for param in generator.params})
    assert np.isfinite(block).all()


def test_a_resumed_run_equals_one_that_never_stopped_bit_for_bit(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    wavetable.train(options("computed", whole, "--iterations", "20"))
    wavetable.train(options("computed", parts, "--iterations", "10"))
    wavetable.train(options("computed", parts, "--iterations", "20", "--resume"))
    for name in ("weights.safetensors", "training/state.safetensors"):
        one, two = read_tensors(whole / name), read_tensors(parts / name)
        assert one.keys() == two.keys()
        assert all(torch.equal(one[key], two[key]) for key in one)


def test_what_a_person_wrote_on_the_card_stays_when_training_goes_on(tmp_path: Path) -> None:
    wavetable.train(options("computed", tmp_path, "--iterations", "2"))
    write_card(tmp_path, replace(read_card(tmp_path), description="Mine.", licence={"weights": "CC0-1.0"}))
    wavetable.train(options("computed", tmp_path, "--iterations", "4", "--resume"))
    card = read_card(tmp_path)
    assert (card.description, card.licence, card.training["iterations"]) == ("Mine.", {"weights": "CC0-1.0"}, 4)


def test_ctrl_c_stops_after_the_step_with_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = wavetable._Run.step

    def interrupted(run: Any, iteration: int) -> Any:
        if iteration == 4:
            signal.raise_signal(signal.SIGINT)
        return step(run, iteration)

    monkeypatch.setattr(wavetable._Run, "step", interrupted)
    assert wavetable.train(options("computed", tmp_path / "run", "--iterations", "50")) == 0
    assert read_card(tmp_path / "run").training["iterations"] == 5


def test_losses_that_are_not_numbers_stop_the_run_and_keep_the_last_good_state(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "run"
    wavetable.train(options("computed", out, "--iterations", "5"))
    before = (out / "training" / "state.safetensors").read_bytes()
    step = wavetable._Run.step
    monkeypatch.setattr(wavetable._Run, "step",
                        lambda run, iteration: step(run, iteration) | {"sound": torch.tensor(float("nan"))})
    with pytest.raises(TrainingError, match="not finite"):
        wavetable.train(options("computed", out, "--iterations", "8", "--resume"))
    assert (out / "training" / "state.safetensors").read_bytes() == before


def test_runs_that_would_overwrite_or_find_nothing_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with pytest.raises(TrainingError, match="nothing to resume"):
        wavetable.train(options("computed", out, "--resume"))
    wavetable.train(options("computed", out, "--iterations", "2"))
    with pytest.raises(TrainingError, match="already holds a run"):
        wavetable.train(options("computed", out, "--iterations", "2"))
    (out / "training" / "state.safetensors").write_bytes(b"cut short")
    with pytest.raises(TrainingError, match="can't be read"):
        wavetable.train(options("computed", out, "--resume"))


@pytest.mark.parametrize("more", [("--latent", "0"), ("--iterations", "0"), ("--computed", "1.5")])
def test_impossible_settings_are_refused(tmp_path: Path, more: tuple[str, str]) -> None:
    with pytest.raises(TrainingError, match="can't be trained"):
        wavetable.train(options("computed", tmp_path / "run", *more))
