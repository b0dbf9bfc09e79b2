"""The settings of an nn~ file that are not signals: listed, read and set with the types that the file declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor

from liveart.errors import ModelError
from liveart.neural.model import Attribute, AttributeKind, Number
from liveart.neural.torchscript import Script

KINDS: tuple[AttributeKind, ...] = ("bool", "int", "float", "str", "tensor", "buffer")  # by the code in `<name>_params`
_CAST: Mapping[str, Callable[[Any], Number]] = {"bool": bool, "int": int, "float": float, "str": str}


def read_attributes(script: Script) -> tuple[tuple[Attribute, ...], tuple[str, ...]]:
    """Return the attributes that numbers and words can set, and a remark for each other one."""
    attributes, remarks = [], []
    for name in _names(script):
        kinds = _kinds(getattr(script.module, f"{name}_params"))
        if not kinds or any(kind not in _CAST for kind in kinds):
            remarks.append(f"{name} is left out: it is set by sound or by a tensor, not by a value.")
            continue
        try:
            attributes.append(Attribute(name, kinds, read_values(script, name, kinds)))
        except ModelError as error:
            remarks.append(f"{name} is left out: {error.what}")
    return tuple(attributes), tuple(remarks)


def read_values(script: Script, name: str, kinds: Sequence[AttributeKind]) -> tuple[Number, ...]:
    """Return the values of an attribute now; a file may give a bare value, a list or a tuple.

    Raises ModelError when there is no such getter, or it gives something else than declared.
    """
    given = script.ask(f"get_{name}")
    values = given if isinstance(given, (list, tuple)) else (given,)
    if len(values) != len(kinds):
        raise ModelError(f"{name} is declared with {len(kinds)} values, but the file gives {len(values)}.")
    try:
        return tuple(_CAST[kind](_plain(value)) for kind, value in zip(kinds, values, strict=True))
    except (TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{name} gives {values!r}, which is not {', '.join(kinds)}.") from error


def set_values(script: Script, attribute: Attribute, values: Sequence[Number]) -> bool:
    """Give an attribute its values, each as the type it is declared with; False when the file refuses them.

    Raises ModelError when there are too many or too few, or one has no such form.
    """
    if len(values) != len(attribute.kinds):
        raise ModelError(f"{attribute.name} takes {len(attribute.kinds)} values, was given {len(values)}.",
                         f"Their types: {', '.join(attribute.kinds)}.")
    try:
        typed = [_CAST[kind](value) for kind, value in zip(attribute.kinds, values, strict=True)]
    except (TypeError, ValueError, OverflowError) as error:
        raise ModelError(f"{attribute.name} can't be {list(values)!r}.",
                         f"Its types: {', '.join(attribute.kinds)}.") from error
    answer = script.ask(f"set_{attribute.name}", *typed)
    return not isinstance(answer, (bool, int)) or int(answer) >= 0  # 0: taken, -1: refused; some say nothing


def _names(script: Script) -> list[str]:
    if not hasattr(script.module, "get_attributes"):
        return []
    listed = dict.fromkeys(str(name) for name in script.ask("get_attributes"))
    # Old exports list the word "none" when they have no attribute.
    return [name for name in listed if name != "none" and hasattr(script.module, f"{name}_params")]


def _kinds(codes: Any) -> tuple[AttributeKind, ...]:
    numbers = codes.flatten().tolist() if isinstance(codes, Tensor) else codes
    numbers = numbers if isinstance(numbers, (list, tuple)) else [numbers]
    return tuple(KINDS[int(code)] if 0 <= int(code) < len(KINDS) else "tensor" for code in numbers)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else value
