"""A training of one small net with one optimiser: step by step, stopped and resumed at will, cooled, checked, saved."""

from __future__ import annotations

import argparse
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from liveart.core.card import Card, read_card
from liveart.errors import ModelError, TrainingError

from .export import UNSTATED
from .progress import Reporter
from .small_state import About, load_state
from .stopping import Stopping

STATE = Path("training") / "state.safetensors"
COOLEST = 0.01  # of the learning rate that a run begins with

Net = TypeVar("Net", bound=nn.Module)


def check_start(args: argparse.Namespace, state: Path) -> None:
    """Refuse a run that can't begin or go on as asked. Raises TrainingError."""
    if args.resume and not state.is_file():
        raise TrainingError(f"{state} does not exist, so there is nothing to resume.", "Leave out --resume.")
    if not args.resume and state.is_file():
        raise TrainingError(f"{args.out} already holds a run.", "Go on with --resume, or choose another folder.")
    if args.device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("no CUDA device is here.", "Use --device cpu, or install a CUDA build of torch.")


class SmallRun(ABC, Generic[Net]):
    """One run under way; what is learnt, and what is shown and saved of it, is the derived class's affair.

    look_every  iterations between reports of the losses
    steepest    the longest gradient that a step takes; inf takes them as they come
    """

    look_every = 50
    steepest = float("inf")

    def __init__(self, args: argparse.Namespace, out: Path, about: About) -> None:
        cuda = args.device == "cuda" or (args.device == "auto" and torch.cuda.is_available())
        self.device = torch.device("cuda" if cuda else "cpu")
        torch.manual_seed(about.seed)
        self.args, self.out, self.about = args, out, about
        self.net: Net = self.make_net().to(self.device)
        self.optimiser = torch.optim.Adam(self.net.parameters(), args.rate, betas=(0.9, 0.99))
        self.saved_at = self.began = time.monotonic()
        if args.resume:
            load_state(out / STATE, self.net, self.optimiser)

    @abstractmethod
    def make_net(self) -> Net:
        """Return the net that is trained; `self.about` and `self.args` say of what size."""

    @abstractmethod
    def loss(self, iteration: int, chance: torch.Generator) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the loss of one batch, drawn by `chance`, and parts of it by name, without gradient."""

    @abstractmethod
    def sample(self) -> None:
        """Write what shows how far it is."""

    @abstractmethod
    def save(self) -> None:
        """Write checkpoint and model."""

    def go(self) -> None:
        """Run to the end of the iterations or minutes, or to Ctrl-C; save on the way and when done."""
        start, end = self.about.iteration, self.args.iterations
        with Stopping() as stopping, Reporter(start, end) as reporter:
            for iteration in range(start, end):
                losses = self.step(iteration)
                reporter.tick(iteration + 1)
                if (iteration + 1) % self.look_every == 0:
                    reporter.losses(self._checked(losses))
                if (iteration + 1) % self.args.samples_every == 0:
                    self.sample()
                if stopping.is_asked or time.monotonic() - self.began > self.args.minutes * 60:
                    break
                if time.monotonic() - self.saved_at > self.args.checkpoint_minutes * 60:
                    self._save(losses)
            if self.about.iteration > start:
                self._save(losses)
                self.sample()

    def step(self, iteration: int) -> dict[str, Tensor]:
        """Improve the net by one batch; return the losses by name."""
        began = time.monotonic()
        # All chance in a step follows from its number: no random state to save, and resuming is exact.
        chance = torch.Generator().manual_seed(self.about.seed * 1_000_003 + iteration)
        loss, losses = self.loss(iteration, chance)
        self._cool(iteration)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        if self.steepest < float("inf"):
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.steepest)
        self.optimiser.step()
        self.about = self.about.after(iteration + 1, time.monotonic() - began)
        return losses

    def _cool(self, iteration: int) -> None:
        """Halve the learning rate every `cooling` iterations, so that it does not hang on how many there will be."""
        rate = self.args.rate * max(0.5 ** (iteration / self.args.cooling), COOLEST)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _checked(self, losses: dict[str, Tensor]) -> dict[str, float]:
        values = {name: float(value) for name, value in losses.items()}
        if not np.isfinite(list(values.values())).all():
            raise TrainingError(f"the losses are not finite at iteration {self.about.iteration}: {values}.",
                                f"{self.out / STATE} is the last good state: resume it with a lower --rate.")
        return values

    def _save(self, losses: dict[str, Tensor]) -> None:
        self._checked(losses)
        self.save()
        self.saved_at = time.monotonic()

    def old_card(self, kind: str, arch: str, description: str) -> Card:
        """Return the card that is there, whose words a person may have written; a blank one when none can be read."""
        try:
            return read_card(self.out)
        except ModelError:
            name = self.out.resolve().name
            return Card(name, kind, arch, "", "", name, description, {}, UNSTATED)

    def made(self) -> dict[str, object]:
        """Return what the card says of every run: how far it came, how long it took, and on what."""
        cuda = self.device.type == "cuda"
        hardware = torch.cuda.get_device_name() if cuda else f"CPU, {self.args.threads} thread(s)"
        return {"iterations": self.about.iteration, "seconds": round(self.about.seconds), "hardware": hardware}
