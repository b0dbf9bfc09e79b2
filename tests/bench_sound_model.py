"""How good and how fast a sound model is: `python tests/bench_sound_model.py MODEL SOUNDS/`.

Distance: the multi-scale spectral distance (liveart/training/sound_loss.py) between the sounds that the model's card
names as held out and what is given back, beside a plain way of the same rate: 64 noise bands a hop, of which principal
components keep 16 numbers. That way is shown causal, as the model is (a frame ends at the newest sample; of both, half
a hop of delay is taken out), and looking ahead (a frame is centred on what it stands for), as none can that is played.
Speed: blocks of 512 samples, one thread, in milliseconds of processor time, so that a busy machine does not count.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.core.card import find_model, read_card
from liveart.nets.band_ear import HOP, PAST, RATE, BandEar
from liveart.nets.band_synth import LATE, BandSynth
from liveart.nets.band_vae import BandVAE
from liveart.neural.band_model import build_band, open_band_model
from liveart.training.sound_data import Sound, Sounds, prepared, read_folder
from liveart.training.sound_judge import rebuilt
from liveart.training.sound_loss import spectral_distance
from liveart.training.sound_shapes import computed_sounds
from liveart.weights import load_weights

CROP = 144
KEPT = 16
FLOOR = 1e-5
BLOCK = 512


class PlainWay:
    """Noise in bands, its logarithms kept as KEPT principal components; causal, or looking a hop ahead."""

    def __init__(self, sounds: Sequence[Sound], is_causal: bool) -> None:
        self.is_causal = is_causal
        self.synth = BandSynth(1, 64)
        self.window = torch.sin(torch.pi * (torch.arange(2 * HOP) + 0.5) / (2 * HOP))
        self.average = self.synth.shapes / self.synth.shapes.sum(1, keepdim=True)
        rows = torch.cat([self.levels(sound.samples)[0] for sound in sounds])
        self.middle = rows.mean(0)
        _, _, axes = torch.linalg.svd(rows - self.middle, full_matrices=False)
        self.axes = axes[:KEPT]

    def levels(self, samples: Tensor) -> Tensor:
        """Return the logarithms of the magnitudes of each hop, [1, T, 64], of samples [PAST + T * HOP]."""
        heard = samples[PAST - HOP :] if self.is_causal else torch.nn.functional.pad(samples[PAST:], [0, HOP])
        frames = heard.unfold(0, 2 * HOP, HOP) * self.window
        power = torch.fft.rfft(frames).abs().square() / HOP
        return torch.log(torch.sqrt(power @ self.average.T) + FLOOR)[None]

    def __call__(self, samples: Tensor) -> Tensor:
        kept = (self.levels(samples) - self.middle) @ self.axes.T
        magnitudes = torch.exp(kept @ self.axes + self.middle)
        frames = self.synth.hiss(magnitudes, torch.arange(magnitudes.shape[1])[None] % self.synth.turns)
        made = self.synth.join(frames, torch.zeros(1, HOP))[0][0]
        return torch.nn.functional.pad(made[LATE:], [0, LATE]) if self.is_causal else made


def distances(way: Callable[[Tensor], Tensor], sounds: Sequence[Sound]) -> list[float]:
    """Return the distance of each sound from what `way` makes of it."""
    return [float(spectral_distance(way(one.samples)[None], one.samples[None, PAST:])) for one in sounds]


def sounds_of(model: Path, folder: Path) -> tuple[BandVAE, Sounds]:
    """Return the net of a model folder, and the sounds as they were in its training."""
    card = read_card(model)
    net = build_band(card)
    load_weights(model, card, net)
    aside = [str(name) for name in card.training["held_out"]]
    sounds = read_folder(folder, CROP, 0.0, 0, aside)
    sounds.mix_in([prepared("computed", one, BandEar(), CROP) for one in computed_sounds(16)], 0.3)
    return net, sounds


@torch.no_grad()
def print_distances(net: BandVAE, sounds: Sounds) -> None:
    """Print the distance of each held-out sound for each way."""
    ways = {
        "the model": lambda samples: rebuilt(net, samples),
        "plain, causal": PlainWay(sounds.learnt, True),
        "plain, looking ahead": PlainWay(sounds.learnt, False),
    }
    table = {name: distances(way, sounds.held_out) for name, way in ways.items()}
    print(f"{'held-out sound':<28}" + "".join(f"{name:>24}" for name in table))
    for index, sound in enumerate(sounds.held_out):
        print(f"{sound.name:<28}" + "".join(f"{row[index]:>24.3f}" for row in table.values()))
    print(f"{f'mean of {len(sounds.held_out)}':<28}" + "".join(f"{np.mean(row):>24.3f}" for row in table.values()))


def milliseconds(call: Callable[[], object], count: int = 100) -> tuple[float, float]:
    """Return the middle and the 95th of 100 of the processor times of `call` in ms."""
    spent = []
    for _ in range(count + 5):
        begin = time.thread_time()
        call()
        spent.append((time.thread_time() - begin) * 1000.0)
    return float(np.median(spent[5:])), float(np.quantile(spent[5:], 0.95))


def print_speeds(folder: Path) -> None:
    """Print what a block costs for 1 to 16 streams."""
    print(f"\nms a block of {BLOCK} samples ({BLOCK / RATE * 1000:.1f} ms), median / 95 %, one thread")
    print(f"{'streams':>7}{'decode':>16}{'own pitches':>16}{'one glides':>16}{'forward':>16}")
    for batch in (1, 4, 8, 16):
        model = open_band_model(folder, batch)
        z, x = torch.randn(batch, model.spec.latent, BLOCK // HOP), 0.1 * torch.randn(batch, 1, BLOCK)
        cells = [milliseconds(lambda: model.run("decode", z)), (0.0, 0.0), (0.0, 0.0),  # noqa: B023
                 milliseconds(lambda: model.run("forward", x))]  # noqa: B023
        pitches = np.arange(batch, dtype=float)
        model.tune(pitches)
        cells[1] = milliseconds(lambda: model.run("decode", z))  # noqa: B023

        def glide() -> None:
            pitches[-1] += 0.1  # noqa: B023
            model.tune(pitches)  # noqa: B023
            model.run("decode", z)  # noqa: B023

        cells[2] = milliseconds(glide)
        print(f"{batch:>7}" + "".join(f"{f'{middle:.2f} / {most:.2f}':>16}" for middle, most in cells))


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    model = find_model(sys.argv[1])
    print_distances(*sounds_of(model, Path(sys.argv[2])))
    print_speeds(model)


if __name__ == "__main__":
    main()
