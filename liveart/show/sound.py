"""SoundEngine: one block of sound from one snapshot. The live worker and the offline render call the same `step`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from liveart.core.contract import Moment, Stage
from liveart.core.layout import Layout, Snapshot
from liveart.core.limit import soft_limit
from liveart.core.smooth import Glide
from liveart.show.patch import Patch, PlayerSpec
from liveart.show.player import Group, Playing, Trouble, open_players
from liveart.show.sound_block import check_sound, crossfade, from_db, ramp
from liveart.show.sound_order import making_order
from liveart.show.sound_player import SoundPlayer
from liveart.show.swap import Around, Mixing, SwapPlayer, follow_hands, swaps_among

FADE_SECONDS = 0.35  # of a blackout
PANIC_SECONDS = 0.01
KNEE = 0.8  # above this level peaks are rounded off, so that no sum of players can pass ±1
CHANGE = Mixing(lambda block, now: block, crossfade, least=0.03)


class SoundEngine:
    """Players → gains → sum → soft limit. A pure function of (snapshot, time, frames, index) and its own past.

    But for the moment at which another model is loaded; `waits` True lets `follow` wait for it, as a render does.
    `around` surrounds each loading. `mutes` counts how often a player had to be silenced.
    """

    def __init__(self, patch: Patch, stage: Stage, on_trouble: Trouble, waits: bool = False,
                 around: Around = nullcontext) -> None:
        def one(spec: PlayerSpec) -> SoundPlayer:
            return SoundPlayer(spec, stage, on_trouble, self._count_mute)

        def create(spec: PlayerSpec) -> Playing:
            return SwapPlayer(spec, one, CHANGE, on_trouble, waits, around) if spec.models else one(spec)

        self._rate = stage.rate
        self.mutes = 0
        self.players: list[Playing] = open_players(making_order(patch.players_of("sound")), check_sound, create)
        self._swaps = swaps_among(self.players)
        self._inputs = frozenset(player.spec.input for player in self.players)
        self._blocks: dict[str, np.ndarray] = {}
        self._early: dict[str, Glide] = {}
        self._gains: dict[str, float] = {}
        self._master = 0.0
        self._fade = 1.0
        self._panics = 0.0
        self._glide: Glide | None = None

    def groups(self) -> Sequence[Group]:
        """Return the params of its players, known now that they are open."""
        return [player.group() for player in self.players]

    def begin(self, layout: Layout) -> None:
        """Take a layout of the board; values glide from where they are on."""
        for player in self._swaps:
            player.begin(layout)
        lagging = [player.name for player in self.players if player.lag > 0.0]
        self._early = {name: Glide(layout, self._early.get(name, self._glide)) for name in lagging}
        self._glide = Glide(layout, self._glide)

    def follow(self, snapshot: Snapshot, time: float, frames: int) -> bool:
        """Let players load the models that hands want; called before `step`, with the same moment.

        Returns True when the params of one have changed: `groups` has them, and `begin` with a layout of them is due.
        A frozen show sounds on, and so do its fades.
        """
        dt = frames / self._rate
        return bool(self._swaps) and follow_hands(self._swaps, snapshot, time, dt * snapshot.tempo / 60.0, dt)

    def models(self) -> dict[str, dict[str, str]]:
        """Return which model each player that can change it plays: see SwapPlayer.state."""
        return {player.name: player.state() for player in self._swaps}

    @property
    def is_live(self) -> bool:
        """Say whether a player hears the world: then no block can be made long before its time."""
        return any(player.generator.is_live for player in self.players)

    @property
    def lag(self) -> float:
        """The seconds by which the slowest of its generators is told earlier."""
        return max((player.lag for player in self.players), default=0.0)

    def step(self, snapshot: Snapshot, time: float, frames: int, index: int, ahead: float = 0.0) -> np.ndarray:
        """Return float32 [frames, 2] within -1..1, to be heard at `time`, `ahead` seconds from now."""
        assert self._glide is not None, "begin() comes before step()"
        dt = frames / self._rate
        if index == 0:
            self._panics = snapshot["/liveart/panic"]
        smooth = self._glide.step(snapshot.at(snapshot.beat(time)), dt)
        now = Moment(time, smooth.beat(time), dt, index, frames=frames, rate=self._rate, ahead=ahead)
        total = np.zeros((frames, 2), np.float32)
        for player in self.players:
            total += self._play(player, now, smooth, snapshot)
        total *= self._master_ramp(smooth, frames, dt)[:, None]
        self._answer_panic(smooth, total, time)
        return soft_limit(total, KNEE)

    def _play(self, player: Playing, now: Moment, smooth: Snapshot, snapshot: Snapshot) -> np.ndarray:
        """Return the player's block at its gain."""
        block = self._make(player, now, smooth, snapshot)
        if player.name in self._inputs:
            self._blocks[player.name] = block
        wanted = from_db(smooth[f"/liveart/{player.name}/gain"])
        before = self._gains.get(player.name, 0.0)
        self._gains[player.name] = wanted
        played: np.ndarray = block * ramp(before, wanted, now.frames)[:, None]
        return played

    def _make(self, player: Playing, now: Moment, smooth: Snapshot, snapshot: Snapshot) -> np.ndarray:
        """Return the player's block before its gain: float32 [frames, 2], fit to be heard.

        One that lags is told what will be, as far as that is known: paths, morphs and rates go on by themselves.
        """
        heard = self._blocks.get(player.spec.input)
        if heard is not None:
            now = replace(now, heard=heard.copy())
        early = self._early.get(player.name)
        if early is not None:
            lag = player.lag
            beat = snapshot.beat(now.time + lag)
            now = replace(now, time=now.time + lag, beat=beat, ahead=now.ahead + lag)
            smooth = early.step(snapshot.at(beat), now.dt)
        block: np.ndarray = player.make(now, smooth, player.values(smooth, now.beat))
        return block

    def _count_mute(self) -> None:
        self.mutes += 1

    def _master_ramp(self, smooth: Snapshot, frames: int, dt: float) -> np.ndarray:
        target = 0.0 if smooth["/liveart/blackout"] else 1.0
        before_fade, step = self._fade, dt / FADE_SECONDS
        self._fade += min(max(target - self._fade, -step), step)
        before, self._master = self._master * before_fade, from_db(smooth["/liveart/sound/gain"])
        return ramp(before, self._master * self._fade, frames)

    def _answer_panic(self, smooth: Snapshot, total: np.ndarray, time: float) -> None:
        """Fade the block out within 10 ms and let the players start clean; the next block ramps in."""
        fired = smooth["/liveart/panic"]
        if fired == self._panics:
            return
        self._panics = fired
        count = min(int(PANIC_SECONDS * self._rate), len(total))
        total[:count] *= np.linspace(1.0, 0.0, count, dtype=np.float32)[:, None]
        total[count:] = 0.0
        self._master = 0.0
        for player in self.players:
            player.reset(time)

    def close(self) -> None:
        """Let go of all models."""
        for player in self.players:
            player.close()
