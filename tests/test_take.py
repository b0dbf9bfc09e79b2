"""Takes: written as it happens, read back the same, readable after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.event import Event
from liveart.errors import TakeError
from liveart.show.cue import Cue
from liveart.show.cue_list import CueList
from liveart.show.patch import Patch
from liveart.show.take import Replay, TakeWriter, read_take

EVENTS = [Event("/liveart/a/x", 0.5, 100.25, "osc"), Event("/liveart/panic", None, 101.0, "panel"),
          Event("/liveart/a/kind", "round", 102.5, "osc"), Event("/liveart/freeze", True, 103.0, "osc")]


CUES = CueList((Cue("dawn", {"/liveart/a/x": 0.1}, morph=0.0, quantum="bar"), Cue("dusk")), ("dusk", "dawn", "dusk"))


def _write(file: Path) -> None:
    writer = TakeWriter(file, Patch("tide", (), seed=7), CUES, start=100.0)
    writer.write(EVENTS)
    writer.close()


def test_a_take_comes_back_as_it_was_with_times_from_the_beginning(tmp_path: Path) -> None:
    _write(tmp_path / "a.jsonl")
    take = read_take(tmp_path / "a.jsonl")
    assert (take.patch, take.seed, take.seconds) == ("tide", 7, 3.0)
    assert [(e.address, e.value, e.time) for e in take.events] == [
        (e.address, e.value, e.time - 100.0) for e in EVENTS]


def test_a_take_has_the_cues_of_its_beginning_and_dresses_a_patch_in_them(tmp_path: Path) -> None:
    _write(tmp_path / "a.jsonl")
    take = read_take(tmp_path / "a.jsonl")
    assert take.cues == CUES
    assert take.dress(Patch("tide", (), cues=CueList((Cue("other"),)))).cues == CUES


def test_a_take_that_says_nothing_of_cues_leaves_the_patch_its_own(tmp_path: Path) -> None:
    (tmp_path / "old.jsonl").write_text('{"format": "liveart-take", "format_version": 1}\n')
    patch = Patch("tide", (), cues=CUES)
    assert read_take(tmp_path / "old.jsonl").dress(patch) is patch


def test_a_take_is_never_written_over(tmp_path: Path) -> None:
    _write(tmp_path / "a.jsonl")
    first = (tmp_path / "a.jsonl").read_text()
    for name in ("a-2.jsonl", "a-3.jsonl"):
        again = TakeWriter(tmp_path / "a.jsonl", Patch("other", ()), CUES, 0.0)
        again.close()
        assert again.path == tmp_path / name
    assert (tmp_path / "a.jsonl").read_text() == first


def test_a_take_cut_off_in_a_line_replays_up_to_there(tmp_path: Path) -> None:
    _write(tmp_path / "a.jsonl")
    text = (tmp_path / "a.jsonl").read_text()
    (tmp_path / "b.jsonl").write_text(text[:-10])
    assert len(read_take(tmp_path / "b.jsonl").events) == len(EVENTS) - 1


@pytest.mark.parametrize("text", ["", "{}", "nonsense", '{"format": "liveart-take", "format_version": 99}',
                                  '{"format": "liveart-take", "format_version": 1}\nbroken\n{"t": 1}\n'])
def test_what_is_no_take_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.jsonl").write_text(text)
    with pytest.raises(TakeError):
        read_take(tmp_path / "bad.jsonl")


@given(st.lists(st.floats(0, 10), max_size=30), st.lists(st.floats(0, 11), max_size=20))
def test_a_replay_gives_each_event_once_when_its_time_has_come(times: list[float], looks: list[float]) -> None:
    events = [Event("/liveart/a/x", n, time) for n, time in enumerate(sorted(times))]
    replay, given_out = Replay(events, start=50.0), []
    for look in [*sorted(looks), 11.0]:
        due = replay.due(50.0 + look)
        assert all(event.time <= 50.0 + look for event in due)
        given_out += [event.value for event in due]
    assert given_out == list(range(len(events)))
