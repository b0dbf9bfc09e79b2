"""CueList: the cues of a show and their order in the set; what a performer edits, and what is kept in the patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from liveart.core.param import Value
from liveart.errors import PatchError, did_you_mean
from liveart.show.cue import Cue, check_name

PLAIN = Cue("plain")
MOST_CUES = 500  # a button that is stuck must not fill memory and patch
EDITS = ("store", "delete", "rename", "set", "order")


def is_number(word: str) -> bool:
    """Return whether a word is the number of a cue."""
    return word.isascii() and word.isdigit() and len(word) <= 6


@dataclass(frozen=True, slots=True)
class CueList:
    """All cues in the order of their numbers (from 1), and the set list: names, each as often as it is wanted.

    `plain` is the timing of cues that are stored from now on. Each edit returns a new list. Raises PatchError for
    cues that are not there.
    """

    cues: tuple[Cue, ...] = ()
    order: tuple[str, ...] = ()
    plain: Cue = PLAIN

    def __post_init__(self) -> None:
        names = [cue.name for cue in self.cues]
        for name in [*self.order, *(cue.follow for cue in self.cues if cue.follow)]:
            if name not in names:
                raise PatchError(f'the set list, or a cue\'s follow, names a cue "{name}", which is not there.',
                                 did_you_mean(name, names))

    def find(self, wanted: object) -> Cue:
        """Return the cue of a name or a number from 1. Raises PatchError with the nearest."""
        if isinstance(wanted, str) and is_number(wanted):
            wanted = int(wanted)
        if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
            if not 1 <= wanted <= len(self.cues) or wanted % 1:
                raise PatchError(f"there is no cue {wanted!s:.20}.", f"There are {len(self.cues)}, from 1.")
            return self.cues[int(wanted) - 1]
        names = {cue.name: cue for cue in self.cues}
        if not isinstance(wanted, str) or wanted not in names:
            raise PatchError(f'there is no cue "{wanted!s:.60}".',
                             did_you_mean(str(wanted), names) or "Store one first: /liveart/cue/store")
        return names[wanted]

    @property
    def set_list(self) -> tuple[str, ...]:
        """The names in the order of the set; all cues when no order is given."""
        return self.order or tuple(cue.name for cue in self.cues)

    def place_of(self, name: str, after: int = -1) -> int:
        """Return where in the set list a cue stands: the next time behind `after`, else the first; -1 if nowhere."""
        places = [place for place, known in enumerate(self.set_list) if known == name]
        return next((place for place in places if place > after), places[0] if places else -1)

    def store(self, name: str, values: Mapping[str, Value]) -> CueList:
        """Return the list with `values` under `name`: one that is there keeps its timing, a new one joins the set.

        Without an order of its own the set is all cues, and stays so.
        """
        known = {cue.name for cue in self.cues}
        if name not in known and len(known) >= MOST_CUES:
            raise PatchError(f"there are {len(known)} cues already.", "Delete some, or store over one.")
        if name in known:
            return replace(self, cues=tuple(replace(cue, values=values) if cue.name == name else cue
                                            for cue in self.cues))
        check_name(name)
        return replace(self, cues=(*self.cues, replace(self.plain, name=name, values=values)),
                       order=(*self.order, name) if self.order else ())

    def fresh_name(self) -> str:
        """Return a name that no cue has yet: cue-1, cue-2, …"""
        names, number = {cue.name for cue in self.cues}, len(self.cues) + 1
        while f"cue-{number}" in names:
            number += 1
        return f"cue-{number}"

    def delete(self, name: object) -> CueList:
        """Return the list without a cue."""
        gone = self.find(name).name
        return CueList(tuple(replace(cue, follow="") if cue.follow == gone else cue
                             for cue in self.cues if cue.name != gone),
                       tuple(kept for kept in self.order if kept != gone), self.plain)

    def rename(self, old: object, new: str) -> CueList:
        """Return the list in which a cue has another name, wherever it is named."""
        before = self.find(old).name
        check_name(new)
        if new != before and any(cue.name == new for cue in self.cues):
            raise PatchError(f'there is a cue "{new}" already.', "Choose another name.")

        def now(name: str) -> str:
            return new if name == before else name

        return CueList(tuple(replace(cue, name=now(cue.name), follow=now(cue.follow)) for cue in self.cues),
                       tuple(now(name) for name in self.order), self.plain)

    def change(self, name: object, settings: Mapping[str, Any]) -> CueList:
        """Return the list in which a cue has another timing."""
        wanted = self.find(name)
        changed = wanted.with_settings(settings)
        return replace(self, cues=tuple(changed if cue is wanted else cue for cue in self.cues))

    def reorder(self, names: Sequence[object]) -> CueList:
        """Return the list with another set order."""
        if not isinstance(names, (list, tuple)):
            raise PatchError(f"the set list can't be {names!r:.60}.", "Give a list of cue names.")
        return replace(self, order=tuple(self.find(name).name for name in names))
