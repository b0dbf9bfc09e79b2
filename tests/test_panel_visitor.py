"""What pages say of hands and cues, over real loopback connections: done, told to all, refused, let go of."""

from __future__ import annotations

import asyncio
import json
import time

import aiohttp
from fake_host import FakeHost
from test_panel import HUE, hear, host, panel, visit

from liveart.panel.server import Panel

__all__ = ["host", "panel"]


def test_every_page_is_told_of_hands_and_cues_once_and_when_they_change(host: FakeHost, panel: Panel) -> None:
    """What one page learns, binds and stores, the other sees; what stays the same is not said again."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as one, session.ws_connect("/ws") as other:
            for ws in (one, other):
                first = await hear(ws, "hands")
                assert first["hands"]["bindings"] == first["cues"]["cues"] == []
            await one.send_str(json.dumps({"learn": HUE}))
            assert (await hear(other, "hands"))["hands"]["learning"] == HUE
            host.controller.wiggle("note 36")
            while not (bindings := (await hear(other, "hands"))["hands"]["bindings"]):
                pass
            assert (bindings[0]["control"], bindings[0]["address"]) == ("note 36", HUE)
            await other.send_str('{"bind": [0, {"action": "toggle"}]}')
            for ws in (one, other):
                while [row["action"] for row in (await hear(ws, "hands"))["hands"]["bindings"]] != ["toggle"]:
                    pass
            await one.send_str('{"cue": {"store": "dawn"}}')
            assert "dawn" in (await hear(one, "notice"))["notice"]
            assert (await hear(other, "cues"))["cues"]["list"] == ["dawn"]
            quiet = time.monotonic() + 0.5
            while time.monotonic() < quiet:
                message = json.loads(await other.receive_str())
                assert not {"hands", "cues"} & set(message)
    visit(panel, work)


def test_what_hands_and_cues_refuse_is_answered(host: FakeHost, panel: Panel) -> None:
    """A binding that is not there, a setting that makes no sense, an unknown cue: each a sentence, the line stays."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as ws:
            for asked, sentence in (({"unbind": 3}, "binding"), ({"undo_bind": True}, "taken back"),
                                    ({"bind": [0, {"takeover": "jump"}]}, "binding"),
                                    ({"cue": {"delete": "dawn"}}, "no cue"), ({"cue": {"store": "no way"}}, "no way"),
                                    ({"learn": "/"}, "/")):
                await ws.send_str(json.dumps(asked))
                assert sentence in (await hear(ws, "error"))["error"], asked
            await ws.send_str('{"put": [["/liveart/cue/storm", 1]]}')
            assert "no cue" in (await hear(ws, "verdicts"))["verdicts"][0]["text"]
            await ws.send_str('{"ping": 1}')
            await hear(ws, "pong")
    visit(panel, work)


def test_keys_and_notes_that_a_page_held_end_with_it(host: FakeHost, panel: Panel) -> None:
    """A page that goes without a word leaves no key down and no note hanging."""
    note = "/liveart/cycles/note/60"

    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as ws:
            await ws.send_str('{"key": ["g", true]}')
            await ws.send_str('{"key": ["h", true]}')
            await ws.send_str('{"key": ["h", false]}')
            await ws.send_str(json.dumps({"put": [[note, 0.7], [f"{note[:-2]}64", 0.5], [f"{note[:-2]}64", 0]]}))
            await ws.send_str('{"ping": 1}')
            await hear(ws, "pong")
        ended = time.monotonic() + 10
        while host.controller.keys[-1] != ("g", False) or host.played[-1] != (note, 0.0):
            assert time.monotonic() < ended
            await asyncio.sleep(0.02)
        assert len(host.controller.keys) == 4
        assert len(host.played) == 4
    visit(panel, work)


def test_what_a_page_wanted_to_learn_is_called_off_when_it_goes(host: FakeHost, panel: Panel) -> None:
    """Else the next knob that somebody turns would be bound; what another page waits for goes on."""
    async def work(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect("/ws") as one:
            async with session.ws_connect("/ws") as other:
                await other.send_str(json.dumps({"learn": HUE, "ping": 1}))
                await hear(other, "pong")
            ended = time.monotonic() + 10
            while host.hands()["learning"]:
                assert time.monotonic() < ended
                await asyncio.sleep(0.02)
            async with session.ws_connect("/ws") as other:
                await other.send_str(json.dumps({"learn": HUE, "ping": 1}))
                await hear(other, "pong")
                await one.send_str(json.dumps({"learn": "/liveart/paint/opacity", "ping": 1}))
                await hear(one, "pong")
            await asyncio.sleep(0.2)
            assert host.hands()["learning"] == "/liveart/paint/opacity"
    visit(panel, work)
