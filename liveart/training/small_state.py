"""The checkpoint of a training of a small net: net, optimiser and how far it came, in one safetensors file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from liveart.errors import TrainingError

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class About:
    """How far a run has come, and what a resumed run must keep: the seed and the size of the latent."""

    seed: int = 0
    latent: int = 8
    iteration: int = 0
    seconds: float = 0.0

    def after(self, iteration: int, seconds: float) -> About:
        """Return it with `iteration` steps done and `seconds` more spent."""
        return replace(self, iteration=iteration, seconds=self.seconds + seconds)


def save_state(
    path: Path, net: nn.Module, optimiser: torch.optim.Optimizer, about: About, form: str
) -> None:
    """Write all to `path`, as of the format `form`, in one step: a crash leaves the old file or the new one."""
    tensors: dict[str, Tensor] = {f"net/{key}": value for key, value in net.state_dict().items()}
    for index, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser/{index}/{key}": value for key, value in state.items()}
    words = json.dumps({"format": form, "format_version": FORMAT_VERSION} | asdict(about))
    draft = path.with_name(path.name + ".part")
    save_file({key: value.detach().cpu().contiguous() for key, value in tensors.items()}, draft, {"liveart": words})
    draft.replace(path)


def peek_state(path: Path, form: str) -> About:
    """Return how far a checkpoint of the format `form` is; raises TrainingError when it can't be read."""
    try:
        with safe_open(path, framework="pt") as file:
            words = json.loads((file.metadata() or {})["liveart"])
        if words.pop("format") != form or words.pop("format_version") != FORMAT_VERSION:
            raise TrainingError(f"{path} is of another format or version.", "Resume it with the liveart that wrote it.")
        return About(**words)
    except (SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        raise TrainingError(f"the checkpoint {path} can't be read: {error}.", "Start in another folder.") from error


def load_state(path: Path, net: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    """Bring net and optimiser to where the checkpoint was; raises TrainingError when it is of another net."""
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no dict)
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimiser/"):
            _, index, key = name.split("/", 2)
            state.setdefault(int(index), {})[key] = tensor
    try:
        net.load_state_dict({name[4:]: tensor for name, tensor in tensors.items() if name.startswith("net/")})
        optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    except (RuntimeError, KeyError, ValueError) as error:
        raise TrainingError(f"the checkpoint {path} is of another net: {error}", "Start in another folder.") from error
