"""TorchScript files: opened with plain words when they can't be, and called as the stage wants it.

Loading such a file runs its own program inside the TorchScript interpreter; load only what the user names.
"""

from __future__ import annotations

import contextlib
import copy
import io
import re
import sys
import threading
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO, cast

import torch
from torch import Tensor
from torch.jit import optimized_execution  # type: ignore[attr-defined]

from liveart.errors import ModelError

_AGAIN = "Fetch it again from where it came."
_NOT_A_ZIP = (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, EOFError, RuntimeError, zlib.error)


def load_script(path: Path) -> torch.jit.ScriptModule:
    """Return the module of a TorchScript file, on the CPU, in eval mode.

    Raises ModelError when there is none, or it is damaged, no TorchScript, or made for a newer torch.
    """
    _check_archive(path)
    try:
        # The simple executor must hold while loading too: the profiling one costs 0.2-0.5 s at each of the first calls.
        with warnings.catch_warnings(), optimized_execution(False):
            warnings.simplefilter("ignore")  # torch.jit is deprecated without a successor that reads these files
            module = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]
            return cast(torch.jit.ScriptModule, module.eval())
    except (RuntimeError, ValueError, OSError, LookupError, TypeError, AttributeError) as error:
        raise _refusal(path, str(error)) from error


def read_extra(path: Path, name: str) -> bytes | None:
    """Return an extra file that was saved inside a TorchScript file, such as "metadata.json"; None without it."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = next((entry for entry in archive.namelist() if entry.endswith(f"/extra/{name}")), None)
            return archive.read(found) if found else None
    except (*_NOT_A_ZIP, OSError):
        return None


def _check_archive(path: Path) -> None:
    if path.is_dir():
        raise ModelError(f"{path} is a folder, not a model file.", "Name the .ts file in it.")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except FileNotFoundError:
        raise ModelError(f"There is no file {path}.", "Check its name.") from None
    except _NOT_A_ZIP:
        raise _no_archive(path) from None
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error}.", "Check its permissions.") from error
    if not any("/code/" in name for name in names):
        raise ModelError(f"{path} holds no TorchScript program; it may be a training checkpoint.",
                         "Export the model as a streaming TorchScript file (.ts).")


def _no_archive(path: Path) -> ModelError:
    with open(path, "rb") as file:
        begin = file.read(2)
    if begin == b"PK":
        return ModelError(f"{path} is damaged: its end is missing or broken.", _AGAIN)
    return ModelError(f"{path} is {'no TorchScript file' if begin else 'empty'}.", "Name a .ts file of an audio model.")


def _refusal(path: Path, message: str) -> ModelError:
    """Return what to tell when torch refuses a file that looks like TorchScript."""
    here, made = torch.__version__, _format_of(path)
    again = f"Update torch, or export the model again with torch {here.partition('+')[0]} or older."
    if found := re.search(r"with version (\d+), but the maximum supported version for reading is (\d+)", message):
        return ModelError(f"{path} was made by a newer torch: its format is {found[1]}, and torch {here} here reads up "
                          f"to {found[2]}.", again)
    if found := re.search(r"Unknown (?:builtin op|type name|type)\W+([\w.:]+)", message):
        return ModelError(f"{path} (format {made}) uses {found[1].strip('.:')}, which torch {here} here doesn't know: "
                          f"it was made by a newer torch, or needs an add-on.", again)
    return ModelError(f"{path} (format {made}) is damaged or foreign; torch {here} says: {first_line(message)}", _AGAIN)


def _format_of(path: Path) -> str:
    with contextlib.suppress(*_NOT_A_ZIP, OSError, StopIteration), zipfile.ZipFile(path) as archive:
        entry = next(name for name in archive.namelist() if name.count("/") <= 2 and name.endswith("/version"))
        return archive.read(entry)[:20].decode("ascii", "replace").strip()
    return "unknown"


def first_line(message: str) -> str:
    """Return the line of a TorchScript error that tells what is wrong: the last of a trace back, else the first."""
    lines = [line.strip() for line in message.splitlines() if line.strip()] or ["no reason given"]
    return next((line for line in reversed(lines) if re.match(r"\w*(Error|Exception): ", line)), lines[0])[:300]


class Script:
    """A loaded module, called with the simple executor, in inference mode, silently, with randomness of its own.

    Whatever the file draws with `randn` comes from `seed`, so that the same calls since `rewind` give the same result;
    the randomness of the rest of the program is as if nothing had been called.
    """

    def __init__(self, module: torch.jit.ScriptModule, seed: int = 0) -> None:
        self.module = module
        self.is_chatty = False  # True for a file that has been heard to print: it is muted at each call
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Begin its randomness at another place."""
        self._first = torch.Generator().manual_seed(seed).get_state()
        self._dice = self._first

    def rewind(self) -> None:
        """Begin its randomness anew."""
        self._dice = self._first

    def copy(self) -> Script:
        """Return an independent copy; takes as long as its weights are large."""
        # Without inference mode a copy of the state that a call has left behind is refused.
        with torch.inference_mode():
            twin = Script(copy.deepcopy(self.module))
        twin.is_chatty, twin._first, twin._dice = self.is_chatty, self._first, self._dice
        return twin

    def call(self, method: str, x: Tensor) -> Any:
        """Return what `method` makes of `x`; it neither keeps `x` nor gives away a part of its state.

        Raises ModelError with the reason when the file's program fails.
        """
        made = self.ask(method, x.clone())  # a file may keep a view of what it was given
        return made.clone() if isinstance(made, Tensor) else made

    def ask(self, method: str, *values: Any) -> Any:
        """Return the answer of any method to any values, such as a setter of an attribute."""
        others, mute = torch.get_rng_state(), muted() if self.is_chatty else contextlib.nullcontext()
        torch.set_rng_state(self._dice)
        try:
            with mute, torch.inference_mode(), optimized_execution(False):
                return getattr(self.module, method)(*values)
        except (RuntimeError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ModelError(f"{method} of the model fails: {first_line(str(error))}.",
                             "Is it made for this use?") from error
        finally:
            self._dice = torch.get_rng_state()
            torch.set_rng_state(others)


class Muted(io.TextIOBase):
    """A standard output that drops what the thread that made it writes; what other threads write goes on its way."""

    def __init__(self, outer: TextIO) -> None:
        super().__init__()
        self._outer, self._thread = outer, threading.get_ident()
        self.heard = 0

    def write(self, text: str) -> int:
        """Drop or pass on; returns how long `text` is."""
        if threading.get_ident() != self._thread:
            return self._outer.write(text)
        self.heard += 1
        return len(text)

    def flush(self) -> None:
        """Flush what is passed on."""
        if not self.closed and self._outer is not None:
            self._outer.flush()


@contextlib.contextmanager
def muted() -> Iterator[Muted]:
    """Drop what this thread prints meanwhile, TorchScript's `print` too, which writes to `sys.stdout`."""
    before = sys.stdout
    mute = Muted(before)
    sys.stdout = cast(TextIO, mute)
    try:
        yield mute
    finally:
        if sys.stdout is cast(TextIO, mute):  # else another thread has put its own on top and will put this one back
            sys.stdout = before
        mute._thread = -1  # whoever still holds it hears all
