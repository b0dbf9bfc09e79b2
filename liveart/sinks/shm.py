"""The shm sink: the newest picture in shared memory, for TouchDesigner's Python and any program on this machine."""

from __future__ import annotations

import time
from collections.abc import Mapping

from liveart.core.contract import Sink, Stage
from liveart.core.material import Material, Picture
from liveart.errors import SinkError
from liveart.sinks.shm_block import FrameBlock, Shape, block_name
from liveart.sinks.shm_lock import NameLock

_CHECK = 1.0  # seconds between two looks whether the block's name is still there


class ShmSink(Sink):
    """Writes each frame into the block `liveart-<name>` (header: see shm_block). Costs one copy of the frame.

    A block left by a killed process is taken over, so that readers keep their mapping and simply see frames again.
    """

    takes = frozenset({"picture"})
    is_quick = True  # one copy of the frame

    def __init__(self, name: str = "stage") -> None:
        super().__init__(name or "stage")
        self._address = block_name(self.name)
        self._lock = NameLock(self._address)
        self._block: FrameBlock | None = None
        self._shape: Shape = (0, 0, 3)
        self._checked = 0.0
        self._frames = 0

    def open(self, stage: Stage) -> None:
        """Make or take over the block; raises SinkError when another liveart owns the name or memory is short."""
        self.close()
        if not self._lock.take():
            raise SinkError(f'shm "{self.name}" is in use by another liveart.',
                            f"Stop that one, or give this output another name: shm:{self.name}-2.")
        self._shape = (stage.size[1], stage.size[0], 3)
        try:
            self._block = self._take_over() or self._create()
        except SinkError:
            self._lock.release()
            raise
        self._checked = time.monotonic()

    def send(self, material: Material) -> None:
        """Publish one frame; a frame of another size gets a new block. Does nothing with sound, or when not open."""
        if not isinstance(material, Picture) or not self._lock.is_held:
            return
        block = self._fitting(material.pixels.shape)
        block.write(material.pixels, material.received_ns, material.finished_ns)
        self._frames += 1

    def close(self) -> None:
        """Remove the block; readers see that it is over. May be called twice."""
        if self._block is not None:
            self._block.retire()
            self._block = None
        self._lock.release()

    def note(self) -> str:
        """Return the block's name and size."""
        return f"{self._address} {self._shape[1]}x{self._shape[0]}" if self._block else f"{self._address} closed"

    def counts(self) -> Mapping[str, float]:
        """Return {"frames": frames written}."""
        return {"frames": self._frames}

    def _fitting(self, shape: tuple[int, ...]) -> FrameBlock:
        if self._block is not None and shape == self._shape and not self._is_nameless():
            return self._block
        if self._block is not None:
            self._block.retire()
            self._block = None
        self._shape = (shape[0], shape[1], shape[2])
        self._block = self._create()
        return self._block

    def _is_nameless(self) -> bool:
        """True when another program's resource tracker took our block's name: new readers could not find it."""
        now = time.monotonic()
        if now - self._checked < _CHECK:
            return False
        self._checked = now
        try:
            FrameBlock.attach(self._address).close()
        except FileNotFoundError:
            return True
        return False

    def _take_over(self) -> FrameBlock | None:
        """Return the block that a killed process left, if it has our shape; remove it if not."""
        try:
            block = FrameBlock.attach(self._address)
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise SinkError(f'shm "{self.name}" belongs to another user.', "Give this output another name.") from error
        if block.shape == self._shape:
            block.announce(self._shape)
            return block
        block.retire()
        return None

    def _create(self) -> FrameBlock:
        try:
            return FrameBlock.create(self._address, self._shape)
        except FileExistsError as error:  # Windows keeps a block until its last reader lets go
            raise SinkError(f'shm "{self.name}" is still held by a reader at another size.',
                            "Close that reader, or give this output another name.") from error
