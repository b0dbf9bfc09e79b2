"""What a wavetable training shows: a dark sheet of decoded cycles, and a short journey to listen to."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from liveart.core.cycle import centroid, draw_cycle, to_amplitudes
from liveart.core.latent import seed_point, slerp

Decode = Callable[[np.ndarray], np.ndarray]  # z [B, latent] -> levels [B, harmonics]

BACKGROUND = np.array([10, 11, 16], np.float32)
# Dark sounds are blue, bright ones amber; colours between are blended in this order.
_INKS = np.array([[70, 110, 255], [60, 200, 235], [150, 235, 170], [255, 205, 95], [255, 120, 90]], np.float32)


def plane_of_seeds(columns: int, rows: int, latent: int, seed: int = 0, step: int = 3) -> np.ndarray:
    """Return latents [rows * columns, latent]: a seed at every `step`-th place, great arcs between them."""
    def between(x: int, y: int) -> np.ndarray:
        left, top = x // step, y // step
        a, b, c, d = (seed_point(seed + 64 * (top + j) + left + i, latent) for j in (0, 1) for i in (0, 1))
        across, down = x % step / step, y % step / step
        return slerp(slerp(a, b, across), slerp(c, d, across), down)
    return np.stack([between(x, y) for y in range(rows) for x in range(columns)])


def draw_sheet(levels: np.ndarray, columns: int, width: int = 1024) -> Image.Image:
    """Return the cycles of `levels` [count, harmonics] as glowing curves, `columns` in a row, on a dark ground."""
    scale = 2  # drawn larger and reduced: smooth lines without a drawing library
    tile = width * scale // columns
    rows = -(-len(levels) // columns)
    light = np.zeros((rows * tile, columns * tile, 3), np.float32)
    cycles = draw_cycle(_drawable(levels), 1024)
    inks = _inks(levels)
    for index, (cycle, ink) in enumerate(zip(cycles, inks, strict=True)):
        top, left = index // columns * tile, index % columns * tile
        light[top : top + tile, left : left + tile] += _curve(cycle, tile)[..., None] * ink
    picture = np.clip(BACKGROUND + light, 0, 255).astype(np.uint8)
    image = Image.fromarray(picture)
    return image.resize((image.width // scale, image.height // scale), Image.Resampling.LANCZOS)


def _drawable(levels: np.ndarray) -> np.ndarray:
    """Return amplitudes whose highest harmonics are softened, so that a curve has no ringing at its edges."""
    numbers = np.arange(1, levels.shape[1] + 1)
    amplitudes: np.ndarray = to_amplitudes(levels) * np.exp(-((numbers / 48.0) ** 2))
    return amplitudes


def _inks(levels: np.ndarray) -> np.ndarray:
    brightness = np.clip(np.log2(centroid(levels)) / 3.5, 0.0, 1.0) * (len(_INKS) - 1)
    low = np.minimum(brightness.astype(int), len(_INKS) - 2)
    share = (brightness - low)[:, None]
    inks: np.ndarray = _INKS[low] * (1 - share) + _INKS[low + 1] * share
    return inks


def _curve(cycle: np.ndarray, tile: int) -> np.ndarray:
    """Return a tile [tile, tile] of light 0..1: a thin bright line with a soft glow around and below it."""
    margin = tile // 9
    span = tile - 2 * margin
    places = np.interp(np.linspace(0, len(cycle), span), np.arange(len(cycle) + 1), np.append(cycle, cycle[0]))
    peak = np.abs(places).max()
    heights = tile / 2 - places / max(float(peak), 1e-9) * (span / 2.4)
    before, after = np.concatenate([heights[:1], heights[:-1]]), heights
    low, high = np.minimum(before, after), np.maximum(before, after)
    rows = np.arange(tile, dtype=np.float32)[:, None]
    away = np.maximum(np.maximum(low - rows, rows - high), 0.0)  # steep edges are drawn as whole strokes
    light = np.exp(-((away / 2.2) ** 2)) + 0.34 * np.exp(-away / (tile * 0.05))
    out = np.zeros((tile, tile), np.float32)
    out[:, margin : margin + span] = np.minimum(light, 1.0)
    return out


def journey(decode: Decode, latent: int, seconds: float = 8.0, rate: int = 44100, hertz: float = 110.0) -> np.ndarray:
    """Return float32 [samples]: one held note that travels from seed to seed, one a second."""
    count, hop = int(seconds * rate), 1024
    stations = [seed_point(20 + k, latent) for k in range(int(seconds) + 2)]
    times = np.arange(0, count + hop, hop) / rate
    points = np.stack([slerp(stations[int(t)], stations[int(t) + 1], t % 1.0) for t in times])
    amplitudes = to_amplitudes(decode(points))
    amplitudes /= np.sqrt((amplitudes**2).sum(1, keepdims=True)) + 1e-9
    amplitudes[:, np.arange(1, amplitudes.shape[1] + 1) * hertz > 0.45 * rate] = 0.0
    tables = draw_cycle(amplitudes, 2048)
    tables = np.concatenate([tables, tables[:, :1]], axis=1)
    place = (np.arange(count) * hertz / rate % 1.0) * 2048
    index, block = place.astype(int), np.arange(count) // hop
    share = (np.arange(count) % hop) / hop

    def read(row: np.ndarray) -> np.ndarray:
        low = tables[row, index]
        sample: np.ndarray = low + (tables[row, index + 1] - low) * (place - index)
        return sample

    samples = read(block) * (1 - share) + read(block + 1) * share
    fade = np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.05 * rate)
    out: np.ndarray = (0.2 * samples * np.clip(fade, 0.0, 1.0)).astype(np.float32)
    return out


def save_wav(path: Path, samples: np.ndarray, rate: int = 44100) -> None:
    """Write mono float samples [frames] in -1..1 as 16-bit wav."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
