"""The `stylegan` generator: plays a StyleGAN2 or StyleGAN3 with every hand that performers have for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from liveart.core.blend import Blend
from liveart.core.card import generator_for
from liveart.core.contract import Generator, Moment, Stage
from liveart.core.style_rows import group_rows
from liveart.errors import ModelError, PatchError, did_you_mean
from liveart.generators import stylegan_params as hands
from liveart.generators.colour import COLOUR_PARAMS, COLOURS, coloured, to_bytes
from liveart.generators.precision import checked_precision, dtype_for
from liveart.generators.stylegan_names import free_names
from liveart.generators.stylegan_scene import stretch_of, turn_of

if TYPE_CHECKING:
    import torch

    from liveart.checkpoints.model import Model

SPACES = ("w", "z")
SPEEDS = ("auto", "plain", "fast")
MOST_GROUPS, MOST_BENDS, MOST_DIRECTIONS = 8, 6, 24


class StyleGan(Generator):
    """Pictures of a StyleGAN. `model` is a shipped name, a model folder or a checkpoint file.

    space       "w": journeys go straight through w, where the way between two pictures is shortest; "z": through z
    precision   of the feature maps; speed: the route of the net, "plain" for the slow and sure one
    groups      own layer groups, name → "3-7", instead of coarse, middle and fine
    aspect      "" for the model's square, "16:9" and the like, "show" for that of the show
    blend_with  another model of the same family
    bends       how many bends can be done at a time; directions: how many are found when none are kept for the model
    """

    kind: ClassVar[Any] = "picture"

    def __init__(self, model: str, space: str = "w", precision: str = "auto", speed: str = "auto",
                 groups: Mapping[str, str] | None = None, aspect: str = "", blend_with: str = "",
                 bends: int = 2, directions: int = 6) -> None:
        self._speed: Any = _word(speed, SPEEDS, "speed")
        self._own_groups = _checked_groups(groups or {})
        self._bend_count, self._direction_count = (
            _count(bends, MOST_BENDS, "bends"), _count(directions, MOST_DIRECTIONS, "directions"))
        stretch_of(aspect, (1, 1))
        self._aspect, self._precision = aspect, checked_precision(precision)
        self._word, self._other_word = model, blend_with
        self.travels = "blend" if _word(space, SPACES, "space") == "w" else "z"
        self._forget()

    def _forget(self) -> None:
        self._plays, self._told = self._word, list[str]()
        self.net: Any = None
        self._drawing: Any = None
        self._bends: Any = None
        self._styles: Any = None
        self._pair: Any = None
        self._raw: torch.Tensor | None = None
        self._picture: torch.Tensor | None = None
        self._colours: tuple[float, ...] = ()

    def open(self, stage: Stage) -> None:
        """Read the model, build its net, find directions and keyframes. Raises ModelError or PatchError."""
        import torch

        from liveart.nets.drawing import Drawing
        from liveart.nets.style_nets import live_net

        model = self._read(self._word, stage)
        other = self._read(self._other_word, stage) if self._other_word else None
        device = torch.device(stage.device)
        dtype = dtype_for(self._precision, device)
        groups = group_rows(self._own_groups, int(model.net["rows"]))
        self.net = net = live_net(model.arch, model.net, model.tensors, dtype=dtype, device=device,
                                  stretch=stretch_of(self._aspect, stage.size), speed=self._speed)
        self._drawing = Drawing(net, "steps" if self._speed == "plain" else "auto", self._told.append)
        self.latent, self._has_plane = net.latent, model.arch == "stylegan3"
        self._set_up(model, other, groups)
        size, kind = f"{net.canvas[1]}x{net.canvas[0]}", str(dtype).removeprefix("torch.")
        self._plays = f"{model.name}, {size}, {model.arch}, {kind}" + (
            "" if self._speed == "auto" else f", {self._speed}")

    def _read(self, word: str, stage: Stage) -> Model:
        from liveart.checkpoints.model import open_model

        model = open_model(word, stage.folder)
        if model.kind != "stylegan":
            raise ModelError(f'model "{model.name}" is a {model.kind}, not a stylegan.',
                             f'Write generator = "{generator_for(model.kind)}".')
        return model

    def _set_up(self, model: Model, other: Model | None, groups: Mapping[str, range]) -> None:
        """Gather all that is played on the net, and the params for it."""
        from liveart.generators.stylegan_found import keyframes_of, sliders_of
        from liveart.generators.stylegan_pair import Pair
        from liveart.generators.stylegan_styles import Styles
        from liveart.nets.bends import Bends

        net, names = self.net, list(groups)
        keyframes = keyframes_of(model, self._told.append)
        self._bends = Bends(net, self._bend_count, self._own_groups)
        self._pair = Pair(net, model, other, groups) if other else None
        first = [hands.TRUNCATION, *(hands.PLANE if self._has_plane else hands.NOISE),
                 *hands.class_params(net.classes), *COLOUR_PARAMS]
        last = [*hands.mix_params(names, keyframes), *hands.grouped("truncation", names),
                *hands.centre_params(net.classes, keyframes), *(hands.blend_params(names) if other else ()),
                *self._bends.params]
        taken = [param.name for param in (*first, *last)]
        sliders = sliders_of(model, net, self._direction_count, groups, taken, self._told.append)
        self._styles = Styles(net, groups, keyframes, sliders)
        self.params = (*first, *(param for slider in sliders for param in slider.params()), *last)

    def make(self, now: Moment, z: Any, params: Mapping[str, Any]) -> Any:
        """Return uint8 [1, channels, height, width] on the model's device; the last one when nothing moved.

        `z` is a Blend or a z. Raises ModelError for a keyframe that the model doesn't have.
        """
        import torch

        level = min(now.level, self.net.levels - 1)
        if level < now.level and now.index % (1 << (now.level - level)) and self._picture is not None:
            return self._picture  # a net of one size spares the machine by drawing more seldom
        self._follow_pair(params)
        ws = self._styles.at(z if isinstance(z, Blend) else Blend.at(z), params)
        with torch.inference_mode():
            rows = torch.from_numpy(ws)[None]  # the drawing wants it on the processor
            return self._finished(self._drawing.draw(rows, self._scene(level, params)), params)

    def _follow_pair(self, params: Mapping[str, float]) -> None:
        if self._pair is None:
            return
        if self._pair.follow(params):
            self._styles.forget()

    def _scene(self, level: int, params: Mapping[str, float]) -> Any:
        from liveart.nets.style_net import Scene

        bends = self._bends.of(params)
        if self._has_plane:
            return Scene(level=level, turn=turn_of(params), bends=bends)
        return Scene(level=level, noise=params["noise"], noise_at=params["noise_speed_position"], bends=bends)

    def _finished(self, raw: torch.Tensor, params: Mapping[str, float]) -> torch.Tensor:
        colours = tuple(params[name] for name in COLOURS)
        if self._picture is None or raw is not self._raw or colours != self._colours:
            self._picture = to_bytes(coloured(raw, params))
            self._raw, self._colours = raw, colours
        return self._picture

    def reset(self) -> None:
        """Forget what the last frames have left: echoes, and the picture that is held."""
        if self._bends is not None:
            self._bends.reset()
        self._picture = None

    def close(self) -> None:
        """Let go of the net and of all that was made with it."""
        self._forget()

    def note(self) -> str:
        """Return what plays, and what had to be played without, for the start card."""
        return "; ".join([self._plays, *self._told])


def _word(word: str, known: tuple[str, ...], what: str) -> str:
    if word not in known:
        raise PatchError(f'there is no {what} "{word}".', did_you_mean(str(word), known))
    return word


def _count(number: int, most: int, what: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise PatchError(f"{what} = {number!r} is impossible.", f"It can be 0 to {most}.")
    return number


def _checked_groups(groups: Mapping[str, str]) -> dict[str, str]:
    is_good = isinstance(groups, Mapping) and all(isinstance(rows, str) and rows for rows in groups.values())
    if not is_good or len(groups) > MOST_GROUPS or "all" in groups:
        raise PatchError(f"{groups!r:.200} are no layer groups.",
                         f'Write up to {MOST_GROUPS}, by name: groups = {{ shape = "0-3", paint = "4-9" }}.')
    return dict(zip(free_names(groups, hands.GROUP_WORDS), groups.values(), strict=True))
