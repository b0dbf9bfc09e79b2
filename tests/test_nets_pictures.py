"""The picture nets: shapes, levels, determinism, and the form that is shipped."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch

from liveart.errors import ModelError
from liveart.nets.dcgan import DcganDiscriminator
from liveart.nets.discriminator import Discriminator, spread
from liveart.nets.layers import ModulatedConv, fold
from liveart.nets.registry import PICTURE_NETS, build
from liveart.nets.styled import StyledGenerator
from liveart.nets.vae import Encoder, VaeDecoder

TINY: dict[str, dict[str, Any]] = {
    "dcgan": {"latent": 10, "size": 28, "channels": 1, "width": 4},
    "styled": {"latent": 6, "widths": [8, 8, 4], "style": 8},
    "vae": {"latent": 6, "widths": [8, 8, 4], "style": 8, "channels": 1},
}


@pytest.mark.parametrize("arch", sorted(PICTURE_NETS))
def test_every_net_keeps_the_contract_of_picture_nets(arch: str) -> None:
    net = build(arch, TINY[arch]).eval()
    z = torch.randn(3, net.latent)
    with torch.no_grad():
        for level in range(net.levels):
            picture = net(z, psi=0.7, level=level, noise=0.5)
            assert picture.shape == (3, net.channels, net.size >> level, net.size >> level)
            assert float(picture.abs().max()) <= 1.0
        assert torch.equal(net(z), net(z))


def test_unknown_nets_and_arguments_are_answered_with_the_nearest() -> None:
    with pytest.raises(ModelError, match='Did you mean "styled"'):
        build("stiled", {})
    with pytest.raises(ModelError, match='Did you mean "latent"'):
        build("styled", {"latents": 4})
    with pytest.raises(ModelError, match="can't be built"):
        build("dcgan", {"size": 30})


def test_one_picture_is_the_same_alone_and_in_a_batch() -> None:
    """A single large picture takes a quicker route, which must not show."""
    net = StyledGenerator(6, [8, 8, 4, 4], 8).eval()
    for stage in net.stages[-2:]:
        torch.nn.init.normal_(stage.strength)
    z = torch.randn(2, 6)
    with torch.no_grad():
        assert torch.allclose(net(z)[:1], net(z[:1]), atol=1e-5)


def test_folding_changes_the_form_but_not_the_picture() -> None:
    training = StyledGenerator(6, [8, 8, 4], 8, equalised=True).eval()
    shipped = fold(copy.deepcopy(training))
    z = torch.randn(2, 6)
    with torch.no_grad():
        assert torch.allclose(training(z), shipped(z), atol=1e-5)
    fresh = build("styled", {"latent": 6, "widths": [8, 8, 4], "style": 8})
    assert fresh.state_dict().keys() == shipped.state_dict().keys()


def test_modulation_equals_a_convolution_with_one_weight_for_each_sample() -> None:
    """Scaling inputs and outputs gives what the paper's weight demodulation gives."""
    conv = ModulatedConv(5, 7, 3)
    x, w = torch.randn(2, 5, 4, 4), torch.randn(2, 3)
    with torch.no_grad():
        got, style = conv(x, w), conv.style(w)
        for i in range(2):
            weight = conv.weight * style[i][None, :, None, None]
            weight = weight / weight.square().sum((1, 2, 3), keepdim=True).add(1e-8).sqrt() * 2**0.5
            wanted = torch.nn.functional.conv2d(x[i : i + 1], weight, padding=1)
            assert torch.allclose(got[i : i + 1], wanted + conv.bias[:, None, None], atol=1e-5)


def test_no_psi_gives_the_mean_picture_for_every_latent() -> None:
    net = build("styled", TINY["styled"]).eval()
    with torch.no_grad():
        a, b = net(torch.randn(2, 6), psi=0.0)
    assert torch.allclose(a, b, atol=1e-6)


def test_noise_at_zero_takes_the_grain_away() -> None:
    net = StyledGenerator(6, [8, 8, 4], 8).eval()
    for stage in net.stages:
        torch.nn.init.constant_(stage.strength, 0.5)
    z = torch.randn(1, 6)
    with torch.no_grad():
        assert not torch.equal(net(z), net(z, noise=0.0))


def test_the_vae_plays_normal_numbers_where_the_codes_are() -> None:
    net = VaeDecoder(6, [8, 8, 4], 8).eval()
    net.shift += 1.0
    net.mixing *= 0.5
    z = torch.randn(2, 6)
    with torch.no_grad():
        assert torch.allclose(net(z), net.decode(1.0 + 0.5 * z), atol=1e-5)


@pytest.mark.parametrize("size", [28, 32, 64])
def test_dcgan_has_the_tensor_names_of_the_usual_form(size: int) -> None:
    """So that a state dict from elsewhere can be loaded."""
    net = build("dcgan", {"size": size, "width": 4})
    names = [name for name in net.state_dict() if name.endswith("weight")]
    steps = {28: 2, 32: 3, 64: 4}[size]
    assert names[0] == "main.0.weight"
    assert f"main.{3 * steps}.weight" in names
    assert DcganDiscriminator(size, 3, 4)(torch.zeros(2, 3, size, size)).shape == (2,)


def test_judge_and_encoder_take_the_pictures_that_the_generator_makes() -> None:
    x = torch.randn(6, 3, 16, 16)
    assert Discriminator([8, 8])(x).shape == (6,)
    mean, logvar = Encoder(5, [8, 8])(x)
    assert mean.shape == logvar.shape == (6, 5)


def test_spread_is_nothing_for_equal_pictures() -> None:
    same = torch.ones(4, 2, 4, 4)
    assert float(spread(same)[:, -1].max()) < 1e-3
    assert float(spread(torch.randn(4, 2, 4, 4))[:, -1].min()) > 0.1
