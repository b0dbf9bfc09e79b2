"""AudioModel: what liveart asks of a neural audio model, whatever file it came in. One stream of blocks in, one out.

torch is not imported here: the conductor reads what generators declare, and stays light.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

Form = Literal["nn~", "neutone", "liveart"]
AttributeKind = Literal["bool", "int", "float", "str", "tensor", "buffer"]
Number = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Method:
    """One thing that a model does: [B, inputs, n / in_ratio] → [B, outputs, n / out_ratio], n samples at a time.

    A ratio is how many samples of sound belong to one value: 1 is sound, 2048 is a latent.
    """

    name: str
    inputs: int
    in_ratio: int
    outputs: int
    out_ratio: int
    input_labels: tuple[str, ...] = ()
    output_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A setting of a model that is not a signal: a value for each of `kinds`; `low` and `high` where they are known."""

    name: str
    kinds: tuple[AttributeKind, ...]
    values: tuple[Number, ...]
    low: float | None = None
    high: float | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class AudioSpec:
    """What a model declares and a trial run has confirmed.

    rate        samples a second that it was made for; 0 when the file does not tell
    block       samples: every run takes a multiple of it
    latent      dimensions that matter, 0 for a model without latents; width: all that `decode` takes
    streams     whether it keeps its past from block to block; one that does not clicks, and is overlapped by the host
    is_discrete   latents are numbers of a codebook: they step
    is_spherical  latents are angles
    remarks     sentences for the one who opens it
    """

    form: Form
    rate: int
    block: int
    methods: Mapping[str, Method]
    attributes: tuple[Attribute, ...] = ()
    latent: int = 0
    width: int = 0
    streams: bool = True
    is_discrete: bool = False
    is_spherical: bool = False
    remarks: tuple[str, ...] = field(default=())


class AudioModel(ABC):
    """A model ready to play `batch` independent streams. For one thread at a time; nothing here waits or prints."""

    spec: AudioSpec
    batch: int = 1

    @abstractmethod
    def run(self, method: str, x: Tensor) -> Tensor:
        """Return what `method` makes of float32 `x` [batch, inputs, n / in_ratio], n a multiple of the block.

        Raises ModelError when what comes has another shape, or is not finite.
        """

    @abstractmethod
    def reset(self, row: int | None = None) -> None:
        """Forget the past of one stream, or of all: as just after opening, bit for bit."""

    @abstractmethod
    def fork(self, batch: int) -> AudioModel:
        """Return an independent model of the same weights with `batch` streams, as just after opening.

        Raises ModelError for a batch that this kind of model can't have.
        """

    def set(self, name: str, values: Sequence[Number]) -> bool:
        """Give an attribute its values; False when the model refuses them."""
        return False

    def get(self, name: str) -> tuple[Number, ...]:
        """Return the values of an attribute now."""
        return next(attribute.values for attribute in self.spec.attributes if attribute.name == name)

    def tune(self, semitones: np.ndarray) -> bool:
        """Play each stream so many semitones above its own pitch, [batch]; False for a model that can't."""
        return False

    def lag(self, method: str) -> int:
        """Return by how many samples of sound the output of `method` is later than its input, as far as it is known."""
        return 0
