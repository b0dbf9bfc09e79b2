"""What the `gan` and `vae` generators share: a model folder played as pictures. torch is imported in `open`."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from liveart.core.card import Card, find_model, read_card
from liveart.core.contract import Generator, Moment, Stage
from liveart.core.param import Param
from liveart.errors import ModelError, PatchError, did_you_mean

if TYPE_CHECKING:
    import torch

PRECISIONS = ("auto", "float32", "bfloat16", "float16")

COLOUR_PARAMS = (
    Param("hue", 0.0, -0.5, 0.5, unit="turns", glide=0.15, help="turns all colours around the wheel"),
    Param("saturation", 1.0, 0.0, 2.0, glide=0.15, help="0 is grey, 1 as the model made it"),
    Param("contrast", 1.0, 0.0, 2.0, glide=0.15, help="0 is flat, 1 as the model made it"),
)


class PictureNet(Generator):
    """Plays a picture model of one `model_kind`: z → net → colour → uint8."""

    kind: ClassVar[Any] = "picture"
    model_kind: ClassVar[str] = ""

    def __init__(self, model: str, precision: str = "auto") -> None:
        if precision not in PRECISIONS:
            raise PatchError(f'there is no precision "{precision}".', did_you_mean(precision, PRECISIONS))
        self._model = model
        self._precision = precision
        self.net: Any = None
        self._last: tuple[Any, ...] | None = None
        self._picture: torch.Tensor | None = None
        self.card: Card | None = None

    def open(self, stage: Stage) -> None:
        """Read the card, build the net, load and check its weights. Raises ModelError."""
        import torch

        from liveart.nets.styled_live import for_stage

        local = Path(stage.folder) / self._model
        self._folder = find_model(str(local) if local.exists() else self._model)
        self.card = card = read_card(self._folder)
        if card.kind != self.model_kind:
            raise ModelError(f'model "{card.name}" is a {card.kind}, not a {self.model_kind}.',
                             f'Write generator = "{card.kind}".')
        self._device = torch.device(stage.device)
        net = self.load_net().to(self._device, memory_format=torch.channels_last)
        self.net = for_stage(net, self._choose_dtype(torch))
        self.latent, self._levels = int(net.latent), int(net.levels)

    def load_net(self) -> Any:
        """Return the plain net of the model folder, its weights loaded and checked."""
        from liveart.nets.registry import build
        from liveart.weights import load_weights

        assert self.card is not None, "open() comes before load_net()"
        net = build(self.card.arch, dict(self.card.net))
        return load_weights(self._folder, self.card, net).eval()

    def _choose_dtype(self, torch: Any) -> Any:
        """Return the type of the feature maps: half the bytes wherever the processor multiplies them natively."""
        if self._precision != "auto":
            return getattr(torch, self._precision)
        if self._device.type != "cpu":
            return torch.float16
        has_bfloat16 = getattr(torch.cpu, "_is_avx512_bf16_supported", bool)()
        return torch.bfloat16 if has_bfloat16 else torch.float32

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
            picture = self._coloured(raw, params, torch)
            self._picture = picture.mul_(127.5).add_(128.0).clamp_(0, 255).to(torch.uint8)
        self._last = wanted
        return self._picture

    @abstractmethod
    def _forward(self, params: Mapping[str, float]) -> dict[str, float]:
        """Return the keyword arguments of the net that the params stand for."""

    def _coloured(self, raw: Any, params: Mapping[str, float], torch: Any) -> Any:
        hue, saturation, contrast = params["hue"], params["saturation"], params["contrast"]
        if raw.shape[1] != 3 or (hue == 0.0 and saturation == 1.0):
            return raw if contrast == 1.0 else raw * contrast
        matrix = torch.from_numpy(colour_matrix(hue, saturation) * contrast).to(raw)
        return torch.einsum("oc,bchw->bohw", matrix, raw)

    def close(self) -> None:
        """Let go of the net."""
        self.net = self._picture = self._last = None

    def note(self) -> str:
        """Return what plays, for the start card."""
        return f"{self.card.name}" if self.card else self._model


def colour_matrix(hue: float, saturation: float) -> np.ndarray:
    """Return the float32 [3, 3] matrix that turns hue (in turns) and scales saturation, keeping Rec. 709 luma.

    Saturation blends with luma; hue rotates about the grey axis (Rodrigues' rotation).
    """
    luma = np.array([0.2126, 0.7152, 0.0722])
    angle = 2 * math.pi * hue
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    turn = math.cos(angle) * np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) / 3 * np.ones((3, 3))
    fade = (1 - saturation) * np.outer(np.ones(3), luma) + saturation * np.eye(3)
    return np.asarray(fade @ turn, np.float32)
