"""`liveart play` as a person types it: start card, stats, values from flags, wrong use."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from own_parts import PATCH, write_patch

from liveart.cli import main

COMMAND = [sys.executable, "-m", "liveart", "play"]


def _play(*words: str, timeout: float = 90) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=timeout)


def test_a_show_of_a_few_seconds_writes_its_card_and_a_line_of_stats_a_second(tmp_path: Path) -> None:
    stats = tmp_path / "s.jsonl"
    done = _play(str(write_patch(tmp_path)), "--headless", "--seconds", "4", "--stats", str(stats),
                 "--output", f"file:{tmp_path / 'set.mp4'}", "--set", "/liveart/field/level=1",
                 "--record-take", str(tmp_path / "take.jsonl"))
    assert done.returncode == 0, done.stderr
    assert "patch: tiny" in done.stdout
    assert "http://127.0.0.1:" in done.stdout
    lines = [json.loads(line) for line in stats.read_text().splitlines()]
    assert 3 <= len(lines) <= 6
    assert lines[-1]["fps"] > 0
    assert lines[-1]["rss_mb"]["conductor"] > 1
    assert (tmp_path / "set.mp4").stat().st_size > 1000
    assert (tmp_path / "take.jsonl").read_text().startswith('{"format": "liveart-take"')


@pytest.mark.parametrize(("words", "code", "said"), [
    (["tied"], 1, "tide"),
    (["nothing.toml"], 1, "liveart new"),
    (["--osc-port", "70000"], 2, "70000"),
    (["--seconds", "-1"], 2, "-1"),
    (["--output", "shmm:x"], 2, "shm"),
    (["--set", "level"], 2, "ADDRESS=VALUE"),
    (["--take", "none.jsonl"], 1, "none.jsonl"),
])
def test_wrong_use_is_answered_before_anything_starts(words: list[str], code: int, said: str,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", *words]) == code
    assert said in capsys.readouterr().err


def test_a_value_for_an_address_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    done = _play(str(write_patch(tmp_path)), "--set", "/liveart/feild/level=1", "--seconds", "1")
    assert done.returncode == 2
    assert "/liveart/field/level" in done.stderr


def test_a_generator_of_ones_own_plays_by_its_file(tmp_path: Path) -> None:
    write_patch(tmp_path)
    done = _play(f"{tmp_path / 'parts.py'}:Field", "--headless", "--seconds", "1", "--osc-port", "0",
                 "--panel-port", "0")
    assert done.returncode == 0, done.stderr
    assert "patch: field" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_sigterm_finishes_the_recording(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    film = tmp_path / "set.mp4"
    process = subprocess.Popen([*COMMAND, str(write_patch(tmp_path)), "--headless", "--output", f"file:{film}"],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "Ctrl-C" not in process.stdout.readline():
        pass
    time.sleep(3.0)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stdout.close()
    with av.open(str(film)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 5


def test_the_port_of_a_running_show_is_named_when_a_second_one_wants_it(tmp_path: Path) -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        done = _play(str(write_patch(tmp_path, patch=PATCH)), "--osc-port", str(port), "--seconds", "1")
    assert done.returncode == 1
    assert str(port) in done.stderr
