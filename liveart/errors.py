"""Every error that liveart raises on purpose, and how a wrong word is answered.

    LiveartError            what happened, what was given, what to do (.hint)
    ├── UsageError          a command used wrongly (exit code 2)
    ├── PatchError          a patch that can't be played as written
    ├── ParamError          a value that a parameter refuses
    ├── ModelError          a model folder that can't be found, read or trusted
    ├── MaterialError       a generator that broke its promise (shape, type, range)
    ├── TakeError           a take that can't be read or replayed
    ├── TrainingError       data or settings that can't be trained on
    ├── SinkError           an output that can't be opened or written
    ├── PortError           a network port or address that can't be used
    └── NotInstalled        an optional package that is absent
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LiveartError(Exception):
    """Something went wrong that a person can mend; `hint` says how."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".rstrip()

    def __reduce__(self) -> tuple[type[LiveartError], tuple[str, str]]:
        # Errors travel from the workers to the conductor; keep both parts on the way.
        return type(self), (self.what, self.hint)


class UsageError(LiveartError):
    """A command used wrongly."""


class PatchError(LiveartError):
    """A patch that can't be played as written."""


class ParamError(LiveartError):
    """A value that a parameter refuses: wrong type, NaN or infinity."""


class ModelError(LiveartError):
    """A model folder that can't be found, read or trusted."""


class MaterialError(LiveartError):
    """A generator gave something else than it promised."""


class TakeError(LiveartError):
    """A take that can't be read or replayed."""


class TrainingError(LiveartError):
    """Data or settings that can't be trained on."""


class SinkError(LiveartError):
    """An output that can't be opened or written."""


class PortError(LiveartError):
    """A network port or address that can't be used."""


class NotInstalled(LiveartError):
    """An optional package is absent; says which extra brings it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed.", f'Install it with: pip install "liveart[{extra}]"')
        self.package = package
        self.extra = extra

    def __reduce__(self) -> tuple[type[NotInstalled], tuple[str, str]]:
        return NotInstalled, (self.package, self.extra)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "x"?`, or the list of what there is when nothing is near."""
    names = sorted(set(known))
    plain = {name.lower(): name for name in names}
    # A word from the network can be as long as a datagram; comparing takes time by the square of it.
    near = difflib.get_close_matches(word[:200].lower(), plain, n=1, cutoff=0.5)
    if near:
        return f'Did you mean "{plain[near[0]]}"?'
    if not names:
        return ""
    shown = ", ".join(names[:12])
    return f"There are: {shown}{', …' if len(names) > 12 else ''}."
