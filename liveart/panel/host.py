"""What the panel asks of the show it belongs to; the conductor answers it, tests answer it with a double."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from liveart.core.board import Board, Verdict
from liveart.core.event import Event
from liveart.core.ring import RingReader

KINDS = ("picture", "sound", "path", "show")


class PanelHost(Protocol):
    """The show as the panel sees it. All methods are called from the panel's threads and must be quick."""

    @property
    def board(self) -> Board:
        """The live values. Its layout may be replaced at any time; the panel follows."""
        ...

    @property
    def sound_rate(self) -> int:
        """Samples a second of what `listen` gives."""
        ...

    def put(self, events: list[Event]) -> Sequence[Verdict]:
        """Apply events that came from a page; one verdict each."""
        ...

    def groups(self) -> Sequence[Mapping[str, Any]]:
        """Return players and paths in the order of the patch: {"name", "title", "kind"}.

        `name` is the word in `/liveart/<name>/<param>`; which params it has, the board's layout tells.
        `kind` is one of KINDS.
        """
        ...

    def status(self) -> Mapping[str, Any]:
        """Return how the show does now. A key that is missing or None is shown as a dash.

        patch, version, device      texts
        fps, gen_ms                 frames a second; milliseconds to make one
        late_frames, xruns, restarts, osc_received, osc_refused   counters
        control_to_frame_ms         {"p50", "p99"}
        audio_headroom              share 0..1 of a block's time that is left over
        level                       inner resolution: 0 full, 1 half, 2 a quarter
        last                        the last control received, as a text
        troubles                    [{"text", "count"}] what is wrong now
        levels                      [left, right] peaks in dB of full scale
        beat, tempo                 beats since the start; beats a minute
        recording                   True while `record` is on
        rss_mb                      {"conductor", "picture", "sound"} megabytes
        uptime                      seconds
        osc_port                    where OSC is received
        """
        ...

    def preview(self, last_index: int) -> tuple[int, np.ndarray] | None:
        """Return (index, uint8 [height, width, 3]) of the newest frame; None when it is `last_index`."""
        ...

    def listen(self) -> RingReader | None:
        """Return a reader that stands at the newest sample of the mixed sound; None while there is none.

        The panel asks anew when a reader runs dry, so a restarted sound worker may bring another ring.
        """
        ...

    def record(self, on: bool) -> str:
        """Start or stop recording; return the sentence to show. Raises LiveartError when it can't."""
        ...

    def watch_preview(self, watching: bool) -> None:
        """Say whether anybody looks at the preview, so that frames are only handed over when wanted."""
        ...
