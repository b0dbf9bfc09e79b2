"""What is seen in small pictures: brightness, contrast, colours, motion, cuts. Pure numpy."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from liveart.core.glimpse import Glimpse
from liveart.sources.follow import Feature

_SHARE = Feature(0.0, 1.0, "", 0.1, 0.1, is_there=True)
FEATURES = {
    "brightness": _SHARE, "contrast": _SHARE, "saturation": _SHARE, "red": _SHARE, "green": _SHARE, "blue": _SHARE,
    "hue": Feature(0.0, 1.0, "turn", 0.2, 0.2, is_there=True, is_round=True),
    "motion": Feature(0.0, 0.1, "", 0.05, 0.3),
    "change": Feature(0.0, 1.0, "", 0.0, 0.2, form="pulse"),
}
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
_PER = 1.0 / 30.0    # s to which a difference between two pictures is counted
_FEWEST = 1.0 / 240.0  # s between two pictures; of what comes closer the clock knows too little
_GREY = 0.02         # of colour, below which there is no hue
_LEAST, _ABOVE = 0.06, 4.0  # a cut: the least difference, and how many times the median of the recent past
_PAST = 0.5          # s, the recent past
_APART = 0.25        # s between cuts
_TURN = np.exp(2j * np.pi * np.arange(3) / 3.0)  # red, green and blue on the circle of hues


class Look:
    """Looks at one picture after the other; a pure function of those that it was given."""

    def __init__(self) -> None:
        self._before: np.ndarray | None = None
        self._time = self._cut = -math.inf
        self._past: deque[tuple[float, float]] = deque()  # time, difference

    def step(self, seen: Glimpse) -> dict[str, float | None]:
        """Return each feature's number, all 0..1; None for a hue that grey does not have.

        brightness  mean luma; contrast: twice its standard deviation
        saturation  mean distance between the strongest and the weakest of red, green and blue
        hue         in turns from red, the mean of all cells, the more colourful counting more
        motion      mean absolute difference from the picture before, as much as in a thirtieth of a second
        change      1 when it is another picture altogether
        """
        cells = seen.pixels.reshape(-1, 3).T * np.float32(1.0 / 255.0)  # [3, cells]
        luma = LUMA @ cells
        means = cells.mean(axis=1)
        red, green, blue = (float(mean) for mean in means)
        colour = complex(_TURN @ means)  # the mean of what each cell has: a colourful one counts more
        spread = np.maximum(np.maximum(cells[0], cells[1]), cells[2]) \
            - np.minimum(np.minimum(cells[0], cells[1]), cells[2])
        difference = 0.0 if self._before is None else float(np.abs(cells - self._before).mean())
        dt = max(seen.time - self._time, _FEWEST)
        is_cut = self._is_cut(seen.time, difference)
        self._before, self._time = cells, seen.time
        return {"brightness": float(luma.mean()), "contrast": min(2.0 * float(luma.std()), 1.0),
                "saturation": float(spread.mean()),
                "red": red, "green": green, "blue": blue,
                "hue": math.atan2(colour.imag, colour.real) / math.tau % 1.0 if abs(colour) > _GREY else None,
                "motion": min(difference * _PER / dt, 1.0), "change": float(is_cut)}

    def _is_cut(self, time: float, difference: float) -> bool:
        past = self._past
        while past and past[0][0] < time - _PAST:
            past.popleft()
        usual = sorted(each for _, each in past)[len(past) // 2] if past else 0.0
        past.append((time, difference))
        if difference < _LEAST + _ABOVE * usual or time - self._cut < _APART:
            return False
        self._cut = time
        return True
