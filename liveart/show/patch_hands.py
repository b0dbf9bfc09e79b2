"""The part of a patch that is about hands: tempo, MIDI devices, bindings, cues and the set list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from liveart.core.binding import Binding
from liveart.errors import PatchError, did_you_mean
from liveart.midi.device import MidiDevice
from liveart.show.cue import KEYS, Cue, read_cue
from liveart.show.cue_list import CueList
from liveart.show.patch_checks import check_keys, list_at, number_at, table_at

KEYBOARDS = ("keys", "osc")  # names of devices that are always there


def read_clock(clock: Mapping[str, Any], devices: Sequence[str]) -> dict[str, Any]:
    """Return the patch's values of `[clock]`."""
    check_keys(clock, ("tempo", "follow", "nudge", "bar", "lead", "transport"), "[clock]")
    for key in ("lead", "transport"):
        if not isinstance(clock.get(key, False), bool):
            raise PatchError(f"[clock]: {key} must be true or false, not {clock[key]!r:.60}.")
    follow = clock.get("follow", "")
    known = ["link", *(f"midi:{name}" for name in devices)]
    if follow and follow not in known:
        raise PatchError(f"[clock]: there is no {follow!r:.60} to follow.", did_you_mean(str(follow), known))
    return {"tempo": number_at(clock, "tempo", 120.0, 20.0, 300.0, "[clock]"), "follow": follow,
            "nudge": number_at(clock, "nudge", 0.0, -1000.0, 1000.0, "[clock]"),
            "bar": int(number_at(clock, "bar", 4, 1, 32, "[clock]")), "lead": clock.get("lead", False),
            "transport": clock.get("transport", False)}


def read_midi(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patch's MIDI devices, `[midi.NAME]`."""
    devices = tuple(MidiDevice.from_dict(name, spec) for name, spec in table_at(table, "midi").items())
    for device in devices:
        if device.name in KEYBOARDS:
            raise PatchError(f'[midi.{device.name}]: a controller can\'t be called "{device.name}".',
                             "Choose another name.")
    return {"midi": devices}


def read_bindings(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patch's `[[bindings]]`; each names a device of the patch, keys, osc, or none."""
    known = [*table_at(table, "midi"), *KEYBOARDS]
    bindings = []
    for number, row in enumerate(list_at(table, "bindings"), start=1):
        where = f"bindings[{number}]"
        if not isinstance(row, Mapping):
            raise PatchError(f"{where} must be a table.",
                             'Write [[bindings]], and control = "cc 21", target = "paint/hue" below it.')
        binding = Binding.from_dict(row, where)
        if binding.device and binding.device not in known:
            raise PatchError(f'{where}: there is no device "{binding.device}".', did_you_mean(binding.device, known))
        bindings.append(binding)
    return {"bindings": tuple(bindings)}


def read_cues(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the patch's cues and set list."""
    setlist = table_at(table, "setlist")
    check_keys(setlist, ("order", "safe", *KEYS[:-1]), "[setlist]")
    plain = Cue("plain").with_settings({key: setlist[key] for key in KEYS[:-1] if key in setlist})
    cues = tuple(read_cue(name, spec, f"cues.{name}") for name, spec in table_at(table, "cues").items())
    return {"cues": CueList(cues, _words(setlist, "order"), plain), "safe": _words(setlist, "safe")}


def _words(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    words = table.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise PatchError(f"[setlist]: {key} must be a list of words, not {words!r:.60}.")
    return tuple(words)
