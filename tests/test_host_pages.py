"""The wiring pages: each in the same form, with a picture that its script draws, and an honest last line."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hosts import HOSTS, ROOT

from liveart.cli import _parser
from liveart.core.registry import TABLES

FOLDER = ROOT / "docs" / "hosts"
HEADINGS = ["Five steps", "You should now see", "What if not"]


def page(host: str) -> str:
    return (FOLDER / f"{host}.md").read_text(encoding="utf-8")


def part(host: str, heading: str) -> str:
    """Return what stands below a heading."""
    return page(host).split(f"## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("host", HOSTS)
def test_a_page_has_the_form_of_all_pages(host: str) -> None:
    text = page(host)
    assert re.match(rf"# [^\n]+\n\n!\[[^\]]{{20,}}\]\({host}\.svg\)\n\n\S", text)
    assert [heading for heading in re.findall(r"^## (.*)$", text, re.MULTILINE)][:3] == HEADINGS
    assert re.findall(r"^(\d)\. ", part(host, "Five steps"), re.MULTILINE) == list("12345")
    assert len(part(host, "You should now see").split()) > 10
    rows = re.findall(r"^\| .* \|$", part(host, "What if not"), re.MULTILINE)
    assert 4 <= len(rows) - 1 <= 6
    assert text.rstrip().split("\n\n")[-1].startswith("Tried: ")


@pytest.mark.parametrize("host", HOSTS)
def test_a_page_says_what_was_not_tried(host: str) -> None:
    tried = " ".join(page(host).split("Tried: ")[1].split())
    assert re.search(r"\b[Nn]ot (in|on|at hand)|were not at hand", tried)


@pytest.mark.parametrize("host", HOSTS)
def test_a_page_points_to_a_file_of_the_host_s_folder(host: str) -> None:
    assert re.search(rf"\]\(\.\./\.\./patches/{host}/[\w.-]+\)", page(host))


def test_the_index_names_every_page() -> None:
    linked = re.findall(r"^\| \[[^\]]+\]\(([\w-]+)\.md\)", page("README"), re.MULTILINE)
    assert sorted(linked) == sorted(HOSTS)


@pytest.mark.parametrize("host", [*HOSTS, "README"])
def test_commands_in_sentences_are_ones_that_liveart_takes(host: str) -> None:
    for command in re.findall(r"`liveart ([^`]+)`", page(host)):
        words = command.split()
        arguments = _parser(words[0]).parse_args(words)
        for output in getattr(arguments, "output", None) or []:
            assert output.partition(":")[0] in TABLES["sink"]


def test_the_pictures_are_those_that_the_script_draws(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "docs" / "wiring.py"), str(tmp_path)], check=True, timeout=60,
                   capture_output=True)
    drawn = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.glob("*.svg")}
    assert set(drawn) == {f"{host}.svg" for host in HOSTS}
    for name, text in drawn.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{name} is old: run make wiring"
        assert ElementTree.fromstring(text).get("aria-label")
