"""`liveart train sound`: from a folder of sounds to a streaming model that plays."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.core.card import Card, read_card, write_card
from liveart.errors import ModelError, TrainingError
from liveart.nets.band_ear import PAST, RATE, BandEar
from liveart.nets.band_vae import BandVAE
from liveart.weights import save_weights

from .export import UNSTATED, WEIGHTS
from .progress import Reporter
from .sheet import save_sheet
from .sound_data import Sounds, draw, prepared, read_folder
from .sound_judge import judged, rebuilt
from .sound_lesson import HOPS, WARM, Lesson
from .sound_options import add_arguments
from .sound_shapes import computed_sounds
from .sound_sheet import journeys, sheet
from .sound_space import fit_space
from .stopping import Stopping
from .wavetable_sheet import save_wav
from .wavetable_state import About, load_state, peek_state, save_state

__all__ = ["add_arguments", "train"]

STATE = Path("training") / "state.safetensors"
FORM = "liveart-sound-training"
DESCRIPTION = "A latent space of sounds: tuned partials and noise, as a stream."
COMPUTED = 48    # computed sounds to draw from
LOOK_EVERY = 25


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
    if args.resume and not state.is_file():
        raise TrainingError(f"{state} does not exist, so there is nothing to resume.", "Leave out --resume.")
    if not args.resume and state.is_file():
        raise TrainingError(f"{args.out} already holds a run.", "Go on with --resume, or choose another folder.")
    if args.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("no CUDA device is here.", "Use --device cpu, or install a CUDA build of torch.")


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


class _Run:
    """One run under way."""

    def __init__(self, args: argparse.Namespace, out: Path, about: About, sounds: Sounds) -> None:
        cuda = args.device == "cuda" or (args.device == "auto" and torch.cuda.is_available())
        self.device = torch.device("cuda" if cuda else "cpu")
        torch.manual_seed(about.seed)
        self.net = BandVAE(about.latent, args.width).to(self.device)
        self.lesson = Lesson(self.net, args.divergence)
        self.optimiser = torch.optim.Adam(self.net.parameters(), args.rate, betas=(0.9, 0.99))
        self.args, self.out, self.about, self.sounds = args, out, about, sounds
        self.saved_at = self.began = time.monotonic()
        if args.resume:
            load_state(out / STATE, self.net, self.optimiser)

    def go(self) -> None:
        """Run to the end of the iterations or minutes, or to Ctrl-C; save on the way and when done."""
        start, end = self.about.iteration, self.args.iterations
        with Stopping() as stopping, Reporter(start, end) as reporter:
            for iteration in range(start, end):
                losses = self.step(iteration)
                reporter.tick(iteration + 1)
                if (iteration + 1) % LOOK_EVERY == 0:
                    reporter.losses(self._checked(losses))
                if (iteration + 1) % self.args.samples_every == 0:
                    self._sample()
                if stopping.is_asked or time.monotonic() - self.began > self.args.minutes * 60:
                    break
                if time.monotonic() - self.saved_at > self.args.checkpoint_minutes * 60:
                    self._save(losses)
            if self.about.iteration > start:
                self._save(losses)
                self._sample()

    def step(self, iteration: int) -> dict[str, Tensor]:
        """Improve the nets by one batch; return the losses by name."""
        began = time.monotonic()
        # All chance in a step follows from its number: no random state to save, and resuming is exact.
        chance = torch.Generator().manual_seed(self.about.seed * 1_000_003 + iteration)
        crops = draw(self.sounds, self.args.batch, WARM + HOPS, chance).to(self.device)
        loss, losses = self.lesson.loss(iteration, crops, chance)
        self._cool(iteration)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.about = self.about.after(iteration + 1, time.monotonic() - began)
        return losses

    def _cool(self, iteration: int) -> None:
        """Halve the learning rate every `cooling` iterations, so that it does not hang on how many there will be."""
        rate = self.args.rate * max(0.5 ** (iteration / self.args.cooling), 0.01)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _checked(self, losses: dict[str, Tensor]) -> dict[str, float]:
        values = {name: float(value) for name, value in losses.items()}
        if not np.isfinite(list(values.values())).all():
            raise TrainingError(f"the losses are not finite at iteration {self.about.iteration}: {values}.",
                                f"{self.out / STATE} is the last good state: resume it with a lower --rate.")
        return values

    def _sample(self) -> None:
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

    def _save(self, losses: dict[str, Tensor]) -> None:
        self._checked(losses)
        self._fit()
        save_state(self.out / STATE, self.net, self.optimiser, self.about, FORM)
        save_sheet(self.out / "preview.png", sheet(journeys(self._play, self.about.latent, 3)))
        digest = save_weights(self.out / WEIGHTS, self.net.state_dict(), half=True)
        write_card(self.out, self._card(digest))
        self.saved_at = time.monotonic()

    def _card(self, digest: str) -> Card:
        """Return the card; what a person wrote on the one that is there stays."""
        name = self.out.resolve().name
        try:
            old = read_card(self.out)
        except ModelError:  # none yet, or spoilt: it is written anew
            old = Card(name, "sound", "band", "", "", name, DESCRIPTION, {}, UNSTATED)
        net = {"latent": self.about.latent, "width": self.args.width, "count": self.net.count, "bands": self.net.bands}
        hardware = torch.cuda.get_device_name() if self.device.type == "cuda" else f"CPU, {self.args.threads} thread(s)"
        made = {"command": _command(self.args), "data": origin(self.args.data, self.sounds),
                "held_out": [sound.name for sound in self.sounds.held_out],
                "iterations": self.about.iteration, "seconds": round(self.about.seconds), "hardware": hardware}
        if self.sounds.held_out:
            made["distance"] = round(judged(self.net, self.sounds.held_out), 4)
        return Card(name, "sound", "band", WEIGHTS, digest, self.args.title or old.title, old.description,
                    net, old.licence, {**old.training, **made})


def _command(args: argparse.Namespace) -> str:
    """Return the command line for the card, with the data as a plain folder name."""
    data = args.data if args.data == "computed" else f"{Path(args.data).name}/"
    words = ["liveart", "train", "sound", data, "-o", Path(args.out).name]
    for key in ("computed", "held_out", "latent", "width", "batch", "rate", "divergence", "cooling", "seed"):
        words += [f"--{key.replace('_', '-')}", f"{getattr(args, key):g}"]
    return shlex.join([*words, "--iterations", str(args.iterations)])
