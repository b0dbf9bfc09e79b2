"""The hardware a training runs on: device, precision and several GPUs, by Lightning Fabric where installed.

Without Fabric one device is used, with the same results; this is the only file that knows which.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from liveart.errors import TrainingError

try:
    Fabric: Any = importlib.import_module("lightning_fabric").Fabric
except ImportError:  # a plain install: one device, no launcher
    Fabric = None

Net = TypeVar("Net", bound=nn.Module)
_TYPES = {"bf16": torch.bfloat16, "16": torch.float16}
_FABRIC_PRECISION = {"32": "32-true", "bf16": "bf16-mixed", "16": "16-mixed"}


@dataclass(frozen=True, slots=True)
class Hardware:
    """Where tensors live, in which precision they are multiplied, and how many processes share the work."""

    device: torch.device
    precision: str
    scaler: torch.amp.GradScaler
    fabric: Any = None

    @property
    def rank(self) -> int:
        return int(self.fabric.global_rank) if self.fabric else 0

    @property
    def world(self) -> int:
        return int(self.fabric.world_size) if self.fabric else 1

    def place(self, net: Net) -> Net:
        """Return `net` on the device, in the memory order in which convolutions are fastest."""
        placed: Net = net.to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return placed

    def autocast(self) -> contextlib.AbstractContextManager[Any]:
        """Return the context in which nets run at the chosen precision."""
        if self.fabric:
            context: contextlib.AbstractContextManager[Any] = self.fabric.autocast()
            return context
        if self.precision == "32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, _TYPES[self.precision])

    def any_says(self, yes: bool) -> bool:
        """Return whether any process says yes, so that all of them stop after the same step."""
        if self.world == 1:
            return yes
        votes = self.fabric.all_reduce(torch.tensor(float(yes), device=self.device), reduce_op="sum")
        return float(votes) > 0

    def mean(self, value: Tensor) -> Tensor:
        """Return the mean of `value` over all processes."""
        if self.world == 1:
            return value
        shared: Tensor = self.fabric.all_reduce(value, reduce_op="mean")
        return shared

    def improve(self, loss: Tensor, parameters: Iterable[nn.Parameter], optimiser: torch.optim.Optimizer) -> None:
        """Take one step of `optimiser` down the slope of `loss`, averaged over all processes."""
        wanted = [parameter for parameter in parameters if parameter.requires_grad]
        # Only the asked-for slopes: a generator's step must not leave any in the discriminator.
        slopes = torch.autograd.grad(self.scaler.scale(loss), wanted, allow_unused=True)
        for parameter, slope in zip(wanted, slopes, strict=True):
            parameter.grad = slope
        if self.world > 1:
            for parameter in wanted:
                if parameter.grad is not None:
                    parameter.grad = self.fabric.all_reduce(parameter.grad, reduce_op="mean")
        self.scaler.step(optimiser)
        self.scaler.update()
        optimiser.zero_grad(set_to_none=True)


def open_hardware(device: str = "auto", precision: str = "32", devices: int = 1) -> Hardware:
    """Return the hardware for `device` (auto, cpu or cuda); raises TrainingError when it isn't there."""
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("No CUDA device is here.", "Use --device cpu, or install a CUDA build of torch.")
    if devices > 1 and Fabric is None:
        raise TrainingError(f"{devices} devices need Lightning Fabric.", 'pip install "liveart[train]"')
    scaler = torch.amp.GradScaler(device, enabled=precision == "16" and device == "cuda")
    if Fabric is None:
        return Hardware(torch.device(device), precision, scaler)
    fabric = Fabric(accelerator=device, devices=devices, precision=_FABRIC_PRECISION[precision])
    fabric.launch()
    return Hardware(fabric.device, precision, scaler, fabric)
