"""Cues in a running show: they land on the frame of their beat, a morph never skips, a take plays them again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from live_shows import running
from own_parts import write_patch

from liveart.core.event import Event
from liveart.core.gesture import Gesture
from liveart.core.material import Picture, Sound
from liveart.show.conductor import Conductor
from liveart.show.host import ShowHost
from liveart.show.offline import Offline
from liveart.show.patch_file import read_patch
from liveart.show.take import read_take

EXTRA = '''
[[outputs]]
kind = "log.py:Log"

[[outputs]]
kind = "log.py:Control"

[[bindings]]
control = "key x"
target = "cue/two"

[[bindings]]
control = "/fader/1"
device = "osc"
target = "field/level"

[cues.one]
morph = 0
quantum = "bar"
values = { "field/level" = 1.0 }

[cues.two]
morph = 2
curve = "linear"
values = { "field/level" = 0.25, "tone/hz" = 880.0 }
'''
LOG = '''
import json
from liveart import Sink

class Log(Sink):
    """Writes the time and the red of each frame, and the time and loudness of each block."""
    takes = frozenset({"picture"})
    is_quick = True
    def open(self, stage):
        self.file = open(stage.folder + "/frames.jsonl", "w", buffering=1)
    def send(self, picture):
        self.file.write(json.dumps([picture.time, int(picture.pixels[0, 0, 0])]) + "\\n")
    def tend(self):
        return ()
    def close(self):
        self.file.close()

class Control(Sink):
    takes = frozenset({"values"})
    def open(self, stage):
        self.file = open(stage.folder + "/values.jsonl", "w", buffering=1)
    def send(self, values):
        for address, number in values.changes.items():
            self.file.write(json.dumps([address, number]) + "\\n")
    def close(self):
        self.file.close()
'''


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Conductor]:
    (tmp_path / "log.py").write_text(LOG)
    with running(write_patch(tmp_path, EXTRA)) as conductor:
        conductor.record_take(tmp_path / "take.jsonl")
        yield conductor


def say(show: Conductor, address: str, value: float | str = 1) -> None:
    verdict = show.put([Event(f"/liveart/{address}", value, time.monotonic(), "hand")])[0]
    assert verdict.judgement == "ok", verdict.text


def until(show: Conductor, done: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30.0
    while not done():
        assert time.monotonic() < limit, "it did not happen in time"
        show.tick()
        time.sleep(0.005)


def frames(folder: Path) -> list[tuple[float, int]]:
    lines = (folder / "frames.jsonl").read_text().splitlines(keepends=True)
    return [(row[0], row[1]) for line in lines if line.endswith("\n") for row in [json.loads(line)]]


def test_a_quantised_cue_is_in_the_first_frame_of_its_beat_and_in_none_before(show: Conductor, tmp_path: Path) -> None:
    until(show, lambda: len(frames(tmp_path)) > 5)
    say(show, "cue/one")
    launch = show.desk.state(time.monotonic())["launch"]
    assert launch % 4 == 0
    until(show, lambda: any(red == 255 for _, red in frames(tmp_path)))
    until(show, lambda: frames(tmp_path)[-1][1] == 255)
    beat = show.board.snapshot().beat
    for moment, red in frames(tmp_path):
        assert red == (255 if beat(moment) >= launch else 64), (beat(moment), launch)


def test_a_morph_by_key_is_where_it_should_be_in_every_single_frame(show: Conductor, tmp_path: Path) -> None:
    say(show, "field/level", 1.0)
    until(show, lambda: bool(frames(tmp_path)) and frames(tmp_path)[-1][1] == 255)
    ShowHost(show, "test").key("x", True)
    launched = show.desk.state(time.monotonic())
    assert launched["at"] == "two"
    until(show, lambda: bool(frames(tmp_path)) and frames(tmp_path)[-1][1] == 64)
    snapshot = show.board.snapshot()
    start, moved = float(snapshot.numbers[6]), 0
    for moment, red in frames(tmp_path)[:-1]:
        gone = (snapshot.beat(moment) - start) / 2.0
        if 0.0 <= gone < 1.0:
            moved += 1
            assert red == pytest.approx(255 * (1.0 - 0.75 * gone), abs=1.01)
    assert moved > 3


def test_watchers_and_outputs_of_control_follow_a_morph(show: Conductor, tmp_path: Path) -> None:
    say(show, "cue/two")
    until(show, lambda: '"/liveart/tone/hz", 880.0' in (tmp_path / "values.jsonl").read_text())
    rows = [json.loads(line) for line in (tmp_path / "values.jsonl").read_text().splitlines()]
    pitches = [number for address, number in rows if address == "/liveart/tone/hz"]
    assert pitches == sorted(pitches)
    assert len(pitches) > 5


def test_a_foreign_address_is_a_control_and_an_unbound_one_stays_unknown(show: Conductor) -> None:
    now = time.monotonic()
    verdicts = show.hands.foreign([Event("/fader/1", 0.25, now, "osc"), Event("/fader/2", 0.5, now, "osc"),
                                   Event("/liveart/field/level", 0.25, now, "osc")])
    assert [verdict.judgement for verdict in verdicts] == ["ok", "unknown", "ok"]
    show.hands.foreign([Event("/fader/1", value, now, "osc") for value in (0.3, 0.8)])
    assert show.board.snapshot()["/liveart/field/level"] == pytest.approx(0.8, abs=1e-3)


def test_a_learnt_control_moves_and_is_kept_in_the_patch(show: Conductor, tmp_path: Path) -> None:
    host = ShowHost(show, "test")
    host.learn("/liveart/cue/one")
    show.hands.gesture([Gesture("keys", "key j", 1.0, 1, 1, time.monotonic(), sort="button")])
    until(show, lambda: not host.hands()["learning"])
    show.hands.gesture([Gesture("keys", "key j", value, int(value), 1, time.monotonic(), sort="button")
                        for value in (0.0, 1.0)])
    assert show.desk.state(time.monotonic())["pending"] == "one"
    show.keeper.close()
    assert any(binding.control == "key j" for binding in read_patch(tmp_path / "tiny.toml").bindings)


def test_a_take_of_cues_renders_the_morph_again(show: Conductor, tmp_path: Path) -> None:
    say(show, "field/level", 1.0)
    say(show, "cue/two")
    say(show, "clock/tap")
    until(show, lambda: bool(frames(tmp_path)) and frames(tmp_path)[-1][1] == 64)
    take = read_take(tmp_path / "take.jsonl")
    assert [event.address for event in take.events[-2:]] == ["/liveart/cue/two", "/liveart/clock/tap"]
    again = Offline(show.patch, take.events)
    made = list(again.materials(take.seconds + 1.5))
    again.close()
    reds = [int(each.pixels[0, 0, 0]) for each in made if isinstance(each, Picture)]
    assert max(reds) > 240
    assert reds[-1] == 64
    assert np.abs(np.diff(reds[int(np.argmax(reds)):])).max() <= 10  # two beats at 120 a minute and 30 frames a second
    assert any(isinstance(each, Sound) for each in made)


def test_a_binding_that_leads_nowhere_is_told_at_the_start(tmp_path: Path) -> None:
    told: list[str] = []
    extra = '[[bindings]]\ncontrol = "key y"\ntarget = "feild/level"\n'
    conductor = Conductor(read_patch(write_patch(tmp_path, extra)), "test", tell=told.append)
    conductor.start()
    try:
        conductor.wait_ready(60)
        assert any("feild/level" in text and "field/level" in text for text in told)
    finally:
        conductor.stop()
