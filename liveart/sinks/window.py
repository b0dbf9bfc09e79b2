"""The window sink: the picture in a window, or full screen on a projector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from liveart.core.contract import Sink, Stage
from liveart.core.gesture import Gesture
from liveart.core.material import Material, Picture
from liveart.errors import SinkError, did_you_mean
from liveart.sinks.window_gl import Painter
from liveart.sinks.window_glfw import HostWindow, screens
from liveart.sinks.window_place import (
    Rect,
    Screen,
    centred,
    find_screen,
    fitted,
    is_seen,
    no_screen,
    read_size,
    screen_under,
    window_size,
)

FITS = ("contain", "cover")


class WindowSink(Sink):
    """Shows each frame in a window of its own, in step with the screen.

    name        a screen, by its number or a part of its name: full screen there (`--output window:2`); "" a window
    screen      the same without full screen: where the window opens
    fullscreen  True: full screen on that screen, or on the main one
    size        of the window, "1280x720"; "": the picture's own, where the screen has room
    fit         "contain" shows all of the picture with black bars, "cover" fills the window and cuts the overhang
    vsync       False: frames are shown as they come, torn at times
    cursor      True: the mouse pointer stays in full screen
    title       in the window's bar; "": liveart and the name of the patch

    F11 or a double click goes to full screen and back, Escape back; all other keys are gestures of the device "keys".
    The close button ends this output, not the show. When its screen is pulled out the picture goes on in a window on
    the main one, and returns with the screen. A slow screen loses frames and never makes the show wait.
    """

    is_vital = False

    def __init__(self, name: str = "", screen: str | int = "", fullscreen: bool = False, size: str = "",
                 fit: str = "contain", vsync: bool = True, cursor: bool = False, title: str = "") -> None:
        super().__init__(str(name))
        if fit not in FITS:
            raise SinkError(f'a window has no fit "{fit}".', did_you_mean(fit, FITS))
        for word, value in (("fullscreen", fullscreen), ("vsync", vsync), ("cursor", cursor)):
            if not isinstance(value, bool):
                raise SinkError(f"a window has {word} = {value!r}.", "Write true or false.")
        self._wanted = str(screen) or self.name
        self._starts_full = fullscreen or bool(self.name)
        self._size, self._fit, self._settings = read_size(size), fit, (title, vsync, cursor)
        self._window: HostWindow | None = None
        self._painter: Painter | None = None
        self._word = self._told = ""
        self._is_shut = False
        self._frames = 0

    def open(self, stage: Stage) -> None:
        """Open the window. Raises SinkError where there is no display; a missing screen is only told."""
        self.close()
        title, vsync, cursor = self._settings
        self._picture = stage.size
        title = title or " · ".join(filter(None, ("liveart", stage.title)))
        self._window = window = HostWindow(title, self._size or stage.size, vsync, cursor)
        self._is_shut, self._word, self._told, self._wants_full = False, "", "", self._starts_full
        self._rect: Rect | None = None  # where the window was before it went to full screen
        self._found: Screen | None = None  # the wanted screen, when it was last there
        self._swallowed: set[str] = set()
        self._place(window)

    def send(self, material: Material) -> None:
        """Draw one frame and wait for the screen to take it; does nothing while the window is away.

        Raises SinkError once for each thing to be told, such as a missing screen.
        """
        window = self._window
        if window is not None and isinstance(material, Picture) and not (self._is_shut or window.is_minimized):
            with window.drawing():
                self._draw(window, material)
            self._frames += 1
        word = self._word
        if word != self._told:
            self._told = word
            if word:
                raise SinkError(word)

    def tend(self) -> Sequence[Gesture]:
        """Take in keys and clicks, follow screens that come and go; return the keys as gestures."""
        window = self._window
        if window is None:
            return ()
        window.poll()
        gestures, window.gestures = window.gestures, []
        kept = [gesture for gesture in gestures if not self._is_ours(window, gesture)]
        if window.is_closing and not self._is_shut:
            self._shut(window)
        elif window.wants_toggle:
            window.wants_toggle = False
            self._wants_full = not window.is_full
            self._place(window, is_by_hand=True)
        elif window.has_new_screens() and not self._is_shut:
            self._place(window)
        return kept

    def close(self) -> None:
        """Close the window; may be called twice."""
        if self._window is None:
            return
        if self._painter is not None:
            with self._window.drawing():
                self._painter.close()
            self._painter = None
        self._window.close()
        self._window = None

    def note(self) -> str:
        """Return the window's size, screen and frequency, and what is not as it should be."""
        window = self._window
        if window is None:
            return "window closed"
        if self._is_shut:
            return f"window: {self._word}"
        screen = screen_under(window.rect, self._there)
        where = f" on screen {screen}" if screen else ""
        form = "full screen" if window.is_full else "window"
        return f"{form} {window.frame[0]}x{window.frame[1]}{where}" + (f" · {self._word}" if self._word else "")

    def counts(self) -> Mapping[str, float]:
        """Return {"frames": frames shown}."""
        return {"frames": self._frames}

    def _draw(self, window: HostWindow, picture: Picture) -> None:
        if self._painter is None:
            self._painter = Painter(window.address)
        frame = window.frame
        size = (picture.pixels.shape[1], picture.pixels.shape[0])
        self._painter.draw(picture.pixels, frame, fitted(size, frame, self._fit))
        window.swap()

    def _is_ours(self, window: HostWindow, gesture: Gesture) -> bool:
        """True for the keys that change the window itself, and for their release."""
        control = gesture.control
        if not gesture.raw and control in self._swallowed:
            self._swallowed.remove(control)
            return True
        if not gesture.raw or not (control == "key f11" or (control == "key escape" and window.is_full)):
            return False
        self._swallowed.add(control)
        window.wants_toggle = True
        return True

    def _place(self, window: HostWindow, is_by_hand: bool = False) -> None:
        """Put the window where it is wanted, or on the main screen with a word."""
        self._there = screens(window.glfw)
        under = screen_under(window.rect, self._there)
        wanted = find_screen(self._wanted, self._there, self._found) if self._wanted else under
        self._word = no_screen(self._wanted, self._there) if self._wanted and wanted is None else ""
        self._found = wanted if self._wanted and wanted is not None else self._found
        target = wanted or (under if is_by_hand else None)
        if self._wants_full and target is not None:
            if window.is_shown and not window.is_full:
                self._rect = window.rect
            window.go_full(target)
        elif window.is_full or not window.is_shown or not is_seen(window.rect, self._there):
            before = self._rect if self._rect is not None and is_seen(self._rect, self._there) else None
            window.go_windowed(before or self._first_rect(wanted))

    def _first_rect(self, screen: Screen | None) -> Rect:
        chosen = screen or next(iter(self._there), None)
        area = chosen.area if chosen is not None else (0, 0, 1280, 720)
        size = self._size or window_size(self._picture, area)
        return (*centred(size, area), *size)

    def _shut(self, window: HostWindow) -> None:
        self._is_shut = True
        self._word = "closed by its button; the show goes on. Add the output again to see it."
        window.hide()
