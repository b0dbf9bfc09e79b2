"""Keys of a window as gestures: the names that patches and the terminal's keyboard use too."""

from __future__ import annotations

import time

from liveart.core.gesture import Gesture

_NAMED = {32: "space", 256: "escape", 257: "enter", 258: "tab", 259: "backspace", 260: "insert", 261: "delete",
          262: "right", 263: "left", 264: "down", 265: "up", 266: "pageup", 267: "pagedown", 268: "home", 269: "end"}
_NAMED |= {289 + number: f"f{number}" for number in range(1, 26)}
_NAMED |= {320 + number: f"pad {number}" for number in range(10)}
_NAMED |= {330: "pad .", 331: "pad /", 332: "pad *", 333: "pad -", 334: "pad +", 335: "pad enter", 336: "pad ="}
_SHORTCUT = 2 | 4 | 8  # Ctrl, Alt, Super: what is pressed with these is meant for the system


def key_name(key: int, printed: str | None) -> str:
    """Return the name of a key by its GLFW number and what the keyboard's layout prints on it; "" for others."""
    return _NAMED.get(key) or (printed or "").lower() or (chr(key).lower() if 32 < key < 127 else "")


class Keys:
    """Makes gestures of presses and releases. A release is told of every press that was told, and of no other."""

    def __init__(self) -> None:
        self._held: dict[int, str] = {}

    def change(self, key: int, name: str, is_down: bool, modifiers: int) -> Gesture | None:
        """Return the gesture of a key, or None for one that is not for the show."""
        if is_down and (not name or modifiers & _SHORTCUT or key in self._held):
            return None
        if is_down:
            self._held[key] = name
        told = self._held[key] if is_down else self._held.pop(key, "")
        if not told:
            return None
        return Gesture("keys", f"key {told}", float(is_down), int(is_down), 1, time.monotonic(), sort="button")
