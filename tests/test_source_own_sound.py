"""The show's own sound moves its picture: in time with what is heard, live and in a render."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drums import RATE, f_measure, play
from live_shows import running
from own_parts import PATCH, write_patch

from liveart.core.contract import Moment
from liveart.core.material import Picture
from liveart.core.own_show import OwnShow
from liveart.core.ring import SampleRing
from liveart.errors import PatchError
from liveart.show.offline import Offline
from liveart.show.patch_file import read_patch
from liveart.sources.sound import SoundSource

EAR = '[sources.ear]\nkind = "sound"\nshow = true\n'
LEVEL = EAR + 'level = { target = "field/level", attack = 0.0, release = 0.0 }\n'

DRUMMER = '''
import sys
sys.path.append({tests!r})
import numpy as np
from drums import play
from liveart import Generator

class Drummer(Generator):
    """Plays a rock beat of 96 a minute, whatever the show's tempo is."""
    kind = "sound"
    def open(self, stage):
        self.sound = play("rock", 96, 20.0)[0].astype(np.float32)[:: 48000 // stage.rate]
    def make(self, now, z, params):
        return 0.5 * self.sound.take(np.arange(now.index * now.frames, (now.index + 1) * now.frames), mode="wrap")
'''


def own_sound(rate: int = RATE) -> tuple[OwnShow, SampleRing]:
    """Return a show that has not begun to sound yet."""
    ring = SampleRing(8 * rate, 2)
    return OwnShow(ring, rate, None), ring


def moment(seconds: float) -> Moment:
    return Moment(seconds, 0.0, 0.01, 0)


def heard(block: int, ahead: int, fps: float, sound: np.ndarray, epoch: float = 0.0) -> list[tuple[float, str, Any]]:
    """Return (second, address, value) of what is said while a show writes in blocks, `ahead` blocks before its time."""
    show, ring = own_sound()
    ring.epoch = epoch
    source = SoundSource(show=True, level="p/x", onset="p/hit", beat="p/beat")
    source.attend(show)
    source.open(lambda events: [])
    said, place, stereo = [], 0, np.stack([sound, sound], axis=1).astype(np.float32)
    for tick in range(int(len(sound) / RATE * fps)):
        now = tick / fps
        while place < len(stereo) and place / RATE <= now + ahead * block / RATE:
            ring.write(stereo[place : place + block])
            place += block
        said += [(now, *pair) for pair in source.tick(moment(epoch + now))]
    source.close()
    return said


def test_a_sound_is_heard_when_the_audience_hears_it_however_far_ahead_it_was_made() -> None:
    sound = play("click", 120, 4.0)[0]
    hits = {ahead: [second for second, address, _ in heard(256, ahead, 100.0, sound, epoch=777.0)
                    if address == "/liveart/p/hit"] for ahead in (0, 3, 40)}
    assert len(hits[0]) == 8
    assert hits[0] == hits[3] == hits[40]
    assert all(0.0 < second - beat < 0.045 for second, beat in zip(hits[3], play("click", 120, 4.0)[1], strict=True))


def test_a_live_show_hears_what_a_render_hears() -> None:
    """The frames heard are the same to the last bit; only the ticks between which they fall are others."""
    sound = play("rock", 120, 9.0)[0]
    live = heard(512, 3, 100.0, sound)
    render = heard(512, 0, 60.0, sound)
    for address in ("/liveart/p/hit", "/liveart/p/beat"):
        ours, theirs = ([second for second, said, _ in each if said == address] for each in (live, render))
        assert len(ours) == len(theirs) > 4
        assert np.abs(np.subtract(ours, theirs)).max() < 0.03
    ours, theirs = ([value for second, said, value in each if said == "/liveart/p/x/norm"] for each in (live, render))
    assert {*theirs} <= {*ours} | {theirs[-1]}  # at 60 frames a second two steps may become one


def test_the_beat_of_the_show_is_fired_on_the_beat() -> None:
    sound, beats = play("four", 124, 14.0)
    fired = [second for second, address, _ in heard(512, 3, 100.0, sound) if address == "/liveart/p/beat"]
    assert f_measure([second for second in fired if second > 5.0], beats[beats > 5.05], 0.03) > 0.95


def test_a_freeze_is_left_out_and_a_sound_that_ends_is_silence() -> None:
    show, ring = own_sound()
    source = SoundSource(show=True, level={"target": "p/x", "attack": 0.0, "release": 0.0})
    source.attend(show)
    source.open(lambda events: [])
    assert list(source.tick(moment(50.0))) == []  # nothing has sounded yet
    tone = np.full((RATE, 2), 0.5, np.float32)
    for _ in range(20):
        ring.write(tone)
    assert dict(source.tick(moment(19.0)))["/liveart/p/x/norm"] == pytest.approx(1.0 - 6.02 / 60, abs=0.01)
    assert dict(source.tick(moment(20.1))) == {}
    assert dict(source.tick(moment(20.5)))["/liveart/p/x/norm"] == 0.0
    ring.write(tone)
    assert dict(source.tick(moment(21.0)))["/liveart/p/x/norm"] == pytest.approx(0.9, abs=0.01)
    source.close()
    source.close()
    assert list(source.tick(moment(22.0))) == []


def test_a_show_without_sound_can_not_be_listened_to(tmp_path: Path) -> None:
    silent = PATCH[: PATCH.index("[players.tone]")]
    with pytest.raises(PatchError, match="makes no sound"):
        Offline(read_patch(write_patch(tmp_path, LEVEL, silent)))
    with pytest.raises(PatchError, match="makes no sound"):
        SoundSource(show=True, level="p/x").open(lambda events: [])


@pytest.mark.parametrize("settings", [{"show": 1}, {"show": True, "file": "a.wav"}, {"show": True, "device": "USB"},
                                      {"around": 20}, {"clock": 1}, {"around": "fast"},
                                      {"beat": {"target": "p/x", "attack": 1}},
                                      {"tempo": {"target": "p/x", "floor": 100, "ceiling": 90}}])
def test_impossible_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(PatchError):
        SoundSource(**{"level": "p/x"} | settings)


def levels(file: Path, seconds: float) -> list[int]:
    """Return the red of each frame of a render: the param that is moved."""
    show = Offline(read_patch(file))
    reds = [int(made.pixels[0, 0, 0]) for made in show.materials(seconds) if isinstance(made, Picture)]
    troubles = show.troubles
    show.close()
    assert troubles == []
    return reds


def test_a_render_moves_by_its_own_sound_and_the_same_each_time(tmp_path: Path) -> None:
    file = write_patch(tmp_path, LEVEL)
    reds = levels(file, 1.0)
    tone_db = -3.01 + 20 * np.log10(0.3) - 6.0 - 3.0  # a sine of 0.3, at the player's gain and the master's
    assert reds[0] == 64
    assert reds[-1] == pytest.approx(255 * (60 + tone_db) / 60, abs=6)
    assert levels(file, 1.0) == reds


def wait_until(what: Callable[[], bool], tick: Callable[[], None], limit: float = 40.0) -> bool:
    """Return whether something comes true while a show is ticked."""
    end = time.monotonic() + limit
    while time.monotonic() < end and not what():
        tick()
        time.sleep(0.01)
    return what()


def test_a_live_show_moves_as_its_render_ends(tmp_path: Path) -> None:
    file = write_patch(tmp_path, LEVEL)
    wanted = levels(file, 1.0)[-1] / 255
    with running(file) as conductor:
        def has_moved() -> bool:
            return abs(float(conductor.board.snapshot()["/liveart/field/level"]) - wanted) < 0.03
        assert wait_until(has_moved, conductor.tick)
        assert conductor.troubles.now(time.monotonic()) == []


@pytest.mark.parametrize(("rate", "nudge"), [(24000, 0.0), (48000, 0.0), (24000, -150.0)])
def test_the_clock_of_a_show_is_drawn_to_the_beat_that_it_hears(tmp_path: Path, rate: int, nudge: float) -> None:
    (tmp_path / "drummer.py").write_text(DRUMMER.format(tests=str(Path(__file__).parent)))
    drummer = '[players.drums]\ngenerator = "drummer.py:Drummer"\n'
    muted = PATCH.replace("gain = -6", "gain = -60").replace("rate = 24000", f"rate = {rate}")
    file = write_patch(tmp_path, drummer + EAR + f"clock = true\nnudge = {nudge}\n", muted)
    show = Offline(read_patch(file))
    for _ in show.materials(12.0):
        pass
    snapshot = show.board.snapshot()
    show.close()
    assert snapshot.tempo == pytest.approx(96.0, rel=0.01)
    beat = snapshot.beat(0.3 + 20 * 60 / 96 + nudge / 1000)
    assert abs(beat - round(beat)) < 0.06
