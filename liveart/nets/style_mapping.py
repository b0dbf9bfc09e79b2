"""The mapping of StyleGAN2 and StyleGAN3: from a point z (and a label) to a style w. Run only when z moves.

Source: Karras and others 2019, arXiv 1912.04958; the gains are those of the checkpoints' files.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from liveart.errors import ModelError

from .layers import ROOT_TWO, pixel_norm

RATE = 0.01  # how much slower than the synthesis the mapping was trained: part of its weights' gain


class StyleMapping(nn.Module):
    """Returns w, float32 [B, style], of z [B, latent]; all in float32, gains folded into the weights."""

    w_mean: Tensor
    embed: Tensor | None
    embed_bias: Tensor | None

    def __init__(self, tensors: Mapping[str, Tensor], device: torch.device | str = "cpu") -> None:
        super().__init__()
        self.depth = sum(f"mapping.fc{i}.weight" in tensors for i in range(64))
        for name in ("w_mean", "embed", "embed_bias"):
            self.register_buffer(name, None)
        for i in range(self.depth):
            self.register_buffer(f"weight{i}", None)
            self.register_buffer(f"bias{i}", None)
        self.refill(tensors, device)
        self.classes = 0 if self.embed is None else self.embed.shape[1]

    def refill(self, tensors: Mapping[str, Tensor], device: torch.device | str | None = None) -> None:
        """Take those weights anew that `tensors` names (`mapping.fc0.weight` and so on)."""
        place = device if device is not None else self.w_mean.device

        def take(own: str, name: str, gain: float) -> None:
            if f"mapping.{name}" in tensors:
                setattr(self, own, tensors[f"mapping.{name}"].to(place, torch.float32) * gain)

        take("w_mean", "w_avg", 1.0)
        if (embed := tensors.get("mapping.embed.weight")) is not None:
            take("embed", "embed.weight", 1 / math.sqrt(embed.shape[1]))
            take("embed_bias", "embed.bias", 1.0)
        for i in range(self.depth):
            weight = tensors.get(f"mapping.fc{i}.weight")
            # The gain of the activation goes into the layer before it: leaky ReLU lets positive factors pass.
            if weight is not None:
                take(f"weight{i}", f"fc{i}.weight", ROOT_TWO * RATE / math.sqrt(weight.shape[1]))
            take(f"bias{i}", f"fc{i}.bias", ROOT_TWO * RATE)

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return w of z [B, latent] and labels [B, classes]. Raises ModelError when labels are needed and absent."""
        x = pixel_norm(z.to(self.w_mean))
        if self.embed is not None:
            if labels is None:
                raise ModelError(f"this model has {self.classes} classes and was given no label.",
                                 "Give labels [B, classes].")
            x = torch.cat((x, pixel_norm(F.linear(labels.to(x), self.embed, self.embed_bias))), dim=1)
        for i in range(self.depth):
            x = F.leaky_relu(F.linear(x, getattr(self, f"weight{i}"), getattr(self, f"bias{i}")), 0.2)
        return x
