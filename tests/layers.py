"""The layers of the program, and a reader of import statements that tells which of them break the order."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

# Each layer may import those above it in this list. Layers on one line never import each other.
LAYERS = (("errors",), ("core",), ("nets", "midi"), ("weights", "sound_devices", "sound_files"),
          ("checkpoints", "neural", "device_child"), ("device_process",),
          ("sources", "generators", "sinks", "training", "finding"), ("show",), ("panel",), ("cli",), ("__main__",))
RANK = {layer: rank for rank, layers in enumerate(LAYERS) for layer in layers}

# Where outside packages may be imported, by the beginning of the module's name; any other place is a fault.
WRAPPED_IN = {
    "numpy": ("",),
    "torch": ("nets.", "weights", "checkpoints.", "neural.", "finding.", "generators.", "training.",
              "show.", "cli."),
    "safetensors": ("weights", "checkpoints.", "neural.", "generators.wavetable", "training."),
    "PIL": ("sinks.", "checkpoints.", "finding.", "training.", "show.", "panel.", "cli."),
    "pythonosc": ("sources.osc", "sinks.osc", "cli.bench"),  # the bench plays a sender
    "sounddevice": ("sound_devices",),
    "rtmidi": ("midi.system",),
    "link": ("sources.link_session",),
    "glfw": ("sinks.window",),
    "zeroconf": ("panel.announce",),
    "ifaddr": ("panel.announce",),  # comes with zeroconf
    "tomlkit": ("show.",),
    "aiohttp": ("panel.",),
    "av": ("sinks.", "sound_files", "neural.resample", "training."),
    "tqdm": ("training.", "cli."),
    "lightning_fabric": ("training.",),
    "torchaudio": ("neural.torchaudio_part",),
    "psutil": ("show.", "cli."),
}


def imports(text: str, module: str, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Yield (line, full name) of all that a module imports, wherever in it, relative imports made absolute."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            base = parts[: len(parts) - node.level + is_package] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)


def faults(text: str, module: str, is_package: bool = False) -> list[str]:
    """Return a sentence for each import in `module` (as in "liveart.core.board") that breaks the order."""
    found = (_fault(name, module, line) for line, name in imports(text, module, is_package))
    return [fault for fault in found if fault]


def _fault(name: str, module: str, line: int) -> str:
    top, inner = name.partition(".")[0], module.removeprefix("liveart").removeprefix(".")
    own = inner.partition(".")[0]
    if top == "liveart":
        other = name.split(".")[1] if "." in name else ""
        if other not in RANK or other == own:  # a word of liveart/__init__.py, which holds core and errors only
            return ""
        allowed = RANK[other] < (RANK[own] if own else RANK["nets"])
        return "" if allowed else f"{module}:{line} imports {name}: {own or 'liveart'} must not know {other}"
    if top in sys.stdlib_module_names:
        return ""
    places = WRAPPED_IN.get(top, ())
    here = inner if "." in inner or inner in RANK else f"{inner}."
    if any(here.startswith(place) for place in places):
        return ""
    return f"{module}:{line} imports {top}, which belongs into {', '.join(places) or 'no file at all'}"


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield (module name, file) of every module of the package at `root`."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path
