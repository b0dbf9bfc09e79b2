"""What the `gan` and `vae` generators share: a model played as pictures. torch is imported in `open`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from liveart.core.card import generator_for
from liveart.core.contract import Generator, Moment, Stage
from liveart.errors import ModelError
from liveart.generators.colour import coloured, to_bytes
from liveart.generators.precision import checked_precision, dtype_for

if TYPE_CHECKING:
    import torch


class PictureNet(Generator):
    """Plays a picture model of one `model_kind`: z → net → colour → uint8."""

    kind: ClassVar[Any] = "picture"
    model_kind: ClassVar[str] = ""

    def __init__(self, model: str, precision: str = "auto") -> None:
        self._precision = checked_precision(precision)
        self._word = self._name = model
        self.net: Any = None
        self._last: tuple[Any, ...] | None = None
        self._picture: torch.Tensor | None = None

    def open(self, stage: Stage) -> None:
        """Read and check the model, build its net. Raises ModelError."""
        import torch

        from liveart.nets.styled_live import for_stage

        self._folder, self._device = stage.folder, torch.device(stage.device)
        net = self.load_net().to(self._device, memory_format=torch.channels_last)
        self.net = for_stage(net, dtype_for(self._precision, self._device))
        self.latent, self._levels = int(net.latent), int(net.levels)

    def load_net(self) -> Any:
        """Return the plain net of the model, filled with its weights. Raises ModelError."""
        from liveart.checkpoints.model import open_model
        from liveart.nets.registry import build
        from liveart.weights import fill

        model = open_model(self._word, self._folder)
        if model.kind != self.model_kind:
            raise ModelError(f'model "{model.name}" is a {model.kind}, not a {self.model_kind}.',
                             f'Write generator = "{generator_for(model.kind)}".')
        net = build(model.arch, model.net)
        fill(net, model.tensors, str(model.file))
        self._name = model.name
        return net.eval()

    def make(self, now: Moment, z: np.ndarray, params: Mapping[str, float]) -> Any:
        """Return uint8 [1, channels, height, width] on the model's device; the last one when nothing moved."""
        import torch

        level = min(now.level, self._levels - 1)
        wanted = (z.tobytes(), level, *params.values())
        if wanted == self._last and self._picture is not None:
            return self._picture
        with torch.inference_mode():
            point = torch.tensor(z)[None].to(self._device)
            raw = self.net(point, level=level, **self._forward(params)).float()
            self._picture = to_bytes(coloured(raw, params))
        self._last = wanted
        return self._picture

    @abstractmethod
    def _forward(self, params: Mapping[str, float]) -> dict[str, float]:
        """Return the keyword arguments of the net that the params stand for."""

    def close(self) -> None:
        """Let go of the net."""
        self.net = self._picture = self._last = None

    def note(self) -> str:
        """Return what plays, for the start card."""
        return self._name
