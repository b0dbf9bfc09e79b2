"""The process that listens to a sound input: the device's thread copies, this one hears, its parent gets frames.

A process of its own because PortAudio can end one: with a dead JACK server it can be neither asked for its devices
anew nor shut down. And the conductor's hands stay free.

Says one JSON line on standard output for each thing that happens: {"open": device, "rate": n, "dt": seconds} once it
listens, a list of the numbers of a Frame, or {"error": [what, hint]}. The end of standard input tells it to go.
`python -m liveart.sources.sound_input` alone prints the inputs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from liveart.core.ear import Ear
from liveart.core.features import Frame
from liveart.core.ring import RingReader, SampleRing
from liveart.errors import LiveartError, PatchError

RING = 1 << 16  # frames, over a second
POLL = 0.005  # s
STALLED = 1.0  # s without a sample after which the device counts as gone
LOOK_EVERY = 1.0  # s between looks for an absent device

# Where one device shows up under several systems, the first of these is taken.
_PREFERRED = ("ASIO", "Windows WASAPI", "Core Audio", "JACK Audio Connection Kit", "ALSA", "Windows DirectSound", "MME")


@dataclass(frozen=True, slots=True)
class Order:
    """What to listen to, and how. `is_patient`: wait for the device until it is there."""

    name: str
    gain: float
    is_auto: bool
    has_pitch: bool
    is_patient: bool

    def to_json(self) -> str:
        """Return it as one word of a command line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Input:
    """A sound input as PortAudio lists it."""

    index: int
    name: str
    api: str
    channels: int
    rate: int
    is_default: bool


def start_listener(*words: str) -> subprocess.Popen[bytes]:
    """Start this file in a Python of its own, its standard input and output piped to here."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen([sys.executable, "-m", "liveart.sources.sound_input", *words], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,  # drivers are talkative
                            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)})


def list_sound_inputs(timeout: float = 20.0) -> list[dict[str, Any]]:
    """Return the inputs as rows (name, api, channels, rate, is_default). Raises PatchError when there is no answer."""
    process = start_listener()
    try:
        word = json.loads(process.communicate(timeout=timeout)[0])
    except (subprocess.TimeoutExpired, ValueError) as error:
        process.kill()
        process.communicate()
        raise PatchError("the sound system does not answer.", "Does a driver or a sound server hang?") from error
    if "error" in word:
        raise PatchError(*word["error"])
    rows: list[dict[str, Any]] = word["inputs"]
    return rows


def choose_input(inputs: list[Input], name: str) -> Input:
    """Return the input that `name` (or part of it) means, the default one for "".

    Raises PatchError, naming what there is, when none or more than one fits.
    """
    if not inputs:
        raise PatchError("there is no sound input on this machine.",
                         'Plug one in (or start JACK or PipeWire); or listen to a file = "song.wav".')
    if not name:
        return next((each for each in inputs if each.is_default), inputs[0])
    wanted = name.casefold()
    labels = {each.index: f"{each.name}, {each.api}".casefold() for each in inputs}
    fitting = [each for each in inputs if wanted in (each.name.casefold(), labels[each.index])] \
        or [each for each in inputs if wanted in labels[each.index]]
    shown = "; ".join(f'"{each.name}, {each.api}"' for each in fitting or inputs)
    if not fitting:
        raise PatchError(f'there is no sound input "{name}".', f"There are: {shown}.")
    if len({each.name[:31] for each in fitting}) > 1:  # MME cuts names at 31 letters
        raise PatchError(f'"{name}" fits {len(fitting)} sound inputs.', f"Name one of: {shown}.")
    return min(fitting, key=lambda each: _PREFERRED.index(each.api) if each.api in _PREFERRED else len(_PREFERRED))


def scan_inputs() -> list[Input]:
    """Return the inputs that are there now; raises PatchError when PortAudio is absent. No stream may be open."""
    sd = _load()
    try:
        default = int(sd.query_devices(kind="input")["index"])
    except (sd.PortAudioError, ValueError):
        default = -1
    apis = [api["name"] for api in sd.query_hostapis()]
    found = [(index, row, apis[row["hostapi"]]) for index, row in enumerate(sd.query_devices())
             if row["max_input_channels"] > 0]
    # Whoever has started a JACK server wants it to be used, also where the system's default leads elsewhere.
    jack = next((index for index, _, api in found if api.startswith("JACK")), default)
    return [Input(index, str(row["name"]), api, int(row["max_input_channels"]), int(row["default_samplerate"]),
                  index == jack) for index, row, api in found]


def _load() -> Any:
    known = "sounddevice" in sys.modules
    try:
        import sounddevice as sd
    except ImportError as error:
        raise PatchError("sounddevice is not installed.", "Install it with: pip install sounddevice") from error
    except OSError as error:
        raise PatchError(f"the PortAudio library is missing: {error}.",
                         "Debian and Ubuntu: apt-get install libportaudio2") from error
    if known:
        try:  # PortAudio looks for devices only when it is initialised
            sd._terminate()
            sd._initialize()
        except sd.PortAudioError as error:
            raise PatchError(f"PortAudio can't start: {error}.", "Is another sound server hanging?") from error
    return sd


def _open(device: Input, ring: SampleRing) -> Any:
    sd = sys.modules["sounddevice"]  # loaded by the scan that found the device

    def copy(samples: Any, frames: int, when: Any, status: Any) -> None:
        ring.write(samples)

    try:
        stream = sd.InputStream(samplerate=device.rate, device=device.index, channels=ring.channels, dtype="float32",
                                latency="low", callback=copy)
        stream.start()
    except (sd.PortAudioError, ValueError) as error:
        raise PatchError(f'the sound input "{device.name}" can\'t be opened: {error}.',
                         "Close other programs that hold it, or choose another.") from error
    return stream


def _listen(order: Order, gone: threading.Event) -> None:
    """Open the device (wait for it when patient) and tell what is heard, until told to go or it is gone."""
    said = ""
    while not gone.is_set():
        try:
            device = choose_input(scan_inputs(), order.name)
            ring = SampleRing(RING, min(device.channels, 2))
            stream = _open(device, ring)
        except LiveartError as error:
            if str(error) != said:
                _say({"error": [error.what, error.hint]})
            said = str(error)
            if not order.is_patient:
                return
            gone.wait(LOOK_EVERY)
            continue
        ear = Ear(device.rate, order.gain, order.is_auto, order.has_pitch)
        _say({"open": device.name, "rate": device.rate, "dt": ear.dt})
        _hear(ring.reader(), ear, gone)
        del stream  # kept until here: it plays as long as somebody holds it
        return


def _hear(reader: RingReader, ear: Ear, gone: threading.Event) -> None:
    fed, names = time.monotonic(), [field.name for field in fields(Frame)]
    while not gone.is_set() and time.monotonic() - fed < STALLED:
        time.sleep(POLL)  # cheaper than to wait for `gone`, two hundred times a second
        samples = reader.read()
        if len(samples):
            fed = time.monotonic()
            for frame in ear.feed(samples.mean(axis=1)):
                _say([getattr(frame, name) for name in names])


def _say(word: Any) -> None:
    try:
        print(json.dumps(word), flush=True)
    except OSError:
        os._exit(0)  # nobody listens any more


def _wait_for_end(gone: threading.Event) -> None:
    sys.stdin.buffer.read()
    gone.set()


def main() -> None:
    """Listen as the order on the command line says; without one, print the inputs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's affair
    if len(sys.argv) < 2:
        try:
            _say({"inputs": [{key: value for key, value in asdict(each).items() if key != "index"}
                             for each in scan_inputs()]})
        except LiveartError as error:
            _say({"error": [error.what, error.hint]})
    else:
        gone = threading.Event()
        threading.Thread(target=_wait_for_end, args=(gone,), daemon=True).start()
        _listen(Order(**json.loads(sys.argv[1])), gone)
    sys.stdout.flush()
    os._exit(0)  # without PortAudio's own farewell, which may hang or abort when the device is gone


if __name__ == "__main__":
    main()
