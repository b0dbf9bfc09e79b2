"""What comes by OSC and is no param: notes, cues, the beat, a position, foreign addresses. None of it is lost."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live_shows import running
from own_parts import PATCH, write_patch
from pythonosc.osc_message_builder import OscMessageBuilder

from liveart.errors import PatchError
from liveart.show.conductor import Conductor
from liveart.show.patch_file import read_patch

EXTRA = '''
[players.keys]
generator = "wavetable"

[cues.one]
morph = 0
values = { "field/level" = 1.0 }

[[bindings]]
control = "/pad/1"
device = "osc"
target = "field/opacity"
'''


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Conductor]:
    with running(write_patch(tmp_path, EXTRA)) as conductor:
        yield conductor


def send(show: Conductor, address: str, value: Any) -> None:
    builder = OscMessageBuilder(address)
    builder.add_arg(value)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.sendto(builder.build().dgram, ("127.0.0.1", show.osc.port))


def until(show: Conductor, done: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20.0
    while not done():
        assert time.monotonic() < limit, "it did not happen in time"
        show.tick()
        time.sleep(0.005)


def test_every_note_of_a_quick_melody_arrives(show: Conductor) -> None:
    told: list[tuple[str, float]] = []
    show.board.watch(lambda changes: told.extend((change.address, change.number) for change in changes))
    for _ in range(10):
        send(show, "/liveart/keys/note/60", 0.5)
        send(show, "/liveart/keys/note/60", 0.0)
    until(show, lambda: len(told) == 20)
    assert [number for _, number in told] == [0.5, 0.0] * 10
    assert show.osc.counts()["unknown"] == 0


def test_cues_the_beat_and_positions_arrive_each_time(show: Conductor) -> None:
    for beat in (8.0, 16.0, 32.0):
        send(show, "/liveart/clock/beat", beat)
    send(show, "/liveart/journey/speed/position", 3.0)
    for _ in range(3):
        send(show, "/liveart/cue/one", 1)
    send(show, "/liveart/cue", "one")
    until(show, lambda: show.osc.counts()["applied"] == 8)
    assert show.board.snapshot()["/liveart/field/level"] == 1.0
    assert show.board.snapshot().beat(time.monotonic()) >= 32.0


def test_a_foreign_fader_that_is_bound_loses_nothing_and_an_unbound_one_is_unknown(show: Conductor) -> None:
    for step in range(101):
        send(show, "/pad/1", 1.0 - step / 200)
    send(show, "/pad/2", 0.5)
    until(show, lambda: show.osc.counts()["unknown"] == 1)
    until(show, lambda: show.board.snapshot()["/liveart/field/opacity"] == pytest.approx(0.5, abs=1e-3))
    assert show.osc.counts()["received"] == 102


def test_a_foreign_fader_that_sends_nonsense_moves_nothing(show: Conductor) -> None:
    send(show, "/pad/1", float("nan"))
    until(show, lambda: show.osc.counts()["refused"] == 1)
    assert show.board.snapshot()["/liveart/field/opacity"] == 1.0


def test_an_output_to_the_shows_own_port_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    text = write_patch(tmp_path, f'[[outputs]]\nkind = "osc"\nport = {port}\n',
                       PATCH.replace("[osc]\nport = 0", f"[osc]\nport = {port}"))
    conductor = Conductor(read_patch(text), "test")
    with pytest.raises(PatchError, match="play itself"):
        conductor.start()
