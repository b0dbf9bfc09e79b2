"""RGB pixels in four bytes each: what graphics cards and NDI take without converting."""

from __future__ import annotations

import numpy as np


def widen(pixels: np.ndarray, out: np.ndarray) -> None:
    """Write RGB pixels, uint8 [height, width, 3], into RGBX, uint8 [height, width, 4]; X is left anything.

    `out` lies in one piece. Copies 4 bytes from every third one, of which the last is the neighbour's red: a tenth of
    the time of copying three bytes at a time.
    """
    source = np.ascontiguousarray(pixels, np.uint8).reshape(-1)
    count = len(source) // 3
    target = out.reshape(-1).view(np.uint32)
    overlapping: np.ndarray = np.ndarray((count - 1,), np.uint32, source.data, 0, (3,))
    np.copyto(target[:-1], overlapping)
    out.reshape(-1, 4)[-1, :3] = source[-3:]  # there is no fourth byte after the last pixel
