"""Visitor: one page that plays. Does what it says, and lets go of what it held when it leaves."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from liveart.core.event import Event
from liveart.core.param import Value
from liveart.errors import LiveartError
from liveart.panel.asks import Said, read_message
from liveart.panel.host import PanelHost

MOST_KEYS = 32  # that one page can hold down: more than anybody has fingers
LOG = logging.getLogger(__name__)


class Visitor:
    """One page. `origin` is said of all that it moves."""

    def __init__(self, host: PanelHost, origin: str) -> None:
        self._host = host
        self._origin = origin
        self._keys: set[str] = set()
        self._notes: set[str] = set()
        self._learning = ""

    async def obey(self, text: str) -> dict[str, Any]:
        """Do what the page said; return the answer, {} for none."""
        try:
            said = read_message(text)
            return self._put(said) | self._learn(said) | await self._edit(said)
        except LiveartError as error:
            return {"error": str(error)}

    def leave(self) -> None:
        """Release the keys and notes that the page held, and call off what it wanted to learn.

        A phone that loses its network must not leave them hanging, nor have the next knob bound that is turned.
        """
        try:
            if self._learning and self._host.hands()["learning"] == self._learning:
                self._host.learn(None)
            for name in self._keys:
                self._host.key(name, False)
            now = time.monotonic()
            if self._notes:
                self._host.put([Event(address, 0.0, now, self._origin) for address in self._notes])
        except LiveartError as error:  # nobody is left to be told
            LOG.warning("a page has gone, and what it held could not be released: %s", error)
        self._keys, self._notes = set(), set()

    def _put(self, said: Said) -> dict[str, Any]:
        """Apply values; a page whose values are all fine needs no answer."""
        if not said.put:
            return {}
        now = time.monotonic()
        verdicts = self._host.put([Event(address, value, now, self._origin) for address, value in said.put])
        for verdict in verdicts:
            if verdict.judgement in ("ok", "clipped"):
                self._follow_note(verdict.event.address, verdict.event.value)
        told = [{"address": verdict.event.address, "judgement": verdict.judgement, "text": verdict.text}
                for verdict in verdicts if verdict.judgement != "ok"]
        return {"verdicts": told} if told else {}

    def _follow_note(self, address: str, value: Value) -> None:
        param = self._host.board.layout.params.get(address.rpartition("/")[0])
        if param is not None and param.kind == "notes":
            (self._notes.add if value else self._notes.discard)(address)

    def _learn(self, said: Said) -> dict[str, Any]:
        """Bind controls, and move those that are keys."""
        if said.learn is not None:
            self._host.learn(said.learn or None)
            self._learning = said.learn
        if said.bind is not None:
            self._host.bind(*said.bind)
        if said.unbind is not None:
            self._host.unbind(said.unbind)
        if said.undo_bind:
            self._host.undo_bind()
        if said.key is not None:
            name, is_down = said.key
            if not is_down:
                self._keys.discard(name)
            elif len(self._keys) < MOST_KEYS:
                self._keys.add(name)
            self._host.key(name, is_down)
        return {}

    async def _edit(self, said: Said) -> dict[str, Any]:
        """Record, and change cues: what writes files has a thread of its own."""
        answer: dict[str, Any] = {}
        if said.record is not None:
            answer["notice"] = await asyncio.to_thread(self._host.record, said.record)
        if said.cue is not None:
            answer["notice"] = await asyncio.to_thread(self._host.edit_cue, said.cue)
        if said.ping is not None:
            answer["pong"] = said.ping
        return answer
