"""The `wavetable` generator: a drone of gliding voices, whose waveforms a VAE draws from the latent journey."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np

from liveart.core.card import find_model, read_card
from liveart.core.contract import Generator, Kind, Moment, Stage
from liveart.core.latent import seed_point
from liveart.core.param import Param
from liveart.errors import ModelError, PatchError
from liveart.generators.wavetable_decoder import CycleDecoder, load_decoder
from liveart.generators.wavetable_space import Space
from liveart.generators.wavetable_voices import Score, VoiceBank

# Semitones above the root, the most telling first: voices take them in turn, from low to high.
CHORDS = {
    "unison": (0,), "fifth": (0, 7), "minor": (0, 7, 3), "major": (0, 7, 4), "suspended": (0, 7, 2, 5),
    "minor9": (0, 7, 3, 10, 2), "major9": (0, 7, 4, 11, 2), "lydian": (0, 7, 4, 11, 6), "quartal": (0, 5, 10, 3, 8),
}
MOST_VOICES = 16
CHUNK = 512           # samples: longer blocks are made in pieces, so that movement stays fine
ATTACK = 0.8          # s
_TURNING = (0.011, 0.029)  # Hz, how fast the voices' own corners of latent space turn


class Wavetable(Generator):
    """A living chord. `model` is a wavetable model by shipped name, folder or file; `voices` 1 to 16.

    Blocks of any length give the same sound but for how finely it moves: pitch, level and waveform go in straight
    lines from one block (or 512 samples, if that is less) to the next.
    """

    kind: ClassVar[Kind] = "sound"
    params = (
        Param("root", 38, 24, 72, kind="int", unit="note", help="lowest note of the chord, as a MIDI number"),
        Param("chord", "minor9", kind="choice", choices=tuple(CHORDS), help="which notes the voices take"),
        Param("octaves", 3, 1, 4, kind="int", help="over how many octaves the voices are laid out"),
        Param("glide", 1.2, 0.0, 12.0, unit="s", curve="square", help="how long a voice slides to a new note"),
        Param("brightness", 2800.0, 100.0, 16000.0, unit="Hz", curve="log", glide=0.15, help="where it gets darker"),
        Param("spread", 0.35, glide=0.3, help="how far the voices stand apart in latent space"),
        Param("drift", 0.5, glide=0.5, help="how far pitch, level, place and timbre wander by themselves"),
        Param("detune", 9.0, 0.0, 60.0, unit="cents", curve="square", glide=0.2, help="beating within each voice"),
        Param("width", 0.9, glide=0.2, help="0 mono, 1 wide"),
        Param("space", 0.4, glide=0.3, help="reverb: 0 dry, 1 a cathedral"),
    )

    def __init__(self, model: str = "cycles", voices: int = 5) -> None:
        if isinstance(voices, bool) or not isinstance(voices, int) or not 1 <= voices <= MOST_VOICES:
            raise PatchError(f"a wavetable can't have {voices!r} voices.", f"Let voices be 1 to {MOST_VOICES}.")
        if not isinstance(model, str):
            raise PatchError(f"a wavetable can't play the model {model!r}.", 'Write model = "cycles".')
        self._model = model
        self._voices = voices
        self._decoder: CycleDecoder | None = None

    def open(self, stage: Stage) -> None:
        """Read the model and get ready. Raises ModelError."""
        local = Path(stage.folder) / self._model
        folder = find_model(local if local.exists() else self._model)
        card = read_card(folder)
        if card.kind != "wavetable":
            raise ModelError(f'model "{card.name}" is a {card.kind}, not a wavetable.',
                             f'Write generator = "{card.kind}", or model = "cycles".')
        self._decoder = load_decoder(folder, card)
        self.latent = self._decoder.latent
        self._rate = stage.rate
        self._bank = VoiceBank(self._voices, self._decoder.harmonics, stage.rate, stage.seed)
        self._space = Space(stage.rate)
        self._corners = np.stack([[seed_point(stage.seed + 101 * voice + part, self.latent) for part in (7, 8)]
                                  for voice in range(self._voices)])  # [voices, 2, latent]
        self._speeds = np.linspace(*_TURNING, self._voices)
        self.reset()

    def reset(self) -> None:
        """Forget phases, tails and glides at once; the sound comes back from silence, softly."""
        self._bank.reset()
        self._space.reset()
        self._played = 0
        self._turned = 0.0
        self._wet = self._dry = 0.0

    def make(self, now: Moment, z: np.ndarray, params: Mapping[str, float]) -> np.ndarray:
        """Return float32 [now.frames, 2]; the same calls since `open` or `reset` give the same samples."""
        out = np.empty((2, now.frames))
        piece = min(CHUNK, self._space.longest)
        for start in range(0, now.frames, piece):
            frames = min(piece, now.frames - start)
            out[:, start : start + frames] = self._piece(frames, z, params)
        return np.ascontiguousarray(soften(out).T, np.float32)

    def close(self) -> None:
        """Let go of the model."""
        self._decoder = None

    def note(self) -> str:
        """Return what plays, for the start card."""
        return f"{self._model}, {self._voices} voice{'s' if self._voices > 1 else ''}"

    def _piece(self, frames: int, z: np.ndarray, params: Mapping[str, float]) -> np.ndarray:
        assert self._decoder is not None, "open() comes before make()"
        self._turned += 2.0 * params["drift"] * frames / self._rate
        levels = self._decoder.levels(self._points(z, params))
        score = Score(self._notes(params), params["glide"], params["detune"], params["drift"], params["brightness"],
                      params["width"])
        played = self._bank.play(levels, score, frames) * self._attack(frames)
        space = params["space"]
        echoes = self._space.play(played[2:], 1.2 + 7.0 * space * space)
        before = self._dry, self._wet
        self._dry, self._wet = 1.0 - 0.45 * space, 0.9 * space
        share = np.arange(1, frames + 1) / frames
        dry, wet = (a + (b - a) * share for a, b in zip(before, (self._dry, self._wet), strict=True))
        self._played += frames
        mixed: np.ndarray = played[:2] * dry + echoes * wet
        return mixed

    def _points(self, z: np.ndarray, params: Mapping[str, float]) -> np.ndarray:
        """Return each voice's own point [voices, latent]: turned from z towards a corner of its own."""
        angles = 2.0 * np.pi * self._speeds[:, None] * self._turned
        corners = np.cos(angles) * self._corners[:, 0] + np.sin(angles) * self._corners[:, 1]
        apart = params["spread"] * np.pi / 2.0
        points: np.ndarray = np.cos(apart) * z + np.sin(apart) * corners
        return points

    def _notes(self, params: Mapping[str, float]) -> np.ndarray:
        tones = tuple(CHORDS.values())[int(params["chord"])]
        order = np.arange(self._voices)
        steps = np.array(tones)[order % len(tones)]
        notes: np.ndarray = params["root"] + steps + 12 * (order * int(params["octaves"]) // self._voices)
        return notes

    def _attack(self, frames: int) -> np.ndarray:
        """Return the factor [frames] by which the sound comes in after `open` or `reset`."""
        share = np.clip((self._played + np.arange(frames)) / (ATTACK * self._rate), 0.0, 1.0)
        rising: np.ndarray = share * share * (3.0 - 2.0 * share)
        return rising


def soften(samples: np.ndarray) -> np.ndarray:
    """Return the samples with peaks above half scale rounded off; never outside ±1."""
    size = np.abs(samples)
    if size.max(initial=0.0) <= 0.5:
        return samples
    rounded: np.ndarray = np.where(size > 0.5, np.sign(samples) * (0.5 + 0.5 * np.tanh(2.0 * size - 1.0)), samples)
    return rounded
