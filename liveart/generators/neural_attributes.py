"""Attributes of a neural audio model: set once from the patch, then moved by params; a refusal is told once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from liveart.errors import PatchError, did_you_mean
from liveart.generators.neural_params import read_attributes

if TYPE_CHECKING:
    from liveart.neural.model import AudioModel


class Attributes:
    """Follows the params that stand for attributes, and tells the model only what has changed."""

    def __init__(self, model: AudioModel, wanted: Mapping[str, Any]) -> None:
        self._model = model
        known = {attribute.name: attribute for attribute in model.spec.attributes}
        for name, value in wanted.items():
            if name not in known:
                raise PatchError(f'the model has no attribute "{name}".', did_you_mean(name, known))
            values = tuple(value) if isinstance(value, (list, tuple)) else (value,)
            if len(values) != len(known[name].kinds) or not model.set(name, values):
                raise PatchError(f"the model refuses {name} = {value!r}.",
                                 f"It wants {', '.join(known[name].kinds)}.")
        self._told = {attribute.name: attribute.values for attribute in model.spec.attributes}

    def follow(self, params: Mapping[str, Any]) -> None:
        """Set what was moved."""
        if not self._told:
            return
        for name, values in read_attributes(self._model.spec, params).items():
            if values != self._told[name]:
                self._told[name] = values
                self._model.set(name, values)
