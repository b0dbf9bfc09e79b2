"""OSC through real sockets: nothing lost, bundles whole, nothing blocks; with liblo's programs on the other side."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from osc_peer import Peer, bundle, make_board, message, playing, wait_for
from parts import needs
from pythonosc.osc_message import OscMessage

from liveart.core.layout import Snapshot
from liveart.core.values import ValueBlock, block_bytes
from liveart.errors import PortError
from liveart.sources import osc_inbox
from liveart.sources.osc import OscSource
from liveart.sources.osc_inbox import Inbox, bound

OPACITY, SEED, VOICES = "/liveart/paint/opacity", "/liveart/paint/seed", "/liveart/paint/voices"


def test_values_of_every_kind_reach_the_board() -> None:
    board = make_board()
    with playing(board) as (source, peer):
        peer.send(OPACITY, ("d", 0.25))
        peer.send(VOICES + "/norm", ("f", 1.0))
        peer.send("/liveart/paint/blend", ("s", "screen"))
        peer.send("/liveart/paint/mirror", ("T", True))
        peer.send("/liveart/paint/strike")
        peer.send("/liveart/paint/strike", ("i", 0))
        assert wait_for(lambda: source.counts()["applied"] == 6)
    now = board.snapshot()
    assert [now[OPACITY], now[VOICES], now["/liveart/paint/blend"], now["/liveart/paint/mirror"]] == [0.25, 8, 2, 1]
    assert now["/liveart/paint/strike"] == 1  # the 0 fired nothing


def test_a_ping_is_answered_to_the_port_it_came_from_or_to_the_one_it_names() -> None:
    with playing(make_board()) as (source, peer):
        other = Peer(source.port)
        peer.send("/liveart/ping")
        peer.send("/liveart/ping", ("i", other.port))
        assert peer.hears("/liveart/pong", "1.2.3")
        assert other.hears("/liveart/pong", "1.2.3")
        other.close()


def test_wrong_values_are_refused_and_clipped_and_the_counters_tell() -> None:
    board = make_board()
    with playing(board) as (source, peer):
        for value in (2.0, float("nan"), float("inf")):
            peer.send(OPACITY, ("f", value))
        peer.send(OPACITY, ("s", "high"))
        peer.send("/liveart/paint/opacty", ("f", 0.5))
        peer.send_bytes(b"\xff" * 60000)
        peer.send("/liveart/ping", ("s", "nine"))
        assert wait_for(lambda: source.counts()["received"] == 7)
        assert wait_for(lambda: source.counts()["refused"] == 5)
        counts = source.counts()
    assert (counts["applied"], counts["clipped"], counts["unknown"]) == (1, 1, 1)
    assert board.snapshot()[OPACITY] == 1.0


def test_a_flood_loses_nothing_and_ends_on_the_last_value() -> None:
    board = make_board("a", "b", "c")
    addresses = [address for address, param in board.layout.entries if param.kind == "float"]
    with playing(board) as (source, peer):
        for n in range(5000):
            peer.send(addresses[n % len(addresses)], ("f", n / 5000))
            if n % 250 == 249:  # a receive buffer of the smallest common size holds about this many
                assert wait_for(lambda sent=n + 1: source.counts()["received"] == sent)
        assert wait_for(lambda: source.counts()["applied"] == 5000)
    last = {addresses[n % len(addresses)]: n / 5000 for n in range(5000)}
    now = board.snapshot()
    assert {address: now[address] for address in addresses} == pytest.approx(last, abs=1e-6)


def test_no_reader_ever_sees_half_a_bundle(fast_switching: None) -> None:
    """A reader of the shared block looks all the time while bundles of fifty addresses come in."""
    board = make_board(*(f"p{n}" for n in range(50)))
    memory = ValueBlock(bytearray(block_bytes(board.layout)), board.layout)
    board.relayout(board.layout, memory)
    seeds = [f"/liveart/p{n}/seed" for n in range(50)]
    torn: list[Snapshot] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            now = memory.read()
            if len({now[address] for address in seeds}) > 1:
                torn.append(now)

    with playing(board) as (source, peer):
        watcher = threading.Thread(target=watch)
        watcher.start()
        for n in range(100):
            peer.send_bytes(bundle(*(message(address, ("f", float(n))) for address in seeds)))
            if n % 10 == 9:
                assert wait_for(lambda sent=n + 1: source.counts()["applied"] == 50 * sent)
        done.set()
        watcher.join()
    assert torn == []


@pytest.fixture
def fast_switching() -> Iterator[None]:
    """Let threads take turns a hundred times as often as usual, so that races show."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(before)


def test_a_bundle_of_the_future_arrives_at_its_time_and_delays_nothing() -> None:
    board = make_board()
    with playing(board) as (source, peer):
        due = time.time() + 0.6
        peer.send_bytes(bundle(message(SEED, ("f", 42.0)), when=due))
        peer.send(OPACITY, ("f", 0.5))
        assert wait_for(lambda: source.counts()["applied"] == 1)
        assert (board.snapshot()[SEED], source.counts()["waiting"]) == (0.0, 1)
        assert wait_for(lambda: board.snapshot()[SEED] == 42.0)
        assert time.time() >= due - 0.05


def test_a_port_in_use_is_refused_with_what_to_do() -> None:
    board = make_board()
    with playing(board) as (source, _), pytest.raises(PortError, match=r"in use.*--osc-port"):
        OscSource(board, port=source.port).open(board.put_all)


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 0), ("127.0.0.1", 70000), ("127.0.0.1", -1)])
def test_an_address_that_can_not_be_had_is_a_port_error(host: str, port: int) -> None:
    board = make_board()
    with pytest.raises(PortError):
        OscSource(board, host, port).open(board.put_all)


def test_the_inbox_is_emptied_in_order_and_holds_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    door = bound("localhost", 0)
    peer = Peer(door.getsockname()[1])
    inbox = Inbox(door)
    for n in range(100):
        peer.send(OPACITY, ("i", n))
    monkeypatch.setattr(osc_inbox, "MAX_HELD", 60 * 100)
    inbox.fill(1.0)
    assert 0 < len(inbox) < 60
    taken = []
    while inbox:
        taken.append(inbox.take())
        inbox.fill(0.0)
    assert [data for data, _, _ in taken] == [message(OPACITY, ("i", n)) for n in range(100)]
    assert all(sender == ("127.0.0.1", peer.port) for _, sender, _ in taken)
    assert [when for _, _, when in taken] == sorted(when for _, _, when in taken)
    peer.close()
    door.close()


def test_the_program_in_the_docs_plays() -> None:
    page = (Path(__file__).parents[1] / "docs" / "osc.md").read_text(encoding="utf-8")
    program = page.split("```python\n")[1].split("```")[0]
    board = make_board()
    with playing(board) as (source, _):
        subprocess.run([sys.executable, "-c", program.replace("9000", str(source.port))], check=True, timeout=60)
        assert wait_for(lambda: source.counts()["applied"] == 2)
    assert (board.snapshot()[OPACITY], board.snapshot()["/liveart/panic"]) == (0.5, 1.0)


def test_it_speaks_over_the_newer_internet_protocol_too() -> None:
    board = make_board()
    source = OscSource(board, "::1", 0)
    try:
        source.open(board.put_all)
    except PortError:
        pytest.skip("this machine has no IPv6 loopback")
    board.watch(source.changed)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as peer:
        peer.bind(("::1", 0))
        peer.settimeout(10.0)
        peer.sendto(message("/liveart/listen", ("i", peer.getsockname()[1])), ("::1", source.port))
        assert OscMessage(peer.recv(65535)).address in board.layout.params
    source.close()


def test_it_opens_and_closes_twice_and_frees_its_port() -> None:
    board = make_board()
    source = OscSource(board, port=0)
    for _ in range(2):
        source.open(board.put_all)
        peer = Peer(source.port)
        applied = source.counts()["applied"]
        peer.send(OPACITY, ("f", 0.5))
        assert wait_for(lambda before=applied: source.counts()["applied"] == before + 1)
        peer.close()
        source.close()
        source.close()


def test_a_fault_in_whoever_takes_the_events_does_not_end_reception() -> None:
    board = make_board()
    said: list[str] = []
    source = OscSource(board, port=0, on_trouble=said.append)
    puts: list[int] = []

    def put(events: list) -> list:
        puts.append(len(events))
        if len(puts) == 1:
            raise ValueError("broken")
        return board.put_all(events)

    source.open(put)
    peer = Peer(source.port)
    peer.send(OPACITY, ("f", 0.5))
    assert wait_for(lambda: source.counts()["refused"] == 1)
    peer.send(OPACITY, ("f", 0.25))
    assert wait_for(lambda: source.counts()["applied"] == 1)
    assert "ValueError: broken" in said[0]
    peer.close()
    source.close()


def test_oscsend_plays_the_board() -> None:
    oscsend = needs("oscsend")
    board = make_board()
    with playing(board) as (source, _):
        for arguments in ([OPACITY, "f", "0.25"], [VOICES, "i", "5"], ["/liveart/paint/blend", "s", "add"],
                          ["/liveart/paint/mirror", "T"], ["/liveart/paint/strike"], [SEED, "d", "12.5"]):
            subprocess.run([oscsend, "127.0.0.1", str(source.port), *arguments], check=True, timeout=20)
        assert wait_for(lambda: source.counts()["applied"] == 6)
    now = board.snapshot()
    assert [now[OPACITY], now[VOICES], now["/liveart/paint/blend"], now["/liveart/paint/mirror"],
            now["/liveart/paint/strike"], now[SEED]] == [0.25, 5, 1, 1, 1, 12.5]


def test_oscdump_hears_the_changes() -> None:
    oscdump, oscsend = needs("oscdump"), needs("oscsend")
    board = make_board()
    with playing(board) as (source, peer):
        free = Peer(source.port)
        free.close()  # its port is free now, and nobody else's
        dump = subprocess.Popen([oscdump, "-L", str(free.port)], stdout=subprocess.PIPE, text=True)
        lines: list[str] = []
        hearer = threading.Thread(target=lambda: lines.extend(dump.stdout or ()))
        hearer.start()

        def hears(text: str) -> bool:
            return any(text in line for line in lines)

        def ask() -> bool:  # until oscdump stands; a listener that is not there yet is forgotten
            subprocess.run([oscsend, "127.0.0.1", str(source.port), "/liveart/listen", "i", str(free.port)],
                           check=True, timeout=20)
            return wait_for(lambda: hears("/liveart/paint/blend s \"mix\""), 1.0)

        assert wait_for(ask, 20.0)
        peer.send(OPACITY, ("f", 0.25))
        assert wait_for(lambda: hears(f"{OPACITY} f 0.25"))
        source.report("the sound device is gone")
        assert wait_for(lambda: hears("/liveart/error s \"the sound device is gone\""))
        dump.terminate()
        hearer.join()
        dump.wait()
        assert dump.stdout is not None
        dump.stdout.close()
