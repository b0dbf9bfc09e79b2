"""The decoder of a wavetable model in plain numpy: no torch in the sound process, tens of microseconds a call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np

from liveart.core.card import Card
from liveart.errors import ModelError

_AGAIN = "Fetch or export the model again."


class CycleDecoder:
    """z [voices, latent] → harmonic levels [voices, harmonics]; the same numbers as nets.wavetable's decoder."""

    def __init__(self, tensors: Mapping[str, np.ndarray]) -> None:
        self._shift = tensors["shift"]
        self._mixing = np.ascontiguousarray(tensors["mixing"].T)
        places = sorted(int(name.split(".")[1]) for name in tensors if name.endswith(".weight"))
        self._layers = [(np.ascontiguousarray(tensors[f"body.{place}.weight"].T), tensors[f"body.{place}.bias"])
                        for place in places]
        self.latent = len(self._shift)
        self.harmonics = len(self._layers[-1][1])

    def levels(self, z: np.ndarray) -> np.ndarray:
        """Return float32 [voices, harmonics] in 0..1."""
        x = self._shift + z.astype(np.float32) @ self._mixing
        for weight, bias in self._layers[:-1]:
            x = x @ weight + bias
            x = x * _sigmoid(x)
        weight, bias = self._layers[-1]
        return _sigmoid(x @ weight + bias)


def load_decoder(folder: Path, card: Card) -> CycleDecoder:
    """Return the decoder of a model folder.

    Raises ModelError when the weights are absent, not those of the card, do not fit its net or are not finite.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    path = folder / card.weights
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The weights {path} can't be read: {error}.", _AGAIN) from error
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise ModelError(f"{path} is not the file that its card describes (SHA-256 differs).", _AGAIN)
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise ModelError(f"The weights {path} can't be read: {error}.", _AGAIN) from error
    wanted = _shapes(card)
    found = {name: tensor.shape for name, tensor in tensors.items()}
    if found != wanted:
        odd = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        raise ModelError(f"{path} doesn't fit the net of its card: {', '.join(odd[:3])}.", _AGAIN)
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise ModelError(f"{path} holds numbers that are not finite.", _AGAIN)
    return CycleDecoder({name: tensor.astype(np.float32) for name, tensor in tensors.items()})


def _shapes(card: Card) -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of the tensors that the card's net has."""
    try:
        sizes = [int(card.net["latent"]), *(int(width) for width in card.net["widths"]), int(card.net["harmonics"])]
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f'The card of "{card.name}" has no usable [net]: {error!r}.',
                         "It needs latent, widths and harmonics.") from error
    shapes: dict[str, tuple[int, ...]] = {"shift": (sizes[0],), "mixing": (sizes[0], sizes[0])}
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        shapes[f"body.{2 * layer}.weight"] = (outputs, inputs)
        shapes[f"body.{2 * layer}.bias"] = (outputs,)
    return shapes


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * x)  # this form can't overflow
