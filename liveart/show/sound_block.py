"""Blocks of sound: what a generator gave as float32 [frames, 2], how loud a gain is, ramps and crossfades."""

from __future__ import annotations

from typing import Any

import numpy as np

from liveart.core.contract import Moment
from liveart.errors import MaterialError

LOUDEST = 4.0  # amplitude above which no generator means it


def as_block(material: Any, frames: int) -> np.ndarray:
    """Return a generator's sound as float32 [frames, 2]. Raises MaterialError saying what came instead."""
    if not isinstance(material, np.ndarray):
        if not hasattr(material, "detach"):
            raise _wrong(frames, type(material).__name__)
        material = material.detach().cpu().numpy()
    block = material[:, None] if material.ndim == 1 else material
    if block.ndim != 2 or block.shape[0] != frames or block.shape[1] not in (1, 2):
        raise _wrong(frames, f"an array of shape {material.shape}")
    if not np.isfinite(block).all():
        raise MaterialError("NaN or infinity came instead of sound.")
    block = block.astype(np.float32, copy=False)
    stereo: np.ndarray = np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block
    return stereo


def check_sound(material: Any, now: Moment) -> np.ndarray:
    """Return the block; refuse what a loudspeaker could not take: wrong length, type, NaN, far too loud.

    Raises MaterialError.
    """
    block = as_block(material, now.frames)
    peak = float(np.abs(block).max(initial=0.0))
    if peak > LOUDEST:
        raise MaterialError(f"the generator promised sound within -1..1, and {peak:.3g} came.", "Scale it down.")
    return block


def _wrong(frames: int, came: str) -> MaterialError:
    return MaterialError(f"a sound generator promised float32 [{frames}] or [{frames}, 2], and {came} came.",
                         "Return exactly now.frames samples.")


def from_db(gain: float) -> float:
    """Return the factor of a gain in dB; -60 dB, the lowest that a fader has, is silence."""
    return 0.0 if gain <= -59.99 else float(10.0 ** (gain / 20.0))


def ramp(start: float, end: float, frames: int) -> np.ndarray:
    """Return float32 [frames], going straight from `start` (exclusive) to `end`."""
    if start == end:
        return np.full(frames, end, np.float32)
    return np.linspace(start, end, frames + 1, dtype=np.float32)[1:]


def crossfade(old: np.ndarray, new: np.ndarray, before: float, share: float) -> np.ndarray:
    """Return two blocks [frames, 2] mixed at equal power, on the way from `before` to `share` of the new one, 0..1.

    The sum of the squares of both gains is 1: two sounds that have nothing in common stay as loud as one.
    """
    angles = ramp(before, share, len(new)) * np.float32(np.pi / 2.0)
    mixed: np.ndarray = old * np.cos(angles)[:, None] + new * np.sin(angles)[:, None]
    return mixed
