"""Memory that was freed stays with the process: large tensors come and go with every frame.

The C library of Linux gives large blocks back to the system when they are freed and asks for them anew, and the system
clears every page of them again: up to a third of the time of a large net's frame.
"""

from __future__ import annotations

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of mallopt, in malloc.h of glibc
MOST_KEPT = 1 << 30  # bytes; larger blocks still go back


def keep_freed_memory() -> bool:
    """Ask the C library to keep freed blocks of up to a GiB for the next; False where it can't be asked.

    For processes that make pictures or train, once their models are loaded: what loading took goes back before.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is None:
        return False
    return all(mallopt(name, MOST_KEPT) == 1 for name in (MMAP_THRESHOLD, TRIM_THRESHOLD))
