"""From stations and sliders to the rows of w that a StyleGAN draws: mapped once, then mixed every frame in numpy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from liveart.core.blend import Blend, Station, z_of
from liveart.errors import ModelError, did_you_mean
from liveart.generators.stylegan_params import CLASS, MEAN, SEED, Slider, centre_words, mix_words
from liveart.nets.style_net import StyleNet

Values = Mapping[str, float]
KEPT = 512  # mapped stations: about 1 MB at a style of 512
SAMPLE = 512  # seeds whose average is the typical picture of a class


class Styles:
    """The rows of w for a moment, float32 [rows, style]. `groups` are layer groups by the word in param names."""

    def __init__(self, net: StyleNet, groups: Mapping[str, range], keyframes: Mapping[str, np.ndarray],
                 sliders: Sequence[Slider]) -> None:
        self._net = net
        self._groups, self._keyframes, self._sliders = groups, keyframes, sliders
        self._centres, self._seconds = centre_words(net.classes, keyframes), mix_words(keyframes)
        self.forget()

    def forget(self) -> None:
        """Map all anew: the weights of the mapping have changed."""
        self._mapped: Callable[[int | bytes, int], np.ndarray] = lru_cache(KEPT)(self._map)
        self._class_mean: Callable[[int], np.ndarray] = lru_cache(64)(self._average)
        self._mean = self._net.w_mean.detach().float().cpu().numpy()

    def at(self, blend: Blend, values: Values) -> np.ndarray:
        """Return w of a point: its stations mixed, crossed with the second point, truncated, pushed by the sliders.

        Raises ModelError for a keyframe that the model doesn't have.
        """
        labels = self._labels(values)
        ws = self._cross(self._mix(blend, labels), values, labels)
        ws = self._truncated(ws, values, labels)
        for slider in self._sliders:
            amount = values[slider.name]
            if amount:
                rows = list(slider.ranges.values())[int(values[f"{slider.name}_layers"])]
                ws[rows.start : rows.stop] += np.float32(amount) * slider.vector
        return ws

    def _labels(self, values: Values) -> list[tuple[int, float]]:
        """Return the classes that play, with their shares; class 0 alone where there is no choice."""
        if self._net.classes < 2:
            return [(0, 1.0)]
        share = values["class_blend"]
        both = Blend.of([(int(values["class_from"]), 1.0 - share), (int(values["class_to"]), share)])
        return [(station, part) for station, part in both.parts if isinstance(station, int)]

    def _mix(self, blend: Blend, labels: Sequence[tuple[int, float]]) -> np.ndarray:
        ws = np.zeros((self._net.rows, self._net.style), np.float32)
        for station, share in blend.parts:
            for label, part in labels:
                ws += np.float32(share * part) * self._w(station, label)
        return ws

    def _w(self, station: Station, label: int) -> np.ndarray:
        """Return w [style] of a seed or z, or the rows [rows, style] of a keyframe."""
        if not isinstance(station, str):
            return self._mapped(station, label)
        if station not in self._keyframes:
            hint = did_you_mean(station, self._keyframes) or f"Make it: liveart project IMAGE MODEL --name {station}"
            raise ModelError(f'this model has no keyframe "{station}".', hint)
        return self._keyframes[station]

    def _map(self, station: int | bytes, label: int) -> np.ndarray:
        w: np.ndarray = self._map_all(z_of(station, self._net.latent)[None], label)[0]
        w.flags.writeable = False
        return w

    def _average(self, label: int) -> np.ndarray:
        z = np.random.RandomState(0).standard_normal((SAMPLE, self._net.latent)).astype(np.float32)
        average: np.ndarray = self._map_all(z, label).mean(0)
        return average

    def _map_all(self, z: np.ndarray, label: int) -> np.ndarray:
        import torch

        device = self._net.w_mean.device
        labels = None
        if self._net.classes:
            labels = torch.zeros(len(z), self._net.classes, device=device)
            labels[:, label] = 1.0
        with torch.inference_mode():
            w: np.ndarray = self._net.mapping(torch.tensor(z, device=device), labels).float().cpu().numpy()
        return w

    def _cross(self, ws: np.ndarray, values: Values, labels: Sequence[tuple[int, float]]) -> np.ndarray:
        amounts = {name: values[f"mix_{name}"] for name in self._groups}
        if not any(amounts.values()):
            return ws
        word = self._seconds[int(values.get("mix_with", 0.0))]
        other = self._mix(_seed(values["mix_seed"]) if word == SEED else Blend(((word, 1.0),)), labels)
        for name, rows in self._groups.items():
            place = slice(rows.start, rows.stop)
            ws[place] += np.float32(amounts[name]) * (other[place] - ws[place])
        return ws

    def _truncated(self, ws: np.ndarray, values: Values, labels: Sequence[tuple[int, float]]) -> np.ndarray:
        factors = np.full((self._net.rows, 1), values["truncation"], np.float32)
        for name, rows in self._groups.items():
            factors[rows.start : rows.stop] *= np.float32(values[f"truncation_{name}"])
        if (factors == 1.0).all():
            return ws
        centre = self._centre(values, labels)
        # Rows that are left alone stay as they are to the last bit, so that they need not be drawn again.
        return np.where(factors == 1.0, ws, centre + factors * (ws - centre))

    def _centre(self, values: Values, labels: Sequence[tuple[int, float]]) -> np.ndarray:
        word = self._centres[int(values["centre"])]
        if word == MEAN:
            return self._mean
        if word == CLASS:
            return np.asarray(sum(share * self._class_mean(label) for label, share in labels), np.float32)
        return self._mix(_seed(values["centre_seed"]) if word == SEED else Blend(((word, 1.0),)), labels)


def _seed(number: float) -> Blend:
    """Return the seed of a slider; between two whole numbers it stands between them."""
    floor = math.floor(number)
    return Blend.of([(floor, 1.0 - (number - floor)), (floor + 1, number - floor)])
