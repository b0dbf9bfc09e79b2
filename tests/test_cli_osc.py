"""`liveart osc`: the address table of a patch, and its live traffic with or without a playing liveart."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parts import needs

from liveart.cli import main
from liveart.cli.osc_watch import watch
from liveart.core.event import Event
from liveart.errors import PortError
from liveart.show.offline import Offline
from liveart.show.patch import Patch
from liveart.show.patch_file import read_patch
from liveart.sources.osc import OscSource
from liveart.sources.osc_wire import write_message

PLASMA = """
import numpy as np
from liveart import Generator, Param

class Plasma(Generator):
    params = (Param("hue", 0.25, help="colour"), Param("wave", "sine", kind="choice", choices=("sine", "saw")))

    def make(self, now, z, params):
        return np.full((16, 16, 3), params["hue"], np.float32)
"""
TEXT = """
[osc]
port = 0
[paths.journey]
kind = "grid"
[players.glow]
generator = "plasma.py"
path = "journey"
params = { hue = 0.5 }
"""
ADDRESS = "/liveart/glow/hue"


@pytest.fixture
def patch(tmp_path: Path) -> Patch:
    """A patch with one quick player of one's own."""
    (tmp_path / "plasma.py").write_text(PLASMA)
    (tmp_path / "glow.toml").write_text(TEXT)
    return read_patch(tmp_path / "glow.toml")


@pytest.fixture
def watching(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[Patch], Callable[[str], str]]]:
    """Start a watch of a patch in the background; get a function that waits for a text among what it wrote."""
    ended = threading.Event()
    threads: list[threading.Thread] = []
    written = ["", ""]

    def wait_for(text: str) -> str:
        limit = time.monotonic() + 20.0
        while text not in written[0] + written[1]:
            assert time.monotonic() < limit, f"{text!r} is not in {written}"
            time.sleep(0.02)
            out, err = capsys.readouterr()
            written[0], written[1] = written[0] + out, written[1] + err
        return written[0]

    def start(patch: Patch) -> Callable[[str], str]:
        threads.append(threading.Thread(target=watch, args=(patch, True, lambda: not ended.is_set())))
        threads[-1].start()
        return wait_for

    yield start
    ended.set()
    for thread in threads:
        thread.join(10.0)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def send(port: int, address: str, value: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.sendto(write_message(address, value), ("127.0.0.1", port))


def messages(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_table_holds_the_show_its_paths_its_players_and_the_fixed_words(
        patch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["osc", f"{patch.folder}/glow.toml", "--json"]) == 0
    rows = {row["address"]: row for row in json.loads(capsys.readouterr().out)}
    assert {"/liveart/panic", "/liveart/clock/tempo", "/liveart/journey/x", "/liveart/glow/opacity",
            "/liveart/ping"} <= set(rows)
    assert (rows[ADDRESS]["low"], rows[ADDRESS]["high"], rows[ADDRESS]["help"]) == (0.0, 1.0, "colour")
    assert rows["/liveart/glow/wave"]["choices"] == ["sine", "saw"]


def test_the_table_is_readable_as_text(patch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["osc", f"{patch.folder}/glow.toml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("address")
    assert any(line.startswith(ADDRESS) and line.endswith("colour") for line in lines)


def test_watch_judges_each_message_when_nothing_plays(
        patch: Patch, watching: Callable[[Patch], Callable[[str], str]]) -> None:
    port = free_port()
    wait_for = watching(replace(patch, osc_port=port))
    wait_for("listening")
    send(port, ADDRESS, 0.75)
    send(port, ADDRESS, 7.0)
    send(port, "/liveart/glow/hew", 0.5)
    send(port, ADDRESS, "blue")
    found = {message["judgement"]: message for message in messages(wait_for('"refused"'))}
    assert found["ok"]["value"] == 0.75
    assert found["clipped"]["text"].endswith("clipped to 0..1.")
    assert ADDRESS in found["unknown"]["text"]
    assert "takes a number" in found["refused"]["text"]


def test_watch_understands_what_oscsend_says(
        patch: Patch, watching: Callable[[Patch], Callable[[str], str]]) -> None:
    import subprocess

    program, port = needs("oscsend"), free_port()
    wait_for = watching(replace(patch, osc_port=port))
    wait_for("listening")
    subprocess.run([program, "127.0.0.1", str(port), ADDRESS, "f", "0.125"], check=True)
    assert any(message["value"] == 0.125 for message in messages(wait_for('"ok"')))


def test_watch_shows_the_changes_of_a_liveart_that_plays_already(
        patch: Patch, watching: Callable[[Patch], Callable[[str], str]]) -> None:
    show = Offline(patch)
    playing = OscSource(show.board, port=0, version="9.9.9")
    playing.open(show.board.put_all)
    show.board.watch(playing.changed)
    try:
        wait_for = watching(replace(patch, osc_port=playing.port))
        wait_for("liveart 9.9.9 plays")
        wait_for("/liveart/glow/wave")  # the values as they are come first
        show.board.put(Event(ADDRESS, 0.625, time.monotonic(), "a hand"))
        told = messages(wait_for("0.625"))
        assert any((message["address"], message["value"]) == (ADDRESS, 0.625) for message in told)
    finally:
        playing.close()
        show.close()


def test_a_port_that_another_program_holds_is_told(patch: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liveart.cli.osc_watch._ANSWER", 0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        with pytest.raises(PortError, match="no liveart answers"):
            watch(replace(patch, osc_port=other.getsockname()[1]))
