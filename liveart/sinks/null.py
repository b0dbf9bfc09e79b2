"""The sink that goes nowhere: for benches, rehearsals without outputs, and tests."""

from __future__ import annotations

from collections.abc import Mapping

from liveart.core.contract import Sink
from liveart.core.material import Material, Picture, Sound


class NullSink(Sink):
    """Takes pictures and sound, keeps none, counts both."""

    takes = frozenset({"picture", "sound"})
    is_quick = True

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._pictures = 0
        self._samples = 0

    def send(self, material: Material) -> None:
        """Count one frame, or the samples of one block."""
        # Each number is touched by one kind only, so that two threads never add to the same one.
        if isinstance(material, Picture):
            self._pictures += 1
        elif isinstance(material, Sound):
            self._samples += len(material.samples)

    def counts(self) -> Mapping[str, float]:
        """Return {"pictures": frames, "samples": samples} since it was made."""
        return {"pictures": self._pictures, "samples": self._samples}

    def note(self) -> str:
        """Return what has come so far."""
        return f"{self._pictures} frames, {self._samples} samples"
