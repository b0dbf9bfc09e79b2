"""LFO: a hand that moves one parameter in time with the beat.

    [sources.breath]
    kind = "lfo"
    target = "paint/opacity"
    wave = "triangle"
    beats = 8
    low = 0.2
    high = 0.9
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from liveart.core.contract import Moment, Source
from liveart.core.param import Value
from liveart.errors import PatchError, did_you_mean

CHANGE = 1e-6
_NORM = "/norm"
_MASK = (1 << 64) - 1


class Lfo(Source):
    """Moves `target` ("player/param" or a whole address) between `low` and `high`, once in `beats` beats.

    wave    sine, triangle and saw start at low; square starts at high; step jumps to a new place each period,
            random glides from one such place to the next.
    low, high  fader positions 0..1, or the param's own units with `native = true`; low may be above high.
    phase   where in the period beat 0 stands, 0..1; seed picks another order of places for step and random.

    A pure function of the beat: the same beat gives the same value, live, offline, and after a restart.
    Raises PatchError for settings that make no sense.
    """

    def __init__(self, target: str = "", wave: str = "sine", beats: float = 4.0, low: float = 0.0, high: float = 1.0,
                 phase: float = 0.0, seed: int = 0, native: bool = False) -> None:
        if wave not in WAVES:
            raise PatchError(f'there is no LFO wave "{wave}".', did_you_mean(wave, WAVES))
        self.address = _address(target, native)
        self.wave = wave
        self.beats = _number("beats", beats)
        self.low, self.high = _number("low", low), _number("high", high)
        self.phase = _number("phase", phase)
        self.seed = int(_number("seed", seed))
        if self.beats <= 0:
            raise PatchError(f"an LFO can't have a period of {beats} beats.", "Let beats be above 0.")
        if not native and not (0.0 <= self.low <= 1.0 and 0.0 <= self.high <= 1.0):
            raise PatchError(f"an LFO from {low} to {high} leaves the fader's 0..1.",
                             "Set native = true to write low and high in the param's own units.")
        self._last: float | None = None

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return the new value when it has moved since the last tick."""
        value = self.at(now.beat)
        if self._last is not None and abs(value - self._last) <= CHANGE:
            return ()
        self._last = value
        return ((self.address, value),)

    def at(self, beat: float) -> float:
        """Return the value at a beat."""
        turns = beat / self.beats + self.phase
        cycle = math.floor(turns)
        return self.low + (self.high - self.low) * WAVES[self.wave](turns - cycle, cycle, self.seed)

    def close(self) -> None:
        """Forget what was said last, so that the next tick says it anew."""
        self._last = None

    def note(self) -> str:
        """Return what moves what: `sine → paint/opacity, 4 beats`."""
        return f"{self.wave} → {self.address.removeprefix('/liveart/').removesuffix(_NORM)}, {self.beats:g} beats"


def _place(seed: int, cycle: int) -> float:
    """Return a place 0..1 for a period: a hash, alike on every machine (splitmix64, G. Steele et al., 2014)."""
    x = (seed * 0x9E3779B97F4A7C15 + (cycle + 1) * 0xD1B54A32D192ED03) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((x ^ (x >> 31)) >> 11) / (1 << 53)


def _random(phase: float, cycle: int, seed: int) -> float:
    start, end = _place(seed, cycle), _place(seed, cycle + 1)
    return start + (end - start) * phase * phase * (3.0 - 2.0 * phase)


# Each wave: (place in the period 0..1, number of the period, seed) → 0..1.
WAVES: dict[str, Callable[[float, int, int], float]] = {
    "sine": lambda phase, cycle, seed: 0.5 - 0.5 * math.cos(math.tau * phase),
    "triangle": lambda phase, cycle, seed: 1.0 - abs(2.0 * phase - 1.0),
    "saw": lambda phase, cycle, seed: phase,
    "square": lambda phase, cycle, seed: 1.0 if phase < 0.5 else 0.0,
    "random": _random,
    "step": lambda phase, cycle, seed: _place(seed, cycle),
}


def _address(target: str, native: bool) -> str:
    """Return the full address that takes the values: with /norm unless they are native."""
    if not isinstance(target, str) or not target.strip("/"):
        raise PatchError(f"an LFO needs a target, not {target!r}.", 'Write target = "player/param".')
    if native and target.endswith(_NORM):
        raise PatchError(f'an LFO can\'t send native units to "{target}".', "Leave out native or /norm.")
    if target.startswith("/") and not target.startswith("/liveart/"):
        raise PatchError(f'"{target}" is no address of liveart.', f"Did you mean /liveart{target}?")
    full = target if target.startswith("/") else f"/liveart/{target}"
    return full if native else full.removesuffix(_NORM) + _NORM


def _number(name: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PatchError(f"an LFO's {name} must be a number, not {value!r}.")
    return float(value)
