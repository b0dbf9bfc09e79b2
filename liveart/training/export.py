"""The playable model folder that a training run leaves: weights, card and preview, renewed at each checkpoint."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from liveart.core.card import Card, read_card, write_card
from liveart.errors import ModelError
from liveart.weights import save_weights

from .checkpoint import Progress
from .recipe import Recipe
from .sheet import save_sheet, sheet

WEIGHTS = "weights.safetensors"
UNSTATED = {"weights": "not stated", "data": "not stated", "credit": ""}
PREVIEW_SEED, PREVIEW_WIDTH, PREVIEW_TILE = 7, 512, 100  # the latter two in pixels


@dataclass(frozen=True, slots=True)
class Label:
    """What only the person who trains can say about a model: names, credits and how it was made."""

    name: str
    title: str = ""
    description: str = ""
    licence: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


def export(folder: Path, net: nn.Module, recipe: Recipe, label: Label, progress: Progress, device: str) -> Card:
    """Write the model folder: weights first and card last, so that the card never names what isn't there."""
    words = _kept_words(folder, label)
    digest = save_weights(folder / WEIGHTS, net.state_dict(), half=recipe.half)
    save_sheet(folder / "preview.png", preview(net, recipe))
    # A card's kind says which generator plays it; all StyleGANs have one of their own.
    kind = "stylegan" if recipe.arch == "stylegan2" else recipe.kind
    card = Card(
        name=label.name, kind=kind, arch=recipe.arch, weights=WEIGHTS, sha256=digest,
        title=words.title, description=words.description, net=recipe.net(), licence=words.licence,
        training={
            **words.training, **label.training, "iterations": progress.iteration, "images": progress.images,
            "seconds": round(progress.seconds), "hardware": hardware_name(device),
        },
    )  # fmt: skip
    write_card(folder, card)
    return card


def _kept_words(folder: Path, label: Label) -> Card | Label:
    """Return the card that is there already, so that what a person wrote on it stays; else the label."""
    try:
        card = read_card(folder)
        return replace(card, title=label.title or card.title)
    except ModelError:
        return replace(label, title=label.title or label.name, licence={**UNSTATED, **label.licence})


def hardware_name(device: str) -> str:
    """Return the processor in words, for the card."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"CPU, {torch.get_num_threads()} thread(s), {platform.machine()}"


@torch.no_grad()
def preview(net: nn.Module, recipe: Recipe) -> Image.Image:
    """Return a contact sheet about 512 pixels wide, always of the same latents; small pictures are enlarged."""
    scale = max(1, PREVIEW_TILE // recipe.size)
    columns = max(1, PREVIEW_WIDTH // (recipe.size * scale))
    count = columns * max(1, columns // 2)
    device = next(net.parameters()).device
    pictures = net.eval()(latents(count, recipe.latent, PREVIEW_SEED).to(device), psi=0.9)
    return sheet(pictures, columns, scale)


def latents(count: int, latent: int, seed: int) -> Tensor:
    """Return `[count, latent]` normal numbers that depend on the seed alone."""
    return torch.randn(count, latent, generator=torch.Generator().manual_seed(seed))
