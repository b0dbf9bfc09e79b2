"""The three contracts: Generator, Source, Sink. A class with one method is enough; all else has a default."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from liveart.core.event import Event
from liveart.core.gesture import Gesture
from liveart.core.material import Material
from liveart.core.own_show import OwnShow
from liveart.core.param import Param, Value

Kind = Literal["picture", "sound"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a part is told when it is opened.

    size    (width, height) of the show's picture in pixels
    fps     frames a second
    rate    samples a second
    block   samples in a block
    channels  sound channels
    device  torch device name for models: "cpu", "cuda", "mps"
    folder  where relative file names of the patch start
    title   the name of the show
    is_live  False in a render: there is no world to listen to
    """

    size: tuple[int, int] = (512, 512)
    fps: float = 60.0
    rate: int = 48000
    block: int = 512
    channels: int = 2
    seed: int = 0
    device: str = "cpu"
    folder: str = "."
    title: str = ""
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """For which moment material is asked.

    time, beat  of the frame, or of the first sample of the block
    dt          seconds since the last frame or block
    size        (width, height) wanted for a picture; a generator may give another, it is scaled
    frames, rate  how many samples are wanted, at which rate
    level       0: full inner resolution; 1: half; 2: a quarter: asked for when the machine is too slow
    ahead       seconds by which sound is made before it is heard; `time` is when it is heard
    heard       for a generator that takes sound: the block of the player that it listens to, float32 [frames, 2],
                before that one's gain; its own to write on. None where the patch gives it no input
    For a generator with a lag, `time` and `ahead` are later by it, so that what they say is when z is heard; `heard`
    is not.
    """

    time: float
    beat: float
    dt: float
    index: int
    size: tuple[int, int] = (0, 0)
    frames: int = 0
    rate: int = 0
    level: int = 0
    ahead: float = 0.0
    heard: np.ndarray | None = None


class Generator(ABC):
    """Makes one kind of material. Settings of the patch arrive as keyword arguments of `__init__`.

    `params`, `latent` and `travels` may be set on the class or, when only the model tells, in `open`.
    `travels` "blend": in place of a z it wants a Blend of stations, and mixes them where its model mixes best.
    `takes` "sound": it can hear another player (see Moment.heard). `is_foreign`: its model is somebody else's, and
    its sound is freed from a constant offset and need not keep to -1..1. `is_live`: it hears the world, and can't be
    asked ahead of its time. `imports`: modules that `open` imports, which are loaded before the show
    begins where the generator may come in while it plays.
    """

    kind: ClassVar[Kind] = "picture"
    takes: ClassVar[str] = ""
    is_foreign: ClassVar[bool] = False
    imports: ClassVar[Sequence[str]] = ()
    is_live: bool = False
    latent: int = 0
    travels: Literal["z", "blend"] = "z"
    params: Sequence[Param] = ()

    def open(self, stage: Stage) -> None:  # noqa: B027  (nothing to open is a fair default)
        """Load what is needed; raise a LiveartError when it can't be had."""

    @abstractmethod
    def make(self, now: Moment, z: Any, params: Mapping[str, Any]) -> Any:
        """Return the material for `now`.

        A picture: uint8 or float 0..1, [height, width, 3 or 1 or 4] as an array, or a torch tensor
        [1, channels, height, width]. A sound: float32 [frames] or [frames, channels], -1..1.
        `z` is a float32 array [latent], or a Blend (core/blend.py) for one that travels so; `params` maps the names
        of `params` to numbers; one of kind notes to its array (see core/notes.py).
        """

    def lag(self) -> float:
        """Return the seconds from a z to its sound, 0 to 4: it is told so much earlier where a journey goes.

        Asked once, when it is open. For generators of sound.
        """
        return 0.0

    def reset(self) -> None:  # noqa: B027
        """Forget all running state (panic): voices, tails, feedback."""

    def close(self) -> None:  # noqa: B027
        """Let go of what `open` took; may be called twice."""

    def note(self) -> str:
        """Return one short line for the start card ("" for none)."""
        return ""


class Source(ABC):
    """Says what hands, sensors and clocks do, as events.

    A clocked source answers `tick`; one with a life of its own starts a thread in `open`, keeps `put`
    (which takes a list of events, applied whole, and returns a Verdict for each) and calls it when it likes.
    """

    folder: str = "."  # where relative file names of the patch start; set before `open`
    is_live: bool = False  # True: it hears the world as it is now, and has no place in an offline render

    def attend(self, show: OwnShow) -> None:  # noqa: B027
        """Take what the show itself makes, to listen to it or look at it; called once, before `open`."""

    def open(self, put: Callable[[list[Event]], Sequence[Any]]) -> None:  # noqa: B027
        """Begin; raise a LiveartError when the port or device can't be had."""

    @abstractmethod
    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return (address, value) pairs for this moment; called about 100 times a second, in order."""

    def close(self) -> None:  # noqa: B027
        """Stop; may be called twice."""

    def note(self) -> str:
        """Return one short line for the start card ("" for none)."""
        return ""


class Sink(ABC):
    """Carries material away. `takes` says which kinds: "picture", "sound", or "values" (what changes on the board).

    May be slow: each sink has a thread of its own, in which `send` is called. `open`, `tend` and `close` are called
    in the main thread of its process.
    """

    takes: frozenset[str] = frozenset({"picture"})
    is_vital: ClassVar[bool] = True  # False: a show begins without it, with a word, when it can't be opened
    is_quick: ClassVar[bool] = False  # True: `send` takes far below a millisecond and is called without a thread

    def __init__(self, name: str = "") -> None:
        self.name = name

    def open(self, stage: Stage) -> None:  # noqa: B027
        """Begin; raise a SinkError when it can't be opened."""

    @abstractmethod
    def send(self, material: Material) -> None:
        """Take one frame or block of sound; raise a SinkError when it can't be written (it is retried)."""

    def has_clock(self) -> bool:
        """Say whether it paces the sound itself (an audio device)."""
        return type(self).wanted is not Sink.wanted

    def wanted(self) -> int | None:
        """Return how many samples it has room for now; None: it follows the show's clock."""
        return None

    def delay(self) -> float:
        """Return the seconds from `send` to ear or eye, as far as they are known; what is on a beat is made earlier."""
        return 0.0

    def run_ahead(self, seconds: float) -> bool:
        """Keep so much more sound waiting from now on, 0 as ever; say whether it waits already.

        For a device: what makes the sound will be held up for a moment. Others have no need of it.
        """
        return True

    def tend(self) -> Sequence[Gesture]:
        """Do what must be done in the main thread, where systems keep their windows; called at every frame.

        Returns what hands did meanwhile (keys pressed in a window). Must be quick.
        """
        return ()

    def close(self) -> None:  # noqa: B027
        """Finish what was begun; may be called twice."""

    def note(self) -> str:
        """Return one short line on its state for the start card and the panel ("" for none)."""
        return ""

    def counts(self) -> Mapping[str, float]:
        """Return running counters, such as {"xruns": 0}."""
        return {}
