"""The low-pass filter [1, 3, 3, 1] of StyleGAN2 and what is made of it: twice as large without any zeros put in."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from liveart.errors import ModelError

TAPS = (1.0, 3.0, 3.0, 1.0)


def upsample_twice(x: Tensor) -> Tensor:
    """Return `x` twice as large: even pixels (x[i-1] + 3 x[i]) / 4, odd ones (3 x[i] + x[i+1]) / 4, zeros outside.

    That is bilinear interpolation once there are zeros around it. `[B, C, H, W] -> [B, C, 2H, 2W]`
    """
    large = F.interpolate(F.pad(x, (1, 1, 1, 1)), scale_factor=2, mode="bilinear", align_corners=False)
    return large[:, :, 2:-2, 2:-2]


def smoothing_kernel(channels: int, dtype: torch.dtype, device: torch.device | str) -> Tensor:
    """Return the filter as a depthwise kernel [C, 1, 4, 4] with gain 4: what follows a transposed convolution.

    oneDNN's depthwise convolution reads every pixel once; separable shifted additions took two to four times as long.
    """
    taps = torch.tensor(TAPS, device=device) / 4
    kernel = (taps[:, None] * taps).expand(channels, 1, 4, 4).to(dtype)
    return kernel.contiguous(memory_format=torch.channels_last)


def check_filters(tensors: Mapping[str, Tensor]) -> None:
    """Raise ModelError when a file asks for another filter than [1, 3, 3, 1]: it would be another picture."""
    taps = torch.tensor(TAPS)
    usual = taps[:, None] * taps / 64
    for name, found in tensors.items():
        if name.endswith("resample_filter") and not _equal(found.float().cpu(), usual):
            what = f"{name} is a filter of {tuple(found.shape)} that liveart does not play."
            raise ModelError(what, "Only the usual 4x4 filter [1, 3, 3, 1] can be played.")


def _equal(found: Tensor, usual: Tensor) -> bool:
    return found.shape == usual.shape and bool(torch.allclose(found, usual, atol=1e-4))
