"""Splitter: cuts a stream of MIDI bytes into whole messages; what makes no sense is counted and left out.

Source: MIDI 1.0 Detailed Specification, tables I to VII and "running status".
"""

from __future__ import annotations

Message = tuple[int, int, int]  # status byte, two data bytes (0 where there are fewer)

# Data bytes of each status: by its upper half for channel messages, whole for the system's.
_CHANNEL = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_COMMON = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0}
_UNDEFINED = (0xF4, 0xF5, 0xF9, 0xFD)
_SYSEX, _SYSEX_END, _FIRST_REALTIME = 0xF0, 0xF7, 0xF8


def data_length(status: int) -> int:
    """Return how many data bytes follow a status byte, 0x80 to 0xFF."""
    return _CHANNEL[status >> 4] if status < 0xF0 else _COMMON.get(status, 0)


class Splitter:
    """Reads bytes as they come, in pieces of any size: running status, half messages, system exclusive and noise.

    garbage  pieces left out so far: messages that broke off, undefined statuses, data that belongs to nothing
    """

    def __init__(self) -> None:
        self.garbage = 0
        self._status = 0
        self._data: list[int] = []
        self._is_begun = False  # a status or data has come, and the message is not whole yet
        self._is_sysex = False

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that these bytes complete. System exclusive ones are left out."""
        if len(data) == 3 and 0x80 <= data[0] < 0xF0 and not self._is_begun and not self._is_sysex \
                and data[1] < 0x80 and data[2] < 0x80 and data_length(data[0]) == 2:
            self._status = data[0]  # nearly all messages are this one: worth a way of its own
            return [(data[0], data[1], data[2])]
        found: list[Message] = []
        for byte in data:
            if byte >= _FIRST_REALTIME:
                self._realtime(byte, found)
            elif byte >= 0x80:
                self._start(byte, found)
            elif not self._is_sysex:
                self._continue(byte, found)
        return found

    def _realtime(self, byte: int, found: list[Message]) -> None:
        """Take a message that may stand in the middle of another one."""
        if byte in _UNDEFINED:
            self.garbage += 1
        else:
            found.append((byte, 0, 0))

    def _start(self, status: int, found: list[Message]) -> None:
        is_end = status == _SYSEX_END and self._is_sysex
        if self._is_begun or (self._is_sysex and not is_end) or status in _UNDEFINED \
                or (status == _SYSEX_END and not is_end):
            self.garbage += 1
        self._is_sysex = status == _SYSEX
        is_message = status not in _UNDEFINED and status not in (_SYSEX, _SYSEX_END)
        self._status = status if is_message else 0
        self._data.clear()
        self._is_begun = is_message
        if is_message and data_length(status) == 0:
            self._complete(found)

    def _continue(self, byte: int, found: list[Message]) -> None:
        if not self._status:
            self.garbage += 1
            return
        self._is_begun = True
        self._data.append(byte)
        if len(self._data) == data_length(self._status):
            self._complete(found)

    def _complete(self, found: list[Message]) -> None:
        first, second = (*self._data, 0, 0)[:2]
        found.append((self._status, first, second))
        self._data.clear()
        self._is_begun = False
        if self._status >= 0xF0:  # only channel messages may be repeated without their status
            self._status = 0
