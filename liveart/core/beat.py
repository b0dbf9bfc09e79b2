"""Beat: tempo and beat of a stream of onsets, followed as it comes. Pure numpy, causal.

Tempo: autocorrelation of the onset strength, read by a comb of whole multiples (M. E. P. Davies and M. D. Plumbley,
Context-dependent beat tracking, IEEE TASLP 2007), under a log-normal preference for a tempo near one that people tap
(D. P. W. Ellis, Beat tracking by dynamic programming, J. New Music Research 2007). Beat: a score that rises where
onsets lie a beat apart, carried one beat into the future to tell when the next one will be (A. M. Stark, M. E. P.
Davies and M. D. Plumbley, Real-time beat-synchronous analysis of musical audio, DAFx 2009).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

SLOWEST, FASTEST = 50.0, 200.0  # beats a minute that are looked for
USUAL = 120.0                   # beats a minute that are preferred

_MEMORY = 8.0      # s of onsets that the tempo is read from
_LOOK_EVERY = 0.2  # s between two readings of the tempo
_CALM = 0.35       # s of the past whose mean is no onset
_LEAST = 0.02      # strength of the strongest onset in perfect calm: a tremolo is no beat
_BASS = 0.25       # what a rise of the bass counts beside the flux: a kick is one band among two hundred
_SPREAD = 0.8      # octaves by which a tempo may lie off the preferred one until it counts 60 %
_TEETH = (1.0, 0.7, 0.5, 0.4)  # weight of one, two, three and four beats in the comb
_FIRST = 0.1       # how much the first tooth must hold by itself: clicks a second apart are not 120 a minute
_LOYAL = 1.2       # how much better another tempo must be
_NEAR = 0.08       # what is no further off than this is the same tempo, a little faster or slower
_TIGHT = 6.0       # how closely the beat before must keep to the tempo
_CARRY = 0.9       # share of the past in the score of a beat
_PULL = 0.4        # beats by which the next beat may lie off the expected place until it counts 60 %
_SURE, _UNSURE = 0.18, 0.10  # how periodic onsets must be to begin, and to go on; noise reaches 0.14
_LATE = 0.018      # s by which the strength of an onset comes after the onset


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of the beat after one more frame.

    is_beat     a beat falls into this frame
    tempo       beats a minute; 0 while there is none
    phase       0..1 from the last beat to the next; 0 while there is none
    sureness    0..1, how periodic the onsets are
    """

    is_beat: bool = False
    tempo: float = 0.0
    phase: float = 0.0
    sureness: float = 0.0


class Strength:
    """How strongly something begins, from the flux of the spectrum and the level of the bass (dB); see Frame."""

    def __init__(self) -> None:
        self._before: float | None = None

    def step(self, flux: float, bass: float) -> float:
        """Return the strength of one frame, 0 or more."""
        bent = math.log10(1.0 + 1000.0 * 10.0 ** (bass / 20.0))
        rise = 0.0 if self._before is None else max(bent - self._before, 0.0)
        self._before = bent
        return flux + _BASS * rise


class BeatFollower:
    """Follows strengths, one each `dt` seconds; a pure function of all that it was given.

    `around`: the tempo, in beats a minute, that is preferred to its half and its double.
    """

    def __init__(self, dt: float, around: float = USUAL) -> None:
        self._dt = dt
        size = round(_MEMORY / dt)
        self._strengths, self._scores = np.zeros(size), np.zeros(size)
        self._calm: deque[float] = deque(maxlen=max(round(_CALM / dt), 1))
        self._tempi = Tempi(dt, size, around)
        self._look_every = max(round(_LOOK_EVERY / dt), 1)
        self._count = 0           # frames heard
        self._lag = 0.0           # frames a beat; 0 while none is known
        self._sureness = 0.0
        self._last, self._next = 0.0, math.inf  # frames of the last beat and of the next
        self._predict_at = 0.0

    def step(self, strength: float) -> Pulse:
        """Take the strength of what began in one more frame, 0 or more; return what is known of the beat."""
        self._calm.append(strength)
        _push(self._strengths, max(strength - sum(self._calm) / len(self._calm), 0.0))
        self._count += 1
        if self._count % self._look_every == 0:
            self._look()
        _push(self._scores, self._score(self._scores, _CARRY, float(self._strengths[-1])))
        return self._pulse() if self._lag else Pulse(sureness=self._sureness)

    def _look(self) -> None:
        """Read the tempo anew."""
        before = self._lag
        is_calm = self._strengths.max() < _LEAST
        lag, self._sureness = (0.0, 0.0) if is_calm else self._tempi.read(self._strengths, self._lag)
        self._lag = lag if self._sureness >= (_UNSURE if before else _SURE) else 0.0
        if self._lag and abs(self._lag - before) > _NEAR * self._lag:  # the first one, or another
            self._rescore()
            self._last, self._next, self._predict_at = self._count - self._lag, math.inf, 0.0

    def _score(self, before: np.ndarray, carry: float, strength: float = 0.0) -> float:
        """Return how well a beat would lie in the frame after those scored `before`."""
        if not self._lag:
            return (1.0 - carry) * strength
        gaps = np.arange(round(self._lag / 2), min(round(2 * self._lag), len(before)) + 1)
        likely = np.exp(-0.5 * (_TIGHT * np.log(gaps / self._lag)) ** 2)
        return (1.0 - carry) * strength + carry * float((likely * before[-gaps]).max(initial=0.0))

    def _rescore(self) -> None:
        """Score what came lately anew, by a tempo just found; the newest frame is scored by `step`."""
        scores = np.zeros_like(self._scores)
        for place in range(len(scores) // 2, len(scores)):
            scores[place] = self._score(scores[:place], _CARRY, float(self._strengths[place - 1]))
        self._scores = scores

    def _predict(self) -> None:
        """Tell when the next beat will be: where the score is highest, carried on for a beat as if none came."""
        size, ahead = len(self._scores), math.ceil(self._lag) + 1
        scores = np.concatenate([self._scores, np.zeros(ahead)])
        for place in range(size, size + ahead):
            scores[place] = self._score(scores[:place], 1.0)
        frames = self._count + 1 + np.arange(ahead)
        off = (frames - self._last - self._lag) / (_PULL * self._lag)
        wanted = np.exp(-0.5 * off**2) if math.isfinite(self._next) else np.ones(ahead)  # the first may lie anywhere
        self._next = float(frames[int((scores[size:] * wanted).argmax())])

    def _pulse(self) -> Pulse:
        now = self._count + _LATE / self._dt
        if now >= self._predict_at:
            self._predict()
            self._predict_at = math.inf
        if is_beat := now >= self._next:
            self._last, self._next = self._next, self._next + self._lag
            self._predict_at = self._last + self._lag / 2
        phase = min(max((now - self._last) / (self._next - self._last), 0.0), 1.0)
        return Pulse(is_beat, 60.0 / (self._lag * self._dt), phase, self._sureness)


class Tempi:
    """Reads how far apart the beats of a stretch of onset strengths lie."""

    def __init__(self, dt: float, size: int, around: float) -> None:
        count = round(math.log2(FASTEST / SLOWEST) * 90)
        self._bpm = SLOWEST * (FASTEST / SLOWEST) ** (np.arange(count + 1) / count)
        self._lags = 60.0 / self._bpm / dt
        self._liking = np.exp(-0.5 * (np.log2(self._bpm / around) / _SPREAD) ** 2)
        self._taper = np.linspace(0.0, 1.0, size) ** 0.5
        self._size = 1 << (2 * size - 1).bit_length()
        self._fair = np.fft.irfft(np.abs(np.fft.rfft(self._taper, self._size)) ** 2, self._size)[:size]

    def read(self, strengths: np.ndarray, before: float) -> tuple[float, float]:
        """Return the frames from beat to beat, and how periodic it is, 0..1. `before`: the frames until now, or 0."""
        curve = self._correlate(strengths)
        teeth = [weight * self._teeth(curve, number) for number, weight in enumerate(_TEETH, start=1)]
        combed = (teeth[0] / _TEETH[0]) ** _FIRST * (sum(teeth) / sum(_TEETH)) ** (1.0 - _FIRST)
        liked = combed * self._liking
        if before:
            liked = np.where(np.abs(self._lags / before - 1.0) < _NEAR, liked * _LOYAL, liked)
        best = min(max(int(liked.argmax()), 1), len(liked) - 2)
        lag = float(np.interp(best + _peak(*liked[best - 1 : best + 2]), np.arange(len(liked)), self._lags))
        return lag, float(combed[best])

    def _correlate(self, strengths: np.ndarray) -> np.ndarray:
        size = len(strengths)
        heard = strengths * self._taper
        heard = heard - self._taper * (heard.sum() / self._taper.sum())
        curve = np.fft.irfft(np.abs(np.fft.rfft(heard, self._size)) ** 2, self._size)[:size]
        if curve[0] <= 1e-12:
            return np.zeros(size)
        fair: np.ndarray = curve / curve[0] * self._fair[0] / np.maximum(self._fair, 0.1 * self._fair[0])
        return fair

    def _teeth(self, curve: np.ndarray, number: int) -> np.ndarray:
        """Return how alike the onsets are `number` beats apart, for each tempo; a little off counts a little less."""
        wide = np.maximum(curve, 0.0)
        soft = np.convolve(wide, [0.25, 0.5, 0.25] if number < 3 else [0.1, 0.2, 0.4, 0.2, 0.1], "same")
        return np.interp(self._lags * number, np.arange(len(curve)), soft, right=0.0)


def _peak(left: float, middle: float, right: float) -> float:
    """Return where between its neighbours (-1..1) the highest point of a parabola through three points lies."""
    bend = 2.0 * middle - left - right
    return min(max(float(0.5 * (right - left) / bend), -1.0), 1.0) if bend > 0.0 else 0.0


def _push(line: np.ndarray, number: float) -> None:
    """Take one more number at the end of a line, for the first."""
    line[:-1] = line[1:].copy()
    line[-1] = number
