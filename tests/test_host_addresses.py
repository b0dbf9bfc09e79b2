"""Every address of liveart in a host's files is one that liveart has, with a value that it takes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hosts import HOSTS, ROOT, addresses, is_known, table

from liveart.show.find_patch import shipped_patches
from liveart.show.patch_file import read_patch

FILES = sorted(file for host in HOSTS for file in (ROOT / "patches" / host).rglob("*")
               if file.is_file() and file.suffix not in (".pyc", ".amxd", ".tosc"))
PAGES = sorted((ROOT / "docs" / "hosts").glob("*.md"))
PATCHES = [file for file in FILES if file.suffix == ".toml"]
# Where a program writes an address in pieces: Pd and SuperCollider put it together while they run.
PIECES = {"liveart-line.pd": {"/liveart/$1", "/liveart/$1/$2", "/liveart/$1/$2/$3"},
          "liveart.pd": {"/liveart/cycles/note/$1"}}


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("host", HOSTS)
def test_each_host_has_a_folder_with_files_and_a_page(host: str) -> None:
    assert [file for file in FILES if (ROOT / "patches" / host) in file.parents]
    assert (ROOT / "docs" / "hosts" / f"{host}.md").exists()


@pytest.mark.parametrize("file", [*FILES, *PAGES], ids=name)
def test_every_address_in_it_is_one_of_liveart(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("\\$", "$").replace("%ld", "60")
    found = addresses(text) - PIECES.get(file.name, set())
    assert [address for address in sorted(found) if not is_known(address) and "<" not in address] == []


def test_the_pd_faders_lie_within_the_ranges_of_their_addresses() -> None:
    text = (ROOT / "patches" / "puredata" / "liveart.pd").read_text(encoding="utf-8")
    faders = re.findall(r"liveart-fader (/\S+) (\S+) (\S+) ", text)
    assert len(faders) == 12
    for address, low, high in faders:
        assert is_within(address, float(low), float(high))


def is_within(address: str, low: float, high: float) -> bool:
    """Return whether both ends of a control lie in the range of its address."""
    row = table()[address]
    assert row.low is not None
    assert row.high is not None
    return row.low <= low < high <= row.high


@pytest.mark.parametrize("file", PATCHES, ids=name)
def test_a_host_s_patch_can_be_played_and_is_no_shipped_name(file: Path) -> None:
    patch = read_patch(file)
    assert patch.name == file.stem
    assert file.stem not in shipped_patches()
    assert {"paint", "cycles"} == {player.name for player in patch.players}


@pytest.mark.parametrize("file", PATCHES, ids=name)
def test_what_a_host_s_patch_binds_and_sends_exists(file: Path) -> None:
    patch = read_patch(file)
    named = [binding.address for binding in patch.bindings]
    named += [f"/liveart/{source}" for output in patch.outputs for source in output.settings.get("map", {})]
    unknown = [address for address in named if not is_known(address) and address != "/liveart/cycles/note"]
    assert unknown == []
