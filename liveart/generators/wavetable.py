"""The `wavetable` generator: a drone of gliding voices, whose waveforms a VAE draws from the latent journey."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from liveart.core.card import find_model, generator_for, read_card
from liveart.core.contract import Generator, Kind, Moment, Stage
from liveart.core.latent import seed_point
from liveart.core.limit import soft_limit
from liveart.core.notes import Notes
from liveart.core.param import Param
from liveart.core.smooth import glide_share
from liveart.errors import ModelError, PatchError
from liveart.generators.note_envelope import Contour
from liveart.generators.wavetable_decoder import CycleDecoder, load_decoder
from liveart.generators.wavetable_notes import NoteBank, Tone
from liveart.generators.wavetable_space import Space
from liveart.generators.wavetable_voices import Score, VoiceBank

# Semitones above the root, the most telling first: voices take them in turn, from low to high.
CHORDS = {
    "unison": (0,), "fifth": (0, 7), "minor": (0, 7, 3), "major": (0, 7, 4), "suspended": (0, 7, 2, 5),
    "minor9": (0, 7, 3, 10, 2), "major9": (0, 7, 4, 11, 2), "lydian": (0, 7, 4, 11, 6), "quartal": (0, 5, 10, 3, 8),
}
MOST_VOICES = 16
CHUNK = 512           # samples: longer blocks are made in pieces, so that movement stays fine
RISE = 0.8            # s, in which the drone comes in
PLAYS = ("both", "drone", "notes")
_TURNING = (0.011, 0.029)  # Hz, how fast the voices' own corners of latent space turn
_REGISTER = 48.0      # keys, from one corner of the notes round to the same again: neighbours sound alike
_FADE = 0.25          # s, of the drone when `play` takes it away or brings it back


class Wavetable(Generator):
    """A living chord, and notes played above it.

    `model` is a wavetable model by shipped name, folder or file; `voices`, 1 to 16, are those of the chord.

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
        Param("note", kind="notes", help="notes played above the drone: up to 16 at once"),
        Param("play", "both", kind="choice", choices=PLAYS, help="what sounds: drone, notes, or both"),
        Param("attack", 0.006, 0.002, 8.0, unit="s", curve="log", help="how long a note takes to full loudness"),
        Param("decay", 1.6, 0.02, 20.0, unit="s", curve="log", help="how long it then takes down to its sustain"),
        Param("sustain", 0.5, help="how loud a note stays while it is held"),
        Param("release", 1.2, 0.03, 20.0, unit="s", curve="log", help="how long it rings on when let go"),
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
                             f'Write generator = "{generator_for(card.kind)}", or model = "cycles".')
        self._decoder = load_decoder(folder, card)
        self.latent = self._decoder.latent
        self._rate = stage.rate
        self._bank = VoiceBank(self._voices, self._decoder.harmonics, stage.rate, stage.seed)
        self._notes = NoteBank(self._decoder.harmonics, stage.rate, stage.seed)
        self._space = Space(stage.rate)
        self._poles = np.stack([seed_point(stage.seed + part, self.latent) for part in (5003, 5004)])  # [2, latent]
        self._corners = np.stack([[seed_point(stage.seed + 101 * voice + part, self.latent) for part in (7, 8)]
                                  for voice in range(self._voices)])  # [voices, 2, latent]
        self._speeds = np.linspace(*_TURNING, self._voices)
        self.reset()

    def reset(self) -> None:
        """Forget phases, tails and glides at once; the sound comes back from silence, softly."""
        self._bank.reset()
        self._notes.reset()
        self._space.reset()
        self._played = 0
        self._droning: float | None = None
        self._turned = 0.0
        self._wet = self._dry = 0.0

    def make(self, now: Moment, z: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
        """Return float32 [now.frames, 2]; the same calls since `open` or `reset` give the same samples."""
        out = np.empty((2, now.frames))
        piece = min(CHUNK, self._space.longest)
        held = params.get("note")
        notes = Notes.of(held) if isinstance(held, np.ndarray) else None
        for start in range(0, now.frames, piece):
            frames = min(piece, now.frames - start)
            played = self._drone(frames, z, params)
            if notes is not None:
                # Every note comes one block late, to the sample, rather than anything from none to one.
                time = now.time - now.ahead + (start - now.frames) / self._rate
                played = self._with_notes(played, notes, time, z, params)
            out[:, start : start + frames] = self._in_space(played, params["space"])
        return np.ascontiguousarray(soft_limit(out, 0.5).T, np.float32)

    def close(self) -> None:
        """Let go of the model."""
        self._decoder = None

    def note(self) -> str:
        """Return what plays, for the start card."""
        return f"{self._model}, {self._voices} voice{'s' if self._voices > 1 else ''}"

    def _drone(self, frames: int, z: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
        """Return [4, frames]: left, right, and what either gives to the reverb."""
        self._turned += 2.0 * params["drift"] * frames / self._rate
        wanted = 0.0 if PLAYS[int(params["play"])] == "notes" else 1.0
        before = wanted if self._droning is None else self._droning
        left = (before - wanted) * (1.0 - glide_share(_FADE, frames / self._rate))
        self._droning = wanted + left if abs(left) > 1e-4 else wanted
        if before == self._droning == 0.0:
            return np.zeros((4, frames))
        assert self._decoder is not None, "open() comes before make()"
        levels = self._decoder.levels(self._points(z, params))
        score = Score(self._chord(params), params["glide"], params["detune"], params["drift"], params["brightness"],
                      params["width"])
        played: np.ndarray = self._bank.play(levels, score, frames) * self._rise(frames)
        self._played += frames
        if before == self._droning == 1.0:
            return played
        faded: np.ndarray = played * np.linspace(before, self._droning, frames + 1)[1:]
        return faded

    def _with_notes(self, played: np.ndarray, notes: Notes, time: float, z: np.ndarray,
                    params: Mapping[str, Any]) -> np.ndarray:
        """Return `played` [4, frames] with the notes that sound; `time` is when what comes at its start was played."""
        frames = played.shape[1]
        slots = self._notes.follow(notes, PLAYS[int(params["play"])] != "drone", time, frames)
        if not len(slots):
            return played
        assert self._decoder is not None, "open() comes before make()"
        angles = 2.0 * np.pi * (self._notes.keys[slots] / _REGISTER + self._speeds[0] * self._turned)[:, None]
        corners = np.cos(angles) * self._poles[0] + np.sin(angles) * self._poles[1]
        apart = (0.5 * params["spread"] + 0.9 * (self._notes.slides[slots, None] - 0.5)) * np.pi
        levels = self._decoder.levels(np.cos(apart) * z + np.sin(apart) * corners)
        contour = Contour(params["attack"], params["decay"], params["sustain"], params["release"])
        tone = Tone(contour, params["brightness"], params["detune"], params["width"])
        both: np.ndarray = played + self._notes.play(slots, levels, tone, frames)
        return both

    def _in_space(self, played: np.ndarray, space: float) -> np.ndarray:
        """Return [2, frames]: the sound and its echoes."""
        frames = played.shape[1]
        echoes = self._space.play(played[2:], 1.2 + 7.0 * space * space)
        before = self._dry, self._wet
        self._dry, self._wet = 1.0 - 0.45 * space, 0.9 * space
        share = np.arange(1, frames + 1) / frames
        dry, wet = (a + (b - a) * share for a, b in zip(before, (self._dry, self._wet), strict=True))
        mixed: np.ndarray = played[:2] * dry + echoes * wet
        return mixed

    def _points(self, z: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
        """Return each voice's own point [voices, latent]: turned from z towards a corner of its own."""
        angles = 2.0 * np.pi * self._speeds[:, None] * self._turned
        corners = np.cos(angles) * self._corners[:, 0] + np.sin(angles) * self._corners[:, 1]
        apart = params["spread"] * np.pi / 2.0
        points: np.ndarray = np.cos(apart) * z + np.sin(apart) * corners
        return points

    def _chord(self, params: Mapping[str, Any]) -> np.ndarray:
        tones = tuple(CHORDS.values())[int(params["chord"])]
        order = np.arange(self._voices)
        steps = np.array(tones)[order % len(tones)]
        notes: np.ndarray = params["root"] + steps + 12 * (order * int(params["octaves"]) // self._voices)
        return notes

    def _rise(self, frames: int) -> np.ndarray:
        """Return the factor [frames] by which the sound comes in after `open` or `reset`."""
        share = np.clip((self._played + np.arange(frames)) / (RISE * self._rate), 0.0, 1.0)
        rising: np.ndarray = share * share * (3.0 - 2.0 * share)
        return rising
