"""Feedback: every change reaches those who listen, coalesced and paced; nobody hears an echo of their own hand."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from osc_peer import FIXED, PARAMS, Peer, make_board, playing, wait_for

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.errors import PortError
from liveart.sources.osc_listeners import DUMP_PER_TICK, ECHO, LIVE_PER_TICK, MAX_LISTENERS, Listeners

OPACITY, SEED = "/liveart/paint/opacity", "/liveart/paint/seed"
HOST = "127.0.0.1"


class Desk:
    """Listeners that are stepped by hand: their thread is told that it runs already."""

    def __init__(self, board: Board) -> None:
        self.board, self.said = board, list[str]()
        self.listeners = Listeners(board, self.said.append)
        self.listeners._start = lambda: None  # type: ignore[method-assign]
        board.watch(self.listeners.changed)
        self.peers: list[Peer] = []

    def join(self, sends_from: int) -> Peer:
        """Return a new peer that listens, registered from a port, with the first dump heard and put away."""
        peer = Peer(1)
        self.peers.append(peer)
        self.listeners.add((HOST, sends_from), peer.port, 9, 2)
        self.listeners.step(0.0)
        peer.hear_out(1)
        peer.heard.clear()
        return peer

    def hear(self, peer: Peer, now: float) -> list[tuple[str, list]]:
        """Step once at `now` and return what the peer hears of it."""
        peer.heard.clear()
        self.listeners.step(now)
        peer.hear_out(1)
        return list(peer.heard)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(make_board())
    yield desk
    for peer in desk.peers:
        peer.close()
    desk.listeners.close()


def put(desk: Desk, address: str, value: float, time: float, origin: str) -> None:
    desk.board.put(Event(address, value, time, origin))


def test_a_new_listener_is_told_all_values_by_kind_but_no_triggers() -> None:
    with playing(make_board()) as (_, peer):
        peer.send("/liveart/listen", ("i", peer.port))
        for address, value in [("/liveart/paint/opacity", 1.0), ("/liveart/paint/voices", 3),
                               ("/liveart/paint/blend", "mix"), ("/liveart/paint/mirror", 0),
                               ("/liveart/paint/speed", 0.25), ("/liveart/freeze", 0)]:
            assert peer.hears(address, value)
        peer.hear_out()
        assert not [address for address, _ in peer.heard if "strike" in address or "panic" in address]
        assert len(peer.heard) == len(PARAMS) + len(FIXED) - 2


def test_a_large_dump_is_paced(desk: Desk) -> None:
    desk.board.relayout(Layout.of([(f"p{n}", PARAMS) for n in range(10)]), None)
    desk.listeners.step(0.0)
    peer = Peer(1)
    desk.peers.append(peer)
    desk.listeners.add((HOST, 5000), peer.port, 9, 2)
    shares = []
    while sum(shares) < 60:
        shares.append(len(desk.hear(peer, len(shares) / 60)))
    assert shares == [DUMP_PER_TICK] * 3


def test_many_changes_within_a_tick_leave_as_the_newest_one(desk: Desk) -> None:
    peer = desk.join(5000)
    for n in range(10):
        put(desk, SEED, float(n), 1.0, "panel")
    put(desk, "/liveart/paint/strike", 1.0, 1.0, "panel")
    assert desk.hear(peer, 1.0) == [(SEED, [9.0]), ("/liveart/paint/strike", [1])]
    assert desk.hear(peer, 1.1) == []


def test_more_changes_than_a_tick_carries_all_arrive_in_turn(desk: Desk) -> None:
    desk.board.relayout(Layout.of([(f"p{n}", PARAMS[:2]) for n in range(40)]), None)
    peer = desk.join(5000)
    for n in range(10):
        desk.hear(peer, n / 60)
    addresses = [address for address, _ in desk.board.layout.entries]
    for address in addresses:
        put(desk, address, 0.5, 1.0, "lfo")
    first, second = desk.hear(peer, 1.0), desk.hear(peer, 1.1)
    assert [address for address, _ in first + second] == addresses
    assert len(first) == LIVE_PER_TICK


def test_a_program_known_by_its_port_never_hears_itself_but_hears_its_neighbour_at_once(desk: Desk) -> None:
    fader, screen = desk.join(5000), desk.join(6000)
    put(desk, OPACITY, 0.25, 1.0, "osc 127.0.0.1:5000")
    assert desk.hear(fader, 1.0) == []
    screen.hear_out(1)
    assert screen.heard[-1:] == [(OPACITY, [0.25])]
    assert desk.hear(fader, 1.0 + ECHO + 0.01) == []
    put(desk, OPACITY, 0.5, 2.0, "osc 127.0.0.1:6000")
    assert desk.hear(fader, 2.0) == [(OPACITY, [0.5])]


def test_another_hand_on_what_it_has_just_moved_is_heard_when_the_hand_rests(desk: Desk) -> None:
    fader = desk.join(5000)
    put(desk, OPACITY, 0.25, 1.0, "osc 127.0.0.1:5000")
    put(desk, OPACITY, 0.75, 1.05, "panel")
    assert desk.hear(fader, 1.1) == []
    assert desk.hear(fader, 1.0 + ECHO + 0.01) == [(OPACITY, [0.75])]


def test_writes_from_other_ports_of_a_listeners_host_are_held_for_a_while(desk: Desk) -> None:
    """A program that opens a new port for each message gets no echo under its hand, only where it came to rest."""
    fader = desk.join(5000)
    put(desk, OPACITY, 0.25, 1.0, "osc 127.0.0.1:7001")
    put(desk, OPACITY, 0.5, 1.1, "osc 127.0.0.1:7002")
    assert desk.hear(fader, 1.1 + ECHO - 0.01) == []
    assert desk.hear(fader, 1.1 + ECHO + 0.01) == [(OPACITY, [0.5])]


def test_writes_from_another_host_are_heard_at_once(desk: Desk) -> None:
    fader = desk.join(5000)
    put(desk, OPACITY, 0.25, 1.0, "osc 127.0.0.11:5000")
    assert desk.hear(fader, 1.0) == [(OPACITY, [0.25])]


def test_a_new_layout_is_told_from_the_start(desk: Desk) -> None:
    peer = desk.join(5000)
    desk.board.relayout(Layout.of([("tide", PARAMS[:2])]), None)
    assert desk.hear(peer, 1.0) == [("/liveart/tide/opacity", [1.0]), ("/liveart/tide/seed", [0.0])]


def test_listeners_hear_reports_and_are_forgotten_on_demand(desk: Desk) -> None:
    first, second = desk.join(5000), desk.join(6000)
    desk.listeners.report("the disk is full")
    assert desk.hear(first, 1.0) == [("/liveart/error", ["the disk is full"])]
    desk.listeners.remove(HOST, second.port)
    assert len(desk.listeners) == 1
    desk.listeners.remove("10.0.0.1")
    assert len(desk.listeners) == 1
    desk.listeners.remove(HOST)
    assert len(desk.listeners) == 0


def test_a_listener_that_is_gone_is_forgotten_and_said(desk: Desk) -> None:
    peer = desk.join(5000)
    peer.close()
    for n in range(100):
        put(desk, SEED, float(n), 1.0, "panel")
        desk.listeners.step(1.0)
        if not len(desk.listeners):
            break
        time.sleep(0.01)  # the system tells of the closed port a little later
    assert len(desk.listeners) == 0
    assert f"/liveart/listen {peer.port}" in desk.said[0]


def test_there_is_an_end_to_how_many_listen(desk: Desk) -> None:
    for port in range(MAX_LISTENERS):
        desk.listeners.add((HOST, 5000), 20000 + port, 9, 2)
    desk.listeners.add((HOST, 5000), 20000, 9, 2)  # one that listens already may ask again
    with pytest.raises(PortError, match="listen already"):
        desk.listeners.add((HOST, 5000), 30000, 9, 2)


def test_liveart_does_not_listen_to_itself() -> None:
    said: list[str] = []
    with playing(make_board(), on_trouble=said.append) as (source, peer):
        peer.send("/liveart/listen", ("i", source.port))
        assert wait_for(lambda: source.counts()["refused"] == 1)
        assert source.counts()["listeners"] == 0
    assert "liveart's own" in said[0]


def test_listen_takes_any_number_as_port_and_zero_ends_it() -> None:
    with playing(make_board()) as (source, peer):
        peer.send("/liveart/listen", ("f", float(peer.port)))
        assert wait_for(lambda: source.counts()["listeners"] == 1)
        peer.send("/liveart/listen", ("i", 0))
        assert wait_for(lambda: source.counts()["listeners"] == 0)
        for wrong in [("s", "9001"), ("f", float("nan")), ("i", 70000), ("T", True), ("N", None)]:
            peer.send("/liveart/listen", wrong)
        assert wait_for(lambda: source.counts()["refused"] == 5)
