"""The list of bindings as it is changed live: every change gives a new list, and the last ones can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from liveart.core.binding import Binding
from liveart.errors import PatchError, UsageError, did_you_mean

MOST_UNDO = 50


class BindingList:
    """`rows` are the bindings now. A change that makes no sense raises, and changes nothing."""

    def __init__(self, rows: Iterable[Binding] = ()) -> None:
        self.rows = tuple(rows)
        self._past: list[tuple[Binding, ...]] = []

    @property
    def can_undo(self) -> bool:
        """True while there is a change to take back."""
        return bool(self._past)

    def set(self, rows: Iterable[Binding]) -> None:
        """Put other bindings in place of all."""
        self._past = [*self._past[1 - MOST_UNDO :], self.rows]
        self.rows = tuple(rows)

    def remove(self, index: int) -> None:
        """Take a binding away. Raises UsageError when there is none of that index."""
        self._check(index)
        self.set((*self.rows[:index], *self.rows[index + 1 :]))

    def change(self, index: int, changes: dict[str, Any]) -> None:
        """Change settings of a binding. Raises UsageError for an unknown index, PatchError for unknown settings."""
        old = self._check(index)
        known = tuple(old.__dataclass_fields__)
        for key in changes:
            if key not in known:
                raise PatchError(f'a binding has no key "{key}".', did_you_mean(key, known))
        self.set((*self.rows[:index], replace(old, **changes), *self.rows[index + 1 :]))

    def undo(self) -> None:
        """Take the last change back. Raises UsageError when there is none."""
        if not self._past:
            raise UsageError("no change of a binding can be taken back.", "Learn or change one first.")
        self.rows = self._past.pop()

    def _check(self, index: int) -> Binding:
        if not isinstance(index, int) or not 0 <= index < len(self.rows):
            raise UsageError(f"there is no binding {index}.",
                             f"They go from 0 to {len(self.rows) - 1}." if self.rows else "There is none yet.")
        return self.rows[index]
