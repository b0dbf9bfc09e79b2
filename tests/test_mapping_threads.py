"""Threads: controllers, network, panel and the show's loop all use the mapper at once, while bindings change."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from hands import Rig, cc, foreign, key

from liveart.core.binding import Binding
from liveart.errors import LiveartError

TURNS = 150


def together(*works: Callable[[int], None]) -> list[BaseException]:
    """Run each work TURNS times in a thread of its own, all at once; return what was raised."""
    gate, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[int], None]) -> None:
        gate.wait()
        try:
            for turn in range(TURNS):
                work(turn)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a lock is held for ever"
    return raised


def test_all_may_come_at_once_while_bindings_change() -> None:
    rig = Rig(Binding("cc 21", "p/level"), Binding("/fader/1", "p/tone"), Binding("note 1", "blackout", "nano"))

    def change(turn: int) -> None:
        with contextlib.suppress(LiveartError):  # there may be nothing to take back
            (lambda: rig.mapper.learn("p/speed" if turn % 3 else None), lambda: rig.mapper.rebind(0, low=turn / TURNS),
             rig.mapper.undo, lambda: rig.mapper.bind(Binding(f"cc {turn % 100}", "p/level")),
             lambda: rig.mapper.unbind(2))[turn % 5]()

    raised = together(
        lambda turn: rig.do(cc(21, turn % 128, turn / 100), key("note 1", turn % 128, turn / 100)),
        lambda turn: rig.do(foreign("/fader/1", turn / TURNS, turn / 100)),
        lambda turn: rig.put("p/level", turn / TURNS, turn / 100),
        lambda turn: rig.lit(turn / 100),
        lambda turn: [rig.mapper.state(), rig.mapper.refresh("nano"), rig.mapper.rearm("nano")],
        change)
    assert not raised
    assert rig.changes[-1] == rig.mapper.bindings


def test_knobs_of_many_threads_lose_nothing() -> None:
    rig = Rig(*(Binding(f"cc {place}", "p/hit") for place in range(6)))
    raised = together(*(lambda turn, place=place: rig.do(cc(place, 127, turn), cc(place, 0, turn))
                        for place in range(6)))
    assert not raised
    assert rig.at("p/hit") == 6 * TURNS


def test_who_listens_to_changes_may_ask_the_mapper_back() -> None:
    rig = Rig()
    heard: list[object] = []
    rig.mapper._on_change = lambda bindings: heard.append((bindings, rig.mapper.state(), rig.mapper.learned()))
    rig.mapper.learn("p/level")
    rig.do(key("note 1", 5))
    rig.mapper.undo()
    assert len(heard) == 2
