"""Model folders through the same door as foreign files: read, checked, written, and told apart by a look."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from stylegan_files import sg2_tensors, sg3_tensors, write_pkl
from tiny_models import tiny_gan

from liveart.checkpoints.folder import Words, write_folder
from liveart.checkpoints.model import Model, open_model
from liveart.checkpoints.sniff import kind_of, locate
from liveart.core.card import read_card, shipped_models, write_card
from liveart.errors import ModelError

FORMS = {"second": sg2_tensors(size=16, style=8, latent=8, channel_max=8, classes=2),
         "third": sg3_tensors("R", size=16, style=8, latent=8, width=8)}


@pytest.fixture(params=list(FORMS))
def model(tmp_path: Path, request: pytest.FixtureRequest) -> Model:
    return open_model(write_pkl(tmp_path / "moss.pkl", *FORMS[request.param]))


@pytest.mark.parametrize("half", [False, True])
def test_a_written_folder_is_the_same_model(tmp_path: Path, model: Model, half: bool) -> None:
    folder = tmp_path / "models" / "moss"
    card = write_folder(folder, model, Words("Moss", "grows"), half)
    again = open_model("models/moss", tmp_path)
    assert (again.kind, again.arch, dict(again.net)) == (model.kind, model.arch, model.net)
    assert again.licence == model.licence
    assert (card.title, card.description, again.name, again.beside) == ("Moss", "grows", "moss", folder)
    assert again.fingerprint == model.fingerprint
    assert again.tensors.keys() == model.tensors.keys()
    near = {"rtol": 1e-3, "atol": 1e-3} if half else {"rtol": 0.0, "atol": 0.0}
    assert all(torch.allclose(again.tensors[name].float(), model.tensors[name], **near) for name in model.tensors)
    assert kind_of(folder) == kind_of(folder / "card.toml") == "stylegan"
    assert open_model(folder / "weights.safetensors").file == folder.resolve()


def test_half_precision_halves_what_is_large_and_keeps_what_must_be_exact(tmp_path: Path) -> None:
    net, tensors = sg3_tensors("T", size=16, style=64, latent=64, width=80)
    model = open_model(write_pkl(tmp_path / "moss.pkl", net, tensors))
    write_folder(tmp_path / "half", model, Words(), half=True)
    half = open_model(tmp_path / "half").tensors
    assert half["mapping.fc0.weight"].dtype == torch.float32  # 4096 numbers
    assert half["synthesis.L0_12_80.weight"].dtype == torch.float16
    assert half["synthesis.input.weight"].dtype == torch.float32
    huge = replace(model, tensors=tensors | {"mapping.fc0.weight": torch.full((80, 80), 1e6)})
    with pytest.raises(ModelError, match="half precision"):
        write_folder(tmp_path / "no", huge, Words(), half=True)
    assert not (tmp_path / "no").exists()


def test_a_folder_with_a_model_is_never_written_over(tmp_path: Path, model: Model) -> None:
    write_folder(tmp_path / "moss", model, Words())
    with pytest.raises(ModelError, match="already"):
        write_folder(tmp_path / "moss", model, Words())
    with pytest.raises(ModelError, match="is a file"):
        write_folder(tmp_path / "moss.pkl", model, Words())


@pytest.mark.parametrize(("change", "said"), [
    ({"rows": 99}, "rows = 99"), ({"size": 32}, "size = 32"), ({"latent": "many"}, "latent = many"),
    ({"clamp": "no"}, "clamp = 'no'"), ({"architecture": "orig"}, "architecture = orig"),
])
def test_a_card_that_contradicts_its_weights_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    model = open_model(write_pkl(tmp_path / "moss.pkl", *FORMS["second"]))
    card = write_folder(tmp_path / "moss", model, Words())
    write_card(tmp_path / "moss", replace(card, net=dict(card.net) | change))
    with pytest.raises(ModelError, match=said):
        open_model(tmp_path / "moss")


def test_a_card_of_an_unknown_stylegan_is_refused_with_the_nearest(tmp_path: Path, model: Model) -> None:
    card = write_folder(tmp_path / "moss", model, Words())
    write_card(tmp_path / "moss", replace(card, arch="stylgan2"))
    with pytest.raises(ModelError, match='Did you mean "stylegan2"'):
        open_model(tmp_path / "moss")


def test_other_weights_than_the_cards_are_refused(tmp_path: Path, model: Model) -> None:
    write_folder(tmp_path / "moss", model, Words())
    weights = tmp_path / "moss" / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256"):
        open_model(tmp_path / "moss")
    weights.unlink()
    with pytest.raises(ModelError, match="missing"):
        open_model(tmp_path / "moss")


def test_a_folder_of_another_kind_opens_too_and_its_shapes_are_checked(tmp_path: Path) -> None:
    folder = tiny_gan(tmp_path / "tiny")
    model = open_model(folder)
    assert (model.kind, model.arch, kind_of(folder)) == ("gan", "styled", "gan")
    card = read_card(folder)
    write_card(folder, replace(card, net=dict(card.net) | {"style": 17}))
    with pytest.raises(ModelError, match="is expected"):
        open_model(folder)


@pytest.mark.parametrize("folder", shipped_models(), ids=lambda folder: folder.name)
def test_every_shipped_model_opens_by_its_name(folder: Path) -> None:
    model = open_model(folder.name)
    assert model.file == model.beside == folder
    assert model.kind == read_card(folder).kind
    assert len(model.fingerprint) == 12


def test_a_model_beside_the_patch_comes_before_one_in_the_working_folder(
        tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "show").mkdir()
    shutil.copy(tmp_path / "moss.pkl", tmp_path / "show" / "moss.pkl")
    monkeypatch.chdir(tmp_path)
    assert locate("moss.pkl", tmp_path / "show") == tmp_path / "show" / "moss.pkl"
    assert locate("moss.pkl", tmp_path / "elsewhere") == tmp_path / "moss.pkl"
    assert locate(str(tmp_path / "moss.pkl"), tmp_path / "show") == tmp_path / "moss.pkl"


def test_a_link_to_a_file_keeps_its_own_name(tmp_path: Path, model: Model) -> None:
    try:
        (tmp_path / "faces.pkl").symlink_to(tmp_path / "moss.pkl")
    except OSError as error:  # Windows lets only some users make links
        pytest.skip(f"no links here: {error}")
    linked = open_model("faces.pkl", tmp_path)
    assert (linked.name, linked.beside) == ("faces", tmp_path / "faces.liveart")
    assert linked.fingerprint == model.fingerprint


def test_what_is_not_there_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no file"):
        open_model("moss.pkl", tmp_path)
    with pytest.raises(ModelError, match='Did you mean "paint"'):
        open_model("pain", tmp_path)
    with pytest.raises(ModelError, match="no model folder"):
        open_model(tmp_path)


@pytest.mark.parametrize(("name", "data", "said"), [
    ("a.pkl", b"", "starts with nothing"), ("a.pkl", b"hello", "68 65 6c 6c"), ("a.pkl", b"\x80\x01abc", "80 01"),
    ("a.pt", b"PK\x03\x04 not really", "damaged archive"), ("a.jpg", b"\xff\xd8\xff", "ff d8 ff"),
    ("a.safetensors", b"\x08\0\0\0\0\0\0\0not json", "safetensors"),
    ("a.safetensors", b"\x02\0\0\0\0\0\0\0{}", "no generator that liveart knows"),
])
def test_what_is_surely_no_model_is_told_without_loading_it(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ModelError, match=said):
        kind_of(tmp_path / name)
    with pytest.raises(ModelError) as caught:
        open_model(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_an_archive_without_a_generator_is_told_by_its_names(tmp_path: Path) -> None:
    torch.save({"layer.weight": torch.zeros(2)}, tmp_path / "a.pt")
    with pytest.raises(ModelError, match="no generator that liveart knows"):
        kind_of(tmp_path / "a.pt")
