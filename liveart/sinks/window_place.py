"""Where a window and the picture in it go: screens, sizes, rectangles; pure functions, no window library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from liveart.errors import SinkError

Size = tuple[int, int]
Rect = tuple[int, int, int, int]  # left, top, width, height

_ROOM = 0.9  # share of the screen that a window takes at most
_LEAST = 512  # pixels of a window's shorter side, where the screen has room


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen. `number` counts from 1, the main one first; `hz` 0: not known; `area` leaves out bars and docks."""

    number: int
    name: str
    size: Size
    hz: int
    is_primary: bool
    place: tuple[int, int] = (0, 0)
    area: Rect = (0, 0, 0, 0)
    handle: Any = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        pace = f" {self.hz} Hz" if self.hz else ""
        return f'{self.number} "{self.name}" {self.size[0]}x{self.size[1]}{pace}'


def find_screen(wanted: str, screens: Sequence[Screen], before: Screen | None = None) -> Screen | None:
    """Return the screen of that number or with that in its name, the first that fits; None when there is none.

    `before` is the one that it was until now: that is found by its name, whatever its number has become.
    """
    same = [screen for screen in screens if before is not None and screen.name == before.name]
    if len(same) == 1:
        return same[0]
    by_number = [screen for screen in screens if wanted == str(screen.number)]
    return next(iter(by_number or [screen for screen in screens if wanted.lower() in screen.name.lower()]), None)


def no_screen(wanted: str, screens: Sequence[Screen]) -> str:
    """Return the sentence that says which screens there are instead of the wanted one."""
    return f'there is no screen "{wanted}"; screens: {", ".join(map(str, screens)) or "none"}.'


def screen_under(rect: Rect, screens: Sequence[Screen]) -> Screen | None:
    """Return the screen on which most of a window lies; the main one when it lies on none."""
    return max(screens, key=lambda screen: _share(rect, screen), default=None)


def is_seen(rect: Rect, screens: Sequence[Screen]) -> bool:
    """Say whether any of a window lies on a screen."""
    return any(_share(rect, screen) > 0 for screen in screens)


def _share(rect: Rect, screen: Screen) -> int:
    wide = min(rect[0] + rect[2], screen.place[0] + screen.size[0]) - max(rect[0], screen.place[0])
    high = min(rect[1] + rect[3], screen.place[1] + screen.size[1]) - max(rect[1], screen.place[1])
    return max(wide, 0) * max(high, 0)


def read_size(text: str) -> Size | None:
    """Return the size that "1280x720" says; None for "". Raises SinkError."""
    if not text:
        return None
    found = re.fullmatch(r"\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(16 <= side <= 16384 for side in size):
        raise SinkError(f'a window can\'t have the size "{text}".',
                        'Write size = "1280x720", 16 to 16384 pixels a side.')
    return size


def window_size(picture: Size, area: Rect) -> Size:
    """Return the size of a window for a picture: 1:1, a whole multiple of a small one, less where it has no room."""
    room = max(area[2] * _ROOM, 16), max(area[3] * _ROOM, 16)
    most = min(room[0] / picture[0], room[1] / picture[1])
    wanted = max(-(-_LEAST // min(picture)), 1)
    scale = min(wanted, int(most)) if most >= 1 else most
    return max(round(picture[0] * scale), 16), max(round(picture[1] * scale), 16)


def centred(size: Size, area: Rect) -> tuple[int, int]:
    """Return the left and top of a window in the middle of an area, its title bar never above it."""
    return area[0] + max((area[2] - size[0]) // 2, 0), area[1] + max((area[3] - size[1]) // 2, 0)


def fitted(picture: Size, frame: Size, fit: str) -> Rect:
    """Return where a picture lies in a frame, unstretched: "contain" leaves bars, "cover" cuts the overhang."""
    shares = frame[0] / picture[0], frame[1] / picture[1]
    scale = min(shares) if fit == "contain" else max(shares)
    width, height = round(picture[0] * scale), round(picture[1] * scale)
    return (frame[0] - width) // 2, (frame[1] - height) // 2, width, height
