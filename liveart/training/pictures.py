"""Pictures to train on: a folder or an .npz, decoded once into memory, served as crops that a seed decides."""

from __future__ import annotations

import zipfile
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from liveart.errors import TrainingError

from .recipe import Recipe
from .tone import graded, turned_hue

Bytes = NDArray[np.uint8]
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm"})
MEMORY = 6 << 30  # bytes that the decoded pictures may take


@dataclass(frozen=True, slots=True)
class Pictures:
    """Decoded pictures, each `[H, W, channels]` uint8, and the names of files that could not be used."""

    images: list[Bytes]
    skipped: dict[str, str] = field(default_factory=dict)  # file name -> reason


def read_pictures(path: Path, recipe: Recipe) -> Pictures:
    """Return the pictures of a folder (searched deeply) or an .npz; broken and tiny ones are named, not used.

    Raises TrainingError when nothing usable is left.
    """
    if path.is_dir():
        found = _from_folder(path, recipe)
    elif path.suffix == ".npz" and path.is_file():
        found = _from_npz(path, recipe)
    else:
        raise TrainingError(f"{path} is neither a folder nor an .npz file.", "Give a folder of pictures.")
    if not found.images:
        first = next(iter(found.skipped.items()), None)
        why = f" {len(found.skipped)} were skipped, such as {first[0]} ({first[1]})." if first else ""
        raise TrainingError(f"{path} holds no usable picture.{why}", "Give pictures of JPEG, PNG, WebP, TIFF or BMP.")
    return found


def _from_folder(path: Path, recipe: Recipe) -> Pictures:
    files = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    most = _most_pixels(len(files), recipe)
    found = Pictures([])
    for file in files:
        try:
            picture = _decode(file, recipe, most)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            found.skipped[file.name] = f"can't be decoded: {error}"
            continue
        short = min(picture.shape[:2])
        if short < recipe.size // 2:
            found.skipped[file.name] = f"only {short} pixels on its short side"
        else:
            found.images.append(picture)
    return found


def _most_pixels(count: int, recipe: Recipe) -> int:
    """Return the short side to which larger pictures are reduced, so that all of them fit into memory."""
    wanted = recipe.size * (8 if recipe.crops == "multi" else 2)
    fits = int((MEMORY / (max(count, 1) * recipe.channels)) ** 0.5)
    return max(recipe.size, min(wanted, fits))


def _decode(file: Path, recipe: Recipe, most: int) -> Bytes:
    with Image.open(file) as opened:
        opened.draft("RGB", (most, most))  # lets JPEG decode at a fraction of its size, never below this
        picture = opened.convert("RGB" if recipe.channels == 3 else "L")
    if (shrink := most / min(picture.size)) < 1:
        size = (max(most, round(picture.width * shrink)), max(most, round(picture.height * shrink)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture = graded(picture, recipe)
    return np.asarray(picture, dtype=np.uint8).reshape(picture.height, picture.width, recipe.channels)


def _from_npz(path: Path, recipe: Recipe) -> Pictures:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            stack = next((arrays[name] for name in arrays.files if arrays[name].ndim in (3, 4)), None)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path} can't be read: {error}.", "Save it with numpy.savez_compressed.") from error
    if stack is None or stack.dtype != np.uint8:
        raise TrainingError(f"{path} holds no uint8 array [N, H, W] or [N, H, W, C].", "Save pictures as 0..255.")
    stack = stack[..., None] if stack.ndim == 3 else stack
    if stack.shape[-1] != recipe.channels:
        raise TrainingError(f"{path} has {stack.shape[-1]} channels, the recipe {recipe.channels}.", "Make them agree.")
    return Pictures([_graded(picture, recipe) for picture in stack])


def _graded(picture: Bytes, recipe: Recipe) -> Bytes:
    image = Image.fromarray(picture.squeeze(2) if picture.shape[2] == 1 else picture)
    done = np.asarray(graded(image, recipe), dtype=np.uint8)
    return done.reshape(*done.shape[:2], -1)


def crop(pictures: Pictures, recipe: Recipe, rng: np.random.Generator) -> Bytes:
    """Return one crop `[size, size, channels]`; with a preference, the better one of two."""
    first = _one_crop(pictures, recipe, rng)
    if recipe.prefer == "any":
        return first
    second = _one_crop(pictures, recipe, rng)
    return max((first, second), key=_brightness if recipe.prefer == "bright" else _vividness)


def _brightness(picture: Bytes) -> float:
    return float(picture.mean())


def _vividness(picture: Bytes) -> float:
    spread = picture.max(axis=2).astype(np.float32) - picture.min(axis=2)
    return float(spread.mean() + picture.std())


def _one_crop(pictures: Pictures, recipe: Recipe, rng: np.random.Generator) -> Bytes:
    picture = pictures.images[int(rng.integers(len(pictures.images)))]
    height, width, channels = picture.shape
    short, size = min(height, width), recipe.size
    scale = recipe.crop_low * (recipe.crop_high / recipe.crop_low) ** rng.random()  # even on a log scale
    side = min(short, max(2, round(scale * (size if recipe.crops == "multi" else short))))
    top, left = int(rng.integers(height - side + 1)), int(rng.integers(width - side + 1))
    part = picture[top : top + side, left : left + side]
    if side != size:
        image = Image.fromarray(part.squeeze() if channels == 1 else part)
        part = np.asarray(image.resize((size, size), Image.Resampling.LANCZOS)).reshape(size, size, channels)
    if recipe.hue_low != recipe.hue_high and channels == 3:
        part = turned_hue(part, rng.uniform(recipe.hue_low, recipe.hue_high))
    return _flipped(part, recipe.flips, rng)


def _flipped(part: Bytes, flips: str, rng: np.random.Generator) -> Bytes:
    if flips != "none" and rng.random() < 0.5:
        part = part[:, ::-1]
    if flips in ("hv", "all") and rng.random() < 0.5:
        part = part[::-1]
    if flips == "all" and rng.random() < 0.5:
        part = part.transpose(1, 0, 2)
    return part


def batch(pictures: Pictures, recipe: Recipe, seed: int, iteration: int, rank: int = 0) -> Bytes:
    """Return the crops `[B, size, size, channels]` of one iteration: the same ones whenever it is asked again."""
    rng = np.random.default_rng((seed, iteration, rank))
    return np.stack([crop(pictures, recipe, rng) for _ in range(recipe.batch)])


def batches(
    pictures: Pictures, recipe: Recipe, seed: int, start: int, rank: int = 0, ahead: int = 4
) -> Generator[Bytes]:
    """Yield the crops of iteration `start`, `start + 1`, …, some of them made ahead by threads.

    A batch depends on nothing but the seed and its number, so a resumed run goes on with the very same data.
    """
    pool = ThreadPoolExecutor(max_workers=ahead, thread_name_prefix="crops")
    try:
        waiting: list[Future[Bytes]] = []
        iteration = start
        while True:
            while len(waiting) < ahead:
                waiting.append(pool.submit(batch, pictures, recipe, seed, iteration, rank))
                iteration += 1
            yield waiting.pop(0).result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
