"""Paths: pure functions from a place on the journey to a point of latent space.

A path knows nothing of players: it gives a z of as many dimensions as it is asked for, or says which stations it
stands between (a Blend), so one path can lead a picture and a sound together. `speed` is a rate: the board keeps how
far it has travelled.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from liveart.core.blend import Blend, Station, z_of
from liveart.core.latent import ease, plane, seed_point, slerp, spline, spline_shares
from liveart.core.param import Param
from liveart.errors import PatchError, did_you_mean

Values = Mapping[str, float]

FLOWS = ("spline", "rest", "arc")
NOW = "now"
FAR = 1_000_003  # between the seeds of one walk and those of the next


def _speed(default: float) -> Param:
    return Param("speed", default, -4.0, 4.0, kind="rate", unit="steps/beat", on_path=True,
                 help="how fast the journey goes; 0 stands still, below 0 goes back")


OFFSET = Param("offset", 0.0, -8.0, 8.0, unit="steps", glide=0.4, on_path=True,
               help="a place further along the journey")
NEXT = Param("next", kind="trigger", steps="speed", help="jump to the next station")


class Path(ABC):
    """Pure: (params) → z. `values` are the params of its group, with `speed_position` for a rate.

    `keyframes` are the names of keyframes that lie on it: only a generator that travels in blends can go there.
    `is_timed`: it wants to know the time too, in seconds as in Event, as the value `NOW`.
    """

    params: tuple[Param, ...] = ()
    keyframes: tuple[str, ...] = ()
    is_timed: bool = False

    @abstractmethod
    def at(self, values: Values, dims: int) -> np.ndarray:
        """Return the point, float32 [dims]."""

    def blend(self, values: Values, dims: int) -> Blend:
        """Return the stations that it stands between; a path without any stands at its z of `dims` dimensions."""
        return Blend.at(self.at(values, dims))


class Hold(Path):
    """Stands at a seed; a value between two seeds stands between them."""

    def __init__(self, seed: float = 0) -> None:
        self.params = (Param("seed", float(seed), 0.0, 9999.0, glide=0.6, on_path=True, help="which point"),
                       Param("next", kind="trigger", steps="seed", help="go to the next seed"))

    def at(self, values: Values, dims: int) -> np.ndarray:
        """Return the arc between the two nearest seeds."""
        floor = math.floor(values["seed"])
        return slerp(seed_point(floor, dims), seed_point(floor + 1, dims), values["seed"] - floor)

    def blend(self, values: Values, dims: int) -> Blend:
        """Return the two nearest seeds."""
        return Blend.of(_shares(values["seed"], "arc"))


class Loop(Path):
    """Goes round a list of stations; one step of travel leads from one to the next.

    Stations are `seeds`, or `stations`: seeds and names of keyframes in any order, or `keyframes`: lists of numbers.
    `flow` "spline" passes the stations without stopping, "rest" slows down at each, "arc" goes straight.
    """

    def __init__(self, seeds: Sequence[int] = (), keyframes: Sequence[Sequence[float]] = (),
                 stations: Sequence[int | str] = (), flow: str = "spline", speed: float = 0.25) -> None:
        if sum(map(bool, (seeds, keyframes, stations))) != 1:
            raise PatchError("a loop path needs one of seeds, stations and keyframes.", "Write seeds = [1, 2, 3].")
        self.params = (_speed(speed), OFFSET, NEXT)
        self._stations: list[Station] = [int(seed) for seed in seeds]
        self._stations += [station_of(word) for word in stations]
        self._stations += [_keyframe(frame) for frame in keyframes]
        self.keyframes = tuple(dict.fromkeys(word for word in self._stations if isinstance(word, str)))
        self._flow = _checked(flow)

    def _point(self, index: int, dims: int) -> np.ndarray:
        station = self._stations[index % len(self._stations)]
        if isinstance(station, str):
            raise PatchError(f'a point of z can\'t be had of the keyframe "{station}".', "Lead a StyleGAN along it.")
        return z_of(station, dims)

    def at(self, values: Values, dims: int) -> np.ndarray:
        """Return the point at the place travelled to. Raises PatchError when the next keyframes have only names."""
        place = values["speed_position"] + values["offset"]
        return _between(self._point, place, dims, self._flow)

    def blend(self, values: Values, dims: int) -> Blend:
        """Return the stations around the place travelled to."""
        shares = _shares(values["speed_position"] + values["offset"], self._flow)
        return Blend.of((self._stations[index % len(self._stations)], share) for index, share in shares)


class Walk(Path):
    """Wanders through one new seed after another and never comes back."""

    def __init__(self, seed: int = 0, flow: str = "spline", speed: float = 0.25) -> None:
        self.params = (_speed(speed), OFFSET, NEXT)
        self._seed = int(seed)
        self._flow = _checked(flow)

    def _point(self, index: int, dims: int) -> np.ndarray:
        return seed_point(self._seed * FAR + index, dims)

    def at(self, values: Values, dims: int) -> np.ndarray:
        """Return the point at the place travelled to."""
        return _between(self._point, values["speed_position"] + values["offset"], dims, self._flow)

    def blend(self, values: Values, dims: int) -> Blend:
        """Return the seeds around the place travelled to."""
        shares = _shares(values["speed_position"] + values["offset"], self._flow)
        return Blend.of((self._seed * FAR + index, share) for index, share in shares)


class Orbit(Path):
    """Circles around a seed; one turn a step. `radius` 0 stays at the centre, 1 goes all the way around."""

    def __init__(self, seed: int = 0, radius: float = 0.6, speed: float = 0.0625) -> None:
        self.params = (_speed(speed), OFFSET,
                       Param("radius", radius, 0.0, 1.0, glide=0.3, on_path=True, help="how far from the centre"))
        self._seed = int(seed)

    def at(self, values: Values, dims: int) -> np.ndarray:
        """Return the point of the circle; it stays as long as a typical z."""
        centre, across, up = plane(self._seed, dims)
        turn = 2 * math.pi * (values["speed_position"] + values["offset"])
        radius = min(max(values["radius"], 0.0), 1.0)
        z = (centre * math.sqrt(1.0 - radius * radius)
             + across * (radius * math.cos(turn)) + up * (radius * math.sin(turn)))
        return np.asarray(z, np.float32)


class Noise(Path):
    """A closed loop of smooth noise: each dimension its own sum of harmonics, home again every `period` steps."""

    def __init__(self, seed: int = 0, period: float = 8.0, detail: int = 3, speed: float = 0.25) -> None:
        if not 0.1 <= period <= 10_000 or not 1 <= detail <= 16:
            raise PatchError(f"a noise path has period {period} and detail {detail}.",
                             "Let period be 0.1..10000 steps and detail 1..16.")
        self.params = (_speed(speed), OFFSET)
        self._seed, self._period, self._detail = int(seed), float(period), int(detail)

    def at(self, values: Values, dims: int) -> np.ndarray:
        """Return the point of the loop; unit variance over the loop."""
        turn = 2 * math.pi * (values["speed_position"] + values["offset"]) / self._period
        z = np.zeros(dims, np.float64)
        for k in range(1, self._detail + 1):
            z += (seed_point(self._seed + 2 * k, dims) * (math.cos(k * turn) / k)
                  + seed_point(self._seed + 2 * k + 1, dims) * (math.sin(k * turn) / k))
        power = sum(1.0 / k**2 for k in range(1, self._detail + 1))
        return np.asarray(z / math.sqrt(power), np.float32)


class Grid(Path):
    """A plane of seeds under an XY pad: whole numbers are seeds, between them is a blend of four."""

    def __init__(self, seed: int = 0, x: float = 0.0, y: float = 0.0, drift: float = 0.0) -> None:
        self.params = (Param("x", x, -4.0, 4.0, glide=0.25, pad="x", on_path=True, help="across the plane of seeds"),
                       Param("y", y, -4.0, 4.0, glide=0.25, pad="y", on_path=True, help="up the plane of seeds"),
                       Param("speed", drift, -4.0, 4.0, kind="rate", unit="steps/beat", on_path=True,
                             help="drift along the plane by itself"))
        self._seed = int(seed)

    def _corners(self, values: Values) -> list[tuple[int, float]]:
        """Return the four seeds around the place, with their shares."""
        x, y = values["x"] + values["speed_position"], values["y"]
        left, low = math.floor(x), math.floor(y)
        sx, sy = ease(x - left), ease(y - low)
        return [(self._seed * FAR + (left + column) + 65_537 * (low + row), share) for column, row, share in (
            (0, 0, (1 - sx) * (1 - sy)), (1, 0, sx * (1 - sy)), (0, 1, (1 - sx) * sy), (1, 1, sx * sy))]

    def at(self, values: Values, dims: int) -> np.ndarray:
        """Return the blend of the four seeds around the place, as long as a typical z of theirs."""
        z = np.zeros(dims, np.float64)
        for corner, share in self._corners(values):
            z += math.sqrt(share) * seed_point(corner, dims)
        return np.asarray(z, np.float32)  # the squared shares add up to 1, so the variance stays 1

    def blend(self, values: Values, dims: int) -> Blend:
        """Return the four seeds around the place."""
        return Blend.of(self._corners(values))


def _checked(flow: str) -> str:
    if flow not in FLOWS:
        raise PatchError(f'a path has no flow "{flow}".', did_you_mean(str(flow), FLOWS))
    return flow


def station_of(word: int | str) -> Station:
    """Return the station that a word of a patch names: a seed or a keyframe. Raises PatchError."""
    if isinstance(word, bool) or not isinstance(word, int | str) or word == "":
        raise PatchError(f"a path has no station {word!r:.60}.",
                         'Write seeds and names of keyframes: stations = [3, "portrait", 17].')
    return word


def _keyframe(numbers: Sequence[float]) -> Station:
    try:
        frame = np.asarray(numbers, np.float32)
    except (TypeError, ValueError):
        frame = np.empty(0, np.float32)
    if frame.ndim != 1 or not frame.size or not np.isfinite(frame).all():
        raise PatchError("each keyframe must be a list of finite numbers.", "Write keyframes = [[0.1, -1.2], [1, 0]].")
    return frame.tobytes()


def _shares(place: float, flow: str) -> list[tuple[int, float]]:
    """Return which stations a place lies between, by index, and their shares: they add up to 1."""
    index = math.floor(place)
    t = place - index
    if flow == "spline":
        return [(index + k, share) for k, share in zip((-1, 0, 1, 2), spline_shares(t), strict=True)]
    t = ease(t) if flow == "rest" else t
    return [(index, 1.0 - t), (index + 1, t)]


def _between(point: Callable[[int, int], np.ndarray], place: float, dims: int, flow: str) -> np.ndarray:
    index = math.floor(place)
    share = place - index
    if flow == "spline":
        return spline([point(index + k, dims) for k in (-1, 0, 1, 2)], share)
    share = ease(share) if flow == "rest" else share
    return slerp(point(index, dims), point(index + 1, dims), share)
