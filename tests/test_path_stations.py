"""Journeys of a whole show through stations: for generators that travel in blends, and for those that don't."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from own_parts import write_patch

from liveart.core.event import Event
from liveart.core.material import Picture
from liveart.errors import PatchError
from liveart.show.offline import Offline
from liveart.show.patch_file import read_patch

# Red is the share of the keyframe, green that of seed 3: so a frame says where the journey is.
MIXER = '''
class Mixer(Generator):
    latent = 4
    travels = "blend"
    def make(self, now, z, params):
        shares = dict(z.parts)
        assert abs(sum(shares.values()) - 1.0) < 1e-9
        if set(shares) - {3, 17, "portrait"} - {station for station in shares if isinstance(station, bytes)}:
            raise ValueError(f"strange stations: {shares}")
        picture = np.zeros((16, 16, 3), np.float32)
        picture[:] = shares.get("portrait", 0.0), shares.get(3, 0.0), 0.0
        return picture.clip(0.0, 1.0)
'''
PATCH = '''
name = "stations"
[clock]
tempo = 60
[picture]
size = [16, 16]
fps = 8
[panel]
port = 0
[paths.journey]
kind = "loop"
flow = "arc"
speed = 1.0
stations = [3, "portrait"]
[players.mixer]
generator = "parts.py:%s"
path = "journey"
'''
CUES = '[cues.far]\nmorph = 1\ncurve = "linear"\nvalues = { "journey/speed/position" = 1.0, "journey/speed" = 0.0 }\n'


def show_of(folder: Path, part: str, extra: str = "", patch: str = PATCH, events: tuple[Event, ...] = ()) -> Offline:
    """Return an offline show of one of the parts of this test."""
    file = write_patch(folder, extra, patch % part)
    with (folder / "parts.py").open("a") as parts:
        parts.write(MIXER)
    return Offline(read_patch(file), events)


def colours(show: Offline, seconds: float) -> np.ndarray:
    """Return red and green of every frame, 0..1."""
    frames = [made.pixels[0, 0, :2] for made in show.materials(seconds) if isinstance(made, Picture)]
    show.close()
    assert not show.troubles
    return np.array(frames) / 255.0


def test_a_generator_that_travels_in_blends_is_told_its_stations(tmp_path: Path) -> None:
    seen = colours(show_of(tmp_path, "Mixer"), 2.0)
    there = np.abs((np.arange(16) / 8 + 1.0) % 2.0 - 1.0)
    assert np.allclose(seen[:, 0], there, atol=0.01)
    assert np.allclose(seen[:, 1], 1.0 - there, atol=0.01)


def test_a_cue_leads_straight_from_blend_to_blend(tmp_path: Path) -> None:
    still = PATCH.replace("speed = 1.0", "speed = 0.0")
    cue = Event("/liveart/cue", "far", 0.5)
    seen = colours(show_of(tmp_path, "Mixer", CUES, still, (cue,)), 2.0)
    way = np.clip(np.arange(16) / 8 - 0.5, 0.0, 1.0)
    assert np.allclose(seen[:, 0], way, atol=0.01)
    assert np.allclose(seen.sum(1), 1.0, atol=0.01)


def test_a_path_without_stations_leads_it_by_points(tmp_path: Path) -> None:
    orbit = PATCH.replace('"loop"', '"orbit"').replace('flow = "arc"\n', "").replace('stations = [3, "portrait"]\n', "")
    assert colours(show_of(tmp_path, "Mixer", patch=orbit), 0.5).max() == 0.0


def test_a_path_to_a_keyframe_is_refused_where_a_generator_travels_by_z(tmp_path: Path) -> None:
    with pytest.raises(PatchError) as caught:
        show_of(tmp_path, "Field")
    assert "players.mixer" in str(caught.value)
    assert '"portrait"' in str(caught.value)
    assert caught.value.hint
