"""The smallest trainings that are still real: tiny pictures, tiny nets, plain float32 on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from liveart.training.recipe import Recipe, changed

torch.set_num_threads(1)  # nets this small only lose by sharing their work

TINY: dict[str, dict[str, Any]] = {
    "gan": {"kind": "gan", "arch": "styled"},
    "stylegan2": {
        "kind": "gan", "arch": "stylegan2", "base": 128, "most": 8, "judge_base": 128, "judge_most": 8, "grain_from": 8,
        "augment": ["ada"], "ada_images": 50.0, "paths": 1.0, "paths_every": 2, "border": 1.0,
    },
    "vae": {"kind": "vae", "arch": "vae", "adversary_from": 2},
    "dcgan": {"kind": "gan", "arch": "dcgan", "size": 28, "width": 4, "r1": 0.0, "augment": []},
}


def tiny_recipe(name: str, **values: Any) -> Recipe:
    """Return a recipe of 16x16 pictures that a step of takes milliseconds."""
    small = {
        "size": 16, "latent": 6, "widths": [8, 8, 8], "style": 8, "judge": [8, 8], "encoder": [8, 8], "batch": 4,
        "r1_every": 2, "ema_images": 50.0, "iterations": 6,
    }  # fmt: skip
    return changed(Recipe(), {**small, **TINY[name], **values})


def paint_folder(folder: Path, count: int = 5, side: int = 24) -> Path:
    """Fill `folder` with `count` coloured pictures; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    for i in range(count):
        pixels = rng.integers(0, 255, (4, 4, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((side + i, side)).save(folder / f"{i}.png")
    return folder
