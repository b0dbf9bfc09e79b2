"""nn~ files (`.ts`: RAVE, BRAVE and whatever speaks the same form) as AudioModels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from liveart.errors import ModelError, did_you_mean
from liveart.neural.hidden import HiddenNoise
from liveart.neural.lag import measure_lag
from liveart.neural.model import Attribute, AudioModel, AudioSpec, Method, Number
from liveart.neural.nn_attributes import read_attributes, read_values, set_values
from liveart.neural.nn_spec import read_declared
from liveart.neural.nn_trial import check_rows, tried
from liveart.neural.overlap import Overlapped
from liveart.neural.stream_state import StreamState
from liveart.neural.torchscript import Script, load_script, muted


def open_nn(path: Path, batch: int = 1, seed: int = 0) -> AudioModel:
    """Return the model of an nn~ file with `batch` streams, warm; `seed` is of all that it draws.

    A file that keeps no past from block to block comes overlapped. What can't be used of a file is left out, and a
    remark says so. Raises ModelError when the file can't be read or nothing of it can be used.
    """
    if batch < 1:
        raise ModelError(f"A model can't play {batch} streams.", "Ask for one or more.")
    with muted() as mute:
        script = Script(load_script(Path(path)), seed)
        try:
            spec, state = _trial(script, Path(path), batch)
        except UnicodeDecodeError as error:  # a name or a word of the file, read where it is first asked for
            raise ModelError(f"{path} is damaged: a text in it is none ({error}).",
                             "Fetch it again from where it came.") from error
    script.is_chatty = mute.heard > 0
    if script.is_chatty:
        spec = replace(spec, remarks=(*spec.remarks, "The file prints while it plays; that is kept silent."))
    script.rewind()
    model = NnModel(script, state, spec, batch, seed)
    return model if spec.streams else Overlapped(model, seed)


def _trial(script: Script, path: Path, batch: int) -> tuple[AudioSpec, StreamState]:
    declared = read_declared(script.module)
    if not declared.methods:
        raise ModelError(f"{path} has no method that can be played. {' '.join(declared.remarks)}".strip(),
                         "Export the model for nn~.")
    if declared.rate and hasattr(script.module, "set_sample_rate"):
        script.ask("set_sample_rate", declared.rate)
    attributes, remarks = read_attributes(script)
    try:
        spec, state = tried(script, declared, batch)
    except ModelError as error:
        raise ModelError(f"{path}: {error.what}", error.hint) from error
    no_rate = () if declared.rate else ("The file does not tell its sample rate: say it in the patch.",)
    return replace(spec, attributes=attributes, remarks=(*spec.remarks, *remarks, *no_rate)), state


class NnModel(AudioModel):
    """A TorchScript model in the nn~ form, on the CPU."""

    def __init__(self, script: Script, state: StreamState, spec: AudioSpec, batch: int, seed: int) -> None:
        self.spec, self.batch = spec, batch
        self._script, self._state, self._seed = script, state, seed
        self._hidden = HiddenNoise(seed, batch, spec.width)
        self._lags: dict[str, int] = {}

    def run(self, method: str, x: Tensor) -> Tensor:
        """Return what `method` makes of float32 `x` [batch, inputs, n / in_ratio], n a multiple of the block.

        `decode` takes its `latent` dimensions, or all of `width`: the rest is filled with seeded noise, so that the
        same calls since a reset give the same samples, however they are cut.

        Raises ModelError when `x` has another shape, or what comes has, or is not finite.
        """
        declared = self._method(method)
        self._check(declared, x)
        made = self._script.call(method, self._full(x) if method == "decode" else x)
        wanted = (self.batch, declared.outputs, x.shape[2] * declared.in_ratio // declared.out_ratio)
        if not isinstance(made, Tensor) or tuple(made.shape) != wanted:
            got = list(made.shape) if isinstance(made, Tensor) else type(made).__name__
            raise ModelError(f"{method} of the model gave {got} in place of {list(wanted)}.", "Reset it.")
        if not bool(torch.isfinite(made).all()):
            raise ModelError(f"{method} of the model gave numbers that are not finite.", "Reset it.")
        return made.float()

    def reset(self, row: int | None = None) -> None:
        """Forget the past of one stream, or of all: as just after opening, bit for bit.

        What a file draws itself begins anew with a reset of all only: its dice are one for all streams.
        """
        if row is not None and not 0 <= row < self.batch:
            raise ModelError(f"There is no stream {row}.", f"There are 0 to {self.batch - 1}.")
        alone = None if self.batch == 1 else row
        self._state.restore(alone)
        self._hidden.reset(alone)
        if alone is None:
            self._script.rewind()

    def fork(self, batch: int) -> NnModel:
        """Return an independent model of the same weights and attributes with `batch` streams, as just after opening.

        Copies the weights: never while this model runs in another thread. Raises ModelError when the file can't play
        so many streams.
        """
        if batch < 1:
            raise ModelError(f"A model can't play {batch} streams.", "Ask for one or more.")
        script = self._script.copy()
        state = self._state.moved(script.module)
        state.restore()
        remarks = check_rows(script, state, self.spec, batch) if batch > 1 else []
        script.rewind()
        known = self.spec.remarks
        spec = replace(self.spec, remarks=(*known, *(remark for remark in remarks if remark not in known)))
        return NnModel(script, state, spec, batch, self._seed)

    def set(self, name: str, values: Sequence[Number]) -> bool:
        """Give an attribute its values, cast to its types; False when the file refuses them.

        Raises ModelError for a name that there is not, a wrong number of values, or one that can't be cast.
        """
        return set_values(self._script, self._attribute(name), values)

    def get(self, name: str) -> tuple[Number, ...]:
        """Return the values of an attribute now; raises ModelError for a name that there is not."""
        return read_values(self._script, name, self._attribute(name).kinds)

    def lag(self, method: str) -> int:
        """Return by how many samples of sound `method` answers late: measured at the first question, on a copy."""
        if method not in self._lags:
            self._lags[method] = measure_lag(self.fork(1), self._method(method))
        return self._lags[method]

    def _method(self, name: str) -> Method:
        if name not in self.spec.methods:
            raise ModelError(f'The model has no method "{name}".', did_you_mean(name, self.spec.methods))
        return self.spec.methods[name]

    def _attribute(self, name: str) -> Attribute:
        found = next((attribute for attribute in self.spec.attributes if attribute.name == name), None)
        if found is None:
            known = [attribute.name for attribute in self.spec.attributes]
            raise ModelError(f'The model has no attribute "{name}".', did_you_mean(name, known))
        return found

    def _check(self, method: Method, x: Tensor) -> None:
        widths = {method.inputs, self.spec.width} if method.name == "decode" else {method.inputs}
        frames = self.spec.block // method.in_ratio
        fits = x.dim() == 3 and x.shape[0] == self.batch and x.shape[1] in widths
        if not fits or x.shape[2] == 0 or x.shape[2] % frames or x.dtype != torch.float32:
            channels = " or ".join(map(str, sorted(widths)))
            raise ModelError(f"{method.name} was given {x.dtype} {list(x.shape)}.",
                             f"It takes float32 [{self.batch}, {channels}, a multiple of {frames}].")

    def _full(self, z: Tensor) -> Tensor:
        return z.floor() if self.spec.is_discrete else self._hidden.widened(z)
