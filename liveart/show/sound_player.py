"""SoundPlayer: a player of sound behind a guard. Whatever its generator does, what `make` gives can be heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from liveart.core.contract import Moment, Stage
from liveart.core.layout import Snapshot
from liveart.show.patch import PlayerSpec
from liveart.show.player import Player, Trouble
from liveart.show.sound_guard import Guard


class SoundPlayer(Player):
    """Makes blocks; `on_mute` is called each time that it had to be silenced."""

    def __init__(self, spec: PlayerSpec, stage: Stage, on_trouble: Trouble,
                 on_mute: Callable[[], None] = lambda: None) -> None:
        super().__init__(spec, stage, on_trouble)
        self._guard = Guard(stage.rate, self.generator.is_foreign)
        self._on_mute = on_mute

    def make(self, now: Moment, snapshot: Snapshot, values: Mapping[str, Any]) -> np.ndarray:
        """Return float32 [frames, 2]; silence, gone into without a step, while the generator fails."""
        material = super().make(now, snapshot, values)
        if material is None:
            return self._guard.hush(now.frames)
        try:
            block = self._guard.check(material, now)
        except Exception as error:  # whatever a generator gives, the show goes on
            self.fail(error, now.time)
            return self._guard.hush(now.frames)
        return self._guard.give(block)

    def fail(self, error: Exception, time: float) -> None:
        """Tell what went wrong, leave the generator alone for a while, and let it start clean then."""
        super().fail(error, time)
        self._on_mute()
        self._guard.reset()
        try:
            self.generator.reset()
        except Exception as second:
            super().fail(second, time)

    def reset(self, time: float) -> None:
        """Panic: let the generator forget its running state."""
        self._guard.reset()
        super().reset(time)
