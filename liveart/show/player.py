"""Player: a generator of the patch, opened, with its path and its params."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np

from liveart.core.blend import Blend, Point, between
from liveart.core.contract import Generator, Moment, Stage
from liveart.core.layout import Snapshot
from liveart.core.param import Param
from liveart.core.path import NOW, Path
from liveart.core.registry import find_part
from liveart.errors import LiveartError, MaterialError, PatchError, did_you_mean
from liveart.show.patch import NOTHING, PlayerSpec, mix_params
from liveart.show.patch_file import build_path
from liveart.show.silence import Silence

Trouble = Callable[[str], None]
Group = tuple[str, tuple[Param, ...]]

FIRST_RETRY, LONGEST_RETRY = 0.25, 8.0
LONGEST_LAG = 4.0  # s, the most that a generator can ask to be told earlier


class Player:
    """Makes material for a moment; a generator that fails mid-show is left alone for a while, then tried again."""

    def __init__(self, spec: PlayerSpec, stage: Stage, on_trouble: Trouble) -> None:
        self.spec = spec
        self.name = spec.name
        self._stage = stage
        self._on_trouble = on_trouble
        self._path: Path | None = build_path(spec.path, f"players.{spec.name}.path") if spec.path else None
        self._retry_at = -np.inf
        self._pause = FIRST_RETRY
        self._shown: Point | None = None
        self._departure: Point | None = None
        self._morph, self._share = 0, 1.0
        self.lag = 0.0  # seconds by which the generator wants to be told earlier; known once it is open
        self.generator = self._create()

    def _create(self) -> Generator:
        name = self.spec.generator
        part = Silence if name == NOTHING else find_part("generator", name, self._stage.folder)
        try:
            made = part(**self.spec.settings)
        except LiveartError as error:
            error.what = f"players.{self.name}: {error.what}"
            raise
        except (TypeError, ValueError) as error:
            raise PatchError(f"players.{self.name}: {error}.") from error
        if not isinstance(made, Generator):
            raise PatchError(f"players.{self.name}: {self.spec.generator} is not a Generator.",
                             "Derive the class from liveart.Generator.")
        return made

    def open(self, check: Callable[[Any, Moment], object]) -> None:
        """Load the model and try it once with its defaults; `check` raises MaterialError on a broken promise."""
        try:
            self.generator.open(self._stage)
            self.group()  # refuses params that collide, before anything sounds
            self._check_starts()
            self._try_once(check)
            self.lag = self._ask_lag()
        except LiveartError as error:
            if not error.what.startswith("players."):
                error.what = f"players.{self.name}: {error.what}"
            raise

    def _try_once(self, check: Callable[[Any, Moment], object]) -> None:
        generator, stage = self.generator, self._stage
        now = Moment(0.0, 0.0, 1.0 / stage.fps, 0, size=stage.size, frames=stage.block, rate=stage.rate,
                     heard=np.zeros((stage.block, 2), np.float32) if self.spec.input else None)
        values = {param.name: param.start for param in generator.params}
        try:
            material = generator.make(now, self._first_point(), self._with_positions(values))
        except LiveartError:
            raise
        except Exception as error:
            raise MaterialError(f"the generator raised {type(error).__name__}: {error}.") from error
        check(material, now)
        generator.reset()

    def _ask_lag(self) -> float:
        lag = self.generator.lag()
        if isinstance(lag, bool) or not isinstance(lag, (int, float)) or not 0.0 <= lag <= LONGEST_LAG:
            raise MaterialError(f"the generator says that it lags by {lag!r}.",
                                f"lag() returns seconds, 0 to {LONGEST_LAG:g}.")
        return float(lag)

    def group(self) -> Group:
        """Return its params: its place in the mix, its own path, its generator."""
        own = tuple(self._path.params) if self._path and self.spec.path and self.spec.path.group == self.name else ()
        params = (*mix_params(self.spec), *own, *self.generator.params)
        names = [param.name for param in params]
        for name in names:
            if names.count(name) > 1:
                raise PatchError(f'players.{self.name} has two params called "{name}".',
                                 f"Write its path as [paths.{self.name}-path] of its own." if own else
                                 "Rename one of them.")
        return self.name, params

    def _check_starts(self) -> None:
        known = {param.name: param for param in self.group()[1]}
        for key, value in self.spec.params.items():
            if key not in known:
                raise PatchError(f'players.{self.name}.params has no "{key}".', did_you_mean(key, known))
            if known[key].read(value).clipped:
                param = known[key]
                raise PatchError(f"players.{self.name}.params: {key} = {value} is impossible.",
                                 f"It can be {param.bottom:g} to {param.top:g}.")

    def values(self, snapshot: Snapshot, beat: float) -> Mapping[str, float]:
        """Return its live values by param name."""
        return snapshot.group(self.name, beat)

    def z(self, snapshot: Snapshot, now: Moment, own: Mapping[str, float]) -> Point:
        """Return its point of latent space: float32 [generator.latent], or a Blend; zeros without a path.

        While a morph runs, the point is on the way from where the journey was to where the cue leads it.
        """
        if self._path is None or self.spec.path is None or not self.generator.latent:
            return self._no_point()
        group, beat = self.spec.path.group, now.beat
        point = self._point(self._path, own if group == self.name else snapshot.group(group, beat), now.time)
        if snapshot.morph != self._morph:  # one that is launched while another runs departs from where that one is
            self._morph, self._departure = snapshot.morph, self._shown if self._share < 1.0 else None
        self._share = snapshot.share(beat)
        if self._share < 1.0:
            left = self._departure
            if left is None:
                left = self._point(self._path, snapshot.left_group(group, beat), now.time)
            point = between(left, point, self._share)
        self._shown = point
        return point

    def _point(self, path: Path, values: Mapping[str, float], time: float) -> Point:
        dims = self.generator.latent
        if path.is_timed:
            values = {**values, NOW: time}
        return path.blend(values, dims) if self.generator.travels == "blend" else path.at(values, dims)

    def _no_point(self) -> Point:
        zeros = np.zeros(self.generator.latent, np.float32)
        return Blend.at(zeros) if self.generator.travels == "blend" else zeros

    def _first_point(self) -> Point:
        """Return a point to try the generator at: one at which it must know every keyframe of its path."""
        names = self._path.keyframes if self._path and self.generator.latent else ()
        if not names:
            return self._no_point()
        if self.generator.travels != "blend":
            raise PatchError(f'the path goes to the keyframe "{names[0]}", and {self.spec.generator} travels by seeds.',
                             'Give it a path of its own, with seeds. Keyframes are for a StyleGAN in space = "w".')
        return Blend.of((name, 1.0 / len(names)) for name in names)

    def make(self, now: Moment, snapshot: Snapshot, values: Mapping[str, float]) -> Any:
        """Return the material, or None while the generator fails; a failure is told once each time."""
        if now.time < self._retry_at:
            return None
        try:
            material = self.generator.make(now, self.z(snapshot, now, values), values)
        except Exception as error:  # whatever a generator throws, the show goes on
            self.fail(error, now.time)
            return None
        if now.time >= self._retry_at + LONGEST_RETRY:  # it has been well for long
            self._pause = FIRST_RETRY
        return material

    def fail(self, error: Exception, time: float) -> None:
        """Tell what went wrong and leave the generator alone for a while, longer each time."""
        self._on_trouble(f"{self.name}: {type(error).__name__}: {error}")
        self._retry_at = time + self._pause
        self._pause = min(self._pause * 2, LONGEST_RETRY)

    def reset(self, time: float) -> None:
        """Panic: let the generator forget its running state."""
        try:
            self.generator.reset()
        except Exception as error:
            self.fail(error, time)

    def close(self) -> None:
        """Let go of the model."""
        self.generator.close()

    def _with_positions(self, values: dict[str, float]) -> dict[str, float]:
        rates = [param.name for param in self.generator.params if param.kind == "rate"]
        return values | {f"{name}_position": 0.0 for name in rates}


class Playing(Protocol):
    """What an engine needs of a player."""

    name: str
    spec: PlayerSpec

    @property
    def generator(self) -> Generator: ...

    @property
    def lag(self) -> float: ...

    def open(self, check: Callable[[Any, Moment], object]) -> None: ...

    def group(self) -> Group: ...

    def values(self, snapshot: Snapshot, beat: float) -> Mapping[str, float]: ...

    def make(self, now: Moment, snapshot: Snapshot, values: Mapping[str, float]) -> Any: ...

    def fail(self, error: Exception, time: float) -> None: ...

    def reset(self, time: float) -> None: ...

    def close(self) -> None: ...


P = TypeVar("P", bound=Playing)


def open_players(specs: Sequence[PlayerSpec], check: Callable[[Any, Moment], object],
                 create: Callable[[PlayerSpec], P]) -> list[P]:
    """Return the opened players; when one can't be opened, those before it are closed and its error is raised."""
    players: list[P] = []
    try:
        for spec in specs:
            players.append(create(spec))
            players[-1].open(check)
    except Exception:
        for player in players:
            player.close()
        raise
    return players
