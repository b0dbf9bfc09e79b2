"""The `gan` generator: plays a GAN of the picture family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from liveart.core.param import Param
from liveart.generators.colour import COLOUR_PARAMS
from liveart.generators.picture_net import PictureNet


class Gan(PictureNet):
    """Pictures of a GAN. `model` is a shipped name, a model folder or a checkpoint file."""

    model_kind: ClassVar[str] = "gan"
    params = (
        Param("truncation", 0.85, -1.5, 1.5, glide=0.2,
              help="how far from the typical picture: 0 the average, 1 the whole variety, below 0 its opposite"),
        Param("noise", 1.0, 0.0, 3.0, glide=0.2, help="fine grain"),
        *COLOUR_PARAMS,
    )

    def _forward(self, params: Mapping[str, float]) -> dict[str, float]:
        return {"psi": params["truncation"], "noise": params["noise"]}
