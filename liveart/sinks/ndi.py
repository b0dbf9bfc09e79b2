"""The ndi sink: picture and sound as an NDI source, for TouchDesigner, Resolume, OBS and whatever else receives NDI."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from liveart.core.contract import Sink, Stage
from liveart.core.material import Material, Picture, Sound
from liveart.errors import SinkError
from liveart.sinks.ndi_sender import NdiSender, frame_rate


class NdiSink(Sink):
    """Sends each frame and all sound under the name `name`, as long as somebody receives.

    name   what receivers list, behind the name of the machine: "STAGE-PC (liveart)"
    sound  False: pictures only

    Time codes are the show's time. A slow receiver loses frames in the NDI library; it never makes the show wait.
    Costs nothing while nobody is connected.
    """

    takes = frozenset({"picture", "sound"})
    is_vital = False

    def __init__(self, name: str = "liveart", sound: bool = True) -> None:
        super().__init__(name or "liveart")
        if len(self.name.encode()) > 200:  # the name travels in a DNS record
            raise SinkError(f'"{self.name[:40]}…" is too long for the name of an NDI source.', "Take a short one.")
        # The contract lets the class say what it takes; here a setting may leave the sound out.
        self.takes = frozenset({"picture", "sound"} if sound else {"picture"})
        self._sender: NdiSender | None = None
        self._rate = Fraction(60)
        self._size = (0, 0)
        self._counts = {"frames": 0, "unseen": 0, "blocks": 0}

    def open(self, stage: Stage) -> None:
        """Announce the source. Raises NotInstalled without the NDI library, SinkError when the name is taken."""
        from liveart import __version__

        self.close()
        self._rate, self._size = frame_rate(stage.fps), stage.size
        about = {"long_name": "liveart", "short_name": "liveart", "manufacturer": "liveart", "version": __version__,
                 "session_name": self.name}
        self._sender = NdiSender(self.name, about)

    def send(self, material: Material) -> None:
        """Hand over one frame or block; does nothing when closed or when nobody is connected."""
        sender = self._sender
        if sender is None:
            return
        is_watched = sender.receivers > 0
        if isinstance(material, Picture):
            self._counts["frames" if is_watched else "unseen"] += 1
            if is_watched:
                self._size = (material.pixels.shape[1], material.pixels.shape[0])
                sender.send_picture(material.pixels, self._rate, material.time)
        elif isinstance(material, Sound) and is_watched and "sound" in self.takes:
            self._counts["blocks"] += 1
            sender.send_sound(material.samples, material.rate, material.time)

    def close(self) -> None:
        """Take the source off the network; may be called twice."""
        if self._sender is not None:
            self._sender.close()
            self._sender = None

    def note(self) -> str:
        """Return the source's name, its format, how many receive it, and whether a mixer has it on air."""
        sender = self._sender
        if sender is None:
            return f"ndi {self.name} closed"
        count = sender.receivers
        people = "no receiver" if count == 0 else f"{count} receiver{'' if count == 1 else 's'}"
        on_program, on_preview = sender.tally
        light = ", on air" if on_program else ", in preview" if on_preview else ""
        return f"ndi {sender.name} {self._size[0]}x{self._size[1]} at {float(self._rate):.4g} · {people}{light}"

    def counts(self) -> Mapping[str, float]:
        """Return {"frames" (sent), "unseen" (nobody was connected), "blocks" (of sound)}."""
        return dict(self._counts)
