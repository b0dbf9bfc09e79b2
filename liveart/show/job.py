"""What a worker is told at birth, and the words that cross the pipe between it and the conductor."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from liveart.core.gesture import Gesture
from liveart.core.layout import Layout
from liveart.errors import LiveartError
from liveart.show.patch import PartSpec, Patch
from liveart.show.player import Group

TAP_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Job:
    """A worker's work: which material, from which patch, and the shared memory it meets the others in."""

    kind: str
    patch: Patch
    outputs: tuple[PartSpec, ...]
    tap_name: str
    preview_name: str
    glimpse_name: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """Worker → conductor: the players are open, these are their params."""

    groups: tuple[Group, ...]
    device: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """Worker → conductor: a player has another model, and these are all params now."""

    groups: tuple[Group, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Worker → conductor: it can't be opened, and why."""

    error: LiveartError


@dataclass(frozen=True, slots=True)
class Trouble:
    """Worker → conductor: something to tell once."""

    text: str


@dataclass(frozen=True, slots=True)
class Hands:
    """Worker → conductor: what hands did in a window."""

    gestures: tuple[Gesture, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Worker → conductor: figures, twice a second; also the sign of life."""

    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UseLayout:
    """Conductor → worker: read the values from this block from now on."""

    layout: Layout
    block_name: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Conductor → worker: somebody looks (or no longer looks) at the preview."""

    watching: bool


@dataclass(frozen=True, slots=True)
class AddOutput:
    """Conductor → worker: open one more sink."""

    spec: PartSpec


@dataclass(frozen=True, slots=True)
class RemoveOutput:
    """Conductor → worker: finish the sink of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Quit:
    """Conductor → worker: finish all sinks and end."""


def settle_in() -> None:
    """Leave Ctrl-C to the conductor (a terminal sends it to every process of the show)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def calm_collector() -> None:
    """Keep what start-up made out of the garbage collector's sight: its pauses would be late frames."""
    gc.collect()
    gc.freeze()


_saying = threading.Lock()  # a pipe takes one writer at a time, and sink threads have things to tell too


def say(pipe: Connection, word: Any) -> bool:
    """Send a word; False when the other side is gone."""
    try:
        with _saying:
            pipe.send(word)
    except (BrokenPipeError, ConnectionResetError, OSError):
        return False
    return True


def give_picture_its_cores() -> None:
    """Let torch use the cores that the sound and the conductor leave."""
    import torch

    torch.set_num_threads(max(1, min((os.cpu_count() or 1) - 1, 8)))


def give_sound_its_core() -> None:
    """Keep the sound to one core: one thread for torch, should a generator load it, and quick thread switches."""
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.setswitchinterval(0.0005)
