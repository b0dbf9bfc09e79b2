"""The mailbox: newest wins, drops are counted, and nobody waits for ever."""

from __future__ import annotations

import threading

from liveart.core.mailbox import Mailbox


def test_the_newest_wins_and_what_it_replaced_is_counted() -> None:
    box: Mailbox[int] = Mailbox()
    for item in range(5):
        box.put(item)
    assert (box.take(), box.dropped) == (4, 4)


def test_taking_from_an_empty_box_gives_nothing_after_the_timeout() -> None:
    assert Mailbox[int]().take(timeout=0.001) is None


def test_whoever_waits_is_woken_by_an_item_and_by_closing() -> None:
    box: Mailbox[str] = Mailbox()
    taken: list[str | None] = []
    came = threading.Event()

    def take_two() -> None:
        taken.append(box.take())
        came.set()
        taken.append(box.take())

    taker = threading.Thread(target=take_two)
    taker.start()
    box.put("frame")
    came.wait()
    box.close()
    taker.join()
    assert taken == ["frame", None]


def test_a_closed_box_still_gives_its_last_item_and_takes_no_more() -> None:
    box: Mailbox[int] = Mailbox()
    box.put(1)
    box.close()
    assert not box.is_closed
    box.put(2)
    assert (box.take(), box.take(), box.is_closed, box.dropped) == (1, None, True, 1)


def test_every_item_of_many_threads_is_either_taken_or_counted_as_dropped() -> None:
    box: Mailbox[int] = Mailbox()
    taken: list[int] = []

    def take_all() -> None:
        while not box.is_closed:
            item = box.take()
            if item is not None:
                taken.append(item)

    taker = threading.Thread(target=take_all)
    makers = [threading.Thread(target=lambda: [box.put(n) for n in range(500)]) for _ in range(4)]
    for thread in (taker, *makers):
        thread.start()
    for maker in makers:
        maker.join()
    box.close()
    taker.join()
    assert len(taken) + box.dropped == 2000
