"""A real NDI receiver in a process of its own, and trials of the ndi sink against it.

    python tests/ndi_receiver.py bench --size 1920x1080 --fps 60 --seconds 60     send, receive, print the figures
    python tests/ndi_receiver.py listen NAME --seconds 5                          receive any NDI source

The receiver uses cyndilib's own binding, which shares no code with the sink. A trial runs in a network of its own where
the system has such (Linux), so that nothing is announced outside; elsewhere both meet on loopback.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48000
APART = ["unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def listen(name: str, seconds: float, keep: Path | None) -> dict[str, Any]:
    """Receive the source whose name contains `name` for so long from its first frame on; return what came."""
    from cyndilib.finder import Finder
    from cyndilib.receiver import Receiver
    from cyndilib.video_frame import VideoFrameSync
    from cyndilib.wrapper.ndi_recv import RecvBandwidth, RecvColorFormat
    from ndi_ear import NdiEar

    finder = Finder()
    finder.open()
    source = _find(finder, name)
    video = VideoFrameSync()
    receiver = Receiver(color_format=RecvColorFormat.RGBX_RGBA, bandwidth=RecvBandwidth.highest)
    receiver.frame_sync.set_video_frame(video)
    receiver.set_source(source)
    receiver.set_source_tally_program(True)
    ear = NdiEar(source.name)
    codes: list[float] = []
    hops: list[float] = []
    pixels, end = np.zeros((0, 0, 4), np.uint8), time.monotonic() + 15.0
    while time.monotonic() < end:
        receiver.frame_sync.capture_video()
        now, code = time.monotonic(), video.get_timecode_posix()
        if video.xres and (not codes or code != codes[-1]):
            end = end if codes else now + seconds
            codes.append(code)
            hops.append((now - code) * 1000)
            if now > end - 0.3:  # one of the last is enough
                pixels = video.get_array().reshape(video.yres, video.xres, 4)
        ear.listen()
        time.sleep(0.003)
    rate = video.get_frame_rate()
    if keep is not None:
        np.savez(keep, pixels=pixels, codes=codes, sound=ear.sound)
    ear.close()
    finder.close()
    at = np.percentile(hops[10:] or [0.0], [50, 95, 100]).round(2).tolist()
    return {"source": source.name, "received": len(codes), "size": [video.xres, video.yres],
            "rate": [rate.numerator, rate.denominator], "hop_ms": dict(zip(("p50", "p95", "max"), at, strict=True)),
            "sound_rate": ear.rate, "sound_apart_ms": _apart(ear.codes, ear.rate),
            "widest_gap_ms": round(float(np.max(np.diff(codes), initial=0.0)) * 1000, 1)}


def _find(finder: Any, name: str) -> Any:
    end = time.monotonic() + 15.0
    while time.monotonic() < end:
        finder.wait_for_sources(1.0)
        for word in finder.get_source_names():
            if name in word:
                return finder.get_source(word)
    raise SystemExit(f"no NDI source {name}; there are {finder.get_source_names()}")


def _apart(codes: list[tuple[float, int]], rate: int) -> float:
    """Return how far a block's time code lies, at most, from the end of the block before it, in ms."""
    ends = [code + count / rate for code, count in codes]
    return round(max((abs(code - end) for end, (code, _) in zip(ends, codes[1:], strict=False)), default=0.0) * 1000, 3)


def trial(size: tuple[int, int], fps: float, seconds: float, is_hung: bool) -> dict[str, Any]:
    """Send to a receiver for so long; return the figures of both sides. `is_hung`: it is stopped in between."""
    from ndi_show import NdiShow, stop_and_go

    name = f"trial-{os.getpid()}"
    show = NdiShow(name, size, fps)
    keep = Path(os.environ["NDI_CONFIG_DIR"], "heard.npz")
    command = [sys.executable, __file__, "listen", name, "--seconds", str(seconds), "--keep", str(keep)]
    receiver = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def begin() -> None:
        if is_hung:
            stop_and_go(lambda: receiver.send_signal(signal.SIGSTOP), lambda: receiver.send_signal(signal.SIGCONT),
                        seconds)

    try:
        show.play(lambda: receiver.poll() is not None, begin)
        out, _ = receiver.communicate(timeout=10)
    finally:
        receiver.kill()
        show.outlet.close()
    with np.load(keep) as kept:
        found = {**show.figures(), **json.loads(out), "missing": show.missing(kept["codes"])}
        found |= show.compare(kept["pixels"], float(kept["codes"][-1]))
        return found | {"tones": [_tone(channel[-RATE // 2:]) for channel in kept["sound"]]}


def _tone(samples: np.ndarray) -> dict[str, float]:
    """Return the strongest frequency (Hz) of half a second and its level."""
    if len(samples) == 0:
        return {"hz": 0.0, "level": 0.0}
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 8 * len(samples)))
    return {"hz": round(float(spectrum.argmax()) / 8 / len(samples) * RATE, 1),
            "level": round(float(spectrum.max()) * 4 / len(samples), 3)}


def run_trial(size: str = "320x180", fps: float = 60.0, seconds: float = 2.0, is_hung: bool = False) -> dict[str, Any]:
    """Return the figures of a trial in processes of its own. Raises AssertionError with what it said when it fails."""
    command = [__file__, "trial", "--size", size, "--fps", str(fps), "--seconds", str(seconds)]
    found: dict[str, Any] = json.loads(run_apart([*command, *(["--hung"] if is_hung else [])]).splitlines()[-1])
    return found


def run_apart(arguments: list[str]) -> str:
    """Run Python where NDI is alone with itself; return what it wrote. Raises AssertionError when it fails."""
    has_apart = shutil.which("unshare") and shutil.which("ip") and subprocess.run(
        [*APART, "true"], capture_output=True, check=False).returncode == 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "ndi-config.v1.json").write_text(json.dumps({"ndi": {"networks": {"ips": "127.0.0.1,"}}}))
        command = [*(APART if has_apart else []), sys.executable, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, "NDI_CONFIG_DIR": folder})
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
    return done.stdout


def main() -> None:
    """Run one command; its figures come as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("bench", "trial", "listen"))
    parser.add_argument("name", nargs="?", default="liveart")
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--hung", action="store_true", help="stop the receiver for the middle third")
    parser.add_argument("--keep", type=Path, help="write the last picture and the sound here (.npz)")
    args = parser.parse_args()
    if args.what == "bench":
        print(json.dumps(run_trial(args.size, args.fps, args.seconds, args.hung), indent=2))
    elif args.what == "trial":
        width, height = (int(side) for side in args.size.split("x"))
        print(json.dumps(trial((width, height), args.fps, args.seconds, args.hung)))
    else:
        print(json.dumps(listen(args.name, args.seconds, args.keep)))


if __name__ == "__main__":
    main()
