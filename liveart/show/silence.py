"""Silence: what plays where a list of sounds says "none"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from liveart.core.contract import Generator, Kind, Moment


class Silence(Generator):
    """Makes nothing that can be heard."""

    kind: ClassVar[Kind] = "sound"

    def make(self, now: Moment, z: Any, params: Mapping[str, Any]) -> np.ndarray:
        """Return zeros, float32 [now.frames, 2]."""
        return np.zeros((now.frames, 2), np.float32)

    def note(self) -> str:
        """Say that nothing plays."""
        return "silence"
