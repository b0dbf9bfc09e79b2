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

    def put_osc(self, events: list[Event]) -> Sequence[Verdict]:
        """Apply events that came as OSC; an address of another program may be bound like a knob."""
        ...

    def groups(self) -> Sequence[Mapping[str, Any]]:
        """Return players and paths in the order of the patch: {"name", "title", "kind"}.

        `name` is the word in `/liveart/<name>/<param>`; which params it has, the board's layout tells.
        `kind` is one of KINDS. "has_models" True: its choice `model` changes the model that it plays.
        """
        ...

    def status(self) -> Mapping[str, Any]:
        """Return how the show does now. A key that is missing or None is shown as a dash.

        patch, version, device      texts
        fps, gen_ms                 frames a second; milliseconds to make one
        late_frames, xruns, restarts, osc_received, osc_refused   counters
        control_to_frame_ms         {"p50", "p99"}
        audio_headroom              share 0..1 of a block's time that is left over
        mutes                       how often a player of sound had to be silenced
        sound_rate                  samples a second
        sound_delay_ms              from a hand to what is heard: buffer, device, and the lag of the slowest model
        level                       inner resolution: 0 full, 1 half, 2 a quarter
        last                        the last control received, as a text
        models                      {player: {"playing", "loading", "failed"}} short names of models, "" for none
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

    def hands(self) -> Mapping[str, Any]:
        """Return the controllers and what they move.

        learning   the address that waits for a control; "" when none does
        bindings   [{"index", "device", "control", "channel", "address", "hand", "value", "is_caught", "takeover",
                   "encoder", "action", "low", "high", "curve", "feedback"}]: as core/binding.py has it, and
                   hand        where the control stands, as the fader position 0..1 of its target that it stands for
                               (after range and curve); None when it has not moved yet
                   value       the fader position 0..1 at which the target stands
                   is_caught   False while the hand has yet to come to the value before it moves it
        ports      [{"name", "input", "output", "is_connected", "received", "last"}] of each controller of the patch
        clock      {"follow": internal, midi or link; "state": running, waiting, lost or stopped; "peers", "tempo"}
        can_undo   whether `undo_bind` has something to take back
        """
        ...

    def learn(self, address: str | None) -> None:
        """Bind the next control that is moved to `address`; None: stop waiting. Raises LiveartError."""
        ...

    def bind(self, index: int, changes: Mapping[str, Any]) -> None:
        """Change settings of a binding. Raises LiveartError for what makes no sense; then nothing is changed."""
        ...

    def unbind(self, index: int) -> None:
        """Take a binding away. Raises LiveartError when there is none of that index."""
        ...

    def undo_bind(self) -> None:
        """Take back the last learn, bind or unbind. Raises LiveartError when there is none."""
        ...

    def key(self, name: str, is_down: bool) -> None:
        """A key of a keyboard went down or up: "n", "space", "1", "f5"; keys are controls like any other."""
        ...

    def cues(self) -> Mapping[str, Any]:
        """Return the set.

        cues       [{"number", "name", "morph", "quantum", "curve", "follow", "after", "count"}]: number from 1; morph
                   in beats; quantum one of show/cue.QUANTA; curve one of core/morph.CURVES; follow: the cue that
                   comes by itself `after` beats, or ""; count: how many values it keeps
        list       the names in the order of the set, each as often as it is wanted
        at, next   the cue that was last recalled, and the one that "next" brings; "" for none
        pending    the cue that waits for its beat, "" for none; `launch`: that beat, or None
        share      how far the running morph has come, 0..1; None when none runs
        can_undo   whether a recall can be taken back
        file       where the cues are kept
        """
        ...

    def edit_cue(self, what: Mapping[str, Any]) -> str:
        """Change the set; return the sentence to show. Raises LiveartError when it can't be done.

        what: {"store": name, "" for a new one} | {"delete": name} | {"rename": [old, new]} | {"order": [names]}
              | {"set": name} with any of "morph", "quantum", "curve", "follow", "after"
        """
        ...
