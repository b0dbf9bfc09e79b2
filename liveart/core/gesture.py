"""Gesture: what a hand did on a control, before it is known what that moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sort = Literal["position", "button", "notes"]


@dataclass(frozen=True, slots=True)
class Gesture:
    """One movement of one control, from a MIDI controller, the keyboard, or an OSC address that is not liveart's.

    device   the name by which the patch knows the controller; "keys" for a keyboard, "osc" for foreign addresses
    control  "cc 21", "cc14 1", "nrpn 1300", "rpn 2", "note 36", "poly 36", "bend", "pressure", "program", "song";
             "key n", "key space"; "/fader/1"
    value    0..1: where the control stands; a button gives its velocity while down and 0 when released
    raw      the whole number that came (0..127 or 0..16383; 0 or 1 for a key); encoders are read from it
    steps    the highest number that it can send: 127, 16383, or 1
    time     `time.monotonic` seconds at which it happened, by the driver's clock where it has one
    channel  MIDI channel 1..16; 0 where there is none
    sort     "position" of a knob or fader; "button": down or up (note, key); "notes" is never sent, see Binding
    """

    device: str
    control: str
    value: float
    raw: int
    steps: int
    time: float
    channel: int = 0
    sort: Sort = "position"
