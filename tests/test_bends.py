"""Bend slots: what the params of a slot do to the pictures of a net, and which channels they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from stylegan_files import sg2_tensors, sg3_tensors
from torch import Tensor

from liveart.core.param import Value
from liveart.errors import PatchError
from liveart.nets.bend_kinds import KINDS
from liveart.nets.bends import CHANNELS, Bends, bend_params, chosen_channels, places_of
from liveart.nets.channel_groups import ChannelGroups, grouped, pooled
from liveart.nets.drawing import Drawing
from liveart.nets.style_net import Bend, Scene, StyleNet
from liveart.nets.style_nets import live_net


@pytest.fixture(scope="module")
def net() -> StyleNet:
    table, tensors = sg2_tensors(size=32)
    return live_net("stylegan2", table, tensors)


@pytest.fixture(scope="module")
def labelled() -> StyleNet:
    table, tensors = sg2_tensors(size=16, classes=3)
    return live_net("stylegan2", table, tensors)


@pytest.fixture(scope="module")
def waves() -> StyleNet:
    table, tensors = sg3_tensors("T", size=16)
    return live_net("stylegan3", table, tensors)


def values(bends: Bends, **given: Value) -> dict[str, float]:
    """Return the numbers of all params, as the board has them; those of `given` are set."""
    return {param.name: param.read(given[param.name]).number if param.name in given else param.start
            for param in bends.params}


def drawn(net: StyleNet, bends: Mapping[str, tuple[Bend, ...]], seed: int = 0) -> Tensor:
    z = torch.randn(1, net.latent, generator=torch.Generator().manual_seed(seed))
    with torch.inference_mode():
        ws = net.mapping(z)[:, None].expand(-1, net.rows, -1)
    return Drawing(net).draw(ws, Scene(bends=bends))


def test_the_params_of_a_slot_are_named_after_it(net: StyleNet) -> None:
    assert [param.name for param in bend_params(2, net)] == [
        "bend2", "bend2_across", "bend2_kind", "bend2_layer", "bend2_channels"]
    assert len(Bends(net, 3).params) == 15
    assert Bends(net, 0).params == ()


def test_layers_are_chosen_by_short_names_in_order_after_the_groups(net: StyleNet, waves: StyleNet) -> None:
    assert list(places_of(net, {})) == [
        "coarse", "middle", "fine", "4", "8a", "8b", "16a", "16b", "32a", "32b"]
    assert list(places_of(waves, {})) == ["coarse", "middle", "fine", "input", "L0", "L1", "L2", "L3"]


def test_a_group_of_layers_is_bent_in_its_middle_be_it_the_usual_or_ones_own(net: StyleNet) -> None:
    assert {word: places_of(net, {})[word].name for word in ("coarse", "middle", "fine")} == {
        "coarse": "b8.conv0", "middle": "b16.conv0", "fine": "b32.conv0"}
    assert list(places_of(net, {"sky": "4-5", "8a": "0"}))[:2] == ["sky", "8a"]
    assert places_of(net, {"8a": "0"})["8a"].name == "b4.conv1"  # one's own word wins; the layer has its full name
    assert places_of(net, {"8a": "0"})["b8.conv0"].name == "b8.conv0"


def test_own_groups_that_mean_no_layers_are_refused(net: StyleNet) -> None:
    with pytest.raises(PatchError, match="no layers"):
        Bends(net, 1, {"sky": "40-50"})


@pytest.mark.parametrize("given", [{"bend1_kind": "rotate"}, {"bend1": 0.7}, {"bend1": 0.7, "bend1_across": 1.0},
                                   {"bend1_kind": "echo", "bend1_across": 0.4},
                                   {"bend1_kind": "solo", "bend1": 1.0}], ids=str)
def test_no_amount_no_kind_and_no_channels_bend_nothing(net: StyleNet, given: dict[str, Value]) -> None:
    bends = Bends(net, 2)
    assert bends.of(values(bends, **given)) == {}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "echo"])
@pytest.mark.parametrize("arch", ["net", "waves"])
def test_every_kind_changes_the_picture_of_every_net(arch: str, kind: str, request: pytest.FixtureRequest) -> None:
    net = request.getfixturevalue(arch)
    bends = Bends(net, 1)
    found = bends.of(values(bends, bend1=0.6, bend1_across=0.3, bend1_kind=kind, bend1_layer="middle",
                            bend1_channels="group 1"))
    assert list(found) == [places_of(net, {})["middle"].name]
    assert (drawn(net, found) - drawn(net, {})).abs().mean() > 1e-3


def test_equal_values_give_equal_keys_and_other_values_others(net: StyleNet) -> None:
    bends, others = Bends(net, 1), Bends(net, 1)
    common: dict[str, Value] = {"bend1": 0.5, "bend1_kind": "scale", "bend1_layer": "8b"}

    def key(slots: Bends, **changed: Value) -> Any:
        return slots.of(values(slots, **(common | changed)))["b8.conv1"][0].key

    assert key(bends) == key(bends) == key(others)
    keys = {key(bends), key(bends, bend1=0.6), key(bends, bend1_across=0.1), key(bends, bend1_kind="rotate"),
            key(bends, bend1_channels="half")}
    assert len(keys) == 5


def test_slots_on_one_layer_are_done_one_after_the_other(net: StyleNet) -> None:
    bends = Bends(net, 2)
    found = bends.of(values(bends, bend1=1.0, bend1_kind="multiply", bend2=0.5, bend2_kind="invert"))
    (layer, (first, second)), = found.items()
    x = torch.randn(1, places_of(net, {})["coarse"].channels, 8, 8)
    assert layer == "b8.conv0"
    assert torch.allclose(second.apply(first.apply(x)), (4 * x).mean((2, 3), keepdim=True).expand_as(x), atol=1e-5)


@pytest.mark.parametrize(("channels", "bent"), [("half", range(8)), ("every 4th", range(0, 16, 4)), ("all", range(16))])
def test_only_the_chosen_channels_are_bent_and_layout_is_kept(net: StyleNet, channels: str, bent: range) -> None:
    bends = Bends(net, 1)
    bend = bends.of(values(bends, bend1=1.0, bend1_kind="ablate", bend1_layer="8a", bend1_channels=channels))
    x = torch.ones(1, 16, 8, 8).contiguous(memory_format=torch.channels_last)
    y = bend["b8.conv0"][0].apply(x)
    assert torch.nonzero(y[0, :, 0, 0] == 0).flatten().tolist() == list(bent)
    assert y.is_contiguous(memory_format=torch.channels_last)


def test_solo_leaves_nothing_but_the_chosen_channels(net: StyleNet) -> None:
    bends = Bends(net, 1)
    bend = bends.of(values(bends, bend1=1.0, bend1_kind="solo", bend1_layer="8a", bend1_channels="group 2"))
    y = bend["b8.conv0"][0].apply(torch.ones(1, 16, 8, 8))
    assert tuple(torch.nonzero(y[0, :, 0, 0]).flatten().tolist()) == ChannelGroups(net).of("b8.conv0")[1]


def echoed(net: StyleNet, bends: Bends, count: int, **given: Value) -> list[Tensor]:
    usual: dict[str, Value] = {"bend1": 0.9, "bend1_kind": "echo", "bend1_layer": "16a"}
    return [drawn(net, bends.of(values(bends, **(usual | given))), seed) for seed in range(count)]


def test_an_echo_does_something_else_each_time_and_says_so(net: StyleNet) -> None:
    bends = Bends(net, 1)
    found = bends.of(values(bends, bend1=0.5, bend1_kind="echo"))
    assert [bend.key for layer in found.values() for bend in layer] == [None]


def test_an_echo_plays_the_same_twice_and_a_reset_lets_its_trail_end(net: StyleNet) -> None:
    bends = Bends(net, 1)
    first = echoed(net, bends, 3)
    bends.reset()
    assert all(torch.equal(*pair) for pair in zip(first, echoed(net, bends, 3), strict=True))
    assert not torch.equal(first[2], drawn(net, {}, 2))
    bends.reset()
    assert torch.equal(echoed(net, bends, 1)[0], drawn(net, {}, 0))


def test_an_echo_goes_on_while_its_amount_moves_and_ends_at_nothing(net: StyleNet) -> None:
    bends = Bends(net, 1)
    echoed(net, bends, 1)
    assert not torch.equal(echoed(net, bends, 1, bend1=0.8, bend1_across=0.2)[0], drawn(net, {}, 0))
    assert bends.of(values(bends, bend1=0.0, bend1_kind="echo", bend1_layer="16a")) == {}
    assert torch.equal(echoed(net, bends, 1)[0], drawn(net, {}, 0))


@pytest.mark.parametrize("arch", ["net", "labelled", "waves"])
def test_the_groups_of_a_layer_make_up_its_channels(arch: str, request: pytest.FixtureRequest) -> None:
    net = request.getfixturevalue(arch)
    groups = ChannelGroups(net)
    for layer in net.layers:
        found = groups.of(layer.name)
        assert sorted(channel for group in found for channel in group) == list(range(layer.channels))
        assert len(found) == min(6, layer.channels)
        assert all(found)


def test_groups_are_the_same_whenever_they_are_looked_for(net: StyleNet) -> None:
    early, late = ChannelGroups(net), ChannelGroups(net)
    early.prepare(seconds=60.0)
    for layer in reversed(net.layers):
        assert early.of(layer.name) == late.of(layer.name)


def test_looking_for_groups_ends_when_its_time_is_over(net: StyleNet) -> None:
    groups = ChannelGroups(net)
    groups.prepare(seconds=0.0)
    assert list(groups._found) == ["b4.conv1"]


@pytest.mark.parametrize("size", [(4, 4), (8, 8), (36, 20), (9, 64)])
def test_maps_are_pooled_to_means_over_areas(size: tuple[int, int]) -> None:
    x = torch.randn(1, 3, *size, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(pooled(x), F.adaptive_avg_pool2d(x, 8)[0].flatten(1), atol=1e-5)


def test_channels_that_do_alike_are_one_group_and_the_most_active_comes_first() -> None:
    chance = np.random.default_rng(0)
    courses = chance.standard_normal((3, 4, 64))
    belongs = np.array([0, 1, 2, 2, 1, 0, 0, 1, 1, 2])
    maps = courses[belongs] * chance.uniform(1, 2, (10, 1, 1)) + 0.05 * chance.standard_normal((10, 4, 64))
    maps[belongs == 2] *= 10.0
    assert grouped(maps, 3) == ((2, 3, 9), (1, 4, 7, 8), (0, 5, 6))


@given(channels=st.integers(1, 40), seed=st.integers(0, 99), kinds=st.integers(1, 5))
def test_grouping_always_divides_all_channels_without_an_empty_group(channels: int, seed: int, kinds: int) -> None:
    chance = np.random.default_rng(seed)
    maps = chance.standard_normal((kinds, 2, 16))[chance.integers(kinds, size=channels)]  # many exactly equal
    maps[:: 7] = 0.0  # and dead ones
    found = grouped(maps)
    assert sorted(channel for group in found for channel in group) == list(range(channels))
    assert len(found) == min(6, channels)


@pytest.mark.parametrize("word", CHANNELS)
def test_a_layer_of_few_channels_takes_every_word(word: str) -> None:
    table, tensors = sg2_tensors(size=16, channel_max=4)
    net = live_net("stylegan2", table, tensors)
    layer = net.layers[-1]
    assert layer.channels == 4
    assert set(chosen_channels(word, layer, ChannelGroups(net))) <= set(range(4))


def test_a_picture_is_drawn_anew_when_a_bend_moves_and_at_every_frame_of_an_echo(net: StyleNet) -> None:
    bends, drawing, ws = Bends(net, 1), Drawing(net), torch.randn(1, net.rows, net.style)

    def shown(**given: Value) -> Tensor:
        return drawing.draw(ws, Scene(bends=bends.of(values(bends, **given)))).clone()

    still = shown()
    turned = shown(bend1=0.3, bend1_kind="rotate")
    assert torch.equal(turned, shown(bend1=0.3, bend1_kind="rotate"))
    assert not torch.equal(turned, shown(bend1=0.31, bend1_kind="rotate"))
    assert torch.equal(still, shown(bend1_kind="rotate"))
    drifting = [shown(bend1=0.9, bend1_across=1.0, bend1_kind="echo", bend1_layer="16b") for _ in range(3)]
    assert torch.equal(drifting[0], still)
    assert not torch.equal(drifting[1], drifting[2])
