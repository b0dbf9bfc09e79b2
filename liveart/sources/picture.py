"""Pictures that move things: what the show itself shows, seen as brightness, contrast, colours, motion and cuts.

    [sources.eye]
    kind = "picture"
    brightness = "pad/bright"
    motion = { target = "pad/level", low = 0.2, high = 0.9, release = 1.0 }
    change = "pad/strike"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from liveart.core.contract import Moment, Source
from liveart.core.event import Event
from liveart.core.glimpse import GlimpseReader
from liveart.core.own_show import OwnShow
from liveart.core.param import Value
from liveart.errors import PatchError
from liveart.sources.follow import Hands, read_follows
from liveart.sources.picture_look import FEATURES, Look

LONGEST = 0.5  # s that a value is moved by at once, however long there was no picture

Setting = str | Mapping[str, Any] | None


class PictureSource(Source):
    """Looks at the frames that the show makes, as the audience sees them, very small.

    brightness, contrast, saturation, red, green, blue, hue, motion, change  what each moves: an address or a table, see
    follow. It looks in `tick`, so a render sees what it renders. Raises PatchError for settings that make no sense.
    """

    def __init__(self, brightness: Setting = None, contrast: Setting = None, saturation: Setting = None,
                 red: Setting = None, green: Setting = None, blue: Setting = None, hue: Setting = None,
                 motion: Setting = None, change: Setting = None) -> None:
        said = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "red": red, "green": green,
                "blue": blue, "hue": hue, "motion": motion, "change": change}
        self._follows = read_follows(FEATURES, said)
        if not self._follows:
            raise PatchError("a picture source moves nothing.", 'Write brightness = "player/param", for instance.')
        self._own: OwnShow | None = None
        self._reader: GlimpseReader | None = None

    def attend(self, show: OwnShow) -> None:
        """Take what the show itself makes."""
        self._own = show

    def open(self, put: Callable[[list[Event]], Sequence[Any]]) -> None:
        """Begin to look. Raises PatchError when the show makes no pictures."""
        if self._own is None or self._own.pictures is None:
            raise PatchError("a picture source looks at the show, which makes no pictures.",
                             "Add a player of pictures.")
        self._own.pictures.watch()
        self._reader = self._own.pictures.reader()
        self._look, self._hands = Look(), Hands(self._follows)
        self._seen: float | None = None

    def tick(self, now: Moment) -> Iterable[tuple[str, Value]]:
        """Return what is moved by the frames up to this moment."""
        news: dict[str, Value] = {}
        for glimpse in self._reader.read(now.time) if self._reader else ():
            dt = 0.0 if self._seen is None else min(max(glimpse.time - self._seen, 0.0), LONGEST)
            self._seen = glimpse.time
            news.update(self._hands.step(self._look.step(glimpse), dt))
        return tuple(news.items())

    def close(self) -> None:
        """Look no more; may be called twice."""
        self._reader = None

    def note(self) -> str:
        """Return what is looked for: `this show: brightness, motion`."""
        return f"this show: {', '.join(follow.name for follow in self._follows)}"
