"""A sound model of liveart as an nn~ file (`.ts`), which plays in Max and Pure Data too.

What stands in the file: `get_methods`, for each method `<name>_params` (channels in, ratio, channels out, ratio) and
labels, the sample rate, the attribute `pitch`, and the past of 64 streams in buffers that are all called `cache`.
"""
# TorchScript can't read annotations of attributes that are put off: no `from __future__ import annotations` here.

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from liveart.core.card import read_card
from liveart.errors import ModelError
from liveart.nets.band_ear import HOP, PAST, RATE
from liveart.nets.band_synth import STREAMS, half_frames, partials
from liveart.nets.band_vae import BandVAE
from liveart.neural.band_model import build_band, spec_of
from liveart.neural.band_tuning import SEMITONES
from liveart.neural.torchscript import load_script
from liveart.weights import load_weights


def export_nn(folder: Path, out_path: Path) -> Path:
    """Write the sound model in `folder` as an nn~ file and return its path; the file has been loaded and tried.

    Raises ModelError when the model can't be read, or the file can't be written or does not play as the model does.
    """
    card = read_card(folder)
    net = build_band(card)
    load_weights(folder, card, net)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.jit is deprecated, but it is the format that nn~ reads
        scripted = torch.jit.script(BandExport(net.requires_grad_(False)).eval())
        draft = out_path.with_name(out_path.name + ".part")
        try:
            torch.jit.save(scripted, str(draft))
            _check(load_script(draft))
            draft.replace(out_path)
        except (OSError, RuntimeError) as error:
            raise ModelError(f"{out_path} can't be written: {error}.", "Choose another place.") from error
        finally:
            draft.unlink(missing_ok=True)
    return out_path


def _check(loaded: torch.jit.ScriptModule) -> None:
    """Run every method of what was loaded on a block, as a host does first."""
    for name in loaded.get_methods():
        inputs, in_ratio, outputs, out_ratio = getattr(loaded, f"{name}_params").tolist()
        made = getattr(loaded, name)(torch.zeros(1, inputs, 8 * HOP // in_ratio))
        if made.shape != (1, outputs, 8 * HOP // out_ratio) or not bool(torch.isfinite(made).all()):
            raise ModelError(f"The exported {name} gives {list(made.shape)}.", "Is the model sound?")


class Cache(nn.Module):
    """One kind of past, a row for each of STREAMS streams; hosts find it by the name of its buffer."""

    cache: Tensor

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.register_buffer("cache", start.clone())

    def forward(self, batch: int) -> Tensor:
        """Return a copy of the first `batch` rows."""
        return self.cache[:batch].clone()

    @torch.jit.export
    def keep(self, rows: Tensor) -> None:
        """Put `rows` in place of the first ones."""
        self.cache[: rows.shape[0]] = rows


class BandExport(nn.Module):
    """A BandVAE that keeps its past inside; nn~ calls its methods with [B, channels, values], B up to STREAMS."""

    encode_params: Tensor
    decode_params: Tensor
    forward_params: Tensor
    pitch_params: Tensor
    cosines: Tensor
    sines: Tensor
    step: Tensor

    def __init__(self, net: BandVAE) -> None:
        super().__init__()
        spec = spec_of(net)
        self.net, self.rate, self.latent_size, self.sr = net, RATE, net.latent, RATE
        self.past, self.count, self.hop, self.most = PAST, net.count, HOP, SEMITONES
        self.pitch = 0.0
        self.methods = list(spec.methods)
        for name, one in spec.methods.items():
            numbers = torch.tensor([one.inputs, one.in_ratio, one.outputs, one.out_ratio])
            self.register_buffer(f"{name}_params", numbers)
            setattr(self, f"{name}_input_labels", list(one.input_labels))
            setattr(self, f"{name}_output_labels", list(one.output_labels))
        self.register_buffer("pitch_params", torch.tensor([2]))  # 2: a float
        for name, table in (("cosines", net.synth.cosines), ("sines", net.synth.sines), ("step", net.synth.step)):
            self.register_buffer(name, table.clone())
        self.heard = Cache(torch.zeros(STREAMS, PAST))
        self.encoding = Cache(net.encoder.stack.silence(STREAMS))
        self.decoding = Cache(net.decoder.stack.silence(STREAMS))
        self.begins = Cache(torch.ones(STREAMS, 1))
        self.phase, self.steps = Cache(net.synth.start), Cache(net.synth.step.expand(STREAMS, -1))
        self.place, self.tail = Cache(net.synth.places), Cache(torch.zeros(STREAMS, HOP))

    @torch.jit.export
    def get_methods(self) -> list[str]:
        return self.methods

    @torch.jit.export
    def get_attributes(self) -> list[str]:
        return ["pitch"]

    @torch.jit.export
    def get_sample_rate(self) -> int:
        return self.rate

    @torch.jit.export
    def get_pitch(self) -> float:
        return self.pitch

    @torch.jit.export
    def set_pitch(self, pitch: float) -> int:
        """Move the partials by semitones; -1 where they can't be."""
        if not -self.most <= pitch <= self.most:
            return -1
        hertz = partials(self.count, pitch)
        self.pitch = pitch
        self.cosines, self.sines = half_frames(hertz)
        self.step = hertz * (float(self.hop) / float(self.rate))
        return 0

    @torch.jit.export
    def encode(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            batch = x.shape[0]
            whole = torch.cat([self.heard(batch), x[:, 0]], 1)
            mean, _, past = self.net.encoder(self.net.ear(whole), self.encoding(batch))
            self.heard.keep(whole[:, -self.past :])
            self.encoding.keep(past)
            return self.net.played(mean).transpose(1, 2)

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        with torch.no_grad():
            batch, code = z.shape[0], self.net.code(z.transpose(1, 2))
            begins = self.begins(batch)[:, None] > 0.5
            past = torch.where(begins, self.net.decoder.stack.settled(code[:, :1]), self.decoding(batch))
            amplitudes, noise, past = self.net.decoder(code, past)
            self.decoding.keep(past)
            self.begins.keep(torch.zeros(batch, 1, device=z.device))
            frames = self._tones(amplitudes) + self._hiss(noise)
            samples, tail = self.net.synth.join(frames, self.tail(batch))
            self.tail.keep(tail)
            return samples[:, None]

    def _tones(self, amplitudes: Tensor) -> Tensor:
        batch, step = amplitudes.shape[0], self.step[None]
        first = 0.5 * (self.steps(batch) + step)
        phases = self.net.synth.phases(self.phase(batch), first, step, amplitudes.shape[1])
        self.phase.keep(phases[:, -1])
        self.steps.keep(step.expand(batch, -1))
        return self.net.synth.tones(amplitudes, phases, self.cosines, self.sines)

    def _hiss(self, noise: Tensor) -> Tensor:
        places = self.place(noise.shape[0])[:, None] + torch.arange(noise.shape[1], device=noise.device)
        self.place.keep((places[:, -1] + 1) % self.net.synth.turns)
        return self.net.synth.hiss(noise, places % self.net.synth.turns)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))
