"""Generators that hear other players, and generators that are late."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sound_parts import BLOCK, HEAD, PARTS, RATE, play, show_of

from liveart.core.event import Event
from liveart.errors import MaterialError, PatchError
from liveart.show.patch_file import parse_patch

TONE = '[players.tone]\ngenerator = "parts.py:Tone"\n'


def half(name: str, heard: str, gain: int = 0) -> str:
    """Return a player that halves what it hears."""
    return f'[players.{name}]\ngenerator = "parts.py:Half"\ninput = "{heard}"\ngain = {gain}\n'


def test_an_effect_hears_the_block_of_another_player_before_its_gain(tmp_path: Path) -> None:
    tone, _ = play(tmp_path, TONE)
    heard, show = play(tmp_path, TONE + "gain = -60\n" + half("echo", "tone"))
    assert np.allclose(heard[BLOCK:], 0.5 * tone[BLOCK:], atol=1e-7)
    assert show.troubles == []


def test_effects_are_made_behind_what_they_hear_wherever_they_stand_in_the_patch(tmp_path: Path) -> None:
    tone, _ = play(tmp_path, TONE)
    heard, show = play(tmp_path, half("second", "first") + half("first", "tone", -60) + TONE + "gain = -60\n")
    assert [player.name for player in show.sound.players] == ["tone", "first", "second"]
    assert np.allclose(heard[BLOCK:], 0.25 * tone[BLOCK:], atol=1e-7)


def test_what_an_effect_does_to_what_it_hears_is_its_own_affair(tmp_path: Path) -> None:
    tone, _ = play(tmp_path, TONE)
    heard, _ = play(tmp_path, TONE + half("one", "tone") + half("other", "tone"))
    assert np.allclose(heard[BLOCK:], 2.0 * tone[BLOCK:], atol=1e-6)


def test_without_an_input_it_hears_nothing(tmp_path: Path) -> None:
    heard, _ = play(tmp_path, '[players.echo]\ngenerator = "parts.py:Half"\n')
    assert heard[-1, 0] == pytest.approx(0.25)


def test_an_effect_hears_silence_while_its_input_is_silenced(tmp_path: Path) -> None:
    heard, show = play(tmp_path, TONE + half("echo", "tone"), [Event("/liveart/tone/fault", "nan", 0.3)])
    assert np.isfinite(heard).all()
    assert not heard[int(0.33 * RATE) : int(0.5 * RATE)].any()
    assert [text[:4] for text in show.troubles] == ["tone"] * len(show.troubles)


@pytest.mark.parametrize(("players", "said"), [
    (TONE + half("echo", "tnoe"), "tone"),
    (half("echo", "echo"), "circle"),
    (half("a", "b") + half("b", "c") + half("c", "a"), "a hears b hears c hears a"),
    (TONE + half("a", "tone") + half("b", "c") + half("c", "b"), "circle"),
    (TONE + 'input = "tone"\n', "hears nothing"),
    (TONE + half("echo", ""), "name of a player"),
    (TONE + half("echo", "tone").replace('"tone"', "3"), "name of a player"),
])
def test_an_input_that_can_not_be_is_refused_before_the_show(tmp_path: Path, players: str, said: str) -> None:
    (tmp_path / "parts.py").write_text(PARTS)
    with pytest.raises(PatchError, match=said):
        parse_patch(HEAD + players, str(tmp_path))


def late(says: str, lag: float, more: str = "") -> str:
    """Return a player that is told early and says one thing that it is told."""
    return f'[players.late]\ngenerator = "parts.py:Late"\nsays = "{says}"\nlag = {lag}\n{more}'


@pytest.mark.parametrize("says", ["z", "beat", "time"])
def test_a_generator_that_lags_is_told_where_the_journey_will_be(tmp_path: Path, says: str) -> None:
    path = 'path = { kind = "walk", speed = 2.0 }\n'
    lag = 75 * BLOCK / RATE
    now, _ = play(tmp_path, late(says, 0.0, path), seconds=2.0)
    early, _ = play(tmp_path, late(says, lag, path), seconds=2.0)
    place = 75 * BLOCK
    assert np.allclose(early[BLOCK:-place], now[BLOCK + place :], atol=1e-6)
    assert np.abs(early - now)[BLOCK:].max() > 1e-3


def test_when_it_was_made_stays_as_it_is(tmp_path: Path) -> None:
    now, _ = play(tmp_path, late("made", 0.0))
    early, _ = play(tmp_path, late("made", 0.4))
    assert np.allclose(early, now, atol=1e-6)


def test_a_morph_that_runs_is_heard_on_time_and_the_gain_is_not_early(tmp_path: Path) -> None:
    cue = '[cues.go]\nmorph = 4\ncurve = "linear"\n[cues.go.values]\n"late/value" = 0.5\n'
    lag = 75 * BLOCK / RATE
    events = [Event("/liveart/cue", "go", 0.5)]
    now, _ = play(tmp_path, late("value", 0.0) + cue, events, 2.0)
    early, _ = play(tmp_path, late("value", lag) + cue, events, 2.0)
    place, began = 75 * BLOCK, int(0.6 * RATE)
    assert np.allclose(early[began:-place], now[began + place :], atol=1e-3)
    gain = [Event("/liveart/late/gain", -60.0, 0.5)]
    loud, _ = play(tmp_path, late("value", 0.0, "params = { value = 0.5 }\n"), gain)
    same, _ = play(tmp_path, late("value", lag, "params = { value = 0.5 }\n"), gain)
    assert np.array_equal(loud, same)


@pytest.mark.parametrize("lag", ["-0.1", "inf", "5.0", '"much"'])
def test_a_lag_that_can_not_be_is_refused(tmp_path: Path, lag: str) -> None:
    with pytest.raises(MaterialError, match="lag"):
        show_of(tmp_path, late("z", 0.0).replace("lag = 0.0", f"lag = {lag}"))


def test_the_lag_of_the_slowest_is_known(tmp_path: Path) -> None:
    show = show_of(tmp_path, TONE + late("z", 0.125))
    assert show.sound.lag == 0.125
    show.close()
