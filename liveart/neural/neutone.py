"""Neutone files (.nm): effects that resample and queue by themselves, played block by block. Needs torch alone.

The form, as its SDK 1.0 to 1.5 writes it: `set_daw_sample_rate_and_buffer_size(rate, block)`, `reset()`, then
`forward(x [1 or 2, block], params [4, block] in 0..1)`. There is no batch: one file open, one stream.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from liveart.errors import ModelError
from liveart.neural.model import AudioModel, AudioSpec, Method, Number
from liveart.neural.neutone_card import KNOBS, NeutoneCard, read_card
from liveart.neural.stream_state import StreamState, snapshot
from liveart.neural.torchscript import Script, load_script, muted

LONGEST_DELAY = 10.0  # s: what says more than that is broken
_NEEDED = ("set_daw_sample_rate_and_buffer_size", "reset", "forward", "calc_buffering_delay_samples",
           "calc_model_delay_samples")
_TRIAL = 3            # blocks tried beyond the delay that the file tells, at the most
_TRIAL_SECONDS = 0.5
_ELSEWHERE = "Play it in Neutone's own plug-in to see whether the file is whole."


def open_neutone(path: Path, rate: int, block: int, seed: int = 0) -> AudioModel:
    """Return a Neutone file, tried and ready to play in blocks of `block` samples at `rate`.

    What it draws at random comes from `seed`. Raises ModelError for a file that can't be read, whose metadata are
    broken, or whose trial fails, gives another shape than a host is promised, or NaN.
    """
    if rate < 1 or block < 1:
        raise ModelError(f"a Neutone file can't be played at {rate} Hz in blocks of {block}.", "Both begin at 1.")
    return _Neutone(path, read_card(path), rate, block, seed)


class _Neutone(AudioModel):
    """One stream of one file. `spec.rate` is the device's: the file resamples inside."""

    def __init__(self, path: Path, card: NeutoneCard, rate: int, block: int, seed: int) -> None:
        self._path, self._card, self._seed = path, card, seed
        self._rate, self._block = rate, block
        self._script = self._load()
        channels = 1 if self._is_mono() else 2
        self._lag = self._read_lag()
        self._knobs = {knob.attribute().name: knob for knob in card.knobs}
        self._values = {name: knob.start for name, knob in self._knobs.items()}
        self._before = self._aim = self._shares()
        outputs = self._try(channels)
        self.spec = AudioSpec("neutone", rate, block, {"forward": Method("forward", channels, 1, outputs, 1)},
                              tuple(knob.attribute() for knob in card.knobs), remarks=self._remarks())

    def run(self, method: str, x: Tensor) -> Tensor:
        """Return float32 [1, channels, n] for `x` [1, 1 or 2, n], n a multiple of the block; see `AudioModel.run`."""
        if method != "forward":
            raise ModelError(f"{self._path} has no method {method!r}.", "A Neutone file has forward alone.")
        if x.dim() != 3 or x.shape[0] != 1 or x.shape[1] not in (1, 2) or x.shape[2] % self._block:
            raise ModelError(f"{self._path} was given {list(x.shape)}.",
                             f"It takes [1, 1 or 2, a multiple of {self._block}].")
        made = [self._forward(part) for part in torch.split(x[0], self._block, dim=1)]
        return torch.cat(made, dim=1)[None]

    def reset(self, row: int | None = None) -> None:
        """Forget the past; knobs stay where they are set. Takes as long as loading where the file hides its past."""
        if self._state is None:
            self._script = self._load()
        else:
            self._script.ask("reset")  # empties queues that can't be looked into; what can is brought back exactly
            self._state.restore()
            self._script.rewind()
        self._before = self._aim

    def fork(self, batch: int) -> AudioModel:
        """Return the file opened again, its knobs as here. Raises ModelError for more than one stream."""
        if batch != 1:
            raise ModelError(f"{self._path} plays one stream; {batch} were asked for.",
                             "Voices of a Neutone file are separate models: give each a player of its own.")
        twin = _Neutone(self._path, read_card(self._path), self._rate, self._block, self._seed)
        for name, value in self._values.items():
            twin.set(name, (value,))
        twin.reset()
        return twin

    def set(self, name: str, values: Sequence[Number]) -> bool:
        """Turn a knob, in its own units; it gets there within the next block. False beyond its ends."""
        knob = self._knobs.get(name)
        if knob is None or len(values) != 1 or isinstance(values[0], str):
            return False
        value = float(round(values[0])) if knob.is_whole and math.isfinite(values[0]) else float(values[0])
        if not knob.low <= value <= knob.high:
            return False
        self._values[name] = value
        self._aim = self._shares()
        return True

    def get(self, name: str) -> tuple[Number, ...]:
        """Return where a knob stands, in its own units."""
        knob, value = self._knobs[name], self._values[name]
        return (int(value) if knob.is_whole else value,)

    def lag(self, method: str) -> int:
        """Return the delay that the file tells: its queues, its resampling and its own."""
        return self._lag if method == "forward" else 0

    def _load(self) -> Script:
        script = Script(load_script(self._path), self._seed)
        if lacking := [name for name in _NEEDED if not hasattr(script.module, name)]:
            raise ModelError(f"{self._path} is not made for playing live: it has no {', '.join(lacking)}.",
                             "Name a Neutone file of a model that takes sound and gives sound.")
        script.ask("set_daw_sample_rate_and_buffer_size", self._rate, self._block)
        script.ask("reset")
        script.rewind()
        return script

    def _is_mono(self) -> bool:
        if self._card.is_mono is not None:
            return self._card.is_mono
        return bool(self._script.ask("is_input_mono")) and bool(self._script.ask("is_output_mono"))

    def _read_lag(self) -> int:
        told = [self._script.ask(name) for name in ("calc_buffering_delay_samples", "calc_model_delay_samples")]
        if not all(isinstance(number, int) for number in told) or not 0 <= sum(told) <= LONGEST_DELAY * self._rate:
            raise ModelError(f"{self._path} tells a delay of {told} samples.", _ELSEWHERE)
        return int(sum(told))

    def _shares(self) -> Tensor:
        """Return where the knobs stand, 0..1, [4, 1]; rows without a knob are 0."""
        shares = torch.zeros(KNOBS, 1)
        for name, knob in self._knobs.items():
            shares[knob.row] = knob.share(self._values[name])
        return shares

    def _forward(self, x: Tensor) -> Tensor:
        """Run one block, the knobs gliding to where they were set."""
        way = torch.arange(1, self._block + 1) / self._block
        knobs = torch.lerp(self._before, self._aim, way) if self._before is not self._aim else \
            self._aim.repeat(1, self._block)
        self._before = self._aim
        # Copies on both sides: a file may keep a view of what it was given, or give away a part of its state.
        made = self._script.ask("forward", x.clone(), knobs)
        self._check(made)
        return torch.as_tensor(made).clone()

    def _check(self, made: object) -> None:
        if not isinstance(made, Tensor) or made.dtype != torch.float32:
            what = made.dtype if isinstance(made, Tensor) else type(made).__name__
            raise ModelError(f"{self._path} gave {what} in place of float32 samples.", _ELSEWHERE)
        if made.dim() != 2 or made.shape[0] not in (1, 2) or made.shape[1] != self._block:
            raise ModelError(f"{self._path} gave {list(made.shape)} for a block of {self._block} samples.", _ELSEWHERE)
        if not bool(torch.isfinite(made).all()):
            raise ModelError(f"{self._path} gave NaN or infinity in place of sound.", _ELSEWHERE)

    def _try(self, channels: int) -> int:
        """Play noise, and again after a reset: all that a promise is made of. Returns how many channels come out."""
        blocks = min(self._lag // self._block, int(_TRIAL_SECONDS * self._rate) // self._block) + _TRIAL
        noise = 0.1 * torch.randn(1, channels, blocks * self._block, generator=torch.Generator().manual_seed(1))
        before = snapshot(self._script.module)
        with muted() as mute:
            first = self.run("forward", noise)
        self._script.is_chatty = mute.heard > 0
        self._state: StreamState | None = StreamState.found(self._script.module, before)
        self.reset()
        if not torch.equal(first, self.run("forward", noise)):
            self._state = None  # its past is kept where nobody sees it: each reset loads the file anew
        self.reset()
        return first.shape[1]

    def _remarks(self) -> tuple[str, ...]:
        remarks = list(self._card.remarks)
        if self._card.rates and self._rate not in self._card.rates:
            native = " or ".join(f"{rate / 1000:g}" for rate in self._card.rates)
            remarks.append(f"made for {native} kHz: it resamples by itself")
        if self._state is None:
            remarks.append("it can't be reset in place: a panic loads it again")
        return tuple(remarks)
