"""What a broken generator of sound can do to the loudspeaker: nothing but fall silent, without a step."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sound_parts import BLOCK, RATE, play

from liveart.core.contract import Moment
from liveart.core.event import Event
from liveart.errors import MaterialError
from liveart.show.sound_guard import FALL_SECONDS, DcBlocker, Guard

TONE = '[players.tone]\ngenerator = "parts.py:Tone"\n'
STEP = 0.3 * 2 * np.pi * 440 / RATE  # from sample to sample of the tone


def fault(name: str, start: float = 0.3, end: float = 0.4) -> list[Event]:
    """Return the hands that let the tone break, and mend it."""
    return [Event("/liveart/tone/fault", name, start), Event("/liveart/tone/fault", "none", end)]


@pytest.mark.parametrize("name", ["nan", "infinite", "short", "loud", "long", "raises", "words"])
def test_what_is_no_sound_is_led_to_zero_within_five_milliseconds_and_comes_back_with_a_ramp(
        tmp_path: Path, name: str) -> None:
    heard, show = play(tmp_path, TONE, fault(name), 1.5)
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() <= 0.301
    fall = 0.3 / (FALL_SECONDS * RATE)
    assert np.abs(np.diff(heard[:, 0])).max() <= STEP + fall
    broke = -(-int(0.3 * RATE) // BLOCK) * BLOCK
    assert np.abs(heard[broke - 200 : broke]).max() > 0.29
    assert not heard[broke + int(FALL_SECONDS * RATE) : int(0.45 * RATE)].any()
    assert np.abs(heard[-2000:]).max() > 0.29
    assert show.sound.mutes == 1
    assert len(show.troubles) == 1
    assert show.sound.players[0].generator.resets == 2  # type: ignore[attr-defined]  # after it was tried at the start, and now


def test_one_that_stays_broken_is_left_alone_for_longer_each_time(tmp_path: Path) -> None:
    _, show = play(tmp_path, TONE, [Event("/liveart/tone/fault", "nan", 0.1)], 5.0)
    assert show.sound.mutes == 5  # after 0.25, 0.5, 1 and 2 s again


def test_one_that_is_louder_than_full_scale_for_a_second_is_silenced(tmp_path: Path) -> None:
    heard, show = play(tmp_path, TONE, fault("runaway", 0.2, 1.4), 2.5)
    assert show.sound.mutes == 1
    assert "louder than full scale" in show.troubles[0]
    assert np.abs(heard).max() <= 1.0
    assert np.abs(heard[int(1.1 * RATE) : int(1.2 * RATE)]).max() > 0.8  # till then it is only rounded off
    assert not heard[int(1.23 * RATE) : int(1.4 * RATE)].any()
    assert np.abs(heard[-2000:]).max() == pytest.approx(0.3, abs=0.01)


def test_another_player_is_not_touched(tmp_path: Path) -> None:
    other = '[players.other]\ngenerator = "parts.py:Tone"\nparams = { hz = 1000 }\n'
    alone, _ = play(tmp_path, other)
    both, show = play(tmp_path, other + TONE, [Event("/liveart/tone/fault", "nan", 0.0)])
    assert show.sound.mutes >= 1
    assert np.array_equal(both[BLOCK:], alone[BLOCK:])


def test_the_offset_of_a_foreign_model_is_taken_out_and_that_of_ones_own_is_kept(tmp_path: Path) -> None:
    heard, _ = play(tmp_path, '[players.tone]\ngenerator = "parts.py:Offset"\n', seconds=2.0)
    assert abs(heard[-RATE:, 0].mean()) < 1e-3
    assert np.abs(heard[-RATE:]).max() == pytest.approx(0.3, abs=0.005)
    own, _ = play(tmp_path, '[players.half]\ngenerator = "parts.py:Half"\n')
    assert own[-1, 0] == pytest.approx(0.25)


def test_the_blocker_lets_pass_what_can_be_heard_and_does_not_care_for_blocks() -> None:
    time = np.arange(RATE) / RATE
    for hz, level in ((1.0, 0.0995), (10.0, 0.7071), (40.0, 0.97), (1000.0, 1.0)):
        wave = np.repeat(np.sin(2 * np.pi * hz * time)[:, None], 2, axis=1).astype(np.float32)
        made = DcBlocker(RATE).step(wave)
        assert np.abs(made[RATE // 2 :]).max() == pytest.approx(level, rel=0.01)
    noise = np.random.RandomState(0).uniform(-1, 1, (10000, 2)).astype(np.float32) + 0.5
    pieces, cut = DcBlocker(RATE), [0, 1, 33, 700, 5000, 10000]
    joined = np.concatenate([pieces.step(noise[start:end]) for start, end in pairwise(cut)])
    assert np.allclose(joined, DcBlocker(RATE).step(noise), atol=1e-6)


def test_a_good_block_passes_as_it_is() -> None:
    guard, now = Guard(RATE), Moment(0.0, 0.0, 0.01, 0, frames=BLOCK, rate=RATE)
    block = np.random.RandomState(0).uniform(-1, 1, (BLOCK, 2)).astype(np.float32)
    assert np.array_equal(guard.give(guard.check(block, now)), block)
    with pytest.raises(MaterialError):
        guard.check(block * 5, now)
