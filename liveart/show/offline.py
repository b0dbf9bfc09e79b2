"""Offline: the same steps as live, in a fixed order, on a clock moved by hand. A take gives the same show each time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from liveart.core.board import Board, Verdict
from liveart.core.contract import Moment
from liveart.core.event import CLOCKED, Event
from liveart.core.heap import keep_freed_memory
from liveart.core.material import Material, Picture, Sound
from liveart.show.addresses import Addresses
from liveart.show.beginning import make_source, show_layout
from liveart.show.desk import Desk
from liveart.show.own import own_show
from liveart.show.patch import Patch
from liveart.show.take import Replay


@dataclass
class Offline:
    """A show without hands or hurry: `materials` gives its frames and blocks of sound in order of time.

    `troubles` collects what would have been told live.
    """

    patch: Patch
    events: Sequence[Event] = ()
    device: str = "cpu"
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from liveart.show.picture import PictureEngine
        from liveart.show.sound import SoundEngine

        stage = replace(self.patch.stage(self.device), is_live=False)
        self.picture = PictureEngine(self.patch, stage, self.troubles.append, waits=True)
        keep_freed_memory()
        self.sound = SoundEngine(self.patch, replace(self.patch.stage("cpu"), is_live=False), self.troubles.append,
                                 waits=True)
        self.layout = show_layout(self.patch, [*self.picture.groups(), *self.sound.groups()])
        self.board = Board(self.layout, time=0.0)
        self._addresses = Addresses(self.patch, self.board, self.troubles.append)
        self._addresses.begin(0.0)
        self.desk = Desk(self.board, self.patch.cues, self.patch.bar, self.patch.safe, self.troubles.append,
                         waits=self._addresses.keeps)
        sources = [make_source(spec, self.patch.folder) for spec in self.patch.sources]
        self._sources = [source for source in sources if not source.is_live]  # what those heard is in the take
        self._own = own_show(self.patch)
        for source in self._sources:
            source.attend(self._own)
            source.open(self._put)
        self._replay = Replay(self.events)
        self.picture.begin(self.layout)
        self.sound.begin(self.layout)

    def materials(self, seconds: float) -> Iterator[Material]:
        """Yield Pictures and Sounds of the first `seconds`; at the same instant the picture comes first."""
        frames, blocks = round(seconds * self.patch.fps), self._block_count(seconds)
        frame = block = 0
        while frame < frames or block < blocks:
            frame_time = frame / self.patch.fps if frame < frames else float("inf")
            block_time = block * self.patch.block / self.patch.rate if block < blocks else float("inf")
            if frame_time <= block_time:
                yield self._frame(frame, frame_time)
                frame += 1
            else:
                yield self._block(block, block_time, round(seconds * self.patch.rate))
                block += 1

    def _block_count(self, seconds: float) -> int:
        samples = round(seconds * self.patch.rate) if self.patch.players_of("sound") else 0
        return -(-samples // self.patch.block)

    def _frame(self, index: int, time: float) -> Picture:
        self._advance(time)
        snapshot = self.board.snapshot()
        if not snapshot.is_frozen:
            self._tick_sources(Moment(time, snapshot.beat(time), 1.0 / self.patch.fps, index))
        if self.picture.follow(self.board.snapshot(), time, 1.0 / self.patch.fps):
            self._change(time)
        pixels = self.picture.step(self.board.snapshot(), time, 1.0 / self.patch.fps, index)
        if self._own.pictures is not None:
            self._own.pictures.write(pixels, time)
        return Picture(pixels, time, index)

    def _change(self, time: float) -> None:
        """Take the params of another model, which was loaded while this clock stood still."""
        layout = self._addresses.layout([*self.picture.groups(), *self.sound.groups()])
        self._addresses.change(layout, lambda: self.board.relayout(layout, None), time)
        self.layout = layout
        self.picture.begin(layout)
        self.sound.begin(layout)

    def _block(self, index: int, time: float, samples: int) -> Sound:
        self._advance(time)
        block = self.patch.block
        if self.sound.follow(self.board.snapshot(), time, block):
            self._change(time)
        made = self.sound.step(self.board.snapshot(), time, block, index)
        if self._own.sound is not None:
            self._own.sound.write(made)
        return Sound(made[: samples - index * block], self.patch.rate, time, index * block)

    def _advance(self, time: float) -> None:
        events = self._replay.due(time)
        if events:
            self._put(events)
        self.desk.tick(time)

    def _put(self, events: Sequence[Event]) -> list[Verdict]:
        verdicts = self.desk.put(events)
        self.troubles += [verdict.text for verdict in verdicts if verdict.text]
        return verdicts

    def _tick_sources(self, now: Moment) -> None:
        for source in self._sources:
            events = [Event(address, value, now.time, CLOCKED) for address, value in source.tick(now)]
            if events:
                self._put(events)

    def close(self) -> None:
        """Let go of models and sources."""
        for source in reversed(self._sources):
            source.close()
        self.sound.close()
        self.picture.close()
