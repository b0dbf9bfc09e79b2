"""Target: an address as bindings see it: where it stands on its fader, by the board and by what was said since."""

from __future__ import annotations

import numpy as np

from liveart.core.layout import Layout
from liveart.core.param import Param, Value

_WHOLE = ("int", "choice", "bool")


class Target:
    """One address; several bindings may share it. Not thread-safe: the mapper's lock guards it.

    The board keeps whole numbers for a choice; a hand on its way from one to the next is remembered here, as long as
    nothing else moves the value. `param` is None for what the board has no value of: cues, an absent model.
    """

    __slots__ = ("_batch", "_norm", "address", "is_note", "is_whole", "norm_address", "number", "param", "place")

    def __init__(self, address: str, layout: Layout) -> None:
        self.address, self.norm_address = address, f"{address}/norm"
        self.number, self._norm, self._batch = np.nan, 0.0, -1
        self.meet(layout)

    def meet(self, layout: Layout) -> None:
        """Look the address up in a new layout."""
        self.param: Param | None = layout.params.get(self.address)
        self.place = layout.places.get(self.address, 0)
        above = layout.params.get(self.address.rpartition("/")[0])
        self.is_note = self.param is None and above is not None and above.kind == "notes"
        self.is_whole = self.param is not None and self.param.kind in _WHOLE
        self.number = np.nan

    @property
    def has_value(self) -> bool:
        """True when it stands somewhere: neither a trigger nor notes nor unknown."""
        return self.param is not None and self.param.kind not in ("trigger", "notes")

    def at(self, numbers: np.ndarray) -> float:
        """Return where it stands by the board's numbers, 0..1; 0 for what has no value."""
        if self.param is None or not self.has_value:
            return 0.0
        number = float(numbers[self.place])
        return self._norm if number == self.number else self.param.to_norm(number)

    def read(self, numbers: np.ndarray, batch: int) -> float:
        """Return where it stands, 0..1, counting what was said in this batch, which the board has not heard yet."""
        if batch != self._batch and self.param is not None:
            self._norm, self.number, self._batch = self.at(numbers), float(numbers[self.place]), batch
        return self._norm

    def number_at(self, norm: float) -> float:
        """Return the number that the board would keep for a fader position."""
        return 0.0 if self.param is None else self.param.read_norm(norm).number

    def say(self, norm: float) -> bool:
        """Remember a fader position as said; False when it is the same number to the board."""
        before, self.number, self._norm = self.number, self.number_at(norm), norm
        return self.number != before

    def native(self) -> Value:
        """Return what was said last in native units, as people write it."""
        return None if self.param is None else self.param.show(self.number)
