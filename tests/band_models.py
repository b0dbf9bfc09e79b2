"""A tiny sound model, untrained but loud enough to be heard, and the folder that it would come in."""

from __future__ import annotations

from pathlib import Path

import torch

from liveart.core.card import Card, write_card
from liveart.nets.band_vae import BandVAE
from liveart.weights import save_weights

NET = {"latent": 5, "width": 16, "count": 48, "bands": 12}


def tiny_net(seed: int = 0) -> BandVAE:
    """Return a net with random weights whose sound follows its latents clearly."""
    torch.manual_seed(seed)
    net = BandVAE(**NET)
    with torch.no_grad():
        net.decoder.head.weight.mul_(20.0)
    net.set_space(torch.linspace(-0.2, 0.2, 5), torch.eye(5) + 0.3 * torch.randn(5, 5))
    return net.eval().requires_grad_(False)


def save_tiny(folder: Path, **changes: object) -> Path:
    """Write a model folder of a tiny net; `changes` are of its card."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = save_weights(folder / "weights.safetensors", tiny_net().state_dict())
    words = {"name": "tiny", "kind": "sound", "arch": "band", "weights": "weights.safetensors", "sha256": digest}
    write_card(folder, Card(**{**words, "net": NET, **changes}))
    return folder
