"""Running shows for tests: a conductor with its workers, and a panel on it, stopped in any case."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liveart.panel.server import Panel
from liveart.show.conductor import Conductor
from liveart.show.host import ShowHost
from liveart.show.patch_file import read_patch


@contextmanager
def running(file: str | Path) -> Iterator[Conductor]:
    """Play a patch file; whoever asks has to tick it."""
    conductor = Conductor(read_patch(file), "test")
    conductor.start()
    try:
        conductor.wait_ready(90)
        yield conductor
    finally:
        conductor.stop()


@contextmanager
def panel_on(file: str | Path) -> Iterator[Panel]:
    """Play a patch file by itself, with a panel on any free port."""
    with running(file) as conductor:
        host, is_over = ShowHost(conductor, "test"), threading.Event()
        served = Panel(host, port=0)
        served.start()
        loop = threading.Thread(target=lambda: [conductor.tick() for _ in iter(lambda: is_over.wait(0.01), True)])
        loop.start()
        try:
            yield served
        finally:
            is_over.set()
            loop.join()
            served.stop()
            host.close()
