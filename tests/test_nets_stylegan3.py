"""StyleGAN3 as it is played draws the pictures of the plain form, turns as it is told to, and can be played wide."""

from __future__ import annotations

import functools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from stylegan_files import sg3_tensors
from torch import Tensor

from liveart.errors import ModelError
from liveart.nets import polyphase, stylegan3_steps, winograd
from liveart.nets.filter_products import Products
from liveart.nets.plain_stylegan3 import PlainStyleGan3, filtered, spread
from liveart.nets.polyphase import Filters, Polyphase
from liveart.nets.style_net import Bend, Scene
from liveart.nets.stylegan3_live import LiveStyleGan3
from liveart.nets.stylegan3_plan import layer_plan, random_tensors

CHANNELS = (512, 8)  # base and most, of the nets made from a plan


@functools.cache
def _planned(kind: str, size: int = 64) -> tuple[dict, dict[str, Tensor]]:
    net = layer_plan(kind, size, *CHANNELS, style=16, latent=16)
    return net, random_tensors(kind, net, *CHANNELS)


def _styles(net: dict, batch: int = 2, seed: int = 1) -> Tensor:
    return torch.randn(batch, net["rows"], net["style"], generator=torch.Generator().manual_seed(seed))


@torch.inference_mode()
def _drawn(live: LiveStyleGan3, ws: Tensor, scene: Scene | None = None) -> Tensor:
    scene, x, picture = scene or Scene(), None, None
    for step in live.steps:
        bends = [scene.bends.get(layer.name, ()) for layer in step.layers]
        x, picture = step(x, picture, ws[:, list(step.rows)], step.given(scene), bends)
    assert picture is not None
    return picture


def _apart(a: Tensor, b: Tensor) -> float:
    """Return the mean difference, as a part of the range of `a`."""
    return float((a - b).abs().mean() / (a.max() - a.min()))


def _turned(degrees: float, x: float = 0.0, y: float = 0.0) -> tuple[tuple[float, float, float], ...]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (c, -s, x), (s, c, y)


@pytest.mark.parametrize("speed", ["phases", "products"])
@pytest.mark.parametrize("kind", ["T", "R"])
def test_a_file_s_net_draws_the_plain_form_s_picture(kind: str, speed: str) -> None:
    net, tensors = sg3_tensors(kind)
    ws, turn = _styles(net), ((0.8, 0.3, 0.1), (-0.2, 1.2, 0.05))
    wanted = PlainStyleGan3(tensors, net).synthesis(ws, turn)
    got = _drawn(LiveStyleGan3(tensors, net, speed=speed), ws, Scene(turn=turn))
    assert got.shape == wanted.shape == (2, 3, 32, 32)
    assert got.dtype == torch.float32
    assert _apart(wanted, got) < 1e-5


@pytest.mark.parametrize("kind", ["T", "R"])
def test_in_bfloat16_a_planned_net_differs_by_less_than_a_fiftieth_of_the_range(kind: str) -> None:
    net, tensors = _planned(kind)
    ws = _styles(net, 1)
    wanted = PlainStyleGan3(tensors, net).synthesis(ws)
    assert _apart(wanted, _drawn(LiveStyleGan3(tensors, net), ws)) < 1e-5
    assert _apart(wanted, _drawn(LiveStyleGan3(tensors, net, torch.bfloat16), ws)) < 2e-2


def test_the_mapping_is_that_of_the_plain_form() -> None:
    net, tensors = sg3_tensors("T")
    z = torch.randn(3, net["latent"], generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(LiveStyleGan3(tensors, net).mapping(z), PlainStyleGan3(tensors, net).mapping(z),
                               rtol=1e-3, atol=1e-4)


def test_a_batch_is_its_pictures_one_by_one() -> None:
    net, tensors = sg3_tensors("T")
    live, ws = LiveStyleGan3(tensors, net), _styles(net, 3)
    singles = torch.cat([_drawn(live, one[None]) for one in ws])
    torch.testing.assert_close(_drawn(live, ws), singles, rtol=1e-3, atol=1e-5)


def test_a_quarter_turn_of_the_plane_turns_the_picture_of_an_r() -> None:
    net, tensors = _planned("R")
    tensors = tensors | {"synthesis.input.affine.weight": torch.zeros(4, net["style"])}
    live, ws = LiveStyleGan3(tensors, net), _styles(net, 1)
    still, turned = _drawn(live, ws), _drawn(live, ws, Scene(turn=_turned(90)))
    assert _apart(torch.rot90(still, 1, (2, 3)), turned) < 1e-5
    assert _apart(still, turned) > 0.01


def test_a_shift_of_the_plane_shifts_the_picture() -> None:
    net, tensors = _planned("T")
    tensors = tensors | {"synthesis.input.affine.weight": torch.zeros(4, net["style"])}
    live, ws = LiveStyleGan3(tensors, net), _styles(net, 1)
    # An eighth of the picture is a whole number of samples at every rate within the net: the shift is exact.
    still, moved = _drawn(live, ws), _drawn(live, ws, Scene(turn=_turned(0, x=0.125, y=-0.125)))
    assert _apart(still[:, :, 20:40, 28:48], moved[:, :, 28:48, 20:40]) < 1e-4
    assert _apart(still, moved) > 3e-3


@pytest.mark.parametrize("kind", ["T", "R"])
def test_a_wide_canvas_keeps_its_middle_and_has_the_size_it_was_asked_for(kind: str) -> None:
    net, tensors = _planned(kind)
    ws = _styles(net, 1)
    wide = LiveStyleGan3(tensors, net, stretch=(1.0, 16 / 9))
    square, picture = _drawn(LiveStyleGan3(tensors, net), ws), _drawn(wide, ws)
    assert picture.shape == (1, 3, *wide.canvas) == (1, 3, 64, 114)
    left = (114 - 64) // 2
    assert _apart(square[..., 24:40], picture[..., left + 24 : left + 40]) < 1e-2


def test_sizes_of_layers_are_those_of_their_features_also_when_wide() -> None:
    net, tensors = sg3_tensors("R")
    live = LiveStyleGan3(tensors, net, stretch=(1.5, 1.0))
    x, scene, ws = None, Scene(), _styles(net, 1)
    with torch.inference_mode():
        for step in live.steps:
            x, _ = step(x, None, ws[:, list(step.rows)], step.given(scene))
            assert all((layer.channels, layer.size) == (x.shape[1], x.shape[2:]) for layer in step.layers)
    assert [layer.row for layer in live.layers] == list(range(net["rows"] - 1))
    assert live.last(0) == len(live.steps)


def test_a_bend_changes_what_the_next_layer_sees() -> None:
    net, tensors = sg3_tensors("T")
    live, ws = LiveStyleGan3(tensors, net), _styles(net, 1)
    name = live.layers[2].name
    doubled = Scene(bends={name: [Bend(lambda x: x * 2, "double"), Bend(lambda x: x / 2, "halve")]})
    flipped = Scene(bends={name: [Bend(lambda x: x.flip(3), "flip")]})
    assert _apart(_drawn(live, ws), _drawn(live, ws, doubled)) < 1e-6
    assert _apart(_drawn(live, ws), _drawn(live, ws, flipped)) > 1e-3


def test_weights_taken_anew_make_the_other_model_s_picture() -> None:
    net, tensors = sg3_tensors("T", seed=0)
    _, others = sg3_tensors("T", seed=5)
    others = {name: tensor for name, tensor in others.items() if not name.endswith("_filter")}
    live, ws = LiveStyleGan3(tensors, net), _styles(net)
    live.refill(others)
    wanted = PlainStyleGan3(tensors | others, net).synthesis(ws)
    assert _apart(wanted, _drawn(live, ws)) < 1e-5
    torch.testing.assert_close(live.w_mean, others["mapping.w_avg"])
    assert live.refilled == 1


@pytest.mark.parametrize("turned_from", [4, 192])
def test_the_way_to_a_picture_can_be_sought_by_its_gradient(
        turned_from: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stylegan3_steps, "TURNED_FROM", turned_from)
    net, tensors = sg3_tensors("T")
    live, ws = LiveStyleGan3(tensors, net), _styles(net, 1).requires_grad_()
    x = picture = None
    for step in live.steps:
        x, picture = step(x, picture, ws[:, list(step.rows)], step.given(Scene()))
    assert picture is not None
    picture.square().sum().backward()
    plain = ws.detach().clone().requires_grad_()
    PlainStyleGan3(tensors, net).synthesis(plain).square().sum().backward()
    torch.testing.assert_close(ws.grad, plain.grad, rtol=1e-2, atol=1e-3)


def test_only_the_waves_depend_on_the_turn() -> None:
    net, tensors = sg3_tensors("T")
    one, other = Scene(), Scene(turn=_turned(10))
    changed = [step.scene_key(one) != step.scene_key(other) for step in LiveStyleGan3(tensors, net).steps]
    assert changed == [True] + [False] * len(net["layers"])


def test_layers_that_do_not_lead_to_the_size_are_refused() -> None:
    net, tensors = sg3_tensors("T")
    with pytest.raises(ModelError, match="fewer than the 48"):
        LiveStyleGan3(tensors, net | {"size": 48})


def test_a_way_up_that_is_no_multiple_of_the_way_down_is_refused() -> None:
    filters = Filters(torch.ones(6), torch.ones(8), up=3, down=2, padding=(0, 0, 0, 0), clamp=0.0)
    with pytest.raises(ModelError, match="up by 3 and down by 2"):
        Polyphase(filters, (8, 8), 1, torch.float32, "cpu")


FILTERS = st.builds(
    lambda up, down, taps, pads, round_, clamp, seed: _filters(up * down, down, taps, pads, round_, clamp, seed),
    st.integers(1, 2), st.integers(1, 2), st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(*[st.integers(-5, 12)] * 4), st.booleans(), st.sampled_from([0.0, 0.7]), st.integers(0, 99))


def _filters(up: int, down: int, taps: tuple[int, int], pads: tuple[int, int, int, int], is_round: bool,
             clamp: float, seed: int) -> Filters:
    chance = torch.Generator().manual_seed(seed)
    shape = (taps[1], taps[1]) if is_round else (taps[1],)
    return Filters(torch.randn(taps[0], generator=chance), torch.randn(shape, generator=chance), up, down, pads, clamp)


@settings(max_examples=12, deadline=None)
@given(filters=FILTERS, height=st.integers(14, 20), width=st.integers(14, 20),
       strip=st.sampled_from([2000, 1 << 20]))
def test_any_filters_and_paddings_do_what_zeros_and_squares_of_taps_do(
        filters: Filters, height: int, width: int, strip: int) -> None:
    chance = torch.Generator().manual_seed(height)
    x = torch.randn(2, 3, height, width, generator=chance).contiguous(memory_format=torch.channels_last)
    if min(filters.inner((height, width))) < 12:
        return  # nothing would be left
    wanted = torch.nn.functional.pad(spread(x, filters.up), list(filters.padding))
    wanted = filtered(wanted, filters.up_taps) * filters.up**2
    wanted = torch.nn.functional.leaky_relu(wanted, 0.2) * math.sqrt(2)
    wanted = wanted.clamp(-filters.clamp, filters.clamp) if filters.clamp else wanted
    wanted = filtered(wanted, filters.down_taps)[:, :, :: filters.down, :: filters.down]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polyphase, "STRIP_BYTES", strip)
        phases = Polyphase(filters, (height, width), 3, torch.float32, "cpu")(x)
    products = Products(filters, (height, width), torch.float32, "cpu")(x)
    torch.testing.assert_close(phases, wanted, rtol=1e-3, atol=1e-4 * float(wanted.abs().max()))
    torch.testing.assert_close(products, wanted, rtol=1e-3, atol=1e-4 * float(wanted.abs().max()))


@pytest.mark.parametrize(("dtype", "most"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
@pytest.mark.parametrize(("padding", "height", "width"), [(2, 9, 14), (1, 8, 3), (0, 7, 6)])
def test_turned_squares_convolve_as_a_convolution_does(
        dtype: torch.dtype, most: float, padding: int, height: int, width: int,
        monkeypatch: pytest.MonkeyPatch) -> None:
    chance = torch.Generator().manual_seed(8)
    x = torch.randn(2, 5, height, width, generator=chance).contiguous(memory_format=torch.channels_last)
    weight = torch.randn(7, 5, 3, 3, generator=chance) / math.sqrt(45)
    wanted = torch.nn.functional.conv2d(x, weight, padding=padding)
    for strip in (1, 1 << 20):
        monkeypatch.setattr(winograd, "STRIP_BYTES", strip)
        got = winograd.convolved(x.to(dtype), winograd.turned_weight(weight, dtype), padding)
        assert got.shape == wanted.shape
        assert float((got - wanted).square().mean().sqrt()) < most


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_wide_layers_by_turned_squares_draw_the_plain_form_s_picture(
        dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stylegan3_steps, "TURNED_FROM", 6)
    net, tensors = _planned("T")
    ws = _styles(net)
    wanted = PlainStyleGan3(tensors, net).synthesis(ws)
    assert _apart(wanted, _drawn(LiveStyleGan3(tensors, net, dtype), ws)) < (1e-5 if dtype == torch.float32 else 2e-2)


def test_a_plan_has_the_layers_that_the_paper_s_rules_give() -> None:
    names = [layer["name"] for layer in layer_plan("T", 1024)["layers"]]
    assert names[:3] == ["L0_36_512", "L1_36_512", "L2_52_512"]
    assert names[7:] == ["L7_276_323", "L8_276_203", "L9_532_128", "L10_1044_81", "L11_1044_51", "L12_1044_32",
                         "L13_1024_32", "L14_1024_3"]
