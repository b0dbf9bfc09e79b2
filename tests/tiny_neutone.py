"""Neutone files of our own making, of the shape that its SDK writes, with the faults that files can have."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

NATIVE = 64  # samples: the block of the net inside

OLD = {f"p{number}": {"name": name, "description": text, "default_value": "0.5", "used": used, "type": "knob"}
       for number, (name, text, used) in enumerate(
           [("Level", "how loud", "True"), ("Tail", "how long", "True"), ("", "", "False"), ("", "", "False")], 1)}
NEW = {
    "p1": {"name": "Level", "description": "how loud", "default_value": 0.0, "used": True, "type": "continuous",
           "min_value": -12.0, "max_value": 12.0},
    "p2": {"name": "Tail", "description": "how long.", "default_value": 1, "used": True, "type": "categorical",
           "n_values": 3, "labels": ["short", "middle", "long"]},
    "p3": {"name": "Story", "description": "", "default_value": "", "used": True, "type": "text"},
}


class TinyNeutone(nn.Module):
    """Sound · p1, a decaying echo of the last block · p2, given NATIVE samples later whatever the block is."""

    def __init__(self, fault: str = "", is_mono: bool = False) -> None:
        super().__init__()
        self.fault = fault
        self.is_mono = is_mono
        self.block = 0
        self.rate = 0
        self.blocks_run = 0
        self.register_buffer("waiting", torch.zeros(2, NATIVE))
        self.register_buffer("tail", torch.zeros(2))

    @torch.jit.export
    def set_daw_sample_rate_and_buffer_size(self, rate: int, block: int) -> int:
        self.rate = rate
        self.block = block
        return block

    @torch.jit.export
    def reset(self) -> None:
        if self.fault != "no reset":
            self.waiting.zero_()
            self.tail.zero_()
            self.blocks_run = 0

    @torch.jit.export
    def is_input_mono(self) -> bool:
        return self.is_mono

    @torch.jit.export
    def is_output_mono(self) -> bool:
        return self.is_mono

    @torch.jit.export
    def calc_buffering_delay_samples(self) -> int:
        return -5 if self.fault == "delay" else self.waiting.size(1)

    @torch.jit.export
    def calc_model_delay_samples(self) -> int:
        return 0

    def forward(self, x: Tensor, params: Tensor) -> Tensor:
        if x.size(1) != self.block or params.size(0) != 4 or params.size(1) != self.block:
            raise RuntimeError("a block of another size than was said")
        if self.fault == "prints":
            print("block", self.blocks_run)
        self.blocks_run += 1
        echo = self.tail[: x.size(0)].unsqueeze(1) * params[1:2]
        self.tail[: x.size(0)] = x.mean(1)
        made = x * params[0:1] + echo
        if self.fault == "random":
            made = made + 0.01 * torch.randn_like(made)
        joined = torch.cat([self.waiting[: x.size(0)], made], 1)
        self.waiting[: x.size(0)] = joined[:, x.size(1) :]
        out = joined[:, : x.size(1)]
        if self.fault == "nan" or (self.fault == "late nan" and self.blocks_run > 20):
            out = out / 0.0 * 0.0
        if self.fault == "short":
            out = out[:, 1:]
        if self.fault == "double":
            return out.double()
        return out


class HiddenPast(nn.Module):
    """As TinyNeutone in shape; its past lies in a dictionary, which can't be brought back from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.past = {"last": torch.zeros(1)}

    @torch.jit.export
    def set_daw_sample_rate_and_buffer_size(self, rate: int, block: int) -> int:
        return block

    @torch.jit.export
    def reset(self) -> None:
        pass

    @torch.jit.export
    def calc_buffering_delay_samples(self) -> int:
        return 0

    @torch.jit.export
    def calc_model_delay_samples(self) -> int:
        return 0

    def forward(self, x: Tensor, params: Tensor) -> Tensor:
        out = x + self.past["last"]
        self.past["last"] = x[0, -1:].clone()
        return out


def metadata(parameters: Mapping[str, Any] = NEW, **more: Any) -> dict[str, Any]:
    """Return metadata of either generation, told by the parameters."""
    return {"model_name": "tiny", "model_authors": ["liveart"], "neutone_parameters": parameters,
            "native_sample_rates": [44100], "native_buffer_sizes": [NATIVE], "is_input_mono": False,
            "is_output_mono": False, "sdk_version": "1.5.2"} | more


def tiny_nm(path: Path, fault: str = "", parameters: Mapping[str, Any] = NEW, is_mono: bool = False,
            **more: Any) -> Path:
    """Write a file that plays; `fault`: prints, nan, late nan, short, double, delay, random, no reset."""
    told = metadata(parameters, **{"is_input_mono": is_mono, "is_output_mono": is_mono} | more)
    return write_nm(path, TinyNeutone(fault, is_mono), json.dumps(told))


def write_nm(path: Path, net: nn.Module, told: str | bytes | None) -> Path:
    """Write any net as a TorchScript file, with `told` for its metadata; None: without."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.jit is deprecated, and is what these files are made of
        extra = {} if told is None else {"metadata.json": told}
        torch.jit.save(torch.jit.script(net.eval()), str(path), _extra_files=extra)
    return path
