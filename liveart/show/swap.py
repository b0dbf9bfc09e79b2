"""SwapPlayer: a player whose model can be changed while it plays. Loaded behind the show, then faded in.

It knows neither pictures nor sound: how two materials are mixed is given to it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from liveart.core.contract import Generator, Moment
from liveart.core.layout import Layout, Snapshot
from liveart.core.param import Param
from liveart.core.registry import TABLES, find_part
from liveart.errors import MaterialError, PatchError
from liveart.show.loader import Loader
from liveart.show.patch import PlayerSpec, mix_params
from liveart.show.player import Group, Player, Playing, Trouble

MODEL = "model"
Check = Callable[[Any, Moment], object]
Around = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Mixing:
    """How materials of one kind are mixed.

    read   what a generator gave, made ready; raises MaterialError. The last good one stands in while a model fails
    mix    (old, new, before, share) → one material: the share of the new one goes from `before` to `share`, 0..1
    least  seconds, a fade is never shorter. Above 0 it goes on within a material, so the last one has its end
    """

    read: Callable[[Any, Moment], Any]
    mix: Callable[[Any, Any, float, float], Any]
    least: float = 0.0


@dataclass(slots=True)
class _Leaving:
    """The player that goes: its newest values, those of them that are still live, its last material, how far gone."""

    player: Player
    values: Mapping[str, Any]
    live: frozenset[str]
    material: Any = None
    before: float = 0.0
    share: float = 0.0


class SwapPlayer:
    """Plays one model of the patch's list; `follow` is told before each frame which one the hands want.

    A model goes through: loading (the old one plays) → announced (`follow` says True; `group` has its params, and
    the board must be laid out anew) → fading in, from `begin` with that layout on → playing. `create` makes the player
    of one model, not yet open. `waits`: see Loader; `around` surrounds each loading, in the thread that loads.
    """

    def __init__(self, spec: PlayerSpec, create: Callable[[PlayerSpec], Player], mixing: Mixing, on_trouble: Trouble,
                 waits: bool = False, around: Around = nullcontext) -> None:
        self.spec = spec
        self.name = spec.name
        self._make_player = create
        self._mixing = mixing
        self._around = around
        self._on_trouble = on_trouble
        self._loader = Loader(self._open_one, self._sorry, waits)
        self._at = 0
        self._player = self._create(0)
        self._announced: tuple[int, Player] | None = None
        self._leaving: _Leaving | None = None
        self._values: Mapping[str, Any] = {}
        self._material: Any = None

    @property
    def generator(self) -> Generator:
        """What makes the material now."""
        return self._player.generator

    @property
    def lag(self) -> float:
        """The seconds by which the newest model wants to be told earlier."""
        return self._player.lag

    def open(self, check: Check) -> None:
        """Open the first model; `check` judges the first that it makes, and later that of each other.

        What the others import is imported now: to load a library holds up Python for longer than sound can wait.
        """
        self._check = check
        for name in {model.generator for model in self.spec.models if model.generator in TABLES["generator"]}:
            for module in find_part("generator", name).imports:
                importlib.import_module(module)
        self._player.open(check)
        self.group()

    def group(self) -> Group:
        """Return its params: place in the mix, which model, path, and those of the newest model."""
        player = self._player if self._announced is None else self._announced[1]
        return self.name, self._with_choice(player.group()[1])

    def follow(self, soon: int, now: int, beats: float, dt: float) -> bool:
        """Go on by so many beats, `dt` seconds. `soon` is where the hands lead, `now` where a morph has come to.

        Returns True once when another model is there, whose params must be laid out before it can play.
        """
        self._fade_on(beats, dt)
        self._loader.want(None if soon == (self._at if self._announced is None else self._announced[0]) else soon)
        if self._announced is not None or self._leaving is not None or soon != now:
            return False
        player = self._loader.take(now)
        if player is None:
            return False
        self._announced = now, player
        return True

    def begin(self, layout: Layout) -> None:
        """Take a layout of the board; if it has the params of what was announced, the fade begins."""
        if self._announced is None or not _holds(layout, self.group()):
            return
        before = {param.name: param for param in self._with_choice(self._player.group()[1])}
        live = frozenset(param.name for param in self.group()[1] if _is_same(param, before.get(param.name)))
        if self._values:
            self._leaving = _Leaving(self._player, self._values, live, self._material)
        else:  # never seen: nothing to fade from
            self._loader.let_go(self._player)
        (self._at, self._player), self._announced, self._material = self._announced, None, None
        self._fade_on(0.0, 0.0)

    def values(self, snapshot: Snapshot, beat: float) -> Mapping[str, float]:
        """Return its live values by param name."""
        return self._player.values(snapshot, beat)

    def make(self, now: Moment, snapshot: Snapshot, values: Mapping[str, float]) -> Any:
        """Return the material: of one model, or of two on the way from one to the other."""
        self._values = values
        made = self._player.make(now, snapshot, values)
        leaving = self._leaving
        if leaving is None:
            return made
        self._material = self._read(self._player, made, now, self._material)
        leaving.material = self._read(leaving.player, self._make_old(leaving, now, snapshot), now, leaving.material)
        if leaving.material is None or self._material is None:
            return leaving.material if self._material is None else self._material
        return self._mixing.mix(leaving.material, self._material, leaving.before, leaving.share)

    def _make_old(self, leaving: _Leaving, now: Moment, snapshot: Snapshot) -> Any:
        """Return what the player that goes makes: with values that stand, but for those that both have."""
        late = leaving.player.lag - self._player.lag
        if late:  # it is told as early as ever, so that its journey does not jump
            time = now.time + late
            now = replace(now, time=time, beat=snapshot.beat(time), ahead=now.ahead + late)
        values = _live(leaving.player.values(snapshot, now.beat), leaving.live)
        return leaving.player.make(now, snapshot, {**leaving.values, **values})

    def fail(self, error: Exception, time: float) -> None:
        """Tell what went wrong with the newest material, and leave its model alone for a while."""
        self._player.fail(error, time)

    def reset(self, time: float) -> None:
        """Panic: let the models forget their running state."""
        self._player.reset(time)
        if self._leaving is not None:
            self._leaving.player.reset(time)

    def close(self) -> None:
        """Let go of all models."""
        self._loader.close()
        if self._announced is not None:
            self._announced[1].close()
        if self._leaving is not None:
            self._leaving.player.close()
        self._player.close()

    @property
    def is_busy(self) -> bool:
        """Say whether a model is on its way: then material takes longer than its own need."""
        return self._loader.loading is not None or self._announced is not None or self._leaving is not None

    def state(self) -> dict[str, str]:
        """Return {"playing", "loading", "failed"}: short names of models, "" for none."""
        loading = self._announced[0] if self._announced is not None else self._loader.loading
        return {"playing": self._word(self._at), "loading": self._word(loading),
                "failed": self._word(self._loader.failed)}

    def _create(self, index: int) -> Player:
        model = self.spec.models[index]
        # Where its params start is the show's affair: it knows them for all models.
        spec = replace(self.spec, generator=model.generator, settings=model.settings, params={})
        return self._make_player(spec)

    def _open_one(self, index: int) -> Player:
        player = self._create(index)
        try:
            with self._around():
                player.open(self._check)
            self._with_choice(player.group()[1])
        except Exception:
            player.close()
            raise
        return player

    def _sorry(self, index: int, text: str) -> None:
        self._on_trouble(f'{self.name}: model "{self._word(index)}" can\'t be played, and "{self._word(self._at)}" '
                         f"plays on. {text.removeprefix(f'players.{self.name}: ')}")

    def _word(self, index: int | None) -> str:
        return "" if index is None else self.spec.models[index].name

    def _with_choice(self, params: tuple[Param, ...]) -> tuple[Param, ...]:
        if any(param.name == MODEL for param in params):
            raise PatchError(f'players.{self.name}: a param of the generator is called "{MODEL}".',
                             "Rename it: that word chooses among the player's models.")
        words = tuple(model.name for model in self.spec.models)
        choice = Param(MODEL, words[0], kind="choice", choices=words, help="which model plays")
        place = len(mix_params(self.spec))
        return (*params[:place], choice, *params[place:])

    def _fade_on(self, beats: float, dt: float) -> None:
        leaving, least = self._leaving, self._mixing.least
        if leaving is None:
            return
        step = beats / self.spec.swap if self.spec.swap > 0.0 else 1.0
        leaving.before = leaving.share
        leaving.share = min(leaving.share + (min(step, dt / least) if least else step), 1.0)
        if (leaving.before if least else leaving.share) >= 1.0:
            self._leaving = self._material = None
            self._loader.let_go(leaving.player)

    def _read(self, player: Player, material: Any, now: Moment, last: Any) -> Any:
        """Return the material, read; the last good one while the model fails."""
        if material is None:
            return last
        try:
            return self._mixing.read(material, now)
        except MaterialError as error:
            player.fail(error, now.time)
            return last


def swaps_among(players: Sequence[Playing]) -> list[SwapPlayer]:
    """Return those of the players that can change their model."""
    return [player for player in players if isinstance(player, SwapPlayer)]


def follow_hands(swaps: Sequence[SwapPlayer], snapshot: Snapshot, time: float, beats: float, dt: float) -> bool:
    """Let players load the models that hands want: so many beats, `dt` seconds, after the last time.

    Returns True when the params of one have changed.
    """
    now = snapshot.at(snapshot.beat(time))
    wishes = [(player, f"/liveart/{player.name}/{MODEL}") for player in swaps]
    news = [player.follow(round(snapshot[address]), round(now[address]), beats, dt) for player, address in wishes]
    return any(news)


def _holds(layout: Layout, group: Group) -> bool:
    """Return whether a layout has exactly these params under the group's name."""
    prefix = f"/liveart/{group[0]}/"
    return tuple(param for address, param in layout.entries if address.startswith(prefix)) == group[1]


def _is_same(param: Param, other: Param | None) -> bool:
    """Return whether a number means the same for both."""
    return other is not None and (param.kind, param.bottom, param.top, param.choices) == (
        other.kind, other.bottom, other.top, other.choices)


def _live(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in values.items()
            if key in names or (key.endswith("_position") and key.removesuffix("_position") in names)}
