"""Names of sliders that only a model or a patch knows: made fit to be params, and never the name of another."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What the mix, the player and its own path may call their params beside the generator's.
ELSEWHERE = ("norm", "opacity", "blend", "gain", "model", "seed", "next", "speed", "speed_position", "offset",
             "radius", "x", "y")


def plain_name(word: str) -> str:
    """Return a word as it can stand in a param's name: letters, digits and single _ of ASCII ("way" for none)."""
    return re.sub(r"[^A-Za-z0-9]+", "_", word).strip("_")[:40] or "way"


def free_names(words: Iterable[str], taken: Iterable[str], endings: tuple[str, ...] = ("",)) -> list[str]:
    """Return a name for each word, such that with each of the `endings` it is nobody else's; a number makes it so."""
    used = set(taken)
    names = []
    for word in words:
        plain = name = plain_name(word)
        count = 1
        while any(f"{name}{ending}" in used for ending in endings):
            count += 1
            name = f"{plain}_{count}"
        used.update(f"{name}{ending}" for ending in endings)
        names.append(name)
    return names
