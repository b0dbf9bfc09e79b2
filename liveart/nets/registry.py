"""The picture nets by name: what a card's `arch` may say, and how the net is built from its `[net]` table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from liveart.errors import ModelError, did_you_mean

from .dcgan import DcganGenerator
from .styled import StyledGenerator
from .vae import VaeDecoder

PICTURE_NETS: dict[str, Callable[..., nn.Module]] = {
    "dcgan": DcganGenerator,
    "styled": StyledGenerator,
    "vae": VaeDecoder,
}


def build(arch: str, net: Mapping[str, Any]) -> nn.Module:
    """Return a picture net, with random weights, in its playing form.

    It has `latent`, `size`, `channels`, `levels` and `forward(z, psi=1.0, level=0, noise=1.0)`, which gives
    `[B, channels, size >> level, size >> level]` in -1..1. Raises ModelError for an unknown name or argument.
    """
    if arch not in PICTURE_NETS:
        raise ModelError(f'No picture net is named "{arch}".', did_you_mean(arch, PICTURE_NETS))
    maker = PICTURE_NETS[arch]
    known = inspect.signature(maker).parameters
    for key in net:
        if key not in known:
            raise ModelError(f'The net "{arch}" has no argument "{key}".', did_you_mean(key, known))
    try:
        return maker(**net)
    except (TypeError, ValueError, RuntimeError, IndexError) as error:
        what = f'The net "{arch}" can\'t be built from {dict(net)}: {error}.'
        raise ModelError(what, "Mend the card's [net].") from error
