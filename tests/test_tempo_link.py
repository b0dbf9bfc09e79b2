"""Link: joins quietly, adopts the others' tempo, and gives its own only where it may."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from boards import layout
from hypothesis import given
from hypothesis import strategies as st
from parts import absent, needs

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.errors import NotInstalled
from liveart.sources.link import ALONE_AFTER, SETTLE, LinkClock, Manners, nearest_in_bar
from liveart.sources.link_ear import CALM, LISTEN, Calm, Word, listen, read_word
from liveart.sources.link_session import LinkView

PD = """#N canvas 0 0 450 300 12;
#X obj 10 60 abl_link~;
#X obj 10 10 loadbang;
#X msg 10 30 connect 1;
#X msg 100 30 \\; pd dsp 1;
#X obj 200 100 print tempo;
#X connect 1 0 2 0;
#X connect 2 0 0 0;
#X connect 1 0 3 0;
#X connect 0 3 4 0;
"""


def scene(*words: str) -> dict[str, Any]:
    """Return what a scene of link_scene.py found, played in a network of its own."""
    needs("ip")
    unshare = needs("unshare")
    try:
        import link  # noqa: F401
    except ImportError:
        absent('LinkPython-extern is not installed: pip install "liveart[link]"')
    if subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        absent("this system does not let us make a network of our own")
    here = Path(__file__).parent
    played = subprocess.run([unshare, "-rn", sys.executable, str(here / "link_scene.py"), *words], text=True,
                            capture_output=True, timeout=120, check=False,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here)])})
    assert played.returncode == 0, played.stderr
    found: dict[str, Any] = json.loads(played.stdout)
    return found


def test_however_often_we_join_nobodys_tempo_changes_and_ours_and_the_bar_are_theirs() -> None:
    found = scene("joins", "5")
    assert (found["lowest"], found["highest"]) == (pytest.approx(111.0, abs=0.001), pytest.approx(111.0, abs=0.001))
    assert found["adopted"] == [True] * 5
    assert found["peers"] == [1] * 5
    assert sorted(found["off_ms"])[2] < 5.0
    assert found["heard"] == pytest.approx(111.0, abs=0.001)


def test_a_hands_tempo_is_given_to_the_others_only_with_leave_and_alone_ours_waits_for_who_comes() -> None:
    found = scene("lead")
    assert found.pop("before") == pytest.approx(111.0, abs=0.001)
    assert found.pop("keeps") == pytest.approx(90.0, abs=0.02)
    assert found.pop("other") == pytest.approx(90.0, abs=0.02)
    assert found == dict.fromkeys(("follows", "leads", "returns", "alone", "own", "joined"), True)


def test_pure_datas_link_is_met_followed_and_led(tmp_path: Path) -> None:
    needs("pd")
    if not Path("/usr/lib/pd/extra/abl_link~").exists():
        absent("abl_link~ is not installed: apt-get install pd-ableton-link")
    (tmp_path / "peer.pd").write_text(PD)
    found = scene("pd", str(tmp_path / "peer.pd"))
    assert (found["began"], found["adopted"], found["peers"], found["led"]) == (True, True, 1, True)
    assert found["seen"] == [120.0]


TEMPI = st.sampled_from([90.0, 111.0, 126.0, 400.0])


@given(st.lists(st.tuples(st.floats(0.01, 0.6), st.integers(0, 2), TEMPI, TEMPI), max_size=60), st.booleans())
def test_a_tempo_is_never_said_to_others_without_leave_or_before_theirs_was_adopted(
        looks: list[tuple[float, int, float, float]], may_lead: bool) -> None:
    manners, now, met, before = Manners(may_lead), 0.0, 0.0, 0
    common: float | None = None  # the tempo that both had at a look
    manners.begin(now)
    for wait, peers, session, show in looks:
        now += wait
        if (peers > 0) != (before > 0):
            met, common = now, None
        before = peers
        deed = manners.judge(now, peers, session, show)
        if peers == 0:
            assert deed == ("place" if now - met >= ALONE_AFTER else "wait")
        elif now - met < SETTLE:
            assert deed == "wait"
        elif deed == "lead":
            assert may_lead
            assert session == common != show != 400.0
            common = show
        else:
            assert deed == "adopt"
            common = session if session == show else common


def test_a_show_that_takes_a_moment_to_adopt_a_tempo_does_not_push_its_old_one() -> None:
    manners = Manners(lead=True)
    manners.begin(0.0)
    manners.judge(1.0, 1, 111.0, 97.0)
    looks = [(111.0, 97.0), (111.0, 111.0), (126.0, 111.0), (126.0, 111.0), (126.0, 126.0), (111.0, 126.0)]
    assert {manners.judge(2.0, 1, session, show) for session, show in looks} == {"adopt"}
    assert manners.judge(2.1, 1, 111.0, 111.0) == "adopt"
    assert manners.judge(2.2, 1, 111.0, 90.0) == "lead"


class FakeSession:
    """A session that shows what the test says, and writes down what is done to it."""

    def __init__(self, bar: float, transport: bool) -> None:
        self.view = LinkView(0.0, 0, 120.0, 0.0, False)
        self.done: list[tuple[Any, ...]] = []

    def enable(self, tempo: float) -> None:
        self.done.append(("enable", tempo))

    def disable(self) -> None:
        self.done.append(("disable",))

    def look(self) -> LinkView:
        return self.view

    def lead(self, tempo: float) -> None:
        self.done.append(("lead", tempo))

    def place(self, tempo: float, beat: float, time: float) -> None:
        self.done.append(("place", tempo, beat, time))


def looks(clock: LinkClock, board: Board, session: FakeSession, *views: LinkView) -> None:
    """Let the clock see these views, one after the other, as its thread would."""
    for view in views:
        session.view = view
        clock._step(session, board.put_all, view)


def test_the_show_moves_to_the_nearest_beat_that_lies_alike_in_the_bar() -> None:
    board = Board(layout(), 0.0, 120.0)
    session, clock = FakeSession(4.0, False), LinkClock(board)
    looks(clock, board, session, LinkView(10.0, 1, 100.0, 3.5, False), LinkView(11.0, 1, 100.0, 3.5, False))
    assert board.snapshot().tempo == 100.0
    assert board.snapshot().beat(11.0) == pytest.approx(23.5)  # it was at 22
    assert session.done == []
    assert [nearest_in_bar(22.0, 3.5, 4.0), nearest_in_bar(-0.2, 3.9, 4.0)] == pytest.approx([23.5, -0.1])


def test_a_nudge_holds_the_show_behind_the_session_together_and_alone() -> None:
    board = Board(layout(), 0.0, 120.0)
    session, clock = FakeSession(4.0, False), LinkClock(board, nudge=50.0)
    looks(clock, board, session, LinkView(10.0, 1, 120.0, 0.0, False), LinkView(11.0, 1, 120.0, 2.0, False))
    assert board.snapshot().beat(11.0) == pytest.approx(21.9)
    looks(clock, board, session, LinkView(12.0, 0, 120.0, 3.0, False), LinkView(20.0, 0, 120.0, 3.0, False))
    (word, tempo, beat, _), = session.done
    assert (word, tempo, beat) == ("place", 120.0, pytest.approx(21.9 + 18.0 + 0.1))


def test_play_in_the_session_counts_in_to_beat_0_if_the_transport_is_wanted() -> None:
    for transport, beat in ((True, -1.0), (False, 23.0)):
        board = Board(layout(), 0.0, 120.0)
        session, clock = FakeSession(4.0, transport), LinkClock(board, transport=transport)
        looks(clock, board, session, LinkView(10.0, 1, 120.0, 0.0, False), LinkView(11.0, 1, 120.0, 2.0, False),
              LinkView(11.5, 1, 120.0, 3.0, True), LinkView(11.6, 1, 120.0, 3.2, True))
        assert board.snapshot().beat(11.5) == pytest.approx(beat)


def test_it_begins_with_the_tempo_that_it_heard_leaves_at_the_end_and_tells_what_it_sees() -> None:
    board = Board(layout(), time.monotonic(), 97.0)
    sessions: list[FakeSession] = []

    def make(bar: float, transport: bool) -> FakeSession:
        sessions.append(FakeSession(bar, transport))
        return sessions[-1]

    clock = LinkClock(board, session=make, ear=lambda closing: 111.0)
    assert clock.state(0.0)["state"] == "joining"
    clock.open(board.put_all)
    sessions[0].view = LinkView(time.monotonic(), 2, 111.0, 0.0, True)
    while clock.state(0.0)["peers"] != 2:
        time.sleep(0.01)
    assert clock.news(0.0) == "Link: 2 peers, 111.0 beats a minute."
    assert (clock.news(0.0), clock.note()) == ("", "Link, 2 peers")
    clock.close()
    clock.close()
    assert (sessions[0].done[0], sessions[0].done[-1]) == (("enable", 111.0), ("disable",))


def test_a_session_that_fails_is_told_and_the_show_goes_on() -> None:
    class Broken(FakeSession):
        def look(self) -> LinkView:
            raise OSError("no network")

    clock = LinkClock(Board(layout(), 0.0, 97.0), session=Broken, ear=lambda closing: None)
    clock.open(lambda events: [])
    said = ""
    while not said:
        said = clock.news(0.0)
        time.sleep(0.01)
    clock.close()
    assert said == "Link: OSError: no network"


def test_without_the_extra_opening_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "link", None)
    with pytest.raises(NotInstalled, match=r"liveart\[link\]"):
        LinkClock(Board(layout(), 0.0, 97.0)).open(lambda events: [])


def message(kind: int = 1, micros: int = 500_000, session: bytes = b"12345678") -> bytes:
    head = b"_asdp_v\x01" + bytes((kind, 5, 0, 0)) + b"peerpeer"
    line = struct.pack(">4sIqqq", b"tmln", 24, micros, 0, 0)
    return head + line + struct.pack(">4sI8s", b"sess", 8, session)


def test_what_peers_say_of_themselves_is_understood_and_all_else_is_left_alone() -> None:
    assert read_word(message()) == Word(b"12345678", 120.0)
    assert read_word(message(kind=3)) == Word(b"", None)
    assert read_word(message(micros=0)) == Word(b"12345678", None)
    for wrong in (b"", b"_asdp_v\x01", b"x" * 107, message(kind=9)):
        assert read_word(wrong) is None


@given(st.binary(max_size=120))
def test_no_datagram_can_upset_the_ear(rest: bytes) -> None:
    word = read_word(b"_asdp_v\x01\x01\x05\x00\x00peerpeer" + rest)
    assert word is not None
    assert word.tempo is None or 20.0 <= word.tempo <= 300.0


def test_it_is_listened_a_second_and_longer_while_others_come_or_go() -> None:
    calm = Calm(10.0)
    calm.hear(Word(b"a", 128.0), 10.2)
    calm.hear(Word(b"a", 128.0), 10.9)
    assert (calm.left(10.9), calm.tempo) == (pytest.approx(LISTEN - 0.9), 128.0)
    calm.hear(Word(b"b", 90.0), 10.95)  # a session that was not there
    assert calm.left(10.95) == pytest.approx(CALM)
    calm.hear(Word(b"", None), 11.5)  # somebody leaves
    assert (calm.left(11.5), calm.tempo) == (pytest.approx(CALM), 90.0)
    for moment in range(12, 40):
        calm.hear(Word(str(moment).encode(), 90.0), float(moment))
    assert calm.left(14.0) <= 0.0  # not for ever


def test_closing_ends_the_listening_at_once() -> None:
    closing = threading.Event()
    closing.set()
    assert listen(closing) is None


def test_a_tempo_from_a_hand_goes_with_the_clock_link_origin_told_apart() -> None:
    board = Board(layout(), 0.0, 120.0)
    session, clock = FakeSession(4.0, False), LinkClock(board, lead=True)
    looks(clock, board, session, LinkView(10.0, 1, 100.0, 0.0, False), LinkView(11.0, 1, 100.0, 2.0, False),
          LinkView(11.05, 1, 100.0, 2.1, False))
    assert board.snapshot().received_ns == 0
    board.put(Event("/liveart/clock/tempo", 140.0, 11.1, "hand"))
    looks(clock, board, session, LinkView(11.2, 1, 100.0, 2.3, False), LinkView(11.3, 1, 140.0, 2.5, False))
    assert session.done == [("lead", 140.0)]
    assert board.snapshot().tempo == 140.0
