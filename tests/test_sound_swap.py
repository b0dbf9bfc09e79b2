"""Models of sound that are changed while they play: no click, no gap, and the old one plays on until then."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from examples import tiny_wavetable
from jack_server import JackServer, jack_server
from own_parts import PARTS as OWN
from sound_parts import BLOCK, HEAD, RATE, play
from test_swap_live import Scene, scene

from liveart.core.event import Event
from liveart.errors import PatchError
from liveart.show.patch_file import parse_patch
from liveart.show.sound_block import crossfade

__all__ = ["jack_server"]

MODEL = "/liveart/voice/model"
STEP = 0.3 * 2 * np.pi * 110 * 6 / RATE  # of the highest of these sines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three sounds, one that can't be had."""
    for name in ("low", "higher", "broken"):
        tiny_wavetable(tmp_path / name)
    return tmp_path


def voice(models: str = '"low", "higher"', swap: float = 1.0, more: str = "") -> str:
    """Return a player that changes between sounds."""
    return f'[players.voice]\ngenerator = "parts.py:Model"\nmodels = [{models}]\nswap = {swap}\n{more}'


def alone(folder: Path, word: str, seconds: float) -> np.ndarray:
    """Return one sound by itself."""
    return play(folder, f'[players.voice]\ngenerator = "parts.py:Model"\nmodel = "{word}"\n', (), seconds)[0]


def test_the_new_sound_is_faded_in_at_equal_power_within_the_beats_and_then_plays_alone(folder: Path) -> None:
    heard, show = play(folder, voice(), [Event(MODEL, "higher", 0.5)], 2.0)
    low, high = alone(folder, "low", 2.0), alone(folder, "higher", 2.0)
    assert show.troubles == []
    begin = (-(-int(0.5 * RATE) // BLOCK) + 1) * BLOCK  # the fade begins with the block after the one that answers
    end = begin + RATE // 2 + BLOCK
    assert np.array_equal(heard[:begin], low[:begin])
    assert np.array_equal(heard[end:], high[end:])
    middle = begin + RATE // 4
    share = np.sqrt(0.5)
    assert np.allclose(heard[middle], share * (low[middle] + high[middle]), atol=0.01)
    assert np.abs(np.diff(heard[:, 0])).max() <= np.sqrt(2) * STEP


@pytest.mark.parametrize("swap", [0.0, 0.01, 3.0])
def test_no_swap_is_quicker_than_thirty_milliseconds_and_none_clicks(folder: Path, swap: float) -> None:
    events = [Event(MODEL, 1, 0.3), Event(MODEL, 0, 0.9)]
    heard, _ = play(folder, voice(swap=swap), events, 3.0)
    low = alone(folder, "low", 3.0)
    begin = (-(-int(0.3 * RATE) // BLOCK) + 1) * BLOCK
    assert np.abs(heard - low)[begin + 200].max() < 0.12  # 4 ms after the beginning it has hardly begun
    assert np.abs(np.diff(heard[:, 0])).max() <= np.sqrt(2) * STEP
    bent = np.abs(np.diff(heard[BLOCK:, 0], 2)).max()
    assert bent <= 2 * STEP * 2 * np.pi * 660 / RATE


def test_the_same_swap_renders_the_same_samples_every_time(folder: Path) -> None:
    events = [Event(MODEL, 1, 0.2), Event(MODEL, 0, 0.5), Event(MODEL, 1, 0.6)]
    first, second = (play(folder, voice(), events)[0] for _ in range(2))
    assert np.array_equal(first, second)


def test_none_is_silence_that_a_sound_can_be_changed_for(folder: Path) -> None:
    events = [Event(MODEL, "low", 0.2), Event(MODEL, "none", 1.0)]
    heard, show = play(folder, voice('"none", "low"', 0.2), events, 2.0)
    low = alone(folder, "low", 2.0)
    assert show.troubles == []
    assert not heard[: int(0.2 * RATE)].any()
    assert np.array_equal(heard[int(0.5 * RATE) : int(0.9 * RATE)], low[int(0.5 * RATE) : int(0.9 * RATE)])
    assert not heard[int(1.3 * RATE) :].any()
    assert "/liveart/voice/only_low" not in show.layout.params
    assert show.layout.params[MODEL].choices == ("none", "low")


def test_params_come_and_go_with_the_sounds(folder: Path) -> None:
    _, show = play(folder, voice(), [Event(MODEL, 1, 0.2)])
    assert "/liveart/voice/only_higher" in show.layout.params
    assert "/liveart/voice/only_low" not in show.layout.params
    assert show.sound.models() == {"voice": {"playing": "higher", "loading": "", "failed": ""}}


def test_a_sound_that_can_not_be_had_is_told_once_and_the_old_one_plays_on(folder: Path) -> None:
    heard, show = play(folder, voice('"low", "broken"'), [Event(MODEL, "broken", 0.2)])
    assert np.array_equal(heard, alone(folder, "low", 1.0))
    assert len(show.troubles) == 1
    assert '"broken" can\'t be played, and "low" plays on' in show.troubles[0]
    assert show.sound.mutes == 0


def test_two_sounds_are_as_loud_as_one_half_way() -> None:
    random = np.random.RandomState(0)
    old, new = (random.normal(0, 0.2, (RATE, 2)).astype(np.float32) for _ in range(2))
    mixed = crossfade(old, new, 0.0, 1.0)
    for part in np.split(mixed[: RATE // 10 * 10], 10):
        assert np.sqrt((part**2).mean()) == pytest.approx(0.2, rel=0.05)
    assert np.allclose(mixed[-1], new[-1], atol=1e-6)


@pytest.mark.parametrize(("models", "said"), [
    ('"low", "picture"', "only sounds"), ('"none", "none"', "twice"), ('"none"', "none"), ('"low", "lwo"', "low"),
])
def test_a_wrong_list_of_sounds_is_refused_before_the_show(folder: Path, models: str, said: str) -> None:
    from tiny_models import tiny_gan

    tiny_gan(folder / "picture")
    with pytest.raises(PatchError, match=said):
        parse_patch(f"{HEAD}[players.voice]\nmodels = [{models}]\n", str(folder))


LIVE = f'''
[clock]
tempo = 240
[picture]
size = [32, 32]
fps = 30
[sound]
rate = {RATE}
device = "none"
[osc]
port = 0
[players.tone]
generator = "own.py:Tone"
[players.voice]
models = ["low", "higher", "none"]
swap = 1
gain = -60
[[outputs]]
kind = "audio"
'''


def test_live_a_device_counts_no_underrun_and_an_ear_hears_no_gap_while_sounds_are_loaded(
        jack_server: JackServer, folder: Path) -> None:
    (folder / "own.py").write_text(OWN)
    with jack_server.ear() as ear, scene(folder, LIVE) as show:
        ear.connect(60.0)
        _wait(show, 1.0)
        for word in ("higher", "none", "low"):
            faults = [_swap(show, ear, word)]
            while faults[-1] != (0, 0) and len(faults) < 4:  # this machine may be busy for a moment
                _swap(show, ear, "low" if word != "low" else "higher")
                faults.append(_swap(show, ear, word))
            assert faults[-1] == (0, 0), faults
        assert show.conductor.child("sound").figures["mutes"] == 0  # type: ignore[union-attr]
        assert show.conductor.child("sound").figures["delay_ms"] > 10.0  # type: ignore[union-attr]
        assert show.told == []


def test_live_a_model_that_lets_nobody_else_run_while_it_is_read_costs_no_underrun(
        jack_server: JackServer, folder: Path) -> None:
    (folder / "own.py").write_text(OWN + HEAVY)
    patch = LIVE.replace('[players.voice]\n', '[players.voice]\ngenerator = "own.py:Heavy"\n')
    with jack_server.ear() as ear, scene(folder, patch) as show:
        ear.connect(60.0)
        _wait(show, 1.0)
        faults = [_swap(show, ear, "higher")]
        while faults[-1] != (0, 0) and len(faults) < 4:  # this machine may be busy for a moment
            faults.append(_swap(show, ear, ("low", "higher")[len(faults) % 2 - 1]))
        assert faults[-1] == (0, 0), faults


HEAVY = """
import ctypes
class Heavy(Tone):
    params = ()
    def __init__(self, model):
        pass
    def open(self, stage):
        ctypes.PyDLL(None).usleep(150_000)  # holds the interpreter, for longer than the device's buffer lasts
    def make(self, now, z, params):
        return np.zeros(now.frames, np.float32)
"""


def _swap(show: Scene, ear: object, word: str) -> tuple[int, int]:
    """Change the sound; return how many gaps were heard in the tone beside it, and how many underruns were counted."""
    child = show.conductor.child("sound")
    assert child is not None
    before, counted = len(ear.heard()), int(child.figures["xruns"])  # type: ignore[attr-defined]
    show.put(MODEL, word)
    show.until(lambda: child.figures.get("models", {}).get("voice", {}).get("playing") == word)
    _wait(show, 1.0)
    samples = ear.heard()[before:, 0]  # type: ignore[attr-defined]
    silent = np.abs(samples[: len(samples) // 480 * 480].reshape(-1, 480)).max(axis=1) < 0.02
    gaps = int(silent.sum() + (np.abs(np.diff(samples)) > 0.04).sum())
    return gaps, int(child.figures["xruns"]) - counted


def _wait(show: Scene, seconds: float) -> None:
    end = time.monotonic() + seconds
    show.until(lambda: time.monotonic() > end)
