"""Loader: opens models in a thread behind a show that goes on, one at a time; only the newest wish counts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from liveart.errors import LiveartError
from liveart.show.player import Player

QUICK_SWITCH = 0.0005  # seconds for which the loading thread may keep Python from the one that makes material


class Loader:
    """Opens the model of an index with `open_one`, and lets go of models that are wanted no more.

    `waits` True loads at once, in the caller's thread: for a render, whose clock stands still meanwhile. `tell` is
    called with an index and a sentence when a model can't be had. All methods are for one thread, and quick.
    """

    def __init__(self, open_one: Callable[[int], Player], tell: Callable[[int, str], None], waits: bool) -> None:
        self._open_one = open_one
        self._tell = tell
        self._waits = waits
        self._threads = ThreadPoolExecutor(1, "loader", initializer=_stand_back)
        if not waits:
            self._threads.submit(int)  # its thread begins now: later it would inherit the priority of the sound's own
        self._under_way: tuple[int, Future[Player]] | None = None
        self._ready: tuple[int, Player] | None = None
        self.failed: int | None = None

    def want(self, index: int | None) -> None:
        """Begin to load what is wanted (None: nothing), unless it is here, on its way, or has failed.

        What failed is tried again once something else was wanted. What is under way can't be broken off; when it
        has come and is wanted no more it is dropped.
        """
        self._collect()
        if index != self.failed:
            self.failed = None
        if self._ready is not None and self._ready[0] != index:
            self.let_go(self._ready[1])
            self._ready = None
        if index is None or self._ready is not None or self._under_way is not None or index == self.failed:
            return
        self._under_way = index, self._begin(index)
        self._collect()

    @property
    def loading(self) -> int | None:
        """The index that is being loaded, or lies ready."""
        if self._under_way is not None:
            return self._under_way[0]
        return None if self._ready is None else self._ready[0]

    def take(self, index: int) -> Player | None:
        """Return the model of an index if it is ready; from then on it is the caller's."""
        if self._ready is None or self._ready[0] != index:
            return None
        player, self._ready = self._ready[1], None
        return player

    def let_go(self, player: Player) -> None:
        """Close a model where it holds nobody up: giving back its memory takes a while."""
        if self._waits:
            player.close()
        else:
            self._threads.submit(player.close)

    def close(self) -> None:
        """Wait for what is under way, and let go of it."""
        self._threads.shutdown(wait=True)
        self._collect()
        if self._ready is not None:
            self._ready[1].close()
            self._ready = None

    def _begin(self, index: int) -> Future[Player]:
        if not self._waits:
            return self._threads.submit(self._open_one, index)
        future: Future[Player] = Future()
        try:
            future.set_result(self._open_one(index))
        except Exception as error:  # told in `_collect`, as one that came from the thread
            future.set_exception(error)
        return future

    def _collect(self) -> None:
        if self._under_way is None or not self._under_way[1].done():
            return
        (index, future), self._under_way = self._under_way, None
        error = future.exception()
        if error is None:
            self._ready = index, future.result()
            return
        self.failed = index
        self._tell(index, str(error) if isinstance(error, LiveartError) else f"{type(error).__name__}: {error}")


def _stand_back() -> None:
    """Let the thread that makes frames or blocks go first: one core for the loading, and Python back quickly.

    Its priority stays as it is: a thread that stands back while it holds Python would hold up the frames too. Where
    nothing has needed torch so far, it is not loaded here: the sound process has one core for it in any case.
    """
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)  # of this thread; the others keep theirs
    sys.setswitchinterval(QUICK_SWITCH)
