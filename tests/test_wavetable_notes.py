"""Notes played into the `wavetable` generator: pitch, timing, level, timbre, and no clicks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest

from liveart import Moment, Stage
from liveart.core.notes import WIDTH, apply, declared
from liveart.generators.note_envelope import Contour, Envelopes
from liveart.generators.wavetable import PLAYS, Wavetable

RATE, BLOCK = 48000, 512
NOTES = {"play": PLAYS.index("notes"), "space": 0.0, "drift": 0.0, "detune": 0.0}  # nothing but what is played
DARK = NOTES | {"brightness": 100.0}
ORGAN = NOTES | {"sustain": 1.0}
Word = tuple[float, str, float]  # second, word, value


def opened(voices: int = 5) -> Wavetable:
    generator = Wavetable("cycles", voices)
    generator.open(Stage())
    return generator


class Hands:
    """Plays words into a generator, block by block, each applied when its time has come."""

    def __init__(self, words: Iterable[Word] = (), over: Mapping[str, float] | None = None,
                 generator: Wavetable | None = None) -> None:
        self.generator = opened() if generator is None else generator
        self.numbers = np.zeros(WIDTH)
        self.values: dict[str, Any] = {param.name: param.start for param in self.generator.params}
        self.values |= dict(over or {}) | {"note": self.numbers}
        self.words = sorted(words, key=lambda word: word[0])
        self.z = np.random.RandomState(2).randn(self.generator.latent).astype(np.float32)
        self.time = 0.0

    def block(self, frames: int = BLOCK, seen: float | None = None, ahead: float = 0.0) -> np.ndarray:
        """Return one block; `seen` is up to when words are known as it is made, its own time if not given."""
        seen = self.time if seen is None else seen
        while self.words and self.words[0][0] <= seen:
            time, word, value = self.words.pop(0)
            apply(self.numbers, word, declared(word).read(value).number, time)
        now = Moment(self.time + ahead, 0.0, frames / RATE, 0, frames=frames, rate=RATE, ahead=ahead)
        self.time += frames / RATE
        return self.generator.make(now, self.z, self.values)

    def play(self, seconds: float, frames: int = BLOCK) -> np.ndarray:
        """Return [samples, 2]."""
        return np.concatenate([self.block(frames) for _ in range(int(seconds * RATE / frames))])


def played(words: Iterable[Word], seconds: float, over: Mapping[str, float] | None = None,
           frames: int = BLOCK) -> np.ndarray:
    return Hands(words, over).play(seconds, frames)


def loudness(samples: np.ndarray) -> float:
    """Return the RMS level in dB."""
    return float(20.0 * np.log10(np.sqrt((samples.astype(np.float64) ** 2).mean()) + 1e-12))


def pitch(samples: np.ndarray, near: float) -> float:
    """Return the frequency of the strongest partial within a tone of `near`, to a hundredth of a cent."""
    size = np.abs(np.fft.rfft(samples.mean(axis=1) * np.kaiser(len(samples), 16.0)))
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    place = int(np.where(np.abs(hertz / near - 1.0) < 0.12, size, 0.0).argmax())
    left, middle, right = np.log(size[place - 1 : place + 2])
    return float((place + 0.5 * (left - right) / (left - 2 * middle + right)) * RATE / len(samples))


def brightness(samples: np.ndarray) -> float:
    """Return the spectral centroid in Hz."""
    power = np.abs(np.fft.rfft(samples.mean(axis=1) * np.hanning(len(samples)))) ** 2
    return float((power * np.fft.rfftfreq(len(samples), 1 / RATE)).sum() / power.sum())


def onset(samples: np.ndarray) -> int:
    return int(np.flatnonzero(np.abs(samples).max(axis=1) > 0.0)[0])


def test_while_nothing_is_played_the_drone_is_the_same_bit_for_bit() -> None:
    plain = Hands()
    del plain.values["note"]
    heard = plain.play(0.3)
    assert np.array_equal(heard, played([], 0.3))
    number = Hands()
    number.values["note"] = 0.0
    assert np.array_equal(heard, number.play(0.3))


@pytest.mark.parametrize(("words", "hertz"), [
    ([(0.01, "69", 1.0)], 440.0),
    ([(0.01, "69.5", 1.0), (0.01, "69.5/bend", 2.0)], 440.0 * 2 ** (2 / 12)),
    ([(0.01, "69", 1.0), (0.3, "bend", -0.37)], 440.0 * 2 ** (-0.37 / 12)),
    ([(0.01, "96", 0.3)], 440.0 * 2 ** (27 / 12))])
@pytest.mark.parametrize("detune", [0.0, 40.0])
def test_a_note_is_in_tune_within_a_cent_at_any_bend_and_detune(words: list[Word], hertz: float, detune: float) -> None:
    heard = played(words, 2.0, ORGAN | {"detune": detune})[-65536:]
    assert abs(1200.0 * np.log2(pitch(heard, hertz) / hertz)) < 1.0


def test_a_bright_high_note_folds_nothing_back() -> None:
    heard = played([(0.0, "103", 1.0)], 2.0, ORGAN | {"brightness": 16000.0})[-65536:]
    size = np.abs(np.fft.rfft(heard.mean(axis=1) * np.kaiser(len(heard), 16.0)))
    hertz = np.fft.rfftfreq(len(heard), 1 / RATE)
    harmonic = hertz / (440.0 * 2 ** (34 / 12))
    stray = size[(np.abs(harmonic - np.round(harmonic)) > 0.03) & (hertz > 12.0)]
    assert 20 * np.log10(stray.max() / size.max()) < -60.0


@pytest.mark.parametrize("frames", [64, 512, 3000])
@pytest.mark.parametrize("strike", [0.0512, 0.0601, 0.0777])
def test_a_note_begins_at_its_own_sample_one_block_after_it_was_struck(strike: float, frames: int) -> None:
    heard = played([(strike, "60", 1.0)], 0.3, NOTES, frames)
    assert abs(onset(heard) - (strike * RATE + frames)) <= 2.0


def test_the_sound_s_way_to_the_ear_does_not_move_a_note_within_its_block() -> None:
    hands = Hands([(0.0601, "60", 1.0)], NOTES)
    heard = np.concatenate([hands.block(ahead=0.064) for _ in range(12)])
    assert abs(onset(heard) - (0.0601 * RATE + BLOCK)) <= 2.0


def test_blocks_made_in_bursts_do_not_make_a_steady_hand_unsteady() -> None:
    beats = np.arange(1, 40) * 0.1003
    hands = Hands([word for beat in beats for word in ((beat, "60", 1.0), (beat + 0.03, "60", 0.0))],
                  NOTES | {"release": 0.03})
    blocks = []
    for index in range(380):  # two blocks at once, every second time: the second one's time is then still ahead
        blocks.append(hands.block(seen=hands.time if index % 2 == 0 else hands.time - BLOCK / RATE))
    sounds = np.abs(np.concatenate(blocks)).max(axis=1) > 1e-7
    starts = np.flatnonzero(sounds & ~np.concatenate([np.zeros(480, bool), sounds[:-480]])
                            & ~np.concatenate([[False], sounds[:-1]]))
    late = starts / RATE - beats[: len(starts)]
    assert len(starts) > 30
    assert np.ptp(late[:2]) > 0.002  # the bursts are felt at first
    assert np.ptp(late[16:]) < 0.001


def test_a_note_that_came_and_went_within_one_block_is_heard() -> None:
    heard = played([(0.05, "60", 1.0), (0.05, "60", 0.0)], 0.5, NOTES)
    assert loudness(heard[3000:4000]) > -30.0


def test_a_note_dies_away_when_it_is_let_go_and_not_before() -> None:
    heard = played([(0.0, "60", 1.0), (1.0, "60", 0.0)], 2.0, ORGAN | {"release": 0.5})
    start, let_go = BLOCK, RATE + BLOCK
    assert abs(loudness(heard[start + 4800 : start + 9600]) - loudness(heard[let_go - 4800 : let_go])) < 1.0
    left = loudness(heard[let_go + 21600 : let_go + 26400]) - loudness(heard[let_go - 4800 : let_go])
    assert left == pytest.approx(-60.0, abs=6.0)
    assert not heard[-4800:].any()


def test_the_pedal_keeps_a_note() -> None:
    words = [(0.0, "sustain", 1.0), (0.0, "60", 1.0), (0.2, "60", 0.0), (0.8, "sustain", 0.0)]
    heard = played(words, 1.5, ORGAN | {"release": 0.1})
    assert loudness(heard[30000:38000]) > -30.0
    assert loudness(heard[-9600:]) < -100.0


def test_harder_strikes_are_louder_and_brighter() -> None:
    soft, hard = (played([(0.0, "72", velocity)], 0.5, NOTES)[4800:] for velocity in (0.3, 1.0))
    assert 8.0 < loudness(hard) - loudness(soft) < 20.0
    assert brightness(hard) > 1.1 * brightness(soft)


def test_pressure_makes_a_held_note_louder_and_brighter() -> None:
    heard = played([(0.0, "72", 0.6), (0.5, "72/pressure", 1.0)], 1.0, ORGAN)
    before, after = heard[9600:21600], heard[-12000:]
    assert loudness(after) > loudness(before) + 2.0
    assert brightness(after) > 1.05 * brightness(before)


def test_slide_changes_the_timbre_of_its_note_and_hardly_its_loudness() -> None:
    def spectrum(slide: float) -> np.ndarray:
        heard = played([(0.0, "48", 0.8), (0.0, "48/slide", slide)], 0.6, ORGAN)[8192 : 8192 + 16384]
        size = np.abs(np.fft.rfft(heard.mean(axis=1) * np.hanning(len(heard))))
        size /= np.linalg.norm(size)
        return size
    low, rest, high = (spectrum(slide) for slide in (0.0, 0.5, 1.0))
    assert max(float(low @ rest), float(high @ rest), float(low @ high)) < 0.97


def test_keys_stand_from_left_to_right() -> None:
    for key, side in (("36", 0), ("96", 1)):
        heard = played([(0.0, key, 1.0)], 0.3, NOTES | {"width": 1.0})
        assert loudness(heard[:, side]) > loudness(heard[:, 1 - side]) + 1.0


@pytest.mark.parametrize("key", [33, 52, 76])
def test_strikes_retriggers_steals_and_releases_do_not_click(key: int) -> None:
    strikes = [(0.1 + 0.0613 * n, str(key + 12 * (n % 2)), 1.0 - 0.05 * (n % 9)) for n in range(16)]
    releases = [(time + (0.05 if n % 3 else 0.5), word, 0.0) for n, (time, word, _) in enumerate(strikes)]
    more = [(1.2 + 0.001 * n, f"{key + n}", 0.4) for n in range(16)]
    steals = [(1.4 + 0.0371 * n, f"{key + 20 + n % 3}.{n % 5}", 0.4) for n in range(16)]
    heard = played([*strikes, *releases, *more, *steals], 2.2, DARK)
    still = played([(0.0, str(key + 12), 1.0)], 0.3, DARK)[4800:]
    crowd = played([(0.0, f"{key + 7 + n}", 0.4) for n in range(16)], 0.3, DARK)[4800:]
    for part, calm in ((heard[: int(1.2 * RATE)], still), (heard[int(1.2 * RATE):], crowd)):
        # No sample stands further from the one before than in the steady sound, give or take two notes at a time,
        # and no corner is sharper than in a dark sound of the same pitch by more than the ear could tell from a beat.
        assert np.abs(np.diff(part, axis=0)).max() < 2.5 * np.abs(np.diff(calm, axis=0)).max()
        assert np.abs(np.diff(part, 2, axis=0)).max() < max(3.0 * np.abs(np.diff(calm, 2, axis=0)).max(), 8e-4)


def test_one_note_stands_out_and_sixteen_do_not_distort() -> None:
    drone = played([], 1.5)[48000:]
    one = played([(0.0, "60", 0.8)], 0.5, NOTES)[4800:]
    assert -6.0 < loudness(one) - loudness(drone) < 6.0
    all_of_them = Hands([(0.0, str(40 + 3 * n), 1.0) for n in range(16)]).play(1.0)
    assert np.abs(all_of_them).max() < 0.8
    assert (np.abs(all_of_them) > 0.5).mean() < 0.01  # above this, peaks are rounded off


def test_play_chooses_between_drone_and_notes_without_a_click() -> None:
    hands = Hands([(0.05 * n, str(40 + n % 12), 0.8) for n in range(60)], {"brightness": 400.0})
    parts = []
    for play in ("both", "notes", "drone", "both"):
        hands.values["play"] = PLAYS.index(play)
        parts.append(hands.play(0.7))
    bends = [np.abs(np.diff(part, 2, axis=0)).max() for part in (np.concatenate(parts), parts[0])]
    assert bends[0] < 1.5 * bends[1]
    silent = Hands([], {"play": PLAYS.index("notes")})
    assert not silent.play(0.1).any()
    muted = Hands([(0.0, "60", 1.0)], {"play": PLAYS.index("drone")})
    assert np.array_equal(muted.play(0.2), played([], 0.2))


def test_panic_silences_held_notes_until_they_are_struck_again() -> None:
    hands = Hands([(0.0, "60", 1.0), (0.6, "60", 1.0)], ORGAN)
    assert hands.play(0.3).any()
    hands.generator.reset()
    assert not hands.play(0.25).any()
    assert hands.play(0.2).any()


def test_a_worker_that_comes_back_plays_what_is_held_and_nothing_that_is_over() -> None:
    before = Hands([(0.0, "60", 1.0), (0.0, "69", 1.0), (0.1, "60", 0.0)], ORGAN)
    before.play(0.5)
    after = Hands([], ORGAN)
    after.numbers[:] = before.numbers
    after.time = before.time
    heard = after.play(1.0)
    assert abs(1200 * np.log2(pitch(heard[-32768:], 440.0) / 440.0)) < 1.0
    lonely = Hands([], ORGAN)
    lonely.numbers[:] = before.numbers
    lonely.time = before.time
    apply(lonely.numbers, "off", 1.0, lonely.time - 0.1)
    assert not lonely.play(0.3).any()


def test_the_same_notes_give_the_same_samples_also_after_a_reset() -> None:
    words = [(0.02 * n, str(50 + 3 * n % 25), 0.5 + 0.02 * n) for n in range(20)]
    first = Hands(words)
    heard = first.play(0.5)
    assert np.array_equal(heard, played(words, 0.5))
    first.generator.reset()
    assert np.array_equal(heard, Hands(words, generator=first.generator).play(0.5))


def test_a_storm_of_notes_stays_within_range_and_ends_in_silence() -> None:
    random = np.random.RandomState(7)
    words = [(float(time), str(random.choice(["60", "61.1", "127", "0", "64/bend", "bend", "sustain", "pressure",
                                              "90/slide", str(random.randint(128)), str(random.randint(128))])),
              float(random.choice([0.0, 1.0, random.rand(), random.uniform(-96, 96)])))
             for time in np.sort(random.uniform(0.0, 1.0, 1500))]
    hands = Hands([*words, (1.0, "off", 1.0)], NOTES | {"attack": 0.002, "release": 0.03})
    while hands.time < 1.5:
        block = hands.block(int(random.choice([1, 17, 256, 1024])) if random.rand() < 0.5 else BLOCK)
        assert np.isfinite(block).all()
        assert np.abs(block).max() <= 1.0
    assert not block.any()


def test_strikes_dated_by_a_foreign_clock_sound_at_once() -> None:
    for time in (-1e6, 1e6):
        hands = Hands([], NOTES)
        hands.play(0.05)
        apply(hands.numbers, "60", 1.0, time)
        assert hands.block().any()
        apply(hands.numbers, "60", 0.0, time)
        assert loudness(hands.play(2.0)[-4800:]) < -100.0


CONTOUR = Contour(attack=0.01, decay=0.05, sustain=0.25, release=0.1)
NEVER = np.array([10**9])
ONE = np.array([0])


def test_an_envelope_rises_falls_to_its_sustain_and_dies_away_in_the_times_it_is_told() -> None:
    swell = Envelopes(1, RATE).play(ONE, np.array([100]), np.array([9600]), NEVER, CONTOUR, 20000)[0]
    assert not swell[:100].any()
    assert swell.argmax() == pytest.approx(100 + 480, abs=2)
    assert swell.max() == pytest.approx(1.0, abs=0.01)
    assert swell[9599] == pytest.approx(0.25, abs=0.01)
    assert 20 * np.log10(swell[9600 + 4800] / swell[9600]) == pytest.approx(-60.0, abs=1.0)
    assert np.abs(np.diff(swell)).max() < 0.02


def test_an_envelope_is_the_same_in_short_blocks_and_in_long_ones() -> None:
    events = np.array([[300], [2500], [3700]])  # struck, released, cut
    whole = Envelopes(1, RATE).play(ONE, events[0], events[1], events[2], CONTOUR, 4800)[0]
    pieces, envelopes = [], Envelopes(1, RATE)
    for start in range(0, 4800, 96):
        here = np.where((events >= start) & (events < start + 96), events - start, 96)
        pieces.append(envelopes.play(ONE, here[0], here[1], here[2], CONTOUR, 96)[0])
    assert np.allclose(np.concatenate(pieces), whole, atol=1e-4)
    assert whole[-100:].max() < 1e-9
