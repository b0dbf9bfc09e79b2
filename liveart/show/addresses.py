"""Addresses: which params a show has, from its beginning on and whenever a model that comes brings others.

What a player had and lost is remembered: when its model comes back, its params stand as they were left. So are the
values that a cue sets for a model that is only on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from liveart.core.board import Board, Verdict
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Value
from liveart.errors import PatchError, did_you_mean
from liveart.show.beginning import show_layout
from liveart.show.patch import Patch
from liveart.show.player import Group, Trouble

ORIGIN = "patch"


class Addresses:
    """The addresses of one show, live or offline. For one thread."""

    def __init__(self, patch: Patch, board: Board, on_trouble: Trouble) -> None:
        self._patch = patch
        self._board = board
        self._on_trouble = on_trouble
        self._waiting: dict[str, Value] = {}  # address → what it gets when it comes (again)
        self._changing = frozenset(player.name for player in patch.players if player.models)

    def begin(self, time: float) -> None:
        """Set the values that the patch starts with. Raises PatchError for one that can't be."""
        board = self._board
        starts = {f"/liveart/{player.name}/{key}": value
                  for player in self._patch.players for key, value in player.params.items()}
        for address, value in starts.items():
            if address not in board.layout.params and self._is_of_a_model(address):
                self._waiting[address] = value
                self._on_trouble(f"the patch sets {address}, which waits for a model that has it. "
                                 f"{did_you_mean(address, board.layout.params)}")
        now = [Event(address, value, time, ORIGIN) for address, value in starts.items()
               if address not in self._waiting]
        for verdict in board.put_all(now):
            if verdict.judgement != "ok":
                raise PatchError(verdict.text)

    def layout(self, groups: Iterable[Group]) -> Layout:
        """Return the layout of what the workers opened."""
        return show_layout(self._patch, groups)

    def change(self, layout: Layout, relayout: Callable[[], None], time: float) -> frozenset[str]:
        """Let `relayout` put the board on another layout, in the midst of a show; return the addresses that left.

        Those that come stand where they were left, where a cue wanted them, or where the patch starts them.
        """
        before = self._board.layout
        left = frozenset(before.params.keys() - layout.params.keys())
        kept = self._board.capture(time)
        self._waiting |= {address: value for address, value in kept.items()
                          if address in left or before.above(address)[0] in left}
        relayout()
        here = [address for address in list(self._waiting)  # a cue may be recalled in another thread
                if address in layout.params or layout.above(address)[0] in layout.params]
        self._board.put_all([Event(address, self._waiting.pop(address), time, ORIGIN) for address in here])
        return left

    def keeps(self, verdict: Verdict) -> bool:
        """Keep what a cue sets for a param that is not here, if a model of that player may have it."""
        event = verdict.event
        if verdict.judgement != "unknown" or not self._is_of_a_model(event.address):
            return False
        self._waiting[event.address] = event.value
        return True

    def _is_of_a_model(self, address: str) -> bool:
        return address.removeprefix("/liveart/").partition("/")[0] in self._changing
