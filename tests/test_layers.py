"""Imports point down only, heavy packages stay in the files that wrap them, and `import liveart` is light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from layers import faults, imports, modules

import liveart

ROOT = Path(liveart.__file__).parent
HEAVY = ("torch", "sounddevice", "aiohttp", "av", "PIL", "pythonosc", "safetensors", "tqdm", "lightning_fabric",
         "rtmidi", "glfw", "cyndilib", "zeroconf", "link", "tomlkit")


def test_every_import_points_down_and_every_package_stays_where_it_is_wrapped() -> None:
    found = [fault for name, path in modules(ROOT)
             for fault in faults(path.read_text(encoding="utf-8"), name, path.name == "__init__.py")]
    assert not found, "\n".join(found)


def test_torchaudio_is_imported_in_one_file_at_most() -> None:
    users = {name for name, path in modules(ROOT)
             for _, found in imports(path.read_text(encoding="utf-8"), name) if found.startswith("torchaudio")}
    assert len(users) <= 1, users


@pytest.mark.parametrize(("module", "text"), [
    ("liveart.core.board", "import torch"),
    ("liveart.core.board", "from liveart.show.patch import Patch"),
    ("liveart.core.board", "def late():\n    from liveart import sinks"),
    ("liveart.core.board", "import liveart.nets.vae"),
    ("liveart.core.board", "from ..sinks import null"),
    ("liveart.nets.vae", "from liveart.weights import load_weights"),
    ("liveart.sources.lfo", "from liveart.sinks.null import NullSink"),
    ("liveart.generators.gan", "from liveart.training.export import export"),
    ("liveart.training.loop", "from liveart.generators.gan import Gan"),
    ("liveart.show.patch", "import liveart.panel.server"),
    ("liveart.panel.server", "from liveart.cli import main"),
    ("liveart.sinks.file", "import sounddevice"),
    ("liveart.generators.gan", "import av.video"),
    ("liveart.show.patch", "import requests"),
    ("liveart", "from liveart.show.patch import Patch"),
    ("liveart", "import torch"),
])
def test_the_checker_sees_each_kind_of_fault(module: str, text: str) -> None:
    assert len(faults(text, module, is_package=module == "liveart")) == 1


@pytest.mark.parametrize(("module", "text"), [
    ("liveart", "from liveart.core.param import Param"),
    ("liveart.core.board", "import threading\nimport numpy as np\nfrom liveart.errors import ParamError"),
    ("liveart.core.board", "from .param import Param"),
    ("liveart.training.loop", "from liveart.nets.vae import VaeDecoder\nfrom .recipe import Recipe"),
    ("liveart.cli", "from liveart import __version__\nfrom liveart.panel.server import Panel"),
    ("liveart.weights", "import torch\nfrom safetensors import safe_open"),
    ("liveart.sound_devices", "import sounddevice"),
])
def test_the_checker_lets_good_imports_pass(module: str, text: str) -> None:
    assert faults(text, module, is_package=module == "liveart") == []


def test_importing_liveart_loads_no_heavy_package() -> None:
    code = f"import sys, liveart; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.strip() == "[]"


def test_a_conductor_that_reads_a_patch_loads_no_torch() -> None:
    code = ("import sys; from liveart.core.registry import GENERATORS, find_part; import liveart.show.conductor; "
            "from liveart.show.find_patch import find_patch; find_patch(None); "
            "[find_part('generator', name) for name in GENERATORS]; print('torch' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.strip() == "False"
