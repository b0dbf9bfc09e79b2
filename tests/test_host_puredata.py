"""The shipped Pure Data patches in a real Pd: what is moved there arrives, what changes here is seen there."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hosts import ROOT, Stage, free_port, stage
from osc_peer import Peer, wait_for
from parts import absent, needs

FOLDER = ROOT / "patches" / "puredata"
# A second patch in the same Pd, which prints what reaches a fader.
WITNESS = "#N canvas 0 0 300 200 12;\n" + "".join(
    f"#X obj 10 {y} r {address};\n#X obj 150 {y} print {name};\n#X connect {2 * row} 0 {2 * row + 1} 0;\n"
    for row, (y, address, name) in enumerate([(10, "/liveart/paint/contrast", "contrast"),
                                              (50, "/liveart/freeze", "freeze")]))


class Pd:
    """A running Pd and what it has printed."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self._log = process, log

    def prints(self, line: str, seconds: float = 30.0) -> bool:
        """Return whether a line is printed in time."""
        return wait_for(lambda: line in self.lines(), seconds)

    def lines(self) -> list[str]:
        """Return what was printed so far."""
        return self._log.read_text(errors="replace").splitlines()


@contextmanager
def pd(folder: Path, port: int, *sent: str, more: tuple[str, ...] = ()) -> Iterator[Pd]:
    """Open the board in a Pd without a screen, with its ports changed; `sent` is what hands then do in it.

    more  further words of the command: patches to open beside it
    """
    program = needs("pd")
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    board = folder / "liveart.pd"
    text = board.read_text(encoding="utf-8")
    assert "connect 127.0.0.1 9000 9001" in text
    board.write_text(text.replace("127.0.0.1 9000 9001", f"127.0.0.1 {port} {free_port()}"), encoding="utf-8")
    (folder / "witness.pd").write_text(WITNESS)
    words = [word for message in sent for word in ("-send", message)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-nogui", "-noaudio", "-nomidi", "-stderr", *words, "witness.pd",
                                    "liveart.pd", *more], cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield Pd(process, folder / "log")
        finally:
            process.kill()
            process.wait(10)


def test_a_fader_a_message_and_a_switch_of_the_board_arrive(tmp_path: Path) -> None:
    hands = ["/liveart/paint/opacity 0.5", "liveart /liveart/paint/blend add", "liveart /liveart/panic 1",
             "/liveart/freeze 1", "pad-x 0.25"]
    with stage() as show, pd(tmp_path, show.port, *hands):
        assert show.hears("/liveart/paint/opacity", 0.5)
        assert show.hears("/liveart/paint/blend", "add")
        assert show.hears("/liveart/panic", 1.0)
        assert show.hears("/liveart/freeze", 1.0)
        assert show.hears("/liveart/paint/hue/norm", 0.25)
        assert show.said == []


def test_the_faders_take_the_values_of_liveart_and_follow_other_hands(tmp_path: Path) -> None:
    with stage() as show, pd(tmp_path, show.port) as board:
        assert board.prints("contrast: set 1")
        assert board.prints("freeze: set 0")
        show.put("/liveart/paint/contrast", 1.5)
        assert board.prints("contrast: set 1.5")
        assert not show.values("/liveart/paint/contrast")  # what is heard is not sent back
        assert not [line for line in board.lines() if "error" in line]


def test_the_rhythm_plays_notes_and_lets_them_go(tmp_path: Path) -> None:
    with stage() as show, pd(tmp_path, show.port, "rhythm 1"):
        assert show.hears("/liveart/cycles/note/50", round(100 / 127, 4))
        assert show.hears("/liveart/cycles/note/50", 0.0)
        assert show.hears("/liveart/cycles/note/57", round(100 / 127, 4))


def test_the_circle_moves_both_axes_of_the_pad(tmp_path: Path) -> None:
    with stage() as show, pd(tmp_path, show.port, "circle 1"):
        assert wait_for(lambda: len(set(show.values("/liveart/paint/truncation/norm"))) > 5)
        assert all(0.0 <= value <= 1.0 for value in show.values("/liveart/paint/hue/norm"))


def has_listener(show: Stage) -> bool:
    return show.listeners == 1


def test_a_show_that_starts_after_pd_or_starts_again_is_found(tmp_path: Path) -> None:
    port = free_port()
    with pd(tmp_path, port) as board:
        for contrast in (0.25, 0.75):
            time.sleep(3.0)  # liveart takes longer than this to start; within it Pd notices that nobody answers
            with stage(port) as show:
                assert wait_for(partial(has_listener, show), 30.0)
                show.put("/liveart/paint/contrast", contrast)
                assert board.prints(f"contrast: set {contrast:g}")


def test_the_link_patch_tells_liveart_the_session_s_tempo_and_its_beats(tmp_path: Path) -> None:
    needs("pd")
    needs("ip")
    unshare = needs("unshare")
    if importlib.util.find_spec("link") is None:
        absent('LinkPython-extern is not installed: pip install "liveart[link]"')
    if not list(Path("/usr/lib/pd/extra").glob("abl_link~*")):
        absent("abl_link~ is not installed: apt-get install pd-ableton-link")
    if subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        absent("this system does not let us make a network of our own")
    here = Path(__file__).parent
    done = subprocess.run([unshare, "-rn", sys.executable, str(here / "pd_link_scene.py"), str(tmp_path)], text=True,
                          capture_output=True, timeout=120, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here)])})
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["has_tempo"]
    beats = [beat for beat, _ in found["beats"]]
    assert [round(beat) for beat in beats] == list(range(round(beats[0]), round(beats[0]) + len(beats)))
    assert max(abs(beat - round(beat)) for beat in beats) < 0.4


# Not liveart-link.pd: see above; it would look for Link peers on every network.
@pytest.mark.parametrize("file", ["liveart.pd", "liveart-line.pd", "liveart-line-help.pd", "liveart-fader.pd"])
def test_a_patch_opens_without_a_word_of_complaint(file: str, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    board = tmp_path / "liveart.pd"
    board.write_text(board.read_text().replace("127.0.0.1 9000 9001", f"127.0.0.1 {free_port()} {free_port()}"))
    done = subprocess.run([needs("pd"), "-nogui", "-noaudio", "-nomidi", "-stderr", "-batch", "-send",
                           "pd quit", file], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert [line for line in (done.stdout + done.stderr).splitlines() if line.strip()] == []


def test_the_board_plays_a_real_show(tmp_path: Path) -> None:
    needs("pd")
    port = free_port()
    command = [sys.executable, "-m", "liveart", "play", "tide", "--headless", "--osc-port", str(port),
               "--panel-port", "0", "--seconds", "60"]
    show = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    other = Peer(port)
    try:
        with pd(tmp_path, port) as board:
            assert board.prints("contrast: set 1", 90.0)
            other.send("/liveart/listen", ("i", other.port))
            assert other.hears("/liveart/paint/contrast", 1.0)
            other.send("/liveart/paint/contrast", ("f", 0.5))
            assert board.prints("contrast: set 0.5")
    finally:
        other.close()
        show.terminate()
        show.wait(30)
