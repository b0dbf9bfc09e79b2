"""The beat that is followed is compared with drums whose beats are known.

`python tests/test_core_beat.py` measures hit rates over tempi and patterns, and what following takes of a core.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from drums import PATTERNS, RATE, f_measure, play

from liveart.core.beat import USUAL, BeatFollower, Pulse, Strength
from liveart.core.ear import Ear
from liveart.core.features import Frame

SETTLED = 5.0  # s


@dataclass(frozen=True)
class Heard:
    """What a follower said, frame by frame."""

    times: np.ndarray
    pulses: list[Pulse]

    def beats(self, since: float = SETTLED, until: float = 1e9) -> np.ndarray:
        """Return the seconds of the beats."""
        return np.array([second for second, pulse in zip(self.times, self.pulses, strict=True)
                         if pulse.is_beat and since - 0.07 < second < until])

    def tempo(self, since: float = SETTLED) -> float:
        """Return the usual tempo."""
        return float(np.median([pulse.tempo for second, pulse in zip(self.times, self.pulses, strict=True)
                                if second > since]))


def frames(sound: np.ndarray) -> list[Frame]:
    """Return what an ear hears."""
    return Ear(RATE, has_pitch=False).feed(sound)


def follow(sound: np.ndarray, around: float = USUAL) -> Heard:
    """Return what a follower makes of a sound."""
    heard, strength, follower = frames(sound), Strength(), BeatFollower(512 / RATE, around)
    return Heard(np.array([frame.time for frame in heard]),
                 [follower.step(strength.step(frame.flux, frame.bass)) for frame in heard])


def hit_rate(heard: Heard, beats: np.ndarray, since: float = SETTLED) -> float:
    """Return the F-measure of the beats once it has settled."""
    return f_measure(heard.beats(since), beats[beats > since])


@pytest.mark.parametrize("tempo", [60, 75, 90, 105, 120, 135, 150, 165, 180])
def test_clicks_are_followed_at_every_tempo_without_a_word_about_it(tempo: float) -> None:
    sound, beats = play("click", tempo, 14.0)
    heard = follow(sound)
    assert heard.tempo() == pytest.approx(tempo, rel=0.01)
    assert hit_rate(heard, beats) > 0.95


@pytest.mark.parametrize(("pattern", "tempo"), [("four", 96), ("four", 128), ("rock", 104), ("rock", 120),
                                                ("swing", 112), ("swing", 140), ("break", 125), ("sixteen", 100)])
def test_drums_are_followed_through_swing_jitter_and_noise(pattern: str, tempo: float) -> None:
    sound, beats = play(pattern, tempo, 20.0, noise=-40.0, jitter=0.008, bass=True)
    heard = follow(sound)
    assert heard.tempo() == pytest.approx(tempo, rel=0.02)
    assert hit_rate(heard, beats) > 0.9


@pytest.mark.parametrize(("pattern", "tempo"), [("rock", 75), ("four", 60), ("rock", 172), ("break", 165)])
def test_a_tempo_far_from_the_usual_is_found_where_it_is_looked_for(pattern: str, tempo: float) -> None:
    sound, beats = play(pattern, tempo, 20.0)
    heard = follow(sound, around=tempo * 1.1)
    assert heard.tempo() == pytest.approx(tempo, rel=0.02)
    assert hit_rate(heard, beats) > 0.9


@pytest.mark.parametrize(("before", "after"), [(100, 128), (128, 100), (120, 124)])
def test_a_change_of_tempo_is_followed_within_six_seconds(before: float, after: float) -> None:
    sound, beats = play("rock", lambda second: before if second < 10 else after, 22.0, noise=-45.0)
    heard = follow(sound)
    assert hit_rate(heard, beats, 16.0) > 0.9
    assert heard.tempo(16.0) == pytest.approx(after, rel=0.02)


def test_a_song_that_hurries_is_followed() -> None:
    sound, beats = play("rock", lambda second: 100.0 + second, 24.0)
    assert hit_rate(follow(sound), beats) > 0.9


def test_beats_are_told_when_they_are_and_not_when_they_were_heard() -> None:
    sound, beats = play("four", 120, 20.0)
    found = follow(sound).beats()
    late = [float(found[np.abs(found - beat).argmin()] - beat) for beat in beats[beats > SETTLED]]
    assert abs(float(np.mean(late))) < 0.012
    assert float(np.std(late)) < 0.01


def test_the_phase_runs_from_beat_to_beat() -> None:
    sound, _ = play("rock", 120, 12.0)
    heard = follow(sound)
    phases = [pulse.phase for second, pulse in zip(heard.times, heard.pulses, strict=True) if second > SETTLED]
    assert min(phases) < 0.1
    assert max(phases) > 0.9
    assert all(0.0 <= phase <= 1.0 for phase in phases)


def test_a_quiet_room_is_followed_as_a_loud_one() -> None:
    sound, beats = play("rock", 120, 14.0)
    assert hit_rate(follow(0.03 * sound), beats) > 0.95


SECONDS = np.arange(12 * RATE) / RATE


@pytest.mark.parametrize("make", [
    lambda: 0.0 * SECONDS, lambda: 0.3 * np.sin(2 * np.pi * 220 * SECONDS),
    lambda: 0.3 * np.sin(2 * np.pi * 220 * SECONDS) * (1 + 0.5 * np.sin(2 * np.pi * 5 * SECONDS)),
    lambda: np.random.RandomState(0).normal(0.0, 0.05, len(SECONDS))], ids=["silence", "tone", "tremolo", "noise"])
def test_what_has_no_beat_gets_none(make: Callable[[], np.ndarray]) -> None:
    heard = follow(make())
    assert len(heard.beats(0.0)) == 0
    assert {pulse.tempo for pulse in heard.pulses} == {0.0}


def test_after_the_music_the_beat_goes_on_for_a_while_and_ends() -> None:
    sound, _ = play("four", 128, 10.0)
    last = float(follow(np.concatenate([sound, np.zeros(10 * RATE)])).beats()[-1])
    assert 11.0 < last < 19.0


def test_the_same_sound_gives_the_same_beats() -> None:
    sound, _ = play("swing", 111, 8.0, noise=-40.0)
    assert follow(sound).pulses == follow(sound).pulses


def measure() -> None:
    """Print hit rates by pattern: clean, and with jitter, noise and a bass line; with and without knowing the tempo."""
    tempi = (60, 75, 90, 105, 120, 135, 150, 165, 180)
    print(f"F-measure (70 ms) from second 5 to 20, mean over {tempi} and over 90..150")
    for pattern in PATTERNS:
        for is_rough in (False, True):
            rough = {"noise": -35.0, "jitter": 0.012, "bass": pattern != "click"} if is_rough else {}
            played = [play(pattern, tempo, 20.0, **rough) for tempo in tempi]  # type: ignore[arg-type]
            free = [hit_rate(follow(sound), beats) for sound, beats in played]
            told = [hit_rate(follow(sound, tempo), beats) for (sound, beats), tempo in zip(played, tempi, strict=True)]
            print(f"{pattern:8} {'rough' if is_rough else 'clean'}  around 120: {np.mean(free):.2f}, "
                  f"{np.mean(free[2:7]):.2f}   around the tempo: {np.mean(told):.2f}, {np.mean(told[2:7]):.2f}")
    heard, follower, strength = frames(play("rock", 120, 20.0)[0]), BeatFollower(512 / RATE), Strength()
    began = time.perf_counter()
    for frame in heard:
        follower.step(strength.step(frame.flux, frame.bass))
    print(f"{(time.perf_counter() - began) / 20.0:.2%} of a core")


if __name__ == "__main__":
    measure()
