"""liveart's own sound model as a stream: independent, exact, tuned; and the nn~ file that it becomes."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from band_models import save_tiny, tiny_net

from liveart.core.card import find_model
from liveart.errors import ModelError
from liveart.nets.band_ear import HOP, RATE
from liveart.neural.band_model import BandModel, open_band_model
from liveart.neural.model import AudioModel
from liveart.neural.nn_export import export_nn

METHODS = ("encode", "decode", "forward")


def given(model: AudioModel, method: str, hops: int, seed: int = 0) -> torch.Tensor:
    one = model.spec.methods[method]
    chance = torch.Generator().manual_seed(seed)
    x = torch.randn(model.batch, one.inputs, hops * HOP // one.in_ratio, generator=chance)
    return x * (0.1 if one.in_ratio == 1 else 1.0)


def in_pieces(model: AudioModel, method: str, x: torch.Tensor, cuts: tuple[int, ...]) -> torch.Tensor:
    values = HOP // model.spec.methods[method].in_ratio
    return torch.cat([model.run(method, part) for part in x.split([cut * values for cut in cuts], 2)], 2)


@pytest.mark.parametrize("method", METHODS)
def test_in_pieces_it_is_the_whole(method: str) -> None:
    model = BandModel(tiny_net(), 2)
    x = given(model, method, 16)
    whole = model.run(method, x)
    model.reset()
    assert float((in_pieces(model, method, x, (1, 2, 5, 8)) - whole).abs().max()) < 1e-4
    assert float(whole.abs().max()) > 1e-3


@pytest.mark.parametrize("method", METHODS)
def test_after_a_reset_it_is_as_just_opened_bit_for_bit(method: str) -> None:
    model = BandModel(tiny_net(), 3)
    x = given(model, method, 6)
    first = model.run(method, x)
    model.run(method, given(model, method, 5, seed=1))
    model.reset()
    assert torch.equal(model.run(method, x), first)
    assert torch.equal(BandModel(tiny_net(), 3).run(method, x), first)
    assert torch.equal(model.fork(3).run(method, x), first)


def test_one_stream_is_reset_alone() -> None:
    model, other = BandModel(tiny_net(), 3), BandModel(tiny_net(), 3)
    x, more = given(model, "decode", 6), given(model, "decode", 4, seed=1)
    fresh = model.run("decode", x)
    other.run("decode", x)
    model.reset(1)
    after, undisturbed = model.run("decode", more), other.run("decode", more)
    assert torch.allclose(after[[0, 2]], undisturbed[[0, 2]], atol=1e-6)
    model.reset(1)
    assert torch.allclose(model.run("decode", x)[1], fresh[1], atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_streams_do_not_hear_each_other(method: str) -> None:
    model = BandModel(tiny_net(), 4)
    x = given(model, method, 6)
    first = model.run(method, x)
    model.reset()
    changed = x.clone()
    changed[2] = changed[2].flip(-1) * 0.5
    second = model.run(method, changed)
    assert torch.allclose(first[[0, 1, 3]], second[[0, 1, 3]], atol=1e-6)
    assert not torch.allclose(first[2], second[2], atol=1e-3)
    alone = BandModel(tiny_net(), 1).run(method, x[:1])
    assert torch.allclose(alone, first[:1], atol=1e-5)


def test_equal_latents_on_two_streams_are_two_voices_not_one_twice_as_loud() -> None:
    model = BandModel(tiny_net(), 2)
    made = model.run("decode", torch.ones(2, 5, 200))[:, 0].numpy()
    assert np.abs(np.corrcoef(made)[0, 1]) < 0.5
    assert made[0].std() == pytest.approx(made[1].std(), rel=0.3)


def test_a_latent_held_is_a_steady_sound_from_its_first_hop() -> None:
    made = BandModel(tiny_net(), 1).run("decode", torch.full((1, 5, 375), 0.7))[0, 0]
    parts = made[2 * HOP :][: 39 * 2400].view(-1, 2400).square().mean(1).sqrt()
    assert float(parts.std() / parts.mean()) < 0.5
    assert float(parts[0]) > 0.3 * float(parts.mean())


def test_no_step_where_a_latent_jumps() -> None:
    z = torch.cat([torch.zeros(1, 5, 40), torch.full((1, 5, 40), 2.0)], 2)
    made = BandModel(tiny_net(), 1).run("decode", z)[0, 0]
    edge = 40 * HOP
    inner = made.diff().abs()
    assert float(inner[edge - 1]) <= float(inner[edge : edge + 20 * HOP].max())


def loudest(samples: torch.Tensor) -> float:
    spectrum = torch.fft.rfft(samples[-32768:] * torch.hann_window(32768)).abs()
    return float(spectrum.argmax()) * RATE / 32768


def test_each_stream_has_its_own_pitch_and_a_pitch_that_all_share_sounds_the_same() -> None:
    model = BandModel(tiny_net(), 3)
    z = torch.full((3, 5, 200), 0.4)
    plain = [loudest(row[0]) for row in model.run("decode", z)]
    model.reset()
    assert model.tune(np.array([0.0, 12.0, -7.0]))
    moved = [loudest(row[0]) for row in model.run("decode", z)]
    assert [b / a for a, b in zip(plain, moved, strict=True)] == pytest.approx([1.0, 2.0, 2 ** (-7 / 12)], rel=0.03)
    model.reset()
    own = model.run("decode", z)[1]
    model.reset()
    model.set("pitch", [12.0])
    assert torch.allclose(model.run("decode", z)[1], own, atol=1e-4)
    assert model.get("pitch") == (12.0,)


def test_a_glide_has_no_clicks() -> None:
    model = BandModel(tiny_net(), 2)
    z = torch.full((2, 5, 2), 0.4)
    model.run("decode", z)
    parts = []
    for block in range(60):
        model.tune(np.array([0.0, block * 0.2]))
        parts.append(model.run("decode", z)[1, 0])
    bends = torch.cat(parts).diff().diff().abs().view(-1)
    edges = bends[2 * HOP - 2 :: 2 * HOP]
    assert float(edges.max()) <= float(bends.max())
    assert float(edges.mean()) < 2.0 * float(bends.mean())


def test_a_step_of_the_latents_is_heard_within_a_hop() -> None:
    model = BandModel(tiny_net(), 1)
    z = torch.zeros(1, 5, 60)
    z[:, :, 40:] = 2.0
    stepped = model.run("decode", z)[0, 0]
    model.reset()
    still = model.run("decode", torch.zeros(1, 5, 60))[0, 0]
    change = (stepped - still).abs()
    assert not bool(change[: 40 * HOP].any())
    assert float(change[40 * HOP : 41 * HOP].max()) > 0.2 * float(change.max())


def test_it_tells_how_late_it_is_and_that_is_little() -> None:
    model = open_band_model(find_model("undertow"))
    assert 0 < model.lag("decode") <= 0.010 * RATE
    assert 0 < model.lag("forward") <= 0.030 * RATE
    assert model.fork(2).lag("decode") == model.lag("decode")


@pytest.mark.parametrize(
    ("method", "shape", "word"),
    [("decode", (2, 4, 3), "given"), ("decode", (1, 5, 3), "given"), ("forward", (2, 1, 300), "given"),
     ("prior", (2, 1, 256), "no method")],
)
def test_what_does_not_fit_is_refused(method: str, shape: tuple[int, ...], word: str) -> None:
    with pytest.raises(ModelError, match=word):
        BandModel(tiny_net(), 2).run(method, torch.zeros(shape))


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ModelError, match="not finite"):
        BandModel(tiny_net(), 1).run("decode", torch.full((1, 5, 2), float("nan")))
    model = BandModel(tiny_net(), 2)
    assert not model.tune(np.array([0.0, np.inf]))
    assert not model.set("pitch", ["high"])
    assert not model.set("size", [1.0])


@pytest.mark.parametrize("method", METHODS)
def test_wild_numbers_leave_no_stream_spoilt(method: str) -> None:
    model = BandModel(tiny_net(), 1)
    x = given(model, method, 4)
    assert bool(torch.isfinite(model.run(method, x * 1e30)).all())
    assert bool(torch.isfinite(model.run(method, x)).all())


def test_a_folder_opens_and_a_wrong_card_is_refused(tmp_path: Path) -> None:
    assert open_band_model(save_tiny(tmp_path / "good"), 4).batch == 4
    with pytest.raises(ModelError, match="kind"):
        open_band_model(save_tiny(tmp_path / "kind", kind="wavetable"))
    with pytest.raises(ModelError, match=r"width.*Did|no argument"):
        open_band_model(save_tiny(tmp_path / "key", net={"widht": 16}))
    with pytest.raises(ModelError, match="width = -3"):
        open_band_model(save_tiny(tmp_path / "value", net={"width": -3}))
    with pytest.raises(ModelError, match="65 streams"):
        open_band_model(tmp_path / "good", 65)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    return export_nn(save_tiny(folder / "tiny"), folder / "tiny.ts")


def loaded(path: Path) -> torch.jit.ScriptModule:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.jit is deprecated
        return torch.jit.load(str(path)).eval()


def test_the_nn_file_declares_what_a_host_asks(exported: Path) -> None:
    model = loaded(exported)
    assert model.get_methods() == ["encode", "decode", "forward"]
    assert model.decode_params.tolist() == [5, HOP, 1, 1]
    assert model.encode_params.tolist() == [1, 1, 5, HOP]
    assert model.forward_output_labels == ["sound"]
    assert model.get_sample_rate() == RATE
    assert model.get_attributes() == ["pitch"]
    assert model.pitch_params.tolist() == [2]
    past = [name for name, _ in model.named_buffers() if name.rpartition(".")[2] == "cache"]
    assert len(past) == 8


@pytest.mark.parametrize("method", METHODS)
def test_the_nn_file_sounds_as_the_model_does(exported: Path, method: str) -> None:
    file, model = loaded(exported), BandModel(tiny_net(), 2)
    x = given(model, method, 8)
    pieces = torch.cat([getattr(file, method)(part) for part in x.split(x.shape[2] // 2, 2)], 2)
    assert torch.allclose(pieces, model.run(method, x), atol=1e-4)


def test_the_nn_file_is_tuned_by_its_attribute(exported: Path) -> None:
    file, model = loaded(exported), BandModel(tiny_net(), 1)
    assert file.set_pitch(5.0) == 0
    assert file.set_pitch(500.0) == -1
    assert file.get_pitch() == 5.0
    model.set("pitch", [5.0])
    x = given(model, "decode", 8)
    assert torch.allclose(file.decode(x), model.run("decode", x), atol=1e-4)


def test_an_nn_file_that_has_no_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be written"):
        export_nn(save_tiny(tmp_path / "tiny"), tmp_path / "nowhere" / "tiny.ts")


def test_the_shipped_model_is_steady_audible_and_without_clicks() -> None:
    model = open_band_model(find_model("undertow"), 8)
    chance = np.random.RandomState(5)
    z = torch.from_numpy(chance.randn(8, model.spec.latent, 1).astype(np.float32)).expand(-1, -1, 300)
    made = model.run("decode", z)[:, 0, 20 * HOP :]
    loud = 20 * np.log10(made.square().mean(1).sqrt().numpy())
    assert float(loud.min()) > -45.0
    assert -30.0 < float(np.median(loud)) < -12.0
    assert float(made.abs().max()) < 1.5
    assert float(made.mean(1).abs().max()) < 0.01
