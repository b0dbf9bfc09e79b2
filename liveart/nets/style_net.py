"""What every StyleGAN-class net offers the stage: a mapping, and a synthesis in steps that can be bent and resumed.

A step is the smallest part that is run as a whole: a resolution of StyleGAN2, a layer of StyleGAN3. It reads some rows
of the styles, what it needs of the scene, and what the step before it made. So a picture whose late steps alone have
changed is resumed there, and every step can be compiled or captured by itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor, nn

Features = Tensor  # [B, channels, height, width], channels_last
Turn = tuple[tuple[float, float, float], tuple[float, float, float]]  # the two upper rows of a 3x3 affine matrix
STILL: Turn = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


@dataclass(frozen=True, slots=True)
class Layer:
    """One place where features can be bent: after its activation.

    name      as in the file: "b16.conv0", "L5_84_512"
    channels  how many feature maps it has
    size      (height, width) of them on the net's canvas
    row       which row of the styles it reads
    """

    name: str
    channels: int
    size: tuple[int, int]
    row: int


@dataclass(frozen=True, slots=True)
class Bend:
    """Something done to the features of a layer.

    apply  features → features of the same shape and type; leaves its argument as it was
    key    two bends of equal keys do the same; None: it does something else each time (feedback)
    """

    apply: Callable[[Features], Features]
    key: Hashable


@dataclass(frozen=True, slots=True)
class Scene:
    """All that decides a picture beside its styles. The defaults give the picture as the file has it.

    level     0 full size, each level more halves it, as far as the net has levels
    noise     strength of the grain; 1 as trained
    noise_at  place on the grain's own journey: whole numbers are independent fields, 0 is the file's own
    turn      StyleGAN3: the way from a place in the picture to its place in the input plane (rotate, zoom, shift)
    bends     by name of the layer, in the order in which they are done
    """

    level: int = 0
    noise: float = 1.0
    noise_at: float = 0.0
    turn: Turn = STILL
    bends: Mapping[str, Sequence[Bend]] = field(default_factory=dict)


class Step(nn.Module, ABC):
    """A part of the synthesis that is run as a whole. Inference only."""

    rows: tuple[int, ...]  # which rows of the styles it reads
    layers: tuple[Layer, ...]

    def scene_key(self, scene: Scene) -> Hashable:
        """Return what of the scene it depends on (bends aside): equal keys give equal pictures."""
        return ()

    def given(self, scene: Scene) -> tuple[Tensor, ...]:
        """Return the tensors that it makes of the scene (grain, plane), kept while `scene_key` is the same."""
        return ()

    @abstractmethod
    def forward(self, x: Features | None, picture: Tensor | None, rows: Tensor, given: tuple[Tensor, ...],
                bends: Sequence[Sequence[Bend]] = ()) -> tuple[Features, Tensor | None]:
        """Return features and picture so far (float32; None where a net makes it only in its last step).

        `rows` is float32 [B, len(self.rows), style]; `bends` holds, when not empty, the bends of each of its layers.
        """


class StyleNet(nn.Module, ABC):
    """A StyleGAN-class generator in the form that is played. All sizes are read from the weights.

    latent, classes, style, rows  lengths of z, of a label (0: none), of w, and how many rows of w the synthesis reads
    size, canvas, channels        pictures of size x size; `canvas` is (height, width) when it is played wide
    levels                        how many inner sizes there are: 1 for a net that has its full size only
    refilled                      how often `refill` was called: what was drawn with the weights before is void
    """

    latent: int
    classes: int
    style: int
    rows: int
    size: int
    canvas: tuple[int, int]
    channels: int
    levels: int
    w_mean: Tensor  # float32 [style]
    refilled: int = 0

    @property
    @abstractmethod
    def steps(self) -> Sequence[Step]:
        """The synthesis, in order."""

    @abstractmethod
    def last(self, level: int) -> int:
        """Return how many steps make the picture of a level."""

    @abstractmethod
    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return w, float32 [B, style], of z [B, latent] and labels [B, classes] (needed when there are classes)."""

    @abstractmethod
    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those weights anew that `tensors` names as the file does; adds one to `refilled`."""

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers that can be bent, in order."""
        return tuple(layer for step in self.steps for layer in step.layers)
