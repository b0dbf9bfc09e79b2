"""A whole show, live: frame rate, late frames, the way from an OSC datagram to a finished frame, and floods.

The latency is measured from outside: a datagram is sent, and the shm header tells which frame first holds it.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

from pythonosc.osc_message_builder import OscMessageBuilder

from liveart.core.card import find_model
from liveart.core.stats import Recent
from liveart.errors import LiveartError
from liveart.show.conductor import Conductor
from liveart.show.host import ShowHost
from liveart.show.patch import PartSpec, Patch
from liveart.sinks.shm_reader import ShmReader

TEMPO = "/liveart/clock/tempo"
FLOOD_RATE, FLOOD_PLAYERS = 10_000, 40
WARM_UP = 3.0


def measure_live(patch: Patch, seconds: float, flood: bool, audio: str | None) -> dict[str, Any]:
    """Return the figures of a live show of `patch`, picture to shm, sound to `audio` or the clock."""
    name = f"bench-{os.getpid()}"
    patch = with_hidden_players(patch) if flood else patch
    outputs = [PartSpec("bench", "shm", {"name": name})]
    if audio is not None:
        outputs.append(PartSpec("bench sound", "audio", {"name": audio}))
    bare = bare_start()
    began = time.monotonic()
    conductor = Conductor(replace(patch, outputs=tuple(outputs), osc_port=0, sources=(), sound_device="none"))
    conductor.start()
    try:
        conductor.wait_ready()
        with ShmReader(name) as reader:
            first = _first_frame(conductor, reader)
            figures: dict[str, Any] = {"start_to_first_frame_s": first - began,
                                       "start_over_bare_start": (first - began) / bare}
            conductor.run(WARM_UP)
            figures |= _quiet(conductor, reader, seconds)
            if flood:
                figures |= _flood(conductor, min(seconds, 10.0), figures["fps"])
        return figures
    finally:
        conductor.stop()


def bare_start() -> float:
    """Return the seconds that a bare Python takes to import torch and read the weights of a shipped model."""
    weights = find_model("paint") / "weights.safetensors"
    program = f"import torch, safetensors.torch as s; s.load_file({str(weights)!r})"
    taken = []
    for _ in range(2):  # the first one fills the system's file cache
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", program], check=True)
        taken.append(time.monotonic() - began)
    return min(taken)


def _first_frame(conductor: Conductor, reader: ShmReader) -> float:
    limit = time.monotonic() + 60
    while reader.read() is None:
        conductor.tick()
        time.sleep(0.001)
        if time.monotonic() > limit:
            raise LiveartError("no frame came within a minute.", "Run liveart doctor.")
    return time.monotonic()


def _quiet(conductor: Conductor, reader: ShmReader, seconds: float) -> dict[str, Any]:
    """Send a value now and then, at random moments; watch the header for the frame that holds it."""
    host = ShowHost(conductor, "")
    before, began = dict(host.status()), time.monotonic()
    chance, delays = random.Random(1), Recent(100_000)
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    end, tick_due = began + seconds, 0.0
    sent_ns, next_send, number = 0, began, 0
    while (now := time.monotonic()) < end:
        if sent_ns == 0 and now >= next_send:
            number += 1
            sent_ns = time.monotonic_ns()
            door.sendto(_message(TEMPO, patch_tempo(conductor, number)), ("127.0.0.1", conductor.osc.port))
        frame = reader.read()
        if frame is not None and sent_ns and frame.received_ns >= sent_ns:
            delays.add((frame.finished_ns - sent_ns) / 1e6)
            sent_ns, next_send = 0, now + chance.uniform(0.02, 0.08)
        if now >= tick_due:
            conductor.tick()
            tick_due = now + 0.01
        time.sleep(0.001)
    door.close()
    after, passed = host.status(), time.monotonic() - began
    picture = conductor.child("picture")
    host.close()
    return {
        "fps": (picture.figures.get("fps") if picture else None), "gen_ms": after["gen_ms"], "level": after["level"],
        "late_frames": (after["late_frames"] or 0) - (before["late_frames"] or 0),
        "late_percent": 100.0 * ((after["late_frames"] or 0) - (before["late_frames"] or 0))
        / max(passed * conductor.patch.fps, 1),
        "control_to_frame_ms_p50": delays.percentile(50), "control_to_frame_ms_p99": delays.percentile(99),
        "controls_timed": len(delays), "audio_headroom": after["audio_headroom"],
        "xruns": None if after["xruns"] is None else after["xruns"] - (before["xruns"] or 0),
        "rss_mb": after["rss_mb"]}


def patch_tempo(conductor: Conductor, number: int) -> float:
    """Return a tempo that differs a little each time: a control that every patch has."""
    return conductor.patch.tempo + (number % 7) * 0.01


def with_hidden_players(patch: Patch) -> Patch:
    """Return the patch with players that nobody sees, so that it has addresses enough for a flood."""
    shown = patch.players_of("picture")[0]
    hidden = [replace(shown, name=f"hidden{n}", opacity=0.0, params={}) for n in range(FLOOD_PLAYERS)]
    return replace(patch, players=(*patch.players, *hidden))


def _flood(conductor: Conductor, seconds: float, quiet_fps: float) -> dict[str, Any]:
    """Send FLOOD_RATE messages a second over all float addresses; count what arrived, look at the last values."""
    addresses = [address for address, param in conductor.board.layout.entries
                 if param.kind == "float" and address != TEMPO and not address.endswith("/opacity")]
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    target = ("127.0.0.1", conductor.osc.port)
    packets = [_message(f"{address}/norm", share / 10) for share in range(10) for address in addresses]
    before, count = int(conductor.osc.counts()["received"]), 0
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        while count < passed * FLOOD_RATE:
            door.sendto(packets[count % len(packets)], target)
            count += 1
        conductor.tick()
        time.sleep(0.002)
    picture = conductor.child("picture")
    fps = picture.figures.get("fps") if picture else None
    for address in addresses:
        door.sendto(_message(f"{address}/norm", 0.25), target)
    time.sleep(0.5)
    door.close()
    snapshot, params = conductor.board.snapshot(), conductor.board.layout.params
    wrong = sum(abs(snapshot[address] - params[address].from_norm(0.25)) > 1e-4 for address in addresses)
    return {"flood_addresses": len(addresses), "flood_sent": count,
            "flood_lost": count + len(addresses) - (int(conductor.osc.counts()["received"]) - before),
            "flood_wrong_last_values": wrong,
            "flood_fps_over_quiet": None if not fps else fps / quiet_fps}


def _message(address: str, value: float) -> bytes:
    builder = OscMessageBuilder(address)
    builder.add_arg(float(value), "f")
    return bytes(builder.build().dgram)
