"""Small generators of sound, written to a file as a user would, and shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from liveart.core.event import Event
from liveart.core.material import Sound
from liveart.show.offline import Offline
from liveart.show.patch_file import parse_patch

RATE, BLOCK = 48000, 256
HEAD = f'''
[clock]
tempo = 120
[picture]
size = [32, 32]
fps = 10
[sound]
rate = {RATE}
block = {BLOCK}
gain = 0
device = "none"
[osc]
port = 0
'''
PARTS = '''
import numpy as np
from liveart import Generator, Param

def sine(now, hz, phase=0.0, level=0.3):
    return level * np.sin(2 * np.pi * hz * (now.index * now.frames + np.arange(now.frames)) / now.rate + phase)

class Tone(Generator):
    """A sine; at will, something that is no sound."""
    kind = "sound"
    params = (Param("hz", 440.0, 20.0, 5000.0),
              Param("fault", "none", kind="choice",
                    choices=("none", "nan", "infinite", "short", "loud", "long", "raises", "words", "runaway")))
    resets = 0
    def make(self, now, z, params):
        wave = sine(now, params["hz"])
        fault = self.params[1].choices[int(params["fault"])]
        if fault == "raises":
            raise ValueError("asked to fail")
        made = {"nan": wave * np.nan, "infinite": wave / 0.0 if fault == "infinite" else wave, "short": wave[:7],
                "loud": wave * 50, "long": np.zeros(9000), "words": np.array(["a"] * now.frames),
                "runaway": wave * 6}.get(fault, wave)
        return made.astype(np.float32) if fault != "words" else made
    def reset(self):
        self.resets += 1

class Half(Generator):
    """An effect: half of what it hears; without an input a quarter of full scale."""
    kind = "sound"
    takes = "sound"
    def make(self, now, z, params):
        if now.heard is None:
            return np.full(now.frames, 0.25, np.float32)
        assert now.heard.shape == (now.frames, 2) and now.heard.dtype == np.float32
        heard = now.heard
        heard *= 0.5
        return heard

class Late(Generator):
    """Says what it is told, as samples: x of the path, the beat, its own level; and asks to be told early."""
    kind = "sound"
    latent = 1
    params = (Param("value", 0.0, 0.0, 1.0),)
    def __init__(self, says="z", lag=0.25):
        self.says, self.late = says, lag
    def make(self, now, z, params):
        said = {"z": float(z[0]) / 4, "beat": now.beat / 64, "time": now.time / 64, "value": params["value"],
                "made": (now.time - now.ahead) / 64}[self.says]
        return np.full(now.frames, said, np.float32)
    def lag(self):
        return self.late

class Offset(Tone):
    """A sine on an offset, from a model of somebody else's."""
    is_foreign = True
    params = ()
    def make(self, now, z, params):
        return (sine(now, 440.0) + 0.5).astype(np.float32)

class Model(Generator):
    """A sine as high as the name of its model is long; "broken" can't be had."""
    kind = "sound"
    def __init__(self, model, lag=0.0):
        self.model, self.late = model, lag
    def open(self, stage):
        if "broken" in self.model:
            raise __import__("liveart").LiveartError("it is broken.")
        self.params = (Param("only_" + self.model.split("-")[0], 0.5),)
    def make(self, now, z, params):
        return sine(now, 110.0 * len(self.model)).astype(np.float32)
    def lag(self):
        return self.late
    def note(self):
        return self.model
'''


def show_of(folder: Path, players: str, events: Sequence[Event] = ()) -> Offline:
    """Return a show of players that the parts make; one that is not told gets no path."""
    (folder / "parts.py").write_text(PARTS)
    return Offline(parse_patch(HEAD + players, str(folder)), events)


def play(folder: Path, players: str, events: Sequence[Event] = (), seconds: float = 1.0) -> tuple[np.ndarray, Offline]:
    """Return the sound of a show, float32 [frames, 2], and the show, closed."""
    show = show_of(folder, players, events)
    blocks = [material.samples for material in show.materials(seconds) if isinstance(material, Sound)]
    show.close()
    return np.concatenate(blocks), show
