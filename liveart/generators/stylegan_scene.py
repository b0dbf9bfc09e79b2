"""The scene of a StyleGAN from its params: how wide it is played, and how StyleGAN3's input plane is moved."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from liveart.errors import PatchError

if TYPE_CHECKING:
    from liveart.nets.style_net import Turn

WIDEST = 8.0


def stretch_of(aspect: str, size: tuple[int, int]) -> tuple[float, float]:
    """Return the factors (height, width), 1 or more, by which the square canvas is stretched.

    `aspect` is "" for the square, "show" for that of `size` (width, height), or such as "16:9". Raises PatchError.
    """
    if aspect == "":
        return 1.0, 1.0
    numbers = re.fullmatch(r"(\d{1,5}(?:\.\d+)?):(\d{1,5}(?:\.\d+)?)", aspect)
    wide, high = map(float, size if aspect == "show" else numbers.groups() if numbers else (0.0, 0.0))
    if not (wide and high) or not 1.0 / WIDEST <= wide / high <= WIDEST:
        raise PatchError(f'a picture can\'t have the aspect "{aspect}".',
                         f'Write "16:9", "show" for that of the show, or "" for a square; {WIDEST:g}:1 is the widest.')
    return max(high / wide, 1.0), max(wide / high, 1.0)


def turn_of(values: Mapping[str, float]) -> Turn:
    """Return what is done to the input plane, so that the picture moves as the params say: turned, zoomed, shifted.

    The plane is looked up at each place of the picture, so this is the way back from the picture to the plane.
    """
    right, up, turn, zoom = (values[name] for name in ("shift_x", "shift_y", "turn", "zoom"))
    c, s = math.cos(2 * math.pi * turn) / zoom, math.sin(2 * math.pi * turn) / zoom
    # y grows downwards in a picture, so this rotates clockwise, and `up` lowers y
    return (c, s, -c * right + s * up), (-s, c, s * right + c * up)
