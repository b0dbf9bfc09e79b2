"""The NDI library: the one file that finds and loads it, and knows its calls. Loading this file loads no library.

The library is the one inside cyndilib's wheel (or one that the system has). Its functions are called directly, because
cyndilib's own Sender can't give a frame its time code, nor send blocks of sound of changing length.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections.abc import Iterator
from ctypes import POINTER, Structure, c_bool, c_char_p, c_float, c_int, c_int64, c_uint32, c_void_p
from functools import cache
from pathlib import Path

from liveart.errors import NotInstalled, SinkError

PROGRESSIVE = 1


def fourcc(word: str) -> int:
    """Return the number of a four-letter format, such as "RGBX"."""
    return int.from_bytes(word.encode("ascii"), "little")


class SenderSettings(Structure):
    """How a sender is made (NDIlib_send_create_t)."""

    _fields_ = (("name", c_char_p), ("groups", c_char_p), ("clock_video", c_bool), ("clock_audio", c_bool))


class SourceName(Structure):
    """The name under which others see a sender (NDIlib_source_t)."""

    _fields_ = (("name", c_char_p), ("url", c_char_p))


class VideoFrame(Structure):
    """One picture (NDIlib_video_frame_v2_t); times in 100 ns."""

    _fields_ = (("width", c_int), ("height", c_int), ("fourcc", c_uint32), ("rate_n", c_int), ("rate_d", c_int),
                ("aspect", c_float), ("format", c_int), ("timecode", c_int64), ("data", c_void_p), ("stride", c_int),
                ("metadata", c_char_p), ("timestamp", c_int64))


class AudioFrame(Structure):
    """One block of sound (NDIlib_audio_frame_v3_t); times in 100 ns."""

    _fields_ = (("rate", c_int), ("channels", c_int), ("samples", c_int), ("timecode", c_int64), ("fourcc", c_uint32),
                ("data", c_void_p), ("stride", c_int), ("metadata", c_char_p), ("timestamp", c_int64))


class Metadata(Structure):
    """A line of XML (NDIlib_metadata_frame_t); length 0: up to its end."""

    _fields_ = (("length", c_int), ("timecode", c_int64), ("data", c_char_p))


class Tally(Structure):
    """Whether a mixer shows us (NDIlib_tally_t)."""

    _fields_ = (("on_program", c_bool), ("on_preview", c_bool))


# name → (what it returns, what it takes)
_CALLS = {
    "NDIlib_initialize": (c_bool, ()),
    "NDIlib_version": (c_char_p, ()),
    "NDIlib_send_create": (c_void_p, (POINTER(SenderSettings),)),
    "NDIlib_send_destroy": (None, (c_void_p,)),
    "NDIlib_send_get_source_name": (POINTER(SourceName), (c_void_p,)),
    "NDIlib_send_send_video_async_v2": (None, (c_void_p, POINTER(VideoFrame))),
    "NDIlib_send_send_audio_v3": (None, (c_void_p, POINTER(AudioFrame))),
    "NDIlib_send_get_no_connections": (c_int, (c_void_p, c_uint32)),
    "NDIlib_send_get_tally": (c_bool, (c_void_p, POINTER(Tally), c_uint32)),
    "NDIlib_send_add_connection_metadata": (None, (c_void_p, POINTER(Metadata))),
}


@cache
def load_library() -> ctypes.CDLL:
    """Return the NDI library, ready. Raises NotInstalled or SinkError.

    It reads its settings (the folder NDI_CONFIG_DIR) when it is loaded, once for the whole process.
    """
    path = next(_places(), None)
    if path is None and importlib.util.find_spec("cyndilib") is not None:
        raise SinkError("cyndilib is installed, and the NDI library is not in it.",
                        'Install it anew: pip install --force-reinstall "liveart[ndi]"')
    if path is None:
        raise NotInstalled("cyndilib", "ndi")
    try:
        library = ctypes.CDLL(str(path))
        for name, (result, arguments) in _CALLS.items():
            call = getattr(library, name)
            call.restype, call.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise SinkError(f"the NDI library {path} can't be used: {error}.",
                        'Install it anew: pip install --force-reinstall "liveart[ndi]"') from error
    if not library.NDIlib_initialize():
        raise SinkError("the NDI library refuses this processor.", "It needs SSE 4.2; use another output here.")
    return library


def _places() -> Iterator[Path]:
    """Yield the library files that there are, best first: cyndilib's, then that of NDI's own installer."""
    names = {"win32": ("Processing.NDI.Lib.x64.dll",), "darwin": ("libndi*.dylib",)}.get(sys.platform, ("libndi*.so*",))
    spec = importlib.util.find_spec("cyndilib")
    folders = []
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        # On Linux the copy beside the package finds the libraries that it needs; on the others it lies inside.
        folders += [Path(place).parent / "cyndilib.libs", Path(place) / "wrapper" / "bin"]
    folders += [Path(os.environ[key]) for key in ("NDI_RUNTIME_DIR_V6", "NDI_RUNTIME_DIR_V5") if os.environ.get(key)]
    for folder in folders:
        for name in names:
            yield from sorted(folder.glob(name))
