"""The kinds of paths, by the names that patches use."""

from __future__ import annotations

from liveart.core.keys_path import Keys
from liveart.core.path import Grid, Hold, Loop, Noise, Orbit, Path, Walk

PATHS: dict[str, type[Path]] = {
    "hold": Hold, "loop": Loop, "walk": Walk, "orbit": Orbit, "noise": Noise, "grid": Grid, "keys": Keys}
