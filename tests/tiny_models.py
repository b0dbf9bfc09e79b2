"""Model folders with random weights, small enough to be made in a test."""

from __future__ import annotations

from pathlib import Path

import torch

from liveart.core.card import Card, write_card
from liveart.nets.registry import build
from liveart.weights import save_weights


def tiny_gan(folder: Path, widths: tuple[int, ...] = (16, 16, 8), seed: int = 0) -> Path:
    """Write a styled GAN of 4 << (len(widths) - 1) pixels; return its folder."""
    return _write(folder, "gan", "styled", {"latent": 8, "widths": list(widths), "style": 16}, seed)


def _write(folder: Path, kind: str, arch: str, net: dict[str, object], seed: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    built = build(arch, net)
    digest = save_weights(folder / "weights.safetensors", built.state_dict())
    write_card(folder, Card(name=folder.name, kind=kind, arch=arch, title="tiny", description="random weights",
                            weights="weights.safetensors", sha256=digest, net=net,
                            licence={"weights": "MIT", "data": "none", "credit": ""}, training={"command": "none"}))
    return folder
