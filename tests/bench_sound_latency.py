"""How late a hand is heard: from an OSC message to the sound that undertow makes of it, measured at the sound card.

    python tests/bench_sound_latency.py --moves 40

`liveart play` runs in processes of its own, with short buffers and as it comes. An
ear on JACK hears what the sound card is given, in JACK's own frames; the message is timed by the same frames. The
device's own delay comes after the ear, and is not in what is measured. Two moves by turns:

gain    from silence to full: its first sample
latent  the first latent from -3 to 3 or back: where the spectrum is half way. Its glide, 0.1 s, is in it
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from jack_ear import CardEar, card_ear
from jack_server import RATE, start_jack
from sound_show import HEAD, VOICE, Show, playing

OUTPUTS = {"block = 128, blocks = 2": (128, "blocks = 2"), "block = 512, blocks = 1.5": (512, "blocks = 1.5"),
           "as it comes": (512, "")}
LISTEN = 0.7  # s after a move
WINDOW, HOP, BANDS = 512, 64, 24


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--period", type=int, default=128, help="frames in a period of JACK")
    asked = parser.parse_args()
    server = start_jack(f"bench-{os.getpid()}", asked.period)
    os.environ |= {"JACK_DEFAULT_SERVER": server.name, "JACK_NO_START_SERVER": "1"}
    try:
        for title, (block, blocks) in OUTPUTS.items():
            head = HEAD.replace("block = 512", f"block = {block}")
            audio = f'[[outputs]]\nkind = "audio"\n{blocks}\n'
            folder = Path(tempfile.mkdtemp())
            player = VOICE.format("undertow", 'params = { play = "drone" }')
            with card_ear(server) as ear, playing(folder, player, head, audio) as show:
                ear.connect()
                ear.hear(3.0)
                found = {"gain": [gain_move(ear, show) for _ in range(asked.moves)],
                         "latent": [latent_move(ear, show, turn) for turn in range(asked.moves)]}
                print(f"{title}: xruns {show.stats()['xruns']}, ear late {ear.lost()} times")
            print("\n".join(line for line in (folder / "said").read_text().splitlines()
                            if "hand to ear" in line or "buffer" in line or "voice:" in line))
            for way, times in found.items():
                print(f"  {way:7}", shown([each for each in times if each is not None]), flush=True)
    finally:
        server.stop()


def gain_move(ear: CardEar, show: Show) -> float | None:
    """Return the milliseconds from a message that brings the sound to its first sample."""
    show.send("voice/gain", -60.0)
    ear.until_level(0.0, 1e-6)
    time.sleep(random.uniform(0.0, 0.05))
    begin, sent = ear.place, ear.now
    show.send("voice/gain", 0.0)
    ear.until(lambda: bool(ear.heard(begin).any()))
    first = int(np.flatnonzero(ear.heard(begin).any(axis=1))[0])
    return float(ear.times(begin)[first] - sent) * 1000.0 / RATE


def latent_move(ear: CardEar, show: Show, turn: int) -> float | None:
    """Return the milliseconds from a message to the middle of the change in the spectrum."""
    time.sleep(random.uniform(0.3, 0.35))
    begin, sent = ear.place, ear.now
    show.send("voice/latent_1", 3.0 if turn % 2 else -3.0)
    ear.hear(LISTEN)
    start = max(begin - RATE // 4, 0)
    heard, times = ear.heard(start)[:, 0], ear.times(start)
    shapes, middles = spectra(heard)
    before = shapes[times[middles] < sent].mean(axis=0)
    after = shapes[-RATE // 4 // HOP :].mean(axis=0)
    way = (shapes - before) @ (after - before) / max(float((after - before) @ (after - before)), 1e-9)
    smooth = np.convolve(way, np.ones(9) / 9, "same")
    past = np.flatnonzero((smooth > 0.5) & (times[middles] > sent))
    return float(times[middles[past[0]]] - sent) * 1000.0 / RATE if len(past) else None


def spectra(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the level of BANDS bands in each window, in dB, [windows, bands], and where the windows' middles are."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW), axis=1)) ** 2
    edges = np.unique(np.geomspace(1, WINDOW // 2, BANDS + 1).astype(int))
    levels = 10 * np.log10(np.add.reduceat(power, edges[:-1], axis=1) + 1e-7)
    return levels, np.arange(len(windows)) * HOP + WINDOW // 2


def shown(found: list[float]) -> str:
    """Return count, least, p50, p90, p99 and most."""
    if not found:
        return "nothing was heard"
    ordered = sorted(found)
    shares = [f"p{share} {ordered[min(len(ordered) * share // 100, len(ordered) - 1)]:.1f}" for share in (90, 99)]
    return "  ".join([f"n {len(found)}", f"least {ordered[0]:.1f}", f"p50 {statistics.median(ordered):.1f}", *shares,
                      f"most {ordered[-1]:.1f} ms"])


if __name__ == "__main__":
    main()
