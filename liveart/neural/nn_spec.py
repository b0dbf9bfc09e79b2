"""What an nn~ file declares: methods, latents, sample rate. Read as it stands; a trial (nn_trial) confirms it.

The form: a method `m` has an int tensor `m_params` = [inputs, in_ratio, outputs, out_ratio]; a ratio is how many
samples of sound belong to one value. Files differ in how they list their methods and tell their rate; all the ways
that are known are tried here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torch.jit import ScriptModule

from liveart.neural.model import Method

MOST_CHANNELS = 4096
LONGEST_BLOCK = 1 << 18  # samples: some seconds; a file that wants more is no instrument
_RATE_NAMES = ("sr", "sampling_rate")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says of itself.

    rate    samples a second, 0 when it does not tell
    block   samples: the least number that all ratios divide; 0 without methods
    latent, width   as in AudioSpec
    remarks   sentences on what was left out
    """

    methods: dict[str, Method]
    rate: int
    block: int
    latent: int
    width: int
    is_discrete: bool
    is_spherical: bool
    remarks: tuple[str, ...] = ()


def read_declared(module: ScriptModule) -> Declared:
    """Return what the file declares; never raises for what it lacks or words badly: that is left out with a remark."""
    methods, remarks = _methods(module)
    kind = module.original_name.lower()
    is_discrete, is_spherical = "discrete" in kind, "spher" in kind
    latent = methods["decode"].inputs if "decode" in methods else 0
    # Codes and angles have no hidden dimensions: all of them are played.
    full = latent if is_discrete or is_spherical else _first_number(module, "full_latent_size")
    return Declared(methods, read_rate(module), _block_of(methods.values()), latent,
                    full if latent < full <= MOST_CHANNELS else latent, is_discrete, is_spherical, tuple(remarks))


def read_rate(module: ScriptModule) -> int:
    """Return the sample rate that the file was made for, from the first place that answers; 0 when none does."""
    if hasattr(module, "get_sample_rate"):
        try:
            if (rate := _number(module.get_sample_rate())) > 0:
                return rate
        except RuntimeError:
            pass  # a getter that fails tells no rate; the other places are asked
    inner = getattr(module, "_rave", None)  # a first-generation file that was wrapped together with a prior
    found = [_first_number(module, name) for name in _RATE_NAMES] + [_first_number(inner, "sampling_rate")]
    return next((rate for rate in found if rate > 0), 0)


def _block_of(methods: Iterable[Method]) -> int:
    """Return how many samples every run takes a multiple of; 0 without methods."""
    ratios = [ratio for method in methods for ratio in (method.in_ratio, method.out_ratio)]
    return math.lcm(*ratios) if ratios else 0


def _methods(module: ScriptModule) -> tuple[dict[str, Method], list[str]]:
    methods, remarks = {}, []
    for name in _names(module):
        params = _numbers(getattr(module, f"{name}_params", None))
        if fault := _fault(module, name, params):
            remarks.append(f"{name} is left out: {fault}.")
            continue
        inputs, in_ratio, outputs, out_ratio = params[:4]
        methods[name] = Method(name, inputs, in_ratio, outputs, out_ratio, _labels(module, f"{name}_input_labels"),
                               _labels(module, f"{name}_output_labels"))
    return methods, remarks


def _names(module: ScriptModule) -> list[str]:
    """Return the listed methods; of files without a list, all that have a buffer or an attribute `<name>_params`."""
    if hasattr(module, "get_methods"):
        try:
            return [str(name) for name in dict.fromkeys(module.get_methods())]
        except (RuntimeError, TypeError):
            pass  # a list that can't be read is no list
    settings = _listed(module, "get_attributes")
    held = [name for name, _ in module.named_buffers(recurse=False)]
    if hasattr(module, "_concrete_type"):
        held += list(module._concrete_type.get_attributes())
    ends = [name.removesuffix("_params") for name in dict.fromkeys(held) if name.endswith("_params")]
    return [name for name in ends if name not in settings and hasattr(module, name)]


def _fault(module: ScriptModule, name: str, params: list[int]) -> str:
    if len(params) < 4:
        return "it does not declare its channels and ratios"
    if not hasattr(module, name):
        return "the file lists it but does not have it"
    inputs, in_ratio, outputs, out_ratio = params[:4]
    if not (0 < inputs <= MOST_CHANNELS and 0 < outputs <= MOST_CHANNELS):
        return f"it declares {inputs} inputs and {outputs} outputs"
    if min(in_ratio, out_ratio) < 1 or math.lcm(max(in_ratio, 1), max(out_ratio, 1)) > LONGEST_BLOCK:
        return f"it declares {in_ratio} and {out_ratio} samples a value"
    return ""


def _labels(module: ScriptModule, name: str) -> tuple[str, ...]:
    labels = getattr(module, name, ())
    return tuple(str(label) for label in labels) if isinstance(labels, (list, tuple)) else ()


def _listed(module: ScriptModule, getter: str) -> list[str]:
    try:
        return [str(name) for name in getattr(module, getter)()]
    except (AttributeError, RuntimeError, TypeError):
        return []


def _first_number(holder: Any, name: str) -> int:
    return _number(getattr(holder, name, 0))


def _number(value: Any) -> int:
    """Return a whole number from an int, a float, a tensor or a tuple of one; 0 from anything else."""
    return (_numbers(value) or [0])[0]


def _numbers(value: Any) -> list[int]:
    try:
        items = value.flatten().tolist() if isinstance(value, Tensor) else value
        return [int(item) for item in (items if isinstance(items, (list, tuple)) else [items])]
    except (TypeError, ValueError, OverflowError):
        return []
