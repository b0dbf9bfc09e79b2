"""The live form of StyleGAN2 draws what the plain one draws, in every form that its weights are kept in."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from stylegan_files import sg2_tensors
from torch import Tensor

from liveart.errors import ModelError
from liveart.nets import packed_conv, plain_stylegan2, style_conv
from liveart.nets.fir import smoothing_kernel, upsample_twice
from liveart.nets.plain_stylegan2 import PlainStyleGan2
from liveart.nets.style_net import Scene, StyleNet
from liveart.nets.style_nets import live_net
from liveart.nets.style_noise import Grain
from liveart.nets.stylegan2_live import LiveStyleGan2, widened


def _draw(net: StyleNet, ws: Tensor, scene: Scene | None = None) -> Tensor:
    scene, x, picture = scene or Scene(), None, None
    for step in net.steps[: net.last(scene.level)]:
        x, picture = step(x, picture, ws[:, list(step.rows)], step.given(scene))
    assert picture is not None
    return picture


def _styles(net: dict[str, Any], batch: int = 1, seed: int = 1) -> Tensor:
    return torch.randn(batch, net["rows"], net["style"], generator=torch.Generator().manual_seed(seed))


def _difference(got: Tensor, wanted: Tensor) -> float:
    assert got.shape == wanted.shape
    return float((got - wanted).abs().mean() / (wanted.max() - wanted.min()))


@pytest.mark.parametrize("wish", [{}, {"size": 64}, {"architecture": "resnet"}, {"architecture": "orig"},
                                  {"clamp": 0.0}, {"clamp": 1.0}, {"channels": 1}, {"classes": 5},
                                  {"clamp": 1.0, "architecture": "resnet"}])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("speed", ["auto", "plain"])
def test_in_float32_it_is_the_same_picture(wish: dict[str, Any], batch: int, speed: Any) -> None:
    net, tensors = sg2_tensors(**wish)
    plain, live = PlainStyleGan2(tensors, net), live_net("stylegan2", net, tensors, speed=speed)
    z = torch.randn(batch, net["latent"], generator=torch.Generator().manual_seed(2))
    labels = torch.eye(net["classes"])[:batch] if net["classes"] else None
    with torch.no_grad():
        w = plain.mapping(z, labels)
        assert torch.allclose(live.mapping(z, labels), w, rtol=1e-4, atol=1e-5)
        ws = w[:, None] + 0.3 * _styles(net, batch)
        for noise in (1.0, 0.5, 0.0):
            assert _difference(_draw(live, ws, Scene(noise=noise)), plain.synthesis(ws, noise)) < 1e-5


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("batch", [1, 2])
def test_in_half_precision_it_differs_little(dtype: torch.dtype, batch: int) -> None:
    net, tensors = sg2_tensors(64)
    live, ws = live_net("stylegan2", net, tensors, dtype), _styles(net, batch)
    with torch.no_grad():
        picture = _draw(live, ws)
        assert picture.dtype == torch.float32
        assert _difference(picture, PlainStyleGan2(tensors, net).synthesis(ws)) < 2e-2


def test_large_styles_do_not_overflow_half_precision() -> None:
    net, tensors = sg2_tensors(clamp=0.0)
    tensors |= {name: 3e3 * value for name, value in tensors.items() if name.endswith("affine.weight")
                and "torgb" not in name}
    live, ws = live_net("stylegan2", net, tensors, torch.float16), _styles(net)
    with torch.no_grad():
        assert _difference(_draw(live, ws), PlainStyleGan2(tensors, net).synthesis(ws)) < 2e-2


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_winograds_tiles_draw_the_same(monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype) -> None:
    monkeypatch.setattr(style_conv, "TILED_CHANNELS", 4)
    monkeypatch.setattr(style_conv, "TILED_PIXELS", 16)
    net, tensors = sg2_tensors()
    live, ws = live_net("stylegan2", net, tensors, dtype), _styles(net, 2)
    assert "tiles" in {part.conv.form for block in live.steps for part in block.parts}
    with torch.no_grad():
        limit = 1e-5 if dtype == torch.float32 else 2e-2
        assert _difference(_draw(live, ws), PlainStyleGan2(tensors, net).synthesis(ws)) < limit


def test_without_packed_weights_it_is_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    net, tensors = sg2_tensors()
    monkeypatch.setattr(style_conv, "can_pack", lambda dtype: False)
    live, ws = live_net("stylegan2", net, tensors), _styles(net)
    with torch.no_grad():
        assert _difference(_draw(live, ws), PlainStyleGan2(tensors, net).synthesis(ws)) < 1e-5


def test_a_torch_that_cannot_pack_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Tensor:
        raise RuntimeError("no such operation")

    packed_conv.can_pack.cache_clear()
    monkeypatch.setattr(packed_conv, "packed_conv", refuse)
    assert not packed_conv.can_pack(torch.float32)
    packed_conv.can_pack.cache_clear()


@pytest.mark.parametrize("architecture", ["skip", "resnet"])
@pytest.mark.parametrize("tiled_channels", [4, 1000])
def test_a_gradient_goes_through_it(architecture: str, tiled_channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_conv, "TILED_CHANNELS", tiled_channels)
    net, tensors = sg2_tensors(architecture=architecture)
    live, plain = live_net("stylegan2", net, tensors), PlainStyleGan2(tensors, net)
    ws = [_styles(net).requires_grad_() for _ in range(2)]
    _draw(live, ws[0]).square().mean().backward()
    plain.synthesis(ws[1]).square().mean().backward()
    assert ws[0].grad is not None
    assert ws[1].grad is not None
    assert torch.allclose(ws[0].grad, ws[1].grad, rtol=1e-3, atol=1e-5)


def test_the_picture_of_a_level_is_the_one_that_the_full_one_grows_from() -> None:
    net, tensors = sg2_tensors(64)
    live, ws = live_net("stylegan2", net, tensors), _styles(net)
    assert live.levels == 3
    with torch.no_grad():
        assert [_draw(live, ws, Scene(level=level)).shape[-1] for level in range(3)] == [64, 32, 16]


def test_layers_and_rows_are_those_of_the_file() -> None:
    net, tensors = sg2_tensors()
    live = live_net("stylegan2", net, tensors)
    assert [(layer.name, layer.size, layer.row) for layer in live.layers] == [
        ("b4.conv1", (4, 4), 0), ("b8.conv0", (8, 8), 1), ("b8.conv1", (8, 8), 2), ("b16.conv0", (16, 16), 3),
        ("b16.conv1", (16, 16), 4), ("b32.conv0", (32, 32), 5), ("b32.conv1", (32, 32), 6)]
    assert [step.rows for step in live.steps] == [(0, 1), (1, 2, 3), (3, 4, 5), (5, 6, 7)]


def test_refilled_it_draws_the_other_model() -> None:
    (net, one), (_, two) = sg2_tensors(seed=1), sg2_tensors(seed=2)
    live, ws, z = live_net("stylegan2", net, one), _styles(net), torch.ones(1, net["latent"])
    with torch.no_grad():
        live.refill(two)
        assert live.refilled == 1
        assert _difference(_draw(live, ws), PlainStyleGan2(two, net).synthesis(ws)) < 1e-5
        assert torch.allclose(live.mapping(z), PlainStyleGan2(two, net).mapping(z), rtol=1e-4)
        assert torch.equal(live.w_mean, two["mapping.w_avg"])


def test_refilled_in_part_the_rest_stays() -> None:
    (net, one), (_, two) = sg2_tensors(seed=1), sg2_tensors(seed=2)
    mixed = one | {name: value for name, value in two.items() if ".b16." in name}
    live, ws = live_net("stylegan2", net, one), _styles(net)
    with torch.no_grad():
        live.refill({name: value for name, value in two.items() if ".b16." in name})
        assert _difference(_draw(live, ws), PlainStyleGan2(mixed, net).synthesis(ws)) < 1e-5


def test_a_wider_canvas_keeps_the_constant_in_the_middle_and_mirrors_it() -> None:
    const = torch.arange(4.0)[None, None, :].expand(1, 4, 4)
    assert widened(const, (4, 8))[0, 0].tolist() == [1, 0, 0, 1, 2, 3, 3, 2]
    net, tensors = sg2_tensors()
    with torch.no_grad():
        live = LiveStyleGan2(tensors, net, canvas=(32, 56))
        assert _draw(live, _styles(net)).shape[-2:] == (32, 56)


def test_the_grains_journey_begins_at_the_files_own_and_keeps_its_loudness() -> None:
    own = torch.randn(32, 32)
    grain = Grain("b32.conv1", own, (32, 32))
    assert torch.equal(grain.at(0.0), own)
    assert not torch.allclose(grain.at(1.0), own)
    assert torch.equal(grain.at(0.5), Grain("b32.conv1", own, (32, 32)).at(0.5))
    assert torch.equal(grain.at(-3.0), Grain("b32.conv1", own, (32, 32)).at(-3.0))
    assert all(abs(float(grain.at(place).std()) - 1.0) < 0.1 for place in (0.3, 1.0, 1.5, -2.25))


def test_a_wider_grain_holds_the_files_own_in_its_middle() -> None:
    own = torch.randn(8, 8)
    assert torch.equal(Grain("name", own, (8, 14)).at(0.0)[:, 3:11], own)


def test_filters_are_those_of_the_mathematics() -> None:
    x = torch.randn(2, 3, 5, 7)
    assert torch.allclose(upsample_twice(x), plain_stylegan2.upsampled(x), atol=1e-6)
    kernel = smoothing_kernel(3, torch.float32, "cpu")
    assert torch.allclose(F.conv2d(x, kernel, padding=1, groups=3), plain_stylegan2.filtered(x, pad=1), atol=1e-6)


def test_another_filter_is_refused_by_name() -> None:
    net, tensors = sg2_tensors()
    with pytest.raises(ModelError, match=r"synthesis\.b8\.resample_filter"):
        live_net("stylegan2", net, tensors | {"synthesis.b8.resample_filter": torch.ones(4, 4) / 16})


@pytest.mark.parametrize(("wish", "words"), [({"arch": "stylegan4"}, "stylegan4"), ({"stretch": (0.5, 1.0)}, "canvas"),
                                             ({"speed": "warp"}, "warp")])
def test_wrong_wishes_are_refused(wish: dict[str, Any], words: str) -> None:
    net, tensors = sg2_tensors()
    with pytest.raises(ModelError, match=words):
        live_net(**({"arch": "stylegan2", "net": net, "tensors": tensors} | wish))


def test_a_conditional_net_asks_for_its_label() -> None:
    net, tensors = sg2_tensors(classes=3)
    with pytest.raises(ModelError, match="3 classes"):
        live_net("stylegan2", net, tensors).mapping(torch.ones(1, net["latent"]))
