"""What stands on the command line means the working folder and wins over the environment and the patch."""

from __future__ import annotations

from pathlib import Path

import pytest

from liveart.cli import main
from liveart.cli.options import parse_output, parse_set
from liveart.errors import UsageError


@pytest.mark.parametrize(("word", "kind", "settings"), [
    ("null", "null", {}),
    ("shm:stage", "shm", {"name": "stage"}),
    ("audio:USB: 2", "audio", {"name": "USB: 2"}),
])
def test_an_output_is_a_kind_and_a_name(word: str, kind: str, settings: dict[str, str]) -> None:
    spec = parse_output(word)
    assert (spec.kind, spec.settings) == (kind, settings)


@pytest.mark.parametrize(("word", "name"), [("file:set.mp4", "set.mp4"), ("file:sets/set.mp4", "sets/set.mp4")])
def test_a_recording_named_on_the_command_line_lands_in_the_working_folder(
        word: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_output(word).settings == {"name": str(tmp_path / name)}


def test_a_folder_of_pictures_stays_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_output("file:shots/").settings == {"name": f"{tmp_path / 'shots'}/"}


@pytest.mark.parametrize(("word", "ending"), [("lamp.py", "lamp.py"), ("lamp.py:Lamp", "lamp.py:Lamp"),
                                              ("own/lamp.py", "lamp.py")])
def test_a_sink_of_ones_own_is_found_from_the_working_folder(word: str, ending: str) -> None:
    kind = parse_output(word).kind
    assert Path(kind).is_absolute()
    assert kind.endswith(ending)


def test_an_unknown_output_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match='Did you mean "file"'):
        parse_output("fiel:set.mp4")


@pytest.mark.parametrize(("word", "value"), [("/liveart/a/b=0.5", 0.5), ("/liveart/a/b=on", True),
                                             ("/liveart/a/b=screen", "screen"), ("/liveart/a/b=False", False)])
def test_a_set_value_is_a_number_a_switch_or_a_word(word: str, value: object) -> None:
    assert parse_set(word) == ("/liveart/a/b", value)


def test_a_render_lands_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "show").mkdir()
    (tmp_path / "show" / "grey.py").write_text(
        "import numpy as np\nfrom liveart import Generator\n\nclass Grey(Generator):\n"
        "    def make(self, now, z, params):\n        return np.full((16, 16, 3), 99, np.uint8)\n")
    (tmp_path / "show" / "grey.toml").write_text('[players.grey]\ngenerator = "grey.py"\n')
    monkeypatch.chdir(tmp_path)
    assert main(["render", "show/grey.toml", "-o", "shots/", "--seconds", "0.1", "--size", "16x16", "--fps", "20"]) == 0
    assert [file.name for file in sorted((tmp_path / "shots").iterdir())] == ["frame_000001.png", "frame_000002.png"]
