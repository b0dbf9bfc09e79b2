"""Our StyleGANs, as the picture worker plays them, against the plain mathematics, with random weights, turn by turn."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import psutil
import torch
from torch import Tensor

from liveart.cli.bench_plain import PlainLoop, Size, plain_loop
from liveart.core.heap import keep_freed_memory
from liveart.nets.drawing import Drawing
from liveart.nets.style_net import Scene, StyleNet
from liveart.nets.style_nets import live_net

Draw = Callable[[Tensor], Tensor]
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
SIZE, TURNS, SLOW_TURNS = 256, 15, 3  # a plain StyleGAN3 takes seconds for one picture


def measure_yardstick(size: int = SIZE, turns: int = TURNS, slow_turns: int = SLOW_TURNS,
                      channel_base: int = 16384, channel_max: int = 512) -> dict[str, Any]:
    """Return, per net, the milliseconds of a picture, how often ours is faster, and how much it differs.

    StyleGAN2 and StyleGAN3-T of `size` pixels at batch one. `error` is the mean difference, as a part of the range.
    """
    figures: dict[str, Any] = {"threads": torch.get_num_threads(), "size": size}
    keep_freed_memory()  # as in the picture worker
    with torch.inference_mode():
        figures |= _figures(Size("stylegan2", size, channel_base, channel_max), turns)
        figures |= _figures(Size("stylegan3", size, channel_base, channel_max), slow_turns)
    return figures


def measure_load(word: str) -> dict[str, Any]:
    """Return how long a model takes to open and to become a net, and the memory it then holds per byte of weights."""
    from liveart.checkpoints.model import open_model

    process = psutil.Process()
    gc.collect()
    before, began = process.memory_info().rss, time.perf_counter()
    model = open_model(word)
    read = time.perf_counter() - began
    size = sum(tensor.numel() * tensor.element_size() for tensor in model.tensors.values())
    held = process.memory_info().rss - before
    return {"load": {"read_s": read, "weights_mb": size / 1e6, "memory_over_weights": held / size}}


def _figures(size: Size, turns: int) -> dict[str, Any]:
    net, tensors = size.net()
    short = "stylegan2" if size.kind == "stylegan2" else "stylegan3_t"
    lives = {f"{short}_{name}": live_net(size.kind, net, tensors, dtype) for name, dtype in DTYPES.items()}
    with plain_loop(size) as plain:
        return _compared(plain, lives, turns)


def _compared(plain: PlainLoop, lives: dict[str, StyleNet], turns: int) -> dict[str, Any]:
    """Return the figures of each live net: the best time of all turns, and the middle one of the turns' ratios."""
    example = next(iter(lives.values()))
    chance = torch.Generator().manual_seed(1)
    points = [example.mapping(torch.randn(1, example.latent, generator=chance)) for _ in range(2)]
    # Two pictures in turn: a drawing of the same one would rest.
    places = itertools.cycle([w[:, None].expand(-1, example.rows, -1) for w in points])
    loops = {name: _drawer(net) for name, net in lives.items()}
    times: dict[str, list[float]] = {name: [] for name in ("plain", *loops)}
    errors = dict.fromkeys(loops, 0.0)
    for ws in itertools.islice(places, 2):  # warms up
        plain.draw(ws)
        for loop in loops.values():
            loop(ws)
    for ws in itertools.islice(places, turns):
        wanted, seconds = plain.draw(ws)
        time.sleep(0.05)  # its threads spin a little longer
        times["plain"].append(seconds)
        for name, loop in loops.items():
            began = time.perf_counter()
            picture = loop(ws)
            times[name].append(time.perf_counter() - began)
            error = float((picture - wanted).abs().mean() / (wanted.max() - wanted.min()))
            errors[name] = max(errors[name], error)
    return {name: {"plain_ms": 1e3 * min(times["plain"]), "ms": 1e3 * min(times[name]), "error": errors[name],
                   "faster": median(a / b for a, b in zip(times["plain"], times[name], strict=True))}
            for name in lives}


def _drawer(net: StyleNet) -> Draw:
    drawing = Drawing(net)
    return lambda ws: drawing.draw(ws, Scene())
