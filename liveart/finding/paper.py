"""Dark sheets: pictures with fine labels on them, and lines that glow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from liveart.errors import LiveartError, UsageError

GROUND, INK, FAINT, ACCENT, WARM = (13, 14, 18), (232, 232, 226), (138, 142, 152), (98, 214, 232), (255, 172, 86)
FINER = 3  # lines are drawn so many times larger and reduced: Pillow's own have no soft edge
Point = tuple[float, float]
Colour = tuple[int, int, int]


class Paper:
    """A sheet of pixels; places are those of top left corners unless said otherwise."""

    def __init__(self, width: int, height: int) -> None:
        self.image = Image.new("RGB", (width, height), GROUND)
        self._draw = ImageDraw.Draw(self.image)

    def tile(self, picture: np.ndarray | Image.Image, x: float, y: float, size: int,
             edge: Colour | None = None) -> None:
        """Lay a square picture down, `size` pixels a side, with an edge of a colour where one is given."""
        image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
        place = (round(x), round(y))
        if edge:
            self._draw.rectangle((place[0] - 3, place[1] - 3, place[0] + size + 2, place[1] + size + 2), fill=edge)
        self.image.paste(image.resize((size, size), Image.Resampling.LANCZOS), place)

    def text(self, x: float, y: float, words: str, size: int = 13, colour: Colour = INK, anchor: str = "la") -> None:
        """Write `words`; `anchor` is Pillow's ("la": left, top; "mm": the middle)."""
        self._draw.text((x, y), words, fill=colour, font=ImageFont.load_default(size), anchor=anchor)

    def tag(self, x: float, y: float, words: str, size: int = 12, colour: Colour = INK) -> None:
        """Write `words` on a small dark field whose lower left corner is at (x, y), legible on any picture."""
        font = ImageFont.load_default(size)
        _, _, width, height = font.getbbox(words, anchor="la")
        self._draw.rectangle((x, y - height - 4, x + width + 7, y), fill=GROUND)
        self._draw.text((x + 4, y - height - 3), words, fill=colour, font=font, anchor="la")

    def line(self, points: Sequence[Point], colour: Colour = ACCENT, width: float = 2.0, glow: float = 6.0) -> None:
        """Draw a smooth line through `points`, with a soft light around it."""
        mask = Image.new("L", (self.image.width * FINER, self.image.height * FINER))
        finer = [(x * FINER, y * FINER) for x, y in points]
        ImageDraw.Draw(mask).line(finer, fill=255, width=round(width * FINER), joint="curve")
        mask = mask.resize(self.image.size, Image.Resampling.BOX)
        light = mask.filter(ImageFilter.GaussianBlur(glow)).point(lambda value: min(255, value * 2))
        for layer, share in ((light, 0.6), (mask, 1.0)):
            self.image.paste(Image.new("RGB", self.image.size, colour), (0, 0), _times(layer, share))

    def save(self, path: Path) -> Path:
        """Write a PNG in one step; return its path. Raises UsageError where that is not possible."""
        save_picture(path, self.image)
        return path


def _times(mask: Image.Image, share: float) -> Image.Image:
    return mask.point(lambda value: round(value * share))


def save_picture(path: Path, image: Image.Image) -> None:
    """Write a PNG in one step, so that nobody reads half of it. Raises UsageError where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        image.save(draft, format="PNG")
        draft.replace(path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror or error}.", "Choose another place.") from error


def load_picture(path: Path) -> Image.Image:
    """Return a picture as RGB, turned as its camera was held. Raises LiveartError when Pillow can't read it."""
    from PIL import ImageOps

    if not path.is_file():
        raise UsageError(f"there is no picture {path}.", "Give a JPEG, PNG, WebP, TIFF or BMP.")
    try:
        with Image.open(path) as opened:
            return ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LiveartError(f"{path} can't be read as a picture: {error}.",
                           "Give a JPEG, PNG, WebP, TIFF or BMP.") from error


def centred_square(image: Image.Image, size: int) -> Image.Image:
    """Return the largest square in the middle of a picture, scaled to `size` pixels a side."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    return square.resize((size, size), Image.Resampling.LANCZOS)
