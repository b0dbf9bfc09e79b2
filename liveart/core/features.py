"""Features: what can be heard in a stream of sound: level, bands, onsets, brightness, pitch. Pure numpy, causal.

Onsets: spectral flux of a logarithmic spectrum with a maximum filter along frequency, so that vibrato and slides are
none (SuperFlux, S. Böck and G. Widmer, DAFx 2013), above a threshold that follows the recent past (S. Dixon, DAFx
2006). Pitch: the cumulative mean normalised difference of YIN (A. de Cheveigné and H. Kawahara, JASA 2002), by FFT.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

SILENCE = -120.0  # dB, the lowest level that is told
BANDS = ((20.0, 150.0), (150.0, 2000.0), (2000.0, 16000.0))  # Hz: bass, mid, high
PITCHES = (40.0, 2000.0)  # Hz, the notes that are looked for

_STEPS = 24            # bands of an octave in which an onset is looked for
_COMPRESSION = 1000.0  # of amplitudes before their logarithm: what is below -60 dB hardly counts
_LEAST = 0.013         # flux of an onset in perfect calm; a wide vibrato reaches 0.008
_ABOVE = 3.0           # how many times the median of the recent past an onset is
_PAST = 0.25           # s, the recent past
_APART = 0.06          # s between onsets
_DIP = 0.15            # a dip of YIN's curve that is deep enough to be the period
_QUIET = 10.0 ** (-70.0 / 10.0)  # power below which there is neither pitch nor brightness


@dataclass(frozen=True, slots=True)
class Frame:
    """What was heard up to `time`.

    time              seconds from the first sample to the end of what was heard
    level             RMS in dB of full scale (a full sine: -3), never below SILENCE
    bass, mid, high   the same within BANDS
    flux              how much is new in the spectrum; is_onset: something begins
    centroid          Hz, where the middle of the spectrum lies; 0 in silence
    pitch             Hz; 0 when there is none
    clarity           0..1, how periodic it is
    """

    time: float
    level: float
    bass: float
    mid: float
    high: float
    flux: float
    is_onset: bool
    centroid: float
    pitch: float
    clarity: float


class Features:
    """Hears a mono stream: one Frame for each `hop` samples, from the last `window` of them.

    The same samples give the same frames, however they are cut into pieces. `window` is a multiple of `hop`. Without
    `has_pitch` no pitch is looked for, which is half of the work.
    """

    def __init__(self, rate: int, hop: int = 512, window: int = 2048, has_pitch: bool = True) -> None:
        if hop < 16 or window % hop or rate < 8000:
            raise ValueError(f"no features for a rate of {rate}, hop {hop} and window {window}")
        self.rate, self.hop, self.window = rate, hop, window
        self._has_pitch = has_pitch
        self._waiting = np.zeros(0)
        self._frames = 0
        self._lags = (math.floor(rate / PITCHES[1]), math.ceil(rate / PITCHES[0]))
        self._span = window + self._lags[1]
        self._heard = np.zeros(self._span)
        self._taper = np.hanning(window + 1)[:window]
        self._hertz = np.fft.rfftfreq(window, 1.0 / rate)
        self._bands = [tuple(np.searchsorted(self._hertz, band)) for band in BANDS]
        self._steps = _step_bins(self._hertz)
        self._widths = np.diff(self._steps)
        self._before = np.zeros(len(self._widths))
        self._past: deque[float] = deque(maxlen=max(round(_PAST * rate / hop), 1))
        self._since = math.inf
        self._size = 1 << (self._span - 1).bit_length()  # so long that no lag that is looked at wraps round

    def feed(self, samples: np.ndarray) -> list[Frame]:
        """Return the frames that `samples`, float [n] in -1..1, complete. They must be finite, see core/ear.py."""
        waiting = np.concatenate([self._waiting, samples])
        count = len(waiting) // self.hop
        frames = [self.step(waiting[place * self.hop : (place + 1) * self.hop]) for place in range(count)]
        self._waiting = waiting[count * self.hop :]
        return frames

    def step(self, samples: np.ndarray) -> Frame:
        """Return the frame of one hop, float [hop]; not to be mixed with `feed`."""
        heard = self._heard
        heard[: -self.hop] = heard[self.hop :].copy()
        heard[-self.hop :] = samples
        self._frames += 1
        stretch = heard[-self.window :]
        level = float(stretch @ stretch) / self.window
        spectrum = np.fft.rfft(stretch * self._taper)
        amplitudes = np.abs(spectrum) * (2.0 / self._taper.sum())
        powers = amplitudes**2 * (self._taper.sum() ** 2 / (2.0 * self.window * (self._taper**2).sum()))
        flux = self._flux(amplitudes)
        pitch, clarity = self._pitch() if self._has_pitch and level > _QUIET else (0.0, 0.0)
        bass, mid, high = (_db(float(powers[low:high].sum())) for low, high in self._bands)
        return Frame(self._frames * self.hop / self.rate, _db(level), bass, mid, high, flux, self._is_onset(flux),
                     self._centroid(amplitudes) if level > _QUIET else 0.0, pitch, clarity)

    def _flux(self, amplitudes: np.ndarray) -> float:
        """Return how much louder the steps of the spectrum are than the loudest of their neighbours just before."""
        steps = np.add.reduceat(amplitudes, self._steps)[:-1] / self._widths
        bent = np.log10(1.0 + _COMPRESSION * steps)
        before = self._before
        widest = before.copy()
        np.maximum(widest[1:], before[:-1], out=widest[1:])
        np.maximum(widest[:-1], before[1:], out=widest[:-1])
        self._before = bent
        return float(np.maximum(bent - widest, 0.0).mean())

    def _is_onset(self, flux: float) -> bool:
        past, self._since = self._past, self._since + self.hop / self.rate
        # The median: the flux of an onset itself must not hide the next one.
        threshold = _LEAST + _ABOVE * (sorted(past)[len(past) // 2] if past else 0.0)
        past.append(flux)
        if flux < threshold or self._since < _APART or self._frames * self.hop < self.window:
            return False
        self._since = 0.0
        return True

    def _centroid(self, amplitudes: np.ndarray) -> float:
        low, high = self._bands[0][0], self._bands[-1][1]
        audible = amplitudes[low:high]
        total = float(audible.sum())  # 0 for a click at the edge, where the window is 0
        return float(audible @ self._hertz[low:high]) / total if total else 0.0

    def _pitch(self) -> tuple[float, float]:
        """Return the pitch in Hz (0 for none) and its clarity."""
        shortest, longest = self._lags
        stretch = (self._heard - self._heard.mean())[::-1]  # backwards, so that the newest is what is compared
        spectrum = np.fft.rfft(stretch, self._size)
        head = np.fft.rfft(stretch[: self.window], self._size)
        product = np.fft.irfft(np.conj(head) * spectrum, self._size)[: longest + 1]
        sums = np.concatenate([[0.0], np.cumsum(stretch**2)])
        energy = sums[self.window : self.window + longest + 1] - sums[: longest + 1]
        difference = np.maximum(energy[0] + energy - 2.0 * product, 0.0)
        mean = np.cumsum(difference[1:]) / np.arange(1, longest + 1)
        curve = np.concatenate([[1.0], difference[1:] / np.maximum(mean, 1e-30)])
        lag = _first_dip(curve, shortest)
        clarity = min(max(1.0 - float(curve[lag]), 0.0), 1.0)
        if not shortest < lag < longest or clarity < 0.5:
            return 0.0, clarity
        return self.rate / (lag + _vertex(*difference[lag - 1 : lag + 2])), clarity


def features_for(rate: int, has_pitch: bool = True) -> Features:
    """Return Features with a hop of about 11 ms and a window of four, for any rate of a sound device."""
    hop = 1 << max(round(math.log2(rate * 512 / 48000)), 7)
    return Features(rate, hop, 4 * hop, has_pitch)


def _first_dip(curve: np.ndarray, shortest: int) -> int:
    """Return the first lag whose dip is deep enough, else the deepest: later dips are octaves below."""
    deep = np.flatnonzero(curve[shortest:] < _DIP)
    if not len(deep):
        return int(curve[shortest:].argmin()) + shortest
    lag = int(deep[0]) + shortest
    while lag + 1 < len(curve) and curve[lag + 1] < curve[lag]:
        lag += 1
    return lag


def _vertex(left: float, middle: float, right: float) -> float:
    """Return where between its neighbours (-1..1) the lowest point of a parabola through three points lies."""
    bend = left - 2.0 * middle + right
    return float(0.5 * (left - right) / bend) if bend > 0.0 else 0.0


def _step_bins(hertz: np.ndarray) -> np.ndarray:
    """Return the first bin of each step, and the bin behind the last."""
    octaves = math.log2(BANDS[-1][1] / 30.0)
    edges = 30.0 * 2.0 ** (np.arange(math.floor(octaves * _STEPS) + 1) / _STEPS)
    return np.unique(np.searchsorted(hertz, edges[edges < hertz[-1]]))


def _db(power: float) -> float:
    return max(10.0 * math.log10(power), SILENCE) if power > 0.0 else SILENCE
