"""The params of the `stylegan` generator: what a hand can move in a StyleGAN, as far as the model has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from liveart.core.param import Param

TRUNCATION = Param("truncation", 0.8, -1.5, 1.5, glide=0.2,
                   help="how far from the centre: 0 the centre itself, 1 the whole variety, below 0 the opposite")
NOISE = (
    Param("noise", 1.0, 0.0, 3.0, glide=0.2, help="strength of the fine grain: 0 is smooth, 1 as trained"),
    Param("noise_speed", 0.0, -4.0, 4.0, kind="rate", unit="steps/beat",
          help="how fast the grain changes; 0 lets it stand still"),
)
PLANE = (
    Param("shift_x", 0.0, -1.0, 1.0, unit="sizes", glide=0.2, help="moves the picture to the right"),
    Param("shift_y", 0.0, -1.0, 1.0, unit="sizes", glide=0.2, help="moves the picture up"),
    Param("turn", 0.0, -0.5, 0.5, unit="turns", glide=0.2, help="turns the picture clockwise"),
    Param("zoom", 1.0, 0.25, 4.0, curve="log", glide=0.2, help="above 1 comes nearer, below 1 shows what lies around"),
)
GROUPED = {
    "truncation": Param("truncation", 1.0, -1.5, 1.5, glide=0.2, help="truncation of the {} layers, times truncation"),
    "mix": Param("mix", 0.0, 0.0, 1.0, glide=0.2, help="how much of the {} layers comes from the second point"),
    "blend": Param("blend", 0.0, 0.0, 1.0, glide=0.2, help="how much of the {} layers comes from the other model"),
}
GROUP_WORDS = ("seed", "with", "mapping", "all")  # behind mix_ and blend_, these are no groups
MEAN, CLASS, SEED = "mean", "class", "seed"


@dataclass(frozen=True, slots=True)
class Slider:
    """A direction of w as a slider.

    name    of its param; `<name>_layers` chooses between `ranges`, whose words are the choices
    vector  float32 [style], one unit of the slider
    layers  the word of `ranges` at which it starts
    words   its help; picture: a file that shows what it does ("" for none)
    """

    name: str
    vector: np.ndarray
    ranges: dict[str, range]
    layers: str
    words: str = ""
    picture: str = ""

    def params(self) -> tuple[Param, Param]:
        """Return the slider and the choice of the layers that it moves."""
        return (Param(self.name, 0.0, -4.0, 4.0, glide=0.2, help=self.words, picture=self.picture),
                Param(f"{self.name}_layers", self.layers, kind="choice", choices=tuple(self.ranges),
                      help=f"which layers {self.name} moves"))


def grouped(word: str, groups: Sequence[str]) -> tuple[Param, ...]:
    """Return a param such as "mix" once for each layer group: mix_coarse, mix_middle, mix_fine."""
    kind = GROUPED[word]
    return tuple(Param(f"{word}_{group}", kind.default, kind.low, kind.high, glide=kind.glide,
                       help=kind.help.format(group)) for group in groups)


def class_params(classes: int) -> tuple[Param, ...]:
    """Return the choice of two classes and the way between them; () for a model that knows no more than one."""
    if classes < 2:
        return ()
    top = classes - 1
    return (Param("class_from", 0, 0, top, kind="int", help=f"a class of the model, 0 to {top}"),
            Param("class_to", 1, 0, top, kind="int", help=f"another class of the model, 0 to {top}"),
            Param("class_blend", 0.0, 0.0, 1.0, glide=0.2, help="the way from class_from (0) to class_to (1)"))


def centre_params(classes: int, keyframes: Collection[str]) -> tuple[Param, ...]:
    """Return where truncation leads to: the model's mean, its class's, a seed or a keyframe."""
    return (Param("centre", MEAN, kind="choice", choices=centre_words(classes, keyframes),
                  help="where truncation 0 leads to: the typical picture (of the class), centre_seed or a keyframe"),
            _seed("centre_seed", "the seed that is the centre"))


def mix_params(groups: Sequence[str], keyframes: Collection[str]) -> tuple[Param, ...]:
    """Return the second point, and how much of each layer group comes from it."""
    with_what = (Param("mix_with", SEED, kind="choice", choices=mix_words(keyframes),
                       help="the second point: a seed (mix_seed) or a keyframe"),) if keyframes else ()
    return (*grouped("mix", groups), _seed("mix_seed", "the seed that is the second point"), *with_what)


def centre_words(classes: int, keyframes: Iterable[str]) -> tuple[str, ...]:
    """Return the choices of `centre`. A keyframe that is called as one of the other words can't be chosen."""
    return tuple(dict.fromkeys((MEAN, *((CLASS,) if classes > 1 else ()), SEED, *keyframes)))


def mix_words(keyframes: Iterable[str]) -> tuple[str, ...]:
    """Return the choices of `mix_with`."""
    return tuple(dict.fromkeys((SEED, *keyframes)))


def _seed(name: str, words: str) -> Param:
    return Param(name, 0.0, 0.0, 9999.0, glide=0.6, help=f"{words}; between two it stands between them")


def blend_params(groups: Sequence[str]) -> tuple[Param, ...]:
    """Return how much of each part comes from the other model."""
    return (*grouped("blend", groups),
            Param("blend_mapping", 0.0, 0.0, 1.0, glide=0.2,
                  help="how much of the mapping, which gives seeds their look, comes from the other model"))
