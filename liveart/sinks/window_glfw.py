"""Windows and screens by GLFW: the one file that imports glfw, when a window or a list of screens is asked for.

GLFW wants its calls in the main thread, but for making a context current and swapping, which `drawing` does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from liveart.core.gesture import Gesture
from liveart.errors import SinkError
from liveart.sinks.window_keys import Keys, key_name
from liveart.sinks.window_place import Rect, Screen, Size

DOUBLE_CLICK = 0.4  # seconds between the two
NO_WINDOWS = "The panel shows the picture in any browser: leave this output out; --headless opens no window."

_users = 0
_fault = ""  # GLFW's last word
_changes = 0  # how often a screen came or went


def take_glfw() -> Any:
    """Return the glfw module, ready for use; each take needs one `give_glfw_back`. Raises SinkError."""
    global _users
    try:
        import glfw
    except ImportError as error:
        raise SinkError(f"windows need GLFW, which can't be loaded: {error}.", "pip install glfw") from error
    if _users == 0:
        glfw.set_error_callback(_remember)
        glfw.init_hint(glfw.COCOA_CHDIR_RESOURCES, glfw.FALSE)  # macOS: stay in the folder that we are in
        if not glfw.init():
            raise SinkError(f"this machine shows no windows: {_fault or 'it has no display'}.", NO_WINDOWS)
        glfw.set_monitor_callback(_count_change)
    _users += 1
    return glfw


def give_glfw_back() -> None:
    """End one use; with the last one GLFW lets go of the display."""
    global _users
    import glfw

    _users -= 1
    if _users == 0:
        glfw.terminate()


def _remember(_code: int, text: bytes | str) -> None:
    global _fault
    _fault = (text.decode(errors="replace") if isinstance(text, bytes) else str(text)).rstrip(".")


def _count_change(_monitor: Any, _event: int) -> None:
    global _changes
    _changes += 1


def list_screens() -> list[dict[str, Any]]:
    """Return the screens as rows (name, number, size, hz, is_primary) for `liveart devices`. Raises SinkError."""
    glfw = take_glfw()
    try:
        return [{"name": screen.name, "number": screen.number, "size": screen.size, "hz": screen.hz,
                 "is_primary": screen.is_primary} for screen in screens(glfw)]
    finally:
        give_glfw_back()


def screens(glfw: Any) -> tuple[Screen, ...]:
    """Return the screens that there are now, the main one first."""
    found = []
    for number, handle in enumerate(glfw.get_monitors(), 1):
        mode, name = glfw.get_video_mode(handle), glfw.get_monitor_name(handle)
        if mode is None:  # pulled out just now
            continue
        found.append(Screen(number, name.decode(errors="replace") if isinstance(name, bytes) else str(name),
                            (mode.size.width, mode.size.height), mode.refresh_rate, number == 1,
                            glfw.get_monitor_pos(handle), glfw.get_monitor_workarea(handle), handle))
    return tuple(found)


class HostWindow:
    """One window with an OpenGL context. What happens to it is collected by `poll` in `gestures` and the flags."""

    def __init__(self, title: str, size: Size, has_vsync: bool, shows_cursor: bool) -> None:
        """Make it, not yet shown. Raises SinkError."""
        self.glfw = take_glfw()
        self._has_vsync, self._shows_cursor = has_vsync, shows_cursor
        self._handle = self._create(title, size)
        if not self._handle:
            give_glfw_back()
            raise SinkError(f"no window can be made here: {_fault}.", NO_WINDOWS)
        self._keys = Keys()
        self._is_paced = False
        self._clicked, self._seen_changes = 0.0, _changes
        self.gestures: list[Gesture] = []
        self.is_minimized = self.is_full = self.is_shown = self.wants_toggle = False
        self.frame: Size = self.glfw.get_framebuffer_size(self._handle)
        self._listen()

    def _create(self, title: str, size: Size) -> Any:
        glfw = self.glfw
        glfw.default_window_hints()
        for hint, value in ((glfw.CONTEXT_VERSION_MAJOR, 3), (glfw.CONTEXT_VERSION_MINOR, 2),
                            (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE), (glfw.OPENGL_FORWARD_COMPAT, glfw.TRUE),
                            (glfw.ALPHA_BITS, 0), (glfw.DEPTH_BITS, 0), (glfw.STENCIL_BITS, 0),
                            (glfw.VISIBLE, glfw.FALSE),
                            # A projector's window must stay when the performer clicks elsewhere.
                            (glfw.AUTO_ICONIFY, glfw.FALSE), (glfw.CENTER_CURSOR, glfw.FALSE)):
            glfw.window_hint(hint, value)
        for hint in (glfw.X11_CLASS_NAME, glfw.X11_INSTANCE_NAME, glfw.WAYLAND_APP_ID):
            glfw.window_hint_string(hint, "liveart")
        return glfw.create_window(*size, title, None, None)

    def _listen(self) -> None:
        glfw, handle = self.glfw, self._handle
        glfw.set_key_callback(handle, self._on_key)
        glfw.set_mouse_button_callback(handle, self._on_click)
        glfw.set_framebuffer_size_callback(handle, self._on_size)
        glfw.set_window_iconify_callback(handle, self._on_minimize)

    def poll(self) -> None:
        """Take in what happened, for all windows of the process."""
        self.glfw.poll_events()

    @property
    def is_closing(self) -> bool:
        """True when its close button was pressed."""
        return bool(self.glfw.window_should_close(self._handle))

    def has_new_screens(self) -> bool:
        """Say whether a screen came or went since the last call."""
        before, self._seen_changes = self._seen_changes, _changes
        return before != _changes

    @property
    def rect(self) -> Rect:
        """Where it lies on the desktop."""
        return (*self.glfw.get_window_pos(self._handle), *self.glfw.get_window_size(self._handle))

    def go_full(self, screen: Screen) -> None:
        """Fill a screen as it is set now, so that nothing on it is switched."""
        self.glfw.set_window_monitor(self._handle, screen.handle, 0, 0, *screen.size, screen.hz)
        self._show(True)

    def go_windowed(self, rect: Rect) -> None:
        """Be a window there."""
        self.glfw.set_window_monitor(self._handle, None, *rect, self.glfw.DONT_CARE)
        self._show(False)

    def hide(self) -> None:
        """Take it off the screen."""
        if self.is_full:
            self.go_windowed((0, 0, 640, 360))  # a hidden window keeps no screen
        self.glfw.hide_window(self._handle)

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Own its OpenGL context in this thread for a while."""
        glfw = self.glfw
        glfw.make_context_current(self._handle)
        try:
            if not self._is_paced:
                glfw.swap_interval(int(self._has_vsync))
                self._is_paced = True
            yield
        finally:
            # A context must be free when its window is destroyed, and the thread that draws is gone by then.
            glfw.make_context_current(None)

    def address(self, name: str) -> int | None:
        """Return where an OpenGL function lies; only inside `drawing`."""
        found: int | None = self.glfw.get_proc_address(name)
        return found

    def swap(self) -> None:
        """Show what was drawn; with vsync waits for the screen. Only inside `drawing`."""
        self.glfw.swap_buffers(self._handle)

    def close(self) -> None:
        """Destroy it; may be called once."""
        self.glfw.destroy_window(self._handle)
        give_glfw_back()

    def _show(self, is_full: bool) -> None:
        glfw = self.glfw
        self.is_full, self.is_shown = is_full, True
        glfw.show_window(self._handle)
        hidden = is_full and not self._shows_cursor
        glfw.set_input_mode(self._handle, glfw.CURSOR, glfw.CURSOR_HIDDEN if hidden else glfw.CURSOR_NORMAL)
        self.frame = glfw.get_framebuffer_size(self._handle)

    def _on_key(self, _window: Any, key: int, scancode: int, action: int, modifiers: int) -> None:
        if action == self.glfw.REPEAT:
            return
        gesture = self._keys.change(key, key_name(key, self.glfw.get_key_name(key, scancode)),
                                    action == self.glfw.PRESS, modifiers)
        if gesture is not None:
            self.gestures.append(gesture)

    def _on_click(self, _window: Any, button: int, action: int, _modifiers: int) -> None:
        if button != self.glfw.MOUSE_BUTTON_LEFT or action != self.glfw.PRESS:
            return
        now = time.monotonic()
        self.wants_toggle = now - self._clicked < DOUBLE_CLICK
        self._clicked = 0.0 if self.wants_toggle else now

    def _on_size(self, _window: Any, width: int, height: int) -> None:
        self.frame = (width, height)

    def _on_minimize(self, _window: Any, is_minimized: int) -> None:
        self.is_minimized = bool(is_minimized)
