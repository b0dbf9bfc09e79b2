"""nn~ files small enough to be made in a test: one class for each way in which such files differ."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

LATENT, RATIO, RATE, DELAY = 4, 64, 44100, 100


class Causal(nn.Module):
    """A convolution that keeps its past in a buffer `pad` with room for 64 streams."""

    def __init__(self, inputs: int, outputs: int, width: int = 9) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, width) / (inputs * width) ** 0.5)
        self.past = width - 1
        # Not zero, as in files that were saved after they had played.
        self.register_buffer("pad", torch.randn(64, inputs, self.past) * 0.1)

    def forward(self, x: Tensor) -> Tensor:
        """Return [batch, outputs, n] of [batch, inputs, n]."""
        longer = torch.cat([self.pad[: x.shape[0]], x], dim=-1)
        self.pad[: x.shape[0]] = longer[..., -self.past:]
        return nn.functional.conv1d(longer, self.weight)


class Late(nn.Module):
    """A delay line that puts a new tensor in the place of its past at every call."""

    def __init__(self, channels: int, samples: int) -> None:
        super().__init__()
        self.samples = samples
        self.register_buffer("cache", torch.zeros(1, channels, samples))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` [batch, channels, n], `samples` late."""
        if self.cache.shape[0] != x.shape[0]:
            self.cache = self.cache[:1].repeat(x.shape[0], 1, 1)
        longer = torch.cat([self.cache, x], dim=-1)
        self.cache = longer[..., -self.samples:]
        return longer[..., : x.shape[2]]


class Bare(nn.Module):
    """encode, decode and forward with a past, an attribute, a sample rate in a tuple; no list of its methods."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = Causal(1, LATENT), Causal(LATENT, 1)
        self.register_buffer("encode_params", torch.tensor([1, 1, LATENT, RATIO]))
        self.register_buffer("decode_params", torch.tensor([LATENT, RATIO, 1, 1]))
        self.register_buffer("forward_params", torch.tensor([1, 1, 1, 1]))
        self.sr = (RATE,)

    @torch.jit.export
    def encode(self, x: Tensor) -> Tensor:
        """[batch, 1, n] → [batch, latent, n / ratio]."""
        return nn.functional.avg_pool1d(self.down(x), 64)

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        """[batch, latent, n / ratio] → [batch, 1, n]."""
        return self.up(torch.repeat_interleave(z, 64, -1))

    def forward(self, x: Tensor) -> Tensor:
        """[batch, 1, n] → [batch, 1, n]."""
        return self.decode(self.encode(x))


class Listed(Bare):
    """As newer exports: a list of methods and of attributes, one of them set by two values."""

    def __init__(self) -> None:
        super().__init__()
        self.gain, self.word, self.on = 1.0, "loud", False
        self.gain_params = (2, 3)
        self.on_params = (0,)
        self.sound_params = (5,)
        self.asked_rate = 0

    @torch.jit.export
    def get_methods(self) -> list[str]:
        """All that a host may call, and one that is not there."""
        return ["encode", "decode", "forward", "prior"]

    @torch.jit.export
    def prior(self, x: Tensor) -> int:
        """What exports without a prior have in its place."""
        return 0

    @torch.jit.export
    def get_sample_rate(self) -> int:
        """Unknown, so that the next place is asked."""
        return -1

    @torch.jit.export
    def set_sample_rate(self, rate: int) -> None:
        """Take the rate."""
        self.asked_rate = rate

    @torch.jit.export
    def get_attributes(self) -> list[str]:
        """With the word that old exports hold."""
        return ["none", "gain", "on", "sound"]

    @torch.jit.export
    def get_gain(self) -> tuple[float, str]:
        """A tuple of two types."""
        return self.gain, self.word

    @torch.jit.export
    def set_gain(self, gain: float, word: str) -> int:
        """0: taken, -1: refused."""
        if gain < 0.0:
            return -1
        self.gain = gain
        self.word = word
        return 0

    @torch.jit.export
    def get_on(self) -> bool:
        """A bare value."""
        return self.on

    @torch.jit.export
    def set_on(self, on: bool) -> int:
        """Take it."""
        self.on = on
        return 0


class Claims(Bare):
    """It promises two channels of sound and gives one; its encode gives half of the length; it prints at each call."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("decode_params", torch.tensor([LATENT, RATIO, 2, 1]))
        self.register_buffer("encode_params", torch.tensor([1, 1, LATENT, 32]))

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        """As Bare, with a word on the standard output."""
        print("decoding")
        return self.up(torch.repeat_interleave(z, 64, -1))


class Stereo(nn.Module):
    """Two channels through a delay line of 100 samples, and a counter for a past."""

    def __init__(self) -> None:
        super().__init__()
        self.late = Late(2, DELAY)
        self.forward_params = [2, 1, 2, 1]
        self.forward_input_labels = ["left", "right"]
        self.register_buffer("sampling_rate", torch.tensor(48000))
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        """[batch, 2, n] → the same, later, and softer by the call that only the first has not."""
        self.calls += 1
        return self.late(x) * (1.0 if self.calls == 1 else 0.5)


class Hidden(Bare):
    """A decoder of 8 latents of which 4 matter; what it is not given it draws anew at every call."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.full_latent_size = Causal(8, 1), 8

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        """[batch, up to 8, n / ratio] → [batch, 1, n]."""
        rest = torch.randn(z.shape[0], 8 - z.shape[1], z.shape[2])
        return self.up(torch.repeat_interleave(torch.cat([z, rest], 1), 64, -1))


class Codes(Bare):
    """A decoder that hears whole numbers only."""

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        """[batch, latent, n / ratio] → [batch, 1, n]."""
        return self.up(torch.repeat_interleave(z.clamp(0, 15).floor(), 64, -1))


class SphericalAngles(Bare):
    """Known by its name alone."""


class Inner(nn.Module):
    """What the first generation keeps its rate in."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("sampling_rate", torch.tensor([32000]))

    def forward(self, x: Tensor) -> Tensor:
        """The same."""
        return x


class Wrapped(nn.Module):
    """A model of the first generation, wrapped together with a prior: no list, the rate is inside."""

    def __init__(self) -> None:
        super().__init__()
        self._rave, self.up = Inner(), Causal(LATENT, 1)
        self.register_buffer("latent_size", torch.tensor(LATENT))
        self.register_buffer("decode_params", torch.tensor([LATENT, RATIO, 1, 1]))
        self.register_buffer("prior_params", torch.tensor([1, RATIO, LATENT, RATIO]))

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        """[batch, latent, n / ratio] → [batch, 1, n]."""
        return self.up(torch.repeat_interleave(self._rave(z), 64, -1))

    @torch.jit.export
    def prior(self, temperature: Tensor) -> Tensor:
        """[batch, 1, n / ratio] → [batch, latent, n / ratio]; not a number where it is as cold as silence."""
        return torch.randn(temperature.shape[0], 4, temperature.shape[2]) * temperature / temperature

    def forward(self, x: Tensor) -> Tensor:
        """The same."""
        return x


class LateDecoder(Bare):
    """A decoder whose every sound comes 100 samples late."""

    def __init__(self) -> None:
        super().__init__()
        self.late = Late(1, DELAY)

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        """[batch, latent, n / ratio] → [batch, 1, n]."""
        return self.late(torch.repeat_interleave(z.sum(1, keepdim=True), 64, -1))

    def forward(self, x: Tensor) -> Tensor:
        """[batch, 1, n] → the same, later."""
        return self.late(x)


class NoState(nn.Module):
    """A convolution that pads every block with silence: it clicks at their edges."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 33, padding=16)
        self.up = nn.Conv1d(2, 1, 33, padding=16)
        self.forward_params = [1, 1, 1, 1]
        self.register_buffer("decode_params", torch.tensor([2, 256, 1, 1]))

    @torch.jit.export
    def decode(self, z: Tensor) -> Tensor:
        """[batch, 2, n / 256] → [batch, 1, n]."""
        return self.up(torch.repeat_interleave(z, 256, -1))

    def forward(self, x: Tensor) -> Tensor:
        """[batch, 1, n] → [batch, 1, n]."""
        return self.conv(x)


class Gain(nn.Module):
    """It has no past because it needs none."""

    def __init__(self) -> None:
        super().__init__()
        self.forward_params = [1, 1, 1, 1]

    def forward(self, x: Tensor) -> Tensor:
        """Half of it."""
        return x * 0.5


class Recurrent(nn.Module):
    """A gated recurrent unit: its past counts the streams on the second axis, and is no buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(1, 1, num_layers=2, batch_first=True)
        self.forward_params = [1, 1, 1, 1]
        self.memory = torch.zeros(2, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, 1, n] → [batch, 1, n]."""
        if self.memory.shape[1] != x.shape[0]:
            self.memory = torch.zeros(2, x.shape[0], 1)
        made, self.memory = self.gru(x.transpose(1, 2), self.memory)
        return made.transpose(1, 2)


class Mixing(nn.Module):
    """Every stream hears all."""

    def __init__(self) -> None:
        super().__init__()
        self.forward_params = [1, 1, 1, 1]

    def forward(self, x: Tensor) -> Tensor:
        """The mean of the streams."""
        return x.mean(0, keepdim=True).expand(x.shape[0], -1, -1)


class Bursting(nn.Module):
    """It divides by what it is given, and gives one sample too few for loud sounds."""

    def __init__(self) -> None:
        super().__init__()
        self.forward_params = [1, 1, 1, 1]

    def forward(self, x: Tensor) -> Tensor:
        """Infinity at 2, short above 3, else `x`."""
        if bool(x.max() > 3.0):
            return x[..., 1:]
        return x / (x != 2.0).float()


class Mute(nn.Module):
    """No method at all."""

    def forward(self, x: Tensor) -> Tensor:
        """The same."""
        return x


def tiny_ts(folder: Path, make: Callable[[], nn.Module] = Bare, seed: int = 0) -> Path:
    """Write a model with random weights as a TorchScript file; return its path."""
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.jit is deprecated; the files are not
        script = torch.jit.script(make().eval())
        path = folder / f"{script.original_name.lower()}.ts"
        torch.jit.save(script, str(path))
    return path


def rewritten(path: Path, name: str, edit: Callable[[str, bytes], bytes | None]) -> Path:
    """Write a copy of an archive beside it, every entry as `edit(entry, content)` returns it; None leaves it out."""
    copy = path.with_name(name)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as new:
        for entry in old.namelist():
            content = edit(entry, old.read(entry))
            if content is not None:
                new.writestr(entry, content)
    return copy
