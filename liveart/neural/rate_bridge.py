"""RateBridge: exactly as many samples as a device asks, from a model that makes whole blocks at a rate of its own."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from liveart.errors import MaterialError
from liveart.neural.resample import StreamResampler

Make = Callable[[np.ndarray], np.ndarray]


class RateBridge:
    """Runs `make`, at `model_rate` and in blocks of `block` samples, for a device at `rate`.

    make     float32 [n, inputs] → [n, outputs], n whole blocks; `inputs` 0 is a source, asked when more is needed
    frames   every call of `process` asks for a multiple of it; one that does not may hear a gap. At equal rates this
             shortens the delay, to 0 where `frames` is a multiple of `block`; at others it changes nothing
    samples  by how many samples of the device an effect's output is later than its input, always; 0 for a source
    """

    def __init__(self, make: Make, rate: int, model_rate: int, block: int, inputs: int, outputs: int,
                 frames: int = 1) -> None:
        self._make, self._block, self._inputs, self._outputs = make, block, inputs, outputs
        self._rate, self._model_rate = rate, model_rate
        self._into = StreamResampler(rate, model_rate, inputs) if inputs else None
        self._out = StreamResampler(model_rate, rate, outputs)
        # How many samples of a block can wait for the rest of it, or to be heard.
        self._wait = block - (math.gcd(block, frames) if rate == model_rate else 1)
        self.samples = self._lateness() if inputs else 0
        self.reset()

    @property
    def delay(self) -> float:
        """Seconds from what comes in to what goes out of an effect, exactly.

        For a source: from the call that aims it to its sound, in the middle; half a block more or less at a time.
        """
        if self._inputs:
            return self.samples / self._rate
        return self._out.delay + self._wait / 2.0 / self._model_rate

    def process(self, samples: np.ndarray) -> np.ndarray:
        """Return float32 [n, outputs] for float32 [n, inputs], both at the device's rate, any n.

        Raises MaterialError when `make` gives another shape than it was asked for.
        """
        if self._into is not None:
            self._heard.put(self._into.feed(samples))
            self._run(self._heard.ready // self._block)
        else:
            self._asked += len(samples)
            needed = -(-self._asked * self._model_rate // self._rate) + self._out.half - self._run_so_far
            self._run(-(-needed // self._block))
        return self._made.take(len(samples))

    def reset(self) -> None:
        """Forget the past: as just after opening. The model behind `make` is not touched."""
        self._asked = self._run_so_far = 0
        self._heard, self._made = _Queue(self._inputs), _Queue(self._outputs)
        self._made.put(np.zeros((self.samples, self._outputs), np.float32))
        self._out.reset()
        if self._into is not None:
            self._into.reset()

    def _run(self, blocks: int) -> None:
        if blocks <= 0:
            return
        count = blocks * self._block
        made = self._make(self._heard.take(count) if self._inputs else np.zeros((count, 0), np.float32))
        if made.shape != (count, self._outputs):
            raise MaterialError(f"a model was asked for [{count}, {self._outputs}] samples and gave "
                                f"{list(made.shape)}.", "Whole blocks must come out as they go in.")
        self._run_so_far += count
        self._made.put(self._out.feed(made))

    def _lateness(self) -> int:
        """Return by how many of the device's samples the output can be short of the input, at most."""
        before = self._into.half if self._into is not None else 0
        waiting = self._wait + self._out.half  # at the model's rate
        return before + -(-waiting * self._rate // self._model_rate)


class _Queue:
    """Samples in their order. What is taken and not there is silence, and is left out when it comes: nothing shifts."""

    def __init__(self, channels: int) -> None:
        self._parts = np.zeros((0, channels), np.float32)
        self._owed = 0

    @property
    def ready(self) -> int:
        return len(self._parts)

    def put(self, samples: np.ndarray) -> None:
        late = min(self._owed, len(samples))
        self._owed -= late
        self._parts = np.concatenate([self._parts, samples[late:]])

    def take(self, count: int) -> np.ndarray:
        taken, self._parts = self._parts[:count], self._parts[count:]
        lacking = count - len(taken)
        if lacking:
            self._owed += lacking
            taken = np.concatenate([taken, np.zeros((lacking, taken.shape[1]), np.float32)])
        return taken
