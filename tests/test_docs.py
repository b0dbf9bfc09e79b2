"""What README and docs say is true: commands parse, patches load, examples run, links lead somewhere."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import socket
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from liveart.cli import COMMANDS, _parser
from liveart.core.card import find_model, generator_for, read_card
from liveart.core.contract import Moment, Stage
from liveart.core.material import Picture
from liveart.core.registry import find_part
from liveart.show.find_patch import find_patch, shipped_patches
from liveart.show.new_patch import new_patch
from liveart.show.offline import Offline
from liveart.show.patch import Patch
from liveart.show.patch_file import parse_patch, patch_from, read_patch
from liveart.sources.osc_wire import read_datagram

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
# What snippets that show a part of a patch take for granted.
AROUND = {"paths": {"journey": {"kind": "walk"}}, "players": {"paint": {"generator": "gan", "model": "paint"}}}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def fences(page: Path, *languages: str) -> Iterator[str]:
    """Yield the fenced blocks of a page in one of some languages ("" for none named)."""
    text = page.read_text(encoding="utf-8")
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if language in languages:
            yield block


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of each `liveart …` line in a page's blocks, without the remark that follows two spaces."""
    for block in fences(page, "", "sh", "bash", "console"):
        for line in block.splitlines():
            if re.match(r"(\$ )?liveart( |$)", line):
                yield shlex.split(re.split(r"\s{2,}|\s#", line.removeprefix("$ "))[0])[1:]


ALL_COMMANDS = [(name(page), words) for page in PAGES for words in commands(page)]
ALL_TOML = [(name(page), text) for page in PAGES for text in fences(page, "toml")]
ALL_PYTHON = [(name(page), text) for page in PAGES for text in fences(page, "python")]


@pytest.mark.parametrize(("page", "words"), ALL_COMMANDS, ids=[f"{p}: {' '.join(w)}" for p, w in ALL_COMMANDS])
def test_every_command_line_is_one_that_liveart_takes(page: str, words: list[str]) -> None:
    words = words if words and not words[0].startswith("-") else ["play", *words]
    assert _parser(words[0]).parse_args(words).run


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_named_in_a_sentence_exist(page: Path) -> None:
    for command in re.findall(r"`liveart ([a-z]+)", page.read_text(encoding="utf-8")):
        assert command in COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_named_in_a_page_exist(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)", text) + re.findall(r"^make ([a-z-]+)", text, re.MULTILINE):
        assert target in targets


@pytest.mark.parametrize(("page", "text"), ALL_TOML, ids=[page for page, _ in ALL_TOML])
def test_every_toml_block_is_a_patch_or_a_part_of_one(page: str, text: str) -> None:
    table: dict[str, Any] = tomllib.loads(text)
    if table.get("format") == "liveart-model" or "licence" in table:
        return  # a model's card
    for key, around in AROUND.items():
        table[key] = around | table.get(key, {})
    patch_from(table, folder=str(EXAMPLES))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_json_line_is_json(page: Path) -> None:
    for block in fences(page, "json"):
        for line in block.splitlines():
            json.loads(line)


@pytest.mark.parametrize(("page", "text"), ALL_PYTHON, ids=[page for page, _ in ALL_PYTHON])
def test_every_python_block_compiles_imports_what_exists_and_defines_real_parts(
        page: str, text: str, tmp_path: Path) -> None:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(str(node.module))
            assert all(hasattr(module, alias.name) for alias in node.names)
    for node in tree.body:
        bases = [base.id.lower() for base in node.bases if isinstance(base, ast.Name)] if isinstance(
            node, ast.ClassDef) else []
        for table in {"generator", "source", "sink"} & set(bases):
            (tmp_path / "own.py").write_text(text)
            assert find_part(table, f"own.py:{node.name}", tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize(("page", "example"), [("README.md", "rings.py"), ("docs/make.md", "rings.py"),
                                               ("docs/make.md", "gusts.py"), ("docs/make.md", "lamp.py")])
def test_an_example_is_shown_as_the_file_is(page: str, example: str) -> None:
    assert (EXAMPLES / example).read_text(encoding="utf-8") in list(fences(ROOT / page, "python"))


def test_the_example_generator_plays() -> None:
    show = Offline(replace(find_patch(str(EXAMPLES / "rings.py")), size=(32, 32)))
    frames = [material.pixels for material in show.materials(0.1) if isinstance(material, Picture)]
    show.close()
    assert show.troubles == []
    assert np.ptp(frames[0]) > 100
    assert not np.array_equal(frames[0], frames[-1])


def test_the_example_source_hurries_for_one_beat_in_sixteen() -> None:
    source = find_part("source", "gusts.py", EXAMPLES)()
    said = [pair for beat in np.arange(0, 32, 0.25) for pair in source.tick(Moment(0.0, beat, 0.01, 0))]
    assert said == [("/liveart/journey/speed", speed) for speed in (1.5, 0.1, 1.5, 0.1)]


def test_the_example_sink_tells_the_lamp_the_mean_colour() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lamp:
        lamp.bind(("127.0.0.1", 0))
        lamp.settimeout(5.0)
        sink = find_part("sink", "lamp.py", EXAMPLES)(port=lamp.getsockname()[1])
        sink.open(Stage())
        sink.send(Picture(np.full((4, 4, 3), (255, 0, 51), np.uint8), 0.0, 0))
        data = lamp.recv(1024)
        sink.close()
    assert data.startswith(b"/lamp/rgb")
    assert read_datagram(data)
    assert np.frombuffer(data[-12:], ">f4") == pytest.approx([1.0, 0.0, 0.2])


def test_the_example_evening_can_be_read() -> None:
    patch = read_patch(EXAMPLES / "evening.toml")
    assert [player.name for player in patch.players] == ["paint", "rings"]


@pytest.mark.parametrize("patch", [*map(read_patch, shipped_patches().values()),
                                   parse_patch(new_patch("fresh"))], ids=lambda patch: patch.name)
def test_a_shipped_patch_plays_its_first_moments_without_trouble(patch: Patch) -> None:
    small = replace(patch, size=(32, 32), fps=10.0)
    show = Offline(small)
    try:
        kinds = {type(material).__name__ for material in show.materials(0.2)}
        assert kinds == {"Picture", "Sound"}
        assert show.troubles == []
    finally:
        show.close()


def test_switched_off_players_of_a_new_patch_name_models_of_their_kind() -> None:
    text = re.sub(r"^#(?=\S)", "", new_patch("all"), flags=re.MULTILINE)
    for player in parse_patch(text).players:
        if "model" in player.settings:
            assert generator_for(read_card(find_model(player.settings["model"])).kind) == player.generator
