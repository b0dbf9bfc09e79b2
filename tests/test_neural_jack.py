"""Neural players on a real sound device: heard, played and moved by other programs over JACK, OSC and MIDI."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tiny_audio as tiny
import torch
from jack_ear import NAME, card_ear, level, pd_voice
from jack_server import RATE, JackServer, jack_server
from midi_peer import midi_server, peer
from sound_show import AUDIO, HEAD, VOICE, playing
from test_swap_live import Scene, scene
from tiny_audio import tiny_ts

__all__ = ["jack_server", "midi_server"]  # fixtures

LINE = f'[players.mic]\ngenerator = "line"\ndevice = "{NAME}"\ngain = -60\n'


def effect(model: Path | str, more: str = "") -> str:
    """Return a line that Pd plays into, unheard, and a neural effect that hears it."""
    return f'{LINE}[players.ghost]\ngenerator = "neural"\nmodel = "{model}"\ninput = "mic"\n{more}\n'


def response(heard: np.ndarray) -> np.ndarray:
    """Return how much there is of each of 20 bands from 300 Hz to 12 kHz, in dB."""
    size = 2048
    pieces = heard[: len(heard) // size * size, 0].reshape(-1, size) * np.hanning(size)
    power = (np.abs(np.fft.rfft(pieces)) ** 2).mean(axis=0)
    edges = np.linspace(300, 12000, 21) * size / RATE
    return 10 * np.log10([power[int(a) : int(b)].mean() for a, b in pairwise(edges)])


# Both answer 100 samples late: one halves at the device's rate, one is resampled there and back.
@pytest.mark.parametrize(("kind", "size"), [(tiny.Stereo, 0.5), (tiny.LateDecoder, 1.0)])
def test_pd_plays_into_an_effect_and_dry_lies_on_wet(jack_server: JackServer, tmp_path: Path, kind: type,
                                                      size: float) -> None:
    model = tiny_ts(tmp_path, kind)
    with pd_voice(jack_server, tmp_path) as voice, card_ear(jack_server) as ear, \
            playing(tmp_path, effect(model, 'method = "forward"\nparams = { wet = 0 }')) as show:
        ear.connect()
        assert not ear.hear(0.3).any()
        voice.play("noise", 0.25)
        loud = 0.25 / np.sqrt(3)  # white noise between -0.25 and 0.25
        ear.until_level(0.9 * loud, 1.1 * loud)
        dry = response(ear.hear(4.0))
        show.send("ghost/wet", 1.0)
        ear.until_level(0.85 * size * loud, 1.1 * size * loud)
        time.sleep(1.0)  # the glide of wet
        wet = response(ear.hear(4.0))
        show.send("ghost/wet", 0.5)
        ear.until_level(0.4 * (1 + size) * loud, 0.55 * (1 + size) * loud)
        time.sleep(1.0)
        half = ear.hear(4.0)
    both = response(half)
    assert np.abs(wet - dry - 20 * np.log10(size)).max() < 1.0
    # Were one of them later, by a single sample, they would cancel at the upper end.
    assert np.abs(both - dry - 20 * np.log10((1 + size) / 2)).max() < 1.0
    late = (half[1:] + half[:-1] * size) / (1 + size)
    assert np.abs(response(late) - both).max() > 1.0


def test_undertow_hears_the_pitch_that_pd_plays(jack_server: JackServer, tmp_path: Path) -> None:
    with pd_voice(jack_server, tmp_path) as voice, card_ear(jack_server) as ear, \
            playing(tmp_path, effect("undertow", 'method = "effect"')) as show:
        ear.connect()
        ear.hear(2.0)
        quiet = level(ear.hear(1.0))
        voice.play("tone", 0.5)
        time.sleep(1.0)
        heard = ear.hear(3.0)[:, 0]
        spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
        assert level(heard) > 4 * quiet
        # Its partials stand on quarter tones: the one next to 440 Hz, or its neighbour.
        assert abs(np.log2(np.argmax(spectrum) * RATE / len(heard) / 440.0)) < 1.5 / 24
        voice.play("tone", 0.0)
        ear.until_level(0.0, max(1.5 * quiet, 1e-4))
        assert show.stats()["mutes"] == 0


def test_every_osc_message_is_heard_in_its_order(jack_server: JackServer, tmp_path: Path) -> None:
    player = VOICE.format("undertow", 'gain = -60\nparams = { play = "drone" }')
    with card_ear(jack_server) as ear, playing(tmp_path, player) as show:
        ear.connect()
        ear.hear(0.5)
        before = 0.0
        for gain in (0.0, -12.0, -60.0, 0.0, -24.0, -60.0):
            show.send("voice/gain", gain)
            factor = 0.0 if gain == -60.0 else 10 ** (gain / 20)
            if before == 0.0 and factor:
                ear.until(lambda: ear.level(0.5) > 0.005)
                time.sleep(1.0)
                before = level(ear.hear(1.0)) / factor
            wanted = before * factor
            ear.until_level(0.6 * wanted, 1.6 * wanted + 1e-5)
            before = before if factor else 0.0
        assert show.stats()["osc_refused"] == 0


def test_keys_of_a_midi_keyboard_sound_at_their_pitch(midi_server: JackServer, tmp_path: Path) -> None:
    # spread 0: all keys have the journey's timbre, so that only the pitch differs
    player = VOICE.format("undertow", 'params = { play = "notes", spread = 0, sustain = 1, attack = 0.01, '
                                      'release = 0.05 }\n[midi.piano]\ninput = "keyboard"\n'
                                      '[[bindings]]\ndevice = "piano"\ncontrol = "notes"\ntarget = "voice/note"')
    with peer("keyboard") as keys, card_ear(midi_server) as ear, playing(tmp_path, player) as show:
        ear.connect()
        ear.hear(1.0)
        assert level(ear.hear(0.5)) < 1e-6
        shapes = {}
        for key in (60, 72, 48):
            keys.send(bytes([0x90, key, 100]))
            ear.until(lambda: ear.level(0.2) > 1e-3)
            time.sleep(0.3)
            shapes[key] = tones(ear.hear(2.0)[:, 0])
            keys.send(bytes([0x80, key, 0]))
            ear.until_level(0.0, 1e-5)
        assert shift(shapes[60], shapes[72]) == 24  # quarter tones
        assert shift(shapes[60], shapes[48]) == -24
        assert show.stats()["mutes"] == 0


def tones(samples: np.ndarray) -> np.ndarray:
    """Return the level of each quarter tone, in dB, from 30 Hz on, [192]; what is 60 dB below the loudest is equal."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = RATE / len(samples)
    edges = 30.0 * 2.0 ** (np.arange(193) / 24.0) / at
    levels = 10 * np.log10([power[int(a) : int(b) + 1].max() + 1e-12 for a, b in pairwise(edges)])
    return np.maximum(levels - levels.max(), -60.0)


def shift(one: np.ndarray, other: np.ndarray) -> int:
    """Return by how many places `other` must be moved down to be most like `one`."""
    def likeness(places: int) -> float:
        a, b = (one[: len(one) - places], other[places:]) if places >= 0 else (one[-places:], other[:places])
        return float(np.corrcoef(a, b)[0, 1])

    return max(range(-60, 61), key=likeness)


class Howling(tiny.Bare):
    """A sine of 689 Hz, as loud as the latents say: nothing keeps it from any loudness, or from not being a number."""

    @torch.jit.export
    def decode(self, z: torch.Tensor) -> torch.Tensor:
        """[batch, latent, n / ratio] → [batch, 1, n]."""
        loud = torch.repeat_interleave(z[:, :1] + torch.log(z[:, 1:2] + 1.0), 64, -1)
        return 2.0 * loud * torch.sin(torch.arange(loud.shape[2]) * (6.283185307179586 / 64.0))


def test_a_model_that_howls_or_makes_nan_is_muted_and_comes_back(jack_server: JackServer, tmp_path: Path) -> None:
    player = VOICE.format(tiny_ts(tmp_path, Howling), "params = { latent_1 = 0.1 }")
    with card_ear(jack_server) as ear, playing(tmp_path, player) as show:
        ear.connect()
        usual = 0.2 / np.sqrt(2)
        ear.until_level(0.9 * usual, 1.1 * usual)
        mutes = 0
        # beyond what is ever meant, over full scale for seconds, the logarithm of less than nothing
        for word, bad, good in [("latent_1", 3.0, 0.1), ("latent_1", 0.9, 0.1), ("latent_2", -2.0, 0.0)]:
            show.send(f"voice/{word}", bad)
            ear.until(lambda before=mutes: show.stats().get("mutes", 0) > before)  # type: ignore[misc]
            ear.until_level(0.0, 1e-5)
            show.send(f"voice/{word}", good)
            ear.until_level(0.9 * usual, 1.1 * usual)
            ear.hear(2.5)  # within which figures are written
            mutes = int(show.stats()["mutes"])
        heard = ear.heard()
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() <= 1.0


def test_a_swap_between_undertow_cycles_and_silence_makes_no_click(jack_server: JackServer, tmp_path: Path) -> None:
    models = ("cycles", "undertow", "none", "undertow")
    patch = HEAD + '[osc]\nport = 0\n[players.voice]\nmodels = ["undertow", "cycles", "none"]\nswap = 1\n' + AUDIO
    with card_ear(jack_server) as ear, scene(tmp_path, patch) as show:
        ear.connect()
        wait(show, 1.0)
        steps = {"none": 0.0}
        for word in ("undertow", *models[:1]):
            swap(show, word)
            wait(show, 1.0)
            begin = ear.place
            wait(show, 3.0)
            steps[word] = step(ear.heard(begin))
        faults = []
        for word in models[1:] + models:
            for _ in range(4):  # this machine may be busy for a moment
                before = str(show.conductor.child("sound").figures["models"]["voice"]["playing"])  # type: ignore[union-attr]
                begin, counted = ear.place, xruns(show)
                swap(show, word)
                wait(show, 1.0)
                most = 1.5 * max(steps[before], steps[word])  # two at equal power are at most 1.42 times as steep
                faults.append((xruns(show) - counted, ear.lost(begin), step(ear.heard(begin)) > most))
                if not any(faults[-1]):
                    break
                swap(show, before)
                wait(show, 1.0)
            assert not any(faults[-1]), (word, faults)


def step(heard: np.ndarray) -> float:
    """Return the largest jump from one sample to the next."""
    return float(np.abs(np.diff(heard, axis=0)).max())


def xruns(show: Scene) -> int:
    """Return how many times the device had nothing to play."""
    return int(show.conductor.child("sound").figures["xruns"])  # type: ignore[union-attr]


def swap(show: Scene, word: str) -> None:
    """Change the model, and wait until it plays."""
    show.put("/liveart/voice/model", word)
    child = show.conductor.child("sound")
    assert child is not None
    show.until(lambda: child.figures.get("models", {}).get("voice", {}).get("playing") == word)


def wait(show: Scene, seconds: float) -> None:
    """Let it play."""
    end = time.monotonic() + seconds
    show.until(lambda: time.monotonic() > end)
