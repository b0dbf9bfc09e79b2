"""The touch surfaces, TouchOSC and Open Stage Control: valid files whose controls fit the addresses they send to."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path
from typing import Any

import pytest
from hosts import ROOT, is_known
from test_host_addresses import is_within

LAYOUT = ROOT / "patches" / "touchosc" / "liveart.xml"
PACK = ROOT / "patches" / "touchosc" / "pack.py"
SESSION = json.loads((ROOT / "patches" / "open-stage-control" / "liveart.json").read_text(encoding="utf-8"))
WIDGETS: list[dict[str, Any]] = SESSION["content"]["widgets"]


def nodes() -> list[ElementTree.Element]:
    return list(ElementTree.parse(LAYOUT).getroot().iter("node"))


def prop(node: ElementTree.Element, key: str) -> ElementTree.Element:
    found = [entry.find("value") for entry in node.findall("properties/property") if entry.findtext("key") == key]
    assert len(found) == 1
    assert found[0] is not None
    return found[0]


def frame(node: ElementTree.Element) -> tuple[float, float, float, float]:
    x, y, w, h = (float(prop(node, "frame").findtext(side) or "nan") for side in "xywh")
    return x, y, w, h


def do_overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def check_places(frames: list[tuple[float, ...]], width: float, height: float) -> None:
    for number, place in enumerate(frames):
        assert place[0] >= 0
        assert place[1] >= 0
        assert place[0] + place[2] <= width
        assert place[1] + place[3] <= height
        assert not any(do_overlap(place, other) for other in frames[:number])


def test_touchosc_every_node_has_an_id_and_a_name_of_its_own() -> None:
    ids, names = [node.get("ID") for node in nodes()], [prop(node, "name").text for node in nodes()]
    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)
    assert {node.get("type") for node in nodes()} == {"GROUP", "FADER", "LABEL", "XY", "BUTTON"}


def test_touchosc_every_message_goes_to_an_address_of_liveart_with_one_value_in_its_range() -> None:
    count = 0
    for node in nodes():
        for osc in node.findall("messages/osc"):
            count += 1
            address = "".join(osc.findtext("path/partial/value") or "")
            assert is_known(address)
            (argument,) = osc.findall("arguments/partial")
            low, high = float(argument.findtext("scaleMin") or ""), float(argument.findtext("scaleMax") or "")
            if node.get("type") == "FADER":
                assert is_within(address, low, high)
            variables = {value.findtext("key") for value in node.findall("values/value")}
            assert osc.findtext("triggers/trigger/var") in variables
            assert argument.findtext("type") == "CONSTANT" or argument.findtext("value") in variables
    assert count == 12 + 2 + 14


def test_touchosc_nothing_lies_on_another_control_or_outside() -> None:
    group, *controls = nodes()
    check_places([frame(node) for node in controls], *frame(group)[2:])


def test_touchosc_the_layout_is_packed_and_unpacked_without_a_change(tmp_path: Path) -> None:
    packed, text = tmp_path / "liveart.tosc", tmp_path / "again.xml"
    for source, target in ((LAYOUT, packed), (packed, text)):
        subprocess.run([sys.executable, str(PACK), str(source), str(target)], check=True, timeout=60,
                       capture_output=True)
    assert text.read_bytes() == LAYOUT.read_bytes()
    assert ElementTree.fromstring(zlib.decompress(packed.read_bytes())).tag == "lexml"


@pytest.mark.parametrize("text", ["", "<lexml", "<html></html>"])
def test_touchosc_what_is_no_layout_is_not_packed(text: str, tmp_path: Path) -> None:
    source = tmp_path / "x.xml"
    source.write_text(text)
    done = subprocess.run([sys.executable, str(PACK), str(source)], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert not source.with_suffix(".tosc").exists()


def test_stage_control_every_widget_sends_to_an_address_of_liveart() -> None:
    assert SESSION["type"] == "session"
    assert len({widget["id"] for widget in WIDGETS}) == len(WIDGETS)
    for widget in WIDGETS:
        targets = widget["split"] if widget["type"] == "xy" else [widget["address"]]
        assert all(is_known(address) for address in targets)
        if widget["type"] == "fader":
            assert is_within(widget["address"], widget["range"]["min"], widget["range"]["max"])


def test_stage_control_nothing_lies_on_another_control_or_outside() -> None:
    root = SESSION["content"]
    frames = [tuple(float(widget[side]) for side in ("left", "top", "width", "height")) for widget in WIDGETS]
    check_places(frames, root["width"], root["height"])
