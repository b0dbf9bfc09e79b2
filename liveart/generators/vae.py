"""The `vae` generator: plays the decoder of a VAE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from liveart.core.param import Param
from liveart.generators.colour import COLOUR_PARAMS
from liveart.generators.picture_net import PictureNet


class Vae(PictureNet):
    """Pictures of a VAE. `model` is a shipped name, a model folder or a checkpoint file."""

    model_kind: ClassVar[str] = "vae"
    params = (
        Param("temperature", 0.9, -2.0, 2.0, glide=0.2,
              help="how far from the middle of the space: 0 the average, 1 as trained, below 0 its opposite"),
        *COLOUR_PARAMS,
    )

    def _forward(self, params: Mapping[str, float]) -> dict[str, float]:
        return {"psi": params["temperature"]}
