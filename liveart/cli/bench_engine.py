"""The engine against the bare model, in one process and one run, turn by turn: what the house costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from liveart.show.patch import Patch

TURN = 0.5  # seconds of each turn


def measure_engine(patch: Patch, seconds: float) -> dict[str, Any]:
    """Return frames a second of the first picture net alone and through the engine with a null sink, uncapped.

    Bare is `net(z)` with a fresh z each frame and nothing else: no path, no colour, no scaling, no bytes.
    """
    import torch

    from liveart.show.offline import Offline
    from liveart.sinks.null import NullSink

    alone = replace(patch, players=patch.players_of("picture")[:1])
    if not alone.players:
        return {}
    torch.set_num_threads(max(torch.get_num_threads(), 1))
    show, sink = Offline(alone), NullSink()
    sink.open(alone.stage("cpu"))
    generator: Any = show.picture.players[0].generator
    frames = show.materials(1e6)
    figures: dict[str, Any] = {"threads": torch.get_num_threads(), "size": "x".join(map(str, patch.size))}
    through: list[float] = []
    bare: list[float] = []
    loop = _bare_loop(generator)
    rounds = max(int(seconds / TURN / 2), 3)
    for turn in range(rounds + 1):
        rates = (_rate(lambda: sink.send(next(frames))), _rate(loop) if loop else 0.0)
        if turn:  # the first turn warms up
            through.append(rates[0])
            bare.append(rates[1])
    figures["engine_fps"] = median(through)
    if loop:
        figures["bare_fps"] = median(bare)
        figures["engine_over_bare"] = median(a / b for a, b in zip(through, bare, strict=True))
    show.close()
    return figures


def _bare_loop(generator: Any) -> Callable[[], Any] | None:
    import torch

    net = getattr(generator, "_net", None)
    if net is None:
        return None  # a generator of the user's own has no net to compare with
    points = torch.from_numpy(np.random.RandomState(0).standard_normal((64, generator.latent)).astype(np.float32))
    points = points.to(generator._device, generator._dtype)
    state = {"n": 0}

    def one() -> None:
        state["n"] += 1
        with torch.inference_mode():
            net(points[state["n"] % 64][None])

    return one


def _rate(work: Callable[[], Any]) -> float:
    began, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < TURN:
        work()
        count += 1
    return count / passed
