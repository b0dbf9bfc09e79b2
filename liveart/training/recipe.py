"""Recipes: every number that a picture training depends on, in one frozen value read from TOML."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liveart.errors import TrainingError, did_you_mean

RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training run is made of. Rates are per step, scales as said beside them."""

    kind: str = "gan"  # gan or vae
    arch: str = "styled"  # styled, stylegan2 or dcgan (gan), vae (vae)
    size: int = 128  # pixels a side
    channels: int = 3
    latent: int = 64
    widths: tuple[int, ...] = (160, 160, 96, 64, 32, 16)  # generator channels at 4x4, 8x8, … (styled, vae)
    style: int = 128
    mapping: int = 2
    base: int = 2048  # stylegan2: generator channels are base / size of the features …
    most: int = 160  # … but at most so many
    judge_base: int = 2048  # stylegan2: the same of the discriminator
    judge_most: int = 192
    grain_from: int = 64  # stylegan2: the smallest size of features that may get noise
    judge: tuple[int, ...] = (40, 72, 112, 160, 192)  # discriminator channels, from size/2 to 4
    encoder: tuple[int, ...] = (24, 48, 64, 96, 128)  # vae: encoder channels, likewise
    width: int = 64  # channels of the widest layer (dcgan)
    batch: int = 8
    iterations: int = 20_000
    rate: float = 0.002  # Adam's
    judge_rate: float = 0.002
    beta1: float = 0.0
    beta2: float = 0.99
    ema_images: float = 5_000.0  # half-life of the averaged weights, in pictures seen
    loss: str = "softplus"  # softplus (non-saturating) or hinge
    r1: float = 1.0  # weight of the gradient penalty; 0 for none
    r1_every: int = 16
    paths: float = 0.0  # stylegan2: weight of the path length penalty; 0 for none
    paths_every: int = 4
    border: float = 0.0  # stylegan2: weight of the penalty for a line that frames every picture; 0 for none
    augment: tuple[str, ...] = ("colour", "shift", "cutout")  # or ("ada",)
    ada_target: float = 0.6  # ada: the part of real pictures known as real that is held, from -1 to 1
    ada_images: float = 100_000.0  # ada: pictures in which the probability can go from 0 to 1
    crops: str = "resize"  # resize (whole pictures) or multi (crops at many scales)
    crop_low: float = 0.8  # resize: part of the short side; multi: multiples of `size`
    crop_high: float = 1.0
    flips: str = "h"  # none, h, hv or all (with quarter turns)
    prefer: str = "any"  # any, bright or vivid: the better of two crops is taken
    margin: float = 0.0  # part of width and height that is cut off at each side, such as a fading border
    stars: float = 1.0  # how much of small bright specks is kept, 0 to 1
    lift: float = 1.0  # exponent of the lightness; below 1 lifts faint light
    saturation: float = 1.0
    hue_low: float = 0.0  # hues are turned at random between these, in turns
    hue_high: float = 0.0
    pixels: float = 10.0  # vae: weight of the difference in pixels, at several scales
    features: float = 2.0  # vae: weight of the difference in the discriminator's features
    divergence: float = 0.01  # vae: weight of the KL divergence, per latent number
    adversary: float = 1.0  # vae: weight of the adversarial term
    adversary_from: int = 1_500  # vae: first iteration with a discriminator
    half: bool = True  # weights are stored as float16

    def net(self) -> dict[str, Any]:
        """Return the arguments with which the registry builds the playable net."""
        if self.arch == "dcgan":
            return {"latent": self.latent, "size": self.size, "channels": self.channels, "width": self.width}
        if self.arch == "stylegan2":
            rows = 2 * (self.size.bit_length() - 1) - 2
            return {
                "latent": self.latent, "classes": 0, "style": self.style, "rows": rows, "size": self.size,
                "channels": self.channels, "clamp": 0.0, "architecture": "skip",
            }  # fmt: skip
        return {
            "latent": self.latent,
            "widths": list(self.widths),
            "style": self.style,
            "mapping": self.mapping,
            "channels": self.channels,
        }


AUGMENTS = ("colour", "shift", "cutout", "ada")
_CHOICES = {
    "kind": ("gan", "vae"),
    "arch": ("styled", "stylegan2", "dcgan", "vae"),
    "loss": ("softplus", "hinge"),
    "crops": ("resize", "multi"),
    "flips": ("none", "h", "hv", "all"),
    "prefer": ("any", "bright", "vivid"),
    "channels": (1, 3),
}
_FIELDS = {field.name: field for field in dataclasses.fields(Recipe)}


def recipe_names() -> list[str]:
    """Return the names of the recipes that come with liveart."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def read_recipe(name_or_path: str) -> Recipe:
    """Return a recipe by its name or TOML file; raises TrainingError for unknown names, keys and values."""
    path = Path(name_or_path)
    if not path.is_file():
        path = RECIPES / f"{name_or_path}.toml"
    if not path.is_file():
        what = f'No recipe is named "{name_or_path}".'
        raise TrainingError(what, did_you_mean(name_or_path, recipe_names()))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(f"The recipe {path} can't be read: {error}.", "Mend the TOML.") from error
    return changed(Recipe(), table)


def changed(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """Return `recipe` with some values replaced, all of them checked."""
    clean: dict[str, Any] = {}
    for key, value in values.items():
        if key not in _FIELDS:
            raise TrainingError(f'A recipe has no "{key}".', did_you_mean(key, _FIELDS))
        clean[key] = _fitting(key, value, getattr(recipe, key))
    return _checked(dataclasses.replace(recipe, **clean))


def resized(recipe: Recipe, size: int) -> Recipe:
    """Return `recipe` for pictures of `size` pixels a side: finer stages are added, or the finest left out."""
    if recipe.arch == "dcgan":
        return changed(recipe, {"size": size})
    if size < 16 or size & (size - 1):
        raise TrainingError(f"size {size} is not possible.", "Choose 16, 32, 64, 128, 256, 512 or 1024.")
    if recipe.arch == "stylegan2":
        return changed(recipe, {"size": size})
    widths, judge, encoder = list(recipe.widths), list(recipe.judge), list(recipe.encoder)
    while 2 << len(widths) < size:
        widths.append(max(12, widths[-1] // 2))
        judge.insert(0, max(24, judge[0] // 2))
        encoder.insert(0, max(16, encoder[0] // 2))
    while 2 << len(widths) > size:
        widths.pop()
        judge.pop(0)
        encoder.pop(0)
    return changed(recipe, {"size": size, "widths": widths, "judge": judge, "encoder": encoder})


def _fitting(key: str, value: Any, like: Any) -> Any:
    """Return `value` in the type of `like`, or raise TrainingError."""
    if isinstance(like, tuple) and isinstance(value, list | tuple):
        return tuple(value)
    if isinstance(like, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(like):
        what = f"{key} = {value!r} in a recipe: expected {type(like).__name__}."
        raise TrainingError(what, "Mend the recipe.")
    return value


def _checked(recipe: Recipe) -> Recipe:
    for key, choices in _CHOICES.items():
        value = getattr(recipe, key)
        if value not in choices:
            hint = f"Choose one of {', '.join(map(str, choices))}."
            raise TrainingError(f"{key} = {value!r} is not possible.", hint)
    for kind in recipe.augment:
        if kind not in AUGMENTS:
            raise TrainingError(f'augment = "{kind}" is not possible.', f"Choose from {', '.join(AUGMENTS)}.")
    if recipe.batch < 2 or recipe.iterations < 1:
        raise TrainingError(f"batch {recipe.batch}, iterations {recipe.iterations}.", "Use at least 2 and 1.")
    if (recipe.kind == "vae") != (recipe.arch == "vae"):
        archs = "gan: styled, stylegan2, dcgan; vae: vae."
        raise TrainingError(f"{recipe.kind} can't train the net {recipe.arch}.", archs)
    if recipe.arch == "dcgan":
        return recipe
    if recipe.arch == "stylegan2":
        return _checked_stylegan2(recipe)
    downs = {len(recipe.judge), len(recipe.encoder) if recipe.kind == "vae" else len(recipe.judge)}
    if 2 << len(recipe.widths) != recipe.size or downs != {len(recipe.widths) - 1}:
        raise TrainingError(
            f"size {recipe.size} doesn't go with {len(recipe.widths)} widths and {len(recipe.judge)} of the judge.",
            "The size is 4 doubled for each width after the first; judge and encoder have one width less.",
        )
    return recipe


def _checked_stylegan2(recipe: Recipe) -> Recipe:
    if recipe.size < 16 or recipe.size & (recipe.size - 1):
        raise TrainingError(f"size {recipe.size} is not possible.", "Choose 16, 32, 64, 128, 256, 512 or 1024.")
    if min(recipe.base, recipe.judge_base) < recipe.size or min(recipe.most, recipe.judge_most) < 1:
        what = f"base {recipe.base}, judge_base {recipe.judge_base}: too few channels at {recipe.size} pixels."
        raise TrainingError(what, "Use at least 8 times the size.")
    return recipe


def to_dict(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as plain values, ready for TOML or JSON."""
    plain = dataclasses.asdict(recipe)
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}
