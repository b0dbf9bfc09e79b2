"""The plain mathematics of a StyleGAN in a process of its own, with torch as it comes: the yardstick of the bench."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Size:
    """A net with random weights: "stylegan2" or "stylegan3", its pixels and channels."""

    kind: str
    pixels: int
    channel_base: int
    channel_max: int

    def net(self) -> tuple[dict[str, Any], dict[str, Tensor]]:
        """Return what the net's file would say, and its tensors; the same at every call."""
        if self.kind == "stylegan2":
            from liveart.nets.stylegan2_plan import block_plan, random_tensors

            net = block_plan(self.pixels)
            return net, random_tensors(net, self.channel_base, self.channel_max)
        from liveart.nets import stylegan3_plan

        net = stylegan3_plan.layer_plan("T", self.pixels, self.channel_base, self.channel_max)
        return net, stylegan3_plan.random_tensors("T", net, self.channel_base, self.channel_max)


class PlainLoop:
    """Draws in the other process, one picture per call."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def draw(self, ws: Tensor) -> tuple[Tensor, float]:
        """Return the picture of `ws` [1, rows, style], [1, 3, H, W], and the seconds that it took there."""
        self._pipe.send(ws.numpy())
        picture, seconds = self._pipe.recv()
        return torch.from_numpy(picture), seconds


@contextmanager
def plain_loop(size: Size) -> Iterator[PlainLoop]:
    """Start the other process, give its loop, and end it."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_serve, args=(size, theirs), daemon=True)
    waits = os.environ.pop("OMP_WAIT_POLICY", None)  # liveart's own: who plays plain torch does not have it
    child.start()
    if waits is not None:
        os.environ["OMP_WAIT_POLICY"] = waits
    theirs.close()
    try:
        yield PlainLoop(ours)
    finally:
        ours.close()
        child.join(10)
        child.kill()


def _serve(size: Size, pipe: Connection) -> None:
    from liveart.nets.plain_stylegan2 import PlainStyleGan2
    from liveart.nets.plain_stylegan3 import PlainStyleGan3

    net, tensors = size.net()
    draw = PlainStyleGan2(tensors, net) if size.kind == "stylegan2" else PlainStyleGan3(tensors, net)
    with torch.inference_mode():
        while True:
            try:
                ws = torch.from_numpy(pipe.recv())
            except EOFError:
                return
            began = time.perf_counter()
            picture = draw.synthesis(ws)
            seconds = time.perf_counter() - began
            pipe.send((picture.numpy(), seconds))
