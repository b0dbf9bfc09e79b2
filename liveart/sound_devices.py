"""Sound devices by name, inputs and outputs: the one file that imports sounddevice (PortAudio), and only when asked.

PortAudio is only ever used in processes of its own: when a JACK server dies, whatever has PortAudio loaded can
neither look for devices again nor exit cleanly. `python -m liveart.sound_devices output` prints the outputs as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from liveart.errors import LiveartError, PatchError, SinkError

Callback = Callable[[Any, int, Any, Any], None]

# Where one device shows up under several systems, the first of these is taken.
_PREFERRED = ("ASIO", "Windows WASAPI", "Core Audio", "JACK Audio Connection Kit", "ALSA", "Windows DirectSound", "MME")


@dataclass(frozen=True, slots=True)
class Way:
    """Which way the sound goes: the word for it, the error that its faults are, what to do without such a device."""

    word: str
    error: type[LiveartError]
    without: str


OUTPUT = Way("output", SinkError, "Plug one in (or start JACK or PipeWire); or play without the audio output.")
INPUT = Way("input", PatchError, 'Plug one in (or start JACK or PipeWire); or listen to a file = "song.wav".')
WAYS = {way.word: way for way in (OUTPUT, INPUT)}


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it, for one way. `index` holds until the next rescan."""

    index: int
    name: str
    api: str
    channels: int
    rate: int
    latency: float  # s, the least that the device asks for
    is_default: bool

    @property
    def label(self) -> str:
        """The name with its system, as a patch may write it."""
        return f"{self.name}, {self.api}"


def list_devices(way: Way, timeout: float = 20.0) -> list[dict[str, Any]]:
    """Return the devices as rows (name, api, channels, rate, latency_ms, is_default) for `liveart devices`.

    Raises the way's error when PortAudio is absent or does not answer.
    """
    process = start_python("liveart.sound_devices", way.word)
    try:
        word = json.loads(process.communicate(timeout=timeout)[0])
    except (subprocess.TimeoutExpired, ValueError) as error:
        process.kill()
        process.communicate()
        raise way.error("the sound system does not answer.", "Does a driver or a sound server hang?") from error
    if "error" in word:
        raise way.error(*word["error"])
    rows: list[dict[str, Any]] = word["devices"]
    return rows


def start_python(module: str, *words: str, keep: int | str = "") -> subprocess.Popen[bytes]:
    """Start a module of liveart in a Python of its own, its standard input and output piped to here.

    `keep` may be the number of an open file that it is to have too.
    """
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen([sys.executable, "-m", module, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL,  # drivers and sound servers are talkative
                            pass_fds=(keep,) if isinstance(keep, int) else (),
                            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)})


def end_python(process: subprocess.Popen[bytes]) -> None:
    """Tell what `start_python` started to go, and see that it does."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # it has gone already
        process.stdin.close()
    try:
        process.wait(3.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(3.0)


def scan_devices(way: Way) -> list[Device]:
    """Return the devices that are there now; raises the way's error when PortAudio is absent."""
    sd = _load(way)
    try:
        default = int(sd.query_devices(kind=way.word)["index"])
    except (sd.PortAudioError, ValueError):
        default = -1
    apis = [api["name"] for api in sd.query_hostapis()]
    channels, latency = f"max_{way.word}_channels", f"default_low_{way.word}_latency"
    devices = [Device(index, str(row["name"]), apis[row["hostapi"]], int(row[channels]),
                      int(row["default_samplerate"]), float(row[latency]), index == default)
               for index, row in enumerate(sd.query_devices()) if row[channels] > 0]
    # Whoever has started a JACK server wants it to be used, also where the system's default leads elsewhere.
    jack = next((device for device in devices if device.api.startswith("JACK")), None)
    return devices if jack is None else [replace(device, is_default=device is jack) for device in devices]


def choose_device(way: Way, devices: list[Device], name: str) -> Device:
    """Return the device that `name` (or part of it) means, the default one for "".

    Raises the way's error, listing what there is, when none or more than one fits.
    """
    if not devices:
        raise way.error(f"there is no sound {way.word} on this machine.", way.without)
    if not name:
        return next((device for device in devices if device.is_default), devices[0])
    wanted = name.casefold()
    fitting = [device for device in devices if wanted in (device.name.casefold(), device.label.casefold())]
    fitting = fitting or [device for device in devices if wanted in device.label.casefold()]
    if not fitting:
        raise way.error(f'there is no sound {way.word} "{name}".', _listed(devices))
    # MME cuts names at 31 letters; the same device then has two names.
    if len({device.name[:31] for device in fitting}) > 1:
        raise way.error(f'"{name}" fits {len(fitting)} sound {way.word}s.', _listed(fitting))
    return min(fitting, key=lambda device: _PREFERRED.index(device.api) if device.api in _PREFERRED else 99)


def open_stream(way: Way, device: Device, rate: int, channels: int, latency: str, callback: Callback) -> Any:
    """Return a running stream that calls `callback`; raises the way's error saying what the device refuses."""
    sd = sys.modules["sounddevice"]  # loaded by the scan that found the device
    make = sd.OutputStream if way is OUTPUT else sd.InputStream
    try:
        stream = make(samplerate=rate, device=device.index, channels=channels, dtype="float32", latency=latency,
                      callback=callback)
        stream.start()
    except (sd.PortAudioError, ValueError) as error:
        hint = "Close other programs that hold it, or choose another."
        if device.rate != rate:
            hint = f"It prefers {device.rate} Hz: write rate = {device.rate} in the patch."
        raise way.error(f'the sound {way.word} "{device.name}" can\'t be opened: {error}.', hint) from error
    return stream


def is_running(stream: Any) -> bool:
    """Say whether a stream is still played by its device."""
    try:
        return bool(stream.active)
    except sys.modules["sounddevice"].PortAudioError:
        return False


def _listed(devices: list[Device]) -> str:
    shown = [f'"{device.label}"{" (default)" if device.is_default else ""}' for device in devices]
    return f"There are: {'; '.join(shown)}."


def _load(way: Way) -> Any:
    """Return the module sounddevice with a fresh list of devices; no stream may be open in this process."""
    known = "sounddevice" in sys.modules
    try:
        import sounddevice as sd
    except ImportError as error:
        raise way.error("sounddevice is not installed.", "Install it with: pip install sounddevice") from error
    except OSError as error:
        raise way.error(f"the PortAudio library is missing: {error}.",
                        "Debian and Ubuntu: apt-get install libportaudio2") from error
    if known:
        # PortAudio looks for devices only when it is initialised, and has no other way to be asked again.
        try:
            sd._terminate()
            sd._initialize()
        except sd.PortAudioError as error:
            raise way.error(f"PortAudio can't start: {error}.", "Is another sound server hanging?") from error
    return sd


def _main() -> None:
    way = WAYS[sys.argv[1]]
    try:
        rows = [{"name": device.name, "api": device.api, "channels": device.channels, "rate": device.rate,
                 "latency_ms": round(device.latency * 1000.0, 1), "is_default": device.is_default}
                for device in scan_devices(way)]
        print(json.dumps({"devices": rows}), flush=True)
    except LiveartError as error:
        print(json.dumps({"error": [error.what, error.hint]}), flush=True)
    os._exit(0)  # PortAudio's own farewell may hang


if __name__ == "__main__":
    _main()
