"""`liveart train`: options, exit codes, and a run from the command line to a folder that plays."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_training import paint_folder

from liveart.cli import main
from liveart.core.card import read_card

TINY = """
size = 16
latent = 6
widths = [8, 8, 8]
style = 8
judge = [8, 8]
batch = 4
iterations = 3
"""


def _call(*words: str) -> int:
    return main(["train", *words])


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with pictures/ and tiny.toml."""
    monkeypatch.chdir(tmp_path)
    paint_folder(tmp_path / "pictures")
    (tmp_path / "pictures" / "broken.png").write_bytes(b"x")
    (tmp_path / "tiny.toml").write_text(TINY, encoding="utf-8")
    return tmp_path


def test_a_run_names_what_it_skipped_and_leaves_its_own_command_on_the_card(
    setting: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["gan", str(setting / "pictures"), "-o", "moss", "--recipe", "tiny.toml", "--threads", "1"]
    assert _call(*words, "--precision", "32") == 0
    told = capsys.readouterr().err
    assert "5 pictures" in told
    assert "skipped broken.png" in told
    card = read_card(setting / "moss")
    assert card.training["command"] == "liveart train gan pictures/ -o moss --recipe tiny.toml --precision 32"
    assert str(setting) not in (setting / "moss" / "card.toml").read_text(encoding="utf-8")


def test_resume_goes_on_with_the_recipe_of_the_run(setting: Path) -> None:
    words = ["gan", "pictures", "-o", "moss", "--threads", "1", "--precision", "32"]
    assert _call(*words, "--recipe", "tiny.toml") == 0
    assert _call(*words, "--recipe", "tiny.toml") == 2  # would overwrite a run
    assert _call(*words, "--resume", "--iterations", "5") == 0
    assert read_card(setting / "moss").training["iterations"] == 5


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["gan", "nowhere", "-o", "x"], 1, "neither a folder"),
        (["gan", "pictures", "-o", "x", "--resume"], 1, "nothing to resume"),
        (["gan", "pictures", "-o", "x", "--recipe", "vae"], 2, "for a vae"),
        (["gan", "pictures", "-o", "x", "--recipe", "nebulla"], 1, "nebula"),
        (["vae", "pictures", "-o", "x", "--size", "100"], 1, "not possible"),
    ],
)
def test_wrong_use_is_answered_in_one_line(
    setting: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert _call(*words) == code
    answer = capsys.readouterr().err
    assert told in answer
    assert "Traceback" not in answer


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        _call("gan", "--help")
    assert left.value.code == 0
    assert "liveart play my-model" in capsys.readouterr().out
