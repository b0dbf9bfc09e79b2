"""liveart's own sound models, played: BandVAE as a stream of blocks, many streams at once, each with its own pitch."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.core.card import Card, read_card
from liveart.errors import ModelError, did_you_mean
from liveart.nets.band_ear import HOP, PAST, RATE
from liveart.nets.band_synth import STREAMS
from liveart.nets.band_vae import BandVAE
from liveart.neural.band_tuning import SEMITONES, Tuning
from liveart.neural.lag import measure_lag
from liveart.neural.model import Attribute, AudioModel, AudioSpec, Method, Number
from liveart.weights import load_weights

_MOST = 100.0  # far beyond any sound or latent; it keeps what a stream remembers finite


def open_band_model(folder: Path, batch: int = 1) -> BandModel:
    """Return the sound model of a folder with `batch` streams, 1 to 64, warm.

    Raises ModelError when card, weights and net do not fit together, or for another number of streams.
    """
    card = read_card(folder)
    net = build_band(card)
    load_weights(folder, card, net)
    model = BandModel(net.requires_grad_(False), batch)
    for method in model.spec.methods.values():  # the first call of each takes longer than the next ones
        model.run(method.name, torch.zeros(batch, method.inputs, HOP // method.in_ratio))
    model.reset()
    return model


def build_band(card: Card) -> BandVAE:
    """Return the net that a card of kind "sound" describes, with random weights; raises ModelError when it can't be."""
    if card.kind != "sound" or card.arch != "band":
        raise ModelError(f'{card.name} is of kind "{card.kind}" and arch "{card.arch}", not "sound" and "band".',
                         "Name a folder that `liveart train sound` made.")
    known = inspect.signature(BandVAE).parameters
    for key, value in card.net.items():
        if key not in known:
            raise ModelError(f'The net "band" has no argument "{key}".', did_you_mean(key, known))
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 4096:
            raise ModelError(f"{card.name}: the card says {key} = {value!r}.", "Write a whole number from 1 to 4096.")
    return BandVAE(**card.net)


@dataclass(slots=True)
class Streams:
    """All that streams carry from block to block; each tensor has a row for each stream."""

    heard: Tensor     # [B, PAST] the last samples that went in
    encoding: Tensor  # [B, reach, width]
    decoding: Tensor  # [B, reach, width]
    begins: Tensor    # [B] bool: nothing has been decoded yet
    phase: Tensor     # [B, count] float64, turns
    step: Tensor      # [B, count] float64, turns a hop
    place: Tensor     # [B] in the table of noise
    tail: Tensor      # [B, HOP]

    @classmethod
    def begun(cls, net: BandVAE, batch: int) -> Streams:
        """Return streams without a past."""
        return cls(torch.zeros(batch, PAST), net.encoder.stack.silence(batch), net.decoder.stack.silence(batch),
                   torch.ones(batch, dtype=torch.bool), net.synth.start[:batch].clone(),
                   net.synth.step.expand(batch, -1).clone(), net.synth.places[:batch].clone(), torch.zeros(batch, HOP))

    def copy_row(self, other: Streams, row: int) -> None:
        """Make one stream like that of `other`."""
        for each in fields(self):
            getattr(self, each.name)[row] = getattr(other, each.name)[row]


class BandModel(AudioModel):
    """A BandVAE with `batch` streams. Each has phases and noise of its own: the same z twice is wide, not loud.

    A stream begins as though its first latent had always been. The attribute `pitch` moves all streams by semitones,
    `tune` each by its own; only the partials move, not the noise.
    """

    def __init__(self, net: BandVAE, batch: int = 1) -> None:
        if not 1 <= batch <= STREAMS:
            raise ModelError(f"A sound model can't play {batch} streams.", f"Ask for 1 to {STREAMS}.")
        self.net, self.batch = net, batch
        self.spec = spec_of(net)
        self._tuning = Tuning(net.count, batch)
        self._pitch: tuple[Number, ...] = (0.0,)
        self._lags: dict[str, int] = {}
        self.reset()

    def run(self, method: str, x: Tensor) -> Tensor:
        if method not in self.spec.methods:
            raise ModelError(f'A sound model has no method "{method}".', did_you_mean(method, self.spec.methods))
        self._check(self.spec.methods[method], x)
        with torch.inference_mode():
            x = x.clamp(-_MOST, _MOST)
            if method == "decode":
                return self._decode(x.transpose(1, 2))
            z = self._encode(x[:, 0])
            return z.transpose(1, 2) if method == "encode" else self._decode(z)

    def reset(self, row: int | None = None) -> None:
        with torch.inference_mode():
            fresh = Streams.begun(self.net, self.batch)
            if row is None:
                self._streams = fresh
            else:
                self._streams.copy_row(fresh, row)

    def fork(self, batch: int) -> BandModel:
        twin = BandModel(self.net, batch)  # the net itself never changes
        twin._lags = self._lags
        return twin

    def set(self, name: str, values: Sequence[Number]) -> bool:
        if name != "pitch" or len(values) != 1 or isinstance(values[0], str):
            return False
        if not self.tune(np.full(self.batch, float(values[0]))):
            return False
        self._pitch = (float(values[0]),)
        return True

    def get(self, name: str) -> tuple[Number, ...]:
        return self._pitch if name == "pitch" else super().get(name)

    def tune(self, semitones: np.ndarray) -> bool:
        """Move the partials of each stream, [batch], from now on; clipped to SEMITONES, False when not finite."""
        if len(semitones) != self.batch or not np.isfinite(semitones).all():
            return False
        self._tuning.follow(np.asarray(semitones, np.float64))
        return True

    def lag(self, method: str) -> int:
        if method not in self._lags:  # measured once, by a stream of its own, for all forks
            self._lags[method] = measure_lag(BandModel(self.net), self.spec.methods[method])
        return self._lags[method]

    def _check(self, method: Method, x: Tensor) -> None:
        values = HOP // method.in_ratio  # in a block
        if x.ndim != 3 or x.shape[0] != self.batch or x.shape[1] != method.inputs or x.shape[2] % values:
            raise ModelError(f"{method.name} was given {list(x.shape)}.",
                             f"Give [{self.batch}, {method.inputs}, a multiple of {values}].")
        if not bool(torch.isfinite(x).all()):
            raise ModelError(f"{method.name} was given numbers that are not finite.", "Look at what feeds it.")

    def _encode(self, samples: Tensor) -> Tensor:
        """Return z [B, T, latent] of samples [B, T * HOP]."""
        streams = self._streams
        whole = torch.cat([streams.heard, samples], 1)
        streams.heard = whole[:, -PAST:].clone()
        mean, _, streams.encoding = self.net.encoder(self.net.ear(whole), streams.encoding)
        return self.net.played(mean)

    def _decode(self, z: Tensor) -> Tensor:
        """Return samples [B, 1, T * HOP] of z [B, T, latent]."""
        streams, code = self._streams, self.net.code(z)
        if bool(streams.begins.any()):
            settled = self.net.decoder.stack.settled(code[:, :1])
            streams.decoding = torch.where(streams.begins[:, None, None], settled, streams.decoding)
            streams.begins = torch.zeros_like(streams.begins)
        amplitudes, noise, streams.decoding = self.net.decoder(code, streams.decoding)
        frames = self._tones(amplitudes) + self._hiss(noise)
        samples, streams.tail = self.net.synth.join(frames, streams.tail)
        return samples[:, None]

    def _hiss(self, noise: Tensor) -> Tensor:
        streams, synth = self._streams, self.net.synth
        places = streams.place[:, None] + torch.arange(noise.shape[1])
        streams.place = (places[:, -1] + 1) % synth.turns
        frames: Tensor = synth.hiss(noise, places % synth.turns)
        return frames

    def _tones(self, amplitudes: Tensor) -> Tensor:
        streams, synth, tuning = self._streams, self.net.synth, self._tuning
        # Across a change of pitch two frames overlap: half a hop at the old pitch, half at the new one.
        phases = synth.phases(streams.phase, 0.5 * (streams.step + tuning.step), tuning.step, amplitudes.shape[1])
        streams.phase, streams.step = phases[:, -1].clone(), tuning.step.clone()
        frames: Tensor = synth.tones(amplitudes, phases, tuning.cosines, tuning.sines)
        return frames


def spec_of(net: BandVAE) -> AudioSpec:
    """Return what a BandVAE declares."""
    latents = tuple(f"z{i}" for i in range(net.latent))
    methods = (
        Method("encode", 1, 1, net.latent, HOP, ("sound",), latents),
        Method("decode", net.latent, HOP, 1, 1, latents, ("sound",)),
        Method("forward", 1, 1, 1, 1, ("sound",), ("sound",)),
    )
    pitch = Attribute("pitch", ("float",), (0.0,), -SEMITONES, SEMITONES, "semitones by which the partials are moved")
    return AudioSpec("liveart", RATE, HOP, {one.name: one for one in methods}, (pitch,), net.latent, net.latent)
