"""Training a StyleGAN2: the numbers of the format, growing, and a folder that plays what was trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from stylegan_files import sg2_tensors
from tiny_training import paint_folder, tiny_recipe

from liveart.core.card import read_card
from liveart.errors import TrainingError
from liveart.nets.plain_stylegan2 import PlainStyleGan2
from liveart.nets.smoothing import fir, up2
from liveart.nets.stylegan2 import StyleGan2
from liveart.nets.stylegan2_judge import StyleGan2Judge
from liveart.training.export import Label
from liveart.training.fabric import open_hardware
from liveart.training.growing import begin_with
from liveart.training.loop import STATE, Run, train
from liveart.training.paths import Paths
from liveart.training.pictures import read_pictures
from liveart.training.recipe import Recipe
from liveart.training.stylegan2 import StyleGan2Trainer, frame
from liveart.weights import read_tensors


def _shaken(net: torch.nn.Module) -> torch.nn.Module:
    """Return `net` with every parameter moved, those that begin at zero as well."""
    torch.manual_seed(1)
    for parameter in net.parameters():
        parameter.data += torch.randn_like(parameter) * 0.2
    return net.eval()


def _run(folder: Path, data: Path, recipe: Recipe, begin_from: Path | None = None) -> None:
    run = Run(folder, Label("moss"), seed=4, begin_from=begin_from, samples_every=3)
    train(read_pictures(data, recipe), recipe, open_hardware("cpu"), run)


def test_the_smoothing_filter_is_the_plain_one_and_its_own_slope() -> None:
    x = torch.randn(2, 1, 5, 6, dtype=torch.double, requires_grad=True)
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.double)
    plain = torch.nn.functional.conv2d(x, (taps[:, None] * taps)[None, None], padding=1)
    assert torch.allclose(fir(x, 1), plain)
    assert torch.autograd.gradcheck(lambda given: fir(given, 2), x)
    assert torch.autograd.gradgradcheck(lambda given: fir(given, 1), x)


def test_tensors_are_named_as_checkpoints_of_the_family_name_them() -> None:
    net, tensors = sg2_tensors(size=32, style=8, latent=6)
    mine = StyleGan2(latent=6, size=32, style=8, mapping=2, channel_base=128, channel_max=16, grain_from=16)
    state = mine.state_dict()
    assert state.keys() == tensors.keys()
    assert {name: value.shape for name, value in state.items()} == {n: t.shape for n, t in tensors.items()}
    assert mine.rows == net["rows"]


def test_it_draws_what_the_plain_generator_draws() -> None:
    mine = _shaken(StyleGan2(6, 32, 3, 8, 2, 128, 16, grain_from=8))
    plain = PlainStyleGan2(mine.state_dict(), {"size": 32, "clamp": 0.0, "architecture": "skip"})
    z = torch.randn(2, 6)
    rows = plain.mapping(z)[:, None].expand(-1, mine.rows, -1)
    assert torch.allclose(mine.rows_of(z), rows, atol=1e-5)
    assert torch.allclose(mine.synthesis(rows), plain.synthesis(rows), atol=1e-4)


def test_a_second_style_takes_the_fine_rows_only() -> None:
    net = StyleGan2(6, 16, 3, 8, 2, 128, 8)
    is_later = net._is_later(torch.zeros(200, 6))[:, :, 0]
    assert not is_later[:, 0].any()
    assert (is_later[:, 1:] >= is_later[:, :-1]).all()
    assert 0.3 < float(is_later.any(1).float().mean()) < 0.7


def test_the_mean_style_is_followed_while_training_only() -> None:
    net = StyleGan2(6, 16, 3, 8, 2, 128, 8)
    net.eval()(torch.randn(4, 6))
    assert not net.mapping.w_avg.any()
    net.train()(torch.randn(4, 6))
    assert net.mapping.w_avg.any()


def test_the_folder_holds_a_stylegan_that_plays_as_it_was_trained(tmp_path: Path) -> None:
    recipe = tiny_recipe("stylegan2", half=False)
    _run(tmp_path / "moss", paint_folder(tmp_path / "data"), recipe)
    card = read_card(tmp_path / "moss")
    tensors = read_tensors(tmp_path / "moss" / card.weights)
    assert (card.kind, card.arch, card.net["rows"], card.net["size"]) == ("stylegan", "stylegan2", 6, 16)
    trainer = StyleGan2Trainer(recipe, open_hardware("cpu"))
    begin_with(tmp_path / "moss" / STATE, trainer)
    plain, z = PlainStyleGan2(tensors, card.net), torch.randn(2, 6)
    drawn = plain.synthesis(plain.mapping(z)[:, None].expand(-1, 6, -1)).clamp(-1, 1)
    assert torch.allclose(trainer.look(z), drawn, atol=1e-4)
    assert torch.allclose(tensors["mapping.w_avg"], trainer.playable().mapping.w_avg)


def test_a_grown_generator_draws_what_the_small_one_drew(tmp_path: Path) -> None:
    recipe = tiny_recipe("stylegan2", iterations=2)
    _run(tmp_path / "small", paint_folder(tmp_path / "data"), recipe)
    small = StyleGan2Trainer(recipe, open_hardware("cpu"))
    begin_with(tmp_path / "small" / STATE, small)
    large = StyleGan2Trainer(replace(recipe, size=32), open_hardware("cpu"))
    begin_with(tmp_path / "small" / STATE, large)
    z = torch.randn(3, 6)
    assert torch.allclose(large.slow.synthesis(large.slow.rows_of(z)), up2(small.slow.synthesis(small.slow.rows_of(z))))


def test_noise_that_a_run_does_not_learn_is_left_behind(tmp_path: Path) -> None:
    recipe = tiny_recipe("stylegan2", iterations=2)
    _run(tmp_path / "grained", paint_folder(tmp_path / "data"), recipe)
    trainer = StyleGan2Trainer(replace(recipe, grain_from=64), open_hardware("cpu"))
    begin_with(tmp_path / "grained" / STATE, trainer)
    assert read_tensors(tmp_path / "grained" / STATE)["net/maker/synthesis.b16.conv1.noise_strength"] != 0
    assert trainer.maker.state_dict()["synthesis.b16.conv1.noise_strength"] == 0


def test_a_grown_judge_scores_as_the_small_one_did(tmp_path: Path) -> None:
    recipe = tiny_recipe("stylegan2", iterations=2, judge_base=256)
    _run(tmp_path / "small", paint_folder(tmp_path / "data"), recipe)
    small, large = (StyleGan2Trainer(replace(recipe, size=s), open_hardware("cpu")) for s in (16, 32))
    for trainer in (small, large):
        begin_with(tmp_path / "small" / STATE, trainer)
    # A picture with black borders: beyond them the filter sees black in the one and nothing in the other.
    picture = torch.nn.functional.pad(torch.randn(4, 3, 24, 24), [4] * 4)
    assert torch.allclose(small.judge(fir(picture, 1)[:, :, ::2, ::2] / 64), large.judge(picture), atol=1e-4)


def test_growing_goes_one_doubling_at_a_time_and_a_grown_run_trains(tmp_path: Path) -> None:
    data, recipe = paint_folder(tmp_path / "data", side=64), tiny_recipe("stylegan2", iterations=2, batch=2)
    _run(tmp_path / "small", data, recipe)
    _run(tmp_path / "large", data, replace(recipe, size=32), begin_from=tmp_path / "small")
    assert read_card(tmp_path / "large").net["size"] == 32
    with pytest.raises(TrainingError, match="one doubling at a time"):
        begin_with(tmp_path / "small" / STATE, StyleGan2Trainer(replace(recipe, size=64), open_hardware("cpu")))


def test_the_path_penalty_can_be_learnt_from() -> None:
    net, paths = StyleGan2(6, 16, 3, 8, 2, 128, 8), Paths()
    penalty = paths.penalty(net, torch.randn(2, 6))
    slopes = torch.autograd.grad(penalty, [net.mapping.fc0.weight, net.synthesis.b4.const])
    assert float(penalty.detach()) > 0
    assert float(paths.mean) > 0
    assert all(bool(slope.isfinite().all()) and bool(slope.any()) for slope in slopes)


def test_the_judge_can_be_penalised_for_steep_scores() -> None:
    judge, picture = StyleGan2Judge(16, 3, 128, 8), torch.randn(4, 3, 16, 16, requires_grad=True)
    (slope,) = torch.autograd.grad(judge(picture).sum(), picture, create_graph=True)
    slope.square().sum().backward()
    assert bool(judge.entry.weight.grad.isfinite().all())
    assert bool(judge.entry.weight.grad.any())


def test_a_frame_is_told_from_a_picture_without_one() -> None:
    plain = torch.full((2, 3, 32, 32), -0.8)
    framed = plain.clone()
    framed[:, :, :, 0] = -0.5
    inside = plain.clone()
    inside[:, :, 12:20, 12:20] = 0.5
    assert frame(plain) == frame(inside) == 0
    assert frame(framed) > 0
