"""What opening a model costs: seconds and memory, measured in a process of its own that has torch loaded already."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from liveart.errors import ModelError

_READS = ("import sys, torch; from liveart.checkpoints import probe; "
          "print(probe.as_json(probe.measured(sys.argv[1])))")


@dataclass(frozen=True, slots=True)
class Cost:
    """What opening a model cost. Sizes in MB; `after` and `peak` count from before, 0 where the system tells none.

    seconds  from the call to the checked model
    kept     the weights that the model has
    after    how much more memory the process has once the model is open
    peak     the most that it had more, on the way
    """

    seconds: float
    kept: float
    after: float
    peak: float


def load_cost(path: Path) -> Cost:
    """Return what it costs to open a model. Raises ModelError when it can't be opened."""
    done = subprocess.run([sys.executable, "-c", _READS, str(path)], capture_output=True, text=True, timeout=600,
                          check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it ended without a word"]
        raise ModelError(f"{path} could not be opened: {last[0]}", "Try liveart convert with it.")
    return Cost(**json.loads(done.stdout))


def as_json(cost: Cost) -> str:
    """Return a cost as one line of JSON."""
    return json.dumps(asdict(cost))


def measured(path: str | Path) -> Cost:
    """Return what it costs to open a model in this process."""
    from liveart.checkpoints.model import open_model  # its own imports are not part of the cost

    before = _resident_mb()
    watch = _Watch()
    with watch:
        start = time.perf_counter()
        model = open_model(path)
        seconds = time.perf_counter() - start
    kept = sum(tensor.nbytes for tensor in model.tensors.values()) / 1e6
    after = _resident_mb()
    return Cost(seconds, kept, max(0.0, after - before), max(0.0, max(watch.most, after) - before))


class _Watch:
    """Looks every few milliseconds how much memory the process has."""

    def __init__(self) -> None:
        self.most = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.003):
            self.most = max(self.most, _resident_mb())


def _resident_mb() -> float:
    """Return the memory of this process; 0 where the system has no /proc to read it from."""
    try:
        text = Path("/proc/self/statm").read_text(encoding="ascii")
        import resource  # POSIX only, as /proc is

        return int(text.split()[1]) * resource.getpagesize() / 1e6
    except (OSError, ImportError):
        return 0.0
