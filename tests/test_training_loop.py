"""The training loop: exact resume, a folder that plays, and stopping without loss."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from tiny_training import paint_folder, tiny_recipe

from liveart.core.card import read_card
from liveart.errors import TrainingError
from liveart.nets.registry import build
from liveart.training import checkpoint
from liveart.training.export import Label
from liveart.training.fabric import open_hardware
from liveart.training.gan import GanTrainer
from liveart.training.growing import begin_with
from liveart.training.loop import STATE, Run, train
from liveart.training.pictures import read_pictures
from liveart.training.progress import Reporter
from liveart.training.recipe import Recipe
from liveart.weights import load_weights, read_tensors


def _run(folder: Path, data: Path, recipe: Recipe, resume: bool = False, precision: str = "32") -> checkpoint.Progress:
    run = Run(folder, Label("moss"), seed=4, resume=resume, samples_every=3)
    return train(read_pictures(data, recipe), recipe, open_hardware("cpu", precision), run)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of small pictures."""
    return paint_folder(tmp_path / "data", side=32)


@pytest.mark.parametrize("name", ["gan", "vae", "dcgan", "stylegan2"])
def test_a_stopped_and_resumed_run_ends_bit_for_bit_where_a_whole_one_does(
    tmp_path: Path, data: Path, name: str
) -> None:
    recipe = tiny_recipe(name)
    _run(tmp_path / "whole", data, recipe)
    _run(tmp_path / "parts", data, replace(recipe, iterations=3))
    done = _run(tmp_path / "parts", data, recipe, resume=True)
    assert done.iteration == 6
    whole, parts = (read_tensors(tmp_path / way / STATE) for way in ("whole", "parts"))
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[key], parts[key]) for key in whole)


@pytest.mark.parametrize("name", ["gan", "vae", "dcgan"])
def test_what_a_run_leaves_can_be_played(tmp_path: Path, data: Path, name: str) -> None:
    recipe = tiny_recipe(name, half=False)
    _run(tmp_path / "moss", data, recipe)
    card = read_card(tmp_path / "moss")
    net = load_weights(tmp_path / "moss", card, build(card.arch, card.net))
    with torch.no_grad():
        assert torch.isfinite(net(torch.randn(1, net.latent))).all()
    assert (card.name, card.kind, card.training["iterations"]) == ("moss", recipe.kind, 6)
    with Image.open(tmp_path / "moss" / "preview.png") as preview:
        assert preview.width <= 512
    assert sorted(p.name for p in (tmp_path / "moss" / "samples").iterdir()) == ["000003.png", "000006.png"]
    assert (tmp_path / "moss" / "latest.png").is_file()
    assert not list((tmp_path / "moss").rglob("*.part"))


def test_words_written_on_the_card_survive_the_next_checkpoint(tmp_path: Path, data: Path) -> None:
    recipe = tiny_recipe("gan")
    _run(tmp_path, data, replace(recipe, iterations=2))
    text = (tmp_path / "card.toml").read_text(encoding="utf-8")
    text = text.replace('title = "moss"', 'title = "Moss, at night"').replace('credit = ""', 'credit = "me"')
    (tmp_path / "card.toml").write_text(text, encoding="utf-8")
    _run(tmp_path, data, replace(recipe, iterations=4), resume=True)
    card = read_card(tmp_path)
    assert (card.title, card.licence["credit"]) == ("Moss, at night", "me")


def test_the_shipped_net_makes_the_pictures_of_the_averaged_one() -> None:
    trainer = GanTrainer(tiny_recipe("gan"), open_hardware("cpu"))
    trainer.step(0, torch.zeros(4, 3, 16, 16))
    z = torch.randn(2, 6)
    with torch.no_grad():
        assert torch.allclose(trainer.look(z), trainer.playable().eval()(z), atol=1e-5)


def test_a_run_can_begin_with_the_nets_of_another(tmp_path: Path, data: Path) -> None:
    recipe = tiny_recipe("gan", iterations=2)
    _run(tmp_path / "first", data, recipe)
    trainer = GanTrainer(recipe, open_hardware("cpu"))
    begin_with(tmp_path / "first" / STATE, trainer)
    whole = read_tensors(tmp_path / "first" / STATE)
    assert all(torch.equal(value, whole[f"net/maker/{key}"]) for key, value in trainer.maker.state_dict().items())
    with pytest.raises(TrainingError, match="other nets"):
        begin_with(tmp_path / "first" / STATE, GanTrainer(replace(recipe, style=16), open_hardware("cpu")))


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_state(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny_recipe("gan", iterations=40)
    _run(tmp_path, data, replace(recipe, iterations=2))
    before = (tmp_path / STATE).read_bytes()
    monkeypatch.setattr("liveart.training.gan.maker_loss", lambda fake, form: fake.sum() * float("nan"))
    with pytest.raises(TrainingError, match="not finite"):
        _run(tmp_path, data, recipe, resume=True)
    assert (tmp_path / STATE).read_bytes() == before


def test_ctrl_c_ends_the_step_and_leaves_a_checkpoint(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = GanTrainer.step

    def step_and_press(self: GanTrainer, iteration: int, real: torch.Tensor) -> dict[str, torch.Tensor]:
        if iteration == 2:
            signal.raise_signal(signal.SIGINT)
        return step(self, iteration, real)

    monkeypatch.setattr(GanTrainer, "step", step_and_press)
    assert _run(tmp_path, data, tiny_recipe("gan", iterations=50)).iteration == 3
    assert checkpoint.peek(tmp_path / STATE)[1].iteration == 3


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save", full)
    with pytest.raises(TrainingError, match="Make room"):
        _run(tmp_path, data, tiny_recipe("gan", iterations=1))


def test_half_the_numbers_still_train(tmp_path: Path, data: Path) -> None:
    assert _run(tmp_path, data, tiny_recipe("gan", iterations=2), precision="bf16").iteration == 2


def test_a_broken_or_foreign_checkpoint_is_refused(tmp_path: Path, data: Path) -> None:
    recipe = tiny_recipe("gan")
    _run(tmp_path, data, recipe)
    with pytest.raises(TrainingError, match="other nets"):
        _run(tmp_path, data, tiny_recipe("gan", style=16), resume=True)
    state = tmp_path / STATE
    state.write_bytes(state.read_bytes()[:500])
    with pytest.raises(TrainingError, match="can't be read"):
        _run(tmp_path, data, recipe, resume=True)


def test_the_plain_progress_line_tells_speed_and_time_left() -> None:
    reporter = Reporter(100, 300, is_shown=False)
    reporter.losses({"judge": 0.5})
    assert reporter.line(200, 50.0) == "200/300  2.00 it/s  0:00:50 left  judge 0.500"
