"""liveart playing a patch in processes of its own, as a user starts it; hands are OSC, what it says are its figures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hosts import free_port
from jack_server import RATE
from osc_peer import Peer

HEAD = f"""
[picture]
size = [32, 32]
fps = 10
[sound]
rate = {RATE}
block = 512
gain = 0
[panel]
port = 0
"""
AUDIO = """
[[outputs]]
kind = "audio"
blocks = 8
"""
VOICE = '[players.voice]\ngenerator = "neural"\nmodel = "{}"\n{}\n'


@dataclass
class Show:
    """liveart playing a patch in processes of its own."""

    osc: Peer
    stats_file: Path

    def send(self, word: str, value: float | str) -> None:
        """Send one OSC message."""
        self.osc.send(f"/liveart/{word}", ("s" if isinstance(value, str) else "f", value))

    def stats(self) -> dict[str, float]:
        """Return the newest figures."""
        lines = self.stats_file.read_text().splitlines() if self.stats_file.exists() else []
        return dict(json.loads(lines[-1])) if lines else {}


@contextmanager
def playing(folder: Path, players: str, head: str = HEAD, outputs: str = AUDIO) -> Iterator[Show]:
    """Run `liveart play` of these players; what it writes in the end must be no complaint."""
    port = free_port()
    patch = folder / "show.toml"
    patch.write_text(f"{head}[osc]\nport = {port}\n{players}{outputs}")
    stats = folder / "stats.jsonl"
    command = [sys.executable, "-m", "liveart", "play", str(patch), "--headless", "--stats", str(stats)]
    with (folder / "said").open("w+") as said:
        show = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        osc = Peer(port)
        try:
            yield Show(osc, stats)
            assert show.poll() is None, (folder / "said").read_text()
        except AssertionError as error:
            error.add_note((folder / "said").read_text())
            raise
        finally:
            osc.close()
            show.terminate()
            show.wait(30)
