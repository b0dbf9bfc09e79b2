"""What torch.compile would give a StyleGAN2 of ours on this processor: by turns, in one run. Needs a C++ compiler.

    python tests/bench_compile.py --size 256
"""

from __future__ import annotations

import argparse
import itertools
import time
from statistics import median

import torch
import torch._dynamo
from torch import Tensor

from liveart.nets.drawing import Drawing
from liveart.nets.style_net import Scene, StyleNet
from liveart.nets.style_nets import live_net
from liveart.nets.stylegan2_plan import block_plan, random_tensors

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def main() -> None:
    """Print the time to the first picture, then that of a picture, as it is and compiled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--turns", type=int, default=15)
    args = parser.parse_args()
    torch._dynamo.config.recompile_limit = 128  # each layer has sizes of its own
    plan = block_plan(args.size)
    tensors = random_tensors(plan, 16384, 512)
    for name, dtype in DTYPES.items():
        nets = [live_net("stylegan2", plan, tensors, dtype) for _ in range(2)]
        for step in nets[1].steps:
            step.forward = torch.compile(step.forward, dynamic=False)  # type: ignore[method-assign]
        firsts, times = _measured(nets, args.turns)
        print(f"{name}: first pictures {firsts[0]:.1f} s, compiled {firsts[1]:.1f} s; a picture "
              f"{times[0] * 1e3:.0f} ms, compiled {times[1] * 1e3:.0f} ms: {times[0] / times[1]:.2f} x as fast")


def _measured(nets: list[StyleNet], turns: int) -> tuple[list[float], list[float]]:
    chance = torch.Generator().manual_seed(1)
    points = [nets[0].mapping(torch.randn(1, nets[0].latent, generator=chance)) for _ in range(2)]
    rows = [w[:, None].expand(-1, nets[0].rows, -1) for w in points]  # in turn: the same one would rest
    drawings = [(Drawing(net, "steps"), itertools.cycle(rows)) for net in nets]
    firsts = [sum(_drawn(*each) for _ in range(3)) for each in drawings]
    return firsts, [median(times) for times in zip(*([_drawn(*each) for each in drawings] for _ in range(turns)),
                                                   strict=True)]


def _drawn(drawing: Drawing, rows: itertools.cycle[Tensor]) -> float:
    began = time.perf_counter()
    drawing.draw(next(rows), Scene())
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
