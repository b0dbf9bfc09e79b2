"""Small generators, written to a file as a user would, for shows in tests that need no model."""

from __future__ import annotations

from pathlib import Path

PARTS = '''
import numpy as np
from liveart import Generator, Param

class Field(Generator):
    """A flat picture whose red is the param `level`, green the first number of z, blue the time."""
    latent = 4
    params = (Param("level", 0.5), Param("fail", False, kind="bool"), Param("kick", kind="trigger"))
    def make(self, now, z, params):
        if params["fail"]:
            raise ValueError("asked to fail")
        picture = np.zeros((16, 16, 3), np.float32)
        picture[:] = params["level"], 0.5 + 0.1 * np.tanh(z[0]), (now.beat % 4) / 4
        return picture

class Tone(Generator):
    """A sine of `hz`; stereo."""
    kind = "sound"
    latent = 4
    params = (Param("hz", 440.0, 20.0, 5000.0, curve="log"), Param("fail", False, kind="bool"))
    phase = 0.0
    def make(self, now, z, params):
        if params["fail"]:
            raise ValueError("asked to fail")
        turns = self.phase + np.arange(now.frames) * params["hz"] / now.rate
        self.phase = (self.phase + now.frames * params["hz"] / now.rate) % 1.0
        wave = 0.3 * np.sin(2 * np.pi * turns)
        return np.stack([wave, wave], axis=1).astype(np.float32)

class Raises(Generator):
    def make(self, now, z, params):
        raise RuntimeError("no")

class WrongShape(Generator):
    def make(self, now, z, params):
        return np.zeros((3, 8, 8))

class TooShort(Generator):
    kind = "sound"
    def make(self, now, z, params):
        return np.zeros(7, np.float32)

class NotFinite(Generator):
    def make(self, now, z, params):
        return np.full((8, 8, 3), np.nan)
'''

PATCH = '''
name = "tiny"
seed = 3
[clock]
tempo = 120
[picture]
size = [32, 24]
fps = 30
fit = "stretch"
[sound]
rate = 24000
block = 256
device = "none"
[osc]
port = 0
[panel]
port = 0
[paths.journey]
kind = "walk"
speed = 0.5
[players.field]
generator = "parts.py:Field"
path = "journey"
params = { level = 0.25 }
[players.tone]
generator = "parts.py:Tone"
path = "journey"
gain = -6
'''


def write_patch(folder: Path, extra: str = "", patch: str = PATCH) -> Path:
    """Write the parts and a patch that plays them; return the patch file."""
    (folder / "parts.py").write_text(PARTS)
    file = folder / "tiny.toml"
    file.write_text(patch + extra)
    return file
