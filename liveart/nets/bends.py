"""Bend slots: the params by which a performer bends a net live, and the bends that their values stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from liveart.core.param import Param
from liveart.core.style_rows import group_rows
from liveart.nets.bend_kinds import KINDS, Operator
from liveart.nets.channel_groups import MOST, ChannelGroups
from liveart.nets.style_net import Bend, Features, Layer, StyleNet

GROUPS = tuple(f"group {number + 1}" for number in range(MOST))
CHANNELS = ("all", *GROUPS, "half", "every 4th")
_LOOKING = 0.5  # s, that opening a net may take longer so that the channels' groups are known
_STYLEGAN2 = re.compile(r"b(\d+)\.conv(\d)")
_STYLEGAN3 = re.compile(r"(L\d+)_(\d+)_\d+")


def bend_params(slot: int, net: StyleNet, groups: Mapping[str, str] | None = None) -> tuple[Param, ...]:
    """Return the params of a slot, 1 and up: bend1, bend1_across, bend1_kind, bend1_layer, bend1_channels.

    `groups` are own layer groups, name → rows such as "3-7", in place of coarse, middle and fine.
    """
    name = f"bend{slot}"
    places = tuple(places_of(net, groups or {}))
    return (
        Param(name, 0.0, -1.0, 1.0, glide=0.1, help="how far the features are bent; 0 leaves them as they are"),
        Param(f"{name}_across", 0.0, -1.0, 1.0, glide=0.1,
              help="the bend's second number: direction, pivot, stretch, level, drift"),
        Param(f"{name}_kind", "off", kind="choice", choices=("off", *KINDS), help="what is done to the features"),
        Param(f"{name}_layer", places[0], kind="choice", choices=places, help="where in the net: a group or a layer"),
        Param(f"{name}_channels", "all", kind="choice", choices=CHANNELS,
              help="which feature maps: all, those found to do alike, or a share of them"),
    )


def places_of(net: StyleNet, groups: Mapping[str, str]) -> dict[str, Layer]:
    """Return the layers where `net` can be bent, by the words for them: those of groups, then each layer, in order.

    A group is bent at the layer in its middle: done at every layer, most bends would add up to noise.
    """
    places = {}
    for word, rows in group_rows(groups, net.rows).items():
        if inside := [layer for layer in net.layers if layer.row in rows]:
            places[word] = inside[(len(inside) - 1) // 2]
    short = [short_name(layer.name) for layer in net.layers]
    for word, layer in zip(short, net.layers, strict=True):
        places[word if short.count(word) == 1 and word not in places else layer.name] = layer
    return places


def short_name(name: str) -> str:
    """Return a layer's name as one says it: "16a" for "b16.conv0", "16b" for "b16.conv1", "L5" for "L5_84_512"."""
    if found := _STYLEGAN2.fullmatch(name):
        return found[1] if found[1] == "4" else found[1] + "ab"[int(found[2])]
    found = _STYLEGAN3.fullmatch(name)
    return found[1] if found else name


class Bends:
    """The bend slots of one net. `params` are those of all slots; `of` gives what their values do."""

    def __init__(self, net: StyleNet, slots: int = 2, groups: Mapping[str, str] | None = None) -> None:
        self._slots = [_Slot(number + 1, net, groups or {}) for number in range(slots)]
        self.params = tuple(param for slot in self._slots for param in slot.params.values())
        self._found = ChannelGroups(net)
        if slots:
            self._found.prepare(_LOOKING)

    def of(self, values: Mapping[str, float]) -> dict[str, tuple[Bend, ...]]:
        """Return the bends of each layer that is bent, slot after slot; equal values give bends of equal keys.

        `values` holds a number for each of `params`, as the board has it. To be called once for each frame.
        """
        bends: dict[str, tuple[Bend, ...]] = {}
        for slot in self._slots:
            if (found := slot.of(values, self._found)) is not None:
                layer, bend = found
                bends[layer] = (*bends.get(layer, ()), bend)
        return bends

    def reset(self) -> None:
        """Let all trails end."""
        for slot in self._slots:
            slot.forget()


@dataclass(frozen=True, slots=True)
class _Aim:
    """What a slot is set to do, and where; an operator with a memory is kept as long as it is the same."""

    kind: str
    place: str
    channels: str


@dataclass(frozen=True, slots=True)
class _Target:
    """A layer that a slot bends: `chosen` are the channels, bool [C, 1, 1], None all of them."""

    layer: str
    operator: Operator
    chosen: Tensor | None


class _Slot:
    """One slot: its params, and the operator at work."""

    def __init__(self, number: int, net: StyleNet, groups: Mapping[str, str]) -> None:
        self._name = f"bend{number}"
        self._places = places_of(net, groups)
        self._device = net.w_mean.device
        self.params = {param.name: param for param in bend_params(number, net, groups)}
        self._aim: _Aim | None = None
        self._target: _Target | None = None

    def of(self, values: Mapping[str, float], groups: ChannelGroups) -> tuple[str, Bend] | None:
        """Return the layer that is bent, and how; None when nothing is."""
        amount, across = float(values[self._name]), float(values[f"{self._name}_across"])
        aim = _Aim(*(self._word(f"{self._name}_{part}", values) for part in ("kind", "layer", "channels")))
        if amount == 0.0 or aim.kind == "off":
            self.forget()
            return None
        if aim != self._aim:
            self._aim, self._target = aim, self._aimed(aim, groups)
        if (target := self._target) is None:
            return None
        key = None if KINDS[aim.kind].has_memory else (aim, amount, across)
        return target.layer, Bend(_Bent(target.operator, amount, across, target.chosen), key)

    def _word(self, name: str, values: Mapping[str, float]) -> str:
        return str(self.params[name].show(values[name]))

    def _aimed(self, aim: _Aim, groups: ChannelGroups) -> _Target | None:
        kind, layer = KINDS[aim.kind], self._places[aim.place]
        chosen = chosen_channels(aim.channels, layer, groups)
        if kind.is_others:
            chosen = sorted(set(range(layer.channels)) - set(chosen))
        if not chosen:
            return None
        is_all = len(chosen) == layer.channels
        return _Target(layer.name, kind.start(), None if is_all else self._mask(chosen, layer.channels))

    def _mask(self, chosen: Sequence[int], channels: int) -> Tensor:
        mask = torch.zeros(channels, 1, 1, dtype=torch.bool)
        mask[list(chosen)] = True
        return mask.to(self._device)

    def forget(self) -> None:
        """Let go of the operator, and so of what it remembers."""
        self._aim = self._target = None


@dataclass(frozen=True, slots=True)
class _Bent:
    """An operator at a place of its two numbers, done to the chosen channels."""

    operator: Operator
    amount: float
    across: float
    chosen: Tensor | None

    def __call__(self, x: Features) -> Features:
        if self.chosen is None:
            return self.operator(x, self.amount, self.across)
        # All maps are bent and few of them kept: picking maps out of channels_last and putting them back costs more.
        return torch.where(self.chosen, self.operator(x, self.amount, self.across), x)


def chosen_channels(word: str, layer: Layer, groups: ChannelGroups) -> Sequence[int]:
    """Return the channels of a layer that `word`, one of CHANNELS, means; a group that it doesn't have is empty."""
    if word in GROUPS:
        found, place = groups.of(layer.name), GROUPS.index(word)
        return found[place] if place < len(found) else ()
    shares = {"all": range(layer.channels), "half": range(layer.channels // 2),
              "every 4th": range(0, layer.channels, 4)}
    return shares[word]
