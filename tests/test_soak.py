"""The built-in patch plays for long: memory stays flat, nothing underruns, nothing is started again (`make soak`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

SECONDS = float(os.environ.get("LIVEART_SOAK_SECONDS", "0"))
WARM_UP = 60.0      # seconds in which caches fill and the collector finds its measure
GROWTH_MB = 1.0     # a process may grow by this much afterwards


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.skipif(SECONDS <= 0, reason="takes ten minutes: run it with make soak")
def test_memory_is_flat_and_nothing_fails_while_the_built_in_patch_plays(tmp_path: Path) -> None:
    stats = tmp_path / "stats.jsonl"
    words = ["play", "--headless", "--seconds", str(SECONDS), "--stats", str(stats), "--output", "null",
             "--osc-port", "0", "--panel-port", "0"]
    subprocess.run([sys.executable, "-m", "liveart", *words], check=True, cwd=tmp_path)
    lines = [json.loads(line) for line in stats.read_text(encoding="utf-8").splitlines()]
    warm = [line for line in lines if line["t"] > min(WARM_UP, SECONDS / 3)]
    growth = {name: _growth(warm, name) for name in warm[-1]["rss_mb"]}
    print(f"growth in MB: {growth}; fps {warm[-1]['fps']}, late frames {warm[-1]['late_frames']}")
    assert max(growth.values()) < GROWTH_MB
    assert not warm[-1]["xruns"]
    assert not warm[-1]["restarts"]


def _growth(lines: list[dict[str, Any]], name: str) -> float:
    """Return by how many MB a process is larger in the last tenth than in the first: medians, as single values jump."""
    sizes = [line["rss_mb"][name] for line in lines]
    tenth = max(len(sizes) // 10, 1)
    return round(median(sizes[-tenth:]) - median(sizes[:tenth]), 2)
