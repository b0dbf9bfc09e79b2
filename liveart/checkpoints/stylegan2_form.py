"""The form of a StyleGAN2 (Karras and others 2019, arXiv 1912.04958): its `net` table, told by its tensors."""

from __future__ import annotations

import re
from typing import Any

from liveart.checkpoints.shapes import OTHER, Shape, Shapes, affine, check, dimension, mapping_of
from liveart.errors import ModelError

SMALLEST, LARGEST = 16, 4096
_BLOCK = re.compile(r"synthesis\.b(\d{1,6})\.")


def stylegan2_net(shapes: Shapes, clamp: float, where: str) -> dict[str, Any]:
    """Return the `net` table; `clamp` (0: none) is the one thing that shapes don't tell.

    Raises ModelError for what is no StyleGAN2, for one of impossible sizes, and for any tensor that is absent,
    unknown or of a wrong shape, by its name.
    """
    latent = mapping_of(shapes, where)
    size = _size(shapes, where)
    architecture = _architecture(shapes, size)
    channels = dimension(shapes, f"synthesis.b{size}.torgb.weight", 0, 4, where)
    if channels not in (1, 3):
        raise ModelError(f"{where} makes pictures of {channels} channels.", "liveart plays 1 (grey) and 3 (colour).")
    check(shapes, latent.expected | _synthesis(shapes, size, architecture, latent.style, where), where)
    return {"latent": latent.latent, "classes": latent.classes, "style": latent.style, "rows": rows_of(size),
            "size": size, "channels": channels, "clamp": clamp, "architecture": architecture}


def rows_of(size: int) -> int:
    """Return how many rows of w a net of `size` pixels reads: two for each resolution."""
    return 2 * (size.bit_length() - 2)


def _size(shapes: Shapes, where: str) -> int:
    """Return the largest resolution. Raises ModelError when it is no power of two, or when one below is absent."""
    found = sorted({int(match[1]) for name in shapes if (match := _BLOCK.match(name))})
    if not found:
        raise ModelError(f"{where} has no synthesis: it lacks synthesis.b4.const.", OTHER)
    size = found[-1]
    if size & (size - 1) or not SMALLEST <= size <= LARGEST:
        raise ModelError(f"{where} makes pictures of {size} pixels.",
                         f"A StyleGAN2 has a power of two from {SMALLEST} to {LARGEST}.")
    wanted = [4 << i for i in range(rows_of(size) // 2)]
    if found != wanted:
        odd = sorted(set(found) ^ set(wanted))[0]
        raise ModelError(f"{where} {'lacks' if odd in wanted else 'has'} the resolution b{odd}, but goes to {size}.",
                         OTHER)
    return size


def _architecture(shapes: Shapes, size: int) -> str:
    """Return how the resolutions are joined: "skip" adds their pictures, "resnet" their features, "orig" neither."""
    if any(name.endswith(".skip.weight") for name in shapes):
        return "resnet"
    return "skip" if f"synthesis.b{size // 2}.torgb.weight" in shapes else "orig"


def _synthesis(shapes: Shapes, size: int, architecture: str, style: int, where: str) -> dict[str, Shape]:
    channels = shapes[f"synthesis.b{size}.torgb.weight"][0]
    expected: dict[str, Shape] = {}
    below = dimension(shapes, "synthesis.b4.const", 0, 3, where)
    expected["synthesis.b4.const"] = (below, 4, 4)
    for r in (4 << i for i in range(rows_of(size) // 2)):
        block = f"synthesis.b{r}"
        width = dimension(shapes, f"{block}.conv1.weight", 0, 4, where)
        if r > 4:
            expected |= _convolution(f"{block}.conv0", below, width, r, style)
        expected |= _convolution(f"{block}.conv1", width, width, r, style)
        if architecture == "resnet" and r > 4:
            expected[f"{block}.skip.weight"] = (width, below, 1, 1)
        if architecture == "skip" or r == size:
            expected |= {f"{block}.torgb.weight": (channels, width, 1, 1), f"{block}.torgb.bias": (channels,)}
            expected |= affine(f"{block}.torgb", width, style)
        below = width
    return expected


def _convolution(name: str, inputs: int, outputs: int, r: int, style: int) -> dict[str, Shape]:
    return {f"{name}.weight": (outputs, inputs, 3, 3), f"{name}.bias": (outputs,), f"{name}.noise_strength": (),
            f"{name}.noise_const": (r, r), **affine(name, inputs, style)}
