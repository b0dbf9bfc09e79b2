"""StreamResampler: a stream of sound from one rate to another, block by block. The one file here that knows PyAV."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from liveart.errors import ModelError

# A Kaiser-windowed sinc (Kaiser 1974; Smith, "Digital audio resampling", 2002) of 96 zero crossings, centred at 0.95 of
# the lower half rate: -0.02 dB at 0.9 of it and below -100 dB from 1.02 of it on. FFmpeg's own default, 32 of
# them at 0.97, lets a tone at 1.02 through at -14 dB.
TAPS = 96
CUTOFF = 0.95
BETA = 10
_AT_ONCE = 64  # channels that FFmpeg's resampler takes


class StreamResampler:
    """Takes samples at `rate_in`, gives them at `rate_out`; output sample k is the input at k / rate_out seconds.

    The samples are the same, bit for bit, however the blocks are cut. What came before the first is silence.
    Raises ModelError for a rate or a number of channels below 1.
    """

    def __init__(self, rate_in: int, rate_out: int, channels: int) -> None:
        if min(rate_in, rate_out, channels) < 1:
            raise ModelError(f"sound can't go from {rate_in} to {rate_out} Hz in {channels} channels.",
                             "Rates and channels begin at 1.")
        self.rate_in = rate_in
        self.rate_out = rate_out
        self.channels = channels
        # After `_step` more samples the filter stands at the same phase again.
        self._step = rate_in // math.gcd(rate_in, rate_out)
        self._taken = self._given = self._skip = 0
        self.reset()

    @property
    def half(self) -> int:
        """How many samples of input the filter looks ahead."""
        if self.rate_in == self.rate_out:
            return 0
        return math.ceil(TAPS / (CUTOFF * min(1.0, self.rate_out / self.rate_in)) / 2.0)

    @property
    def delay(self) -> float:
        """Seconds by which the output is short at most: after n samples it has come to n / rate_in - delay."""
        return self.half / self.rate_in

    def feed(self, samples: np.ndarray) -> np.ndarray:
        """Return what can be given after float32 `samples` [n, channels], any n: float32 [m, channels], a copy."""
        if self.rate_in == self.rate_out or not len(samples):
            return np.array(samples, np.float32)
        made = self._through(samples)
        skipped = min(self._skip, len(made))
        self._skip -= skipped
        return made[skipped:]

    def reset(self) -> None:
        """Forget the past: as just after opening, bit for bit."""
        if self.rate_in == self.rate_out:
            return
        # A new filter: one through which NaN went may keep some of it, whatever is fed after.
        self._graphs = [_Graph(self.rate_in, self.rate_out, min(self.channels - first, _AT_ONCE))
                        for first in range(0, self.channels, _AT_ONCE)]
        # FFmpeg mirrors the first samples of a stream into its past; silence before them is the past we want. It is fed
        # to a whole number of turns of the phase.
        self._taken = self._given = 0
        count = 4 * self.half + -4 * self.half % self._step
        self._through(np.zeros((count, self.channels), np.float32))
        self._skip = self._taken * self.rate_out // self.rate_in - self._given

    def _through(self, samples: np.ndarray) -> np.ndarray:
        parts = [graph.feed(samples[:, at * _AT_ONCE : (at + 1) * _AT_ONCE]) for at, graph in enumerate(self._graphs)]
        self._taken += len(samples)
        self._given += len(parts[0])
        return np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]


class _Graph:
    """FFmpeg's resampler between two ends."""

    def __init__(self, rate_in: int, rate_out: int, channels: int) -> None:
        import av
        from av.filter import Graph

        self._av: Any = av
        self._rate, self._channels, self._layout = rate_in, channels, f"{channels}C"  # any number, of no named places
        graph = Graph()
        graph.threads = 1
        self._door = graph.add_abuffer(sample_rate=rate_in, format="flt", layout=self._layout,
                                       time_base=Fraction(1, rate_in))
        cutoff = CUTOFF * min(1.0, rate_in / rate_out)  # FFmpeg counts it from the half of `rate_out`
        filtered = graph.add("aresample", f"{rate_out}:filter_size={TAPS}:cutoff={cutoff}:filter_type=kaiser:"
                                          f"kaiser_beta={BETA}:exact_rational=1")
        self._exit: Any = graph.add("abuffersink")
        graph.link_nodes(self._door, filtered, self._exit).configure()
        self._graph = graph

    def feed(self, samples: np.ndarray) -> np.ndarray:
        """Return what comes out, float32 [m, channels], after `samples` [n, channels]."""
        packed = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
        frame = self._av.AudioFrame.from_ndarray(packed, "flt", self._layout)
        frame.sample_rate = self._rate
        self._door.push(frame)
        parts = list(self._pull())
        return np.concatenate(parts) if parts else np.zeros((0, self._channels), np.float32)

    def _pull(self) -> Any:
        while True:
            try:
                yield self._exit.pull().to_ndarray().reshape(-1, self._channels)
            except self._av.BlockingIOError:  # nothing more for now
                return
