"""The panel's server, tried over real loopback connections with a double of the show behind it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import numpy as np
import pytest
from fake_host import GROUPS, PARAMS, FakeHost
from PIL import Image

from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.errors import PortError
from liveart.panel.server import Panel

Work = Callable[[aiohttp.ClientSession], Awaitable[None]]
HUE = "/liveart/paint/hue"


@pytest.fixture
def host() -> Iterator[FakeHost]:
    """A running show."""
    with FakeHost() as fake:
        yield fake


@pytest.fixture
def panel(host: FakeHost) -> Iterator[Panel]:
    """A panel on a free port."""
    served = Panel(host, port=0)
    served.start()
    yield served
    served.stop()


def visit(panel: Panel, work: Work) -> None:
    """Run `work` with a client of the panel, one that keeps cookies."""
    async def run() -> None:
        jar = aiohttp.CookieJar(unsafe=True)  # unsafe: of a host without a name
        async with aiohttp.ClientSession(f"http://127.0.0.1:{panel.port}", cookie_jar=jar) as session:
            await asyncio.wait_for(work(session), 20)
    asyncio.run(run())


async def hear(ws: aiohttp.ClientWebSocketResponse, word: str) -> dict[str, Any]:
    """Return the next message that has `word`."""
    while True:
        message: dict[str, Any] = json.loads(await ws.receive_str())
        if word in message:
            return message


async def hear_value(ws: aiohttp.ClientWebSocketResponse, address: str, number: float) -> None:
    """Wait until `address` is told to be `number`."""
    while (await hear(ws, "values"))["values"].get(address) != pytest.approx(number):
        pass


def test_the_root_is_a_page_for_browsers_and_a_tree_for_programs(panel: Panel) -> None:
    """Who accepts HTML gets the page; all others get the OSCQuery tree, a branch, an attribute or HOST_INFO."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.get("/", headers={"Accept": "text/html,*/*"}) as reply:
            assert reply.content_type == "text/html"
            assert "<title>liveart</title>" in await reply.text()
            assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
        async with session.get("/") as reply:
            tree = await reply.json()
            assert tree["CONTENTS"]["liveart"]["CONTENTS"]["paint"]["CONTENTS"]["hue"]["FULL_PATH"] == HUE
        async with session.get(HUE) as reply:
            assert (await reply.json())["VALUE"] == [0.0]
        async with session.get(f"{HUE}?VALUE") as reply:
            assert await reply.json() == {"VALUE": [0.0]}
        async with session.get("/?HOST_INFO", headers={"Accept": "text/html"}) as reply:
            assert (await reply.json())["OSC_PORT"] == 9000
        for path, status in ((f"{HUE}?NONSENSE", 400), ("/liveart/paint/hui", 404), ("/panel/none.js", 404),
                             ("/panel/..%2fserver.py", 404)):
            async with session.get(path) as reply:
                assert reply.status == status, path
    visit(panel, work)


def test_every_file_that_the_page_names_is_served(panel: Panel) -> None:
    """Scripts come as JavaScript whatever the system's registry says, and imports lead to files that exist."""
    async def work(session: aiohttp.ClientSession) -> None:
        todo, seen = [*(f"{name}.css" for name in ("style", "stage", "controls", "cues", "hands")), "main.js",
                      "sound-worklet.js"], set()
        while todo:
            name = todo.pop()
            async with session.get(f"/panel/{name}") as reply:
                assert reply.status == 200, name
                assert reply.content_type == ("text/css" if name.endswith("css") else "text/javascript")
                text = await reply.text()
            seen.add(name)
            found = {line.split("'./")[1].split("'")[0] for line in text.splitlines() if line.startswith("import")}
            todo += found - seen
        assert {"link.js", "values.js", "scale.js", "pad.js", "cuerow.js", "learn.js", "notes.js", "sort.js"} <= seen
    visit(panel, work)


def test_a_page_is_told_everything_and_moves_a_value(host: FakeHost, panel: Panel) -> None:
    """Declarations, values and status come on connect; a put reaches the board; all pages see it."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as one, session.ws_connect("/ws") as other:
            first = await hear(one, "layout")
            assert [group["name"] for group in first["layout"]["groups"]][:2] == ["journey", "paint"]
            assert first["values"]["/liveart/clock/tempo"] == 96.0
            assert first["status"]["patch"] == "tide"
            await one.send_str(json.dumps({"put": [[HUE, 0.25], ["/liveart/paint/opacity/norm", 0.5]]}))
            await hear_value(other, HUE, 0.25)
            assert host.board.snapshot()["/liveart/paint/opacity"] == 0.5
            assert host.changes[0].origin == "panel 127.0.0.1"
            await one.send_str('{"ping": 12.5}')
            assert (await hear(one, "pong"))["pong"] == 12.5
            assert len((await hear(one, "levels"))["levels"]) == 2
    visit(panel, work)


def test_other_hands_are_seen_and_a_new_layout_is_declared(host: FakeHost, panel: Panel) -> None:
    """What OSC moves arrives as a value; a swapped model brings its own controls."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as ws:
            await hear(ws, "layout")
            host.board.put(Event("/liveart/cycles/pitch", 440.0, time.monotonic(), "osc"))
            await hear_value(ws, "/liveart/cycles/pitch", 440.0)
            host.board.relayout(Layout.of(PARAMS[:5]), None)
            again = await hear(ws, "layout")
            assert [group["name"] for group in again["layout"]["groups"]][:2] == ["journey", "paint"]
            assert "/liveart/cycles/pitch" not in again["values"]
    visit(panel, work)


def test_wrong_messages_are_answered_and_the_line_stays(host: FakeHost, panel: Panel) -> None:
    """Nonsense gets a sentence, refused values their verdict, and the page can go on."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as ws:
            for text, sentence in (("{", "no JSON"), ('{"put": 1}', "list of"), ('{"shout": 1}', "knows no")):
                await ws.send_str(text)
                assert sentence in (await hear(ws, "error"))["error"]
            await ws.send_str('{"put": [["/liveart/paint/hui", 1], ["/liveart/paint/hue", NaN], '
                              '["/liveart/paint/hue", 7], ["/liveart/paint/hue", "red"]]}')
            verdicts = (await hear(ws, "verdicts"))["verdicts"]
            assert [one["judgement"] for one in verdicts] == ["unknown", "refused", "clipped", "refused"]
            assert HUE in verdicts[0]["text"]
            await ws.send_bytes(b"\x00\x01")
            await ws.send_str(json.dumps({"put": [[HUE, 0.5]]}))
            await hear_value(ws, HUE, 0.5)
    visit(panel, work)


def test_recording_answers_with_a_sentence(host: FakeHost, panel: Panel) -> None:
    """Also when it can't be done."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as ws:
            await ws.send_str('{"record": true}')
            assert "take-01" in (await hear(ws, "notice"))["notice"]
            await ws.send_str('{"record": true}')
            assert "disk full" in (await hear(ws, "error"))["error"]
            await ws.send_str('{"record": false}')
            assert "saved" in (await hear(ws, "notice"))["notice"]
    visit(panel, work)


def test_pictures_come_one_for_each_that_is_asked_for(host: FakeHost, panel: Panel) -> None:
    """A JPEG of the asked width comes for each message, none unasked; frames are wanted only while somebody looks."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/picture?w=128") as ws:
            frames = []
            for asked in ("ok", "64", "4000"):
                await ws.send_str(asked)
                frames.append(await ws.receive_bytes())
            assert [Image.open(io.BytesIO(frame)).size for frame in frames] == [(128, 128), (64, 64), (256, 256)]
            with pytest.raises(TimeoutError):
                await ws.receive(timeout=0.3)
            assert host.watched == [True]
        async with session.get("/preview.jpg?w=64") as reply:
            assert reply.content_type == "image/jpeg"
            image = np.asarray(Image.open(io.BytesIO(await reply.read())))
            assert image.shape == (64, 64, 3)
            assert image.std() > 5
        assert host.watched[-1] is False
    visit(panel, work)


def test_no_picture_yet_is_said(host: FakeHost, panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single frame that does not come is a 503 with a sentence, not an endless wait."""
    monkeypatch.setattr(host, "preview", lambda last_index: None)

    async def work(session: aiohttp.ClientSession) -> None:
        async with session.get("/preview.jpg") as reply:
            assert reply.status == 503
            assert "no picture" in (await reply.json())["error"]
    visit(panel, work)


def test_sound_comes_as_the_show_makes_it(panel: Panel) -> None:
    """First the rate, then int16 stereo: the double's 220 Hz sine, unbroken."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/sound") as ws:
            assert json.loads(await ws.receive_str()) == {"rate": 48000, "channels": 2}
            pcm = b""
            while len(pcm) < 4 * 9600:
                pcm += await ws.receive_bytes()
        sound = np.frombuffer(pcm, "<i2").reshape(-1, 2)[:9600] / 32768
        spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
        assert np.argmax(spectrum) * 48000 / len(sound) == pytest.approx(220, abs=5)
        assert np.abs(np.diff(sound[:, 0])).max() < 0.015
        assert np.abs(sound[:, 1]).max() == pytest.approx(0.7 * np.abs(sound[:, 0]).max(), rel=0.02)
    visit(panel, work)


def test_a_flood_from_one_page_and_a_deaf_one_hold_up_nobody(host: FakeHost, panel: Panel) -> None:
    """The last value of 3,000 wins, while a page that never reads is simply left behind."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as loud, session.ws_connect("/ws") as calm:
            _, writer = await asyncio.open_connection("127.0.0.1", panel.port, limit=1024)
            writer.write(b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                         b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
            await hear(calm, "layout")
            for n in range(3000):
                await loud.send_str(json.dumps({"put": [[HUE, (n + 1) / 3000]]}))
            await hear_value(calm, HUE, 1.0)
            assert len(host.changes) == 3000
            async with session.get("/api/status") as reply:
                assert (await reply.json())["fps"] == 59.9
            writer.close()
    visit(panel, work)


def test_strangers_and_other_sites_are_turned_away(panel: Panel) -> None:
    """A rebound name, a foreign page's WebSocket and its plain requests all get 403."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.get("/api/status", headers={"Host": "evil.example"}) as reply:
            assert reply.status == 403
            assert "localhost" in (await reply.json())["error"]
        for path in ("/ws", "/picture", "/sound"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(path, origin="http://evil.example")
            assert refused.value.status == 403
        async with session.ws_connect("/ws", origin=f"http://127.0.0.1:{panel.port}") as ws:
            await hear(ws, "layout")
    visit(panel, work)


def test_an_open_panel_asks_for_its_token(host: FakeHost) -> None:
    """Bound to a network it makes a token; the printed URL leads in and then a cookie does; a wrong one does not."""
    panel = Panel(host, address="0.0.0.0", port=0)
    panel.start()
    token = panel.url.split("token=")[1]

    async def work(session: aiohttp.ClientSession) -> None:
        html = {"Accept": "text/html"}
        async with session.get("/", headers=html) as reply:
            assert reply.status == 401
            assert 'name="token"' in await reply.text()
        for path in ("/", "/api/status", HUE, "/preview.jpg", "/panel/main.js", "/api/status?token=wrong"):
            async with session.get(path) as reply:
                assert reply.status == 401, path
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect("/ws")
        async with session.get("/api/status", headers={"Authorization": f"Bearer {token}"}) as reply:
            assert reply.status == 200
        async with session.get(f"{HUE}?token={token}") as reply:
            assert (await reply.json())["VALUE"] == [0.0]
        async with session.get(f"/?token={token}", headers=html) as reply:
            assert reply.status == 200
            assert str(reply.url).endswith("/")
        async with session.ws_connect("/ws") as ws:
            await hear(ws, "layout")
    try:
        visit(panel, work)
    finally:
        panel.stop()


def test_a_port_in_use_is_named(host: FakeHost, panel: Panel) -> None:
    """The error tells which port and which flag chooses another; the first panel goes on."""
    with pytest.raises(PortError, match=rf"port {panel.port} .*--panel-port"):
        Panel(host, port=panel.port).start()
    assert panel.url == f"http://127.0.0.1:{panel.port}/"


def test_stop_closes_the_pages_and_the_thread(host: FakeHost) -> None:
    """Open pages are told, the thread is gone, a second stop and a new start are fine."""
    panel = Panel(host, port=0)
    panel.start()

    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as ws, session.ws_connect("/sound"), session.ws_connect("/picture"):
            await hear(ws, "layout")
            await asyncio.to_thread(panel.stop)
            while (message := await ws.receive()).type != aiohttp.WSMsgType.CLOSE:
                assert message.type != aiohttp.WSMsgType.CLOSED
            assert message.data == 1001
    visit(panel, work)
    panel.stop()
    assert "panel" not in [thread.name for thread in threading.enumerate()]
    panel.start()
    panel.stop()


def test_the_doubles_groups_all_have_controls() -> None:
    """The double is a fair one: each group that it names is in its layout."""
    assert {group["name"] for group in GROUPS} <= {name for name, _ in PARAMS}
