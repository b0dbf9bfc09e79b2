"""Compose: layers of several players become one frame. uint8 first, then scaled: see docs/performance.md.

Layers are uint8 tensors [1, 3 or 4, height, width] on whatever device the model runs on. Imported in the picture
worker only (torch).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from liveart.core.contract import Moment
from liveart.errors import MaterialError

Layer = torch.Tensor


def as_layer(material: Any) -> Layer:
    """Return a picture of any allowed form as a layer. Raises MaterialError saying what came instead."""
    if isinstance(material, np.ndarray):
        if material.ndim == 2:
            material = material[:, :, None]
        if material.ndim != 3 or material.shape[2] not in (1, 3, 4):
            raise _wrong(f"an array of shape {material.shape}")
        layer = torch.from_numpy(np.ascontiguousarray(material)).permute(2, 0, 1)[None]
    elif isinstance(material, torch.Tensor):
        if material.ndim != 4 or material.shape[0] != 1 or material.shape[1] not in (1, 3, 4):
            raise _wrong(f"a tensor of shape {tuple(material.shape)}")
        layer = material
    else:
        raise _wrong(f"{type(material).__name__}")
    if min(layer.shape[2:]) < 1:
        raise _wrong(f"a picture of {layer.shape[3]}x{layer.shape[2]} pixels")
    return _to_rgb(_to_uint8(layer))


def check_picture(material: Any, now: Moment) -> None:
    """Refuse at the door what `as_layer` or a viewer could not take: wrong shape, type, range, NaN."""
    as_layer(material)
    values = material if isinstance(material, np.ndarray) else material.detach().cpu().numpy()
    if values.dtype != np.uint8:
        if not np.isfinite(values).all():
            raise MaterialError("the generator promised a picture, and NaN or infinity came.")
        if values.min() < -0.01 or values.max() > 1.01:
            raise MaterialError(f"the generator promised 0..1, and {values.min():.3g}..{values.max():.3g} came.",
                                "Scale the picture to 0..1, or return uint8.")


def _wrong(came: str) -> MaterialError:
    return MaterialError(f"a picture generator promised [height, width, 3] or a tensor [1, 3, height, width], "
                         f"and {came} came.")


def _to_uint8(layer: Layer) -> Layer:
    if layer.dtype == torch.uint8:
        return layer
    if layer.dtype == torch.bool:
        return layer.to(torch.uint8) * 255
    if not layer.is_floating_point():
        raise _wrong(f"numbers of type {layer.dtype}")
    return layer.mul(255).round_().clamp_(0, 255).to(torch.uint8)


def _to_rgb(layer: Layer) -> Layer:
    return layer.expand(-1, 3, -1, -1) if layer.shape[1] == 1 else layer


def mix(layers: list[tuple[Layer, str, float]]) -> Layer | None:
    """Blend (layer, mode, opacity) from the first to the last; None when there is nothing to show.

    The blend formulas are those of the W3C's Compositing and Blending Level 1. A single opaque layer passes untouched.
    """
    if not layers:
        return None
    if len(layers) == 1 and layers[0][2] >= 1.0 and layers[0][0].shape[1] == 3:
        return layers[0][0]
    height = max(layer.shape[2] for layer, _, _ in layers)
    width = max(layer.shape[3] for layer, _, _ in layers)
    base = torch.zeros(1, 3, height, width, device=layers[0][0].device)
    for layer, mode, opacity in layers:
        top = scale(layer, width, height).to(base.device, torch.float32) / 255
        cover = top[:, 3:4] * opacity if top.shape[1] == 4 else opacity
        base = base + (_blend(base, top[:, :3], mode) - base) * cover
    return _to_uint8(base)


def fade(before: Layer, after: Layer, share: float) -> Layer:
    """Return the layer on the way from one to another, `share` 0..1 of it gone; as large as the larger of the two."""
    height, width = max(before.shape[2], after.shape[2]), max(before.shape[3], after.shape[3])
    channels = max(before.shape[1], after.shape[1])
    one, other = (_with_alpha(scale(layer, width, height), channels).to(after.device, torch.float32)
                  for layer in (before, after))
    return torch.lerp(one, other, share).round_().to(torch.uint8)


def _with_alpha(layer: Layer, channels: int) -> Layer:
    return layer if layer.shape[1] == channels else F.pad(layer, (0, 0, 0, 0, 0, 1), value=255)


def _blend(base: Layer, top: Layer, mode: str) -> Layer:
    match mode:
        case "add":
            return (base + top).clamp(max=1.0)
        case "screen":
            return base + top - base * top
        case "multiply":
            return base * top
        case "lighten":
            return torch.maximum(base, top)
        case "darken":
            return torch.minimum(base, top)
        case "difference":
            return (base - top).abs()
        case "overlay":
            return torch.where(base <= 0.5, 2 * base * top, 1 - 2 * (1 - base) * (1 - top))
        case _:
            return top


def scale(layer: Layer, width: int, height: int) -> Layer:
    """Return the layer at another size: bicubic, anti-aliased."""
    if layer.shape[2:] == (height, width):
        return layer
    if layer.device.type == "cpu":  # the uint8 kernel is many times faster, but exists on the CPU only
        layer = layer.contiguous(memory_format=torch.channels_last)
        return F.interpolate(layer, (height, width), mode="bicubic", antialias=True)
    return _to_uint8(F.interpolate(layer.float() / 255, (height, width), mode="bicubic", antialias=True))


def fit_to(layer: Layer, size: tuple[int, int], fit: str) -> Layer:
    """Return the layer at exactly `size` (width, height): cover crops, contain adds black, stretch distorts."""
    width, height = size
    rows, columns = layer.shape[2:]
    if fit == "stretch" or rows * width == columns * height:
        return scale(layer, width, height)
    if fit == "contain":
        share = min(width / columns, height / rows)
        inner = scale(layer, max(round(columns * share), 1), max(round(rows * share), 1))
        left, top = (width - inner.shape[3]) // 2, (height - inner.shape[2]) // 2
        return F.pad(inner, (left, width - inner.shape[3] - left, top, height - inner.shape[2] - top))
    share = max(width / columns, height / rows)
    keep_w, keep_h = min(round(width / share), columns), min(round(height / share), rows)
    left, top = (columns - keep_w) // 2, (rows - keep_h) // 2
    return scale(layer[:, :, top : top + keep_h, left : left + keep_w], width, height)


def to_pixels(layer: Layer, brightness: float, light: float = 0.0) -> np.ndarray:
    """Return uint8 [height, width, 3], rows top to bottom, at a brightness 0..1, under so much white (0..1)."""
    pixels = layer.permute(0, 2, 3, 1)[0].contiguous().cpu().numpy()
    if brightness >= 1.0 and light < 0.002:
        return pixels
    dimmed = np.arange(256) * min(max(brightness, 0.0), 1.0)
    table = (dimmed + (255.0 - dimmed) * light).round().astype(np.uint8)
    return np.take(table, pixels)
