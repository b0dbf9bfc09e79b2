"""StyleGAN2 as it is played: the pictures of nets/plain_stylegan2.py, resolution by resolution, in faster steps.

Source: Karras and others 2019, arXiv 1912.04958; names of tensors are those of the checkpoints' files. Inference only.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .fir import check_filters, upsample_twice
from .layers import ROOT_TWO
from .style_conv import CHANNELS_LAST, StyledConv, ToPicture
from .style_mapping import StyleMapping
from .style_net import Bend, Features, Layer, Scene, Step, StyleNet
from .style_noise import Grain

SMALLEST = 16  # the smallest inner picture that is still worth showing
HALF_LIMIT = 3e4  # in float16 features of a net without a clamp stop here, before they become infinite


class LiveStyleGan2(StyleNet):
    """Plays the tensors of a StyleGAN2 file; `canvas` (height, width) may be larger than the trained square."""

    def __init__(self, tensors: Mapping[str, Tensor], net: Mapping[str, Any], dtype: torch.dtype = torch.float32,
                 device: torch.device | str = "cpu", canvas: tuple[int, int] | None = None,
                 speed: str = "auto") -> None:
        super().__init__()
        check_filters(tensors)
        self.latent, self.classes, self.style = int(net["latent"]), int(net["classes"]), int(net["style"])
        self.rows, self.size, self.channels = int(net["rows"]), int(net["size"]), int(net["channels"])
        self.canvas = canvas or (self.size, self.size)
        sizes = [2**power for power in range(2, int(math.log2(self.size)) + 1)]
        # Nets that draw in their last block only have no smaller picture to show.
        skips = net["architecture"] == "skip"
        self.levels = max(1, int(math.log2(self.size / SMALLEST)) + 1) if skips else 1
        start = (math.ceil(4 * self.canvas[0] / self.size), math.ceil(4 * self.canvas[1] / self.size))
        self.map = StyleMapping(tensors, device)
        self.blocks = nn.ModuleList(Block(tensors, net, size, start, dtype, device, speed) for size in sizes)

    @property
    def w_mean(self) -> Tensor:  # type: ignore[override]
        """The mean of all styles, float32 [style]."""
        return self.map.w_mean

    @property
    def steps(self) -> Sequence[Step]:
        return tuple(block for block in self.blocks if isinstance(block, Step))

    def last(self, level: int) -> int:
        return len(self.blocks) - min(max(level, 0), self.levels - 1)

    def mapping(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        w: Tensor = self.map(z, labels)
        return w

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        self.map.refill(tensors)
        for block in self.steps:
            assert isinstance(block, Block)
            block.refill(tensors)
        self.refilled += 1


class Block(Step):
    """One resolution: twice as large (but the first), two convolutions, and its share of the picture."""

    const: Tensor

    def __init__(self, tensors: Mapping[str, Tensor], net: Mapping[str, Any], size: int, start: tuple[int, int],
                 dtype: torch.dtype, device: torch.device | str, speed: str) -> None:
        super().__init__()
        self.name, self.dtype, self.device = f"synthesis.b{size}", dtype, torch.device(device)
        self.limit = float(net["clamp"]) or (HALF_LIMIT if dtype == torch.float16 else 0.0)
        self.residual = size > 4 and net["architecture"] == "resnet"
        wide = (start[0] * size // 4, start[1] * size // 4)
        names = ("conv1",) if size == 4 else ("conv0", "conv1")
        first = max(2 * int(math.log2(size)) - 5, 0)
        self.has_picture = f"{self.name}.torgb.weight" in tensors
        self.rows = tuple(range(first, first + len(names) + self.has_picture))
        gains = [math.sqrt(0.5) if self.residual and name == "conv1" else 1.0 for name in names]
        self.parts = nn.ModuleList(
            Activated(tensors, f"{self.name}.{name}", wide, dtype, device, gain, self.limit, speed)
            for name, gain in zip(names, gains, strict=True))
        self.layers = tuple(Layer(f"b{size}.{name}", len(tensors[f"{self.name}.{name}.weight"]), wide, first + place)
                            for place, name in enumerate(names))
        self.start = start
        for name in ("const", "torgb_affine", "torgb_offset", "skip"):
            self.register_buffer(name, None)
        self.torgb: ToPicture | None = None
        if self.has_picture:
            torgb = f"{self.name}.torgb"
            self.torgb = ToPicture(tensors, torgb, device, float(net["clamp"]))
        self._take(tensors)

    def scene_key(self, scene: Scene) -> Hashable:
        if scene.noise == 0.0 or not any(part.is_grained for part in self.parts):
            return ()
        return scene.noise, scene.noise_at

    def given(self, scene: Scene) -> tuple[Tensor, ...]:
        return tuple(part.grain_at(scene) for part in self.parts if isinstance(part, Activated))

    def forward(self, x: Features | None, picture: Tensor | None, rows: Tensor, given: tuple[Tensor, ...],
                bends: Sequence[Sequence[Bend]] = ()) -> tuple[Features, Tensor | None]:
        if x is None:
            x = self.const.expand(len(rows), -1, -1, -1)
        before = x
        for place, part in enumerate(self.parts):
            x = part(x, rows[:, place], given[place])
            if self.residual and place == 1:
                x = x + self._shortcut(before)
            for bend in bends[place] if bends else ():
                x = bend.apply(x)
        if picture is not None:
            picture = upsample_twice(picture)
        if self.torgb is not None:
            drawn = self.torgb(x, rows[:, -1])
            picture = drawn if picture is None else picture.add_(drawn)
        return x, picture

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those weights anew that `tensors` names."""
        for part in self.parts:
            assert isinstance(part, Activated)
            part.refill(tensors)
        if self.torgb is not None:
            self.torgb.refill(tensors)
        self._take(tensors)

    def _take(self, tensors: Mapping[str, Tensor]) -> None:
        if (const := tensors.get(f"{self.name}.const")) is not None:
            wide = widened(const.float(), self.start).to(self.device, self.dtype)
            self.const = wide[None].contiguous(memory_format=CHANNELS_LAST)
        if (skip := tensors.get(f"{self.name}.skip.weight")) is not None and self.residual:
            skip = skip.to(self.device, torch.float32) / math.sqrt(2 * skip.shape[1])
            self.skip = skip.to(self.dtype).contiguous(memory_format=CHANNELS_LAST)

    def _shortcut(self, x: Features) -> Features:
        return upsample_twice(F.conv2d(x, self.skip))


class Activated(nn.Module):
    """A styled convolution and what follows it: grain, bias, leaky ReLU, clamp."""

    def __init__(self, tensors: Mapping[str, Tensor], name: str, size: tuple[int, int], dtype: torch.dtype,
                 device: torch.device | str, gain: float, limit: float, speed: str) -> None:
        super().__init__()
        self.name, self.dtype, self.device = name, dtype, torch.device(device)
        weight = tensors[f"{name}.weight"]
        # Leaky ReLU lets positive factors pass, so its gain is taken before it, where it costs nothing.
        self.gain, self.limit = ROOT_TWO * gain, limit * gain
        up = name.endswith("conv0")
        before = (size[0] // 2, size[1] // 2) if up else size
        self.conv = StyledConv(weight, before, up, dtype, device, speed)
        own = tensors.get(f"{name}.noise_const")
        self.grain = None if own is None else Grain(name, own, size)
        self.strength = 0.0
        for buffer in ("affine", "offset", "bias"):
            self.register_buffer(buffer, None)
        self._take(tensors)

    @property
    def is_grained(self) -> bool:
        """Whether it has any grain to add."""
        return self.grain is not None and self.strength != 0.0

    def grain_at(self, scene: Scene) -> Tensor:
        """Return what is added before the activation, [1, 1, H, W]; empty when it is nothing."""
        if self.grain is None or not self.is_grained or scene.noise == 0.0:
            return torch.empty(0)
        field = self.grain.at(scene.noise_at) * (self.strength * scene.noise * self.gain)
        return field[None, None].to(self.device, self.dtype)

    def forward(self, x: Features, w: Tensor, grain: Tensor) -> Features:
        """Return the features of `x` in the style that row `w` [B, style] asks for."""
        x = self.conv(x, F.linear(w, self.affine, self.offset), self.gain, self.bias)
        if grain.numel():
            x = with_grain(x, grain)
        x = F.leaky_relu_(x, 0.2)
        if not self.limit:
            return x
        # A gradient (for finding a picture's w) needs what was there before the clamp.
        return x.clamp(-self.limit, self.limit) if torch.is_grad_enabled() else x.clamp_(-self.limit, self.limit)

    def refill(self, tensors: Mapping[str, Tensor]) -> None:
        """Take those weights anew that `tensors` names."""
        if (weight := tensors.get(f"{self.name}.weight")) is not None:
            self.conv.refill(weight.to(self.device))
        if self.grain is not None and (own := tensors.get(f"{self.name}.noise_const")) is not None:
            self.grain.refill(own)
        self._take(tensors)

    def _take(self, tensors: Mapping[str, Tensor]) -> None:
        if (affine := tensors.get(f"{self.name}.affine.weight")) is not None:
            self.affine = affine.to(self.device, torch.float32) / math.sqrt(affine.shape[1])
        if (offset := tensors.get(f"{self.name}.affine.bias")) is not None:
            self.offset = offset.to(self.device, torch.float32)
        if (bias := tensors.get(f"{self.name}.bias")) is not None:
            self.bias = (bias.to(self.device, torch.float32) * self.gain).to(self.dtype)
        if (strength := tensors.get(f"{self.name}.noise_strength")) is not None:
            self.strength = float(strength)


def with_grain(x: Features, grain: Tensor) -> Features:
    """Return `x` [B, C, H, W] with the same `grain` [1, 1, H, W] in all channels; changes `x`."""
    is_whole = len(x) == 1 and x.is_contiguous(memory_format=CHANNELS_LAST)
    if x.device.type != "cpu" or x.dtype != torch.bfloat16 or not is_whole or x.requires_grad:
        return x.add_(grain)
    # torch's own sum goes pixel by pixel there; as a product it is ten times faster for few channels.
    x.permute(0, 2, 3, 1).view(-1, x.shape[1]).addmm_(grain.view(-1, 1), grain.new_ones(1, x.shape[1]))
    return x


def widened(const: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the constant [C, 4, 4] on a larger plane: itself in the middle, mirrored at its edges."""
    for axis, wanted in zip((1, 2), size, strict=True):
        length = const.shape[axis]
        place = torch.arange(wanted) - (wanted - length) // 2
        turned = place.remainder(2 * length)
        const = const.index_select(axis, torch.where(turned < length, turned, 2 * length - 1 - turned).to(const.device))
    return const
