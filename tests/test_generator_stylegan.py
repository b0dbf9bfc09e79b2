"""The `stylegan` generator: every param does what it says, nothing that can't be played is played."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from stylegan_files import sg2_tensors, sg3_tensors, write_pkl

from liveart.checkpoints.directions import Direction, write_directions
from liveart.checkpoints.keyframes import write_keyframe
from liveart.checkpoints.model import open_model
from liveart.core.blend import Blend
from liveart.core.contract import Moment, Stage
from liveart.core.latent import seed_point
from liveart.errors import LiveartError, ModelError, PatchError
from liveart.generators.stylegan import StyleGan
from liveart.generators.stylegan_scene import turn_of
from liveart.nets.style_net import STILL

STAGE = Stage(size=(64, 36))
SEED = Blend(((3, 1.0),))


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a tiny StyleGAN2."""
    return write_pkl(tmp_path_factory.mktemp("models") / "faces.pkl", *sg2_tensors())


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a tiny StyleGAN3-T."""
    return write_pkl(tmp_path_factory.mktemp("models") / "waves.pkl", *sg3_tensors("T"))


def opened(file: Path, **settings: Any) -> StyleGan:
    """Return an opened generator in float32."""
    made = StyleGan(str(file), **{"precision": "float32"} | settings)
    made.open(STAGE)
    return made


def values(generator: StyleGan, **more: Any) -> dict[str, float]:
    """Return the defaults of a generator's params, with some changed."""
    known = {param.name: param for param in generator.params}
    found = {name: param.start for name, param in known.items()}
    found |= {f"{name}_position": 0.0 for name, param in known.items() if param.kind == "rate"}
    for name, value in more.items():
        found[name] = value if name.endswith("_position") else known[name].read(value).number
    return found


def draw(generator: StyleGan, blend: Any = SEED, level: int = 0, index: int = 0, **more: Any) -> np.ndarray:
    """Return a picture, int [height, width, 3]."""
    made = generator.make(Moment(index / 60, index / 30, 1 / 60, index, STAGE.size, level=level), blend,
                          values(generator, **more))
    assert isinstance(made, torch.Tensor)
    assert made.dtype == torch.uint8
    picture: np.ndarray = made[0].permute(1, 2, 0).numpy().astype(int)
    return picture.copy()


def differ(a: np.ndarray, b: np.ndarray) -> float:
    """Return the mean difference of two pictures, in steps of 255."""
    return float(np.abs(a - b).mean())


# What is moved, and what has to be elsewhere already for it to be seen.
MOVES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "truncation": ({"truncation": 0.2}, {}),
    "truncation of a group": ({"truncation_middle": -1.0}, {}),
    "centre": ({"centre": "seed"}, {}),
    "centre seed": ({"centre_seed": 8.5}, {"centre": "seed", "truncation": 0.3}),
    "mixing": ({"mix_fine": 0.7}, {"mix_seed": 20.0}),
    "second point": ({"mix_seed": 21.0}, {"mix_coarse": 1.0}),
    "noise": ({"noise": 3.0}, {}),
    "place of the noise": ({"noise_speed_position": 0.5}, {"noise": 3.0}),
    "direction": ({"pca_1": 3.0}, {}),
    "layers of a direction": ({"pca_1_layers": "fine"}, {"pca_1": 3.0}),
    "hue": ({"hue": 0.3}, {}), "saturation": ({"saturation": 0.0}, {}), "contrast": ({"contrast": 0.2}, {}),
    "bend": ({"bend1": 0.8}, {"bend1_kind": "invert", "bend1_layer": "middle"}),
    "layer of a bend": ({"bend2_layer": "coarse"}, {"bend2_kind": "invert", "bend2": 0.8, "bend2_layer": "fine"}),
}
PLANE_MOVES: dict[str, dict[str, Any]] = {
    "right": {"shift_x": 0.2}, "up": {"shift_y": 0.2}, "turned": {"turn": 0.2}, "nearer": {"zoom": 2.0}}


def test_every_param_moves_the_picture_and_back_it_is_the_same(faces: Path) -> None:
    generator = opened(faces)
    for name, (move, before) in MOVES.items():
        first, moved, again = draw(generator, **before), draw(generator, **before | move), draw(generator, **before)
        assert differ(first, moved) > 0.3, name
        assert (first == again).all(), name
        assert len(np.unique(first)) > 20, name


def test_every_param_explains_itself_and_has_a_name_of_its_own(faces: Path, waves: Path) -> None:
    for generator in (opened(faces), opened(waves)):
        names = [param.name for param in generator.params]
        assert len(set(names)) == len(names)
        assert all(param.help for param in generator.params)


def test_what_a_model_does_not_have_is_no_param(faces: Path, waves: Path) -> None:
    two, three = ({param.name for param in opened(file).params} for file in (faces, waves))
    assert {"noise", "noise_speed"} <= two - three
    assert {"shift_x", "shift_y", "turn", "zoom"} <= three - two
    assert not {"class_from", "mix_with", "blend_coarse"} & (two | three)


def test_the_input_plane_of_stylegan3_can_be_moved(waves: Path) -> None:
    generator = opened(waves)
    still = draw(generator)
    for name, move in PLANE_MOVES.items():
        assert differ(still, draw(generator, **move)) > 0.3, name


def test_at_truncation_nought_every_seed_is_the_centre(faces: Path) -> None:
    generator = opened(faces)
    first, other = (draw(generator, Blend(((seed, 1.0),)), truncation=0.0) for seed in (3, 4))
    assert (first == other).all()
    assert differ(first, draw(generator)) > 0.3


def test_a_z_is_taken_as_well_as_a_blend(faces: Path) -> None:
    generator = opened(faces)
    assert (draw(generator, seed_point(3, generator.latent)) == draw(generator)).all()


def test_in_z_the_journey_is_mapped_at_every_point(faces: Path) -> None:
    through_w, through_z = opened(faces), opened(faces, space="z")
    assert (through_w.travels, through_z.travels) == ("blend", "z")
    half = (seed_point(3, 32) + seed_point(4, 32)) / 2
    assert (draw(through_z, seed_point(3, 32)) == draw(through_w)).all()
    assert differ(draw(through_z, half), draw(through_w, Blend(((3, 0.5), (4, 0.5))))) > 0.3


def test_the_classes_of_a_conditional_model_are_blended(tmp_path: Path) -> None:
    generator = opened(write_pkl(tmp_path / "birds.pkl", *sg2_tensors(classes=3)))
    first, half, last = (draw(generator, class_from=0, class_to=2, class_blend=share) for share in (0.0, 0.5, 1.0))
    assert (last == draw(generator, class_from=2, class_to=0)).all()
    assert min(differ(first, half), differ(half, last), differ(first, last)) > 0.3


def test_a_moved_late_layer_is_all_that_is_drawn_again(faces: Path) -> None:
    generator = opened(faces)
    counts = [0] * len(generator.net.steps)
    for place, step in enumerate(generator.net.steps):
        def counting(*given: Any, place: int = place, plain: Any = step.forward) -> Any:
            counts[place] += 1
            return plain(*given)
        step.forward = counting

    def drawn(**more: Any) -> list[int]:
        counts[:] = [0] * len(counts)
        draw(generator, **more)
        return list(counts)

    assert drawn() == [1, 1, 1, 1]
    assert drawn() == [0, 0, 0, 0]
    assert drawn(hue=0.2) == [0, 0, 0, 0]
    assert drawn(hue=0.2, truncation_fine=0.4) == [0, 0, 1, 1]
    late: dict[str, Any] = {"bend1": 0.5, "bend1_kind": "multiply", "bend1_layer": "32b"}
    assert drawn(hue=0.2, truncation_fine=0.4, **late) == [0, 0, 0, 1]
    assert drawn(hue=0.2, truncation_fine=0.4, **late | {"bend1": 0.6}) == [0, 0, 0, 1]
    assert drawn(hue=0.2, truncation_coarse=0.5) == [1, 1, 1, 1]


def test_a_lower_inner_level_is_half_as_large(faces: Path) -> None:
    generator = opened(faces)
    assert [draw(generator, level=level).shape[0] for level in (0, 1)] == [32, 16]


def test_a_net_of_one_size_draws_more_seldom_instead(waves: Path) -> None:
    generator = opened(waves)
    seeds = [Blend(((seed, 1.0),)) for seed in range(8)]
    plain = [draw(generator, blend) for blend in seeds]
    for level, held in ((1, [0, 0, 2, 2, 4, 4, 6, 6]), (2, [0, 0, 0, 0, 4, 4, 4, 4])):
        seen = [draw(generator, blend, level, index) for index, blend in enumerate(seeds)]
        assert [(a == plain[b]).all() for a, b in zip(seen, held, strict=True)] == [True] * 8


@pytest.mark.parametrize(("aspect", "shape"), [("", (32, 32)), ("2:1", (32, 64)), ("1:2", (64, 32)),
                                               ("show", (32, 57))])
def test_a_picture_can_be_played_wide(faces: Path, waves: Path, aspect: str, shape: tuple[int, int]) -> None:
    for file in (faces, waves):
        picture = draw(opened(file, aspect=aspect, directions=0, bends=0))
        assert abs(picture.shape[0] - shape[0]) <= 4
        assert abs(picture.shape[1] - shape[1]) <= 4
        assert max(picture.shape[:2]) >= 32


def test_own_layer_groups_replace_the_three_words(faces: Path) -> None:
    generator = opened(faces, groups={"shape": "0-1", "paint!": "2-7"}, blend_with=str(faces))
    names = {param.name for param in generator.params}
    assert {"mix_shape", "mix_paint", "truncation_shape", "blend_paint"} <= names
    assert not {"mix_coarse", "truncation_fine"} & names
    choice = next(param for param in generator.params if param.name == "pca_1_layers")
    assert choice.choices == ("all", "shape", "paint")


def test_directions_and_keyframes_that_are_kept_are_played(tmp_path: Path) -> None:
    file = write_pkl(tmp_path / "faces.pkl", *sg2_tensors())
    model = open_model(file)
    portrait = np.random.RandomState(1).randn(8, 32).astype(np.float32)
    write_keyframe(model, "portrait", portrait)
    write_directions(model, [Direction("smile", np.full(32, 0.5, np.float32), "4-5"),
                             Direction("blend", np.full(32, 0.2, np.float32), "coarse")])
    generator = opened(file)
    known = {param.name: param for param in generator.params}
    assert known["smile_layers"].choices == ("all", "coarse", "middle", "fine", "4-5")
    assert known["smile_layers"].default == "4-5"
    assert "blend_2" in known  # the mix has a param called blend
    assert "pca_1" not in known
    assert "portrait" in known["centre"].choices
    at_portrait = draw(generator, Blend((("portrait", 1.0),)), truncation=1.0)
    assert (at_portrait == draw(generator, truncation=0.0, centre="portrait")).all()
    assert differ(draw(generator), draw(generator, smile=4.0)) > 0.3


def test_directions_of_another_model_are_told_and_played_without(tmp_path: Path) -> None:
    file = write_pkl(tmp_path / "faces.pkl", *sg2_tensors())
    write_directions(open_model(file), [Direction("smile", np.full(32, 0.5, np.float32))])
    write_pkl(tmp_path / "faces.pkl", *sg2_tensors(seed=1))
    generator = opened(file)
    assert "another model" in generator.note()
    assert "smile" not in {param.name for param in generator.params}


def test_two_models_of_one_family_are_blended(tmp_path: Path, faces: Path) -> None:
    second = write_pkl(tmp_path / "cats.pkl", *sg2_tensors(seed=9))
    both, one, other = opened(faces, blend_with=str(second)), opened(faces), opened(second)
    whole: dict[str, Any] = {"blend_coarse": 1.0, "blend_middle": 1.0, "blend_fine": 1.0, "blend_mapping": 1.0}
    assert (draw(both) == draw(one)).all()
    assert differ(draw(both, **whole), draw(other)) < 0.1
    assert min(differ(draw(both, blend_fine=1.0), draw(made)) for made in (one, other)) > 0.3
    assert differ(draw(both, blend_coarse=0.5), draw(one)) > 0.3
    assert (draw(both) == draw(one)).all()


def test_an_echo_is_forgotten_at_panic(faces: Path) -> None:
    generator = opened(faces)
    echo: dict[str, Any] = {"bend1": 0.9, "bend1_kind": "echo", "bend1_layer": "middle"}
    path = [Blend(((seed, 1.0),)) for seed in range(3)]
    first = [draw(generator, blend, index=index, **echo) for index, blend in enumerate(path)]
    trailed = draw(generator, path[0], **echo)
    generator.reset()
    again = [draw(generator, blend, index=index, **echo) for index, blend in enumerate(path)]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert differ(trailed, first[0]) > 0.1


def test_a_long_show_takes_no_more_memory_than_a_short_one(faces: Path) -> None:
    generator = opened(faces)
    still = values(generator)

    def play(begin: int, end: int) -> None:
        for index in range(begin, end):
            now = Moment(index / 60, index / 30, 1 / 60, index, STAGE.size)
            moved = still | {"truncation": 0.5 + 0.001 * (index % 100), "noise_speed_position": index * 0.01}
            generator.make(now, Blend(((index // 50, 0.5), (index // 50 + 1, 0.5))), moved)

    def held_after(begin: int, end: int) -> int:
        play(begin, end)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    play(0, 60)
    tracemalloc.start()
    try:
        before = held_after(60, 90)
        assert held_after(90, 250) < before + 50_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("settings", "said"), [
    ({"space": "v"}, "space"), ({"precision": "float23"}, "float32"), ({"speed": "fst"}, "fast"),
    ({"aspect": "16x9"}, "16:9"), ({"aspect": "0:9"}, "0:9"), ({"aspect": "100:1"}, "widest"),
    ({"bends": -1}, "0 to 6"), ({"bends": 2.0}, "0 to 6"), ({"directions": 99}, "0 to 24"),
    ({"groups": {"shape": 3}}, "layer groups"), ({"groups": {"all": "0-3"}}, "layer groups"),
    ({"groups": {"shape": "3-1"}}, "0 to 7"), ({"groups": {"shape": "corse"}}, "coarse"), ({"groups": "0-3"}, "groups"),
    ({"blend_with": "no such model"}, "no such model"),
])
def test_impossible_settings_are_refused_with_what_to_do(faces: Path, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(LiveartError, match=said) as caught:
        opened(faces, **settings)
    assert caught.value.hint


def test_models_that_can_not_be_blended_are_refused(faces: Path, waves: Path) -> None:
    with pytest.raises(ModelError, match="can't be blended"):
        opened(faces, blend_with=str(waves))


def test_the_plane_stands_still_until_it_is_moved() -> None:
    still = {"shift_x": 0.0, "shift_y": 0.0, "turn": 0.0, "zoom": 1.0}
    assert turn_of(still) == STILL
    place = np.array(turn_of(still | {"shift_x": 0.25, "turn": 0.25, "zoom": 2.0})) @ [0.25, -0.5, 1.0]
    assert np.allclose(place, [-0.25, 0.0])  # what is seen half a picture above its middle lay left of it before


def test_a_missing_keyframe_is_named(faces: Path) -> None:
    with pytest.raises(ModelError, match="portrait"):
        draw(opened(faces), Blend((("portrait", 1.0),)))


def test_the_note_says_what_plays(faces: Path) -> None:
    generator = opened(faces)
    assert all(word in generator.note() for word in ("faces", "32x32", "stylegan2", "float32"))
    generator.close()
    generator.close()


def test_what_reads_a_patch_loads_no_torch() -> None:
    words = "import sys, liveart.generators.stylegan, liveart.generators.gan; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0


def test_unknown_settings_are_no_settings() -> None:
    with pytest.raises((TypeError, PatchError)):
        StyleGan("faces.pkl", wobble=3)  # type: ignore[call-arg]
