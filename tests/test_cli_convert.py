"""`liveart convert`: DCGANs and StyleGANs become model folders that play alike; everything else is refused by name."""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from stylegan_files import sg2_tensors, sg3_tensors, write_pkl
from torch import nn

from liveart.checkpoints.model import open_model
from liveart.checkpoints.sniff import kind_of
from liveart.cli import main
from liveart.core.card import read_card
from liveart.core.contract import Moment, Stage
from liveart.generators.gan import Gan
from liveart.nets.dcgan import DcganDiscriminator, DcganGenerator
from liveart.nets.registry import build
from liveart.weights import load_weights


def tutorial_generator(latent: int = 10, width: int = 4, colours: int = 3) -> nn.Module:
    """Return a 64-pixel generator as people write it after the tutorial, apart from liveart's own class."""
    net = nn.Module()
    layers: list[nn.Module] = []
    for a, b in ((latent, width * 8), (width * 8, width * 4), (width * 4, width * 2), (width * 2, width)):
        step = (4, 1, 0) if a == latent else (4, 2, 1)
        layers += [nn.ConvTranspose2d(a, b, *step, bias=False), nn.BatchNorm2d(b), nn.ReLU(True)]
    net.main = nn.Sequential(*layers, nn.ConvTranspose2d(width, colours, 4, 2, 1, bias=False), nn.Tanh())
    torch.manual_seed(3)
    for tensor in net.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand_like(tensor) * 0.4 + 0.1 if tensor.ndim == 1 else torch.randn_like(tensor) * 0.1)
    return net.eval()


def save(tmp_path: Path, content: Any, name: str = "netG.pth") -> Path:
    """Write `content` as torch does; return the file."""
    torch.save(content, tmp_path / name)
    return tmp_path / name


def refused(capsys: pytest.CaptureFixture[str], file: Path) -> str:
    """Convert a file that should be refused; return the message, and see that nothing was written."""
    out = file.parent / "out"
    assert main(["convert", str(file), "-o", str(out)]) == 1
    assert not out.exists()
    return capsys.readouterr().err


def test_a_tutorial_generator_makes_the_same_picture_after_conversion(tmp_path: Path) -> None:
    net = tutorial_generator()
    out = tmp_path / "models" / "faces"
    assert main(["convert", str(save(tmp_path, net.state_dict())), "-o", str(out)]) == 0
    card = read_card(out)
    assert (card.kind, card.arch, card.name) == ("gan", "dcgan", "faces")
    assert dict(card.net) == {"latent": 10, "size": 64, "channels": 3, "width": 4}
    assert card.licence["weights"].startswith("unknown")
    converted = load_weights(out, card, build(card.arch, card.net))
    z = torch.randn(2, 10)
    with torch.no_grad():
        assert torch.equal(converted(z), net.main(z[:, :, None, None]))
    with Image.open(out / "preview.png") as preview:
        assert preview.size == (512, 128)


def test_a_converted_model_plays(tmp_path: Path) -> None:
    assert main(["convert", str(save(tmp_path, tutorial_generator(colours=1).state_dict())), "-o",
                 str(tmp_path / "grey")]) == 0
    gan = Gan(str(tmp_path / "grey"))
    gan.open(Stage())
    values = {param.name: param.start for param in gan.params}
    assert gan.make(Moment(0, 0, 1 / 60, 0), np.ones(gan.latent, np.float32), values).shape == (1, 1, 64, 64)


@pytest.mark.parametrize("size", [28, 32, 64, 128])
def test_the_shapes_tell_the_size(tmp_path: Path, size: int) -> None:
    file = save(tmp_path, DcganGenerator(latent=6, size=size, channels=1, width=2).state_dict())
    assert main(["convert", str(file), "-o", str(tmp_path / "net")]) == 0
    assert dict(read_card(tmp_path / "net").net) == {"latent": 6, "size": size, "channels": 1, "width": 2}


@pytest.mark.parametrize("wrap", [
    lambda g, d: {"netG_state_dict": g, "netD_state_dict": d, "epoch": 24, "losses": [0.1, 0.2]},
    lambda g, d: {"state": {"netD": d, "netG": g}},
    lambda g, d: OrderedDict((f"module.{key}", value) for key, value in g.items()),
    lambda g, d: {f"{name}.{key}": value for name, net in (("netD", d), ("netG", g)) for key, value in net.items()},
    lambda g, d: {key: value for key, value in g.items() if not key.endswith("num_batches_tracked")},
])
def test_the_generator_is_found_within_a_larger_checkpoint(tmp_path: Path, wrap: Any) -> None:
    content = wrap(tutorial_generator().state_dict(), DcganDiscriminator(64, 3, 4).state_dict())
    assert main(["convert", str(save(tmp_path, content, "both.tar")), "-o", str(tmp_path / "net")]) == 0
    assert read_card(tmp_path / "net").net["latent"] == 10


def test_a_pickle_that_would_run_code_is_refused_and_nothing_of_it_runs(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "trapped",)

    message = refused(capsys, save(tmp_path, {"netG": Trap()}))
    assert "can run a program" in message
    assert not (tmp_path / "trapped").exists()


def test_a_whole_pickled_module_is_refused_with_the_way_to_save_it(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, save(tmp_path, DcganGenerator(4, 32, 1, 2)))
    assert "DcganGenerator" in message
    assert "state_dict()" in message


def test_a_stylegan_pickle_is_called_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "network.pkl"
    file.write_bytes(pickle.dumps({"G_ema": OrderedDict}).replace(b"collections", b"dnnlib.util") + b"dnnlib")
    assert "StyleGAN" in refused(capsys, file)


def test_a_discriminator_is_called_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "discriminator" in refused(capsys, save(tmp_path, DcganDiscriminator(64, 3, 4).state_dict(), "netD.pth"))


def test_a_torchscript_archive_is_called_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rave.ts"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("rave/constants.pkl", b"")
    assert "TorchScript" in refused(capsys, file)


@pytest.mark.parametrize(("content", "named"), [
    ({"layer.weight": torch.zeros(3, 4)}, "layer.weight [3, 4]"),
    ({"epoch": 3}, "a dictionary without tensors (epoch)"),
    ([1, 2], "a list"),
    ({"main.0.weight": torch.zeros(4, 8, 5, 5)}, "[4, 8, 5, 5]"),
    (tutorial_generator(colours=5).state_dict(), "5 channels"),
    (tutorial_generator().state_dict() | {"main.0.bias": torch.zeros(32)}, "main.0.bias"),
    (tutorial_generator().state_dict() | {"main.12.weight": torch.full((4, 3, 4, 4), torch.nan)}, "not finite"),
])
def test_whatever_is_no_dcgan_is_refused_by_what_was_found(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Any, named: str) -> None:
    assert named in refused(capsys, save(tmp_path, content))


@pytest.mark.parametrize("content", [b"", b"garbage" * 40, b"PK\x03\x04 not really", b"\x80\x02}q\x00."])
def test_garbage_is_refused_with_one_clear_sentence(
        tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    file = tmp_path / "netG.pth"
    file.write_bytes(content)
    message = refused(capsys, file)
    assert message.startswith("liveart: ")
    assert message.count("\n") == 1


def test_a_cut_off_checkpoint_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = save(tmp_path, tutorial_generator().state_dict())
    file.write_bytes(file.read_bytes()[:-500])
    refused(capsys, file)


def test_a_missing_file_and_a_taken_folder_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is no file" in refused(capsys, tmp_path / "nothing.pth")
    file = save(tmp_path, tutorial_generator().state_dict())
    assert main(["convert", str(file), "-o", str(tmp_path / "net")]) == 0
    assert main(["convert", str(file), "-o", str(tmp_path / "net")]) == 1
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize(("made", "arch"), [
    (sg2_tensors(size=16, style=8, latent=8, channel_max=8, classes=2), "stylegan2"),
    (sg3_tensors("T", size=16, style=8, latent=8, width=8), "stylegan3"),
])
@pytest.mark.parametrize("half", [False, True])
def test_a_stylegan_becomes_a_folder_with_a_preview(tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Any,
                                                    arch: str, half: bool) -> None:
    file = write_pkl(tmp_path / "network-5000.pkl", *made, dataset="/data/afhqcat.zip")
    out = tmp_path / "cats"
    assert main(["convert", str(file), "-o", str(out), *(["--half"] if half else [])]) == 0
    said = capsys.readouterr().out
    assert "16x16 pixels, converted from network-5000.pkl" in said
    assert "no commercial use" in said
    model = open_model(out)
    assert (model.kind, model.arch, dict(model.net)) == ("stylegan", arch, made[0])
    assert "AFHQ" in model.licence["data"]
    with Image.open(out / "preview.png") as preview:
        assert preview.size == (512, 128)
        assert len(preview.getcolors(1 << 20) or []) > 50


def test_a_model_folder_is_not_converted_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "paint", "-o", str(tmp_path / "again")]) == 1
    assert "already" in capsys.readouterr().err
    assert not (tmp_path / "again").exists()


def test_a_stylegan_that_makes_no_finite_pictures_is_not_converted(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net, tensors = sg2_tensors(size=16, style=8, latent=8, channel_max=8, clamp=0.0)
    tensors["synthesis.b16.torgb.bias"] = torch.full((3,), 3e38)
    tensors["synthesis.b8.torgb.bias"] = torch.full((3,), 3e38)
    assert "not finite" in refused(capsys, write_pkl(tmp_path / "moss.pkl", net, tensors))


def test_a_sound_model_becomes_an_nn_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "undertow", "-o", str(tmp_path / "undertow.ts")]) == 0
    assert "for nn~" in capsys.readouterr().out
    assert kind_of(tmp_path / "undertow.ts") == "neural"
    assert main(["convert", "paint", "-o", str(tmp_path / "paint.ts")]) == 1
    assert 'not "sound"' in capsys.readouterr().err
