"""The keys path: a keyboard plays the picture, each key a place, every note a way there and back without a jump."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveart.core import notes
from liveart.core.blend import Blend
from liveart.core.event import Event
from liveart.core.keys_path import Keys
from liveart.core.latent import seed_point
from liveart.core.material import Picture
from liveart.core.path import NOW, Walk
from liveart.errors import PatchError
from liveart.show.offline import Offline
from liveart.show.patch_file import parse_patch

DIMS = 64
Played = list[tuple[float, str, float]]  # time, word, value


def values(path: Keys, played: Played, now: float, **more: float) -> dict[str, Any]:
    numbers = np.zeros(notes.WIDTH)
    for time, word, value in played:
        if time <= now:
            notes.apply(numbers, word, value, time)
    starts: dict[str, Any] = {param.name: param.start for param in path.params}
    return starts | {"speed_position": 0.0, "note": numbers, NOW: now} | more


def distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b) / math.sqrt(DIMS))


def test_with_no_key_held_it_walks_on() -> None:
    path = Keys(3)
    for before_any in (path.at({param.name: param.start for param in path.params}
                               | {"speed_position": 1.7, NOW: 0.0}, DIMS),
                       path.at(values(path, [], 5.0, speed_position=1.7), DIMS)):
        assert np.allclose(before_any, Walk(3).at({"speed_position": 1.7, "offset": 0.0}, DIMS))


def test_a_key_leads_to_its_own_seed_and_lets_go_again() -> None:
    path, home = Keys(), Walk(0).at({"speed_position": 0.0, "offset": 0.0}, DIMS)
    played: Played = [(1.0, "60", 1.0), (2.0, "60", 0.0)]
    there = path.at(values(path, played, 1.9), DIMS)
    assert np.allclose(there, seed_point(60, DIMS), atol=1e-5)
    gaps = [distance(path.at(values(path, played, now), DIMS), home) for now in (1.0, 1.05, 1.2, 2.0, 2.4, 3.3)]
    assert gaps[0] == gaps[-1] == 0.0
    assert gaps[1] < gaps[2] == gaps[3] > gaps[4] > 0.0
    assert np.allclose(path.at(values(path, [(1.0, "60", 1.0)], 9.0, bank=2.0), DIMS), seed_point(316, DIMS), atol=1e-5)


def test_a_chord_is_the_middle_and_as_long_as_one_key() -> None:
    path = Keys()
    chord = path.at(values(path, [(0.0, "60", 1.0), (0.0, "64", 1.0)], 5.0), 512)
    middle = (seed_point(60, 512) + seed_point(64, 512)) / math.sqrt(2.0)
    assert np.allclose(chord, middle, atol=1e-4)
    blend = path.blend(values(path, [(0.0, "60", 1.0), (0.0, "64", 1.0)], 5.0), 512)
    assert dict(blend.parts) == pytest.approx({60: 0.5, 64: 0.5})


def test_touch_pressure_and_bend_are_heard() -> None:
    path = Keys()

    def shares(played: Played, **more: float) -> dict[Any, float]:
        return dict(path.blend(values(path, played, 5.0, **more), DIMS).parts)

    soft: Played = [(0.0, "60", 0.5)]
    assert shares(soft)[60] == pytest.approx(0.75)
    assert shares(soft, touch=0.0)[60] == pytest.approx(1.0)
    assert shares([*soft, (1.0, "60/pressure", 1.0)])[60] == pytest.approx(1.0)
    assert shares([(0.0, "60", 1.0), (1.0, "bend", 0.25)]) == pytest.approx({60: 0.75, 61: 0.25})


def test_stations_are_counted_from_the_lowest_key_over_and_over() -> None:
    path = Keys(stations=[7, "portrait"], lowest=48)
    assert path.keyframes == ("portrait",)
    assert "bank" not in [param.name for param in path.params]
    for key, wanted in ((48, 7), (49, "portrait"), (50, 7), (47, "portrait")):
        assert path.blend(values(path, [(0.0, str(key), 1.0)], 5.0), DIMS) == Blend.of([(wanted, 1.0)])
    with pytest.raises(PatchError, match="portrait"):
        path.at(values(path, [(0.0, "49", 1.0)], 5.0), DIMS)


@settings(max_examples=60, deadline=None)
@given(strikes=st.lists(st.tuples(st.sampled_from([60, 64, 67]), st.floats(0.2, 1.0), st.floats(0.05, 1.5)),
                        min_size=1, max_size=5), sustain=st.booleans())
def test_no_strike_makes_it_jump(strikes: list[tuple[int, float, float]], sustain: bool) -> None:
    path, time, played = Keys(), 0.5, []
    if sustain:
        played.append((0.1, "sustain", 1.0))
    for key, velocity, gap in strikes:  # each held for at least as long as a key takes to its place
        played += [(time, str(key), velocity), (time + 0.2, str(key), 0.0)]
        time += 0.2 + gap
    step = 0.004
    points = [path.at(values(path, played, now), DIMS) for now in np.arange(0.4, time, step)]
    assert max(distance(a, b) for a, b in pairwise(points)) < 25.0 * step


def test_a_lowest_key_that_no_keyboard_has_is_refused() -> None:
    with pytest.raises(PatchError, match="lowest"):
        Keys(lowest=128)


PATCH = """
[picture]
size = [64, 64]
fps = 20
[paths.hands]
kind = "keys"
speed = 0.0
[players.still]
generator = "gan"
model = "paint"
path = "hands"
[players.tune]
generator = "wavetable"
model = "cycles"
path = "hands"
"""


def test_keys_lead_picture_and_sound_together_and_the_same_every_time(tmp_path: Path) -> None:
    def frames(text: str, events: list[Event]) -> list[np.ndarray]:
        show = Offline(parse_patch(text), events)
        made = [material.pixels for material in show.materials(1.5) if isinstance(material, Picture)]
        show.close()
        return made

    events = [Event("/liveart/hands/note/72", 1.0, 0.3), Event("/liveart/hands/note/72", 0.0, 0.9)]
    played, again = frames(PATCH, events), frames(PATCH, events)
    assert all((a == b).all() for a, b in zip(played, again, strict=True))
    there = frames(PATCH.replace('kind = "keys"\nspeed = 0.0', 'kind = "hold"\nseed = 72'), [])[-1]
    assert np.abs(played[12].astype(int) - there).mean() < 1.0  # 0.6 s: the key is at its place
    assert np.abs(played[2].astype(int) - there).mean() > 10.0


def test_a_player_with_notes_of_its_own_needs_the_path_apart() -> None:
    text = PATCH.split("[players.still]")[0].replace("[paths.hands]", "[players.tune.path]")
    with pytest.raises(PatchError, match="note") as caught:
        Offline(parse_patch(text + '[players.tune]\ngenerator = "wavetable"\nmodel = "cycles"\n'))
    assert "[paths." in caught.value.hint
