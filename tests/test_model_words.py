"""Models by name, folder or checkpoint file: what `play`, a player's `models` and `liveart models` make of the word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stylegan_files import sg2_tensors, sg3_tensors, write_pkl
from test_swap import MODEL, read, render
from tiny_models import tiny_gan

from liveart.cli import main
from liveart.core.event import Event
from liveart.errors import LiveartError
from liveart.show.find_patch import find_patch
from liveart.show.model_words import is_checkpoint, place_of_model, short_name
from liveart.show.offline import Offline


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two checkpoints, a model folder, and a file that is neither."""
    write_pkl(tmp_path / "my faces.v2.pkl", *sg2_tensors(size=16, style=16, latent=16, channel_max=8))
    write_pkl(tmp_path / "third.pkl", *sg3_tensors(size=16, style=16, latent=16, width=8))
    tiny_gan(tmp_path / "gold")
    (tmp_path / "notes.txt").write_text("nothing")
    return tmp_path


def test_a_checkpoint_becomes_a_patch_with_a_safe_name_and_a_walk_of_its_own(folder: Path) -> None:
    patch = find_patch(str(folder / "my faces.v2.pkl"))
    player = patch.players[0]
    assert (player.name, player.generator) == ("my_faces_v2", "stylegan")
    assert Path(player.settings["model"]) == (folder / "my faces.v2.pkl").resolve()
    assert player.path is not None
    assert player.path.kind == "walk"
    show = Offline(patch)
    assert "/liveart/my_faces_v2/truncation" in show.layout.params
    show.close()


def test_a_checkpoint_that_is_called_like_a_fixed_word_gets_another_name(folder: Path) -> None:
    (folder / "third.pkl").rename(folder / "sound.pkl")
    assert find_patch(str(folder / "sound.pkl")).players[0].name == "sound_model"


@pytest.mark.parametrize(("word", "said"), [
    ("my fasces.v2.pkl", "my faces.v2.pkl"), ("golt", "gold")])
def test_a_wrong_word_is_answered_with_the_nearest_that_lies_there(folder: Path, word: str, said: str) -> None:
    with pytest.raises(LiveartError, match=said):
        place_of_model(word, folder)


def test_weights_of_a_model_folder_are_no_checkpoint(folder: Path) -> None:
    assert not is_checkpoint(folder / "gold" / "weights.safetensors")
    assert is_checkpoint(folder / "third.pkl")
    assert short_name(folder / "my faces.v2.pkl") == "my_faces_v2"
    assert place_of_model("gold/weights.safetensors", folder) == (folder / "gold").resolve()


def test_models_lists_checkpoints_beside_model_folders(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", str(folder), "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out) if row["from"] == "folder"}
    assert set(rows) == {"gold", "my faces.v2.pkl", "third.pkl"}
    assert (rows["third.pkl"]["kind"], rows["third.pkl"]["is_foreign"]) == ("stylegan", True)
    assert main(["models", str(folder / "third.pkl")]) == 0
    said = capsys.readouterr().out
    assert "liveart convert FILE" in said
    assert "not stated" in said


def test_models_says_what_is_wrong_with_a_checkpoint(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "none.pkl").write_text("this is no pickle")
    assert main(["models", str(folder)]) == 0
    assert "none.pkl can't be played" in capsys.readouterr().out


def test_a_stylegan2_a_stylegan3_and_a_gan_take_turns_in_one_player(folder: Path) -> None:
    patch = read(folder, '[players.face]\nmodels = ["my faces.v2.pkl", "third.pkl", "gold"]\nswap = 1\nbends = 1\n')
    assert [(model.name, model.generator) for model in patch.players[0].models] == [
        ("my_faces_v2", "stylegan"), ("third", "stylegan"), ("gold", "gan")]
    assert "bends" not in patch.players[0].models[2].settings
    zooms: dict[int, bool] = {}

    def look(show: Offline, index: int) -> None:
        zooms[index] = "/liveart/face/zoom" in show.board.layout.params

    frames, told = render(patch, [Event(MODEL, "third", 0.35), Event(MODEL, "gold", 1.05)], 2.0, look)
    assert told == []
    assert zooms == {index: 4 <= index < 11 for index in range(20)}
    assert len({frame.tobytes() for frame in frames}) == 20
