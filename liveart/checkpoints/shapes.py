"""What shapes tell of a StyleGAN: its mapping, and which tensor is not as the others say. No torch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from liveart.errors import ModelError

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]

_FC = re.compile(r"mapping\.fc(\d+)\.weight")
OTHER = "It was cut, mixed up or made by a changed program: take the file that the training wrote."


@dataclass(frozen=True, slots=True)
class Latent:
    """What the tensors of a mapping say: lengths of z, label and w, and the shape that each tensor should have."""

    latent: int
    classes: int
    style: int
    expected: dict[str, Shape]


def mapping_of(shapes: Shapes, where: str) -> Latent:
    """Return what the mapping's tensors say. Raises ModelError, naming the tensor, when some are absent or strange."""
    count = len([name for name in shapes if _FC.fullmatch(name)])
    if not count:
        raise ModelError(f"{where} has no mapping: it lacks mapping.fc0.weight.", OTHER)
    style = dimension(shapes, f"mapping.fc{count - 1}.weight", 0, 2, where)
    inputs = dimension(shapes, "mapping.fc0.weight", 1, 2, where)
    classes = dimension(shapes, "mapping.embed.weight", 1, 2, where) if "mapping.embed.weight" in shapes else 0
    embedded = shapes["mapping.embed.weight"][0] if classes else 0
    if inputs <= embedded:
        raise ModelError(f"{where}: mapping.fc0.weight is {list(shapes['mapping.fc0.weight'])}, which leaves nothing "
                         f"for z beside a label of {embedded}.", OTHER)
    expected: dict[str, Shape] = {"mapping.w_avg": (style,)}
    for index in range(count):
        outputs = dimension(shapes, f"mapping.fc{index}.weight", 0, 2, where)
        expected |= {f"mapping.fc{index}.weight": (outputs, inputs), f"mapping.fc{index}.bias": (outputs,)}
        inputs = outputs
    if classes:
        expected |= {"mapping.embed.weight": (embedded, classes), "mapping.embed.bias": (embedded,)}
    return Latent(expected["mapping.fc0.weight"][1] - embedded, classes, style, expected)


def dimension(shapes: Shapes, name: str, axis: int, axes: int, where: str) -> int:
    """Return one length of a tensor that must be there with so many axes. Raises ModelError."""
    if name not in shapes:
        raise ModelError(f"{where} lacks {name}.", OTHER)
    if len(shapes[name]) != axes or 0 in shapes[name]:
        raise ModelError(f"{where}: {name} is {list(shapes[name])}, but should have {axes} axes.", OTHER)
    return shapes[name][axis]


def affine(name: str, inputs: int, style: int) -> dict[str, Shape]:
    """Return the shapes of the layer that makes a style for `inputs` channels."""
    return {f"{name}.affine.weight": (inputs, style), f"{name}.affine.bias": (inputs,)}


def check(shapes: Shapes, expected: Shapes, where: str) -> None:
    """Raise ModelError for the first tensor that is absent, unknown or of another shape than expected."""
    missing, foreign = sorted(expected.keys() - shapes.keys()), sorted(shapes.keys() - expected.keys())
    if missing:
        raise ModelError(f"{where} lacks {_some(missing)}.", OTHER)
    if foreign:
        raise ModelError(f"{where} has {_some(foreign)}, which no net of its kind has.", OTHER)
    for name, shape in expected.items():
        if shapes[name] != shape:
            raise ModelError(f"{where}: {name} is {list(shapes[name])}, but {list(shape)} is expected.", OTHER)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
