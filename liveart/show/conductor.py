"""The conductor: sources, board, clock, takes; starts the workers and keeps them alive. No torch here."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from liveart.core.board import Board, Verdict
from liveart.core.contract import Moment, Source
from liveart.core.event import CLOCKED, Event
from liveart.core.glimpse import Glimpses, glimpse_bytes
from liveart.core.ring import SampleRing, ring_bytes
from liveart.core.values import ValueBlock, block_bytes
from liveart.errors import LiveartError, PatchError, TakeError
from liveart.show.addresses import Addresses
from liveart.show.beginning import make_source, show_layout
from liveart.show.child import Child
from liveart.show.desk import Desk
from liveart.show.hands import Hands
from liveart.show.job import TAP_SECONDS, AddOutput, Job, RemoveOutput, Watch
from liveart.show.keeper import Keeper
from liveart.show.outlet import make_sink, place_of, sink_line
from liveart.show.own import own_show
from liveart.show.patch import PartSpec, Patch
from liveart.show.picture_worker import picture_main
from liveart.show.shared import SharedBlock
from liveart.show.sound_worker import sound_main
from liveart.show.take import Replay, TakeWriter
from liveart.show.troubles import Troubles
from liveart.show.values_feed import ValuesFeed, open_feeds
from liveart.show.worker import tap_ring
from liveart.sources.osc import OscSource

TICK = 1 / 100
MOST_BLOCKS = 4  # of values: when params change, a worker may still be on its way from the block before


class Conductor:
    """One running show. `start`, then `run` (or `tick` from a loop of one's own), then `stop`."""

    def __init__(self, patch: Patch, version: str = "", tell: Callable[[str], None] = lambda text: None) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read by torch's OpenMP in the workers
        self.patch = patch
        self.troubles = Troubles()
        self.last_control = ""
        self.preview_name = f"preview-{os.getpid()}"
        self.origin_time = time.monotonic()
        self._tell = tell
        self._version = version
        self._lock = threading.Lock()
        self._take: TakeWriter | None = None
        self._replay: Replay | None = None
        self._sources: list[Source] = []
        self._children: list[Child] = []
        self._blocks: list[SharedBlock] = []
        self._values: list[tuple[ValueBlock, SharedBlock]] = []
        self._feeds: list[ValuesFeed] = []
        self._recording: AddOutput | None = None
        self.board = Board(show_layout(self.patch), time=self.origin_time)
        self.keeper = Keeper(patch, self.trouble)
        self._addresses = Addresses(patch, self.board, self.trouble)
        self.desk = Desk(self.board, patch.cues, patch.bar, patch.safe, self.trouble, self.keeper.cues,
                         self._addresses.keeps)
        self.hands = Hands(patch, self.desk, self.put, self.keeper.bindings, self.trouble)
        self.is_ready = False

    def start(self) -> None:
        """Open the network and sources, then start the workers. Raises LiveartError; nothing is left open then."""
        try:
            self._open_osc()
            self._start_workers()
            self._open_sources()
            self._feeds = open_feeds(self.patch, self.board, (self.osc.host, self.osc.port), self.trouble)
        except LiveartError:
            self.stop()
            raise

    def _open_osc(self) -> None:
        patch = self.patch
        self.osc = OscSource(self.board, patch.osc_host, patch.osc_port, version=self._version,
                             on_trouble=self.trouble, ignore_time_tags=patch.ignore_time_tags,
                             also_known=self.hands.understands)
        self.osc.open(self.hands.foreign)
        self._sources.append(self.osc)
        self.board.watch(self.osc.changed)

    def _start_workers(self) -> None:
        rate = self.patch.rate
        glimpses = SharedBlock.create(glimpse_bytes())
        self._blocks.append(glimpses)
        self._glimpses = Glimpses(glimpses.buffer)
        tap = SharedBlock.create(ring_bytes(int(TAP_SECONDS * rate), 2))
        self._blocks.append(tap)
        self._tap: SampleRing = tap_ring(tap, rate)
        now = time.monotonic()
        for kind, main in (("picture", picture_main), ("sound", sound_main)):
            outputs = tuple(spec for spec in self.patch.outputs if place_of(make_sink(spec, self.patch.folder)) == kind)
            if self.patch.players_of(kind) or outputs:
                job = Job(kind, self.patch, outputs, tap.name, self.preview_name, glimpses.name)
                self._children.append(Child(job, main, self.trouble, self.hands.gesture))
                self._children[-1].start(now)

    def _open_sources(self) -> None:
        for spec in self.patch.sources:
            source = make_source(spec, self.patch.folder)
            source.attend(own_show(self.patch, self._tap, self._glimpses))
            source.open(self.put)
            self._sources.append(source)

    def wait_ready(self, timeout: float = 180.0) -> None:
        """Tick until all workers play. Raises the error of a worker that can't be opened."""
        limit = time.monotonic() + timeout
        while not self.is_ready:
            self.tick()
            if time.monotonic() > limit:
                raise PatchError(f"the workers were not ready within {timeout:.0f} s.")
            time.sleep(0.005)

    def run(self, seconds: float | None = None, each: Callable[[], None] = lambda: None) -> None:
        """Play for `seconds` (for ever when None), calling `each` at every tick."""
        end = None if seconds is None else time.monotonic() + seconds
        while end is None or time.monotonic() < end:
            began = time.monotonic()
            self.tick()
            each()
            time.sleep(max(TICK - (time.monotonic() - began), 0.001))

    def tick(self) -> None:
        """One turn of the conductor's loop: sources, takes, workers."""
        now = time.monotonic()
        changed = [child.poll(now) for child in self._children]
        for child in self._children:
            if child.failed is not None and child.opened is None:
                raise child.failed
        if any(changed) and all(child.opened is not None for child in self._children):
            self._lay_out()
        if self.is_ready:
            self._tick_sources(now)

    def _lay_out(self) -> None:
        """Make the board of what the workers opened, and point them to it."""
        layout = self._addresses.layout(group for child in self._children if child.opened
                                        for group in child.opened.groups)
        block = SharedBlock.create(block_bytes(layout))
        values = ValueBlock(block.buffer, layout)
        self._values.append((values, block))
        if self.is_ready:
            left = self._addresses.change(layout, lambda: self.board.relayout(layout, values), time.monotonic())
            self.hands.miss(left)
        else:
            self.board.relayout(layout, values)
            self._begin()
        for child in self._children:
            child.use(layout, block.name)
        self.is_ready = True
        self._let_go(self._values[:-MOST_BLOCKS])

    def _let_go(self, blocks: Sequence[tuple[ValueBlock, SharedBlock]]) -> None:
        """Close blocks of values that nobody reads any more."""
        for values, block in blocks:
            values.release()
            block.close()
        self._values = self._values[len(blocks):]

    def _begin(self) -> None:
        """Set the patch's own values; the journey begins here, at beat 0."""
        self.origin_time = time.monotonic()
        self.board.restart(self.origin_time)
        self._addresses.begin(self.origin_time)
        self.hands.check()
        self.hands.open()  # only now: what hands did before there is anything to move would be lost on the way

    def _tick_sources(self, now: float) -> None:
        for tick in (self._tick_replay, self.desk.tick, self.hands.tick):
            try:
                tick(now)
            except Exception as error:  # whatever goes wrong there, the show goes on
                self.trouble(f"{type(error).__name__}: {error}")
        snapshot = self.board.snapshot()
        if snapshot.is_frozen:
            return  # what follows the beat stands still with it
        moment = Moment(now, snapshot.beat(now), TICK, 0)
        for source in self._sources:
            try:
                events = [Event(address, value, now, CLOCKED) for address, value in source.tick(moment)]
            except LiveartError as error:
                self.trouble(str(error))
                continue
            except Exception as error:  # whatever a source throws, the show goes on
                self.trouble(f"{type(source).__name__}: {type(error).__name__}: {error}")
                continue
            if events:
                self._judge(self.desk.put(events), is_hand=False)

    def _tick_replay(self, now: float) -> None:
        if self._replay is not None and (due := self._replay.due(now)):
            self.put(due)

    def put(self, events: list[Event]) -> list[Verdict]:
        """Put what a hand did on the board, whole; log it in the take; tell once what was wrong."""
        verdicts = self.desk.put(events)
        self._judge(verdicts, is_hand=True)
        take = self._take  # another thread may be the one that sees its end
        if take is not None:
            good = [verdict.event for verdict in verdicts if verdict.judgement in ("ok", "clipped")]
            try:
                take.write(good)
            except TakeError as error:
                self._take = None
                self.trouble(str(error))
        return verdicts

    def _judge(self, verdicts: Sequence[Verdict], is_hand: bool) -> None:
        for verdict in verdicts:
            if verdict.text:
                self.trouble(verdict.text, key=f"{verdict.judgement} {verdict.event.address}")
        if is_hand and verdicts and not verdicts[-1].event.origin.startswith(CLOCKED):
            event = verdicts[-1].event
            number = f"{event.value:.3g}" if isinstance(event.value, float) else event.value
            shown = "" if event.value is None else f" {number}"
            text = f" ({verdicts[-1].text})" if verdicts[-1].text else ""
            self.last_control = f"{event.address}{shown} from {event.origin}{text}"

    def trouble(self, text: str, key: str = "") -> None:
        """Note what went wrong: shown, counted, told once, sent to OSC listeners."""
        if self.troubles.add(text, time.monotonic(), key):
            self._tell(text)
            self.osc.report(text)

    def record_take(self, file: str | Path) -> Path:
        """Log what the hands do from now on; return the file, which is a new one. Raises TakeError."""
        self._take = TakeWriter(file, self.patch, self.desk.cues, self.origin_time)
        return self._take.path

    def replay(self, events: Sequence[Event]) -> None:
        """Play recorded events as their time comes, counted from now. What they store is not kept in the patch.

        What a microphone said is in the take: live sources end here.
        """
        self.desk.keep_nothing()
        for source in [source for source in self._sources if source.is_live]:
            source.close()
            self._sources.remove(source)
        self._replay = Replay(events, time.monotonic())

    def child(self, kind: str) -> Child | None:
        """Return the worker of one kind, if this show has it."""
        return next((child for child in self._children if child.kind == kind), None)

    @property
    def children(self) -> Sequence[Child]:
        """All workers of this show."""
        return self._children

    @property
    def tap(self) -> SampleRing:
        """The mixed sound, as the sound worker makes it."""
        return self._tap

    def watch_preview(self, watching: bool) -> None:
        """Ask for preview frames while somebody looks."""
        if (child := self.child("picture")) is not None:
            child.forget(Watch(True))
            if watching:
                child.tell_always(Watch(True))
            else:
                child.tell(Watch(False))

    def record(self, file: str | None) -> None:
        """Begin a recording to `file`, or finish the one that runs (None)."""
        child = self.child("picture")
        if child is None:
            raise PatchError("this show has no picture to record.", 'Add an output: --output file:"sound.wav"')
        with self._lock:
            if self._recording is not None:
                child.forget(self._recording)
                child.tell(RemoveOutput(self._recording.spec.name))
                self._recording = None
            if file is not None:
                self._recording = AddOutput(PartSpec("recording", "file", {"name": file}))
                child.tell_always(self._recording)

    def feed_notes(self) -> list[str]:
        """Return a line for each output that sends control on."""
        return [sink_line(feed.sink, feed.spec) for feed in self._feeds]

    @property
    def is_recording(self) -> bool:
        """True while a recording begun by `record` runs."""
        return self._recording is not None

    def stop(self) -> None:
        """Finish everything in reverse order of opening; may be called twice."""
        self.hands.close()
        for source in reversed(self._sources):
            source.close()
        for feed in self._feeds:
            feed.close()
        self.keeper.close()
        for child in self._children:
            child.stop()
        if self._take is not None:
            self._take.close()
        self._sources.clear()
        self._children.clear()
        self._feeds.clear()
        self.board.detach()
        if hasattr(self, "_tap"):
            self._tap.release()
            self._glimpses.release()
            del self._tap, self._glimpses
        self._let_go(self._values)
        for block in self._blocks:
            block.close()
        self._blocks.clear()
