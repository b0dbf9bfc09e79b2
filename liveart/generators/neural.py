"""The `neural` generator: a neural audio model (nn~ file, Neutone file, liveart's own) played live, or as an effect.

torch is imported in `open`, in the sound process only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from liveart.core.contract import Generator, Kind, Moment, Stage
from liveart.core.limit import soft_limit
from liveart.core.param import Param
from liveart.errors import ModelError, PatchError, did_you_mean
from liveart.generators.neural_attributes import Attributes
from liveart.generators.neural_delay import Delay
from liveart.generators.neural_latents import Bend
from liveart.generators.neural_pace import check_pace
from liveart.generators.neural_params import WAYS, Way, declare, read_offset
from liveart.generators.neural_voices import Voices

if TYPE_CHECKING:
    from liveart.generators.neural_ways import Playing
    from liveart.neural.model import AudioModel, AudioSpec

MOST_VOICES, MOST_NOTES = 64, 16
KNEE = 0.8     # level from which on peaks of liveart's own models are rounded off
OWN_NOTES = 8  # notes that a model of liveart's own is given unasked: it is quick


class Neural(Generator):
    """Plays `model`: a file, a model folder or a shipped name.

    method  "decode" plays latents, "prior" lets the model go on by itself, "effect" encodes the player named by
            `input`, bends its latents and decodes them, "forward" is what the model itself calls so; "auto" takes
            decode where there is one, else forward
    voices  streams that sound always; 0: one, or two for an effect whose model is mono (left and right)
    notes   voices for played notes, 0 to 16; -1: 8 for liveart's own models, none for others
    rate    samples a second of a file that does not tell; 0: as the file says
    attributes  values for those attributes of a file that no slider can have, such as words
    """

    kind: ClassVar[Kind] = "sound"
    takes: ClassVar[str] = "sound"
    is_foreign: ClassVar[bool] = True
    imports = ("liveart.generators.neural_ways", "liveart.neural.nn_model", "liveart.neural.neutone",
               "liveart.neural.band_model")

    def __init__(self, model: str, method: str = "auto", voices: int = 0, notes: int = -1, rate: int = 0,
                 attributes: Mapping[str, Any] | None = None) -> None:
        if not isinstance(model, str) or not model:
            raise PatchError(f"a neural player can't play the model {model!r}.", 'Write model = "my-model.ts".')
        if method not in ("auto", *WAYS):
            raise PatchError(f'a neural player has no method "{method}".', did_you_mean(str(method), ("auto", *WAYS)))
        self._model, self._method = model, method
        self._voices = _whole(voices, "voices", 0, MOST_VOICES)
        self._notes = _whole(notes, "notes", -1, MOST_NOTES)
        self._rate = _whole(rate, "rate", 0, 768_000)
        self._wanted = dict(attributes or {})
        self._playing: Playing | None = None
        self._is_deaf = True  # no other player is its input; seen in the first block

    def open(self, stage: Stage) -> None:
        """Read the model and try it. Raises ModelError, also for one that this machine is too slow for."""
        from liveart.checkpoints.sniff import locate
        from liveart.generators.neural_ways import PLAYINGS
        from liveart.neural.open import open_audio_model
        from liveart.neural.rate_bridge import RateBridge

        place = Path(locate(self._model, stage.folder))
        model = open_audio_model(place, rate=stage.rate, block=stage.block, seed=stage.seed)
        way = self._way(model.spec)
        drones, slots = self._counts(model.spec, way)
        model, drones = self._forked(model, drones, slots)
        self._spec, self._stage = model.spec, stage
        self._model_rate = self._rate_of(model.spec)
        self._playing = playing = PLAYINGS[way](model)
        self._voices_now = Voices(drones, slots, model.spec.latent, stage.rate, stage.seed)
        self._attributes = Attributes(model, self._wanted)
        inputs = playing.inputs * model.batch
        self._bridge = RateBridge(playing.make, stage.rate, self._model_rate, model.spec.block, inputs,
                                  playing.outputs * model.batch, frames=stage.block)
        self._lag = model.lag("decode") / self._model_rate + self._bridge.delay if way == "decode" else 0.0
        through = _through(model, way) / self._model_rate + self._bridge.delay if inputs else 0.0
        self._dry = Delay(round(through * stage.rate))
        self.latent = model.spec.latent if way in ("decode", "effect") else 0
        self.params: tuple[Param, ...] = declare(model.spec, way, model.batch, slots)
        self._pace = check_pace(playing, self._model_rate, model.spec.block, stage)
        self.reset()

    def make(self, now: Moment, z: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
        """Return float32 [now.frames, 2]; the same calls since `open` or `reset` give the same samples.

        A foreign model promises no level: the show's guard judges what comes here, so it must come unrounded.
        """
        playing, voices = self._playing, self._voices_now
        assert playing is not None, "open() comes before make()"
        self._attributes.follow(params)
        fresh = voices.follow(params, now.time - now.ahead - now.frames / now.rate, now.frames)
        points = voices.points(z, params.get("spread", 0.0)) if self.latent else np.zeros((playing.model.batch, 0))
        playing.aim(points, fresh, self._bend(params), params.get("temperature", 1.0))
        playing.model.tune(voices.semitones + params.get("pitch", 0.0))
        self._is_deaf = now.heard is None
        heard = np.zeros((now.frames, 2), np.float32) if now.heard is None else now.heard
        made = self._bridge.process(self._feed(heard))
        samples = made.T.reshape(playing.model.batch, playing.outputs, now.frames)
        mixed = voices.mix(samples, params, now.frames)
        if playing.inputs:
            mixed = self._with_dry(mixed, heard, params["wet"])
        if self._spec.form == "liveart":  # its level is known; at the ends of all sliders it may be much
            mixed = soft_limit(mixed, KNEE)
        return np.ascontiguousarray(mixed, np.float32)

    def reset(self) -> None:
        """Forget all that sounds; the next block is as the first one after `open`."""
        if self._playing is not None:
            self._playing.reset()
            self._bridge.reset()
            self._voices_now.reset()
            self._dry.reset()
            self._wet: float | None = None

    def close(self) -> None:
        """Let go of the model."""
        self._playing = None

    def lag(self) -> float:
        """Return the seconds from a latent to its sound."""
        return self._lag

    def note(self) -> str:
        """Return what plays and how: file, rate, an effect's delay, and what one should know of the file."""
        words = [f"{Path(self._model).name} {self._model_rate / 1000:g} kHz"]
        if self._playing is not None and self._playing.inputs:  # a lag is told by the show
            words.append(f"{self._dry.seconds(self._stage.rate) * 1000.0:.0f} ms from in to out")
            if self._is_deaf:
                words.append('hears nothing: write input = "the name of a player of sound"')
        elif not self._is_deaf:
            words.append("its input is not heard: it plays latents")
        known = "The file does not tell its sample rate" if self._rate else "\n"
        words += [self._pace, *(remark.rstrip(".") for remark in self._spec.remarks if not remark.startswith(known))]
        return ", ".join(word for word in words if word)

    def _way(self, spec: AudioSpec) -> Way:
        from liveart.generators.neural_ways import NEEDS

        can = [way for way in WAYS if all(name in spec.methods for name in NEEDS[way])]
        if self._method == "auto":
            if not can:
                raise ModelError(f"{self._model} has the methods {', '.join(spec.methods) or 'none'}, which liveart "
                                 "can't play.", "It needs decode or forward.")
            return "decode" if "decode" in can else can[-1]
        way = next(way for way in WAYS if way == self._method)
        if way not in can:
            lacking = ", ".join(name for name in NEEDS[way] if name not in spec.methods)
            raise ModelError(f"{self._model} can't be played by {way}: it has no {lacking}.",
                             f"It can be played by: {', '.join(can) or 'nothing'}.")
        return way

    def _counts(self, spec: AudioSpec, way: Way) -> tuple[int, int]:
        """Return how many streams sound always, and how many play notes."""
        if self._notes > 0 and way != "decode":
            raise PatchError(f"{self._model} can't play notes by {way}.", "Take notes away, or let it decode.")
        if way in ("effect", "forward"):
            inputs = spec.methods["encode" if way == "effect" else "forward"].inputs
            most = 2 if inputs == 1 and spec.form != "neutone" else 1
            if self._voices > most:
                raise PatchError(f"an effect by {self._model} can't have {self._voices} voices.",
                                 f"It can have {most}.")
            return self._voices or most, 0
        notes = self._notes if self._notes >= 0 else OWN_NOTES if spec.form == "liveart" else 0
        return max(self._voices, 1), notes if way == "decode" else 0

    def _forked(self, model: AudioModel, drones: int, slots: int) -> tuple[AudioModel, int]:
        """Return the model with all its streams, and how many sound always.

        A mono effect whose streams can't be played apart hears left and right together, unless two were asked for.
        """
        if drones + slots == 1:
            return model, drones
        try:
            return model.fork(drones + slots), drones
        except ModelError:
            if self._voices or slots or drones != 2:
                raise
            return model, 1

    def _rate_of(self, spec: AudioSpec) -> int:
        if not (rate := self._rate or spec.rate):
            raise ModelError(f"{self._model} does not tell its sample rate.",
                             "Write rate = 44100, or whatever it was trained at, into the player's table of a "
                             "patch; `liveart new` writes one.")
        return rate

    def _bend(self, params: Mapping[str, Any]) -> Bend:
        if "scale" not in params:
            return Bend(np.zeros(self._spec.latent, np.float32))
        return Bend(read_offset(self._spec, params), params["scale"], int(params.get("swap", 0)),
                    params.get("path", 0.0), params.get("freeze", 0.0))

    def _feed(self, heard: np.ndarray) -> np.ndarray:
        """Return what each stream hears, [frames, streams * inputs]: left and right, or their mean."""
        assert self._playing is not None
        wanted = self._playing.inputs * self._playing.model.batch
        if wanted in (0, 2):
            return heard[:, :wanted]
        mean = heard.mean(axis=1, keepdims=True)
        return mean if wanted == 1 else np.repeat(mean, wanted, axis=1)

    def _with_dry(self, wet: np.ndarray, heard: np.ndarray, share: float) -> np.ndarray:
        before = share if self._wet is None else self._wet
        self._wet = share
        shares = np.linspace(before, share, len(wet) + 1)[1:, None]
        mixed: np.ndarray = self._dry.pass_on(heard) * (1.0 - shares) + wet * shares
        return mixed


def _through(model: AudioModel, way: Way) -> int:
    """Return by how many samples what comes out of an effect is later than what goes in."""
    if way == "forward" or "forward" in model.spec.methods:
        return model.lag("forward")
    return model.lag("encode") + model.lag("decode")


def _whole(value: Any, name: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise PatchError(f"a neural player can't have {name} = {value!r}.", f"Write {low} to {high}.")
    return value
