"""Statistics of a running show, put in by one thread and asked by another."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.stats import Rate, Recent


@given(st.lists(st.floats(-1e3, 1e3), max_size=50), st.floats(0.0, 100.0))
def test_percentiles_are_those_of_the_last_measurements(values: list[float], share: float) -> None:
    recent = Recent(size=20)
    for value in values:
        recent.add(value)
    assert len(recent) == min(len(values), 20)
    expected = float(np.percentile(values[-20:], share)) if values else None
    assert recent.percentile(share) == expected
    recent.clear()
    assert recent.percentile(50) is None


def test_a_rate_counts_what_happened_in_the_last_while() -> None:
    rate = Rate(seconds=2.0)
    for n in range(10):
        rate.add(n * 0.5)
    assert rate.value(4.5) == 2.0
    assert rate.value(5.9) == 1.0
    assert rate.value(100.0) == 0.0


def test_one_thread_may_count_while_another_asks() -> None:
    recent, rate, done = Recent(50), Rate(0.01), threading.Event()
    faults: list[Exception] = []

    def count() -> None:
        for n in range(5000):
            recent.add(float(n))
            rate.add(n / 1000)
        done.set()

    def ask() -> None:
        try:
            while not done.is_set():
                recent.percentile(99)
                rate.value(2.5)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for work in (count, ask, ask)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
