"""A picture brought into a model: read, searched for, kept as a keyframe with both pictures side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from liveart.checkpoints.keyframes import FOLDER, write_keyframe
from liveart.checkpoints.model import Model
from liveart.errors import UsageError
from liveart.finding.paper import Paper, centred_square, load_picture
from liveart.finding.perceptual import Loss, perceptual_loss, pixel_loss
from liveart.finding.pictures import open_net
from liveart.finding.project import Projection, Watch, project

SMALLEST = 32  # pixels, below which the eye sees nothing
GAP = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: which picture, under which name, searched how (see `project`)."""

    image: Path
    name: str
    steps: int
    space: str
    loss: str
    size: int | None
    seed: int
    device: str


def bring_in(model: Model, wish: Wish, watch: Watch) -> tuple[Projection, Path]:
    """Return where the picture was found and the file that shows both; the keyframe is written.

    Raises UsageError or LiveartError for a picture that can't be read or a size that can't be, NotInstalled without
    the eye, ModelError when it can't be kept.
    """
    image = load_picture(wish.image)
    size = _size(wish, int(model.net["size"]))
    target = as_target(centred_square(image, size), int(model.net["channels"])).to(wish.device)
    loss: Loss = perceptual_loss(target) if wish.loss == "perceptual" else pixel_loss(target)
    net = open_net(model, wish.device, is_searched=True)
    found = project(net, loss, size, wish.steps, wish.space, wish.seed, watch)
    write_keyframe(model, wish.name, found.w, found.picture)
    return found, _side_by_side(image, found, model.beside / FOLDER / f"{wish.name}_both.png")


def _size(wish: Wish, largest: int) -> int:
    if wish.size is None:
        # A processor takes about a second a step at 256, and a quarter of that at 128, which shows nearly as much.
        return min(largest, 128 if wish.device == "cpu" else 256)
    if not min(SMALLEST, largest) <= wish.size <= largest:
        raise UsageError(f"pictures can't be compared at {wish.size} pixels.",
                         f"This model takes {min(SMALLEST, largest)} to {largest}.")
    return wish.size


def as_target(image: Image.Image, channels: int) -> Tensor:
    """Return a picture in -1..1: `[1, channels, H, W]`; grey for a model of one channel."""
    pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"), np.float32).reshape(*image.size[::-1], -1)
    return torch.from_numpy(pixels / 127.5 - 1.0).permute(2, 0, 1)[None, :channels].contiguous()


def _side_by_side(image: Image.Image, found: Projection, path: Path) -> Path:
    size = max(256, min(found.picture.shape[0], 1024))
    paper = Paper(2 * size + GAP, size)
    paper.tile(centred_square(image, size), 0, 0, size)
    paper.tile(found.picture, size + GAP, 0, size)
    return paper.save(path)
