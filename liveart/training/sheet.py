"""Sheets: many pictures in one PNG, to judge a training by eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor


def to_bytes(pictures: Tensor) -> NDArray[np.uint8]:
    """Return pictures `[B, C, H, W]` in -1..1 as `[B, H, W, 3]` uint8."""
    scaled = ((pictures.detach().float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    rows: NDArray[np.uint8] = scaled.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).cpu().numpy()
    return rows


def sheet(pictures: Tensor, columns: int, scale: int = 1) -> Image.Image:
    """Return pictures `[B, C, H, W]` side by side, `columns` in a row, each `scale` times enlarged."""
    tiles = to_bytes(pictures)
    count, height, width, _ = tiles.shape
    rows = -(-count // columns)
    canvas = np.zeros((rows * height, columns * width, 3), dtype=np.uint8)
    for i, tile in enumerate(tiles):
        top, left = i // columns * height, i % columns * width
        canvas[top : top + height, left : left + width] = tile
    image = Image.fromarray(canvas)
    return image.resize((image.width * scale, image.height * scale), Image.Resampling.BICUBIC) if scale > 1 else image


def save_sheet(path: Path, image: Image.Image) -> None:
    """Write a PNG in one step, so that a viewer that follows the file never reads half of it."""
    draft = path.with_name(path.name + ".part")
    image.save(draft, format="PNG", optimize=True)
    draft.replace(path)
