"""`liveart train wavetable`: from sounds or computed waveforms to a model folder that plays."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.core.card import Card, read_card, write_card
from liveart.core.cycle import HARMONICS, centroid
from liveart.errors import ModelError, TrainingError
from liveart.nets.wavetable import WavetableVAE, difference, divergence
from liveart.weights import save_weights

from .export import UNSTATED, WEIGHTS
from .progress import Reporter
from .stopping import Stopping
from .wavetable_data import gather_cycles
from .wavetable_options import add_arguments
from .wavetable_shapes import computed_levels
from .wavetable_sheet import draw_sheet, journey, plane_of_seeds, save_wav
from .wavetable_state import About, load_state, peek_state, save_state

__all__ = ["add_arguments", "train"]

STATE = Path("training") / "state.safetensors"
WIDTHS = (64, 128)
DESCRIPTION = "A latent space of single-cycle waveforms."
COMPUTED = 8000  # cycles to draw from
WARM_UP = 1000   # iterations until the divergence has its full weight: codes take shape before they are pressed
COOLING = 5000   # iterations in which the learning rate halves
LOOK_EVERY = 50


@dataclass(frozen=True, slots=True)
class Cycles:
    """What is trained on: levels [count, HARMONICS], the odds of each to be drawn, where they come from."""

    levels: Tensor
    odds: Tensor
    origin: str
    skipped: Mapping[str, str]  # files left out, with the reason


def train(args: argparse.Namespace) -> int:
    """Train as `args` (see wavetable_options) say; returns 0. Raises TrainingError for unusable data or settings."""
    torch.set_num_threads(args.threads)
    out = Path(args.out)
    state = out / STATE
    _check(args, state)
    about = peek_state(state) if args.resume else About(seed=args.seed, latent=args.latent)
    cycles = read_cycles(args.data, args.computed, about.seed)
    print(cycles.origin, file=sys.stderr)
    for name, reason in cycles.skipped.items():
        print(f"  skipped {name}: {reason}", file=sys.stderr)
    (out / "samples").mkdir(parents=True, exist_ok=True)
    state.parent.mkdir(exist_ok=True)
    _Run(args, out, about, cycles).go()
    print(f"Play it: generator = \"wavetable\", model = {args.out!r} in a patch.", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace, state: Path) -> None:
    if not 1 <= args.latent <= 64 or args.batch < 2 or args.iterations < 1 or not 0.0 <= args.computed <= 1.0:
        raise TrainingError(f"latent {args.latent}, batch {args.batch}, iterations {args.iterations}, computed "
                            f"{args.computed:g} can't be trained.", "Use 1..64, 2 or more, 1 or more, 0..1.")
    if args.resume and not state.is_file():
        raise TrainingError(f"{state} does not exist, so there is nothing to resume.", "Leave out --resume.")
    if not args.resume and state.is_file():
        raise TrainingError(f"{args.out} already holds a run.", "Go on with --resume, or choose another folder.")
    if args.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("no CUDA device is here.", "Use --device cpu, or install a CUDA build of torch.")


def read_cycles(data: str, computed: float, seed: int) -> Cycles:
    """Return the cycles of a folder mixed with computed ones (`computed` is their share), or computed ones alone."""
    words, parts, skipped = [], [], {}
    share = 1.0 if data == "computed" else computed
    if share > 0.0:
        parts.append((computed_levels(COMPUTED, seed), share))
        words.append(f"{COMPUTED} computed cycles")
    if share < 1.0:
        harvest = gather_cycles(Path(data))
        parts.append((harvest.levels, 1.0 - share))
        words.append(f"{len(harvest.levels)} cycles of {len(harvest.taken)} sounds in {Path(data).name}/")
        skipped = harvest.skipped
    levels = np.concatenate([part for part, _ in parts])
    odds = np.concatenate([_odds(part) * share for part, share in parts])
    return Cycles(torch.from_numpy(levels), torch.from_numpy(odds), ", ".join(words), skipped)


def _odds(levels: np.ndarray) -> np.ndarray:
    """Return the odds [count], adding up to 1: recordings hold many near-sines, which would crowd out the rest."""
    richness = 0.3 + np.clip(np.log2(np.maximum(centroid(levels), 1.0)), 0.0, 2.0)
    odds: np.ndarray = richness / richness.sum()
    return odds


class _Run:
    """One run under way."""

    def __init__(self, args: argparse.Namespace, out: Path, about: About, cycles: Cycles) -> None:
        cuda = args.device == "cuda" or (args.device == "auto" and torch.cuda.is_available())
        self.device = torch.device("cuda" if cuda else "cpu")
        torch.manual_seed(about.seed)
        self.net = WavetableVAE(about.latent, WIDTHS, HARMONICS).to(self.device)
        self.optimiser = torch.optim.Adam(self.net.parameters(), args.rate, betas=(0.9, 0.99))
        self.args, self.out, self.about, self.cycles = args, out, about, cycles
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
        """Improve the net by one batch; return the losses by name."""
        began = time.monotonic()
        # All chance in a step follows from its number: no random state to save, and resuming is exact.
        chance = torch.Generator().manual_seed(self.about.seed * 1_000_003 + iteration)
        drawn = torch.multinomial(self.cycles.odds, self.args.batch, replacement=True, generator=chance)
        noise = torch.randn(self.args.batch, self.about.latent, generator=chance).to(self.device)
        levels = self.cycles.levels[drawn].to(self.device)
        rebuilt, mean, logvar = self.net(levels, noise)
        sound, spread = difference(rebuilt, levels).mean(), divergence(mean, logvar).mean()
        self._cool(iteration)
        self.optimiser.zero_grad(set_to_none=True)
        (sound + self.args.divergence * min(1.0, iteration / WARM_UP) * spread).backward()
        self.optimiser.step()
        self.about = self.about.after(iteration + 1, time.monotonic() - began)
        return {"sound": sound.detach(), "divergence": spread.detach()}

    def _cool(self, iteration: int) -> None:
        """Halve the learning rate every COOLING iterations, so that it does not hang on how many there will be."""
        rate = self.args.rate * max(0.5 ** (iteration / COOLING), 0.01)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _checked(self, losses: dict[str, Tensor]) -> dict[str, float]:
        values = {name: float(value) for name, value in losses.items()}
        if not np.isfinite(list(values.values())).all():
            raise TrainingError(f"the losses are not finite at iteration {self.about.iteration}: {values}.",
                                f"{self.out / STATE} is the last good state: resume it with a lower --rate.")
        return values

    @torch.no_grad()
    def _fit_latent(self) -> None:
        """Lead normal numbers to where the codes of the cycles are (see WavetableDecoder)."""
        chance = torch.Generator().manual_seed(self.about.seed)
        drawn = torch.multinomial(self.cycles.odds, 4096, replacement=True, generator=chance)
        mean, logvar = self.net.encoder(self.cycles.levels[drawn].to(self.device))
        codes = (mean + torch.randn(mean.shape, generator=chance).to(mean) * torch.exp(0.5 * logvar)).double()
        self.net.decoder.shift.copy_(codes.mean(0))
        self.net.decoder.mixing.copy_(torch.linalg.cholesky(torch.cov(codes.T)))

    @torch.no_grad()
    def decode(self, z: np.ndarray) -> np.ndarray:
        """Return the levels of latents [B, latent] as they will be played."""
        levels: np.ndarray = self.net.decoder(torch.from_numpy(z).float().to(self.device)).cpu().numpy()
        return levels

    def _sample(self) -> None:
        self._fit_latent()
        image = draw_sheet(self.decode(plane_of_seeds(12, 6, self.about.latent)), 12)
        image.save(self.out / "samples" / f"{self.about.iteration:06d}.png")
        image.save(self.out / "latest.png")
        save_wav(self.out / "samples" / f"{self.about.iteration:06d}.wav", journey(self.decode, self.about.latent))

    def _save(self, losses: dict[str, Tensor]) -> None:
        self._checked(losses)
        self._fit_latent()
        save_state(self.out / STATE, self.net, self.optimiser, self.about)
        draw_sheet(self.decode(plane_of_seeds(12, 6, self.about.latent)), 12).save(self.out / "preview.png")
        digest = save_weights(self.out / WEIGHTS, self.net.decoder.state_dict())
        write_card(self.out, self._card(digest))
        self.saved_at = time.monotonic()

    def _card(self, digest: str) -> Card:
        """Return the card; what a person wrote on the one that is there stays."""
        name = self.out.resolve().name
        try:
            old = read_card(self.out)
        except ModelError:  # none yet, or spoilt: it is written anew
            old = Card(name, "wavetable", "wavetable", "", "", name, DESCRIPTION, {}, UNSTATED)
        net = {"latent": self.about.latent, "widths": list(WIDTHS), "harmonics": HARMONICS}
        hardware = torch.cuda.get_device_name() if self.device.type == "cuda" else f"CPU, {self.args.threads} thread(s)"
        made = {"command": _command(self.args), "data": self.cycles.origin, "iterations": self.about.iteration,
                "seconds": round(self.about.seconds), "hardware": hardware}
        return Card(name, "wavetable", "wavetable", WEIGHTS, digest, self.args.title or old.title, old.description,
                    net, old.licence, {**old.training, **made})


def _command(args: argparse.Namespace) -> str:
    """Return the command line for the card, with the data as a plain folder name."""
    data = args.data if args.data == "computed" else f"{Path(args.data).name}/"
    words = ["liveart", "train", "wavetable", data, "-o", Path(args.out).name]
    for key in ("computed", "latent", "batch", "iterations", "rate", "divergence", "seed"):
        words += [f"--{key}", f"{getattr(args, key):g}" if key != "iterations" else str(args.iterations)]
    return shlex.join(words)
