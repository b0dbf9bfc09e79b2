"""What both workers share: the pipe to the conductor, the block of values, the outlets, the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, Protocol

from liveart.core.layout import Layout
from liveart.core.ring import SampleRing
from liveart.core.values import ValueBlock
from liveart.errors import LiveartError
from liveart.show.job import TAP_SECONDS, Failed, Hands, Job, Quit, Trouble, UseLayout, calm_collector, say, settle_in
from liveart.show.outlet import Outlet
from liveart.show.player import Playing
from liveart.show.shared import SharedBlock


class Engine(Protocol):
    """What a worker needs of its engine beside the steps."""

    @property
    def players(self) -> Sequence[Playing]: ...

    def begin(self, layout: Layout) -> None: ...

    def close(self) -> None: ...


class Worker(ABC):
    """One worker process: `open`, then `play` until told to quit or the conductor is gone."""

    def __init__(self, job: Job, pipe: Connection) -> None:
        self.job = job
        self.pipe = pipe
        self.patch = job.patch
        self.outlets: list[Outlet] = []
        self.is_playing = True
        self._values: ValueBlock | None = None
        self._ring: SampleRing | None = None
        self._values_block: SharedBlock | None = None
        self._tap_block: SharedBlock | None = None

    engine: Engine

    @abstractmethod
    def open(self) -> None:
        """Load models, then sinks, and say `Opened`. Raises LiveartError."""

    @abstractmethod
    def play(self) -> None:
        """Make material until `is_playing` ends."""

    def run(self) -> None:
        """Wait for the values, play, finish."""
        while self.is_playing and self._values is None:
            self.hear(timeout=0.5)
        calm_collector()
        self.play()
        self.close()

    @property
    def values(self) -> ValueBlock:
        """The newest values."""
        assert self._values is not None, "run() waits for them"
        return self._values

    def open_tap(self) -> SampleRing:
        """Return the sound tap: the ring of the mixed sound that all processes share."""
        self._tap_block = SharedBlock.attach(self.job.tap_name)  # kept: the ring lives as long as it does
        self._ring = tap_ring(self._tap_block, self.patch.rate)
        return self._ring

    def notes(self) -> tuple[str, ...]:
        """Return a line for each player."""
        return tuple(f"{player.name}: {player.generator.note()}{_lag(player)}" for player in self.engine.players)

    def hear(self, timeout: float = 0.0) -> None:
        """Do what the conductor says; end when it is gone."""
        try:
            while self.pipe.poll(timeout):
                self.obey(self.pipe.recv())
                timeout = 0.0
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self.is_playing = False  # finish the files and end

    def obey(self, word: Any) -> None:
        """Do one thing; a worker adds words of its own."""
        match word:
            case UseLayout(layout=layout, block_name=name):
                self._use(layout, name)
            case Quit():
                self.is_playing = False

    def _use(self, layout: Layout, block_name: str) -> None:
        """Read the values from another block from now on, and let go of the one before."""
        try:
            block = SharedBlock.attach(block_name)
        except FileNotFoundError:  # the params have changed again meanwhile: the word for that is on its way
            return
        if self._values is not None and self._values_block is not None:
            self._values.release()
            self._values_block.close()
        self._values_block, self._values = block, ValueBlock(block.buffer, layout)
        self.engine.begin(layout)

    def tend(self) -> None:
        """Let the sinks do what they must in the main thread; pass on what hands did in their windows."""
        gestures = tuple(gesture for outlet in self.outlets for gesture in outlet.tend())
        if gestures:
            say(self.pipe, Hands(gestures))

    def tell(self, text: str) -> None:
        """Tell the conductor what went wrong."""
        say(self.pipe, Trouble(text))

    def let_go(self) -> None:
        """Release the shared memory of a worker that could not be opened."""
        if self._ring is not None:
            self._ring.release()

    def close(self) -> None:
        """Finish the sinks, let go of the models."""
        for outlet in reversed(self.outlets):
            outlet.close()
        self.engine.close()


def run_worker(make: Callable[[Job, Connection], Worker], job: Job, pipe: Connection) -> None:
    """Be a worker process."""
    settle_in()
    worker = make(job, pipe)
    try:
        worker.open()
    except LiveartError as error:
        say(pipe, Failed(error))
        worker.let_go()
        return
    worker.run()


def _lag(player: Playing) -> str:
    return f", {player.lag * 1000.0:.0f} ms lag" if player.lag else ""


def tap_ring(block: SharedBlock, rate: int) -> SampleRing:
    """Return the sound tap that lies in a shared block."""
    return SampleRing(int(TAP_SECONDS * rate), 2, block.buffer)
