"""Checkpoints: everything a run needs to go on as if it had never stopped, in one safetensors file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor

from liveart.errors import TrainingError

from . import recipe as recipes
from .trainer import Trainer

AFRESH = "Start again in another folder, without --resume or --from, or with the recipe of that run."
FORMAT, FORMAT_VERSION = "liveart-training", 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: iterations done, pictures seen, seconds spent, and the seed it draws from."""

    iteration: int = 0
    images: int = 0
    seconds: float = 0.0
    seed: int = 0


def save(path: Path, trainer: Trainer, progress: Progress) -> None:
    """Write nets, optimisers and progress to `path` in one step: a crash leaves the old file or the new one."""
    tensors: dict[str, Tensor] = {}
    for name, net in trainer.nets.items():
        tensors |= {f"net/{name}/{key}": value for key, value in net.state_dict().items()}
    for name, optimiser in trainer.optimisers.items():
        for index, state in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser/{name}/{index}/{key}": value for key, value in state.items()}
    about = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "recipe": recipes.to_dict(trainer.recipe),
        "iteration": progress.iteration,
        "images": progress.images,
        "seconds": progress.seconds,
        "seed": progress.seed,
    }
    draft = path.with_name(path.name + ".part")
    kept = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    draft.write_bytes(to_bytes(kept, {"liveart": json.dumps(about)}))
    draft.replace(path)


def peek(path: Path) -> tuple[recipes.Recipe, Progress]:
    """Return the recipe and the progress in a checkpoint; raises TrainingError when it can't be read."""
    about = _about(path)
    wanted = recipes.changed(recipes.Recipe(), about["recipe"])
    return wanted, Progress(about["iteration"], about["images"], about["seconds"], about["seed"])


def _about(path: Path) -> dict[str, Any]:
    try:
        with safe_open(path, framework="pt") as file:
            about: dict[str, Any] = json.loads((file.metadata() or {})["liveart"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise TrainingError(f"The checkpoint {path} can't be read: {error}.", AFRESH) from error
    if about.get("format") != FORMAT or about.get("format_version") != FORMAT_VERSION:
        raise TrainingError(f"{path} is of another format or version.", "Resume with the liveart that wrote it.")
    return about


def load(path: Path, trainer: Trainer) -> Progress:
    """Bring `trainer` to where the checkpoint was; returns how far that is."""
    _, progress = peek(path)
    tensors = tensors_of(path)
    _load_nets(path, trainer, tensors)
    try:
        for name, optimiser in trainer.optimisers.items():
            _load_optimiser(optimiser, below(tensors, f"optimiser/{name}/"))
    except (RuntimeError, KeyError, ValueError) as error:
        raise TrainingError(f"The checkpoint {path} is of other nets: {error}", AFRESH) from error
    return progress


def tensors_of(path: Path) -> dict[str, Tensor]:
    """Return all tensors of a checkpoint, by their names in it."""
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no dict)


def _load_nets(path: Path, trainer: Trainer, tensors: dict[str, Tensor]) -> None:
    try:
        for name, net in trainer.nets.items():
            net.load_state_dict(below(tensors, f"net/{name}/"))
    except RuntimeError as error:
        raise TrainingError(f"The checkpoint {path} is of other nets: {error}", AFRESH) from error


def below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names begin with `prefix`, under the rest of their names."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _load_optimiser(optimiser: torch.optim.Optimizer, flat: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in flat.items():
        index, key = name.split("/", 1)
        state.setdefault(int(index), {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
