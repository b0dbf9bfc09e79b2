"""What the ear hears is compared with sounds of which everything is known.

`python tests/test_features.py` measures how much of a core the analysis of a stream takes.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from liveart.core.ear import REACH, WANTED, AutoGain, Ear
from liveart.core.features import SILENCE, Features, Frame, features_for

RATE = 48000


def seconds(length: float, rate: int = RATE) -> np.ndarray:
    """Return the time of each sample."""
    return np.arange(int(length * rate)) / rate


def tone(hertz: float, length: float = 0.4, rate: int = RATE, peak: float = 0.5) -> np.ndarray:
    """Return a sine."""
    return peak * np.sin(2 * np.pi * hertz * seconds(length, rate))


def noise(length: float, db: float, seed: int = 0) -> np.ndarray:
    """Return white noise of this RMS."""
    return np.random.RandomState(seed).normal(0.0, 10 ** (db / 20), int(length * RATE))


def settled(samples: np.ndarray, rate: int = RATE) -> list[Frame]:
    """Return the frames of a sound after the window is full."""
    return features_for(rate).feed(samples)[10:]


def cents(hertz: float, truth: float) -> float:
    """Return how far a pitch is off."""
    return abs(1200 * np.log2(hertz / truth)) if hertz > 0 else np.inf


def clicks_on_noise(db: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a sound with short bursts of noise over noise, and the seconds at which they begin."""
    random = np.random.RandomState(seed)
    at = 0.4 + 0.35 * np.arange(20) + random.uniform(0, 0.1, 20)
    sound = noise(8.0, db, seed)
    for moment in at:
        place = int(moment * RATE)
        sound[place : place + 2400] += 0.3 * random.normal(0, 1, 2400) * np.exp(-np.arange(2400) / 300)
    return sound, at


@pytest.mark.parametrize("db", [-60.0, -45.0, -30.0])
def test_every_click_on_noise_is_an_onset_within_25_ms_and_nothing_else_is(db: float) -> None:
    for seed in range(3):
        sound, at = clicks_on_noise(db, seed)
        heard = np.array([frame.time for frame in Features(RATE).feed(sound) if frame.is_onset])
        assert len(heard) == len(at)
        assert (heard - at > 0.0).all()
        assert (heard - at < 0.025).all()


def test_every_note_of_a_melody_is_one_onset() -> None:
    sound, at = np.zeros(RATE * 5), 0.3 + 0.4 * np.arange(10)
    for number, moment in enumerate(at):
        when = seconds(1.0)
        note = sum(np.sin(2 * np.pi * 110 * 2 ** (number / 4) * part * when) / part for part in range(1, 6))
        place = int(moment * RATE)
        length = min(len(when), len(sound) - place)
        sound[place : place + length] += (0.2 * note * np.minimum(when / 0.005, 1) * np.exp(-when / 0.12))[:length]
    heard = np.array([frame.time for frame in Features(RATE).feed(sound) if frame.is_onset])
    assert len(heard) == len(at)
    assert (np.abs(heard - at) < 0.03).all()


@pytest.mark.parametrize("sound", [
    tone(440, 3.0), noise(3.0, -20.0), np.zeros(RATE),
    0.5 * np.sin(2 * np.pi * 100 * (2 ** (2 * seconds(3.0)) - 1) / (2 * np.log(2))),
    0.5 * np.sin(2 * np.pi * 440 * seconds(3.0) + 4.4 * np.sin(2 * np.pi * 6 * seconds(3.0))),
    0.3 * tone(220, 3.0) * (1 + 0.5 * np.sin(2 * np.pi * 4 * seconds(3.0)))],
    ids=["tone", "noise", "silence", "sweep", "vibrato", "tremolo"])
def test_what_does_not_begin_is_no_onset(sound: np.ndarray) -> None:
    assert not [frame for frame in Features(RATE).feed(sound)[8:] if frame.is_onset]


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_pitch_is_within_20_cents_from_e1_to_b6(rate: int) -> None:
    for note in range(28, 96, 3):
        truth = 440 * 2 ** ((note - 69) / 12)
        rich = sum(tone(truth * part, 0.3, rate, 0.3 / part**1.5) for part in range(1, 5))
        for sound in (tone(truth, 0.3, rate), rich, rich + 0.003 * np.random.RandomState(0).normal(size=len(rich))):
            for frame in settled(sound, rate):
                assert cents(frame.pitch, truth) < 20
                assert frame.clarity > 0.9


def test_a_slide_of_an_octave_a_second_is_followed() -> None:
    when = seconds(3.0)
    slide = 0.4 * np.sin(2 * np.pi * 110 * (2**when - 1) / np.log(2))  # an octave a second
    for frame in settled(slide):
        middle = frame.time - (Features(RATE).window + RATE / frame.pitch) / 2 / RATE  # of what is compared
        assert cents(frame.pitch, 110 * 2**middle) < 5
        assert frame.clarity > 0.9


def test_noise_and_silence_have_no_pitch() -> None:
    for sound in (noise(1.0, -20.0), np.zeros(RATE)):
        assert not [frame for frame in settled(sound) if frame.pitch > 0.0]


@pytest.mark.parametrize(("hertz", "band"), [(50, "bass"), (100, "bass"), (220, "mid"), (1000, "mid"),
                                             (3000, "high"), (10000, "high")])
def test_a_tone_is_heard_in_its_own_band_at_its_own_level(hertz: float, band: str) -> None:
    """A sine of peak 0.5 has an RMS of -9.03 dB."""
    for frame in settled(tone(hertz)):
        assert frame.level == pytest.approx(-9.03, abs=0.35)
        for name in ("bass", "mid", "high"):
            heard = getattr(frame, name)
            assert heard == pytest.approx(-9.03, abs=0.2) if name == band else heard < -40


@pytest.mark.parametrize("hertz", [200, 700, 1500, 5000, 9000])
def test_the_centroid_of_a_tone_is_its_frequency(hertz: float) -> None:
    for frame in settled(tone(hertz)):
        assert frame.centroid == pytest.approx(hertz, rel=0.06)


def test_brighter_noise_has_a_higher_centroid() -> None:
    white = noise(0.5, -20.0)
    dull = np.convolve(white, np.ones(32) / 32, "same")
    assert settled(dull)[0].centroid < 0.5 * settled(white)[0].centroid


def test_silence_is_the_lowest_level_and_nothing_is_heard_in_it() -> None:
    frame = settled(np.zeros(RATE))[0]
    assert (frame.level, frame.bass, frame.high, frame.flux, frame.centroid, frame.pitch) == (
        SILENCE, SILENCE, SILENCE, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_pieces_of_any_size_give_the_same_frames_as_the_whole(seed: int) -> None:
    random = np.random.RandomState(seed)
    sound = np.concatenate([clicks_on_noise(-40.0, seed)[0][: RATE * 2], tone(311, 0.5)])
    cuts = np.sort(random.randint(0, len(sound), 60))
    for make in (lambda: Features(RATE), lambda: Ear(RATE, gain=6.0, is_auto=True)):
        whole, pieces = make(), make()
        frames = [frame for piece in np.split(sound, cuts) for frame in pieces.feed(piece)]
        assert frames == whole.feed(sound)
        assert len(frames) == len(sound) // 512


def test_what_is_no_number_counts_as_silence_and_leaves_no_trace() -> None:
    ear = Ear(RATE, is_auto=True)
    ear.feed(np.full(4096, np.nan))
    ear.feed(np.array([np.inf, -np.inf] * 2048))
    ear.feed(np.full(4096, 1e30))
    frames = ear.feed(tone(440, 3.0))
    assert all(np.isfinite([frame.level, frame.flux, frame.centroid, frame.pitch]).all() for frame in frames)
    assert cents(frames[-1].pitch, 440) < 5


@pytest.mark.parametrize("settings", [{"rate": 100}, {"hop": 1}, {"window": 1000}])
def test_impossible_analyses_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no features for"):
        Features(**{"rate": RATE} | settings)


def test_without_pitch_all_else_is_the_same() -> None:
    sound = tone(440) + noise(0.4, -30.0)
    without = Features(RATE, has_pitch=False).feed(sound)
    assert without == [replace(frame, pitch=0.0, clarity=0.0) for frame in Features(RATE).feed(sound)]


def test_gain_is_heard_in_decibels() -> None:
    assert Ear(RATE, gain=6.0).feed(tone(440))[-1].level == pytest.approx(-9.03 + 6.0, abs=0.1)


def test_the_automatic_gain_brings_a_quiet_room_up_and_a_loud_stage_down_and_waits_in_silence() -> None:
    for db, length in ((-45.0, 60.0), (0.0, 5.0)):
        auto, sound = AutoGain(RATE), noise(1.0, db)
        for start in range(0, int(length * RATE), 512):
            last = auto.step(sound[start % 40000 : start % 40000 + 512])
        assert 10 * np.log10((last**2).mean()) == pytest.approx(WANTED, abs=1.5)
        gain = auto.gain
        for _ in range(100):
            auto.step(np.zeros(512))
        assert auto.gain == gain
    assert REACH[0] <= gain <= REACH[1]


if __name__ == "__main__":
    for has_pitch in (True, False):
        ear, sound = Ear(RATE, is_auto=True, has_pitch=has_pitch), clicks_on_noise(-30.0, 0)[0]
        ear.feed(sound)
        began = time.process_time()
        ear.feed(sound)
        cost = (time.process_time() - began) / (len(sound) / RATE)
        print(f"{'with' if has_pitch else 'without'} pitch: {cost:.1%} of a core")
