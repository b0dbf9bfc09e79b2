"""The form of a StyleGAN3 (Karras and others 2021, arXiv 2106.12423): its `net` table, checked against its tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from liveart.checkpoints.shapes import OTHER, Shape, Shapes, affine, check, dimension, mapping_of
from liveart.errors import ModelError

LARGEST = 4096
_LAYER_KEYS = ("name", "up", "down", "padding", "clamp", "is_rgb")


def stylegan3_net(shapes: Shapes, plan: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the `net` table of a StyleGAN3: what its tensors say, and from `plan` what they don't.

    `plan` has `output_scale`, `input` {size, rate, bandwidth} and `layers` [{name, up, down, padding, clamp, is_rgb}].
    Raises ModelError when a number is missing or out of reach, when a tensor is absent, unknown or of a wrong shape,
    and when the layers do not lead from the input's size to a square picture.
    """
    latent = mapping_of(shapes, where)
    plane = _input(plan.get("input"), where)
    layers = [_layer(layer, where) for layer in _list(plan, "layers", where)]
    check(shapes, latent.expected | _synthesis(shapes, layers, latent.style, where), where)
    size = _size(shapes, plane["size"], layers, where)
    channels = shapes[f"synthesis.{layers[-1]['name']}.weight"][0]
    if channels not in (1, 3) or not layers[-1]["is_rgb"] or any(layer["is_rgb"] for layer in layers[:-1]):
        raise ModelError(f"{where} makes pictures of {channels} channels in {layers[-1]['name']}.",
                         "liveart plays 1 (grey) and 3 (colour), made by the last layer.")
    return {"latent": latent.latent, "classes": latent.classes, "style": latent.style, "rows": len(layers) + 1,
            "size": size, "channels": channels, "output_scale": _number(plan, "output_scale", where),
            "input": plane, "layers": layers}


def _input(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ModelError(f"{where} does not say how large its input is.", OTHER)
    size = [_whole(value, 1, LARGEST, "input size", where) for value in _list(given, "size", where)]
    if len(size) != 2:
        raise ModelError(f"{where}: the input's size is {size}, not two numbers.", OTHER)
    rate, bandwidth = (_number(given, key, where) for key in ("rate", "bandwidth"))
    if not 0 <= bandwidth < rate / 2:
        raise ModelError(f"{where}: the input's bandwidth {bandwidth:g} does not fit its rate {rate:g}.", OTHER)
    return {"size": size, "rate": rate, "bandwidth": bandwidth}


def _layer(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, Mapping) or (missing := [key for key in _LAYER_KEYS if key not in given]):
        lacks = ", ".join(missing) if isinstance(given, Mapping) else "everything"
        raise ModelError(f"{where}: a layer lacks {lacks}.", OTHER)
    name = given["name"]
    if not isinstance(name, str) or not name or "." in name or len(name) > 80:
        raise ModelError(f"{where}: a layer has no name.", OTHER)
    padding = [_whole(value, -LARGEST, LARGEST, f"padding of {name}", where)
               for value in _list(given, "padding", where)]
    if len(padding) != 4:
        raise ModelError(f"{where}: the padding of {name} is {padding}, not four numbers.", OTHER)
    up, down = (_whole(given[key], 1, 16, f"{key} factor of {name}", where) for key in ("up", "down"))
    return {"name": name, "up": up, "down": down, "padding": padding, "clamp": _number(given, "clamp", where),
            "is_rgb": bool(given["is_rgb"])}


def _list(table: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = table.get(key)
    if not isinstance(value, list | tuple) or not value or len(value) > 256:
        raise ModelError(f"{where} has no list of {key}.", OTHER)
    return list(value)


def _whole(value: Any, low: int, high: int, what: str, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1 or not low <= value <= high:
        raise ModelError(f"{where}: the {what} is {str(value)[:40]}, not a whole number from {low} to {high}.", OTHER)
    return int(value)


def _number(table: Mapping[str, Any], key: str, where: str) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ModelError(f"{where}: {key} is {str(value)[:40]}, not a number from 0 up.", OTHER)
    return float(value)


def _synthesis(shapes: Shapes, layers: list[dict[str, Any]], style: int, where: str) -> dict[str, Shape]:
    width = dimension(shapes, "synthesis.input.weight", 0, 2, where)
    name = "synthesis.input"
    expected: dict[str, Shape] = {f"{name}.weight": (width, width), f"{name}.freqs": (width, 2),
                                  f"{name}.phases": (width,), f"{name}.transform": (3, 3), **affine(name, 4, style)}
    expected[f"{name}.affine.weight"] = (4, style)
    for layer in layers:
        name = f"synthesis.{layer['name']}"
        outputs, kernel = (dimension(shapes, f"{name}.weight", axis, 4, where) for axis in (0, 3))
        if kernel not in (1, 3):
            raise ModelError(f"{where}: {name}.weight is {list(shapes[f'{name}.weight'])}: its kernel is neither 1 nor "
                             "3 wide.", OTHER)
        expected |= {f"{name}.weight": (outputs, width, kernel, kernel), f"{name}.bias": (outputs,),
                     f"{name}.magnitude_ema": (), **affine(name, width, style)}
        expected |= _filters(shapes, layer, where)
        width = outputs
    return expected


def _filters(shapes: Shapes, layer: Mapping[str, Any], where: str) -> dict[str, Shape]:
    """Return the shapes of those filters that are there: of up to 64 taps, the one that goes down also square."""
    found: dict[str, Shape] = {}
    for word, axes in (("up", (1,)), ("down", (1, 2))):
        name = f"synthesis.{layer['name']}.{word}_filter"
        if name not in shapes:
            if layer[word] != 1:
                raise ModelError(f"{where} lacks {name}.", OTHER)
            continue
        shape = shapes[name]
        if len(shape) not in axes or not 1 <= shape[0] <= 64 or shape[0] != shape[-1]:
            raise ModelError(f"{where}: {name} is {list(shape)}, which is no filter.", OTHER)
        found[name] = shape
    return found


def _size(shapes: Shapes, start: list[int], layers: list[dict[str, Any]], where: str) -> int:
    """Return the side of the picture, by following the size of the features through all layers."""
    now = list(start)
    for layer in layers:
        name = f"synthesis.{layer['name']}"
        grown = shapes[f"{name}.weight"][3] - 1
        taps = sum(shapes.get(f"{name}.{word}_filter", (1,))[0] - 1 for word in ("up", "down"))
        full = [(side + grown) * layer["up"] + sum(layer["padding"][2 * axis : 2 * axis + 2]) - taps
                for axis, side in enumerate(now)]
        now = [(side - 1) // layer["down"] + 1 for side in full]
        if min(now) < 1 or max(now) > 2 * LARGEST:
            raise ModelError(f"{where}: {name} would be {now[0]}x{now[1]} pixels.", OTHER)
    if now[0] != now[1] or now[0] > LARGEST:
        raise ModelError(f"{where} makes pictures of {now[0]}x{now[1]} pixels.", OTHER)
    return now[0]
