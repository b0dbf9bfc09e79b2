"""Model cards and how models are found: written, read back, and refused with a reason."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveart.core import card as cards
from liveart.core.card import Card, find_model, read_card, write_card
from liveart.errors import ModelError

CARD = Card(
    name="moss",
    kind="gan",
    arch="styled",
    weights="weights.safetensors",
    sha256="00ff",
    title="Moss, at night",
    description='Two lines\nand a "quote" \\ and ünïcode',
    net={"latent": 8, "widths": [8, 8], "equalised": False, "gain": 0.5},
    licence={"weights": "MIT", "data": "CC0-1.0", "credit": ""},
    training={"iterations": 12, "by": [{"name": "a", "year": 2020}], "odd key": "x"},
)


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_card(tmp_path, CARD)
    assert read_card(tmp_path) == CARD


@given(st.text(), st.text(min_size=1), st.floats(allow_nan=False), st.integers(-(2**63), 2**63 - 1))
def test_any_text_and_number_survive_the_toml_writer(text: str, key: str, real: float, whole: int) -> None:
    clean = text.encode("utf-8", "replace").decode("utf-8")  # TOML files hold no lone surrogates
    key = key.encode("utf-8", "replace").decode("utf-8")
    line = f"a = {cards._toml({'text': clean, key: [real, whole, True]})}"
    assert tomllib.loads(line)["a"] == {"text": clean, key: [real, whole, True]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('format = "liveart-model"', 'format = "song"'), "format = 'song'"),
        (("format_version = 1", "format_version = 2"), "format_version 2"),
        (('kind = "gan"', 'kind = "gam"'), 'Did you mean "gan"?'),
        (('arch = "styled"', ""), "lacks arch"),
        (('weights = "weights.safetensors"', 'weights = "../../etc/passwd"'), "leaves the folder"),
        (("[net]", "[net"), "can't be read"),
        (("[training]", "[[training]]"), "must be a table"),
    ],
)
def test_a_wrong_card_is_refused_with_what_is_wrong(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = write_card(tmp_path, CARD)
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(ModelError) as refused:
        read_card(tmp_path)
    assert told in str(refused.value)


def test_a_card_refuses_what_toml_has_no_word_for(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't hold"):
        write_card(tmp_path, Card("a", "gan", "styled", "w", "00", net={"net": None}))


def test_a_model_is_found_by_shipped_name_folder_and_weights_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "moss"
    folder.mkdir()
    write_card(folder, CARD)
    (folder / "weights.safetensors").write_bytes(b"x")
    monkeypatch.setattr(cards, "shipped_folder", lambda: tmp_path)
    assert find_model("moss") == folder
    assert find_model(folder) == folder
    assert find_model(folder / "weights.safetensors") == folder
    assert cards.shipped_models() == [folder]


def test_an_unknown_model_is_answered_with_the_nearest_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "moss").mkdir()
    write_card(tmp_path / "moss", CARD)
    monkeypatch.setattr(cards, "shipped_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match='Did you mean "moss"'):
        find_model("mos")


def test_a_folder_without_a_card_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"card\.toml"):
        find_model(tmp_path)
    with pytest.raises(ModelError, match=r"card\.toml"):
        read_card(tmp_path)


def test_every_shipped_model_has_a_whole_folder() -> None:
    """Card, weights of the right hash and a preview travel together."""
    import hashlib

    for folder in cards.shipped_models():
        card = read_card(folder)
        assert card.name == folder.name
        assert hashlib.sha256((folder / card.weights).read_bytes()).hexdigest() == card.sha256
        assert (folder / "preview.png").read_bytes().startswith(b"\x89PNG")
        assert card.title
        assert card.licence["weights"] != "not stated"
        assert card.licence["data"]
