"""A memory fence, for what is shared between processes without a lock."""

from __future__ import annotations

import threading


def fence() -> None:
    """Keep the reads and writes before this call before those after it, as other processors see them.

    x86 keeps that order by itself, ARM (Apple silicon, most small boxes) does not, and Python has no fence of its
    own. Letting go of a lock orders what came before it, taking it again orders what comes after. The lock is
    new each time, so nobody ever waits here.
    """
    lock = threading.Lock()
    lock.acquire()
    lock.release()
    lock.acquire()
