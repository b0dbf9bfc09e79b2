"""Recipes: those that come with liveart are whole, and wrong ones are refused with what is wrong."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest

from liveart.errors import TrainingError
from liveart.nets.registry import build
from liveart.training.recipe import RECIPES, Recipe, changed, read_recipe, recipe_names, resized, to_dict

_ONLY_VAE = {"encoder", "pixels", "features", "divergence", "adversary", "adversary_from"}
_ONLY_STYLED = {"widths", "judge"}
_NOT_DCGAN = {"style", "mapping", "r1_every"}
_ONLY_STYLEGAN2 = {"base", "most", "judge_base", "judge_most", "grain_from", "paths", "paths_every", "border"}
_ONLY_ADA = {"ada_target", "ada_images"}


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_names_every_number_that_it_uses(name: str) -> None:
    table = tomllib.loads((RECIPES / f"{name}.toml").read_text(encoding="utf-8"))
    recipe = read_recipe(name)
    unused = set() if recipe.kind == "vae" else set(_ONLY_VAE)
    unused |= _ONLY_STYLED | _NOT_DCGAN if recipe.arch == "dcgan" else {"width"}
    unused |= _ONLY_STYLED if recipe.arch == "stylegan2" else _ONLY_STYLEGAN2
    unused |= set() if "ada" in recipe.augment else _ONLY_ADA
    assert table.keys() == {field.name for field in dataclasses.fields(Recipe)} - unused


def test_a_recipe_survives_the_way_through_plain_values() -> None:
    recipe = read_recipe("vae")
    assert changed(Recipe(), to_dict(recipe)) == recipe


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"batsch": 3}, 'Did you mean "batch"'),
        ({"batch": 1}, "at least 2"),
        ({"batch": "many"}, "expected int"),
        ({"loss": "l2"}, "softplus, hinge"),
        ({"size": 256}, "doesn't go with"),
        ({"kind": "vae"}, "can't train"),
        ({"augment": ["colour", "melt"]}, "melt"),
        ({"arch": "stylegan2", "size": 100}, "size 100"),
        ({"arch": "stylegan2", "base": 64}, "too few channels"),
    ],
)
def test_a_wrong_recipe_is_refused(values: dict[str, object], told: str) -> None:
    with pytest.raises(TrainingError) as refused:
        changed(Recipe(), values)
    assert told in str(refused.value)


@pytest.mark.parametrize("size", [16, 64, 256])
def test_another_size_brings_the_nets_along(size: int) -> None:
    recipe = resized(read_recipe("gan"), size)
    assert build(recipe.arch, recipe.net()).size == size
    assert resized(read_recipe("stylegan2"), size).net()["size"] == size
    with pytest.raises(TrainingError, match="not possible"):
        resized(recipe, 100)


def test_an_unknown_recipe_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match='Did you mean "paint"'):
        read_recipe("pain")
    own = tmp_path / "own.toml"
    own.write_text("batch = [", encoding="utf-8")
    with pytest.raises(TrainingError, match="can't be read"):
        read_recipe(str(own))
    own.write_text("batch = 4", encoding="utf-8")
    assert read_recipe(str(own)).batch == 4
