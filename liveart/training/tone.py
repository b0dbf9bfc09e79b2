"""Grading: what a recipe does to every picture's light and colour before it is learnt from."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .recipe import Recipe

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
_STAR = 0.022  # part of the short side: brighter specks narrower than this count as stars


def graded(image: Image.Image, recipe: Recipe) -> Image.Image:
    """Return an RGB or grey picture without its margin, stars dimmed, faint light lifted and colours deepened."""
    if recipe.margin:
        across, down = round(image.width * recipe.margin), round(image.height * recipe.margin)
        image = image.crop((across, down, image.width - across, image.height - down))
    if (recipe.stars, recipe.lift, recipe.saturation) == (1.0, 1.0, 1.0):
        return image
    pixels = _dimmed_stars(image, recipe.stars)
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    # Lifted by the brightest channel, so that no channel is cut off and hues stay what they are.
    top = max(float(np.percentile(pixels.max(axis=2), 99.7)), 0.15)
    light = np.clip(pixels.max(axis=2, keepdims=True) / top, 1e-4, 1.0)
    pixels = pixels / top * light ** (recipe.lift - 1.0)
    grey = pixels.mean(axis=2, keepdims=True)
    pixels = grey + (pixels - grey) * recipe.saturation
    return Image.fromarray((pixels.clip(0.0, 1.0) * 255.0 + 0.5).astype(np.uint8).squeeze())


def _dimmed_stars(image: Image.Image, kept: float) -> Floats:
    """Return pixels 0..1; of what is brighter than its surroundings and small, the part `kept` stays."""
    pixels = np.asarray(image, dtype=np.float32) / 255.0
    if kept >= 1.0:
        return pixels
    span = max(3, int(min(image.size) * _STAR) // 2 * 2 + 1)
    opened = image.filter(ImageFilter.MinFilter(span)).filter(ImageFilter.MaxFilter(span))
    soft = np.asarray(opened.filter(ImageFilter.GaussianBlur(span * 0.35)), dtype=np.float32) / 255.0
    ground = np.minimum(pixels, soft)
    dimmed: Floats = ground + (pixels - ground) * np.float32(kept)
    return dimmed


def turned_hue(pixels: Bytes, turns: float) -> Bytes:
    """Return RGB pixels `[H, W, 3]` with all hues turned about the grey axis; 1 is once around."""
    cosine, sine, third = math.cos(turns * math.tau), math.sin(turns * math.tau), 1.0 / math.sqrt(3.0)
    cross = np.array([[0, -third, third], [third, 0, -third], [-third, third, 0]])
    matrix = np.eye(3) * cosine + cross * sine + (1.0 - cosine) / 3.0
    turned = pixels.astype(np.float32) @ matrix.T.astype(np.float32)
    return (turned.clip(0.0, 255.0) + 0.5).astype(np.uint8)
