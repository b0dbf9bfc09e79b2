"""`liveart devices`: sound, MIDI, screens, picture outputs and GPUs; what is absent, why, and how to get it."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
from dataclasses import asdict, dataclass
from typing import Any

from liveart.cli.text_table import columns
from liveart.core.registry import SINKS
from liveart.errors import LiveartError

EXAMPLE = """example:
  liveart devices
  liveart devices --json
  liveart play --output audio:"USB"       part of a name is enough"""

NOT_HERE = "not in this version"


@dataclass(frozen=True, slots=True)
class Device:
    """One thing to play to or with. `use` says how; when it is not available, `reason` says why and `install` helps."""

    name: str
    available: bool = True
    detail: str = ""
    use: str = ""
    reason: str = ""
    install: str = ""


def add(subparsers: Any) -> None:
    """Declare the command."""
    about = "list sound devices, MIDI ports, screens, picture outputs and GPUs"
    parser = subparsers.add_parser("devices", help=about, description=f"{about}.", epilog=EXAMPLE,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="write one JSON object with a list for each kind")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List what there is; return the exit code."""
    found = find_devices()
    if args.json:
        print(json.dumps({kind: [asdict(device) for device in devices] for kind, devices in found.items()}, indent=2))
        return 0
    for kind, devices in found.items():
        print(kind)
        print(columns([_cells(device) for device in devices], indent="  "))
    return 0


def find_devices() -> dict[str, list[Device]]:
    """Return the devices of this machine by kind: audio, inputs, midi, screens, video, tempo, gpu, cameras."""
    return {"audio": audio_devices(), "inputs": sound_inputs(), "midi": midi_ports(), "screens": screens(),
            "video": video_outputs(), "tempo": tempos(), "gpu": gpus(),
            "cameras": [Device("cameras", False, reason=NOT_HERE)]}


def audio_devices() -> list[Device]:
    """Return the sound devices that can play; when there are none, one that says why."""
    from liveart.sound_devices import OUTPUT, list_devices

    try:
        rows = list_devices(OUTPUT)
    except LiveartError as error:
        return [Device("sound devices", False, reason=error.what, install=error.hint)]
    found = [_audio(row) for row in rows]
    return found or [Device("sound devices", False, reason="this machine has none that can play",
                            install="the panel plays the sound in the browser, and files record it")]


def _audio(row: dict[str, Any]) -> Device:
    mark = " (the system's choice)" if row.get("is_default") else ""
    detail = f"{row['channels']} channels, {row['rate'] / 1000:g} kHz, {row['api']}{mark}"
    return Device(str(row["name"]), detail=detail, use=f'--output audio:"{row["name"]}"')


def sound_inputs() -> list[Device]:
    """Return the sound inputs that can be listened to; when there are none, one that says why."""
    from liveart.sound_devices import INPUT, list_devices

    try:
        rows = list_devices(INPUT)
    except LiveartError as error:
        return [Device("sound inputs", False, reason=error.what, install=error.hint)]
    found = [Device(str(row["name"]), detail=f"{row['channels']} channels, {row['rate'] / 1000:g} kHz, {row['api']}",
                    use=f'kind = "sound", device = "{row["name"]}"') for row in rows]
    return found or [Device("sound inputs", False, reason="this machine has none",
                            install='a source of kind "sound" can listen to a file')]


def midi_ports() -> list[Device]:
    """Return the MIDI ports; when there are none, one that says why."""
    from liveart.midi.ports import list_ports

    try:
        inputs, outputs = list_ports()
    except LiveartError as error:
        return [Device("MIDI ports", False, reason=error.what, install=error.hint)]
    ways = {name: " and ".join(way for way, names in (("in", inputs), ("out", outputs)) if name in names)
            for name in dict.fromkeys([*inputs, *outputs])}
    found = [Device(name, detail=way, use=_midi_use(name, name in inputs)) for name, way in ways.items()]
    return found or [Device("MIDI ports", False, reason="no controller is plugged in",
                            install="plug one in: liveart finds it while it plays, too")]


def _midi_use(name: str, is_input: bool) -> str:
    """Return what to write for a port: the client's name alone, as its two ends may be called otherwise."""
    part = name.partition(":")[0] or name
    return f'[midi.NAME] input = "{part}"' if is_input else f'[[outputs]] kind = "midi", name = "{part}"'


def screens() -> list[Device]:
    """Return the screens that a window can fill; when there are none, one that says why."""
    from liveart.sinks.window_glfw import list_screens

    try:
        rows = list_screens()
    except LiveartError as error:
        return [Device("screens", False, reason=error.what, install=error.hint)]
    return [Device(f"{row['number']}: {row['name']}", use=f"--output window:{row['number']}",
                   detail=f"{row['size'][0]}x{row['size'][1]}, {row['hz']} Hz{' (main)' if row['is_primary'] else ''}")
            for row in rows]


def tempos() -> list[Device]:
    """Return what a show's tempo can follow."""
    has_link = importlib.util.find_spec("link") is not None
    link = Device("Ableton Link", use='[clock] follow = "link"') if has_link else \
        Device("Ableton Link", False, reason="LinkPython-extern is not installed.", install=_extra("link"))
    return [Device("MIDI clock", detail="of any controller of the patch", use='[clock] follow = "midi:NAME"'), link]


def _ndi() -> Device:
    from liveart.sinks.ndi_library import load_library

    try:
        load_library()
    except LiveartError as error:
        return Device("ndi", False, reason=error.what, install=error.hint)
    return Device("ndi", detail="picture and sound over the network", use="--output ndi")


def _extra(name: str) -> str:
    return f'pip install "liveart[{name}]"'


def video_outputs() -> list[Device]:
    """Return the outputs that take pictures, then the known ones that this version lacks."""
    uses = {"shm": ("shared memory, for TouchDesigner and programs on this machine", "--output shm:stage"),
            "file": ("mp4, wav or numbered PNG files", "--output file:set.mp4"),
            "null": ("goes nowhere", "--output null")}
    found = [Device(name, detail=detail, use=use) for name, (detail, use) in uses.items() if name in SINKS]
    found.insert(0, Device("panel", detail="live picture in any browser", use="always on"))
    return [*found, _ndi(), *(Device(name, False, reason=NOT_HERE) for name in ("spout", "syphon", "srt"))]


def gpus() -> list[Device]:
    """Return the GPUs that models can run on; when there are none, one that says why."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is imported
    import torch

    found = []
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        about = torch.cuda.get_device_properties(index)
        found.append(Device(about.name, detail=f"{about.total_memory / 2**30:.0f} GiB", use=f'device = "cuda:{index}"'))
    if torch.backends.mps.is_available():
        found.append(Device("Apple GPU", use='device = "mps"'))
    return found or [Device("GPU", False, reason=f"torch {torch.__version__} finds none",
                            install="models run on the CPU; for an NVIDIA GPU install a CUDA build of torch")]


def _cells(device: Device) -> tuple[str, str, str]:
    if device.available:
        return f"✓ {device.name}", device.detail, device.use
    return f"– {device.name}", device.reason, device.install
