"""A steady line through jittering clock ticks: a delay-locked loop that notices when the sender jumps.

The loop is the second-order one of F. Adriaensen, "Using a DLL to filter time" (Linux Audio Conference, 2005). Two
things are added. Its gains begin wide and narrow as those of a growing least-squares fit do (N. Morrison,
"Introduction to Sequential Smoothing and Prediction", 1969), so that it settles fast and is quiet later. And a
cumulative sum of the errors (E. S. Page, "Continuous Inspection Schemes", Biometrika 41, 1954) says when the ticks have
left the line, and since which tick: a new line is then fitted through the ticks since.
"""

from __future__ import annotations

import math
from collections import deque

from liveart.midi.tick_line import FEWEST, Line, fit_line, slope_error, straight_end

LOST_AFTER = 0.5  # seconds without a tick; at slow tempos four periods
SHORTEST, LONGEST = 60.0 / 24 / 1000, 60.0 / 24 / 10  # a tick's period at 1000 and at 10 beats a minute
_NARROWEST = 420  # ticks whose least-squares fit is as quiet as the settled loop
_REOPENED = 24  # the same after a jump in phase: the tempo may have changed a little as well
_ENOUGH = 12  # ticks that tell a jump in phase from one in tempo
_STRAIGHT, _BENT = 2.5, 3.5  # standard errors by which the tempo has not, and has, changed for sure
_MEMORY = 48  # ticks kept while a line is sought
_DRIFT, _ALARM, _CLIP = 0.5, 12.0, 3.0  # of the cumulative sum, in standard deviations: a false alarm in hours
_GATE = 3.5  # standard deviations; ticks further off do not move the line
_QUIETEST, _WILDEST = 1e-4, 15e-3  # seconds: limits of the estimated jitter
_SURE = 0.02  # a fitted period is believed when its standard error is below this share
_DOUBLES = 6  # so many early ticks in a row are a faster clock and no doubled ticks
_SLIPS_APART = (8, 250)  # ticks between two slips that a driver's grid makes


class TickLoop:
    """Counts ticks and draws the line through them. Pure: time comes in by `tick` alone.

    index    number of the newest tick, from 0; ticks that were lost on the way are counted too, doubled ones are not
    line     None until enough ticks have come

    A driver that delivers in blocks about as long as a tick (JACK, 1024 frames, 120 beats a minute) looks like a
    slightly other tempo with a tick doubled or lost now and then. Such slips that come again are taken back.
    """

    def __init__(self) -> None:
        self.index = -1
        self.line: Line | None = None
        self.last: float | None = None
        self._spread = 1.5e-3  # standard deviation of the ticks' jitter, seconds
        self._speed_ticks = 0.0  # how many ticks the period rests on
        self._phase_ticks = 0.0  # how many ticks the phase rests on
        self._seeking, self._sought = True, 0  # and for how many ticks
        self._tail: deque[tuple[int, float]] = deque(maxlen=_MEMORY)
        self._early = 0
        self._made_up = 0
        self._slip: tuple[int, int, float] | None = None
        self._sums = [(0.0, self.index)] * 2  # late, early; and after which tick each began

    @property
    def patience(self) -> float:
        """Seconds of silence after which the clock counts as lost."""
        return max(LOST_AFTER, 4.0 * self.line.period) if self.line else LOST_AFTER

    def tick(self, time: float) -> bool:
        """Take a tick that came at `time` seconds; return False for one that is left out (doubled, or no time)."""
        if not math.isfinite(time):
            return False
        if self.last is not None:
            time = max(time, self.last)
            if time - self.last > self.patience:
                self._come_back(time)
            elif self._is_made_up(time, self.last):
                return False
            elif self._is_doubled(time, self.last):
                return self._has_slipped(-1, self.index, time)
        self._early = 0
        self.index += 1
        self.last = time
        self._tail.append((self.index, time))
        if self._seeking or self.line is None:
            self._seek()
        else:
            self._follow(self.line, time)
        return True

    def snap(self, time: float) -> None:
        """Let the newest tick, which came at `time`, lie on the line: a sender that starts sets its ticks anew."""
        if self.line is not None and abs(time - self.line.time_at(self.index)) > _CLIP * self._spread:
            self._draw(Line(self.index, time, self.line.period), self._speed_ticks, 1)

    def _is_doubled(self, time: float, last: float) -> bool:
        """Say whether this tick comes so early, after one in time, that the last one must have come twice."""
        line = self.line
        if line is None or self._seeking or time - last > 0.3 * line.period:
            return False
        was_in_time = abs(last - line.time_at(self.index)) < 0.35 * line.period
        is_early = line.time_at(self.index + 1) - time > max(0.68 * line.period, 4.0 * self._spread)
        self._early = self._early + 1 if was_in_time and is_early else 0
        if self._early == _DOUBLES:
            self.index += _DOUBLES - 1  # they were ticks after all
        return 0 < self._early < _DOUBLES

    def _is_made_up(self, time: float, last: float) -> bool:
        """Say whether this tick was held up through a silence, and so is counted already."""
        if self.line is None or time - last > 0.3 * self.line.period:
            self._made_up = 0
        self._made_up = max(self._made_up - 1, -1)
        return self._made_up >= 0

    def _come_back(self, time: float) -> None:
        """Go on after silence: this tick takes the number that is due now, and the old period is tried."""
        self._tail.clear()
        self._seeking = True
        if self.line is not None:
            before, self.index = self.index, max(self.index, round(self.line.index_at(time)) - 1)
            self._made_up = self.index - before
            self.line = Line(self.index + 1, time, self.line.period)
            self._speed_ticks = min(self._speed_ticks, _REOPENED)

    def _follow(self, line: Line, time: float) -> None:
        """Draw the line a little towards a tick, unless it is far off or the alarm goes."""
        error = time - line.time_at(self.index)
        spread = self._spread * math.sqrt(1.0 + 4.0 / self._speed_ticks + 1.0 / self._phase_ticks)
        self._learn_spread(error, spread)
        if self._is_alarmed(error / spread):
            self._seek()
            return
        n, m = self._speed_ticks, self._phase_ticks
        due, period = line.time_at(self.index), line.period
        if abs(error) < _GATE * spread:
            n, m = min(n + 1, _NARROWEST), min(m + 1, _NARROWEST)
            due += max(2.0 * (2.0 * n - 1.0) / (n * (n + 1.0)), 1.0 / m) * error
            period += 6.0 / (n * (n + 1.0)) * error
        self.line = Line(self.index, due, min(max(period, SHORTEST), LONGEST))
        self._speed_ticks, self._phase_ticks = n, m

    def _learn_spread(self, error: float, spread: float) -> None:
        share = max(0.01, 1.0 / (self.index + 1))
        mean = self._spread / 1.2533  # of the absolute error, for a normal distribution
        mean += share * (min(abs(error), _CLIP * spread) - mean)
        self._spread = min(max(1.2533 * mean, _QUIETEST), _WILDEST)

    def _is_alarmed(self, error: float) -> bool:
        """Add a tick's error, in standard deviations; True when the ticks have left the line."""
        error = min(max(error, -_CLIP), _CLIP)
        sums = []
        for sign, (total, since) in zip((1.0, -1.0), self._sums, strict=True):
            total = max(0.0, total + sign * error - _DRIFT)
            sums.append((total, since if total > 0.0 else self.index))
        self._sums = sums
        total, since = max(sums)
        if total <= _ALARM:
            return False
        while self._tail and self._tail[0][0] <= since:
            self._tail.popleft()
        self._seeking = True
        return True

    def _clear_sums(self) -> None:
        self._sums = [(0.0, self.index)] * 2

    def _seek(self) -> None:
        """Find the line that the newest ticks lie on: the old one, the old one moved, or a new one."""
        tail, line = list(self._tail), self.line
        self._sought += 1
        if len(tail) < FEWEST:
            return
        if line is None:
            self._take_new(*fit_line(tail), len(tail))
            return
        fit, noise, count = straight_end([(index, time - line.time_at(index)) for index, time in tail],
                                         1.5 * self._spread + _QUIETEST)
        bend = abs(fit.period) / slope_error(count, self._spread)
        if not count:
            if self._sought >= _ENOUGH:  # it jitters more than it did
                self._take_new(*fit_line(tail), len(tail))
        elif count >= _ENOUGH and bend < _STRAIGHT:
            self._move(line, fit.time, count)
        elif count >= _ENOUGH or bend > _BENT:
            new = Line(fit.index, line.time_at(fit.index) + fit.time, line.period + fit.period)
            self._take_new(new, noise, count)

    def _move(self, line: Line, shift: float, count: int) -> None:
        """Keep the period: `count` ticks are late by `shift`, whole periods of which were lost (or came twice)."""
        sure = _CLIP * self._spread / math.sqrt(count) + _QUIETEST
        lost = round(shift / line.period) if line.period > 4.0 * self._spread else 0
        rest = shift - lost * line.period
        if lost and abs(rest) > max(sure, 0.25 * line.period):
            lost, rest = 0, shift
        if lost:
            first, since = self._tail[-count]
            self.index += lost
            self._tail = deque(((index + lost, time) for index, time in self._tail), maxlen=_MEMORY)
            if self._has_slipped(lost, first + lost, since):
                return
        if abs(rest) <= sure:
            self._draw(line, self._speed_ticks, self._phase_ticks)
            return
        # Steps that come again and again are jitter: of a driver that delivers in blocks.
        self._spread = min(max(self._spread, 0.5 * abs(rest)), _WILDEST)
        self._draw(Line(line.index, line.time + rest, line.period), min(self._speed_ticks, _REOPENED), count)

    def _has_slipped(self, amount: int, index: int, time: float) -> bool:
        """Remember ticks made up (1) or left out (-1) at a tick; where that comes again take both back: True."""
        before, self._slip = self._slip, (amount, index, time)
        if self.line is None or before is None or abs(amount) != 1 or before[0] != amount:
            return False
        apart = index - before[1] - amount  # as many ticks have come since
        if not _SLIPS_APART[0] <= apart <= _SLIPS_APART[1]:
            return False
        self._slip = None
        self.index -= 2 * amount
        self._tail.clear()
        period = (time - before[2]) / apart
        self._spread = min(max(self._spread, 0.3 * period), _WILDEST)  # of delays from none to a whole period
        self._draw(Line(index - 2 * amount, time - 0.5 * amount * period, period), apart // 2, FEWEST)
        return True

    def _take_new(self, line: Line, noise: float, count: int) -> None:
        """Take a line fitted through `count` ticks, if it is a sure one."""
        if SHORTEST <= line.period <= LONGEST and slope_error(count, noise) < _SURE * line.period:
            self._spread = min(max(noise, 0.5 * self._spread, _QUIETEST), _WILDEST)
            self._draw(line, count, count)

    def _draw(self, line: Line, speed_ticks: float, phase_ticks: float) -> None:
        self.line = line
        self._speed_ticks, self._phase_ticks = max(speed_ticks, 2), max(phase_ticks, 1)
        self._seeking, self._sought = False, 0
        self._clear_sums()
