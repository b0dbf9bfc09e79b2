"""The wheel holds all that the built-in patch needs: it plays from there, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from parts import absent

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(ROOT)],
                           capture_output=True, text=True)
    if built.returncode:  # building fetches hatchling
        absent(f"the wheel can't be built here: {built.stderr.strip()[-300:]}")
    (wheel,) = folder.glob("*.whl")
    assert wheel.stat().st_size < 60e6
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_built_in_patch_plays_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    words = ["play", "--headless", "--seconds", "2", "--osc-port", "0", "--panel-port", "0"]
    done = subprocess.run([sys.executable, "-m", "liveart", *words], cwd=tmp_path, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(installed)}, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "patch: tide" in done.stdout


def test_models_patches_and_the_page_travel_in_the_wheel(installed: Path) -> None:
    inside = installed / "liveart"
    for name in ("paint", "aurora", "nebula", "remnant", "digits", "cycles"):
        assert (inside / "shipped" / "models" / name / "card.toml").is_file()
    assert (inside / "shipped" / "patches" / "tide.toml").is_file()
    assert (inside / "panel" / "page" / "index.html").is_file()
    assert list((inside / "training" / "recipes").glob("*.toml"))
