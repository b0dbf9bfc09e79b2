"""Causal layers with their past outside: what came before goes in and comes out as a tensor, so that streams are rows.

One form trains, plays and exports: a convolution over time is one matrix product over its taps, [B, T, C] throughout.
"""

# TorchScript can't read annotations of attributes that are put off: no `from __future__ import annotations` here.
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class CausalBlock(nn.Module):
    """A residual block: a dilated convolution over past and present, SiLU, and a mixing of channels."""

    def __init__(self, width: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.kernel, self.dilation = kernel, dilation
        self.taps = nn.Linear(width * kernel, width)
        self.mix = nn.Linear(width, width)
        nn.init.normal_(self.mix.weight, std=0.2 * width**-0.5)  # a young block changes little
        nn.init.zeros_(self.mix.bias)

    def forward(self, x: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """Return the new x [B, T, C] and the new past [B, reach, C]."""
        count = x.shape[1]
        whole = torch.cat([past, x], 1)  # [B, reach + T, C]
        # A loop over `range`, for TorchScript.
        taps = [whole[:, i * self.dilation : i * self.dilation + count] for i in range(self.kernel)]
        change = self.mix(F.silu(self.taps(torch.cat(taps, 2))))
        return x + change, whole[:, count:]


class CausalStack(nn.Module):
    """Blocks of one width behind a linear door: [B, T, inputs] → [B, T, width]; its past is [B, reach, width]."""

    def __init__(self, inputs: int, width: int, dilations: Sequence[int], kernel: int = 3) -> None:
        super().__init__()
        self.width = width
        self.door = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList([CausalBlock(width, kernel, dilation) for dilation in dilations])
        self.reaches = [(kernel - 1) * dilation for dilation in dilations]
        self.reach = sum(self.reaches)

    def forward(self, x: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the blocks make of x, after SiLU, and the new past."""
        x = self.door(x)
        begin = 0
        pasts: list[Tensor] = []
        for index, block in enumerate(self.blocks):
            reach = self.reaches[index]
            x, later = block(x, past[:, begin : begin + reach])
            begin += reach
            pasts.append(later)
        return F.silu(x), torch.cat(pasts, 1)

    @torch.jit.export
    def silence(self, batch: int) -> Tensor:
        """Return the past of streams that have none."""
        return torch.zeros(batch, self.reach, self.width, device=self.door.weight.device)

    @torch.jit.export
    def settled(self, x: Tensor) -> Tensor:
        """Return the past of streams whose input has always been x [B, 1, inputs]."""
        x = self.door(x)
        pasts: list[Tensor] = []
        for index, block in enumerate(self.blocks):
            past = x.expand(-1, self.reaches[index], -1)
            pasts.append(past)
            x, _ = block(x, past)
        return torch.cat(pasts, 1)
