"""PNG recordings: one numbered picture a frame, as compositing programs and ffmpeg read them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from liveart.sinks.file_out import Recipe, make_folder, unwritable


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the files of a sequence are called: folder, what stands before and after the number, how many digits."""

    folder: Path
    before: str
    digits: int
    after: str

    @classmethod
    def read(cls, path: Path, is_folder: bool) -> Numbering:
        """Read `shots/` (shots/frame_000001.png), `shots.png` (shots_000001.png) or `shot%04d.png` (shot0001.png)."""
        if is_folder:
            return cls(path, "frame_", 6, ".png")
        found = re.fullmatch(r"(.*)%0?(\d*)d(.*)", path.name)
        if found:
            return cls(path.parent, found[1], int(found[2] or 1), found[3])
        return cls(path.parent, f"{path.stem}_", 6, path.suffix)

    def name(self, number: int) -> Path:
        """Return the path of picture `number`, which counts from 1."""
        return self.folder / f"{self.before}{number:0{self.digits}d}{self.after}"

    def free(self, is_folder: bool) -> Numbering:
        """Return the first of `shots/`, `shots-2/`, … (or `shots_…`, `shots-2_…`) that holds no picture 1."""
        for turn in count(2):
            other = self if turn == 2 else self._other(turn - 1, is_folder)
            if not other.name(1).exists():
                return other
        raise AssertionError("names never end")

    def _other(self, turn: int, is_folder: bool) -> Numbering:
        if is_folder:
            return replace(self, folder=self.folder.with_name(f"{self.folder.name}-{turn}"))
        return replace(self, before=f"{self.before.rstrip('_-')}-{turn}_")


class PngRecording:
    """Numbered PNG files; a frame that is repeated is written again, so that the numbers have no holes."""

    def __init__(self, path: Path, recipe: Recipe, is_folder: bool) -> None:
        names = Numbering.read(path, is_folder)
        self._names = names if recipe.overwrite else names.free(is_folder)
        self.path = self._names.folder if is_folder else self._names.name(1)
        self._overwrite = recipe.overwrite
        self._count = 0
        self._last = b""
        make_folder(self._names.folder)
        self._try_folder()

    def picture(self, pixels: np.ndarray) -> None:
        """Write one frame, uint8 [height, width, 3]."""
        store = io.BytesIO()
        # The lightest compression: a third larger than the best, five times quicker.
        Image.fromarray(np.ascontiguousarray(pixels[..., :3])).save(store, "PNG", compress_level=1)
        self._last = store.getvalue()
        self.repeat(1)

    def repeat(self, times: int) -> None:
        """Write the last frame again."""
        for _ in range(times):
            self._count += 1
            self._names.name(self._count).write_bytes(self._last)

    def sound(self, samples: np.ndarray) -> None:
        """Do nothing: pictures have no sound."""

    def close(self) -> None:
        """Remove what a longer sequence of the same name left behind, when told to overwrite."""
        if self._overwrite and self._count:
            for number in count(self._count + 1):
                if not self._names.name(number).exists():
                    break
                self._names.name(number).unlink()

    def abandon(self) -> None:
        """Remove the picture that could not be written whole."""
        self._names.name(self._count).unlink(missing_ok=True)

    def _try_folder(self) -> None:
        trial = self._names.folder / ".liveart-trial"
        try:
            trial.write_bytes(b"")
            trial.unlink()
        except OSError as error:
            raise unwritable(self._names.folder, error) from error
