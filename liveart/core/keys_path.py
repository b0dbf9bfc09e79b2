"""A path that a keyboard plays: each key is a place in latent space, a chord is the middle between its keys."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from liveart.core.blend import Blend, Station, z_of
from liveart.core.latent import ease
from liveart.core.notes import Notes
from liveart.core.param import Param
from liveart.core.path import NOW, Path, Walk, station_of
from liveart.errors import PatchError

KEYS = 128
MOST_BANKS = 1000
Pull = tuple[float, float]  # pitch, 0..1


class Keys(Path):
    """Walks on until keys are held: each pulls to a place of its own, several to the middle between them.

    A key is the seed of its number, or one of `stations` (seeds and names of keyframes), counted from `lowest` up and
    over again. How notes swell is reckoned from when they were struck and let go, so the same hands lead everyone who
    goes along, and an offline render, through the same points.
    """

    is_timed = True

    def __init__(self, seed: int = 0, stations: Sequence[int | str] = (), lowest: int = 60, flow: str = "spline",
                 speed: float = 0.25, rise: float = 0.15, fall: float = 1.2, touch: float = 0.5) -> None:
        if not 0 <= lowest < KEYS:
            raise PatchError(f"a keys path has lowest {lowest}.", f"Keys are 0 to {KEYS - 1}.")
        self._home = Walk(seed, flow, speed)
        self._stations = [station_of(word) for word in stations]
        self._lowest = int(lowest)
        self.keyframes = tuple(dict.fromkeys(word for word in self._stations if isinstance(word, str)))
        own = [Param("note", kind="notes", help="each key pulls to a place of its own; a bend leads to its neighbour"),
               Param("rise", rise, 0.01, 20.0, unit="s", curve="log", help="how long a key takes to its place"),
               Param("fall", fall, 0.01, 60.0, unit="s", curve="log", help="how long the way back takes"),
               Param("touch", touch, help="how much less a soft strike pulls; 0 lets all pull alike")]
        if not self._stations:
            own.append(Param("bank", 0, 0, MOST_BANKS - 1, kind="int", on_path=True,
                             help="which 128 seeds the keys stand for"))
        self.params = (*self._home.params, *own)

    def at(self, values: Mapping[str, Any], dims: int) -> np.ndarray:
        """Return the point between the walk and the keys, as long as a typical z; `values[NOW]` in seconds."""
        home, pulls = self._home.at(values, dims), _pulls(values)
        if not pulls:
            return home
        whole, z = _whole(pulls), np.zeros(dims, np.float64)
        for station, share in self._places(pulls, values):
            if isinstance(station, str):
                raise PatchError(f'a point of z can\'t be had of the keyframe "{station}".',
                                 "Lead a StyleGAN along it.")
            z += math.sqrt(share) * z_of(station, dims)  # the squares add up to 1, so the variance stays 1
        turn = math.pi / 2.0 * whole
        return np.asarray(math.cos(turn) * home + math.sin(turn) * z, np.float32)

    def blend(self, values: Mapping[str, Any], dims: int) -> Blend:
        """Return the stations of the walk and of the keys; `values[NOW]` in seconds."""
        home, pulls = self._home.blend(values, dims), _pulls(values)
        if not pulls:
            return home
        whole = _whole(pulls)
        return Blend.of([*((station, share * (1.0 - whole)) for station, share in home.parts),
                         *((station, share * whole) for station, share in self._places(pulls, values))])

    def _places(self, pulls: list[Pull], values: Mapping[str, Any]) -> list[tuple[Station, float]]:
        """Return the stations of the keys, with shares that add up to 1."""
        total, found = sum(pull for _, pull in pulls), []
        for pitch, pull in pulls:
            key = math.floor(pitch)
            found += [(self._station(key, values), (1.0 - (pitch - key)) * pull / total),
                      (self._station(key + 1, values), (pitch - key) * pull / total)]
        return Blend.of(found).parts  # type: ignore[return-value]

    def _station(self, key: int, values: Mapping[str, Any]) -> Station:
        if self._stations:
            return self._stations[(key - self._lowest) % len(self._stations)]
        return int(values["bank"]) * KEYS + min(max(key, 0), KEYS - 1)


def _pulls(values: Mapping[str, Any]) -> list[Pull]:
    """Return pitch and pull of every note that pulls at all."""
    if not isinstance(values["note"], np.ndarray):  # a number before anything can be played
        return []
    notes, now = Notes.of(values["note"]), float(values[NOW])
    rise, fall, touch = values["rise"], values["fall"], values["touch"]
    reach, reached = (1.0 - touch * (1.0 - velocity) * (1.0 - notes.pressure)
                      for velocity in (notes.velocity, notes.before))
    until = np.where(notes.held, now, notes.released)
    risen = reach * _eased(until - notes.time, rise)
    sunk = reached * (1.0 - _eased(until - notes.left, fall)) * (notes.before > 0.0)
    # One that is struck again begins where the strike before had sunk to.
    pulls = np.maximum(risen, sunk) * (1.0 - _eased(now - until, fall)) * (notes.strikes > 0.0)
    return [(float(notes.pitch[row]), float(pulls[row])) for row in np.flatnonzero(pulls)]


def _eased(since: np.ndarray, length: float) -> np.ndarray:
    return ease(np.clip(since / length, 0.0, 1.0))


def _whole(pulls: list[Pull]) -> float:
    """Return how far all of them together pull, 0..1."""
    return 1.0 - math.prod(1.0 - pull for _, pull in pulls)
