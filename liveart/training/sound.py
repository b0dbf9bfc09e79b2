"""`liveart train sound`: from a folder of sounds to a streaming model that plays."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.core.card import Card, write_card
from liveart.errors import TrainingError
from liveart.nets.band_ear import PAST, RATE, BandEar
from liveart.nets.band_vae import BandVAE
from liveart.weights import save_weights

from .export import WEIGHTS
from .sheet import save_sheet
from .small_run import STATE, SmallRun, check_start
from .small_state import About, peek_state, save_state
from .sound_data import Sounds, draw, prepared, read_folder
from .sound_judge import judged, rebuilt
from .sound_lesson import HOPS, WARM, Lesson
from .sound_options import add_arguments
from .sound_shapes import computed_sounds
from .sound_sheet import journeys, sheet
from .sound_space import fit_space
from .wavetable_sheet import save_wav

__all__ = ["add_arguments", "train"]

FORM = "liveart-sound-training"
DESCRIPTION = "A latent space of sounds: tuned partials and noise, as a stream."
COMPUTED = 48    # computed sounds to draw from


def train(args: argparse.Namespace) -> int:
    """Train as `args` (see sound_options) say; returns 0. Raises TrainingError for unusable data or settings."""
    torch.set_num_threads(args.threads)
    out = Path(args.out)
    _check(args, out / STATE)
    about = peek_state(out / STATE, FORM) if args.resume else About(seed=args.seed, latent=args.latent)
    print(f"reading {args.data} …", file=sys.stderr)
    sounds = read_sounds(args.data, args.computed, args.held_out, about.seed)
    for name, reason in sounds.skipped.items():
        print(f"  skipped {name}: {reason}", file=sys.stderr)
    print(origin(args.data, sounds), file=sys.stderr)
    (out / "samples").mkdir(parents=True, exist_ok=True)
    (out / STATE).parent.mkdir(exist_ok=True)
    run = _Run(args, out, about, sounds)
    run.go()
    print(f"{run.about.iteration} of {args.iterations} steps done; --resume goes on.", file=sys.stderr)
    print(f"Listen to {args.out}/samples/, look at {args.out}/latest.png.", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace, state: Path) -> None:
    if not 1 <= args.latent <= 64 or args.batch < 2 or args.iterations < 1 or not 8 <= args.width <= 1024:
        raise TrainingError(f"latent {args.latent}, batch {args.batch}, iterations {args.iterations}, width "
                            f"{args.width} can't be trained.", "Use 1..64, 2 or more, 1 or more, 8..1024.")
    if not 0.0 <= args.computed <= 1.0 or not 0.0 <= args.held_out <= 0.5 or args.cooling < 1:
        raise TrainingError(f"computed {args.computed:g}, held-out {args.held_out:g}, cooling {args.cooling} can't be "
                            "meant.", "Use 0..1, 0..0.5, 1 or more.")
    check_start(args, state)


def read_sounds(data: str, computed: float, held_out: float, seed: int) -> Sounds:
    """Return the sounds of a folder mixed with computed ones (`computed` is their share), or computed ones alone."""
    crop = WARM + HOPS
    sounds = Sounds() if data == "computed" else read_folder(Path(data), crop, held_out, seed)
    share = 1.0 if data == "computed" else computed
    if share > 0.0:
        made = [prepared("computed", samples, BandEar(), crop) for samples in computed_sounds(COMPUTED, seed)]
        sounds.mix_in(made, share)
    return sounds


def origin(data: str, sounds: Sounds) -> str:
    """Return in words what is trained on."""
    names = {sound.name for sound in sounds.learnt if sound.name != "computed"}
    words = [f"{len(names)} sounds of {Path(data).name}/, {len(sounds.held_out)} held out"] if names else []
    computed = sum(sound.name == "computed" for sound in sounds.learnt)
    return ", ".join(words + ([f"{computed} computed sounds"] if computed else []))


class _Run(SmallRun[BandVAE]):
    """One run under way."""

    look_every = 25
    steepest = 1.0

    def __init__(self, args: argparse.Namespace, out: Path, about: About, sounds: Sounds) -> None:
        super().__init__(args, out, about)
        self.lesson, self.sounds = Lesson(self.net, args.divergence), sounds

    def make_net(self) -> BandVAE:
        return BandVAE(self.about.latent, self.args.width)

    def loss(self, iteration: int, chance: torch.Generator) -> tuple[Tensor, dict[str, Tensor]]:
        crops = draw(self.sounds, self.args.batch, WARM + HOPS, chance).to(self.device)
        return self.lesson.loss(iteration, crops, chance)

    def sample(self) -> None:
        self._fit()
        sounds = journeys(self._play, self.about.latent, 2)
        name = f"{self.about.iteration:06d}"
        rows = [pair for sound in self.sounds.held_out[:2] for pair in self._pair(sound.samples)] + sounds
        image = sheet(rows, height=130)
        save_sheet(self.out / "samples" / f"{name}.png", image)
        save_sheet(self.out / "latest.png", image)
        save_wav(self.out / "samples" / f"{name}.wav", np.concatenate(sounds), RATE)

    def _pair(self, samples: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """Return a held-out sound as it is and as the model gives it back."""
        return samples[PAST:].numpy(), rebuilt(self.net, samples.to(self.device)).cpu().numpy()

    @torch.no_grad()
    def _play(self, z: np.ndarray) -> np.ndarray:
        code = self.net.code(torch.from_numpy(z)[None].to(self.device))
        phase = self.net.synth.start[:1]
        place = torch.zeros(1, dtype=torch.long, device=self.device)
        samples: np.ndarray = self.net.rebuild(code, phase, place)[0].cpu().numpy()
        return samples

    def _fit(self) -> None:
        fit_space(self.net, self.sounds, WARM, HOPS, self.about.seed)

    def save(self) -> None:
        self._fit()
        save_state(self.out / STATE, self.net, self.optimiser, self.about, FORM)
        save_sheet(self.out / "preview.png", sheet(journeys(self._play, self.about.latent, 3)))
        digest = save_weights(self.out / WEIGHTS, self.net.state_dict(), half=True)
        write_card(self.out, self._card(digest))

    def _card(self, digest: str) -> Card:
        """Return the card; what a person wrote on the one that is there stays."""
        old = self.old_card("sound", "band", DESCRIPTION)
        net = {"latent": self.about.latent, "width": self.args.width, "count": self.net.count, "bands": self.net.bands}
        made = {"command": _command(self.args), "data": origin(self.args.data, self.sounds),
                "held_out": [sound.name for sound in self.sounds.held_out], **self.made()}
        if self.sounds.held_out:
            made["distance"] = round(judged(self.net, self.sounds.held_out), 4)
        return Card(self.out.resolve().name, "sound", "band", WEIGHTS, digest, self.args.title or old.title,
                    old.description, net, old.licence, {**old.training, **made})


def _command(args: argparse.Namespace) -> str:
    """Return the command line for the card, with the data as a plain folder name."""
    data = args.data if args.data == "computed" else f"{Path(args.data).name}/"
    words = ["liveart", "train", "sound", data, "-o", Path(args.out).name]
    for key in ("computed", "held_out", "latent", "width", "batch", "rate", "divergence", "cooling", "seed"):
        words += [f"--{key.replace('_', '-')}", f"{getattr(args, key):g}"]
    return shlex.join([*words, "--iterations", str(args.iterations)])
