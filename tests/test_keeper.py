"""Cues and bindings are written back into the patch, and the rest of the file stays as it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from own_parts import PATCH, write_patch

from liveart.core.binding import Binding
from liveart.core.event import Event
from liveart.core.material import Picture
from liveart.errors import PatchError
from liveart.show import keeper as keeper_module
from liveart.show.cue import Cue
from liveart.show.cue_list import CueList
from liveart.show.find_patch import find_patch
from liveart.show.keeper import Keeper, written
from liveart.show.offline import Offline
from liveart.show.patch import Patch
from liveart.show.patch_file import parse_patch, read_patch

HANDS = """
# My knobs.
[midi.nano]
input = "nanoKONTROL2"   # the grey one

[[bindings]]
control = "cc 21"
device = "nano"
target = "field/opacity"

[setlist]
safe = ["sound/gain"]
quantum = "bar"

[cues.dawn]
morph = 8
values = { "field/opacity" = 0.25 }
"""


@pytest.fixture
def patch(tmp_path: Path) -> Patch:
    """A patch with hands and one cue."""
    return read_patch(write_patch(tmp_path, HANDS))


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10.0
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def keep(patch: Patch, cues: CueList | None = None, bindings: tuple[Binding, ...] | None = None) -> str:
    """Write, and return the text of the file."""
    told: list[str] = []
    keeper = Keeper(patch, told.append, here=patch.folder)
    if cues is not None:
        keeper.cues(cues)
    if bindings is not None:
        keeper.bindings(bindings)
    keeper.close()
    assert not told
    return keeper.file.read_text()


def test_a_cue_that_was_stored_is_in_the_patch_and_all_else_stays(patch: Patch) -> None:
    before = Path(patch.file).read_text()
    text = keep(patch, patch.cues.store("noon", {"/liveart/field/opacity": 1 / 3}))
    for line in ("# My knobs.", 'input = "nanoKONTROL2"   # the grey one', "morph = 8"):
        assert line in text
    assert Path(patch.file + ".bak").read_text() == before
    again = read_patch(patch.file)
    assert [cue.name for cue in again.cues.cues] == ["dawn", "noon"]
    assert again.cues.find("noon").values["/liveart/field/opacity"] == pytest.approx(1 / 3, abs=1e-9)
    assert again.cues.find("noon").quantum == "bar"
    assert again.cues.set_list == ("dawn", "noon")
    assert replace(again, text="", cues=patch.cues) == replace(patch, text="")


def test_every_field_of_cues_and_bindings_survives_the_file(patch: Patch) -> None:
    cue = Cue("all", {"/liveart/field/opacity": 0.5, "/liveart/field/blend": "add", "/liveart/freeze": True,
                      "/liveart/field/speed/position": -3.25}, 2.5, "2 bars", "out", "dawn", 7.0)
    binding = Binding("cc14 1", "field/opacity", "nano", 3, 0.9, 0.1, "square", "scale", "", "set", False)
    keep(patch, CueList((*patch.cues.cues, cue), ("all", "dawn", "all")), (binding,))
    again = read_patch(patch.file)
    assert again.cues.cues[1] == cue
    assert again.cues.order == ("all", "dawn", "all")
    assert again.bindings == (binding,)


def test_what_is_deleted_is_gone_from_the_file(patch: Patch) -> None:
    text = keep(patch, CueList(), ())
    assert "cues" not in text
    assert "bindings" not in text
    assert read_patch(patch.file).cues.cues == ()


def test_what_is_stored_in_a_shipped_patch_lies_in_the_working_folder_and_is_found_there(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = find_patch("tide")
    assert shipped.is_shipped
    keep(replace(shipped, folder="."), shipped.cues.store("mine", {"/liveart/paint/hue": 0.1}))
    assert Path("tide.toml").is_file()
    found = find_patch(None)
    assert not found.is_shipped
    assert found.cues.find("mine").values == {"/liveart/paint/hue": 0.1}
    assert [player.name for player in found.players] == [player.name for player in shipped.players]


def test_a_model_played_alone_can_keep_cues_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    patch = find_patch("digits")
    keep(patch, patch.cues.store("seven", {"/liveart/digits/opacity": 0.5}))
    assert find_patch("digits.toml").cues.find(1).name == "seven"


def test_a_file_that_can_not_be_written_is_told_and_nothing_else(patch: Patch, tmp_path: Path) -> None:
    told: list[str] = []
    keeper = Keeper(replace(patch, file=str(tmp_path / "gone" / "show.toml")), told.append)
    keeper.cues(patch.cues)
    keeper.close()
    assert len(told) == 1
    assert "show.toml" in told[0]


def test_a_file_that_others_broke_is_told_and_kept_trying(patch: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "RETRY", 0.01)
    file, told = Path(patch.file), list[str]()
    good = file.read_text()
    file.write_bytes(b"\xff\xfe broken")
    keeper = Keeper(patch, told.append)
    keeper.cues(patch.cues.store("noon", {"/liveart/field/opacity": 0.5}))
    wait_for(lambda: bool(told))
    file.write_text(good)
    wait_for(lambda: "noon" in file.read_text())
    keeper.close()


def test_keys_that_would_come_under_a_cue_are_never_moved_there() -> None:
    text = 'cues.a.morph = 1.0\nname = "x"\n[players.p]\ngenerator = "gan"\nmodel = "paint"\n'
    with pytest.raises(PatchError, match="own keys"):
        written(text, {"cues": {"a": {"values": {}}, "b": {"values": {"p/hue": 0.1}}}, "order": []})


@pytest.mark.parametrize(("toml", "text"), [
    ('[cues.dawn]\nmorf = 3', "morph"), ('[cues.next]\nmorph = 3', "meaning"), ('[cues.dawn]\nquantum = "baar"', "bar"),
    ('[cues.dawn.values]\n"field/opacity" = [1]', "opacity"), ('[setlist]\norder = ["dusk"]', "dusk"),
    ('[setlist]\nsafe = "x"', "list"), ('[[bindings]]\ncontrol = "cc 1"', "target"),
    ('[[bindings]]\ncontrol = "cc 1"\ntarget = "a/b"\ndevice = "x"', '"x"'),
    ('[midi.keys]\ninput = "a"', "keys"), ('[midi.nano]\ninputs = "a"', "input"), ("[cues]\ndawn = 3", "table")])
def test_a_mistake_in_the_hands_of_a_patch_is_named(toml: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(PatchError, match=text):
        parse_patch(Path(write_patch(tmp_path, toml)).read_text(), str(tmp_path))


@pytest.mark.parametrize(("line", "text"), [('follow = "midi:nano"', "to follow"), ("bar = 0", "bar"),
                                            ('nudge = "x"', "nudge")])
def test_a_mistake_in_the_clock_of_a_patch_is_named(line: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(PatchError, match=text):
        read_patch(write_patch(tmp_path, patch=PATCH.replace("[clock]", f"[clock]\n{line}")))


def frames(patch: Patch, events: list[Event], seconds: float) -> list[bytes]:
    """Render a show; return its frames without their blue, which shows the time."""
    show = Offline(patch, events)
    made = [material.pixels[..., :2].tobytes() for material in show.materials(seconds) if isinstance(material, Picture)]
    show.close()
    assert not show.troubles, show.troubles
    return made


def test_a_cue_recalled_after_a_restart_shows_the_very_frames_again(patch: Patch) -> None:
    show = Offline(patch, [Event("/liveart/field/level", 0.9, 0.2)])
    for _ in show.materials(0.7):
        pass
    show.desk.edit({"store": "here"}, 0.7)
    show.desk.edit({"set": "here", "morph": 0, "quantum": "now"}, 0.7)
    keep(patch, show.desk.cues)
    show.close()
    recalled = [Event("/liveart/cue/here", 1, time) for time in (0.1, 0.5)]
    first = frames(read_patch(patch.file), recalled[:1], 0.4)
    second = frames(read_patch(patch.file), recalled, 0.8)
    fps = int(patch.fps)
    at = [round(time * fps) for time in (0.1, 0.5)]
    assert second[: len(first)] == first
    assert second[at[1] + 1] == second[at[0] + 1] != second[0]
