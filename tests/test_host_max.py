"""The Max patches: valid files whose cords end where there is an inlet, and a device that is packed well formed."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hosts import ROOT, is_known
from test_host_addresses import is_within

PATCHES = {folder: ROOT / "patches" / folder / "liveart.maxpat" for folder in ("max", "ableton")}
PACK = ROOT / "patches" / "ableton" / "pack.py"
# Objects, how many inlets and outlets they have; None: as many as their arguments say.
OBJECTS: dict[str, tuple[int | None, int | None]] = {
    "udpsend": (1, 0), "udpreceive": (1, 1), "s": (1, 0), "r": (0, 1), "loadbang": (1, 1), "metro": (2, 1),
    "prepend": (1, 1), "route": (None, None), "select": (None, None), "t": (1, None), "unpack": (1, None),
    "delay": (2, 1), "onebang": (2, 2), "counter": (5, 4), "makenote": (3, 2), "sprintf": (2, 1), "/": (2, 1),
    "print": (1, 0), "midiin": (1, 1), "midiout": (1, 0), "midiparse": (1, 8)}
FACES = {"comment": (1, 0), "message": (2, 1), "live.dial": (1, 2), "live.text": (1, 2), "toggle": (1, 1),
         "pictslider": (2, 2)}


def patcher(folder: str) -> dict[str, Any]:
    return dict(json.loads(PATCHES[folder].read_text(encoding="utf-8"))["patcher"])


def boxes(folder: str) -> list[dict[str, Any]]:
    return [entry["box"] for entry in patcher(folder)["boxes"]]


def lets(box: dict[str, Any]) -> tuple[int, int]:
    """Return how many inlets and outlets a box really has."""
    if box["maxclass"] != "newobj":
        return FACES[box["maxclass"]]
    name, *arguments = [word for word in box["text"].split() if not word.startswith("@")]
    inlets, outlets = OBJECTS[name]
    count = len(arguments)
    each = count if name in ("t", "unpack") else count + 1
    return (inlets if inlets is not None else count + 1), (outlets if outlets is not None else each)


@pytest.mark.parametrize("folder", PATCHES)
def test_every_box_is_known_and_says_the_right_number_of_inlets_and_outlets(folder: str) -> None:
    ids = [box["id"] for box in boxes(folder)]
    assert len(set(ids)) == len(ids)
    for box in boxes(folder):
        assert (box["numinlets"], box["numoutlets"]) == lets(box), box.get("text", box["maxclass"])
        assert len(box.get("outlettype", [])) == box["numoutlets"]


@pytest.mark.parametrize("folder", PATCHES)
def test_every_cord_goes_from_an_outlet_to_an_inlet_that_exist(folder: str) -> None:
    by_id = {box["id"]: box for box in boxes(folder)}
    lines = [entry["patchline"] for entry in patcher(folder)["lines"]]
    assert len({(*line["source"], *line["destination"]) for line in lines}) == len(lines)
    for line in lines:
        (source, outlet), (target, inlet) = line["source"], line["destination"]
        assert 0 <= outlet < by_id[source]["numoutlets"]
        assert 0 <= inlet < by_id[target]["numinlets"]


@pytest.mark.parametrize("folder", PATCHES)
def test_every_dial_leads_to_its_address_within_its_range(folder: str) -> None:
    by_id = {box["id"]: box for box in boxes(folder)}
    dials = 0
    for entry in patcher(folder)["lines"]:
        source, target = by_id[entry["patchline"]["source"][0]], by_id[entry["patchline"]["destination"][0]]
        if source["maxclass"] == "live.dial":
            span = source["saved_attribute_attributes"]["valueof"]
            address = target["text"].removeprefix("prepend ")
            assert is_within(address, span["parameter_mmin"], span["parameter_mmax"])
            assert span["parameter_mmin"] <= span["parameter_initial"][0] <= span["parameter_mmax"]
            # In Live the dials are Live's; in Max they wait for liveart's values, and must not send their own first.
            assert span["parameter_initial_enable"] == (folder == "ableton")
            dials += 1
    assert dials == {"max": 12, "ableton": 11}[folder]


@pytest.mark.parametrize("folder", PATCHES)
def test_messages_are_addresses_of_liveart_and_names_of_parameters_are_there_once(folder: str) -> None:
    for box in boxes(folder):
        if box["maxclass"] == "message" and box["text"].startswith("/"):
            assert is_known(box["text"].split()[0])
    names = [box["saved_attribute_attributes"]["valueof"]["parameter_longname"]
             for box in boxes(folder) if "saved_attribute_attributes" in box]
    assert len(set(names)) == len(names)


def test_the_device_shows_its_controls_within_the_height_of_live_s_device_view() -> None:
    shown = [box["presentation_rect"] for box in boxes("ableton") if box.get("presentation")]
    assert len(shown) == 18
    assert patcher("ableton")["openinpresentation"] == 1
    for x, y, width, height in shown:
        assert x >= 0
        assert y >= 0
        assert x + width <= patcher("ableton")["devicewidth"]
        assert y + height <= 169


def chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the chunks of a device file by name, read as the format is known."""
    found, place = {}, 0
    while place < len(data):
        name, length = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        found[name] = data[place + 8 : place + 8 + length]
        assert len(found[name]) == length
        place += 8 + length
    return found


def test_the_packed_device_is_a_midi_effect_that_holds_the_patcher(tmp_path: Path) -> None:
    target = tmp_path / "liveart.amxd"
    subprocess.run([sys.executable, str(PACK), str(PATCHES["ableton"]), str(target)], check=True, timeout=60,
                   capture_output=True)
    found = chunks(target.read_bytes())
    assert list(found) == [b"ampf", b"meta", b"ptch"]
    assert found[b"ampf"] == b"mmmm"
    assert found[b"ptch"].endswith(b"}\n\0")
    assert json.loads(found[b"ptch"][:-1])["patcher"] == patcher("ableton")


@pytest.mark.parametrize("text", ["", "no patcher", '{"patcher": {}}', "[]"])
def test_what_is_no_patcher_is_not_packed(text: str, tmp_path: Path) -> None:
    source = tmp_path / "x.maxpat"
    source.write_text(text)
    done = subprocess.run([sys.executable, str(PACK), str(source)], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "no Max patcher" in done.stderr
    assert not source.with_suffix(".amxd").exists()
