"""Registry: parts by name, loaded when asked for; `file.py:Class` names a part of one's own."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import traceback
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

from liveart.core.contract import Generator, Sink, Source
from liveart.errors import PatchError, did_you_mean

GENERATORS = {
    "gan": "liveart.generators.gan:Gan",
    "neural": "liveart.generators.neural:Neural",
    "line": "liveart.generators.line:Line",
    "stylegan": "liveart.generators.stylegan:StyleGan",
    "vae": "liveart.generators.vae:Vae",
    "wavetable": "liveart.generators.wavetable:Wavetable",
}
SOURCES = {
    "lfo": "liveart.sources.lfo:Lfo",
    "picture": "liveart.sources.picture:PictureSource",
    "sound": "liveart.sources.sound:SoundSource",
}
SINKS = {
    "file": "liveart.sinks.file:FileSink",
    "audio": "liveart.sinks.audio:AudioSink",
    "window": "liveart.sinks.window:WindowSink",
    "ndi": "liveart.sinks.ndi:NdiSink",
    "shm": "liveart.sinks.shm:ShmSink",
    "osc": "liveart.sinks.osc:OscSink",
    "midi": "liveart.sinks.midi:MidiSink",
    "midi-clock": "liveart.sinks.midi_clock:MidiClockSink",
    "null": "liveart.sinks.null:NullSink",
}
TABLES = {"generator": GENERATORS, "source": SOURCES, "sink": SINKS}
BASES: dict[str, type[Any]] = {"generator": Generator, "source": Source, "sink": Sink}


def find_part(table: str, name: str, folder: str | Path = ".") -> type[Any]:
    """Return the class called `name` in a table ("generator", "source", "sink"), or `file.py:Class`.

    `file.py` alone is enough when it defines one such class. A file is read anew each time it is asked for.
    Raises PatchError for an unknown name (with the nearest), a missing or broken file, a missing or wrong class.
    """
    known = TABLES[table]
    if name in known:
        module, _, word = known[name].partition(":")
        return _load_class(importlib.import_module(module), word, name, table)
    if ".py" in name:
        file, _, word = name.rpartition(":") if ".py:" in name else (name, "", "")
        path = Path(folder, file)
        module_of_file = _load_file(path, table)
        return _load_class(module_of_file, word or _only_part(module_of_file, table, path), str(path), table)
    raise PatchError(f'there is no {table} "{name}".', did_you_mean(name, known))


def _load_file(path: Path, table: str) -> ModuleType:
    if not path.is_file():
        raise PatchError(f"{table} file {path} does not exist.", "Write it as file.py:Class, from the patch's folder.")
    # The same name in every process, so that what the file defines can travel between them.
    module_name = f"liveart_own_{path.stem}_{zlib.crc32(str(path.resolve()).encode()):08x}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise PatchError(f"{path} can't be read as Python.", "Let its name end in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[module_name]
        what = f"{path}{_line(error, path)} can't be loaded: {type(error).__name__}: {error}."
        raise PatchError(what, "Mend the file.") from error
    return module


def _line(error: Exception, path: Path) -> str:
    """Return ", line 7," where in the file the error arose; "" when not known (a SyntaxError says it by itself)."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f", line {lines[-1]}," if lines else ""


def _only_part(module: ModuleType, table: str, path: Path) -> str:
    """Return the name of the one Generator (Source, Sink) that a file defines."""
    names = [key for key, value in vars(module).items() if isinstance(value, type)
             and issubclass(value, BASES[table]) and value.__module__ == module.__name__]
    if len(names) != 1:
        raise PatchError(f"{path} defines {len(names)} {table}s.", f"Name one: {path.name}:Class.")
    return names[0]


def _load_class(module: ModuleType, word: str, name: str, table: str) -> type[Any]:
    found, base = getattr(module, word, None), BASES[table]
    if not isinstance(found, type):
        raise PatchError(f'{name} has no class "{word}".',
                         did_you_mean(word, [key for key, value in vars(module).items() if isinstance(value, type)]))
    if not issubclass(found, base):
        raise PatchError(f"{word} in {name} is no {table}.", f"Derive it: class {word}(liveart.{base.__name__}).")
    if inspect.isabstract(found):
        missing = ", ".join(sorted(getattr(found, "__abstractmethods__", ())))
        raise PatchError(f"{word} in {name} lacks the method {missing}.", f"A {table} must define it.")
    return found
