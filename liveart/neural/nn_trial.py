"""The trial of an nn~ file when it is opened: every method is run, and what it does is held against what it says.

It is the warm-up too: the very first convolution of a process costs about 0.1 s more than the next.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from liveart.errors import ModelError
from liveart.neural.model import AudioSpec, Method
from liveart.neural.nn_spec import Declared
from liveart.neural.stream_state import StreamState, addresses_of, snapshot
from liveart.neural.torchscript import Script

LEAST = 1024  # samples of a trial's block: a convolution may refuse a few, and hears no edge in them
_WARM_UPS = 2
_BLOCKS = 4  # in the trial whether blocks join
_JOINS_TO = 1e-4  # of the peak
_ALONE = "Write voices = 1 into the player, and notes = 0."


def tried(script: Script, declared: Declared, batch: int) -> tuple[AudioSpec, StreamState]:
    """Return what the file can do with `batch` streams, attributes left out, and the state that its resets bring back.

    Leaves the file as it was at loading. Raises ModelError when no method is of use.
    """
    size = block_for_trial(declared.block)
    before, places = snapshot(script.module), addresses_of(script.module)
    methods, remarks = _usable(script, declared, size, batch)
    state = StreamState.found(script.module, before)
    state.note_places(script.module, places)
    width = _width(script, methods, declared, size, batch)
    if width < declared.width:
        remarks.append(f"decode does not take its {declared.width} latents, only {width}.")
    spec = AudioSpec("nn~", declared.rate, declared.block, methods, latent=min(declared.latent, width), width=width,
                     is_spherical=declared.is_spherical)
    remarks += check_rows(script, state, spec, batch) if batch > 1 else []
    is_discrete = width > 0 and (declared.is_discrete or _floors(script, state, methods["decode"], size, batch))
    width = spec.latent if is_discrete else width  # all codes are played
    played = [replace(method, inputs=width) if name == "decode" else method for name, method in methods.items()]
    remarks += [f"{method.name} draws noise inside the file: other block sizes give another sound."
                for method in played if _draws(script, state, method, size, batch)]
    streams = state.has_signal or all(_joins(script, state, method, size, batch) for method in played)
    state.restore()
    return replace(spec, width=width, streams=streams, is_discrete=is_discrete,
                   remarks=(*declared.remarks, *remarks)), state


def block_for_trial(block: int) -> int:
    """Return the least multiple of a file's block that tells something of it, in samples."""
    return block * math.ceil(LEAST / block)


def check_rows(script: Script, state: StreamState, spec: AudioSpec, batch: int) -> list[str]:
    """Run every method with `batch` streams that differ in the last alone; returns remarks.

    Tells `state` which of its axes counts the streams. Raises ModelError when the file can't play so many streams, or
    when one of them is heard in another.
    """
    made: list[dict[str, Tensor]] = []
    states = []
    for differs in (False, True):
        _begin(script, state)
        made.append({name: _row_trial(script, method, block_for_trial(spec.block), batch, differs)
                     for name, method in spec.methods.items()})
        states.append(state.now())
    for name in spec.methods:
        if not torch.allclose(made[0][name][:-1], made[1][name][:-1], rtol=0.0, atol=1e-4, equal_nan=True):
            raise ModelError(f"{name} of the model mixes its streams: {batch} can't be played apart.", _ALONE)
    state.note_rows(states[0], states[1], batch - 1)
    state.restore()
    return [f"{name} is not reset with one stream alone." for name in state.rowless]


def _noise_for(method: Method, block: int, batch: int, blocks: int = 1) -> Tensor:
    """Return the same noise [batch, inputs, blocks * block / in_ratio] at each call."""
    length = blocks * block // method.in_ratio
    return torch.randn(batch, method.inputs, length, generator=torch.Generator().manual_seed(7)) * 0.3


def _row_trial(script: Script, method: Method, block: int, batch: int, differs: bool) -> Tensor:
    x = _noise_for(method, block, batch)
    if differs:
        x[-1] = x[-1].flip(0, 1) + 0.5
    made = script.call(method.name, x)
    if not isinstance(made, Tensor) or made.dim() != 3 or made.shape[0] != batch:
        raise ModelError(f"{method.name} of the model can't play {batch} streams at once.", _ALONE)
    return made.float()


def _usable(script: Script, declared: Declared, block: int, batch: int) -> tuple[dict[str, Method], list[str]]:
    methods, remarks = {}, []
    for name, method in declared.methods.items():
        try:
            methods[name], said = _confirmed(script, method, block, batch)
            remarks += said
        except ModelError as error:
            remarks.append(f"{name} is left out: {error.what}")
    if not methods:
        many = f" with {batch} streams" if batch > 1 else ""
        raise ModelError(f"Nothing in the file can be played{many}. {' '.join(remarks)}",
                         "Export the model again" + (", or ask for one stream." if batch > 1 else "."))
    return methods, remarks


def _confirmed(script: Script, method: Method, block: int, batch: int) -> tuple[Method, list[str]]:
    """Run a method on silence and on noise; returns it with the outputs it has in truth, and remarks."""
    quiet = torch.zeros(batch, method.inputs, block // method.in_ratio)
    made = script.call(method.name, quiet)
    if isinstance(made, Tensor) and not bool(torch.isfinite(made).all()):
        made = script.call(method.name, torch.ones_like(quiet))  # such as a prior that divides by its temperature
    for _ in range(_WARM_UPS - 1):
        script.call(method.name, _noise_for(method, block, batch))
    wanted = block // method.out_ratio
    if not isinstance(made, Tensor):
        raise ModelError(f"it returned {type(made).__name__}, not a signal.")
    if made.dim() != 3 or made.shape[0] != batch or made.shape[2] != wanted or made.shape[1] < 1:
        raise ModelError(f"it returned {list(made.shape)}, not [{batch}, {method.outputs}, {wanted}].")
    if not bool(torch.isfinite(made).all()):
        raise ModelError("it returned numbers that are not finite.")
    remarks = [f"{method.name} returns {made.dtype}, not float32."] if made.dtype != torch.float32 else []
    if made.shape[1] != method.outputs:
        remarks.append(f"{method.name} declares {method.outputs} outputs, returned {made.shape[1]}.")
    labels = method.output_labels if len(method.output_labels) == made.shape[1] else ()
    return replace(method, outputs=made.shape[1], output_labels=labels), remarks


def _width(script: Script, methods: Mapping[str, Method], declared: Declared, block: int, batch: int) -> int:
    """Return how many latents decode takes: the full width where it does, else those declared."""
    if "decode" not in methods:
        return 0
    method = methods["decode"]
    if declared.width > method.inputs:
        try:
            _confirmed(script, replace(method, inputs=declared.width), block, batch)
        except ModelError:
            return method.inputs
    return declared.width


def _begin(script: Script, state: StreamState) -> None:
    state.restore()
    script.rewind()


def _made(script: Script, state: StreamState, method: Method, x: Tensor) -> Tensor:
    _begin(script, state)
    made: Tensor = script.call(method.name, x)
    return made


def _floors(script: Script, state: StreamState, method: Method, block: int, batch: int) -> bool:
    """Say whether decode hears whole numbers only: then its latents are numbers of a codebook."""
    ones = torch.ones(batch, method.inputs, 2 * block // method.in_ratio)
    one, between, three = (_made(script, state, method, ones * level) for level in (1.0, 1.4, 3.0))
    return torch.equal(one, between) and not torch.equal(one, three)


def _draws(script: Script, state: StreamState, method: Method, block: int, batch: int) -> bool:
    """Say whether the same input and state give another output with other dice."""
    x = _noise_for(method, block, batch)
    first = _made(script, state, method, x)
    state.restore()
    return not torch.equal(first, script.call(method.name, x))  # the dice are where the first call left them


def _joins(script: Script, state: StreamState, method: Method, block: int, batch: int) -> bool:
    """Say whether blocks made one by one are the same as all at once."""
    x = _noise_for(method, block, batch, _BLOCKS)
    whole = _made(script, state, method, x)
    _begin(script, state)
    blocks = torch.split(x, block // method.in_ratio, dim=2)
    parts = torch.cat([script.call(method.name, part) for part in blocks], dim=2)
    return parts.shape == whole.shape and bool((parts - whole).abs().max() <= _JOINS_TO * whole.abs().max().clamp(1e-6))
