"""An independent ear on what a JACK server's sound card is given, sample by sample with its time; and Pd as a voice."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from hosts import free_port
from jack_server import RATE, JackServer
from osc_peer import wait_for
from parts import needs

LONGEST = 300  # s that an ear can remember
NAME = "pdvoice"  # of Pd on JACK, and so of the sound input that it is for others
# What Pd plays: `tone` and `noise` are how loud a sine of 440 Hz and white noise are, as messages to a UDP port.
PATCH = """#N canvas 0 0 400 300 12;
#X obj 10 10 netreceive -u {port};
#X obj 10 40 route tone noise;
#X obj 10 80 osc~ 440;
#X obj 10 110 *~;
#X obj 150 80 noise~;
#X obj 150 110 *~;
#X obj 10 150 dac~;
#X connect 0 0 1 0;
#X connect 1 0 3 1;
#X connect 1 1 5 1;
#X connect 2 0 3 0;
#X connect 4 0 5 0;
#X connect 3 0 6 0;
#X connect 3 0 6 1;
#X connect 5 0 6 0;
#X connect 5 0 6 1;
"""


class CardEar:
    """Records what any program sends to the sound card, and knows when each sample was due (JACK's frames)."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._ports = [client.inports.register(f"in_{side}") for side in range(2)]
        # Of all that is heard: a test that looks at it often must not keep the ear from its next period.
        self._samples = np.empty((LONGEST * RATE, 2), np.float32)
        self._frames = np.empty(LONGEST * RATE, np.int64)
        self._place = 0
        client.set_process_callback(self._take)
        client.activate()

    @property
    def now(self) -> int:
        """The frame that JACK is at, as near as its clock tells."""
        return int(self._client.frame_time)

    @property
    def place(self) -> int:
        """How many samples were heard so far."""
        return self._place

    @property
    def period(self) -> int:
        """The frames in a period of the server."""
        return int(self._client.blocksize)

    def connect(self, seconds: float = 60.0) -> None:
        """Connect to whatever plays on the sound card. Fails when nothing does in time."""
        ends = [f"system:playback_{side + 1}" for side in range(2)]
        limit = time.monotonic() + seconds
        while not all(sources := [self._client.get_all_connections(end) for end in ends]):
            assert time.monotonic() < limit, "no program played on the JACK server"
            time.sleep(0.1)
        for source, port in zip(sources, self._ports, strict=True):
            self._client.connect(source[0], port)

    def heard(self, since: int = 0) -> np.ndarray:
        """Return float32 [frames, 2] of what was recorded, from the sample with this number on."""
        return self._samples[since : self._place].copy()

    def times(self, since: int = 0) -> np.ndarray:
        """Return the frame at which each of these samples was due, int64 [frames]."""
        return self._frames[since : self._place].copy()

    def lost(self, since: int = 0) -> int:
        """Return how many times the ear itself was late, and has not heard a period."""
        return int((np.diff(self.times(since)) != 1).sum())

    def hear(self, seconds: float) -> np.ndarray:
        """Return the next float32 [frames, 2]."""
        begin = self.place
        self.until(lambda: self.place >= begin + seconds * RATE)
        return self.heard(begin)

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until it is so. Fails when it is not in time."""
        limit = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < limit, f"not heard in time; {self.level(1.0):.5f} was"
            time.sleep(0.01)

    def until_level(self, low: float, high: float, seconds: float = 60.0) -> None:
        """Wait until a fifth of a second is as loud as this, as a root mean square."""
        self.until(lambda: low <= self.level(0.2) <= high, seconds)

    def level(self, seconds: float) -> float:
        """Return the root mean square of what was heard last."""
        return level(self.heard(max(self.place - int(seconds * RATE), 0)))

    def _take(self, frames: int) -> None:
        begin, end = self._place, self._place + frames
        if end <= len(self._samples):
            for side, port in enumerate(self._ports):
                self._samples[begin:end, side] = port.get_array()
            self._frames[begin:end] = self._client.last_frame_time + np.arange(frames)
            self._place = end


@contextmanager
def card_ear(server: JackServer) -> Iterator[CardEar]:
    """Return an ear on the server, connected to nothing yet."""
    import jack

    client = jack.Client("ear", no_start_server=True, servername=server.name)
    try:
        yield CardEar(client)
    finally:
        client.deactivate()
        client.close()


class PdVoice:
    """A Pure Data without a screen, whose voice other programs have for a sound input called NAME."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process, self._port = process, port
        self._door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def play(self, word: str, loud: float) -> None:
        """Set how loud its "tone" or "noise" is."""
        self._door.sendto(f"{word} {loud};\n".encode(), ("127.0.0.1", self._port))

    def close(self) -> None:
        """End it."""
        self._door.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)


@contextmanager
def pd_voice(server: JackServer, folder: Path) -> Iterator[PdVoice]:
    """Return a Pd that is silent yet, its outputs connected to nothing."""
    import jack

    port = free_port()
    (folder / "voice.pd").write_text(PATCH.format(port=port))
    words = [needs("pd"), "-nogui", "-nrt", "-nomidi", "-jack", "-nojackconnect", "-jackname", NAME, "-r", str(RATE),
             "-audiobuf", "60", "-send", "pd dsp 1", "voice.pd"]
    environment = os.environ | {"JACK_DEFAULT_SERVER": server.name, "JACK_NO_START_SERVER": "1"}
    voice = PdVoice(subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, env=environment), port)
    asks = jack.Client("asks", no_start_server=True, servername=server.name)
    try:
        assert wait_for(lambda: bool(asks.get_ports(f"{NAME}:output", is_output=True)), 30.0), "Pd has no outputs"
        yield voice
    finally:
        asks.close()
        voice.close()


def level(samples: np.ndarray) -> float:
    """Return the root mean square."""
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean())) if len(samples) else 0.0
