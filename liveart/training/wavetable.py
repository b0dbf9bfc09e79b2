"""`liveart train wavetable`: from sounds or computed waveforms to a model folder that plays."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.core.card import Card, write_card
from liveart.core.cycle import HARMONICS, centroid
from liveart.errors import TrainingError
from liveart.nets.wavetable import WavetableVAE, difference, divergence
from liveart.weights import save_weights

from .export import WEIGHTS
from .small_run import STATE, SmallRun, check_start
from .small_state import About, peek_state, save_state
from .wavetable_data import gather_cycles
from .wavetable_options import add_arguments
from .wavetable_shapes import computed_levels
from .wavetable_sheet import draw_sheet, journey, plane_of_seeds, save_wav

__all__ = ["add_arguments", "train"]

FORM = "liveart-wavetable-training"
WIDTHS = (64, 128)
DESCRIPTION = "A latent space of single-cycle waveforms."
COMPUTED = 8000  # cycles to draw from
WARM_UP = 1000   # iterations until the divergence has its full weight: codes take shape before they are pressed


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
    about = peek_state(state, FORM) if args.resume else About(seed=args.seed, latent=args.latent)
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
    check_start(args, state)


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


class _Run(SmallRun[WavetableVAE]):
    """One run under way."""

    def __init__(self, args: argparse.Namespace, out: Path, about: About, cycles: Cycles) -> None:
        super().__init__(args, out, about)
        self.cycles = cycles

    def make_net(self) -> WavetableVAE:
        return WavetableVAE(self.about.latent, WIDTHS, HARMONICS)

    def loss(self, iteration: int, chance: torch.Generator) -> tuple[Tensor, dict[str, Tensor]]:
        drawn = torch.multinomial(self.cycles.odds, self.args.batch, replacement=True, generator=chance)
        noise = torch.randn(self.args.batch, self.about.latent, generator=chance).to(self.device)
        levels = self.cycles.levels[drawn].to(self.device)
        rebuilt, mean, logvar = self.net(levels, noise)
        sound, spread = difference(rebuilt, levels).mean(), divergence(mean, logvar).mean()
        weight = self.args.divergence * min(1.0, iteration / WARM_UP)
        return sound + weight * spread, {"sound": sound.detach(), "divergence": spread.detach()}

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

    def sample(self) -> None:
        self._fit_latent()
        image = draw_sheet(self.decode(plane_of_seeds(12, 6, self.about.latent)), 12)
        image.save(self.out / "samples" / f"{self.about.iteration:06d}.png")
        image.save(self.out / "latest.png")
        save_wav(self.out / "samples" / f"{self.about.iteration:06d}.wav", journey(self.decode, self.about.latent))

    def save(self) -> None:
        self._fit_latent()
        save_state(self.out / STATE, self.net, self.optimiser, self.about, FORM)
        draw_sheet(self.decode(plane_of_seeds(12, 6, self.about.latent)), 12).save(self.out / "preview.png")
        digest = save_weights(self.out / WEIGHTS, self.net.decoder.state_dict())
        write_card(self.out, self._card(digest))

    def _card(self, digest: str) -> Card:
        """Return the card; what a person wrote on the one that is there stays."""
        old = self.old_card("wavetable", "wavetable", DESCRIPTION)
        net = {"latent": self.about.latent, "widths": list(WIDTHS), "harmonics": HARMONICS}
        made = {"command": _command(self.args), "data": self.cycles.origin, **self.made()}
        return Card(self.out.resolve().name, "wavetable", "wavetable", WEIGHTS, digest, self.args.title or old.title,
                    old.description, net, old.licence, {**old.training, **made})


def _command(args: argparse.Namespace) -> str:
    """Return the command line for the card, with the data as a plain folder name."""
    data = args.data if args.data == "computed" else f"{Path(args.data).name}/"
    words = ["liveart", "train", "wavetable", data, "-o", Path(args.out).name]
    for key in ("computed", "latent", "batch", "iterations", "rate", "divergence", "seed"):
        words += [f"--{key}", f"{getattr(args, key):g}" if key != "iterations" else str(args.iterations)]
    return shlex.join(words)
