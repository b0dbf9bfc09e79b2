"""Mapper: the one layer between hands and addresses: gestures become events, changes of values become lights."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from liveart.core.binding import Binding
from liveart.core.binding_list import BindingList
from liveart.core.board import Board, Change
from liveart.core.event import Event
from liveart.core.feedback import Feedback, Light
from liveart.core.gesture import Gesture
from liveart.core.learner import Learner, replaced
from liveart.core.param import Value
from liveart.core.route import Place, Route
from liveart.core.routes import Routes

Changed = Callable[[tuple[Binding, ...]], None]
Word = tuple[str, Value, float, int]  # what was played, its value, time and channel: see core/notes.py


class Mapper:
    """Bindings at work. Thread-safe: controllers, the panel, the network and the show's loop all come here.

    motors     names of devices whose faders move by themselves
    on_change  called with the new bindings when they were changed live, from the thread that did it
    The caller puts the events on the board, and lets `changed` watch it.
    """

    def __init__(self, board: Board, bindings: Iterable[Binding] = (), motors: frozenset[str] = frozenset(),
                 on_change: Changed = lambda bindings: None) -> None:
        self._board = board
        self._motors = motors
        self._on_change = on_change
        self._lock = threading.Lock()
        self._telling = threading.RLock()  # one at a time, so that the newest bindings are told last
        self._list = BindingList(bindings)
        self._routes = Routes((), board.layout, motors)
        self._feedback = Feedback()
        self._learner: Learner | None = None
        self._learned: Binding | None = None
        self._batch = 0
        self._counts = {"gestures": 0, "echoes": 0, "refused": 0}
        self._lay()

    def gesture(self, gestures: Sequence[Gesture]) -> list[Event]:
        """Return what the gestures mean, in order; a control that leads nowhere says nothing."""
        if not gestures:
            return []
        events: list[Event] = []
        with self._lock:
            numbers = self._numbers(gestures[-1].time)
            self._batch += 1
            for gesture in gestures:
                self._play(gesture, numbers, events)
            has_learnt = self._take_learnt()
        if has_learnt:
            self._tell()
        return events

    def notes(self, device: str, words: Iterable[Word]) -> list[Event]:
        """Return what was played on a controller as events of the players whose notes it is bound to.

        A key that is bound by itself strikes no note.
        """
        events = []
        origin = f"midi {device}"
        with self._lock:
            boards = [binding for binding in self._list.rows
                      if binding.control == "notes" and binding.device in ("", device)]
            for word, value, moment, channel in words if boards else ():
                if value and word.partition(".")[0].isdigit() and self._is_taken(device, word, channel):
                    continue
                events += [Event(f"{binding.address}/{word}", value, moment, origin) for binding in boards
                           if binding.channel in (0, channel)]
        return events

    def knows(self, device: str, control: str) -> bool:
        """Say whether a control is bound, or learning waits for one; quick, for what comes from the network."""
        return self._learner is not None or self._routes.knows(device, control)

    def rearm(self, device: str) -> None:
        """Let every knob of a device catch up again: it was unplugged, or turned a page of its own."""
        with self._lock:
            self._routes.forget(device)

    def _numbers(self, now: float) -> np.ndarray:
        """Return the board's values at `now`, on their way where they are morphing."""
        snapshot = self._board.snapshot()
        if snapshot.layout is not self._routes.layout:
            self._routes.meet(snapshot.layout)
            self._feedback.changed(self._routes.targets)
        return snapshot.at(snapshot.beat(now)).numbers

    def _play(self, gesture: Gesture, numbers: np.ndarray, events: list[Event]) -> None:
        self._counts["gestures"] += 1
        if not 0.0 <= gesture.value <= 1.0:  # NaN is not either
            self._counts["refused"] += 1
            return
        place = (gesture.device, gesture.control, gesture.channel)
        routes = self._meet(place)
        lamp = self._feedback.get(place)
        if lamp is not None:
            slides = any(route.slides(gesture.sort) for route in routes)
            if lamp.is_echo(gesture, slides):
                self._counts["echoes"] += 1
                return
            self._feedback.touched(lamp, gesture, slides)
        if self._learner is not None:
            self._learner.take(gesture)
        for route in routes:
            self._routes.moved(route)
            event = route.play(gesture, numbers, self._batch)
            if event is not None:
                events.append(event)

    def _meet(self, place: Place) -> tuple[Route, ...]:
        is_first = self._routes.is_first(place)
        routes = self._routes.find(place)
        if is_first:
            unknown = self._feedback.get((*place[:2], 0))
            for route in routes:
                self._feedback.add(place, route.index, route.binding, route.target, unknown)
        return routes

    def _is_taken(self, device: str, word: str, channel: int) -> bool:
        return self._routes.leads((device, f"note {word.partition('.')[0]}", channel))

    def changed(self, changes: Sequence[Change]) -> None:
        """Note changes of the board; a Board watcher."""
        with self._lock:
            self._feedback.changed(change.address for change in changes)

    def feedback(self, now: float) -> list[Light]:
        """Return what is to be sent to controls by now; call it about 100 times a second."""
        with self._lock:
            if self._learner is not None:
                self._learner.settle(now)
            has_learnt = self._take_learnt()
            is_due = self._feedback.is_due or self._board.layout is not self._routes.layout
            lights = self._feedback.take(now, self._numbers(now)) if is_due else []
        if has_learnt:
            self._tell()
        return lights

    def refresh(self, device: str) -> None:
        """Tell a controller all its state anew in the next calls of `feedback`: it was plugged in, or asks for it.

        "osc" stands for all other programs; they are told nothing before.
        """
        with self._lock:
            self._feedback.refresh(device, self._routes)

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The bindings now."""
        return self._list.rows

    @property
    def can_undo(self) -> bool:
        """True while a change of the bindings can be taken back."""
        return self._list.can_undo

    @property
    def learning(self) -> str:
        """The address that waits for a control; "" when none does."""
        learner = self._learner
        return learner.address if learner is not None else ""

    def learn(self, address: str | None) -> None:
        """Bind the next control that a hand moves to `address`; None stops waiting. Raises PatchError.

        A binding of the same controller to the same address is replaced, and its settings are kept.
        """
        learner = None
        if address is not None:
            learner = Learner(address, self._takes_notes(address))
        with self._lock:
            self._learner, self._learned = learner, None

    def learned(self) -> Binding | None:
        """Return what the last `learn` has found; None while it waits, and after it was stopped."""
        return self._learned

    def bind(self, binding: Binding) -> None:
        """Add a binding."""
        self._change(lambda: self._list.set((*self._list.rows, binding)))

    def use(self, bindings: Iterable[Binding]) -> None:
        """Take other bindings for all: another page of a controller, another patch."""
        rows = tuple(bindings)
        self._change(lambda: self._list.set(rows))

    def unbind(self, index: int) -> None:
        """Take a binding away. Raises UsageError when there is none of that index."""
        self._change(lambda: self._list.remove(index))

    def rebind(self, index: int, /, **changes: Any) -> None:
        """Change settings of a binding. Raises UsageError or PatchError, and changes nothing then."""
        self._change(lambda: self._list.change(index, changes))

    def undo(self) -> None:
        """Take the last change of the bindings back. Raises UsageError when there is none."""
        self._change(self._list.undo)

    def state(self) -> list[dict[str, Any]]:
        """Return each binding as the panel shows it.

        hand and value are fader positions 0..1 of the target: where the hand would bring it (None: it has not moved
        yet), and where it stands (None: it stands nowhere, as a trigger). is_caught: the hand moves it as it is.
        """
        now = time.monotonic()
        with self._lock:
            numbers = self._numbers(now)
            return [self._row(index, binding, numbers) for index, binding in enumerate(self._list.rows)]

    def counts(self) -> Mapping[str, int]:
        """Return how many gestures came, and how many of them were echoes, or refused as they had no position."""
        return dict(self._counts)

    def _row(self, index: int, binding: Binding, numbers: np.ndarray) -> dict[str, Any]:
        route = self._routes.newest(index, binding)
        names = ("device", "control", "channel", "address", "takeover", "encoder", "action", "low", "high", "curve",
                 "feedback")
        return {"index": index, **{name: getattr(binding, name) for name in names},
                "hand": None if route.hand is None else binding.to_target(route.hand),
                "value": route.target.at(numbers) if route.target.has_value else None,
                "is_caught": route.is_caught(numbers)}

    def _takes_notes(self, address: str) -> bool:
        whole = Binding("bend", address).address
        param = self._board.layout.params.get(whole)
        return param.kind == "notes" if param is not None else whole.endswith("/note")

    def _change(self, change: Callable[[], None]) -> None:
        with self._lock:
            change()
            self._lay()
        self._tell()

    def _tell(self) -> None:
        with self._telling:
            self._on_change(self.bindings)

    def _take_learnt(self) -> bool:
        if self._learner is None or self._learner.found is None:
            return False
        self._learned, self._learner = self._learner.found, None
        self._list.set(replaced(self._list.rows, self._learned))
        self._lay()
        return True

    def _lay(self) -> None:
        """Lay the routes and lamps of the bindings, keeping what hands have caught and what controls show."""
        self._routes = Routes(self._list.rows, self._board.layout, self._motors, self._routes)
        self._feedback.lay(self._routes)
