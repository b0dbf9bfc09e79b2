"""The `wavetable` generator: pitch, purity, smoothness, determinism, and what it refuses."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from liveart import Moment, Stage
from liveart.core.card import Card, find_model, read_card, write_card
from liveart.core.limit import soft_limit
from liveart.errors import ModelError, PatchError
from liveart.generators.wavetable import CHORDS, Wavetable
from liveart.generators.wavetable_decoder import load_decoder
from liveart.generators.wavetable_space import Space

RATE = 48000
NET = {"latent": 4, "widths": [8, 16], "harmonics": 256}
STILL = {"drift": 0.0, "spread": 0.0, "detune": 0.0, "space": 0.0, "glide": 0.0, "width": 0.0, "octaves": 1.0,
         "chord": 0.0, "brightness": 16000.0}
Script = Callable[[int, dict[str, float]], Mapping[str, float]]


def opened(model: str = "cycles", voices: int = 5, seed: int = 0) -> Wavetable:
    generator = Wavetable(model, voices)
    generator.open(Stage(seed=seed))
    return generator


def starts(generator: Wavetable) -> dict[str, float]:
    return {param.name: param.start for param in generator.params}


def render(generator: Wavetable, frames: int, block: int = 512, over: Mapping[str, float] | None = None,
           script: Script | None = None) -> np.ndarray:
    """Return [frames, 2] along a moving z."""
    values, out = starts(generator) | dict(over or {}), []
    rng = np.random.RandomState(5)
    a, b = rng.randn(generator.latent), rng.randn(generator.latent)
    for index, start in enumerate(range(0, frames, block)):
        time = start / RATE
        z = (a * np.cos(time) + b * np.sin(time)).astype(np.float32) if script or not over else a.astype(np.float32)
        now = Moment(time, time * 2, block / RATE, index, frames=min(block, frames - start), rate=RATE)
        out.append(generator.make(now, z, script(index, values) if script else values))
    return np.concatenate(out)


def spectrum(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return frequencies and magnitudes; the Kaiser window's side lobes lie below -130 dB."""
    return (np.fft.rfftfreq(len(samples), 1 / RATE), np.abs(np.fft.rfft(samples * np.kaiser(len(samples), 16.0))))


@pytest.mark.parametrize("frames", [1, 100, 512, 513, 3000])
def test_a_block_of_any_length_is_float32_stereo_within_range(frames: int) -> None:
    generator = opened()
    now = Moment(0.0, 0.0, frames / RATE, 0, frames=frames, rate=RATE)
    block = generator.make(now, np.zeros(generator.latent, np.float32), starts(generator))
    assert block.shape == (frames, 2)
    assert block.dtype == np.float32
    assert np.abs(block).max() <= 1.0


def test_the_same_calls_give_the_same_samples_bit_for_bit_also_after_a_reset() -> None:
    first, second = opened(), opened()
    heard = render(first, 8192)
    assert np.array_equal(heard, render(second, 8192))
    first.reset()
    assert np.array_equal(heard, render(first, 8192))
    assert not np.array_equal(heard, render(opened(seed=1), 8192))


def test_it_comes_in_softly_has_no_offset_and_leaves_headroom() -> None:
    heard = render(opened(), 3 * RATE)
    assert np.abs(heard[:480]).max() < 0.01
    assert np.abs(heard[RATE:].mean(axis=0)).max() < 1e-3
    level = 20 * np.log10(np.abs(heard).max())
    assert -20.0 < level < -6.0


@pytest.mark.parametrize("root", [36, 57, 72])
def test_a_still_voice_sounds_at_its_pitch_and_nothing_folds_back(root: int) -> None:
    heard = render(opened(voices=1), 2 * RATE, over=STILL | {"root": root})[-65536:, 0]
    hertz = 440.0 * 2 ** ((root - 69) / 12)
    frequencies, size = spectrum(heard.astype(np.float64))
    away = np.abs(frequencies / hertz - np.round(frequencies / hertz)) * hertz
    assert away[size.argmax()] < 1.0
    stray = size[(away > 12.0) & (frequencies > 12.0)]
    assert 20 * np.log10(stray.max() / size.max()) < -100.0


def test_the_root_of_a_chord_is_its_lowest_note() -> None:
    fifth = list(CHORDS).index("fifth")
    over = STILL | {"root": 57, "chord": fifth, "brightness": 300.0}
    heard = render(opened(voices=2), 2 * RATE, over=over)[-65536:, 0]
    frequencies, size = spectrum(heard.astype(np.float64))
    for hertz in (220.0, 220.0 * 2 ** (7 / 12)):
        assert size[np.abs(frequencies - hertz) < 2.0].max() > 0.1 * size.max()
    assert size[frequencies < 200.0].max() < 1e-3 * size.max()


def test_jumping_params_make_no_click_where_blocks_meet() -> None:
    def script(index: int, values: dict[str, float]) -> Mapping[str, float]:
        odd = float(index // 9 % 2)
        return values | {"root": 38 + 12 * odd, "chord": index // 7 % 9, "glide": 0.0, "brightness": 300 + 8000 * odd,
                         "space": odd, "width": odd, "spread": odd, "detune": 30 * odd, "drift": odd}
    heard = render(opened(), 4 * RATE, script=script).mean(axis=1)
    bend = np.abs(np.diff(heard, 2))
    place = np.arange(len(bend))
    edges = ((place + 2) % 512 < 3) & (place > 4096)
    assert bend[edges].max() < 1.3 * bend[~edges].max()


def test_short_blocks_and_long_ones_give_the_same_sound_when_nothing_moves() -> None:
    over = STILL | {"width": 0.8, "detune": 10.0}
    long, short = render(opened(), 8192, 512, over), render(opened(), 8192, 128, over)
    assert np.abs(long - short).max() < 1e-4


def test_width_0_is_mono_and_width_1_is_not() -> None:
    narrow = render(opened(), 16384, over={"width": 0.0, "space": 0.0})
    assert np.allclose(narrow[:, 0], narrow[:, 1], atol=1e-6)
    wide = render(opened(), 16384, over={"width": 1.0})
    assert np.corrcoef(wide[8192:].T)[0, 1] < 0.9


def test_a_new_root_is_reached_at_once_without_glide_and_slowly_with_it() -> None:
    def pitch(glide: float) -> float:
        def script(index: int, values: dict[str, float]) -> Mapping[str, float]:
            return values | STILL | {"glide": glide, "root": 45 if index < 40 else 57, "brightness": 200.0}
        frequencies, size = spectrum(render(opened(voices=1), 60 * 512, script=script)[-8192:, 0].astype(np.float64))
        return float(frequencies[size[frequencies < 300].argmax()])
    assert pitch(0.0) == pytest.approx(220.0, abs=8.0)
    assert pitch(10.0) < 130.0


def test_sixteen_bright_voices_stay_within_range() -> None:
    heard = render(opened(voices=16), RATE, over={"brightness": 16000.0, "space": 1.0, "chord": 0.0, "detune": 0.0})
    assert np.abs(heard).max() <= 1.0


def test_peaks_are_rounded_off_without_a_step() -> None:
    line = np.linspace(-4.0, 4.0, 8001)
    soft = soft_limit(line.copy(), 0.5)
    assert np.abs(soft).max() <= 1.0
    assert np.diff(soft).min() >= 0.0
    assert np.array_equal(soft[np.abs(line) <= 0.5], line[np.abs(line) <= 0.5])


def test_the_reverb_dies_away_at_the_time_it_is_told() -> None:
    space = Space(RATE)
    click = np.zeros((2, 512))
    click[:, 0] = 1.0
    tail = [space.play(click, 2.0)] + [space.play(np.zeros((2, 512)), 2.0) for _ in range(230)]
    power = (np.concatenate(tail, axis=1) ** 2).sum(axis=0)
    early, late = power[RATE // 4 : RATE // 2].mean(), power[2 * RATE - 1000 : 2 * RATE + 11000].mean()
    assert -65.0 < 10 * np.log10(late / early) < -45.0


def write_model(folder: Path, changes: Mapping[str, np.ndarray] | None = None, kind: str = "wavetable") -> Path:
    """Write a tiny model of random weights."""
    rng = np.random.RandomState(0)
    sizes = [4, 8, 16, 256]
    tensors = {"shift": np.zeros(4, np.float32), "mixing": np.eye(4, dtype=np.float32)}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        tensors[f"body.{2 * layer}.weight"] = rng.randn(outputs, inputs).astype(np.float32)
        tensors[f"body.{2 * layer}.bias"] = np.zeros(outputs, np.float32)
    data = save(tensors | dict(changes or {}))
    (folder / "weights.safetensors").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    write_card(folder, Card("tiny", kind, "wavetable", "weights.safetensors", digest, net=NET))
    return folder


def test_harmonics_above_half_the_rate_are_left_out(tmp_path: Path) -> None:
    flat = write_model(tmp_path, {"body.4.weight": np.zeros((256, 16), np.float32)})  # 256 harmonics, equally loud
    heard = render(opened(str(flat), voices=1), 2 * RATE, over=STILL | {"root": 72})[-65536:, 0]
    frequencies, size = spectrum(heard.astype(np.float64))
    harmonic = frequencies / (440.0 * 2 ** (3 / 12))
    stray = size[(np.abs(harmonic - np.round(harmonic)) > 0.03) & (frequencies > 12.0)]
    assert 20 * np.log10(stray.max() / size.max()) < -60.0


def test_a_model_folder_of_ones_own_plays(tmp_path: Path) -> None:
    generator = opened(str(write_model(tmp_path)))
    assert generator.latent == 4
    assert np.abs(render(generator, 48000)).max() > 0.01


@pytest.mark.parametrize(("changes", "words"), [
    ({"shift": np.full(4, np.nan, np.float32)}, "not finite"), ({"shift": np.zeros(5, np.float32)}, "shift"),
    ({"extra": np.zeros(1, np.float32)}, "extra")])
def test_weights_that_do_not_fit_are_refused(tmp_path: Path, changes: Mapping[str, np.ndarray], words: str) -> None:
    write_model(tmp_path, changes)
    with pytest.raises(ModelError, match=words):
        opened(str(tmp_path))


def test_truncated_absent_and_foreign_models_are_refused(tmp_path: Path) -> None:
    weights = write_model(tmp_path) / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])
    with pytest.raises(ModelError, match="SHA-256"):
        opened(str(tmp_path))
    weights.unlink()
    with pytest.raises(ModelError, match="can't be read"):
        opened(str(tmp_path))
    write_model(tmp_path, kind="vae")
    with pytest.raises(ModelError, match="is a vae"):
        opened(str(tmp_path))
    with pytest.raises(ModelError):
        opened("no such model")


@pytest.mark.parametrize("settings", [{"voices": 0}, {"voices": 17}, {"voices": 2.5}, {"model": 3}])
def test_impossible_settings_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(PatchError):
        Wavetable(**settings)  # type: ignore[arg-type]


def test_the_numpy_decoder_gives_what_the_torch_one_gives() -> None:
    import torch

    from liveart.nets.wavetable import WavetableDecoder
    from liveart.weights import load_weights

    folder = find_model("cycles")
    card = read_card(folder)
    net = load_weights(folder, card, WavetableDecoder(**card.net))
    z = np.random.RandomState(0).randn(64, card.net["latent"]).astype(np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy(z)).numpy()
    assert np.allclose(load_decoder(folder, card).levels(z), wanted, atol=1e-5)


def test_playing_needs_no_torch() -> None:
    code = ("import sys; from liveart import Stage; from liveart.generators.wavetable import Wavetable\n"
            "Wavetable().open(Stage()); sys.exit('torch' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
