"""OSCQuery over the WebSocket: an independent client follows, writes, and is told what comes and goes.

`python tests/test_oscquery_listen.py` measures: how long a tree of 500 params takes over HTTP, and how long after a
change on the board a client that listens has it.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import pytest
from fake_host import PARAMS, FakeHost
from osc_peer import wait_for
from oscquery_client import Client, bundle, discover, encode, leaves

from liveart.core.board import Verdict
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param, Value
from liveart.panel import announce
from liveart.panel.announce import OSC, OSCQUERY, Announcement
from liveart.panel.listen import MOST_CLIENTS
from liveart.panel.server import Panel

HUE = "/liveart/paint/hue"
Work = Callable[[Client], Awaitable[None]]


@pytest.fixture
def host() -> FakeHost:
    """A show."""
    return FakeHost()


@pytest.fixture
def panel(host: FakeHost) -> Iterator[Panel]:
    """Its panel, on a free port."""
    served = Panel(host, port=0)
    served.start()
    yield served
    served.stop()


def visit(panel: Panel, work: Work, token: str = "") -> None:
    """Run `work` with an OSCQuery client of the panel."""
    async def run() -> None:
        async with Client("127.0.0.1", panel.port, token) as client:
            await asyncio.wait_for(work(client), 30)
    asyncio.run(run())


def put(host: FakeHost, address: str, value: Value, origin: str = "osc 127.0.0.1:5") -> None:
    """Move a value as another hand would."""
    host.put([Event(address, value, time.monotonic(), origin)])


def test_host_info_names_the_websocket_and_what_is_served(panel: Panel) -> None:
    async def work(client: Client) -> None:
        info = await client.get("/?HOST_INFO")
        assert (info["NAME"], info["OSC_IP"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == (
            "liveart", "127.0.0.1", 9000, "UDP")
        assert (info["WS_IP"], info["WS_PORT"]) == ("127.0.0.1", panel.port)
        assert all(info["EXTENSIONS"][word] for word in ("LISTEN", "PATH_ADDED", "PATH_REMOVED", "PATH_CHANGED"))
        assert not info["EXTENSIONS"]["PATH_RENAMED"]
    visit(panel, work)


def test_listen_brings_the_present_value_and_then_each_change_in_the_type_of_the_tree(
        host: FakeHost, panel: Panel) -> None:
    moves: list[tuple[str, Value, Value, str, Value]] = [
        (HUE, 0.0, 0.25, "f", 0.25), ("/liveart/paint/seed", 7, 12, "i", 12),
        ("/liveart/paint/blend", "normal", "add", "s", "add"), ("/liveart/paint/mirror", True, 0, "F", False),
        ("/liveart/journey/speed", 0.25, -1.0, "f", -1.0)]

    async def work(client: Client) -> None:
        tree = leaves(await client.get("/"))
        for address, before, value, tag, after in moves:
            await client.command("LISTEN", address)
            first = await client.packet()
            assert (first[0], first[2]) == (address, pytest.approx(before))
            assert first[1] == tree[address]["TYPE"]
            put(host, address, value)
            assert await client.packet() == (address, tag, after)
        await client.command("LISTEN", "/liveart/veil/burst")
        assert await client.quiet(0.1)  # a trigger has no present value
        put(host, "/liveart/veil/burst", 1)
        assert await client.packet() == ("/liveart/veil/burst", "I", None)
    visit(panel, work)


def test_in_the_midst_of_a_morph_the_value_is_the_one_on_its_way(host: FakeHost, panel: Panel) -> None:
    host.board.recall({HUE: 1.0}, Event("/liveart/cue", "dawn", time.monotonic(), "test"), beats=4000.0)

    async def work(client: Client) -> None:
        await client.command("LISTEN", HUE)
        assert 0.0 <= (await client.packet())[2] < 0.1
        assert (await client.get(f"{HUE}?VALUE"))["VALUE"][0] < 0.1
    visit(panel, work)


def test_after_ignore_nothing_comes_and_what_nobody_follows_is_not_sent(host: FakeHost, panel: Panel) -> None:
    async def work(client: Client) -> None:
        await client.command("LISTEN", HUE)
        await client.packet()
        put(host, "/liveart/paint/opacity", 0.3)
        await client.command("IGNORE", HUE)
        await client.command("IGNORE", HUE)
        await client.command("IGNORE", "/liveart/gone")
        await client.command("LISTEN", "/liveart/cycles/gain")
        assert (await client.packet())[0] == "/liveart/cycles/gain"  # so the ignores were read
        put(host, HUE, 0.5)
        assert await client.quiet(0.2)
        assert not client.words
    visit(panel, work)


def test_a_flood_is_coalesced_and_the_newest_value_comes_last(host: FakeHost, panel: Panel) -> None:
    async def work(client: Client) -> None:
        await client.command("LISTEN", HUE)
        await client.packet()
        await asyncio.to_thread(lambda: [put(host, HUE, number / 3000) for number in range(1, 3001)])
        heard = [await client.packet()]
        while not await client.quiet(0.3):
            heard += client.packets
            client.packets.clear()
        assert heard[-1] == (HUE, "f", 1.0)
        assert len(heard) < 1500
        assert [value for _, _, value in heard] == sorted(value for _, _, value in heard)
    visit(panel, work)


def test_a_binary_frame_is_applied_like_osc_and_not_echoed_but_told_to_others(host: FakeHost, panel: Panel) -> None:
    async def work(client: Client) -> None:
        async with Client("127.0.0.1", panel.port) as other:
            for each in (client, other):
                await each.command("LISTEN", HUE)
                await each.packet()
            await client.write(encode(HUE, "f", 0.75))
            assert await other.packet() == (HUE, "f", 0.75)
            assert host.board.snapshot()[HUE] == 0.75
            assert host.changes[-1].origin.startswith("oscquery 127.0.0.1:")
            assert await client.quiet(0.4)
            await other.write(bundle(encode(HUE, "i", 1), encode("/liveart/paint/blend", "s", "screen"),
                                     encode("/liveart/{paint,veil}/opacity/norm", "f", 0.5)))
            assert await client.packet() == (HUE, "f", 1.0)
            snapshot = host.board.snapshot()
            assert snapshot["/liveart/paint/blend"] == 2.0
            assert snapshot["/liveart/veil/opacity"] == 0.5
    visit(panel, work)


def test_a_value_that_was_clipped_is_told_to_who_wrote_it_after_a_while(host: FakeHost, panel: Panel) -> None:
    async def work(client: Client) -> None:
        await client.command("LISTEN", HUE)
        await client.packet()
        await client.write(encode(HUE, "f", 3.0))
        assert await client.quiet(0.1)
        assert await client.packet() == (HUE, "f", 1.0)
    visit(panel, work)


def test_a_hand_elsewhere_waits_only_while_this_client_moves_the_same_address(host: FakeHost, panel: Panel) -> None:
    async def work(client: Client) -> None:
        await client.command("LISTEN", HUE)
        await client.packet()
        await client.write(encode(HUE, "f", 0.5))
        await client.write(encode("/liveart/ping"))
        assert await client.packet() == ("/liveart/pong", "s", "0.1.0")
        put(host, HUE, 0.9)
        assert (await client.packet())[2] == pytest.approx(0.9)
    visit(panel, work)


@pytest.mark.parametrize(("text", "words"), [
    ("{", "no JSON"), ("[" * 5000, "no JSON"), ("[]", "COMMAND and DATA"), ("null", "COMMAND and DATA"),
    ('{"COMMAND": "LISTEN"}', "COMMAND and DATA"), ('{"COMMAND": "LISTEN", "DATA": 5}', "COMMAND and DATA"),
    ('{"COMMAND": "LISTN", "DATA": "/liveart/paint/hue"}', 'Did you mean "LISTEN"?'),
    ('{"COMMAND": "LISTEN", "DATA": "/liveart/paint"}', "is a container"),
    ('{"COMMAND": "IGNORE", "DATA": "/"}', "is a container"),
    ('{"COMMAND": "LISTEN", "DATA": "/liveart/ping"}', "no value to follow"),
    ('{"COMMAND": "LISTEN", "DATA": "/liveart/paint/hui"}', 'Did you mean "/liveart/paint/hue"?')],
    ids=["half", "deep", "a list", "null", "no data", "a number", "a wrong word", "a container", "the root", "a word",
         "a typing error"])
def test_nonsense_gets_a_word_back_and_the_line_stays(panel: Panel, text: str, words: str) -> None:
    async def work(client: Client) -> None:
        await client.text(text)
        assert words in (await client.word())["ERROR"]
        await client.command("LISTEN", HUE)
        assert (await client.packet())[0] == HUE
    visit(panel, work)


@pytest.mark.parametrize(("packet", "words"), [
    (b"", "no OSC"), (b"\0\1\2", "no OSC"), (encode(HUE, "f", 0.5)[:-1], "multiple of 4"),
    (encode(HUE, "s", "red"), "takes a number"), (encode(HUE, "f", float("nan")), "can't be nan"),
    (encode("/liveart/paint/hui", "f", 0.5), "unknown address"), (encode("/liveart/listen", "i", 9), "is for UDP"),
    (encode("/liveart/paint/[", "f", 0.5), "not closed")],
    ids=["nothing", "garbage", "cut", "a word", "no number", "unknown", "listen", "half a pattern"])
def test_packets_that_can_not_be_applied_get_a_word_back(
        host: FakeHost, panel: Panel, packet: bytes, words: str) -> None:
    async def work(client: Client) -> None:
        await client.write(packet)
        assert words in (await client.word())["ERROR"]
        assert host.board.snapshot()[HUE] == 0.0
    visit(panel, work)


def test_a_swapped_model_is_told_by_its_paths_and_its_values_come_anew(host: FakeHost, panel: Panel) -> None:
    """A branch that came or went as a whole is named once; a value that stays is told again."""
    paint = [*PARAMS[4][1], Param("crack", 0.5)]
    speed = ("journey", [*PARAMS[3][1][:2], Param("speed", 1.0, -8.0, 8.0, kind="rate")])
    extra = ("haze", [Param("depth", 0.1), Param("drift", 0.2)])

    async def work(client: Client) -> None:
        for address in (HUE, "/liveart/veil/opacity"):
            await client.command("LISTEN", address)
            await client.packet()
        host.board.relayout(Layout.of([*PARAMS[:3], speed, ("paint", paint), PARAMS[6], extra]), None)
        told = [await client.word() for _ in range(4)]
        assert [(word["COMMAND"], word["DATA"]) for word in told] == [
            ("PATH_REMOVED", "/liveart/veil"), ("PATH_ADDED", "/liveart/haze"),
            ("PATH_ADDED", "/liveart/paint/crack"), ("PATH_CHANGED", "/liveart/journey/speed")]
        assert await client.packet() == (HUE, "f", 0.0)
        assert (await client.get("/liveart/haze/depth?VALUE")) == {"VALUE": [0.1]}
        await client.command("LISTEN", "/liveart/haze/depth")
        assert (await client.packet())[0] == "/liveart/haze/depth"
        put(host, HUE, 0.5)
        assert await client.packet() == (HUE, "f", 0.5)
    visit(panel, work)


def test_notes_are_in_the_tree_for_writing_and_have_nothing_to_follow(host: FakeHost, panel: Panel) -> None:
    keys = ("keys", [Param("note", kind="notes", help="plays")])
    host.board.relayout(Layout.of([*PARAMS, keys]), None)

    async def work(client: Client) -> None:
        node = await client.get("/liveart/keys/note")
        assert (node["TYPE"], node["ACCESS"], "VALUE" in node) == ("f", 2, False)
        assert "/liveart/keys/note/60" in node["DESCRIPTION"]
        await client.command("LISTEN", "/liveart/keys/note")
        assert "no value to follow" in (await client.word())["ERROR"]
    visit(panel, work)


def test_what_is_no_param_reaches_the_show_each_time(
        host: FakeHost, panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note goes down and up within a moment; a cue is recalled by its name."""
    came: list[tuple[str, Value]] = []

    def take(events: list[Event]) -> list[Verdict]:
        came.extend((event.address, event.value) for event in events)
        return [Verdict(event, "ok") for event in events]

    monkeypatch.setattr(host, "put", take)

    async def work(client: Client) -> None:
        for value in (0.8, 0.0, 0.5, 0.0):
            await client.write(encode("/liveart/keys/note/60", "f", value))
        await client.write(encode("/liveart/cue", "s", "dawn"))
        await client.write(encode("/liveart/ping"))
        await client.packet()
        assert [pytest.approx(0.8), 0.0, 0.5, 0.0, "dawn"] == [value for _, value in came]
    visit(panel, work)


def test_a_client_that_never_reads_gets_the_newest_later_and_holds_up_nobody(host: FakeHost, panel: Panel) -> None:
    async def work(client: Client) -> None:
        deaf = socket.create_connection(("127.0.0.1", panel.port))
        deaf.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                     b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
        text = f'{{"COMMAND": "LISTEN", "DATA": "{HUE}"}}'.encode()
        deaf.sendall(bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text)  # masked with zeros
        await client.command("LISTEN", HUE)
        await client.packet()
        for number in range(1, 60):
            put(host, HUE, number / 60)
            assert (await client.packet())[2] == pytest.approx(number / 60)
        deaf.close()
    visit(panel, work)


def test_strangers_and_a_wrong_token_are_turned_away(host: FakeHost, panel: Panel) -> None:
    async def work(client: Client) -> None:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{panel.port}") as session:
            for path in ("/", HUE):
                for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
                    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                        await session.ws_connect(path, headers=headers)
                    assert refused.value.status == 403
            async with session.ws_connect(HUE):
                pass
    visit(panel, work)
    guarded = Panel(host, address="0.0.0.0", port=0)
    guarded.start()

    async def inside(client: Client) -> None:
        await client.command("LISTEN", HUE)
        assert (await client.packet())[0] == HUE
    try:
        with pytest.raises(aiohttp.ClientResponseError):
            visit(guarded, inside)
        visit(guarded, inside, guarded.url.partition("token=")[2])
    finally:
        guarded.stop()


def test_there_is_room_for_so_many_clients_and_no_more(panel: Panel) -> None:
    async def work(client: Client) -> None:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{panel.port}") as session:
            others = [await session.ws_connect("/") for _ in range(MOST_CLIENTS - 1)]
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect("/")
            for other in others:
                await other.close()
    visit(panel, work)


def test_a_board_that_outlives_its_panel_is_not_disturbed(host: FakeHost) -> None:
    panel = Panel(host, port=0)
    panel.start()

    async def work(client: Client) -> None:
        await client.command("LISTEN", HUE)
        await client.packet()
        await asyncio.to_thread(panel.stop)
        with pytest.raises(ConnectionError):
            await client.packet()
    visit(panel, work)
    put(host, HUE, 0.5)
    assert host.board.snapshot()[HUE] == 0.5


def test_a_show_is_found_by_its_announcement_on_loopback_and_is_gone_when_it_ends(panel: Panel) -> None:
    """The second show of a machine gets a name of its own; the client needs nothing but the announcement."""
    said: list[str] = []
    name = f"liveart-test-{panel.port}"
    first = Announcement(("127.0.0.1", panel.port), ("127.0.0.1", 9000), said.append, name)
    second = Announcement(("localhost", 1), ("127.0.0.1", 2), said.append, name)
    try:
        first.start()
        assert first.wait(30)
        second.start()
        assert wait_for(lambda: second.name == f"{name}-2")
        assert (first.name, said) == (name, [])
        found = {each.name: each for each in discover(name=name)}
        assert (found[name].host, found[name].port) == ("127.0.0.1", panel.port)
        assert {each.name: each.port for each in discover(OSC, name=name)}[name] == 9000

        async def work(client: Client) -> None:
            await client.command("LISTEN", HUE)
            assert await client.packet() == (HUE, "f", 0.0)
        visit(panel, work)
        first.close()
        assert name not in [each.name for each in discover(OSCQUERY, seconds=1.5)]
    finally:
        first.close()
        second.close()


def test_what_can_not_be_announced_is_said_and_the_show_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(where: str) -> None:
        raise OSError(1, "multicast is not allowed")

    monkeypatch.setattr(announce, "_open", fail)
    said: list[str] = []
    announcement = Announcement(("127.0.0.1", 8321), ("127.0.0.1", 9000), said.append)
    announcement.start()
    assert announcement.wait(10)
    announcement.close()
    announcement.close()
    assert len(said) == 1
    assert "multicast is not allowed" in said[0]
    assert "Type in its address" in said[0]
