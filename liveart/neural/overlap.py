"""A player for models that keep no past from block to block: their blocks overlap and fade into each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from liveart.errors import ModelError
from liveart.neural.hidden import HiddenNoise
from liveart.neural.lag import measure_lag
from liveart.neural.model import AudioModel, Method, Number

_LEAST = 1024  # samples of a fade: shorter ones colour the sound


class Overlapped(AudioModel):
    """A model whose every block is made together with the one before it, and faded into the same block made earlier.

    Sound fades over one whole block (sin² and cos², whose sum is 1), so that the ends of what the model makes, where
    it lacks its past or its future, are not heard; it comes one block later, which `lag` counts. Latents are not
    faded, for codes and angles have no middle: they come at once, made with one block of past. Costs twice the time.
    """

    def __init__(self, model: AudioModel, seed: int = 0) -> None:
        block = model.spec.block * math.ceil(_LEAST / model.spec.block)
        later = f", {block} samples late" + (
            f" ({1000 * block / model.spec.rate:.0f} ms)" if model.spec.rate else "")
        remark = f"The file keeps no past from block to block: its blocks are overlapped{later}, at twice the cost."
        self.spec = replace(model.spec, block=block, remarks=(*model.spec.remarks, remark))
        self.batch = model.batch
        self._model, self._plain, self._seed = model, model.spec, seed
        # Here and not in the model, to which every frame comes twice.
        self._hidden = HiddenNoise(seed, model.batch, model.spec.width)
        self._rise = torch.sin((torch.arange(block) + 0.5) * (math.pi / 2 / block)).square()
        self._before: dict[str, Tensor] = {}  # by method: the last block of the input [batch, inputs, frames]
        self._tail: dict[str, Tensor] = {}  # by method: the later block of what was made last [batch, outputs, block]
        self._lags: dict[str, int] = {}

    def run(self, method: str, x: Tensor) -> Tensor:
        """Return what `method` makes of float32 `x` [batch, inputs, n / in_ratio], n a multiple of the block."""
        if method not in self.spec.methods or x.dim() != 3 or x.shape[2] == 0:
            return self._model.run(method, x)  # which says what is wrong
        declared = self.spec.methods[method]
        frames = self.spec.block // declared.in_ratio
        if x.shape[2] % frames:
            raise ModelError(f"{method} was given {list(x.shape)}.", f"Its length is a multiple of {frames}.")
        if method == "decode" and x.shape[1] == self.spec.latent:
            x = self._hidden.widened(x)
        return torch.cat([self._step(declared, part) for part in torch.split(x, frames, dim=2)], dim=2)

    def reset(self, row: int | None = None) -> None:
        """Forget the past of one stream, or of all."""
        self._model.reset(row)
        self._hidden.reset(row)
        if row is None:
            self._before.clear()
            self._tail.clear()
            return
        for past in (*self._before.values(), *self._tail.values()):
            past[row] = 0.0

    def fork(self, batch: int) -> Overlapped:
        """Return an independent one with `batch` streams, as just after opening."""
        forked = self._model.fork(batch)
        forked.spec = replace(forked.spec, remarks=self._plain.remarks)  # without the one that follows again
        return Overlapped(forked, self._seed)

    def set(self, name: str, values: Sequence[Number]) -> bool:
        """Give an attribute its values; False when the model refuses them."""
        return self._model.set(name, values)

    def get(self, name: str) -> tuple[Number, ...]:
        """Return the values of an attribute now."""
        return self._model.get(name)

    def lag(self, method: str) -> int:
        """Return by how many samples of sound `method` answers late, the overlapping counted; measured once."""
        if method not in self._lags and method in self.spec.methods:
            self._lags[method] = measure_lag(self.fork(1), self.spec.methods[method])
        return self._lags[method] if method in self._lags else self._model.lag(method)

    def _step(self, method: Method, x: Tensor) -> Tensor:
        """Make one block from the block before it and `x`."""
        before = self._before.get(method.name)
        if before is None or before.shape != x.shape:
            before = torch.zeros_like(x)
        made = self._model.run(method.name, torch.cat([before, x], dim=2))
        self._before[method.name] = x.clone()
        early, late = made.chunk(2, dim=2)
        if method.out_ratio > 1:
            return late
        tail = self._tail.get(method.name)
        # At the very beginning there is nothing to fade from but silence, which the rise comes out of.
        faded = early * self._rise + (tail if tail is not None else 0.0)
        self._tail[method.name] = late * self._rise.flip(0)
        return faded
