"""Lines through clock ticks: when each is due, and the line that fits the ticks that came. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 6  # ticks through which a line may be drawn


@dataclass(frozen=True, slots=True)
class Line:
    """Ticks in time: tick number `index` is due at `time`, the next a `period` (seconds) later."""

    index: float
    time: float
    period: float

    def time_at(self, index: float) -> float:
        """Return when a tick is due."""
        return self.time + (index - self.index) * self.period

    def index_at(self, time: float) -> float:
        """Return the number of the tick at `time`, with its fraction."""
        return self.index + (time - self.time) / self.period


def fit_line(ticks: Sequence[tuple[int, float]]) -> tuple[Line, float]:
    """Return the least-squares line through (index, time) pairs, three or more, and the ticks' deviation from it."""
    count = len(ticks)
    middle = sum(index for index, _ in ticks) / count
    centre = math.fsum(time for _, time in ticks) / count
    width = math.fsum((index - middle) ** 2 for index, _ in ticks)
    slope = math.fsum((index - middle) * (time - centre) for index, time in ticks) / width
    rest = math.fsum((time - centre - slope * (index - middle)) ** 2 for index, time in ticks)
    return Line(middle, centre, slope), math.sqrt(rest / (count - 2))


def straight_end(ticks: Sequence[tuple[int, float]], most: float) -> tuple[Line, float, int]:
    """Return the line through the longest end of `ticks` with a deviation of at most `most`, that, and its length.

    The length is 0 where no end of six ticks or more lies straight.
    """
    for skip in range(len(ticks) - FEWEST + 1):
        fit, noise = fit_line(ticks[skip:])
        if noise <= most:
            return fit, noise, len(ticks) - skip
    return fit, noise, 0


def slope_error(count: int, noise: float) -> float:
    """Return the standard error of the slope fitted through `count` ticks of this deviation."""
    return noise * math.sqrt(12.0 / (count * (count * count - 1.0))) if count > 1 else math.inf
