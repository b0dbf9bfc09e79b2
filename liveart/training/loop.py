"""The training loop: data in, steps, samples, checkpoints, a playable folder; stoppable and resumable."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.errors import TrainingError

from . import checkpoint
from .checkpoint import Progress
from .export import Label, export, latents
from .fabric import Hardware
from .gan import GanTrainer
from .growing import begin_with
from .pictures import Bytes, Pictures, batches
from .progress import Reporter
from .recipe import Recipe
from .sheet import save_sheet, sheet
from .stopping import Stopping
from .stylegan2 import StyleGan2Trainer
from .trainer import Trainer
from .vae import VaeTrainer

STATE = Path("training") / "state.safetensors"
LOOK_EVERY = 20  # iterations between looks at the losses, each of which waits for the device
SAMPLES, SAMPLE_SEED = 32, 1


@dataclass(frozen=True, slots=True)
class Run:
    """How a run is conducted: where to, how long, how often it reports. Nothing here changes the numbers."""

    folder: Path
    label: Label
    seed: int = 0
    resume: bool = False
    begin_from: Path | None = None  # another run's folder, whose nets are the beginning
    minutes: float = math.inf
    samples_every: int = 250  # iterations
    checkpoint_minutes: float = 3.0


def make_trainer(recipe: Recipe, hardware: Hardware, seed: int) -> Trainer:
    """Return the trainer that a recipe asks for, its weights drawn from `seed`."""
    torch.manual_seed(seed)
    if recipe.arch == "stylegan2":
        return StyleGan2Trainer(recipe, hardware)
    return VaeTrainer(recipe, hardware) if recipe.kind == "vae" else GanTrainer(recipe, hardware)


def train(pictures: Pictures, recipe: Recipe, hardware: Hardware, run: Run) -> Progress:
    """Train until the iterations or minutes are over or Ctrl-C is pressed; returns how far it came.

    Leaves checkpoint, samples and a playable model folder in `run.folder`. Raises TrainingError when the losses
    stop being numbers; the last checkpoint is then untouched.
    """
    (run.folder / STATE.parent).mkdir(parents=True, exist_ok=True)
    (run.folder / "samples").mkdir(exist_ok=True)
    trainer = make_trainer(recipe, hardware, run.seed)
    progress = Progress(seed=run.seed)
    if run.begin_from is not None:
        begin_with(run.begin_from / STATE, trainer)
    if run.resume:
        progress = checkpoint.load(run.folder / STATE, trainer)
    return _Loop(trainer, hardware, run, progress).go(pictures)


class _Loop:
    """One run under way."""

    def __init__(self, trainer: Trainer, hardware: Hardware, run: Run, progress: Progress) -> None:
        self.trainer, self.hardware, self.run, self.progress = trainer, hardware, run, progress
        self.recipe = trainer.recipe
        self.chief = hardware.rank == 0
        self.stopping = Stopping()
        self.saved_at = self.started = time.monotonic()
        self.z = latents(SAMPLES, self.recipe.latent, SAMPLE_SEED).to(hardware.device)

    def go(self, pictures: Pictures) -> Progress:
        """Run to the end; save on the way and when done."""
        start, end = self.progress.iteration, self.recipe.iterations
        data = batches(pictures, self.recipe, self.progress.seed, start, self.hardware.rank)
        try:
            with closing(data), self.stopping, Reporter(start, end, self.chief) as reporter:
                losses = self._steps(data, start, end, reporter)
                if losses:
                    self._save(losses)
                    self._sample()
        except OSError as error:
            what = f"{self.run.folder} can't be written: {error}."
            raise TrainingError(what, "Make room, then go on with --resume.") from error
        return self.progress

    def _steps(self, data: Iterator[Bytes], start: int, end: int, reporter: Reporter) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        for iteration in range(start, end):
            losses = self._step(iteration, next(data))
            reporter.tick(iteration + 1)
            if (iteration + 1) % LOOK_EVERY == 0:
                self._watch(losses, reporter)
            if (iteration + 1) % self.run.samples_every == 0:
                self._sample()
            if self._is_over():
                break
            if time.monotonic() - self.saved_at > self.run.checkpoint_minutes * 60:
                self._save(losses)
        return losses

    def _step(self, iteration: int, crops: Bytes) -> dict[str, Tensor]:
        began = time.monotonic()
        # All chance in a step follows from its number: no random state to save, and resuming is exact.
        torch.manual_seed((self.progress.seed * 1_000_003 + iteration) * 64 + self.hardware.rank)
        losses = self.trainer.step(iteration, to_tensor(crops, self.hardware.device))
        done = len(crops) * self.hardware.world
        self.progress = replace(
            self.progress,
            iteration=iteration + 1,
            images=self.progress.images + done,
            seconds=self.progress.seconds + time.monotonic() - began,
        )
        return losses

    def _watch(self, losses: dict[str, Tensor], reporter: Reporter) -> None:
        values = {name: float(value) for name, value in losses.items()}
        self._refuse_nan(values)
        reporter.losses(values)
        if self.chief:
            line = {"iteration": self.progress.iteration, "seconds": round(self.progress.seconds, 1)}
            with open(self.run.folder / STATE.parent / "log.jsonl", "a", encoding="utf-8") as log:
                log.write(json.dumps(line | {name: round(value, 5) for name, value in values.items()}) + "\n")

    def _refuse_nan(self, values: dict[str, float]) -> None:
        bad = [name for name, value in values.items() if not math.isfinite(value)]
        if bad:
            raise TrainingError(
                f"The loss of {', '.join(bad)} is not finite at iteration {self.progress.iteration}.",
                f"{self.run.folder / STATE} is the last good state: resume it with a lower rate or precision 32.",
            )

    def _is_over(self) -> bool:
        spent = time.monotonic() - self.started
        return self.hardware.any_says(self.stopping.is_asked or spent > self.run.minutes * 60)

    def _sample(self) -> None:
        if not self.chief:
            return
        pictures = torch.cat([self.trainer.look(z) for z in torch.split(self.z, 8)])
        image = sheet(pictures, 8)
        save_sheet(self.run.folder / "samples" / f"{self.progress.iteration:06d}.png", image)
        save_sheet(self.run.folder / "latest.png", image)

    def _save(self, losses: dict[str, Tensor]) -> None:
        self._refuse_nan({name: float(value) for name, value in losses.items()})
        if self.chief:
            checkpoint.save(self.run.folder / STATE, self.trainer, self.progress)
            device = self.hardware.device.type
            export(self.run.folder, self.trainer.playable(), self.recipe, self.run.label, self.progress, device)
        self.saved_at = time.monotonic()


def to_tensor(crops: Bytes, device: torch.device) -> Tensor:
    """Return crops `[B, H, W, C]` uint8 as `[B, C, H, W]` in -1..1 on `device`."""
    pictures = torch.from_numpy(np.ascontiguousarray(crops)).to(device, non_blocking=True)
    return pictures.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0).contiguous()
