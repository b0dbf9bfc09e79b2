"""Tiny StyleGAN models for what is found out about models, and a stand-in net whose w is known."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from stylegan_files import sg2_tensors, write_pkl
from torch import Tensor

from liveart.checkpoints.model import Model, open_model


def tiny_pkl(folder: Path, name: str = "toy", **sizes: Any) -> Path:
    """Write a StyleGAN2 of 32 pixels as a pickle; return its file."""
    return write_pkl(folder / f"{name}.pkl", *sg2_tensors(**{"size": 32, "style": 16, "latent": 16, **sizes}))


def tiny_model(folder: Path, name: str = "toy", **sizes: Any) -> Model:
    """Return a StyleGAN2 of 32 pixels, read from a pickle."""
    return open_model(tiny_pkl(folder, name, **sizes))


def stretched_net(stretch: Tensor, mean: float = 0.5) -> Any:
    """Return a net whose w is z times `stretch` [style], plus `mean`; it can only be asked for its w."""
    layers = [SimpleNamespace(name=f"b{4 << row}.conv1", row=row) for row in range(4)]
    return SimpleNamespace(latent=len(stretch), classes=0, style=len(stretch), rows=4, layers=layers,
                           w_mean=torch.full((len(stretch),), mean),
                           mapping=lambda z, labels=None: z * stretch + mean)
