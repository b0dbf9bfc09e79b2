"""The engine against the bare model, in one process and one run, turn by turn: what the house costs."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import torch

from liveart.generators.picture_net import PictureNet
from liveart.generators.stylegan import StyleGan
from liveart.nets.drawing import Drawing
from liveart.nets.style_net import Scene, StyleNet
from liveart.show.patch import Patch

TURN = 0.5  # seconds of each turn


def measure_engine(patch: Patch, seconds: float) -> dict[str, Any]:
    """Return frames a second of the first picture player: through the engine, and of its net alone, uncapped.

    Through the engine means path, colour, scaling to the patch's size and a null sink. `bare` is the plain net of
    the model in a loop, `net(z)` and nothing else; `live_net` the form of it that the engine plays. Of a StyleGAN,
    `bare` is the net that the engine plays, drawing one w after the other.
    """
    from liveart.show.offline import Offline
    from liveart.sinks.null import NullSink

    alone = replace(patch, players=patch.players_of("picture")[:1])
    if not alone.players:
        return {}
    torch.set_num_threads(max((os.cpu_count() or 1) - 1, 1))  # as in the picture worker
    show, sink = Offline(alone), NullSink()
    sink.open(alone.stage("cpu"))
    frames = show.materials(1e6)
    loops: dict[str, Callable[[], Any]] = {"engine": lambda: sink.send(next(frames))}
    loops |= _bare_loops(show.picture.players[0].generator)
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(max(int(seconds / TURN / len(loops)), 3) + 1):
        for name, loop in loops.items():
            rate = _rate(loop)
            if turn:  # the first turn warms up
                rates[name].append(rate)
    show.close()
    figures: dict[str, Any] = {"size": "x".join(map(str, patch.size)), "threads": torch.get_num_threads()}
    figures |= {f"{name}_fps": median(values) for name, values in rates.items()}
    for name in [name for name in rates if name != "engine"]:
        figures[f"engine_over_{name}"] = median(a / b for a, b in zip(rates["engine"], rates[name], strict=True))
    return figures


def _bare_loops(generator: Any) -> dict[str, Callable[[], Any]]:
    """Return the loops to compare with; none for a generator of the user's own, which has no net."""
    if isinstance(generator, StyleGan):
        return {"bare": _drawing_loop(generator.net)}
    if not isinstance(generator, PictureNet):
        return {}
    plain = generator.load_net().to(memory_format=torch.channels_last)
    points = np.random.RandomState(0).standard_normal((64, generator.latent)).astype(np.float32)
    fresh = itertools.cycle(torch.from_numpy(points)[:, None])

    def loop(net: Any) -> Callable[[], Any]:
        @torch.inference_mode()
        def one() -> None:
            net(next(fresh))
        return one

    return {"bare": loop(plain), "live_net": loop(generator.net)}


def _drawing_loop(net: StyleNet) -> Callable[[], Any]:
    drawing, scene, chance = Drawing(net), Scene(), torch.Generator().manual_seed(0)
    z = torch.randn(64, net.latent, generator=chance).to(net.w_mean)
    labels = torch.eye(net.classes).to(z)[:1].expand(64, -1) if net.classes else None
    with torch.inference_mode():
        styles = net.mapping(z, labels)[:, None, None].expand(-1, -1, net.rows, -1).contiguous()  # [64, 1, rows, style]
    fresh = itertools.cycle(styles)
    return lambda: drawing.draw(next(fresh), scene)


def _rate(work: Callable[[], Any]) -> float:
    began, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < TURN:
        work()
        count += 1
    return count / passed
