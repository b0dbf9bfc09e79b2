"""Priority of the processes that must not be late: those of the sound."""

from __future__ import annotations

import contextlib
import os

REALTIME_PRIORITY = 5  # below that of JACK and PipeWire, above all that is not realtime


def go_first() -> None:
    """Ask to be served before other programs; without effect where the system does not allow it.

    Realtime scheduling as JACK's clients have it, where this user may; else a lower niceness; on Windows neither.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(REALTIME_PRIORITY))
    except (AttributeError, OSError):
        with contextlib.suppress(AttributeError, OSError):
            os.nice(-10)
