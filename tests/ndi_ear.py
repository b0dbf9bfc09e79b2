"""Receives the sound of an NDI source by the NDI library's own calls.

cyndilib's receiver is not used here: it loses sound when the blocks change their length, and its FrameSync is silent.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_bool, c_char_p, c_float, c_int, c_uint32, c_void_p

import numpy as np

from liveart.sinks.ndi_library import AudioFrame, SourceName, load_library

_AUDIO_ONLY, _UYVY, _IS_AUDIO = 10, 0, 2


class _Settings(Structure):
    _fields_ = (("source", SourceName), ("colour", c_int), ("bandwidth", c_int), ("fields", c_bool), ("name", c_char_p))


class NdiEar:
    """Collects what a source plays."""

    def __init__(self, source: str) -> None:
        self._library = load_library()
        for name, result, arguments in (
            ("NDIlib_recv_create_v3", c_void_p, (POINTER(_Settings),)),
            ("NDIlib_recv_capture_v3", c_int, (c_void_p, c_void_p, POINTER(AudioFrame), c_void_p, c_uint32)),
            ("NDIlib_recv_free_audio_v3", None, (c_void_p, POINTER(AudioFrame))),
            ("NDIlib_recv_destroy", None, (c_void_p,)),
        ):
            call = getattr(self._library, name)
            call.restype, call.argtypes = result, arguments
        settings = _Settings(SourceName(source.encode(), None), _UYVY, _AUDIO_ONLY, False, b"ear")
        self._handle = self._library.NDIlib_recv_create_v3(byref(settings))
        self._blocks = [np.zeros((0, 0), np.float32)]
        self.rate = 0
        self.codes: list[tuple[float, int]] = []  # (time code in seconds, samples) of each block

    def listen(self) -> None:
        """Take what has come; does not wait."""
        frame = AudioFrame()
        while self._library.NDIlib_recv_capture_v3(self._handle, None, byref(frame), None, 0) == _IS_AUDIO:
            values = ctypes.cast(frame.data, POINTER(c_float))
            block = np.ctypeslib.as_array(values, (frame.channels, frame.stride // 4))[:, : frame.samples]
            self._blocks.append(block.copy())
            self.codes.append((frame.timecode / 1e7, frame.samples))
            self.rate = frame.rate
            self._library.NDIlib_recv_free_audio_v3(self._handle, byref(frame))

    @property
    def sound(self) -> np.ndarray:
        """All that was heard, float32 [channels, frames]."""
        return np.concatenate(self._blocks[1:], axis=1) if self._blocks[1:] else self._blocks[0]

    def close(self) -> None:
        """Disconnect."""
        self._library.NDIlib_recv_destroy(self._handle)
