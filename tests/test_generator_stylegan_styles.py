"""What a StyleGAN is given to draw: rows of w from stations, second point, truncation, classes and directions."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch
from stylegan_files import sg2_tensors

from liveart.core.blend import Blend
from liveart.core.latent import seed_point
from liveart.core.param import Param
from liveart.core.path import Loop, Orbit, Walk
from liveart.core.style_rows import group_rows
from liveart.errors import ModelError
from liveart.generators import stylegan_params as hands
from liveart.generators.stylegan_names import free_names, plain_name
from liveart.generators.stylegan_params import Slider
from liveart.generators.stylegan_styles import Styles
from liveart.nets.style_net import StyleNet
from liveart.nets.style_nets import live_net

AT_THREE = Blend(((3, 1.0),))
KEYFRAMES = {"portrait": np.random.RandomState(1).randn(8, 32).astype(np.float32)}
SMILE = Slider("smile", np.full(32, 0.1, np.float32), {"all": range(8), "coarse": range(3), "3-4": range(3, 5)}, "3-4")


def net_of(classes: int = 0) -> StyleNet:
    """Return a live net of 32 pixels with random weights: 8 rows."""
    net, tensors = sg2_tensors(classes=classes)
    return live_net("stylegan2", net, tensors)


def styles_of(net: StyleNet) -> Styles:
    """Return the styles of a net with a keyframe and a direction."""
    return Styles(net, group_rows({}, net.rows), KEYFRAMES, [SMILE])


def values(net: StyleNet, **more: Any) -> dict[str, float]:
    """Return the defaults of all params that the styles read, truncation 1, with some changed."""
    groups = ["coarse", "middle", "fine"]
    params: list[Param] = [hands.TRUNCATION, *hands.class_params(net.classes), *hands.mix_params(groups, KEYFRAMES),
                           *hands.grouped("truncation", groups), *hands.centre_params(net.classes, KEYFRAMES),
                           *SMILE.params()]
    known = {param.name: param for param in params}
    found = {name: param.start for name, param in known.items()} | {"truncation": 1.0}
    return found | {name: known[name].read(value).number for name, value in more.items()}


def mapped(net: StyleNet, seed: int, label: int | None = None) -> np.ndarray:
    """Return w of a seed as the net itself maps it."""
    labels = None if label is None else torch.nn.functional.one_hot(torch.tensor([label]), net.classes).float()
    w: np.ndarray = net.mapping(torch.tensor(seed_point(seed, net.latent))[None], labels)[0].numpy()
    return w


def test_a_path_passes_exactly_what_the_mapping_makes_of_its_seeds() -> None:
    net = net_of()
    styles, path = styles_of(net), Loop([7, 8, 9])
    for place, seed in ((0.0, 7), (1.0, 8), (5.0, 9)):
        blend = path.blend({"speed_position": place, "offset": 0.0}, net.latent)
        assert (styles.at(blend, values(net)) == mapped(net, seed)).all()


def test_the_way_through_w_is_without_jumps() -> None:
    net = net_of()
    styles, path = styles_of(net), Walk(4)
    ws = [styles.at(path.blend({"speed_position": place, "offset": 0.0}, net.latent), values(net))
          for place in np.linspace(0.0, 4.0, 401)]
    steps = [np.abs(b - a).max() for a, b in itertools.pairwise(ws)]
    assert max(steps) < 0.05 * np.ptp(np.stack(ws))


def test_the_rows_are_those_of_the_net_and_a_fresh_array_each_time() -> None:
    net = net_of()
    styles = styles_of(net)
    ws = styles.at(AT_THREE, values(net))
    assert ws.shape == (8, 32)
    assert ws.dtype == np.float32
    ws[:] = 0.0
    assert styles.at(AT_THREE, values(net)).any()


def test_truncation_leads_to_the_mean_and_beyond_it() -> None:
    net = net_of()
    styles, mean = styles_of(net), net.w_mean.numpy()
    whole = styles.at(AT_THREE, values(net))
    assert (styles.at(AT_THREE, values(net, truncation=0.0)) == mean).all()
    assert np.allclose(styles.at(AT_THREE, values(net, truncation=-0.5)), mean - 0.5 * (whole - mean), atol=1e-5)


def test_truncation_of_a_group_leaves_the_other_rows_alone() -> None:
    net = net_of()
    styles = styles_of(net)
    whole, cut = (styles.at(AT_THREE, values(net, **more)) for more in ({}, {"truncation_middle": 0.0}))
    assert (cut[3:5] == net.w_mean.numpy()).all()
    assert (np.delete(cut, [3, 4], 0) == np.delete(whole, [3, 4], 0)).all()


@pytest.mark.parametrize(("more", "centre"), [({"centre": "seed", "centre_seed": 11.0}, 11),
                                              ({"centre": "portrait"}, "portrait")])
def test_truncation_leads_to_a_chosen_centre(more: dict[str, Any], centre: int | str) -> None:
    net = net_of()
    styles = styles_of(net)
    wanted = KEYFRAMES[centre] if isinstance(centre, str) else mapped(net, centre)
    assert np.allclose(styles.at(AT_THREE, values(net, truncation=0.0, **more)), wanted, atol=1e-6)


def test_mixing_coarse_rows_leaves_the_fine_ones_alone() -> None:
    net = net_of()
    styles = styles_of(net)
    whole, crossed = (styles.at(AT_THREE, values(net, mix_seed=5.0, mix_coarse=amount)) for amount in (0.0, 1.0))
    assert np.allclose(crossed[:3], mapped(net, 5), atol=1e-6)
    assert (crossed[3:] == whole[3:]).all()
    other = styles.at(AT_THREE, values(net, mix_with="portrait", mix_fine=1.0))
    assert np.allclose(other[5:], KEYFRAMES["portrait"][5:], atol=1e-6)


def test_a_seed_between_two_stands_between_them() -> None:
    net = net_of()
    between = styles_of(net).at(AT_THREE, values(net, truncation=0.0, centre="seed", centre_seed=4.25))
    assert np.allclose(between, 0.75 * mapped(net, 4) + 0.25 * mapped(net, 5), atol=1e-5)


def test_a_direction_pushes_its_own_rows_even_at_the_mean() -> None:
    net = net_of()
    styles, mean = styles_of(net), net.w_mean.numpy()
    for layers, rows in (("3-4", range(3, 5)), ("coarse", range(3)), ("all", range(8))):
        pushed = styles.at(AT_THREE, values(net, truncation=0.0, smile=2.0, smile_layers=layers)) - mean
        wanted = np.zeros((8, 32))
        wanted[rows.start : rows.stop] = 0.2
        assert np.allclose(pushed, wanted, atol=1e-5)


def test_a_keyframe_is_a_station_like_any_seed() -> None:
    net = net_of()
    half = Blend((("portrait", 0.5), (3, 0.5)))
    assert np.allclose(styles_of(net).at(half, values(net)), 0.5 * (KEYFRAMES["portrait"] + mapped(net, 3)), atol=1e-6)


def test_a_keyframe_that_the_model_does_not_have_is_named_with_the_nearest() -> None:
    net = net_of()
    with pytest.raises(ModelError, match=r'no keyframe "portrai"\. Did you mean "portrait"'):
        styles_of(net).at(Blend((("portrai", 1.0),)), values(net))


def test_the_way_between_two_classes_ends_at_each() -> None:
    net = net_of(classes=4)
    styles = styles_of(net)
    ends = [styles.at(AT_THREE, values(net, class_from=1, class_to=3, class_blend=share)) for share in (0.0, 0.5, 1.0)]
    assert (ends[0] == mapped(net, 3, label=1)).all()
    assert (ends[2] == mapped(net, 3, label=3)).all()
    assert np.allclose(ends[1], (ends[0] + ends[2]) / 2, atol=1e-6)
    assert (styles.at(AT_THREE, values(net, class_from=3, class_to=3, class_blend=0.3)) == ends[2]).all()


def test_the_centre_of_a_class_is_typical_of_it() -> None:
    net = net_of(classes=4)
    styles = styles_of(net)
    centre = styles.at(AT_THREE, values(net, truncation=0.0, centre="class", class_from=2))
    average = np.mean([mapped(net, seed, label=2) for seed in range(300)], 0)
    spread = np.std([mapped(net, seed, label=2) for seed in range(300)], 0).mean()
    assert np.abs(centre[0] - average).mean() < 0.15 * spread


def test_nothing_is_mapped_while_the_journey_moves_between_its_stations(monkeypatch: pytest.MonkeyPatch) -> None:
    net = net_of()
    styles, path, seen = styles_of(net), Walk(4), list[int]()
    mapping = net.mapping

    def watched(z: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        seen.append(len(z))
        return mapping(z, labels)

    monkeypatch.setattr(net, "mapping", watched)
    for place in np.linspace(0.01, 0.99, 50):
        styles.at(path.blend({"speed_position": place, "offset": 0.0}, net.latent), values(net))
    assert seen == [1, 1, 1, 1]


def test_a_long_journey_takes_no_more_memory_than_a_short_one() -> None:
    net = net_of()
    styles, path = styles_of(net), Orbit(4)
    still = values(net)

    def travel(begin: int, end: int) -> None:
        for index in range(begin, end):  # each place is a z of its own, to be mapped and kept
            styles.at(path.blend({"speed_position": index * 0.001, "offset": 0.0, "radius": 1.0}, net.latent), still)

    travel(0, 600)
    tracemalloc.start()
    try:
        travel(600, 1200)  # all that is kept is renewed
        before = tracemalloc.get_traced_memory()[0]
        travel(1200, 2000)
        assert tracemalloc.get_traced_memory()[0] < before + 20_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("word", "name"), [("pca 1", "pca_1"), ("Ålder?", "lder"), ("  ", "way"), ("a--b", "a_b")])
def test_any_word_becomes_a_name_that_a_param_can_have(word: str, name: str) -> None:
    assert plain_name(word) == name
    Param(name)


def test_a_name_that_is_taken_is_numbered() -> None:
    assert free_names(["smile", "smile", "hue", "x", "a b"], ["hue", "a_b_layers"], ("", "_layers")) == [
        "smile", "smile_2", "hue_2", "x", "a_b_2"]
