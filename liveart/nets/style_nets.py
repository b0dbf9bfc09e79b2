"""The StyleGAN-class nets by name: from checked tensors to the form that is played."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import Tensor

from liveart.errors import ModelError, did_you_mean

from .style_net import StyleNet

ARCHES = ("stylegan2", "stylegan3")
Speed = Literal["auto", "plain", "fast"]
SPEEDS: tuple[Speed, ...] = ("auto", "plain", "fast")


def live_net(arch: str, net: Mapping[str, Any], tensors: Mapping[str, Tensor],
             dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu",
             stretch: tuple[float, float] = (1.0, 1.0),
             speed: Speed = "auto") -> StyleNet:
    """Return the net that plays `tensors`, with features of `dtype`, on `device`.

    `stretch` widens the canvas: (height, width) as factors of the square, each at least 1. `speed` "plain" keeps to
    the ordinary calls of torch, "fast" takes the quickest ones, "auto" those only that were tried here and gave the
    same (StyleGAN3 has one way, whichever is asked for). Raises ModelError.
    """
    if arch not in ARCHES:
        raise ModelError(f'no StyleGAN net is named "{arch}".', did_you_mean(arch, ARCHES))
    if speed not in SPEEDS:
        raise ModelError(f'there is no speed "{speed}".', did_you_mean(speed, SPEEDS))
    if min(stretch) < 1.0 or max(stretch) > 8.0:
        raise ModelError(f"a canvas of {stretch[0]:g} x {stretch[1]:g} squares is impossible.",
                         "Each side can be 1 to 8 times that of the square.")
    # Only the net that is asked for is imported: each is some way long.
    if arch == "stylegan3":
        from .stylegan3_live import LiveStyleGan3

        return LiveStyleGan3(tensors, net, dtype, device, stretch).eval()
    from .stylegan2_live import LiveStyleGan2

    canvas = (round(net["size"] * stretch[0]), round(net["size"] * stretch[1]))
    return LiveStyleGan2(tensors, net, dtype, device, canvas, speed).eval()
