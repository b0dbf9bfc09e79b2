"""liveart: a neural instrument for the stage. Importing it loads no torch, no audio, no network code."""

from liveart.core.contract import Generator, Moment, Sink, Source, Stage
from liveart.core.event import Event
from liveart.core.material import Picture, Sound
from liveart.core.param import Param
from liveart.errors import LiveartError

__version__ = "0.1.0"

__all__ = ["Event", "Generator", "LiveartError", "Moment", "Param", "Picture", "Sink", "Sound", "Source", "Stage",
           "__version__"]
