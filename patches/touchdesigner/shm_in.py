"""liveart's picture in TouchDesigner by shared memory: the callbacks of a Script TOP. Needs numpy only.

In TouchDesigner (its own Python has numpy):
  1. Start liveart with the shm output:   liveart play --output shm:stage
  2. Make a Script TOP, and paste this file into its callbacks DAT.
  3. Press "Setup Parameters": the page liveart with the field Name appears; leave it at stage.
  4. Let the Script TOP cook each frame: Common page, or a Timer or Execute DAT calling op('script1').cook(force=True).

In plain Python, to see whether frames arrive:   python shm_in.py stage

The block "liveart-<name>" is 64 bytes of header (little endian) and then rows from top to bottom, 8 bits a channel:
  0 "LVRT"   4 u32 version 1   8 u32 width   12 u32 height   16 u32 channels (3 RGB, 4 RGBA)   20 u32 zero
  24 u64 sequence: odd while a frame is being written, 0 before the first
  32 u64 when the newest control value in the frame was received   40 u64 when the frame was finished
  (both in ns of the machine's monotonic clock, Python's time.monotonic_ns)
"""

import struct
import sys
import time
from multiprocessing import resource_tracker, shared_memory

import numpy as np

HEADER = struct.Struct("<4sIIIII")
SEQUENCE, TIMES, PIXELS = 24, 32, 64


def attach(name):
    """Open the block without telling Python's resource tracker of it.

    The tracker would remove the block from liveart's hands when this program ends, and inside TouchDesigner on
    macOS it would start a second TouchDesigner. Python 3.13 has an argument for that; older ones need this detour.
    """
    if sys.version_info >= (3, 13):
        return shared_memory.SharedMemory(name, track=False)
    register = resource_tracker.register
    resource_tracker.register = lambda what, kind: None if what.lstrip("/") == name else register(what, kind)
    try:
        return shared_memory.SharedMemory(name)
    finally:
        resource_tracker.register = register


class ShmIn:
    """Reads the newest frame; waits for liveart to come, and finds it again when it was restarted."""

    def __init__(self, name="stage"):
        self.name = name
        self.memory = None
        self.sequence = 0
        self.received_ns = self.finished_ns = 0
        self.looked = self.moved = 0.0

    def read(self):
        """Return the newest frame as uint8 [height, width, channels], or None when there is no new one."""
        if not self._find():
            return None
        for _ in range(20):
            before = self._number(SEQUENCE)
            if before in (0, self.sequence):
                return None
            if before % 2 == 0:
                pixels = self._copy()
                times = self._number(TIMES), self._number(TIMES + 8)
                if pixels is not None and self._number(SEQUENCE) == before:  # else it changed while we copied
                    self.sequence, self.moved = before, time.monotonic()
                    self.received_ns, self.finished_ns = times
                    return pixels
            time.sleep(0.0002)
        return None

    def close(self):
        """Let go of the block; liveart keeps it."""
        if self.memory is not None:
            self.memory.close()
        self.memory = None

    def _find(self):
        now = time.monotonic()
        is_alive = self.memory is not None and bytes(self.memory.buf[:4]) == b"LVRT"
        if is_alive and now - self.moved < 1.0:
            return True
        # None yet, given up by liveart, or standing still for a second: look it up by its name again.
        if now - self.looked < 0.5:
            return is_alive
        self.looked = now
        self.close()
        try:
            self.memory = attach("liveart-" + self.name)
        except FileNotFoundError:
            return False
        if bytes(self.memory.buf[:4]) != b"LVRT":
            self.close()
            return False
        if not is_alive or self._number(SEQUENCE) < self.sequence:
            self.sequence = 0  # another block, which counts from the start
        self.moved = now
        return True

    def _number(self, offset):
        return int(np.frombuffer(self.memory.buf, "<u8", 1, offset)[0])

    def _copy(self):
        magic, version, width, height, channels, _ = HEADER.unpack_from(self.memory.buf)
        if magic != b"LVRT" or version != 1 or PIXELS + width * height * channels > self.memory.size:
            return None
        flat = np.frombuffer(self.memory.buf, np.uint8, width * height * channels, PIXELS)
        return flat.reshape(height, width, channels).copy()


# The callbacks of the Script TOP.

READERS = {}


def onSetupParameters(scriptOp):
    page = scriptOp.appendCustomPage("liveart")
    page.appendStr("Name", label="Name")[0].default = "stage"
    scriptOp.par.Name = "stage"


def onCook(scriptOp):
    name = scriptOp.par.Name.eval()
    reader = READERS.setdefault(name, ShmIn(name))
    pixels = reader.read()
    if pixels is None:
        return  # the Script TOP keeps its last picture
    height, width, channels = pixels.shape
    picture = np.full((height, width, 4), 255, np.uint8)
    picture[..., :channels] = pixels[::-1]  # TouchDesigner's rows go from bottom to top
    scriptOp.copyNumpyArray(picture)


def watch(name, seconds):
    """Print what arrives, once a second."""
    reader, count, age, size = ShmIn(name), 0, 0.0, "waiting for liveart-" + name
    began = told = time.monotonic()
    while time.monotonic() - began < seconds:
        pixels = reader.read()
        if pixels is not None:
            count += 1
            age = (time.monotonic_ns() - reader.finished_ns) / 1e6
            size = "{1}x{0}".format(*pixels.shape)
        if time.monotonic() - told >= 1.0:
            print(f"{size}  {count} frames in the last second, the newest {age:.1f} ms old", flush=True)
            told, count = time.monotonic(), 0
        time.sleep(0.002)
    reader.close()


if __name__ == "__main__":
    watch(sys.argv[1] if len(sys.argv) > 1 else "stage", float(sys.argv[2]) if len(sys.argv) > 2 else 1e9)
