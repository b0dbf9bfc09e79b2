"""SoundEngine: one block of sound from one snapshot. The live worker and the offline render call the same `step`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveart.core.contract import Moment, Stage
from liveart.core.layout import Layout, Snapshot
from liveart.core.smooth import Glide
from liveart.errors import MaterialError
from liveart.show.patch import Patch
from liveart.show.player import Group, Player, Trouble, open_players

FADE_SECONDS = 0.35  # of a blackout
PANIC_SECONDS = 0.01
KNEE = 0.8  # above this level peaks are rounded off, so that no sum of players can pass ±1


class SoundEngine:
    """Players → gains → sum → soft limit. A pure function of (snapshot, time, frames, index) and its own past."""

    def __init__(self, patch: Patch, stage: Stage, on_trouble: Trouble) -> None:
        self._rate = stage.rate
        self._on_trouble = on_trouble
        self.players: list[Player] = open_players(
            patch.players_of("sound"), check_sound, lambda spec: Player(spec, stage, on_trouble))
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
        self._glide = Glide(layout, self._glide)

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
            total += self._play(player, now, smooth)
        total *= self._master_ramp(smooth, frames, dt)[:, None]
        self._answer_panic(smooth, total, time)
        return soft_limit(total)

    def _play(self, player: Player, now: Moment, smooth: Snapshot) -> np.ndarray:
        """Return the player's block at its gain; silence, ramped to and from, while it fails."""
        values = player.values(smooth, now.beat)
        wanted = from_db(values["gain"])
        block = self._block(player, now, smooth, values)
        if block is None:
            self._gains[player.name] = 0.0
            return np.zeros((now.frames, 2), np.float32)
        before = self._gains.get(player.name, 0.0)
        self._gains[player.name] = wanted
        played: np.ndarray = block * _ramp(before, wanted, now.frames)[:, None]
        return played

    def _block(self, player: Player, now: Moment, smooth: Snapshot, values: Any) -> np.ndarray | None:
        material = player.make(now, smooth, values)
        if material is None:
            return None
        try:
            return as_block(material, now.frames)
        except MaterialError as error:
            player.fail(error, now.time)
            return None

    def _master_ramp(self, smooth: Snapshot, frames: int, dt: float) -> np.ndarray:
        target = 0.0 if smooth["/liveart/blackout"] else 1.0
        before_fade, step = self._fade, dt / FADE_SECONDS
        self._fade += min(max(target - self._fade, -step), step)
        before, self._master = self._master * before_fade, from_db(smooth["/liveart/sound/gain"])
        return _ramp(before, self._master * self._fade, frames)

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


def as_block(material: Any, frames: int) -> np.ndarray:
    """Return a generator's sound as float32 [frames, 2]. Raises MaterialError saying what came instead."""
    if not isinstance(material, np.ndarray):
        if not hasattr(material, "detach"):
            raise _wrong(frames, type(material).__name__)
        material = material.detach().cpu().numpy()
    block = material[:, None] if material.ndim == 1 else material
    if block.ndim != 2 or block.shape[0] != frames or block.shape[1] not in (1, 2):
        raise _wrong(frames, f"an array of shape {material.shape}")
    if not np.isfinite(block).all():
        raise MaterialError("NaN or infinity came instead of sound.")
    block = block.astype(np.float32, copy=False)
    stereo: np.ndarray = np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block
    return stereo


def check_sound(material: Any, now: Moment) -> None:
    """Refuse at the door what a loudspeaker could not take: wrong length, type, NaN, far too loud."""
    block = as_block(material, now.frames)
    if np.abs(block).max(initial=0.0) > 4.0:
        raise MaterialError(f"the generator promised sound within -1..1, and {np.abs(block).max():.3g} came.",
                            "Scale it down.")


def _wrong(frames: int, came: str) -> MaterialError:
    return MaterialError(f"a sound generator promised float32 [{frames}] or [{frames}, 2], and {came} came.",
                         "Return exactly now.frames samples.")


def from_db(gain: float) -> float:
    """Return the factor of a gain in dB; -60 dB, the lowest that a fader has, is silence."""
    return 0.0 if gain <= -59.99 else float(10.0 ** (gain / 20.0))


def soft_limit(samples: np.ndarray) -> np.ndarray:
    """Return the samples with peaks above the knee rounded off; never outside ±1, untouched below the knee."""
    loud = np.abs(samples) > KNEE
    if not loud.any():
        return samples
    size = np.abs(samples[loud])
    room = 1.0 - KNEE
    samples[loud] = np.sign(samples[loud]) * (KNEE + room * np.tanh((size - KNEE) / room))
    return samples


def _ramp(start: float, end: float, frames: int) -> np.ndarray:
    if start == end:
        return np.full(frames, end, np.float32)
    return np.linspace(start, end, frames + 1, dtype=np.float32)[1:]
