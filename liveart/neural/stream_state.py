"""The past that a TorchScript model keeps from block to block: found, kept as it was at loading, and brought back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

Place = tuple[str, str]  # path of the module within the model, name of the attribute
_PAST_NAMES = ("pad", "cache")  # what streaming exports call their buffers
_OF_TORCH = ("training", "_is_full_backward_hook")


@dataclass(frozen=True, slots=True)
class Slot:
    """One value that changes while the model plays.

    value   as it was at loading; a copy that nobody writes to
    is_steady   the file writes into the same tensor always; else it puts a new one in its place
    axis    which axis of the tensor counts the streams; None: it has none
    """

    value: Any
    is_steady: bool = True
    axis: int | None = None


def snapshot(module: torch.jit.ScriptModule) -> dict[Place, Any]:
    """Return a copy of all that could change: buffers and plain attributes, weights left out."""
    return {place: _copied(value) for place, value in _values(module)}


class StreamState:
    """What to bring back at a reset, for one module; `moved` gives the same for a copy of it."""

    def __init__(self, module: torch.jit.ScriptModule, slots: Mapping[Place, Slot]) -> None:
        self._slots = dict(slots)
        self._holders = dict(module.named_modules())

    @classmethod
    def found(cls, module: torch.jit.ScriptModule, before: Mapping[Place, Any]) -> StreamState:
        """Return the state of a module that has played since `before`: all that changed, and all named as a past."""
        slots = {}
        for place, value in _values(module):
            kept = before.get(place)
            if place[1] in _PAST_NAMES or not _equal(kept, value):
                slots[place] = Slot(kept)
        return cls(module, slots)

    @property
    def has_signal(self) -> bool:
        """Whether any of it can hold a piece of a signal; a bare counter can't."""
        return any(_holds_signal(slot.value) for slot in self._slots.values())

    @property
    def rowless(self) -> tuple[str, ...]:
        """Names of what holds a signal but does not tell its streams apart."""
        return tuple(".".join(filter(None, place)) for place, slot in self._slots.items()
                     if slot.axis is None and _holds_signal(slot.value))

    def moved(self, module: torch.jit.ScriptModule) -> StreamState:
        """Return the same for a copy of the module."""
        return StreamState(module, self._slots)

    def now(self) -> dict[Place, Any]:
        """Return a copy of the state as it is."""
        return {place: _copied(getattr(self._holders[place[0]], place[1])) for place in self._slots}

    def note_places(self, module: torch.jit.ScriptModule, addresses: Mapping[Place, int]) -> None:
        """Tell which tensors stayed where they were since `addresses_of` was asked."""
        after = addresses_of(module)
        for place, slot in self._slots.items():
            self._slots[place] = replace(slot, is_steady=addresses.get(place) == after.get(place))

    def note_rows(self, one: Mapping[Place, Any], other: Mapping[Place, Any], row: int) -> None:
        """Tell which axis counts the streams, from two states that came of inputs that differ in `row` alone."""
        for place, slot in self._slots.items():
            axis = _axis_of_row(one[place], other[place], row)
            self._slots[place] = replace(slot, axis=axis)

    def restore(self, row: int | None = None) -> None:
        """Bring back the state at loading, of one stream or of all; bit for bit."""
        with torch.inference_mode():
            for (path, name), slot in self._slots.items():
                holder = self._holders[path]
                if row is None:
                    _put_all(holder, name, slot)
                elif slot.axis is not None:
                    _put_row(holder, name, slot, slot.axis, row)


def addresses_of(module: torch.jit.ScriptModule) -> dict[Place, int]:
    """Return where in memory each tensor that could change lies."""
    return {place: value.data_ptr() for place, value in _values(module) if isinstance(value, Tensor)}


def _put_all(holder: Any, name: str, slot: Slot) -> None:
    now = getattr(holder, name)
    if slot.is_steady and isinstance(now, Tensor) and now.shape == slot.value.shape:
        now.copy_(slot.value)
    else:  # not in place: what the file put there may be a view of something else
        setattr(holder, name, _copied(slot.value))


def _put_row(holder: Any, name: str, slot: Slot, axis: int, row: int) -> None:
    now = getattr(holder, name)
    if row >= now.shape[axis]:
        return  # a file that makes room for its streams at the first call, which has not been
    changed = now if slot.is_steady else now.clone()
    at, kept = changed.select(axis, row), slot.value
    if kept.dim() == now.dim() and kept.shape[axis] > row:
        kept = kept.select(axis, row)
    elif kept.dim() == now.dim() and kept.shape[axis] == 1:
        kept = kept.select(axis, 0)
    if kept.shape == at.shape:
        at.copy_(kept)
    else:
        at.zero_()
    if changed is not now:
        setattr(holder, name, changed)


def _values(module: torch.jit.ScriptModule) -> Iterator[tuple[Place, Any]]:
    for path, holder in module.named_modules():
        for name in _names(holder):
            try:
                value = getattr(holder, name)
            except RuntimeError:
                continue  # an object of a class that the file brings with it: Python can't look into it
            yield (path, name), value


def _names(holder: Any) -> list[str]:
    try:
        listed = holder._concrete_type.get_attributes()
    except AttributeError:  # a torch without this list: buffers are what exports keep their past in
        return [name for name, _ in holder.named_buffers(recurse=False)]
    return [name for name, (_, is_weight) in listed.items() if not is_weight and name not in _OF_TORCH]


def _copied(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, (list, tuple)):
        return type(value)(_copied(item) for item in value) if type(value) in (list, tuple) else value
    return dict(value) if isinstance(value, dict) else value


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return one.shape == other.shape and one.dtype == other.dtype and bool(torch.equal(one, other))
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_equal, one, other))
    return type(one) is type(other) and (isinstance(one, (torch.jit.ScriptModule, dict)) or bool(one == other))


def _holds_signal(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_signal, value))
    return isinstance(value, Tensor) and value.is_floating_point()


def _axis_of_row(one: Any, other: Any, row: int) -> int | None:
    """Return the axis along which two tensors differ at index `row` alone; None where they don't differ so."""
    if not isinstance(one, Tensor) or not isinstance(other, Tensor) or one.shape != other.shape or one.dim() == 0:
        return None
    differs = one != other
    if not bool(differs.any()):
        return 0 if one.dim() > 1 and one.shape[0] > row else None  # untouched so far; exports put the streams first
    for axis in range(one.dim()):
        others = [other_axis for other_axis in range(one.dim()) if other_axis != axis]
        hit = differs.movedim(axis, 0).reshape(one.shape[axis], -1).any(1) if others else differs
        if one.shape[axis] > 1 and hit.nonzero().flatten().tolist() == [row]:
            return axis
    return None
