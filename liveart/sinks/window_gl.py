"""Draws pictures by OpenGL: a texture copied to the window's surface. Knows no window library.

The few calls are made through ctypes, which lets other threads run meanwhile: uploading a large picture takes
milliseconds in which the show must go on. (A binding compiled for each Python would also lack wheels on some systems.)
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_float, c_int, c_uint, c_void_p
from typing import Any

import numpy as np

from liveart.errors import SinkError
from liveart.sinks.rgbx import widen
from liveart.sinks.window_place import Rect, Size

_TEXTURE_2D, _RGBA, _RGBA8, _BYTES = 0x0DE1, 0x1908, 0x8058, 0x1401
_READ, _DRAW, _COLOUR_0, _COLOUR_BIT = 0x8CA8, 0x8CA9, 0x8CE0, 0x4000
_NEAREST, _LINEAR = 0x2600, 0x2601
_COMPLETE = 0x8CD5

# name → (what it returns, what it takes)
_CALLS: dict[str, tuple[Any, ...]] = {
    "glGenTextures": (None, c_int, c_void_p),
    "glDeleteTextures": (None, c_int, c_void_p),
    "glBindTexture": (None, c_uint, c_uint),
    "glTexImage2D": (None, c_uint, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "glTexSubImage2D": (None, c_uint, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "glGenFramebuffers": (None, c_int, c_void_p),
    "glDeleteFramebuffers": (None, c_int, c_void_p),
    "glBindFramebuffer": (None, c_uint, c_uint),
    "glFramebufferTexture2D": (None, c_uint, c_uint, c_uint, c_uint, c_int),
    "glCheckFramebufferStatus": (c_uint, c_uint),
    "glBlitFramebuffer": (None, *[c_int] * 8, c_uint, c_uint),
    "glClearColor": (None, c_float, c_float, c_float, c_float),
    "glClear": (None, c_uint),
    "glGetString": (c_void_p, c_uint),
}
_FUNCTION = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)


class Painter:
    """Holds one texture. Every method needs the window's OpenGL context to be current in the calling thread."""

    def __init__(self, address: Callable[[str], int | None]) -> None:
        """Look up OpenGL's functions by `address`. Raises SinkError when the system's OpenGL is too old."""
        self._gl: dict[str, Any] = {}
        for name, (result, *arguments) in _CALLS.items():
            where = address(name)
            if not where:
                raise SinkError(f"this machine's OpenGL has no {name}.",
                                "Install the graphics card's driver; the panel shows the picture in any browser.")
            self._gl[name] = _FUNCTION(result, *arguments)(where)
        self._texture, self._source = c_uint(), c_uint()
        self._gl["glGenTextures"](1, ctypes.addressof(self._texture))
        self._gl["glGenFramebuffers"](1, ctypes.addressof(self._source))
        self._size: Size = (0, 0)
        self._wide = np.empty((0, 0, 4), np.uint8)

    def draw(self, pixels: np.ndarray, frame: Size, rect: Rect) -> None:
        """Draw uint8 [height, width, 3] into `rect` of a surface of size `frame`, black around it.

        1:1 each byte arrives as it is: no colour conversion, no smoothing. Raises SinkError for a size that the
        graphics card can't hold.
        """
        size = (pixels.shape[1], pixels.shape[0])
        self._upload(pixels, size)
        left, top, width, height = rect
        low, high = frame[1] - top - height, frame[1] - top  # OpenGL counts from below, pictures from above
        self._gl["glBindFramebuffer"](_DRAW, 0)
        if (width, height) != frame:
            self._gl["glClearColor"](0.0, 0.0, 0.0, 1.0)
            self._gl["glClear"](_COLOUR_BIT)
        smooth = _NEAREST if (width, height) == size else _LINEAR
        self._gl["glBlitFramebuffer"](0, 0, *size, left, high, left + width, low, _COLOUR_BIT, smooth)

    def close(self) -> None:
        """Let go of the texture."""
        self._gl["glDeleteFramebuffers"](1, ctypes.addressof(self._source))
        self._gl["glDeleteTextures"](1, ctypes.addressof(self._texture))

    def _upload(self, pixels: np.ndarray, size: Size) -> None:
        self._gl["glBindFramebuffer"](_READ, self._source.value)
        self._gl["glBindTexture"](_TEXTURE_2D, self._texture.value)
        if size != self._size:
            self._gl["glTexImage2D"](_TEXTURE_2D, 0, _RGBA8, *size, 0, _RGBA, _BYTES, None)
            self._gl["glFramebufferTexture2D"](_READ, _COLOUR_0, _TEXTURE_2D, self._texture.value, 0)
            if self._gl["glCheckFramebufferStatus"](_READ) != _COMPLETE:
                self._size = (0, 0)
                raise SinkError(f"the graphics card can't hold a picture of {size[0]}x{size[1]}.",
                                "Set a smaller [picture] size in the patch.")
            self._size, self._wide = size, np.empty((size[1], size[0], 4), np.uint8)
        widen(pixels, self._wide)  # three-byte pixels are taken apart by the driver, three times as slowly
        self._gl["glTexSubImage2D"](_TEXTURE_2D, 0, 0, 0, *size, _RGBA, _BYTES, self._wide.ctypes.data)
