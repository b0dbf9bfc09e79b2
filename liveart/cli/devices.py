"""`liveart devices`: sound devices, picture outputs and GPUs; what is absent, why, and how to get it."""

from __future__ import annotations

import argparse
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
    about = "list sound devices, picture outputs and GPUs"
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
    """Return the devices of this machine by kind: audio, video, gpu, midi, cameras."""
    return {"audio": audio_devices(), "video": video_outputs(), "gpu": gpus(),
            "midi": [Device("MIDI ports", False, reason=NOT_HERE)],
            "cameras": [Device("cameras", False, reason=NOT_HERE)]}


def audio_devices() -> list[Device]:
    """Return the sound devices that can play; when there are none, one that says why."""
    from liveart.sinks.audio import list_audio_devices

    try:
        rows = list_audio_devices()
    except LiveartError as error:
        return [Device("sound devices", False, reason=error.what, install=error.hint)]
    found = [_audio(row) for row in rows]
    return found or [Device("sound devices", False, reason="this machine has none that can play",
                            install="the panel plays the sound in the browser, and files record it")]


def _audio(row: dict[str, Any]) -> Device:
    mark = " (the system's choice)" if row.get("is_default") else ""
    detail = f"{row['channels']} channels, {row['rate'] / 1000:g} kHz, {row['api']}{mark}"
    return Device(str(row["name"]), detail=detail, use=f'--output audio:"{row["name"]}"')


def video_outputs() -> list[Device]:
    """Return the outputs that take pictures, then the known ones that this version lacks."""
    uses = {"shm": ("shared memory, for TouchDesigner and programs on this machine", "--output shm:stage"),
            "file": ("mp4, wav or numbered PNG files", "--output file:set.mp4"),
            "null": ("goes nowhere", "--output null")}
    found = [Device(name, detail=detail, use=use) for name, (detail, use) in uses.items() if name in SINKS]
    found.insert(0, Device("panel", detail="live picture in any browser", use="always on"))
    return found + [Device(name, False, reason=NOT_HERE) for name in ("window", "ndi", "spout", "syphon", "srt")]


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
