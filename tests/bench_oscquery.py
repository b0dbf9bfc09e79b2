"""How fast the OSCQuery tree is served, and how soon a change reaches a client that listens.

    python tests/bench_oscquery.py
"""

from __future__ import annotations

import asyncio
import statistics
import time

from fake_host import FakeHost
from oscquery_client import Client, leaves

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.panel.server import Panel


async def measure() -> None:
    """Measure both on a show of 500 params, and print."""
    host = FakeHost()
    host.board = Board(Layout.of([(f"player{k}", [Param(f"param_{j}", 0.5, help="some words about it", unit="Hz")
                                                  for j in range(50)]) for k in range(10)]))
    panel = Panel(host, port=0)
    panel.start()
    async with Client("127.0.0.1", panel.port) as client:
        took = []
        for _ in range(20):
            began = time.perf_counter()
            count = len(leaves(await client.get("/")))
            took.append((time.perf_counter() - began) * 1e3)
        print(f"tree of {count} addresses: median {statistics.median(took):.1f} ms, most {max(took):.1f} ms")
        address = "/liveart/player3/param_7"
        await client.command("LISTEN", address)
        await client.packet()
        took = []
        for number in range(200):
            await asyncio.sleep(0.003 * (number % 7))
            began = time.perf_counter()
            await asyncio.to_thread(host.board.put, Event(address, number / 1000, time.monotonic(), "bench"))
            await client.packet()
            took.append((time.perf_counter() - began) * 1e3)
        print(f"change to client: median {statistics.median(took):.1f} ms, "
              f"p99 {sorted(took)[197]:.1f} ms, most {max(took):.1f} ms")
    panel.stop()


if __name__ == "__main__":
    asyncio.run(measure())
