"""PictureEngine: one frame from one snapshot. The live worker and the offline render call the same `step`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from liveart.core.contract import Moment, Stage
from liveart.core.layout import Layout, Snapshot
from liveart.core.smooth import Glide, glide_share
from liveart.errors import MaterialError
from liveart.show.compose import Layer, as_layer, check_picture, fade, fit_to, mix, to_pixels
from liveart.show.patch import BLENDS, Patch, PlayerSpec
from liveart.show.player import Group, Player, Playing, Trouble, open_players
from liveart.show.swap import Mixing, SwapPlayer, follow_hands, swaps_among

FLASH = "/liveart/picture/flash"
FADE_SECONDS = 0.35  # of a blackout
FLASH_SECONDS = 0.4   # until a twentieth of a flash is left
CHANGE = Mixing(lambda material, now: as_layer(material), lambda old, new, before, share: fade(old, new, share))


class PictureEngine:
    """Players → layers → mix → frame. A pure function of (snapshot, time, dt, index) and its own past.

    But for the moment at which another model is loaded; `waits` True lets the step wait for it, as a render does.
    """

    def __init__(self, patch: Patch, stage: Stage, on_trouble: Trouble, waits: bool = False) -> None:
        def one(spec: PlayerSpec) -> Player:
            return Player(spec, stage, on_trouble)

        def create(spec: PlayerSpec) -> Playing:
            return SwapPlayer(spec, one, CHANGE, on_trouble, waits) if spec.models else one(spec)

        self._size = patch.size
        self._fit = patch.fit
        self.players: list[Playing] = open_players(patch.players_of("picture"), check_picture, create)
        self._swaps = swaps_among(self.players)
        self._layers: dict[str, Layer] = {}
        self._mixed: Layer | None = None
        self._fade = 1.0
        self._light = self._flashes = 0.0
        self._panics = 0.0
        self._glide: Glide | None = None
        self.level = 0

    def groups(self) -> Sequence[Group]:
        """Return the params of its players, known now that they are open."""
        return [player.group() for player in self.players]

    def begin(self, layout: Layout) -> None:
        """Take a layout of the board; values glide from where they are on."""
        self._glide = Glide(layout, self._glide)
        for player in self._swaps:
            player.begin(layout)

    def follow(self, snapshot: Snapshot, time: float, dt: float) -> bool:
        """Let players load the models that hands want; called before `step`, with the same moment.

        Returns True when the params of one have changed: `groups` has them, and `begin` with a layout of them is due.
        """
        if not self._swaps:
            return False
        beats = 0.0 if snapshot.is_frozen else dt * snapshot.tempo / 60.0
        return follow_hands(self._swaps, snapshot, time, beats, dt)

    @property
    def is_swapping(self) -> bool:
        """Say whether a model is on its way in."""
        return any(player.is_busy for player in self._swaps)

    def models(self) -> dict[str, dict[str, str]]:
        """Return which model each player that can change it plays: see SwapPlayer.state."""
        return {player.name: player.state() for player in self._swaps}

    def step(self, snapshot: Snapshot, time: float, dt: float, index: int) -> np.ndarray:
        """Return the frame, uint8 [height, width, 3]."""
        assert self._glide is not None, "begin() comes before step()"
        if index == 0:
            self._panics, self._flashes = snapshot["/liveart/panic"], snapshot[FLASH]
        smooth = self._glide.step(snapshot.at(snapshot.beat(time)), dt)
        with torch.inference_mode():
            self._answer_panic(smooth, time)
            if not smooth.is_frozen or self._mixed is None:
                self._mixed = self._make_all(smooth, time, dt, index)
            frame = fit_to(self._mixed, self._size, self._fit)
            light = self._flash(smooth, dt)
            return to_pixels(frame, smooth["/liveart/picture/brightness"] * self._blackout(smooth, dt), light)

    def _make_all(self, smooth: Snapshot, time: float, dt: float, index: int) -> Layer:
        now = Moment(time, smooth.beat(time), dt, index, size=self._size, level=self.level)
        shown = []
        for player in self.players:
            values = player.values(smooth, now.beat)
            if values["opacity"] <= 0.001:
                continue  # what nobody sees is not made
            layer = self._layer(player, now, smooth, values)
            if layer is not None:
                shown.append((layer, BLENDS[int(values["blend"])], values["opacity"]))
        mixed = mix(shown)
        return torch.zeros(1, 3, 16, 16, dtype=torch.uint8) if mixed is None else mixed

    def _layer(self, player: Playing, now: Moment, smooth: Snapshot, values: object) -> Layer | None:
        """Return the player's newest layer, or its last good one while it fails."""
        material = player.make(now, smooth, values)  # type: ignore[arg-type]
        if material is not None:
            try:
                self._layers[player.name] = as_layer(material)
            except MaterialError as error:
                player.fail(error, now.time)
        return self._layers.get(player.name)

    def _blackout(self, smooth: Snapshot, dt: float) -> float:
        step = dt / FADE_SECONDS
        self._fade += step if not smooth["/liveart/blackout"] else -step
        self._fade = min(max(self._fade, 0.0), 1.0)
        return self._fade

    def _flash(self, smooth: Snapshot, dt: float) -> float:
        """Return how much white lies over the frame, 0..1: all of it in the frame after the trigger, then less."""
        self._light *= 1.0 - glide_share(FLASH_SECONDS, dt)
        if smooth[FLASH] != self._flashes:
            self._flashes, self._light = smooth[FLASH], 1.0
        return self._light * self._fade

    def _answer_panic(self, smooth: Snapshot, time: float) -> None:
        fired = smooth["/liveart/panic"]
        if fired != self._panics:
            self._panics = fired
            for player in self.players:
                player.reset(time)

    def close(self) -> None:
        """Let go of all models."""
        for player in self.players:
            player.close()
