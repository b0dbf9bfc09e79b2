"""Patch: a whole show in one TOML file, as frozen values. Reading and checking live in patch_file.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from liveart.core.binding import Binding
from liveart.core.contract import Stage
from liveart.core.param import Param
from liveart.midi.device import MidiDevice
from liveart.show.cue_list import CueList

FORMAT = "liveart-patch"
FORMAT_VERSION = 1

FIXED_WORDS = frozenset({"ping", "pong", "panic", "blackout", "freeze", "cue", "listen", "error",
                         "clock", "picture", "sound", "norm"})
BLENDS = ("normal", "add", "screen", "multiply", "lighten", "darken", "difference", "overlay")
FITS = ("cover", "contain", "stretch")
NOTHING = "none"  # in a list of models of sound: silence

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PathSpec:
    """A path of the patch: its kind, its settings and where its params lie (`group`)."""

    group: str
    kind: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One of the models that a player changes between: its short name, its generator, and what that is told.

    The generator is NOTHING for silence.
    """

    name: str
    generator: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class PlayerSpec:
    """One named line of the patch: a generator, its path, its starting values.

    models  those it changes between while it plays, () for none; `generator` and `settings` are then the first one's
    swap    beats in which one is faded into the next
    input   the player of sound that it hears; "" for none
    """

    name: str
    generator: str
    kind: str
    settings: Settings
    path: PathSpec | None
    opacity: float = 1.0
    blend: str = "normal"
    gain: float = 0.0
    params: Settings = field(default_factory=dict)
    models: tuple[ModelSpec, ...] = ()
    swap: float = 2.0
    input: str = ""


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A source or a sink of the patch: its kind and settings."""

    name: str
    kind: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class Patch:
    """A whole show. Sizes in pixels, rates per second, tempo in beats a minute, gain in dB.

    sound_device  "auto" (the default device, if there is one), "none", or a part of the name of one that must be there
    panel_token   what a page must know when the panel is open to a network; "" draws a fresh one at each start
    follow        whose tempo the show follows: "" its own, "link", or "midi:NAME" of a [midi.NAME]
    nudge         milliseconds by which the show is later than what it follows; below 0: earlier
    lead          with Link: whether a tempo set by hand is given to all peers
    transport     with Link: whether the show's beat begins anew when a peer presses play
    safe          addresses (with * and ?) that no cue keeps or moves
    opens_window  whether a window is opened by itself where there is a display and no output is one
    file          where it was read from; "" for none; `is_shipped` when it travels with liveart
    """

    name: str
    players: tuple[PlayerSpec, ...]
    paths: tuple[PathSpec, ...] = ()
    sources: tuple[PartSpec, ...] = ()
    outputs: tuple[PartSpec, ...] = ()
    seed: int = 0
    tempo: float = 120.0
    size: tuple[int, int] = (512, 512)
    fps: float = 60.0
    fit: str = "cover"
    rate: int = 48000
    block: int = 512
    gain: float = -3.0
    sound_device: str = "auto"
    osc_host: str = "127.0.0.1"
    osc_port: int = 9000
    ignore_time_tags: bool = False
    panel_host: str = "127.0.0.1"
    panel_port: int = 8321
    panel_token: str = ""
    device: str = "auto"
    bar: int = 4
    follow: str = ""
    nudge: float = 0.0
    lead: bool = False
    transport: bool = False
    midi: tuple[MidiDevice, ...] = ()
    bindings: tuple[Binding, ...] = ()
    cues: CueList = field(default_factory=CueList)
    safe: tuple[str, ...] = ()
    opens_window: bool = False
    folder: str = "."
    text: str = ""
    file: str = ""
    is_shipped: bool = False

    def players_of(self, kind: str) -> tuple[PlayerSpec, ...]:
        """Return the players that make one kind of material."""
        return tuple(player for player in self.players if player.kind == kind)

    def with_output(self, output: PartSpec) -> Patch:
        """Return the patch with one more sink."""
        return replace(self, outputs=(*self.outputs, output))

    def on_screen(self, is_wanted: bool) -> Patch:
        """Return the patch with a window of its own where there can be one, or with no window at all."""
        if is_wanted:
            return replace(self, opens_window=all(spec.kind != "window" for spec in self.outputs))
        return replace(self, outputs=tuple(spec for spec in self.outputs if spec.kind != "window"))

    def stage(self, device: str) -> Stage:
        """Return what the parts are told when they are opened."""
        return Stage(size=self.size, fps=self.fps, rate=self.rate, block=self.block, seed=self.seed,
                     device=device, folder=self.folder, title=self.name)

    def show_params(self) -> list[tuple[str, tuple[Param, ...]]]:
        """Return the groups of params that belong to no player: the fixed words, clock, master values."""
        return [
            ("", (Param("panic", kind="trigger", help="silence all voices now and start them clean"),
                  Param("blackout", False, kind="bool", help="fade picture and sound out; 0 brings them back"),
                  Param("freeze", False, kind="bool", help="hold the journey and the picture where they are"))),
            ("clock", (Param("tempo", self.tempo, 20.0, 300.0, unit="bpm", help="beats a minute"),
                       Param("tap", kind="trigger", help="tap the tempo; each tap is a beat"))),
            ("picture", (Param("brightness", 1.0, glide=0.15, help="master brightness of the picture"),
                         Param("flash", kind="trigger", help="a flash of white that fades at once"))),
            ("sound", (Param("gain", self.gain, -60.0, 6.0, unit="dB", glide=0.1,
                             help="master level; the lowest value is silence"),)),
        ]


def mix_params(spec: PlayerSpec) -> tuple[Param, ...]:
    """Return the params by which a player stands in the mix."""
    if spec.kind == "picture":
        return (Param("opacity", spec.opacity, glide=0.1, help="how much of it shows"),
                Param("blend", spec.blend, kind="choice", choices=BLENDS, help="how it lies on those below"))
    return (Param("gain", spec.gain, -60.0, 6.0, unit="dB", glide=0.1, help="level; the lowest value is silence"),)
