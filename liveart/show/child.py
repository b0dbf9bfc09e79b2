"""Child: one worker process, watched; when it dies or hangs it is started again with the present state."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from liveart.core.gesture import Gesture
from liveart.core.layout import Layout
from liveart.errors import LiveartError
from liveart.show.job import Changed, Failed, Hands, Job, Opened, Quit, Report, Trouble, UseLayout, say

HANG_SECONDS = 8.0
OPEN_SECONDS = 180.0
LONGEST_PAUSE = 8.0

_spawn = multiprocessing.get_context("spawn")  # never fork: threads and GPU contexts do not survive it


class Child:
    """Starts, hears and restarts one worker. `poll` is called by the conductor's loop; nothing here waits."""

    def __init__(self, job: Job, main: Callable[[Job, Connection], None], on_trouble: Callable[[str], None],
                 on_hands: Callable[[Sequence[Gesture]], None] = lambda gestures: None) -> None:
        self.kind = job.kind
        self._job = job
        self._main = main
        self._on_trouble = on_trouble
        self._on_hands = on_hands
        self.opened: Opened | None = None
        self.failed: LiveartError | None = None
        self.figures: dict[str, Any] = {}
        self.restarts = 0
        self._layout: UseLayout | None = None
        self._pause, self._restart_at, self._heard = 0.0, 0.0, 0.0
        self._newly_opened = False
        self._standing: list[Any] = []

    def start(self, now: float) -> None:
        """Begin the process."""
        self._pipe, theirs = _spawn.Pipe()
        self._process = _spawn.Process(target=self._main, args=(self._job, theirs), name=f"liveart {self.kind}",
                                       daemon=True)
        self._process.start()
        theirs.close()
        self._born = self._heard = now
        self.figures = {}

    @property
    def pid(self) -> int | None:
        """The process id, for memory figures."""
        return self._process.pid

    def poll(self, now: float) -> bool:
        """Hear what it says, restart it when needed; True when it has just opened, or has other params."""
        self._newly_opened = False
        if self._restart_at:
            if now >= self._restart_at:
                self._restart_at = 0.0
                self.start(now)
            return False
        self._hear(now)
        limit = HANG_SECONDS if self.figures else OPEN_SECONDS  # opening a model or a sound device may take its time
        if not self._process.is_alive():
            self._lost(now, f"the {self.kind} worker died (exit code {self._process.exitcode})")
        elif now - self._heard > limit:
            self._process.kill()
            self._lost(now, f"the {self.kind} worker gave no sign of life for {limit:.0f} s")
        return self._newly_opened

    def use(self, layout: Layout, block_name: str) -> None:
        """Tell it from which block to read the values."""
        self._layout = UseLayout(layout, block_name)
        self.tell(self._layout)

    def tell(self, word: Any) -> None:
        """Send it a word; a worker that is just down hears it no more."""
        if not self._restart_at:
            say(self._pipe, word)

    def tell_always(self, word: Any) -> None:
        """Send it a word now, and again after each restart."""
        self._standing.append(word)
        self.tell(word)

    def forget(self, word: Any) -> None:
        """No longer repeat a standing word."""
        if word in self._standing:
            self._standing.remove(word)

    def stop(self, timeout: float = 12.0) -> None:
        """Ask it to finish; kill it when it does not."""
        if self._restart_at:
            return
        say(self._pipe, Quit())
        self._process.join(timeout)
        if self._process.is_alive():
            self._on_trouble(f"the {self.kind} worker did not finish within {timeout:.0f} s and was killed.")
            self._process.kill()
            self._process.join(5.0)

    def _hear(self, now: float) -> None:
        try:
            while self._pipe.poll(0):
                self._heard = now
                self._take(self._pipe.recv(), now)
        except (EOFError, ConnectionResetError, BrokenPipeError):
            return  # it died; `is_alive` tells in a moment

    def _take(self, word: Any, now: float) -> None:
        match word:
            case Opened():
                self._meet(word)
                for standing in self._standing:
                    say(self._pipe, standing)
            case Changed(groups=groups, notes=notes) if self.opened is not None:
                self._meet(replace(self.opened, groups=groups, notes=notes))
            case Failed(error=error):
                self.failed = error
                if self.restarts:
                    self._on_trouble(str(error))
            case Report(figures=figures):
                self.figures = figures
                self._pause = 0.0 if now - self._born > 20 else self._pause
            case Trouble(text=text):
                self._on_trouble(text)
            case Hands(gestures=gestures):
                self._on_hands(gestures)

    def _meet(self, opened: Opened) -> None:
        """Take what it plays now. A layout that still fits it is used on; for another `poll` asks."""
        changed = self.opened is None or self.opened.groups != opened.groups
        self.opened, self._newly_opened = opened, self._newly_opened or changed
        if not changed and self._layout is not None:
            say(self._pipe, self._layout)

    def _lost(self, now: float, what: str) -> None:
        if self.failed is not None and self.opened is None:
            return  # it never opened: the conductor raises its error
        self._on_trouble(f"{what}; it is started again.")
        self.restarts += 1
        self.figures = {}
        self._restart_at = now + self._pause
        self._pause = min(max(self._pause * 2, 0.5), LONGEST_PAUSE)
