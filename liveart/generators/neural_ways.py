"""The ways of playing a neural audio model: from latents, from its prior, as an effect on a sound. Imports torch."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch

from liveart.generators.neural_latents import Bend, Bender, LatentFlow
from liveart.generators.neural_params import Way
from liveart.neural.model import AudioModel


class Playing(ABC):
    """Makes blocks of sound at the model's rate. `inputs` channels come in for each stream, 0 for none."""

    inputs = 0

    def __init__(self, model: AudioModel) -> None:
        self.model = model
        self.outputs = 1

    def aim(self, points: np.ndarray, fresh: np.ndarray, bend: Bend, temperature: float) -> None:  # noqa: B027
        """Take where the next block is to end: points [streams, latent]; `fresh` streams begin there."""

    @abstractmethod
    def make(self, samples: np.ndarray) -> np.ndarray:
        """Return float32 [n, streams * outputs] for what came in, float32 [n, streams * inputs], n whole blocks."""

    def reset(self) -> None:
        """Forget the past."""
        self.model.reset()

    def _run(self, method: str, x: torch.Tensor) -> torch.Tensor:
        """Run on one thread: in a render, whose pictures have more, waiting for each other would cost far more."""
        threads = torch.get_num_threads()
        if threads > 1:
            torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                return self.model.run(method, x)
        finally:
            if threads > 1:
                torch.set_num_threads(threads)

    def _flat(self, sound: torch.Tensor) -> np.ndarray:
        """Return [streams, outputs, n] as [n, streams * outputs]."""
        flat: np.ndarray = sound.reshape(-1, sound.shape[-1]).T.numpy()
        return flat

    def _split(self, samples: np.ndarray) -> torch.Tensor:
        """Return [n, streams * inputs] as [streams, inputs, n]."""
        streams = np.ascontiguousarray(samples.T, np.float32).reshape(self.model.batch, self.inputs, -1)
        return torch.from_numpy(streams)


class FromLatents(Playing):
    """Points of latent space become sound."""

    def __init__(self, model: AudioModel) -> None:
        super().__init__(model)
        spec = model.spec
        self._decode = spec.methods["decode"]
        self.outputs = self._decode.outputs
        self._flow = LatentFlow(model.batch, spec.latent, spec.is_discrete, spec.is_spherical)
        self._target = np.zeros((model.batch, spec.latent), np.float32)

    def aim(self, points: np.ndarray, fresh: np.ndarray, bend: Bend, temperature: float) -> None:
        """Take the points, scaled and moved as the hands want it."""
        self._target = (points * bend.scale + bend.offset).astype(np.float32)
        self._flow.jump(fresh)
        for stream in fresh:
            self.model.reset(int(stream))

    def make(self, samples: np.ndarray) -> np.ndarray:
        """Return the sound of the latents on the way to where they were aimed."""
        latents = self._flow.lead(self._target, len(samples) // self._decode.in_ratio)
        return self._flat(self._run("decode", torch.from_numpy(latents)))

    def reset(self) -> None:
        """Forget the past; latents begin where they are aimed next."""
        super().reset()
        self._flow.reset()


class FromPrior(FromLatents):
    """The model goes on by itself; hands bend what it thinks of."""

    def __init__(self, model: AudioModel) -> None:
        super().__init__(model)
        self._prior = model.spec.methods["prior"]
        self._bender = Bender(model.batch, model.spec.latent)
        self._bend = Bend(np.zeros(model.spec.latent, np.float32))
        self._temperature = 1.0

    def aim(self, points: np.ndarray, fresh: np.ndarray, bend: Bend, temperature: float) -> None:
        """Take the bend and the temperature; the prior has its own journey."""
        self._bend, self._temperature = bend, temperature

    def make(self, samples: np.ndarray) -> np.ndarray:
        """Return the sound of what the prior goes on with."""
        shape = self.model.batch, self._prior.inputs, len(samples) // self._prior.in_ratio
        latents = self._run("prior", torch.full(shape, self._temperature)).numpy()
        still = np.zeros(self.model.spec.latent, np.float32)
        bent = self._bender.bend(latents.copy(), still, self._bend)
        return self._flat(self._run("decode", torch.from_numpy(bent)))


class AsEffect(Playing):
    """A sound becomes latents, these are bent and become sound again."""

    def __init__(self, model: AudioModel) -> None:
        super().__init__(model)
        self.inputs, self.outputs = model.spec.methods["encode"].inputs, model.spec.methods["decode"].outputs
        self._bender = Bender(model.batch, model.spec.latent)
        self._bend = Bend(np.zeros(model.spec.latent, np.float32))
        self._point = np.zeros(model.spec.latent, np.float32)

    def aim(self, points: np.ndarray, fresh: np.ndarray, bend: Bend, temperature: float) -> None:
        """Take the bend, and the journey's point."""
        self._bend, self._point = bend, points[0]

    def make(self, samples: np.ndarray) -> np.ndarray:
        """Return what the model makes of the samples."""
        latents = self._run("encode", self._split(samples)).numpy()
        bent = self._bender.bend(latents.copy(), self._point, self._bend)
        return self._flat(self._run("decode", torch.from_numpy(bent)))

    def reset(self) -> None:
        """Forget the past, and what was held."""
        super().reset()
        self._bender.reset()


class Straight(Playing):
    """A sound goes in and another comes out: `forward` as the model has it."""

    def __init__(self, model: AudioModel) -> None:
        super().__init__(model)
        self.inputs, self.outputs = model.spec.methods["forward"].inputs, model.spec.methods["forward"].outputs

    def make(self, samples: np.ndarray) -> np.ndarray:
        """Return what the model makes of the samples."""
        return self._flat(self._run("forward", self._split(samples)))


PLAYINGS: dict[Way, type[Playing]] = {
    "decode": FromLatents, "prior": FromPrior, "effect": AsEffect, "forward": Straight}
NEEDS: dict[Way, tuple[str, ...]] = {
    "decode": ("decode",), "prior": ("prior", "decode"), "effect": ("encode", "decode"), "forward": ("forward",)}
