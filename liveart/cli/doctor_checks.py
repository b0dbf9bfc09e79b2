"""What `liveart doctor` looks at: facts of the machine, then small real trials of each part that a show stands on."""

from __future__ import annotations

import os
import platform
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np
import psutil

from liveart import __version__
from liveart.cli.devices import audio_devices, gpus
from liveart.cli.processor import processor
from liveart.core.board import Board
from liveart.core.card import read_card, shipped_models
from liveart.core.contract import Stage
from liveart.core.layout import Layout
from liveart.core.material import Picture
from liveart.core.param import Param
from liveart.errors import LiveartError
from liveart.show.find_patch import shipped_patches
from liveart.show.patch_file import read_patch
from liveart.show.shared import SharedBlock

State = Literal["fact", "ok", "warning", "broken"]
NEEDED = ("numpy", "torch", "safetensors", "aiohttp", "av", "Pillow", "python-osc", "sounddevice", "psutil")
OPTIONAL = ("tqdm", "lightning-fabric")
GOOD_BUFFER = 1 << 20  # bytes: about a second of the thickest OSC traffic
WAIT = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. A broken one keeps shows from playing; a warning only limits them."""

    name: str
    state: State
    detail: str
    hint: str = ""


def all_checks() -> Iterator[Check]:
    """Yield every check in turn; one that itself fails is a finding, not the end."""
    yield from facts()
    yield from packages()
    for name, check in TRIALS.items():
        try:
            yield from check()
        except (LiveartError, OSError, ImportError, RuntimeError, ValueError) as error:
            yield Check(name, "broken", f"{type(error).__name__}: {error}", "Send this whole page with a bug report.")


def facts() -> Iterator[Check]:
    """Yield what the machine is."""
    yield Check("liveart", "fact", f"{__version__} in {Path(__file__).parents[1]}")
    yield Check("python", "fact", f"{platform.python_version()} ({platform.python_implementation()})")
    yield Check("system", "fact", f"{platform.system()} {platform.release()} {platform.machine()}")
    yield Check("processor", "fact", f"{processor()}, {os.cpu_count()} threads")
    memory = psutil.virtual_memory()
    yield Check("memory", "fact", f"{memory.total / 2**30:.1f} GiB, {memory.available / 2**30:.1f} free")
    settings = {key: value for key, value in sorted(os.environ.items()) if key.startswith("LIVEART_")}
    yield Check("settings", "fact", ", ".join(f"{key}={value}" for key, value in settings.items()) or "none")


def packages() -> Iterator[Check]:
    """Yield the versions of the packages that liveart stands on."""
    for name in (*NEEDED, *OPTIONAL):
        try:
            yield Check(name, "fact", version(name))
        except PackageNotFoundError:
            if name in NEEDED:
                yield Check(name, "broken", "is not installed", "Install liveart again: pip install liveart")
            else:
                yield Check(name, "fact", "is not installed (only `liveart train` uses it)")


def torch_check() -> Iterator[Check]:
    """Yield whether models can be computed, and on what."""
    import torch

    result = torch.nn.functional.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3))
    is_right = bool((result == 9).all())
    policy = os.environ.get("OMP_WAIT_POLICY", "active")
    yield Check("torch", "ok" if is_right else "broken",
                f"{torch.__version__}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}, "
                f"OMP_WAIT_POLICY={policy}", "" if is_right else "Install torch again.")
    if policy.lower() != "passive":
        yield Check("threads", "warning", f"OMP_WAIT_POLICY is {policy}: threads of torch wait by spinning.",
                    "Unset OMP_WAIT_POLICY; liveart sets it to passive.")
    for gpu in gpus():
        yield Check("gpu", "ok" if gpu.available else "fact",
                    f"{gpu.name}, {gpu.detail}" if gpu.available else gpu.reason)


def audio_check() -> Iterator[Check]:
    """Yield the sound devices, or why there are none."""
    for device in audio_devices():
        if device.available:
            yield Check("sound", "ok", f"{device.name}: {device.detail}")
        else:
            yield Check("sound", "warning", device.reason, device.install)


def shared_memory_check() -> Iterator[Check]:
    """Yield whether the processes of a show can meet in shared memory."""
    block = SharedBlock.create(1 << 20)
    try:
        block.buffer[:4] = b"LVRT"
        other = SharedBlock.attach(block.name)
        is_right = bytes(other.buffer[:4]) == b"LVRT"
        other.close()
    finally:
        block.close()
    yield Check("shared memory", "ok" if is_right else "broken",
                "works" if is_right else "does not keep what is written",
                "" if is_right else "In a container, give it more: --shm-size 256m.")


def osc_check() -> Iterator[Check]:
    """Yield whether an OSC message sent to this machine arrives, and how much traffic may wait."""
    from liveart.sources.osc import OscSource
    from liveart.sources.osc_wire import write_message

    board = Board(Layout.of([("doctor", (Param("value"),))]))
    source = OscSource(board, port=0)
    source.open(board.put_all)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            door.sendto(write_message("/liveart/doctor/value", 0.5), ("127.0.0.1", source.port))
        limit = time.monotonic() + WAIT
        while board.snapshot()["/liveart/doctor/value"] != 0.5 and time.monotonic() < limit:
            time.sleep(0.01)
        arrived = board.snapshot()["/liveart/doctor/value"] == 0.5
    finally:
        source.close()
    yield Check("osc", "ok" if arrived else "broken", "a message over loopback "
                + ("arrives" if arrived else f"did not arrive within {WAIT:g} s"),
                "" if arrived else "Look whether a firewall holds UDP on 127.0.0.1.")
    is_small = source.granted < GOOD_BUFFER
    hint = "Bursts of OSC may be lost. On Linux: sysctl -w net.core.rmem_max=4194304" if is_small else ""
    yield Check("osc buffer", "warning" if is_small else "ok", f"{source.granted / 1024:.0f} KiB", hint)


def ports_check() -> Iterator[Check]:
    """Yield whether the usual ports are free; a taken one may simply be a liveart that plays."""
    for name, kind, port in (("osc port", socket.SOCK_DGRAM, 9000), ("panel port", socket.SOCK_STREAM, 8321)):
        with socket.socket(socket.AF_INET, kind) as door:
            if kind == socket.SOCK_STREAM and sys.platform != "win32":  # as servers do: old connections don't count
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", port))
            except OSError as error:
                yield Check(name, "warning", f"{port} is taken: {error.strerror}",
                            f"Fine when a liveart plays now; else use --{name.replace(' ', '-')} N.")
            else:
                yield Check(name, "ok", f"{port} is free")


def recording_check() -> Iterator[Check]:
    """Yield whether a film can be recorded: a few frames are."""
    from liveart.sinks.file import FileSink

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "doctor.mp4"
        sink = FileSink(str(file))
        sink.open(Stage(size=(64, 64), fps=30.0))
        for index in range(6):
            sink.send(Picture(np.full((64, 64, 3), 40 * index, np.uint8), index / 30, index))
        sink.close()
        size = file.stat().st_size if file.exists() else 0
    yield Check("recording", "ok" if size > 500 else "broken", f"mp4 (H.264): {size} bytes for six frames",
                "" if size > 500 else "Install PyAV again: pip install --force-reinstall av")


def models_check() -> Iterator[Check]:
    """Yield whether the shipped models are the files that their cards describe."""
    from liveart.weights import sha256_of

    folders = shipped_models()
    for folder in folders:
        card = read_card(folder)
        weights = folder / card.weights
        is_right = weights.is_file() and sha256_of(weights) == card.sha256
        yield Check(f"model {folder.name}", "ok" if is_right else "broken",
                    "is whole" if is_right else "its weights are missing or not those of its card",
                    "" if is_right else "Install liveart again.")
    if not folders:
        yield Check("models", "broken", "no shipped model is there", "Install liveart again.")


def patches_check() -> Iterator[Check]:
    """Yield whether the shipped patches can be read."""
    shipped = shipped_patches()
    for file in shipped.values():
        read_patch(file)
    yield Check("patches", "ok" if shipped else "broken", ", ".join(shipped) or "no shipped patch is there",
                "" if shipped else "Install liveart again.")


TRIALS: dict[str, Callable[[], Iterator[Check]]] = {
    "torch": torch_check, "sound": audio_check, "shared memory": shared_memory_check, "osc": osc_check,
    "ports": ports_check, "recording": recording_check, "models": models_check, "patches": patches_check,
}
