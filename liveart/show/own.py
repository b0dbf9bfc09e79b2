"""What a show lets its sources hear and see of itself: the rings for it, live in shared memory, in a render not."""

from __future__ import annotations

from liveart.core.glimpse import Glimpses
from liveart.core.own_show import OwnShow
from liveart.core.ring import SampleRing
from liveart.show.job import TAP_SECONDS
from liveart.show.patch import Patch


def own_show(patch: Patch, sound: SampleRing | None = None, pictures: Glimpses | None = None) -> OwnShow:
    """Return the show as its own sources know it, over the rings given, or over fresh ones of its own."""
    ring = sound or SampleRing(int(TAP_SECONDS * patch.rate), 2)
    return OwnShow(ring if patch.players_of("sound") else None, patch.rate,
                   (pictures or Glimpses()) if patch.players_of("picture") else None)
