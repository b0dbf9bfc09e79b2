"""When a MIDI message came: the driver's own time differences, held to the clock that the show goes by."""

from __future__ import annotations

import math

_WINDOW = 2.0  # seconds in which some message is surely fetched at once; drivers' clocks hardly drift in them
_LONGEST = 1e6  # seconds between two messages; more are nonsense
_LATEST = 1.0  # seconds that a message may have waited; a driver that says more has lost its way


class DriverTime:
    """Turns the seconds between messages, as a driver measures them, into `time.monotonic` seconds.

    A message is always fetched after it came, sooner or later. So the smallest lateness of the last seconds tells how
    the two clocks stand to each other, and all that is more than that is delay, which must not get into the time.
    """

    def __init__(self) -> None:
        self._driver = 0.0  # seconds by the driver since the first message
        self._since = -math.inf
        self._least = self._least_before = math.inf  # lateness in this window and in the one before
        self._last = -math.inf

    def stamp(self, delta: float, now: float) -> float:
        """Return when a message came that was fetched at `now`, `delta` seconds after the one before it.

        Never later than `now`, never earlier than the message before, at most a second before `now`: whatever the
        driver says.
        """
        if 0.0 <= delta < _LONGEST:  # NaN is not
            self._driver += delta
        else:
            self._least = self._least_before = math.inf
        lateness = now - self._driver
        if now - self._since > _WINDOW:
            self._least_before = self._least if now - self._since <= 2 * _WINDOW else math.inf
            self._least, self._since = math.inf, now
        self._least = min(self._least, lateness)
        came = self._driver + min(self._least, self._least_before)
        self._last = min(max(came, now - _LATEST, self._last), now)
        return self._last
