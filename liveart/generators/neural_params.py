"""The params of the `neural` generator, made from what a model declares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from liveart.core.param import Param
from liveart.neural.model import Attribute, AudioSpec

Way = Literal["decode", "prior", "effect", "forward"]
WAYS: tuple[Way, ...] = ("decode", "prior", "effect", "forward")
PLAYS = ("both", "drone", "notes")
REACH = 4.0  # how far a latent can be moved by hand: z beyond it is hardly ever met in training
_INTEGERS = (0, 127)  # of attributes that do not say how far they go
_NUMBERS = (-10.0, 10.0)

_NOTES = (
    Param("note", kind="notes", help="played notes: a key is a place in latent space, and a pitch where the model has"),
    Param("play", "both", kind="choice", choices=PLAYS, help="what sounds: drone, notes, or both"),
    Param("attack", 0.02, 0.002, 8.0, unit="s", curve="log", help="how long a note takes to full loudness"),
    Param("decay", 2.0, 0.02, 20.0, unit="s", curve="log", help="how long it then takes down to its sustain"),
    Param("sustain", 0.8, help="how loud a note stays while it is held"),
    Param("release", 0.8, 0.03, 20.0, unit="s", curve="log", help="how long it rings on when let go"),
)


def declare(spec: AudioSpec, way: Way, streams: int, notes: int) -> tuple[Param, ...]:
    """Return the params of a model that is played in one `way`, by so many streams, `notes` of them for notes."""
    params: list[Param] = []
    if streams > 1:
        wide = 1.0 if way in ("effect", "forward") else 0.8  # what comes in on the left goes out there
        params.append(Param("width", wide, glide=0.2, help="0: all in the middle, 1: voices far apart"))
    if way in ("decode", "prior") and streams > 1:
        params.append(Param("spread", 0.25, glide=0.3, help="how far the voices stand apart in latent space"))
    if way == "prior":
        params.append(Param("temperature", 1.0, 0.0, 2.0, glide=0.1, help="how freely the model goes on by itself"))
    if way == "effect":
        params += _of_effect(spec)
    if way in ("effect", "forward"):
        params.append(Param("wet", 1.0, glide=0.1, help="0: the sound that comes in, 1: what the model makes of it"))
    if spec.latent and way != "forward":
        params.append(Param("scale", 1.0, -4.0, 4.0, glide=0.15, help="how far latents go from their middle"))
        params += [Param(f"latent_{number}", 0.0, -REACH, REACH, glide=0.1, help=f"added to {label}")
                   for number, label in enumerate(_labels(spec), 1)]
    params += [param for attribute in spec.attributes for param in of_attribute(attribute)]
    return (*params, *(_NOTES if notes else ()))


def _of_effect(spec: AudioSpec) -> tuple[Param, ...]:
    return (
        Param("freeze", 0.0, glide=0.05, help="1: the latents stand still where they are"),
        Param("swap", 0, 0, max(spec.latent - 1, 1), kind="int", help="how many dimensions the latents move round"),
        Param("path", 0.0, glide=0.15, help="share of the journey's point in the latents' place"),
    )


def _labels(spec: AudioSpec) -> list[str]:
    told = spec.methods["decode"].input_labels if "decode" in spec.methods else ()
    return [told[at] if at < len(told) and told[at] else f"latent {at + 1}" for at in range(spec.latent)]


def of_attribute(attribute: Attribute) -> list[Param]:
    """Return a param for each number of an attribute; words, tensors and buffers have none."""
    many = len(attribute.kinds) > 1
    made = []
    for place, (kind, value) in enumerate(zip(attribute.kinds, attribute.values, strict=False), 1):
        name = param_name(attribute.name) + (f"_{place}" if many else "")
        if kind == "bool":
            made.append(Param(name, bool(value), kind="bool", help=attribute.help))
        elif kind in ("int", "float"):
            made.append(_number(name, kind, float(value), attribute))
    return made


def param_name(name: str) -> str:
    """Return a name that a param can have."""
    safe = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "attribute"
    return f"{safe}_value" if safe in ("norm", "gain", "note", "play") or safe.startswith("latent_") else safe


def _number(name: str, kind: Literal["int", "float"], value: float, attribute: Attribute) -> Param:
    usual = _INTEGERS if kind == "int" else _NUMBERS
    low = attribute.low if attribute.low is not None else min(float(usual[0]), value)
    high = attribute.high if attribute.high is not None else max(float(usual[1]), value)
    start = int(value) if kind == "int" else value
    return Param(name, start, low, high, kind=kind, help=attribute.help)


def read_attributes(spec: AudioSpec, params: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return the values that the params give to attributes, by name; those that no param moves are left out."""
    wanted: dict[str, tuple[Any, ...]] = {}
    for attribute in spec.attributes:
        moved = {param.name: param for param in of_attribute(attribute)}
        if len(moved) != len(attribute.kinds):
            continue
        wanted[attribute.name] = tuple(_typed(params[name], param.kind) for name, param in moved.items())
    return wanted


def read_offset(spec: AudioSpec, params: Mapping[str, Any]) -> np.ndarray:
    """Return what the hands add to the latents, float32 [latent]."""
    return np.array([params[f"latent_{number}"] for number in range(1, spec.latent + 1)], np.float32)


def _typed(value: float, kind: str) -> bool | int | float:
    return bool(value) if kind == "bool" else int(value) if kind == "int" else float(value)
