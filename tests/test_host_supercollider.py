"""The shipped SuperCollider file in a real sclang: its functions and patterns arrive, and it hears what changes."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hosts import ROOT, Stage, stage
from osc_peer import wait_for
from parts import needs

FILE = ROOT / "patches" / "supercollider" / "liveart.scd"
# Runs the file's blocks as a person does, one after the other; what else is done stands between them.
BEGIN = '~liveartPort = {port}; "{folder}/0.scd".load; '
WAIT = 'while {{ ~value.("clock/tempo").isNil }} {{ 0.05.wait }}; '
HANDS = """~set.("paint/opacity/norm", 0.5); ~set.("paint/blend", "add"); ~press.("panic"); ~cue.(2); ~cue.("chorus");
~note.(\\cycles, 60, 0.75); ~note.(\\cycles, 60, 0); ~fade.("paint/truncation", 0, 1, 0.2); """
FOLLOW = '~follow.("paint/hue", {{ |hue| if (hue > 0.2) {{ ("heard" + hue).postln; 0.exit }} }}); '
SAY = """~set.("paint/opacity", 0.5); ("own" + ~value.("paint/opacity")).postln;
("tempo" + ~value.("clock/tempo")).postln; 30.wait; """
PLAY = '"{folder}/1.scd".load; 2.wait; "{folder}/2.scd".load; 0.5.wait; '


@contextmanager
def sclang(folder: Path, show: Stage, script: str) -> Iterator[Path]:
    """Run a routine in a real sclang beside the file's blocks; yield the file in which it prints."""
    program = needs("sclang")
    blocks = re.findall(r"^\($.*?^\)$", FILE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    for number, block in enumerate(blocks):
        (folder / f"{number}.scd").write_text(block, encoding="utf-8")
    (folder / "run.scd").write_text("fork { " + script.format(port=show.port, folder=folder) + " 0.exit };")
    # Without the first two it refuses to run for root, and without a screen.
    env = os.environ | {"QTWEBENGINE_DISABLE_SANDBOX": "1", "QT_QPA_PLATFORM": "offscreen",
                        "XDG_RUNTIME_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "run.scd"], cwd=folder, env=env, stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL)
        try:
            yield folder / "log"
            if process.poll() is None:
                process.wait(60)
        finally:
            process.kill()
            process.wait(10)


def test_functions_cues_and_notes_arrive(tmp_path: Path) -> None:
    with stage() as show, sclang(tmp_path, show, BEGIN + WAIT + HANDS + "0.6.wait;"):
        for address, value in [("paint/opacity/norm", 0.5), ("paint/blend", "add"), ("panic", 1), ("cue", 2),
                               ("cue", "chorus"), ("cycles/note/60", 0.75), ("cycles/note/60", 0)]:
            assert show.hears(f"/liveart/{address}", value, 60.0), address
        assert show.hears("/liveart/paint/truncation", 1.0)
    fade = show.values("/liveart/paint/truncation")
    assert fade[0] == 0.0
    assert fade == sorted(fade)
    assert len(fade) == 11


def test_the_patterns_play_notes_that_end_and_colours(tmp_path: Path) -> None:
    with stage() as show, sclang(tmp_path, show, BEGIN + WAIT + PLAY):
        assert show.hears("/liveart/cycles/note/57", 0, 60.0)
        assert wait_for(lambda: len(show.values("/liveart/paint/hue")) > 4)
    on = [event.address for event in show.events if "/note/" in event.address and event.value]
    off = [event.address for event in show.events if "/note/" in event.address and not event.value]
    assert on[:3] == [f"/liveart/cycles/note/{note}" for note in (50, 57, 62)]
    assert sorted(on) == sorted(off)  # none hangs after the melody was stopped


def test_it_hears_all_values_and_what_another_hand_moves(tmp_path: Path) -> None:
    with stage() as show, sclang(tmp_path, show, BEGIN + FOLLOW + WAIT + SAY) as log:
        assert show.hears("/liveart/paint/opacity", 0.5, 60.0)
        show.put("/liveart/paint/hue", 0.25)
    said = log.read_text(errors="replace")
    assert "liveart 1.2.3 is there" in said
    assert f"tempo {show.board.snapshot()['/liveart/clock/tempo']:.1f}" in said
    assert "heard 0.25" in said
    assert "own 0.5" in said
    assert "ERROR" not in said


@pytest.mark.parametrize("word", ["~set", "~press", "~note", "~fade", "~cue", "~value", "~follow"])
def test_each_function_told_at_the_top_exists(word: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert f"    {word}.(" in text
    assert re.search(rf"^{word} = ", text, re.MULTILINE)
