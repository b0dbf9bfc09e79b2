"""OwnShow: what a show lets its own sources hear and see of it."""

from __future__ import annotations

from dataclasses import dataclass

from liveart.core.glimpse import Glimpses
from liveart.core.ring import SampleRing


@dataclass(frozen=True, slots=True)
class OwnShow:
    """The show's mixed sound, [frames, 2] at `rate` with its epoch in the show's time, and glimpses of its pictures.

    None where the show makes none. Live it lies in shared memory, in a render in its own; the source can't tell.
    """

    sound: SampleRing | None
    rate: int
    pictures: Glimpses | None
