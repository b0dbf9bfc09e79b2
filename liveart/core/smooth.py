"""Smoothing: glide for whole blocks of values, and the one-euro filter for shaky hands."""

from __future__ import annotations

import math

import numpy as np

from liveart.core.layout import Layout, Snapshot
from liveart.errors import ParamError

_AT_REST = 1e-6  # share of its range within which a value counts as arrived: an endless tail ends in denormals


def glide_share(glide: float, dt: float) -> float:
    """Return the share of the way to the target covered in `dt` seconds: 95 % of it in `glide` seconds."""
    return 1.0 if glide <= 0.0 else 1.0 - math.exp(-3.0 * max(dt, 0.0) / glide)


class Glide:
    """Smooths a stream of snapshots by each Param's own glide; a pure function of values and dt.

    A param with a log curve glides evenly by ratio, as a pitch does. With `after`, the Glide of an earlier layout,
    values that stay go on from where that one stood.
    """

    def __init__(self, layout: Layout, after: Glide | None = None) -> None:
        self._addresses = [address for address, param in layout.entries if param.glide > 0]
        params = [layout.params[address] for address in self._addresses]
        self._places = np.array([layout.places[address] for address in self._addresses], np.intp)
        self._rates = np.array([3.0 / param.glide for param in params])
        self._logs = np.array([param.curve == "log" for param in params], bool)
        self._any_log = bool(self._logs.any())
        ends = self._bend(np.array([[param.bottom, param.top] for param in params]).reshape(-1, 2).T)
        self._rest = _AT_REST * (ends[1] - ends[0])
        self._from = {} if after is None else after.standing()
        self._now: np.ndarray | None = None

    def step(self, snapshot: Snapshot, dt: float) -> Snapshot:
        """Return the snapshot with every gliding value on its way; the first one is taken as it is."""
        target = snapshot.numbers[self._places]
        bent = self._bend(target)
        if self._now is None:
            self._now = self._begin(bent)
        left = (bent - self._now) * np.exp(-self._rates * max(dt, 0.0))
        moving = np.abs(left) > self._rest
        if not moving.any():
            self._now = bent
            return snapshot
        self._now = np.where(moving, bent - left, bent)
        numbers = snapshot.numbers.copy()
        numbers[self._places] = np.where(moving, self._straighten(self._now), target)
        numbers.flags.writeable = False
        return Snapshot(snapshot.layout, numbers)

    def standing(self) -> dict[str, float]:
        """Return where each gliding value stands, by address, in native units."""
        if self._now is None:
            return self._from
        return dict(zip(self._addresses, self._straighten(self._now).tolist(), strict=True))

    def _begin(self, bent: np.ndarray) -> np.ndarray:
        known = np.array([address in self._from for address in self._addresses], bool)
        start = np.array([self._from.get(address, 1.0) for address in self._addresses])
        return np.where(known, self._bend(start), bent)

    def _bend(self, numbers: np.ndarray) -> np.ndarray:
        """Return native numbers as the glide sees them: ratios become distances."""
        return np.log(numbers, out=numbers.copy(), where=self._logs) if self._any_log else numbers

    def _straighten(self, bent: np.ndarray) -> np.ndarray:
        return np.exp(bent, out=bent.copy(), where=self._logs) if self._any_log else bent


class OneEuro:
    """The 1€ filter (Casiez, Roussel, Vogel, CHI 2012): steady when still, quick when moved.

    min_cutoff in Hz (lower = steadier), beta (higher = quicker under motion), derivative cutoff in Hz.
    Raises ParamError for cutoffs that are not above 0.
    """

    def __init__(self, min_cutoff: float = 1.0, beta: float = 0.02, derivative_cutoff: float = 1.0) -> None:
        if min_cutoff <= 0 or derivative_cutoff <= 0 or beta < 0:
            raise ParamError(f"a 1€ filter has cutoffs {min_cutoff} and {derivative_cutoff} Hz and beta {beta}.",
                             "Let the cutoffs be above 0 and beta 0 or more.")
        self.min_cutoff = min_cutoff
        self.beta = beta
        self.derivative_cutoff = derivative_cutoff
        self._value: float | None = None
        self._slope = 0.0

    def step(self, value: float, dt: float) -> float:
        """Return the filtered value, `dt` seconds after the last one; NaN and infinity leave no trace in it."""
        if not math.isfinite(value):
            return value  # for the board to refuse: kept, it would poison all that follows
        if self._value is None or dt <= 0:
            self._value = value if self._value is None else self._value
            return self._value
        slope = (value - self._value) / dt
        self._slope += _share(self.derivative_cutoff, dt) * (slope - self._slope)
        cutoff = self.min_cutoff + self.beta * abs(self._slope)
        self._value += _share(cutoff, dt) * (value - self._value)
        return self._value


def _share(cutoff: float, dt: float) -> float:
    """Return the smoothing share of a first-order low-pass with `cutoff` Hz at step `dt`."""
    return 1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff * dt))
